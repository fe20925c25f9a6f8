"""What evidence.html is made of: sections of sentences, tables and cards; and how its figures are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from idealfit.profile.rendering.reading import mapping, number
from idealfit.profile.rendering.wording import capital, clean, count, n_of_m

MOST_IDS: Final = 400
"""Ids of records behind one figure on the page; evidence.json has the others."""


@dataclass(frozen=True)
class Table:
    """Column heads and rows of text; `wide` names the columns whose text may break; `caption` stands above it."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: frozenset[int] = frozenset({0})
    caption: str = ""


@dataclass(frozen=True)
class Fold:
    """What opens when a reader asks for it: ids of records, names, or tables."""

    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Card:
    """One criterion or segment: what it says, a tag, its points, facts with labels, tables and what opens."""

    key: str
    title: str
    tag: str = ""
    mark: str = ""
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    notes: tuple[str, ...] = ()
    folds: tuple[Fold, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the page; one without any content is left out."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    cards: tuple[Card, ...] = ()
    folds: tuple[Fold, ...] = ()

    @property
    def empty(self) -> bool:
        """Is there nothing to show?"""
        return not (self.lines or self.items or self.tables or self.cards or self.folds)


def table_of(
    heads: Sequence[str], rows: Iterable[Sequence[str]], wide: Iterable[int] = (0,), caption: str = ""
) -> Table | None:
    """A table without the columns that are empty in every row; None without rows."""
    made = [tuple(row) for row in rows]
    if not made:
        return None
    kept = [place for place, head in enumerate(heads) if not head or any(row[place] for row in made)]
    broken = frozenset(place for place, old in enumerate(kept) if old in set(wide))
    return Table(
        tuple(heads[old] for old in kept), tuple(tuple(row[old] for old in kept) for row in made), broken, caption
    )


def some(*tables: Table | None) -> tuple[Table, ...]:
    """The tables that are there."""
    return tuple(one for one in tables if one is not None)


def records_of(title: str, records: Iterable[tuple[str, Sequence[Any], float | None]]) -> tuple[Fold, ...]:
    """A fold with the ids behind figures, a line a figure: its name, the ids (the first 400 are shown) and how many
    there are in all where evidence.json may hold fewer. None without any ids.
    """
    there = [(name, ids, max(len(ids), round(total or 0))) for name, ids, total in records if ids]
    if not there:
        return ()
    lines = []
    for name, ids, total in there:
        shown = ids[:MOST_IDS]
        more = f" and {total - len(shown):,} more: see evidence.json" if total > len(shown) else ""
        lines.append(f"{capital(name)} ({count(total)}): {', '.join(clean(one) for one in shown)}{more}")
    return (Fold(f"{title}: {', '.join(f'{count(total)} {name}' for name, _ids, total in there)}", tuple(lines)),)


def won_of(counts: Mapping[str, Any], side: str) -> str:
    """'12 of 31 (39 in 100)' of one side (`match` or `rest`) of a count; '' without any."""
    won, lost = number(counts.get(f"{side}_won")), number(counts.get(f"{side}_lost"))
    if won is None or lost is None or not won + lost:
        return ""
    return f"{n_of_m(won, won + lost)} ({percent(won / (won + lost))})"


def percent(value: Any) -> str:
    """A share as people write it; '' where none is known, one decimal below one per cent."""
    found = number(value)
    if found is None:
        return ""
    return f"{100 * found:.1f}%" if 0 < abs(found) < 0.01 else f"{100 * found:.0f}%"


def ranged(value: Any, form: str = "{:.2f}", scale: float = 1.0) -> str:
    """'0.31 (0.24 to 0.39)' of an estimate {value, low, high}; '' where there is none."""
    found = mapping(value)
    numbers = [number(found.get(name)) for name in ("value", "low", "high")]
    if numbers[0] is None:
        return ""
    said = [form.format(scale * one) if one is not None else "?" for one in numbers]
    return said[0] if numbers[1] is None or numbers[2] is None else f"{said[0]} ({said[1]} to {said[2]})"


def shares(value: Any) -> str:
    """An estimate of a share, in per cent: '31% (24% to 39%)'."""
    return ranged(value, "{:.0f}%", 100.0)


def times(value: Any) -> str:
    """An odds ratio or another factor, '' where none is known."""
    found = number(value)
    return "" if found is None else f"{found:.2f}"


def one_in(value: Any) -> str:
    """A chance as 'one in 1,200'; '' where none is known."""
    found = number(value)
    if found is None:
        return ""
    if found > 0.67:
        return "nearly every one"
    if found < 1e-6:
        return "less than one in a million"
    return f"one in {round(1 / found):,}"
