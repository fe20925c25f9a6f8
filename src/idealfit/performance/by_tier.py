"""Win rate, deal size, cycle and retention by the tier of the account, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, Groups, median, rate
from idealfit.evidence.retention import retention

GROUPS: dict[str, tuple[str, ...]] = {
    "A+B": ("A", "B"),
    "rest": ("C", "unknown", "excluded"),
    "A": ("A",),
    "B": ("B",),
    "C": ("C",),
}
"""The groups of accounts that are set against each other. Deals without an account are in none."""

TIERS = ("A", "B", "C", "unknown", "excluded")


@dataclass(frozen=True)
class ClosedDeals:
    """Closed new-business deals with an account, one entry a deal; a gap in `amount` or `cycle_days` is NaN."""

    tier: NDArray[np.int64]
    account: Groups
    won: NDArray[np.bool_]
    amount: NDArray[np.float64]
    cycle_days: NDArray[np.float64]


@dataclass(frozen=True)
class CustomerLives:
    """Customers whose leaving can be seen, one entry an account: how many days so far, and whether it then left."""

    tier: NDArray[np.int64]
    days: NDArray[np.float64]
    ended: NDArray[np.bool_]


def tier_table(con: duckdb.DuckDBPyConnection, *, as_of: date, home: str) -> list[dict[str, Any]]:
    """One entry a group of `GROUPS`: `group`, `accounts`, `deals` (closed), `won`, and, as value, low, high and n or
    None, `win_rate`, `amount` (median of won deals, home currency), `cycle_days` (median of won deals), `retention`
    (share of customers still there after a year).

    Reads the tables of `activation.lists.make_lists`: `sales_deals`, `customer_states`, `scored`, `list_rates`.
    """
    deals = closed_deals(con, home)
    lives = customer_lives(con, as_of)
    return [_group(name, tiers, deals, lives, home) for name, tiers in GROUPS.items()]


def _group(name: str, tiers: tuple[str, ...], deals: ClosedDeals, lives: CustomerLives, home: str) -> dict[str, Any]:
    codes = [TIERS.index(tier) for tier in tiers]
    inside = np.isin(deals.tier, codes)
    won = inside & deals.won
    priced = won & np.isfinite(deals.amount)
    timed = won & np.isfinite(deals.cycle_days)
    kept = np.isin(lives.tier, codes)
    return {
        "group": name,
        "accounts": len(np.unique(deals.account[inside])),
        "deals": int(inside.sum()),
        "won": int(won.sum()),
        "win_rate": _said(rate(deals.won[inside], deals.account[inside])),
        "amount": _said(median(deals.amount[priced], deals.account[priced], home)),
        "cycle_days": _said(median(deals.cycle_days[timed], deals.account[timed], "days")),
        "retention": _said(retention(lives.days[kept], lives.ended[kept])),
    }


def _said(estimate: Estimate | None) -> dict[str, Any] | None:
    return None if estimate is None else estimate.as_dict()


def closed_deals(con: duckdb.DuckDBPyConnection, home: str) -> ClosedDeals:
    """The closed new-business deals of accounts; amounts in the home currency, lost deals' amounts left out."""
    found = con.execute(
        """
        SELECT list_position($tiers, COALESCE(s.tier, 'unknown')) - 1 AS tier,
               DENSE_RANK() OVER (ORDER BY d.account_id) - 1 AS account, d.outcome = 'won' AS won,
               COALESCE(CASE WHEN d.outcome = 'won' THEN d.amount * r.rate END, 'nan'::DOUBLE) AS amount,
               COALESCE(CASE WHEN d.closed_on >= d.created_on THEN d.closed_on - d.created_on END,
                        'nan'::DOUBLE) AS cycle
        FROM sales_deals d
        LEFT JOIN scored s USING (account_id)
        LEFT JOIN list_rates r ON r.currency = COALESCE(NULLIF(UPPER(TRIM(d.currency)), ''), $home)
        WHERE d.outcome IN ('won', 'lost') AND d.deal_type = 'new_business' AND d.account_id IS NOT NULL
        ORDER BY d.deal_id
        """,
        {"tiers": list(TIERS), "home": home},
    ).fetchnumpy()
    return ClosedDeals(
        _whole(found["tier"]),
        _whole(found["account"]),
        np.asarray(found["won"], dtype=np.bool_),
        np.asarray(found["amount"], dtype=np.float64),
        np.asarray(found["cycle"], dtype=np.float64),
    )


def customer_lives(con: duckdb.DuckDBPyConnection, as_of: date) -> CustomerLives:
    """How long customers stay, right-censored at `as_of`, for those whose leaving the records would show.

    With subscriptions: the accounts that have one. Else, with a lost renewal on record: those that ever bought. Else
    nobody: that no leaving is on record then says nothing. A customer that left on an unknown day is not counted; one
    that came back later has left all the same.
    """
    found = con.execute(
        """
        WITH seen AS (
            SELECT (SELECT COUNT(*) FROM subscriptions) > 0 AS by_subscription,
                   (SELECT COUNT(*) FROM sales_deals WHERE deal_type = 'renewal' AND outcome = 'lost') > 0
                       AS by_renewal
        )
        SELECT list_position($tiers, COALESCE(s.tier, 'unknown')) - 1 AS tier,
               CAST(COALESCE(c.left_on, $as_of) - c.began_on AS DOUBLE) AS days, c.has_left AS ended
        FROM customer_states c CROSS JOIN seen LEFT JOIN scored s USING (account_id)
        WHERE (c.left_on IS NOT NULL OR NOT c.has_left) AND COALESCE(c.left_on, $as_of) >= c.began_on
          AND CASE WHEN seen.by_subscription THEN c.by_subscription ELSE by_renewal END
        ORDER BY c.account_id
        """,
        {"tiers": list(TIERS), "as_of": as_of},
    ).fetchnumpy()
    return CustomerLives(
        _whole(found["tier"]),
        np.asarray(found["days"], dtype=np.float64),
        np.asarray(found["ended"], dtype=np.bool_),
    )


def _whole(column: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(column, dtype=np.int64)
