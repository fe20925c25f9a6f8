"""The price of refusing a group of accounts: the wins it would have cost, by name, and what it would have saved."""

from __future__ import annotations

from typing import Any

import numpy as np

from idealfit.evidence.economics import Economics
from idealfit.evidence.table import Evidence, Flags, Floats

MOST_WINS = 5_000


def price_of(inside: Flags, evidence: Evidence, economics: Economics) -> dict[str, Any]:
    """What refusing the rows of `inside` (one flag a row of the evidence) would have cost and saved, from the records.

    `accounts`, `deals_avoided` (closed) and `deals_open`; `wins` with deal, account, name and amount, the largest
    first; of the customers among them what they paid, support cost and what is left so far; days of work. Sums are over
    what is known; a sum of which nothing is known is None.
    """
    closed = inside & (evidence.outcome >= 0)
    won = inside & (evidence.outcome == 1)
    customers = won & np.isfinite(economics.months)
    amount = np.where(np.isfinite(evidence.amount), evidence.amount, economics.yearly)
    order = np.flatnonzero(won)
    order = order[np.argsort(-np.nan_to_num(amount[order]), kind="stable")]
    wins = [
        {
            "deal_id": str(evidence.deal_id[row]),
            "account_id": str(evidence.account_id[row]),
            "name": str(evidence.name[row]),
            "amount": number(amount[row]),
        }
        for row in order[:MOST_WINS]
    ]
    worked = len(np.unique(evidence.account[closed]))
    gross = economics.revenue * economics.kept_share
    support = economics.support if economics.has_support else np.full(evidence.rows, np.nan)
    price: dict[str, Any] = {
        "accounts": worked,
        "deals_avoided": int(closed.sum()),
        "won": int(won.sum()),
        "deals_open": int(np.sum(inside & (evidence.outcome == -1))),
        "wins_given_up": list(dict.fromkeys(win["name"] for win in wins))[:10],
        "wins": wins,
        "won_amount": _sum(amount, won),
        "customers": int(customers.sum()),
        "customers_left": int(np.sum(evidence.ended & customers)),
        "months_kept": _mean(economics.months, customers),
        "revenue": _sum(economics.revenue, customers),
        "gross_margin": _sum(gross, customers),
        "support_cost": _sum(support, customers),
        "tickets": _sum(economics.tickets, customers) if np.nansum(economics.tickets) > 0 else None,
        "cost_to_win": number(economics.cost_to_work * worked) if economics.cost_to_work else None,
        "days_open": _sum(economics.days_open, closed),
        "days_worked": _sum(economics.days_worked, closed),
        "currency": economics.currency,
    }
    price["left"] = _left(price)
    return price


def _left(price: dict[str, Any]) -> float | None:
    """Gross margin less support less the cost of working all of the accounts, so far; None where nothing was paid."""
    if price["gross_margin"] is None:
        return None
    return number(price["gross_margin"] - (price["support_cost"] or 0.0) - (price["cost_to_win"] or 0.0))


def _sum(values: Floats, rows: Flags) -> float | None:
    known = values[rows & np.isfinite(values)]
    return number(float(known.sum())) if len(known) else None


def _mean(values: Floats, rows: Flags) -> float | None:
    known = values[rows & np.isfinite(values)]
    return number(float(known.mean())) if len(known) else None


def number(value: float) -> float | None:
    """A figure as it stands in evidence.json: nine digits, None where it is none."""
    return float(f"{value:.9g}") if np.isfinite(value) else None
