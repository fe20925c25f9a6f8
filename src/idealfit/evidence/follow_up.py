"""What became of each customer beyond staying and paying: its revenue after a year, what it said, whom it sent.

One value a row of the evidence, filled once an account, in the row of its first win; NaN where it is not known yet.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.expansion import TOLD, Basis, make_expansion
from idealfit.evidence.surveys import make_answers, make_referrals

Floats: TypeAlias = NDArray[np.float64]
Days: TypeAlias = NDArray[np.datetime64]


@dataclass(frozen=True)
class FollowUp:
    """One entry a row. `first_revenue` and `later_revenue`: what the customer paid a year when it began and twelve
    months later (0: it had left), known since `revenue_on`. `nps`: its answers to the survey, 0 to 10, the last of
    them on `answered_on`. `referred`: companies it sent; 0 for a customer that sent none, NaN where nothing at all is
    recorded of referrals. `basis`: where revenue was read.
    """

    first_revenue: Floats
    later_revenue: Floats
    revenue_on: Days
    nps: Floats
    answered_on: Days
    referred: Floats
    basis: Basis = "none"

    @property
    def nrr(self) -> Floats:
        """Net revenue retention of each customer: 1 pays what it paid, 0 has left."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.first_revenue > 0, self.later_revenue / self.first_revenue, np.nan)

    def take(self, rows: NDArray[np.int64]) -> FollowUp:
        """The same for some of the rows."""
        arrays = {
            one.name: getattr(self, one.name)[rows]
            for one in fields(self)
            if isinstance(getattr(self, one.name), np.ndarray)
        }
        return replace(self, **arrays)

    def as_of(self, moment: np.datetime64) -> FollowUp:
        """What of it was known on the day `moment`; whom a customer sent is then left unknown."""
        early = ~(self.revenue_on <= moment)
        unsaid = ~(self.answered_on <= moment)
        return replace(
            self,
            first_revenue=np.where(early, np.nan, self.first_revenue),
            later_revenue=np.where(early, np.nan, self.later_revenue),
            nps=np.where(unsaid, np.nan, self.nps),
            referred=np.full(len(self.referred), np.nan),
        )


def gather_follow_up(con: duckdb.DuckDBPyConnection, *, as_of: date, customers: bool) -> FollowUp:
    """What became of the customers of `evidence_rows`, in the order of its row_number.

    Needs the tables that `rows.make_rows` made. Where rows are deals, an account's entry stands in its first won one;
    `customers`: every dated row is a customer.
    """
    basis = make_expansion(con, as_of=as_of)
    make_answers(con, as_of=as_of)
    make_referrals(con, as_of=as_of)
    found = con.execute(
        """
        WITH first_rows AS (
            SELECT row_number, account_id FROM evidence_rows WHERE y = 1 OR ($customers AND started_on IS NOT NULL)
            QUALIFY ROW_NUMBER() OVER (
                PARTITION BY account_id ORDER BY months IS NULL, closed_on NULLS LAST, created_on NULLS LAST, row_number
            ) = 1
        )
        SELECT e.first_revenue, e.later_revenue, e.known_on, s.score, s.answered_on,
               CASE WHEN f.row_number IS NOT NULL AND (SELECT COUNT(*) FROM referrals) > 0
                    THEN COALESCE(g.referred, 0) END AS referred
        FROM evidence_rows r LEFT JOIN first_rows f USING (row_number)
        LEFT JOIN expansion e ON e.account_id = f.account_id
        LEFT JOIN answers s ON s.account_id = f.account_id
        LEFT JOIN referrals g ON g.account_id = f.account_id
        ORDER BY r.row_number
        """,
        {"customers": customers},
    ).fetchnumpy()
    return FollowUp(
        _floats(found["first_revenue"]),
        _floats(found["later_revenue"]),
        _days(found["known_on"]),
        _floats(found["score"]),
        _days(found["answered_on"]),
        _floats(found["referred"]),
        basis,
    )


def told(follow_up: FollowUp | None) -> tuple[str, ...]:
    """What a reader must know of where the revenue of a year later was read; nothing where it is not known."""
    if follow_up is None:
        return ()
    known = int(np.isfinite(follow_up.nrr).sum())
    return (f"{TOLD[follow_up.basis]}; known of {known:,} customers",) if known else ()


def _floats(values: object) -> Floats:
    return np.asarray(np.ma.filled(np.ma.asarray(values, dtype=float), np.nan), dtype=float)


def _days(values: object) -> Days:
    return np.asarray(np.ma.filled(np.ma.asarray(values, dtype="datetime64[D]"), np.datetime64("NaT", "D")))
