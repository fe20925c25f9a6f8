"""Two columns against each other: how many companies, how many deals and what share was won where they meet.

A rate of three deals is hardly a rate: each is drawn towards that of all deals, the more the fewer deals it is from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from idealfit.evidence.estimate import LEVEL, Estimate, Floats, design_effect
from idealfit.evidence.table import Evidence
from idealfit.patterns.bands import Band
from idealfit.patterns.cohort import states_then
from idealfit.profile.coverage import Coverage
from idealfit.profile.predicate import Predicate
from idealfit.scores.states import criterion_states

ENOUGH: Final = 5
"""Fewer accounts with a closed deal are no evidence, as five are the least that support a pattern."""


@dataclass(frozen=True)
class Cell:
    """Where two bands meet: `market` accounts of today; the deals whose account was there when they opened, won, lost
    and open, of so many `accounts` with a closed one. `rate`: the share won, drawn towards that of all deals (None
    without a closed deal); `raw`: as it was seen.
    """

    market: int
    won: int
    lost: int
    open: int
    accounts: int
    rate: Estimate | None
    raw: float | None

    @property
    def enough(self) -> bool:
        """Whether there is evidence at all."""
        return self.accounts >= ENOUGH


@dataclass(frozen=True)
class Crossing:
    """`cells`: a row for each of `rows`, in it one for each of `columns`; bands in which nothing is are left out.
    `rate`: the share of all closed deals that was won. `strength`: how many deals' weight that share has in each cell;
    infinite where the cells differ by no more than chance.
    """

    rows: tuple[Band, ...]
    columns: tuple[Band, ...]
    cells: tuple[tuple[Cell, ...], ...]
    rate: float
    strength: float


def crossing_of(
    con: duckdb.DuckDBPyConnection,
    evidence: Evidence,
    rows: Sequence[Band],
    columns: Sequence[Band],
    *,
    as_of: date,
    coverage: Coverage | Mapping[str, Any] | None,
) -> Crossing:
    """The crossing of two sets of bands, each of which holds every account once. Needs the tables that
    `gather_evidence` made; deals are read as it was the day before they opened, accounts as of `as_of`.
    """
    asked = {f"r{at}": one.predicate for at, one in enumerate(rows)}
    asked |= {f"c{at}": one.predicate for at, one in enumerate(columns)}
    market = _market(con, asked, (len(rows), len(columns)), as_of, coverage)
    then = states_then(con, asked, coverage=coverage)
    row, column = _place(then, "r", len(rows)), _place(then, "c", len(columns))
    closed = (evidence.outcome >= 0) & (row >= 0) & (column >= 0)
    won = evidence.outcome == 1
    overall = float(won[closed].mean()) if closed.any() else 0.0
    whole = design_effect(won[closed], _numbered(evidence, closed)) if closed.any() else 1.0
    counts = _counted(row, column, (len(rows), len(columns)), {"won": closed & won, "closed": closed})
    strength = prior_strength(counts["won"].ravel() / whole, counts["closed"].ravel() / whole)
    weight = min(strength, float(counts["closed"].sum()) / whole)  # no more than all deals together
    made = []
    for up in range(len(rows)):
        line = []
        for across in range(len(columns)):
            here = (row == up) & (column == across)
            wins, ended = int(counts["won"][up, across]), int(counts["closed"][up, across])
            accounts = len(np.unique(evidence.account[here & closed]))
            rate = shrunken(wins / whole, ended / whole, overall, weight, n=ended, accounts=accounts)
            line.append(
                Cell(
                    int(market[up, across]),
                    wins,
                    ended - wins,
                    int((here & (evidence.outcome == -1)).sum()),
                    accounts,
                    rate if ended else None,
                    wins / ended if ended else None,
                )
            )
        made.append(tuple(line))
    held = [any(cell.market or cell.won + cell.lost + cell.open for cell in line) for line in made]
    across_ = [any(line[at].market or line[at].won + line[at].lost for line in made) for at in range(len(columns))]
    return Crossing(
        tuple(compress(rows, held)),
        tuple(compress(columns, across_)),
        tuple(tuple(compress(line, across_)) for line in compress(made, held)),
        overall,
        strength,
    )


def prior_strength(won: Floats, closed: Floats) -> float:
    """The weight, in deals, of the share of all deals in each group's own: p (1 - p) / variance - 1, the variance of
    the groups' true shares by the method of moments (Kleinman 1973). Infinite where the groups differ by no more than
    chance gives.
    """
    here = closed > 0
    won, closed = won[here], closed[here]
    total = float(closed.sum())
    spread = total - float(np.square(closed).sum()) / total if total else 0.0
    p = float(won.sum()) / total if total else 0.0
    if len(closed) < 2 or spread <= 0 or not 0 < p < 1:
        return math.inf
    seen = float(np.sum(closed * np.square(won / closed - p)))
    variance = (seen - (len(closed) - 1) * p * (1 - p)) / spread
    return max(0.0, p * (1 - p) / variance - 1) if variance > 0 else math.inf


def shrunken(won: float, closed: float, overall: float, strength: float, *, n: int, accounts: int) -> Estimate:
    """The share won of `closed` (perhaps fewer than they are, for the accounts they share) drawn towards `overall`,
    with the interval of the beta distribution that is then believed (empirical Bayes: Casella 1985).
    """
    yes, no = won + strength * overall, closed - won + strength * (1 - overall)
    value = yes / (yes + no) if yes + no > 0 else overall
    tail = (1 - LEVEL) / 2
    low, high = (float(betaincinv(max(yes, 1e-9), max(no, 1e-9), q)) for q in (tail, 1 - tail))
    return Estimate(value, min(low, value), max(high, value), n, LEVEL, accounts)


def _market(
    con: duckdb.DuckDBPyConnection,
    asked: Mapping[str, Predicate],
    shape: tuple[int, int],
    as_of: date,
    coverage: Coverage | Mapping[str, Any] | None,
) -> NDArray[np.int64]:
    con.execute("CREATE OR REPLACE TEMP VIEW asked_accounts AS SELECT * FROM accounts WHERE duplicate_of IS NULL")
    criterion_states(con, asked, rows="asked_accounts", as_of=as_of, coverage=coverage, into="asked_now")
    row = f"CASE {' '.join(f'WHEN r{at} THEN {at}' for at in range(shape[0]))} END"
    column = f"CASE {' '.join(f'WHEN c{at} THEN {at}' for at in range(shape[1]))} END"
    counts = np.zeros(shape, dtype=np.int64)
    for up, across, found in con.execute(
        f"SELECT {row} AS up, {column} AS across, COUNT(*) FROM asked_now GROUP BY up, across"
    ).fetchall():
        if up is not None and across is not None:
            counts[up, across] = found
    return counts


def _place(states: Mapping[str, Floats], prefix: str, many: int) -> NDArray[np.int64]:
    """Which band each row of the evidence is in; -1 where none says so."""
    found = np.full(len(next(iter(states.values()))), -1, dtype=np.int64)
    for at in reversed(range(many)):
        found[states[f"{prefix}{at}"] == 1] = at
    return found


def _counted(
    row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int], of: Mapping[str, NDArray[np.bool_]]
) -> dict[str, NDArray[np.int64]]:
    flat = row * shape[1] + column
    size = shape[0] * shape[1]
    return {name: np.bincount(flat[mask], minlength=size).reshape(shape) for name, mask in of.items()}


def _numbered(evidence: Evidence, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.unique(evidence.account[mask], return_inverse=True)[1].astype(np.int64)
