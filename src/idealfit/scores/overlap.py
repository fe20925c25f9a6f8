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
    """Two statements over the same accounts: true of both, of one alone, of neither, and where either is unknown.

    `relation` is what holds wherever both are known (None: neither is true of any account), `shared` of the accounts of
    which either is true the share of which both are (0 to 1).
    """

    first: str
    second: str
    both: Part
    only_first: Part
    only_second: Part
    neither: Part
    unknown: Part
    relation: Relation | None
    shared: float | None


def _pair(first: str, second: str, parts: tuple[Part, Part, Part, Part, Part]) -> Overlap:
    both, here, there = (part.accounts for part in parts[:3])
    either = both + here + there
    relation: Relation | None = "overlapping" if either else None
    if either and both == 0:
        relation = "apart"
    elif either and here == 0:
        relation = "equivalent" if there == 0 else "first implies second"
    elif either and there == 0:
        relation = "second implies first"
    common, only_first, only_second, neither, unknown = parts
    shared = both / either if either else None
    return Overlap(first, second, common, only_first, only_second, neither, unknown, relation, shared)


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
        parts = (
            part(true & its_true),
            part(true & its_false),
            part(false & its_true),
            part(false & its_false),
            part(~known),
        )
        made.append(_pair(called[one], called[other], parts))
    return tuple(sorted(made, key=lambda pair: (-(pair.shared or 0), pair.first, pair.second)))


def overlaps_of_groups(
    names: Sequence[str], groups: Sequence[tuple[tuple[bool | None, ...], int]]
) -> tuple[Overlap, ...]:
    """The same of accounts that were counted elsewhere: a group is what holds of its accounts, in the order of `names`
    (None is unknown), and how many they are.
    """
    made = []
    for one, other in combinations(range(len(names)), 2):

        def part(first: bool, second: bool, one: int = one, other: int = other) -> Part:
            return Part(sum(count for flags, count in groups if (flags[one], flags[other]) == (first, second)))

        unknown = Part(sum(count for flags, count in groups if None in (flags[one], flags[other])))
        parts = (part(True, True), part(True, False), part(False, True), part(False, False), unknown)
        made.append(_pair(names[one], names[other], parts))
    return tuple(sorted(made, key=lambda pair: (-(pair.shared or 0), pair.first, pair.second)))


def _state(values: Any) -> tuple[Flags, Flags]:
    """Where a column is true and where it is false."""
    unknown = np.ma.getmaskarray(np.ma.asarray(values))
    held = np.ma.getdata(np.ma.asarray(values)).astype(bool)
    return held & ~unknown, ~held & ~unknown
