"""The open pipeline beside the profile: every open deal with the tier of its account, and the share in A and B."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

PIPELINE_COLUMNS = (
    "deal_id",
    "deal",
    "account_id",
    "account",
    "tier",
    "tier_range",
    "priority",
    "stage",
    "deal_type",
    "amount",
    "currency",
    "owner",
    "opened_on",
    "age_days",
    "expected_close",
)
NO_ACCOUNT = "unknown: no account"


def make_pipeline(con: duckdb.DuckDBPyConnection, *, as_of: date, home: str) -> None:
    """Make the table `pipeline_rows`: one row an open deal, A accounts first, then the largest and the oldest.

    Columns as in pipeline.csv, and `home_amount`: the amount in the home currency, NULL where it is unknown or its
    currency has no rate. Reads `sales_deals`, `scored`, `account_words`, `list_rates`.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE pipeline_rows AS
        WITH joined AS (
            SELECT d.deal_id, d.name AS deal, d.account_id, a.name AS account,
                   CASE WHEN d.account_id IS NULL THEN '{NO_ACCOUNT}' ELSE COALESCE(s.tier, 'unknown') END AS tier,
                   CASE WHEN d.account_id IS NULL THEN '{NO_ACCOUNT}'
                        ELSE COALESCE(w.tier_range, s.tier, 'unknown') END AS tier_range,
                   s.priority, d.stage, d.deal_type, d.amount,
                   COALESCE(NULLIF(UPPER(TRIM(d.currency)), ''), $home) AS currency,
                   COALESCE(d.owner_id, a.owner_id) AS owner, d.created_on AS opened_on,
                   $as_of - d.created_on AS age_days, d.closed_on AS expected_close
            FROM sales_deals d
            LEFT JOIN accounts a ON a.account_id = d.account_id
            LEFT JOIN scored s ON s.account_id = d.account_id
            LEFT JOIN account_words w ON w.account_id = d.account_id
            WHERE d.outcome = 'open'
        )
        SELECT j.*, j.amount * r.rate AS home_amount
        FROM joined j LEFT JOIN list_rates r ON r.currency = j.currency
        ORDER BY CASE tier WHEN 'A' THEN 1 WHEN 'B' THEN 2 WHEN 'C' THEN 4 WHEN 'excluded' THEN 5
                           WHEN '{NO_ACCOUNT}' THEN 6 ELSE 3 END,
                 home_amount DESC NULLS LAST, age_days DESC NULLS LAST, deal_id
        """,
        {"as_of": as_of, "home": home},
    )


def pipeline_share(con: duckdb.DuckDBPyConnection, home: str, *, scored: bool = True) -> dict[str, Any]:
    """How much of the open pipeline lies in A and B accounts, by count and by money.

    `open_deals`, `in_ab`, `without_account`, `not_sales` (open deals that are no sales: listed, not counted);
    `amount`, `amount_in_ab` in `currency`, over the deals whose amount is known there; `amount_unknown`: how many open
    deals have none; `by_currency`: the same for every currency by itself, never added. Without scores (`scored` false)
    nobody knows what is A or B: those figures are None, not 0.
    """
    row = con.execute(
        """
        SELECT COUNT(*) FILTER (WHERE sales), COUNT(*) FILTER (WHERE sales AND ab),
               COUNT(*) FILTER (WHERE sales AND account_id IS NULL), COUNT(*) FILTER (WHERE NOT sales),
               SUM(home_amount) FILTER (WHERE sales), SUM(home_amount) FILTER (WHERE sales AND ab),
               COUNT(*) FILTER (WHERE sales AND amount IS NULL),
               COUNT(*) FILTER (WHERE sales AND amount IS NOT NULL AND home_amount IS NULL)
        FROM (SELECT *, deal_type <> 'not_sales' AS sales, tier IN ('A', 'B') AS ab FROM pipeline_rows)
        """
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate without GROUP BY always has one row
    each = con.execute(
        """
        SELECT currency, COUNT(*), COUNT(*) FILTER (WHERE tier IN ('A', 'B')), SUM(amount),
               SUM(amount) FILTER (WHERE tier IN ('A', 'B')), COUNT(*) FILTER (WHERE amount IS NULL)
        FROM pipeline_rows WHERE deal_type <> 'not_sales' GROUP BY currency ORDER BY currency
        """
    ).fetchall()
    open_deals, in_ab, without_account, not_sales, amount, amount_in_ab, unknown, unconverted = row
    known = amount is not None
    return {
        "open_deals": open_deals,
        "in_ab": in_ab if scored else None,
        "share_in_ab": _share(in_ab, open_deals) if scored else None,
        "without_account": without_account,
        "not_sales": not_sales,
        "amount": _money(amount),
        "amount_in_ab": _money(amount_in_ab or 0.0) if known and scored else None,
        "amount_share_in_ab": _share(amount_in_ab or 0.0, amount) if known and scored else None,
        "currency": home or None,
        "amount_unknown": unknown,
        "amount_without_rate": unconverted,
        "by_currency": [
            {
                "currency": currency or None,
                "open_deals": deals,
                "in_ab": deals_ab if scored else None,
                "amount": _money(total),
                "amount_in_ab": _money(total_ab or 0.0) if total is not None and scored else None,
                "amount_unknown": gaps,
            }
            for currency, deals, deals_ab, total, total_ab, gaps in each
        ],
    }


def _share(part: float, whole: float | None) -> float | None:
    return round(part / whole, 6) if whole else None


def _money(amount: float | None) -> float | None:
    """To the cent, so that the order in which an engine adds cannot show."""
    return None if amount is None else round(amount, 2)
