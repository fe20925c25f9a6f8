"""What each deal took and what each customer paid and cost so far: the money and the days behind an exclusion's price.

One value a row of the evidence; what is known of a customer stands, as there, in the row of its first win.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np

from idealfit.evidence.table import Evidence, Flags, Floats
from idealfit.records.company import Company

LOGGED = 0.5
"""The share of closed deals with work of ours on record from which on days of work are counted."""


@dataclass(frozen=True)
class Economics:
    """Arrays of one value a row of the evidence, NaN where unknown.

    `yearly` revenue a year at the start, `months` as a customer so far, `revenue` = yearly x months / 12, `kept_share`
    the share left after the cost of sales (`gross_share` where nobody says), `support` and `tickets` so far;
    `days_open` from opening to closing (to the as-of for open deals), `days_worked` days in that time on which we did
    something (all NaN where that is not logged). `cost_to_work` an account; `gross_known`: for some customer the margin
    is on record.
    """

    yearly: Floats
    months: Floats
    revenue: Floats
    kept_share: Floats
    support: Floats
    tickets: Floats
    days_open: Floats
    days_worked: Floats
    gross_share: float
    gross_known: bool
    cost_to_work: float
    horizon: float
    currency: str

    @property
    def has_support(self) -> bool:
        """Whether anything is known of what support costs."""
        return bool(np.nansum(self.support) > 0)


def gather_economics(con: duckdb.DuckDBPyConnection, evidence: Evidence, company: Company, *, as_of: date) -> Economics:
    """The economics of `evidence`. Reads the tables `evidence_rows` and `customers` that `make_rows` made, and the
    view `activities`. Margin, costs, horizon and currency (else the one that most deals are in) are `company`'s.
    """
    rows = con.execute(
        """
        SELECT c.arr, r.months, c.cost_a_month, c.tickets_a_month, c.margin
        FROM evidence_rows r LEFT JOIN customers c ON c.account_id = r.account_id AND r.months IS NOT NULL
        ORDER BY r.row_number
        """
    ).fetchnumpy()
    yearly, months, a_month = (_floats(rows[name]) for name in ("arr", "months", "cost_a_month"))
    tickets, left = _floats(rows["tickets_a_month"]), _floats(rows["margin"])
    yearly = np.where(yearly > 0, yearly, np.nan)
    revenue = yearly * months / 12
    support = a_month * months
    # `margin` of a customer is what is left after support: the cost of sales alone is what this adds back
    gross = left + np.where(revenue > 0, support / revenue, 0.0)
    usual = company.gross_margin
    known = np.isfinite(gross) & ~np.isclose(gross, usual)
    return Economics(
        yearly=yearly,
        months=months,
        revenue=revenue,
        kept_share=np.where(np.isfinite(months), np.where(np.isfinite(gross), gross, usual), np.nan),
        support=support,
        tickets=tickets * months,
        days_open=_days_open(evidence, as_of),
        days_worked=_days_worked(con, evidence, as_of),
        gross_share=usual,
        gross_known=bool(known.any()),
        cost_to_work=company.cost_per_worked_account,
        horizon=float(company.value_horizon_months),
        currency=company.currency or commonest_currency(con),
    )


def _floats(values: Any) -> Floats:
    return np.asarray(np.ma.filled(np.ma.asarray(values, dtype=float), np.nan), dtype=float)


def _days_open(evidence: Evidence, as_of: date) -> Floats:
    ends = np.where(evidence.outcome == -1, np.datetime64(as_of, "D"), evidence.closed.astype("datetime64[D]"))
    days = (ends.astype("datetime64[D]") - evidence.opened.astype("datetime64[D]")).astype(float)
    days[np.isnat(ends.astype("datetime64[D]")) | np.isnat(evidence.opened)] = np.nan
    return np.where(days >= 0, days, np.nan)


def _days_worked(con: duckdb.DuckDBPyConnection, evidence: Evidence, as_of: date) -> Floats:
    """Days on which we did something for the account while the deal was open; inbound activities are the buyer's."""
    found = con.execute(
        """
        SELECT r.row_number, COUNT(DISTINCT CAST(a.occurred_at AS DATE)) AS days
        FROM evidence_rows r JOIN activities a
          ON a.account_id = r.account_id AND CAST(a.occurred_at AS DATE) BETWEEN r.created_on
             AND COALESCE(r.closed_on, $as_of)
        WHERE COALESCE(LOWER(TRIM(a.direction)), 'outbound') <> 'inbound'
        GROUP BY r.row_number
        """,
        {"as_of": as_of},
    ).fetchnumpy()
    days = np.zeros(evidence.rows)
    days[np.asarray(found["row_number"], dtype=np.int64) - 1] = np.asarray(found["days"], dtype=float)
    closed = evidence.outcome >= 0
    if not closed.any() or float(np.mean(days[closed] > 0)) < LOGGED:
        return np.full(evidence.rows, np.nan)
    return days


def commonest_currency(con: duckdb.DuckDBPyConnection) -> str:
    """The currency that most deals are in, '' where none is written."""
    found = con.execute(
        "SELECT UPPER(TRIM(currency)) FROM deals WHERE TRIM(currency) <> '' "
        "GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1"
    ).fetchone()
    return str(found[0]) if found else ""


def months_within(months: Floats, ended: Flags, horizon: float) -> float:
    """The mean months that a customer stays within `horizon`: the area under the Kaplan-Meier curve (restricted mean,
    Royston & Parmar 2013). Customers still there are censored; beyond the longest seen, the curve stays where it is.
    """
    share, area, before = 1.0, 0.0, 0.0
    for moment in np.unique(months[ended & (months < horizon)]):
        area += share * (float(moment) - before)
        before = float(moment)
        at_risk = int((months >= moment).sum())
        share *= 1 - int((ended & (months == moment)).sum()) / at_risk
    return area + share * (horizon - before)
