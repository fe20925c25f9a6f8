"""A cohort: any statement about accounts, and what became of the deals of those it was true for when they opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, Flags, Floats, median, rate
from idealfit.evidence.outcome import DAYS_PER_MONTH
from idealfit.evidence.retention import retention
from idealfit.evidence.stay_curve import StayCurve, stay_curve
from idealfit.evidence.table import Evidence
from idealfit.profile.coverage import Coverage
from idealfit.profile.predicate import Predicate
from idealfit.scores.states import criterion_states
from idealfit.store.engine import quote


@dataclass(frozen=True)
class Side:
    """The deals on one side of a statement, and what is known of them; None where nothing is.

    `amount` and `cycle` are medians of won deals; `kept` the share of customers that stay longer than a year.
    `records` are deal ids (customer or account ids where there are no deals) by outcome: won, lost, open. `stay`: the
    curve of its customers.
    """

    won: int
    lost: int
    open: int
    accounts: int
    win_rate: Estimate | None
    amount: Estimate | None
    cycle: Estimate | None
    kept: Estimate | None
    records: Mapping[str, tuple[str, ...]]
    stay: StayCurve | None = None


@dataclass(frozen=True)
class Cohort:
    """The deals whose account matched at the opening, those whose account did not, and those of whom it is not known.

    `market`: accounts of today for which the statement is true, false and unknown.
    """

    matching: Side
    others: Side
    unknown: Side
    market: tuple[int, int, int]


def cohort_of(
    con: duckdb.DuckDBPyConnection,
    evidence: Evidence,
    predicate: Predicate,
    *,
    as_of: date,
    coverage: Coverage | Mapping[str, Any] | None,
) -> Cohort:
    """The cohort of `predicate`. Needs the tables `evidence_rows` and `as_known` that `gather_evidence` made; the
    statement is read as it was the day before each deal opened, and for the market as of `as_of`.
    """
    asked = {"asked": predicate}
    state = states_then(con, asked, coverage=coverage)["asked"]
    con.execute("CREATE OR REPLACE TEMP VIEW asked_accounts AS SELECT * FROM accounts WHERE duplicate_of IS NULL")
    criterion_states(con, asked, rows="asked_accounts", as_of=as_of, coverage=coverage, into="asked_now")
    counts = dict(con.execute("SELECT asked, COUNT(*) FROM asked_now GROUP BY asked").fetchall())
    return Cohort(
        _side(evidence, state == 1),
        _side(evidence, state == 0),
        _side(evidence, np.isnan(state)),
        (counts.get(True, 0), counts.get(False, 0), counts.get(None, 0)),
    )


def states_then(
    con: duckdb.DuckDBPyConnection,
    predicates: Mapping[str, Predicate],
    *,
    coverage: Coverage | Mapping[str, Any] | None,
) -> dict[str, Floats]:
    """1, 0, NaN for each predicate and evidence row, in their order, as it was the day before the deal opened."""
    if not predicates:
        return {}
    numbered = {f"c{place}": predicate for place, predicate in enumerate(predicates.values())}
    criterion_states(
        con, numbered, rows=rows_then(con), as_of="row", coverage=coverage, keep=("row_number",), into="asked_then"
    )
    rows = con.execute(f"SELECT {', '.join(numbered)} FROM asked_then ORDER BY row_number").fetchall()
    return {
        name: np.array([np.nan if row[place] is None else float(row[place]) for row in rows])
        for place, name in enumerate(predicates)
    }


def rows_then(con: duckdb.DuckDBPyConnection) -> str:
    """The name of a view of the evidence rows with the attributes of their accounts as they were, and `as_of`."""
    names = [row[0] for row in con.execute("DESCRIBE as_known").fetchall() if row[0] != "row_number"]
    listed = "".join(f", k.{quote(name)}" for name in names)
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW asked_rows AS SELECT r.row_number, r.account_id, r.t AS as_of{listed} "
        "FROM evidence_rows r JOIN as_known k USING (row_number)"
    )
    return "asked_rows"


def _side(evidence: Evidence, here: Flags) -> Side:
    won, lost, opened = (here & (evidence.outcome == value) for value in (1, 0, -1))
    closed = won | lost
    value = np.where(np.isfinite(evidence.amount), evidence.amount, evidence.arr)
    followed = won & np.isfinite(evidence.months)
    return Side(
        won=int(won.sum()),
        lost=int(lost.sum()),
        open=int(opened.sum()),
        accounts=len(np.unique(evidence.account[here])),
        win_rate=rate(evidence.outcome[closed] == 1, _groups(evidence, closed)),
        amount=median(value[won], _groups(evidence, won)),
        cycle=median(evidence.cycle_days[won], _groups(evidence, won), "days"),
        kept=retention(evidence.months[followed] * DAYS_PER_MONTH, evidence.ended[followed]),
        records={
            name: tuple(str(one) for one in evidence.deal_id[mask])
            for name, mask in (("won", won), ("lost", lost), ("open", opened))
        },
        stay=stay_curve(evidence.months[followed], evidence.ended[followed]),
    )


def _groups(evidence: Evidence, mask: Flags) -> NDArray[np.int64]:
    return np.unique(evidence.account[mask], return_inverse=True)[1].astype(np.int64)
