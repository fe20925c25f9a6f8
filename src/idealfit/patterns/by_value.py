"""An attribute value by value: how many deals were won, lost and are open where it had each, and which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from idealfit.evidence.table import Evidence, Fact, Flags

MOST_VALUES, BANDS = 12, 4


@dataclass(frozen=True)
class ValueCount:
    """The deals whose account had a value of the attribute the day before they opened; `records` their ids."""

    value: str
    won: int
    lost: int
    open: int
    accounts: int
    records: Mapping[str, tuple[str, ...]]


def values_of(fact: Fact, evidence: Evidence) -> tuple[ValueCount, ...]:
    """A line a value, the commonest first and at most twelve (a number in four bands), then what is left, then where it
    is not known: together all deals. Of a list the tools overlap.
    """
    made = _sides(fact)
    if fact.kind == "list":
        return tuple(_count(name, rows, evidence) for name, rows in [*made, ("not known", ~fact.known)])
    shown = np.zeros(evidence.rows, dtype=bool)
    for _name, rows in made:
        shown |= rows
    lines = [*made, ("other values", fact.known & ~shown), ("not known", ~fact.known)]
    return tuple(_count(name, rows, evidence) for name, rows in lines if rows.any())


def _sides(fact: Fact) -> list[tuple[str, Flags]]:
    known = fact.known
    if fact.kind in ("boolean", "role"):
        return [("yes", known & (fact.values == 1)), ("no", known & (fact.values == 0))]
    if fact.kind == "number":
        return _bands(fact)
    if fact.kind == "event":
        ever = np.nan_to_num(fact.values[:, -1]) > 0
        return [("happened before", known & ever), ("had not happened", known & ~ever)]
    if fact.kind == "list":
        counts: dict[str, int] = {}
        for row in np.flatnonzero(known):
            for tool in fact.values[row]:
                counts[tool] = counts.get(tool, 0) + 1
        tools = sorted(counts, key=lambda tool: (-counts[tool], tool))[:MOST_VALUES]
        return [
            (fact.spelling.get(tool, tool), np.array([value is not None and tool in value for value in fact.values]))
            for tool in tools
        ]
    levels, sizes = np.unique(fact.values[known].astype(str), return_counts=True)
    order = np.argsort(-sizes, kind="stable")[:MOST_VALUES]
    return [(fact.spelling.get(str(levels[at]), str(levels[at])), known & (fact.values == levels[at])) for at in order]


def _bands(fact: Fact) -> list[tuple[str, Flags]]:
    """Quarters of the known values, or the values themselves where they are few."""
    values = np.where(fact.known, fact.values.astype(float), np.nan)
    distinct = np.unique(values[fact.known])
    if len(distinct) <= 2 * BANDS:
        return [(_figure(value), fact.known & (values == value)) for value in distinct]
    cuts = np.unique(np.quantile(values[fact.known], np.linspace(0, 1, BANDS + 1)))
    made = []
    for low, high in pairwise(cuts):
        last = high == cuts[-1]
        inside = fact.known & (values >= low) & ((values <= high) if last else (values < high))
        made.append((f"{_figure(low)} to {'' if last else 'below '}{_figure(high)}", inside))
    return made


def _figure(value: float) -> str:
    """As people write it: 11.8M, 4,120, 12.5, and a year without a comma."""
    if float(value).is_integer() and 1800 <= value <= 2100:
        return f"{value:.0f}"
    for size, word in ((1e9, "B"), (1e6, "M")):
        if abs(value) >= size:
            return f"{value / size:,.3g}{word}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _count(name: str, rows: Flags, evidence: Evidence) -> ValueCount:
    sides = {word: rows & (evidence.outcome == value) for word, value in (("won", 1), ("lost", 0), ("open", -1))}
    return ValueCount(
        name,
        int(sides["won"].sum()),
        int(sides["lost"].sum()),
        int(sides["open"].sum()),
        len(np.unique(evidence.account[rows])),
        {word: tuple(str(one) for one in evidence.deal_id[side]) for word, side in sides.items()},
    )
