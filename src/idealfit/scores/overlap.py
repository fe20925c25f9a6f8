"""How far two statements speak of the same accounts: what one adds to the other on this data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.scores import sql

Relation: TypeAlias = Literal["equivalent", "first implies second", "second implies first", "apart", "overlapping"]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """A group of accounts: how many, and of those with a closed deal how many won one."""

    accounts: int
    won: int = 0
    closed: int = 0


@dataclass(frozen=True)
class Overlap:
    """Two statements over the same accounts: true of both, of one alone, of neither, and where either is unknown."""

    first: str
    second: str
    both: Part
    only_first: Part
    only_second: Part
    neither: Part
    unknown: Part

    @property
    def relation(self) -> Relation | None:
        """What holds wherever both are known; None where neither is true of any account."""
        both, first, second = self.both.accounts, self.only_first.accounts, self.only_second.accounts
        if both + first + second == 0:
            return None
        if both == 0:
            return "apart"
        if first == 0:
            return "equivalent" if second == 0 else "first implies second"
        return "second implies first" if second == 0 else "overlapping"

    @property
    def shared(self) -> float | None:
        """Of the accounts of which either is true, the share of which both are (0 to 1)."""
        either = self.both.accounts + self.only_first.accounts + self.only_second.accounts
        return self.both.accounts / either if either else None


def overlaps(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], *, names: Sequence[str] | None = None
) -> tuple[Overlap, ...]:
    """Every pair of the boolean `columns` of `table` (NULL is unknown), the pairs that share most first.

    The table may have boolean columns `won` and `closed` a row; without them nothing is counted as closed. `names` are
    what the columns are called in the answer.
    """
    there = {str(row[0]) for row in con.execute(f"DESCRIBE {sql.text_of(sql.table(table))}").fetchall()}
    asked = [*columns, *(name for name in ("won", "closed") if name in there)]
    listed = ", ".join(sql.text_of(sql.name(name)) for name in asked)
    found = con.execute(f"SELECT {listed} FROM {sql.text_of(sql.table(table))}").fetchnumpy()
    states = [_state(found[name]) for name in columns]
    rows = len(states[0][0]) if states else 0
    closed = _state(found["closed"])[0] if "closed" in found else np.zeros(rows, bool)
    won = _state(found["won"])[0] & closed if "won" in found else np.zeros(rows, bool)

    def part(flags: Flags) -> Part:
        return Part(*(int(np.count_nonzero(flags & each)) for each in (np.ones(rows, bool), won, closed)))

    called = list(names or columns)
    made = []
    for one, other in combinations(range(len(columns)), 2):
        (true, false), (its_true, its_false) = states[one], states[other]
        known = (true | false) & (its_true | its_false)
        parts = (true & its_true, true & its_false, false & its_true, false & its_false, ~known)
        made.append(Overlap(called[one], called[other], *map(part, parts)))
    return tuple(sorted(made, key=lambda pair: (-(pair.shared or 0), pair.first, pair.second)))


def _state(values: Any) -> tuple[Flags, Flags]:
    """Where a column is true and where it is false."""
    unknown = np.ma.getmaskarray(np.ma.asarray(values))
    held = np.ma.getdata(np.ma.asarray(values)).astype(bool)
    return held & ~unknown, ~held & ~unknown
