"""A column in a few bands that hold every account once, each a statement of the language: for charts to open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import duckdb

from idealfit.accounts.folding import fold
from idealfit.profile.parsing import to_text
from idealfit.profile.predicate import (
    And,
    Attribute,
    Comparison,
    IsNull,
    Number,
    OneOf,
    Predicate,
    Text,
    Truth,
)
from idealfit.profile.tokens import is_storable
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

MOST_LEVELS: Final = 10
MOST_BANDS: Final = 5
HEADCOUNT: Final = (10, 50, 200, 1_000, 5_000)
"""Where the bands of head count begin, as buyers of lists know them."""
LEAST_KNOWN: Final = 0.02
"""A column that is known of fewer accounts is not offered."""


@dataclass(frozen=True)
class Band:
    """A part of a column's values, in words, and the statement that is true in it; `rest`: whatever has no band of its
    own; `known` is False where nothing is known.
    """

    words: str
    predicate: Predicate
    rest: bool = False
    known: bool = True

    @property
    def when(self) -> str:
        """The statement as a person would write it."""
        return to_text(self.predicate)


def crossable(con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo]) -> tuple[str, ...]:
    """The columns of `accounts` that can be cut into bands, the best known first: those of accounts (no identifiers, no
    lists, no days), known of enough of them, of more than one value.
    """
    there = [str(row[0]) for row in con.execute("DESCRIBE accounts").fetchall()]
    names = [
        name
        for name in there
        if (info := attributes.get(name)) is not None
        and info.level == "account"
        and info.type in ("text", "number", "boolean")
    ]
    if not names:
        return ()
    said = ", ".join(f"COUNT({quote(name)}), approx_count_distinct({quote(name)})" for name in names)
    found = con.execute(f"SELECT COUNT(*), {said} FROM accounts WHERE duplicate_of IS NULL").fetchall()[0]
    total = max(1, int(found[0]))
    known = {name: (int(found[1 + 2 * at]), int(found[2 + 2 * at])) for at, name in enumerate(names)}
    kept = [
        name
        for name, (filled, values) in known.items()
        if filled >= LEAST_KNOWN * total and values > 1 and (attributes[name].type != "text" or values <= filled / 2)
    ]
    return tuple(sorted(kept, key=lambda name: (-known[name][0], there.index(name))))


def bands_of(con: duckdb.DuckDBPyConnection, info: AttributeInfo) -> tuple[Band, ...]:
    """The bands of a column of `accounts`, in order, the unknown last; () where nothing is known."""
    column = Attribute(info.name)
    if info.type == "boolean":
        made = [Band(words, Comparison("=", column, Truth(said))) for words, said in (("yes", True), ("no", False))]
    elif info.type == "number":
        made = _numbers(con, info)
    else:
        made = _levels(con, info)
    return (*made, Band("not known", IsNull(column), known=False)) if made else ()


def _levels(con: duckdb.DuckDBPyConnection, info: AttributeInfo) -> list[Band]:
    """The commonest texts, each by itself, and all others together."""
    name = quote(info.name)
    rows = con.execute(
        f"SELECT TRIM({name}) AS text, COUNT(*) FROM accounts WHERE duplicate_of IS NULL AND TRIM({name}) <> '' "
        "GROUP BY text ORDER BY COUNT(*) DESC, text LIMIT 400"
    ).fetchall()
    counts: dict[str, tuple[str, int]] = {}
    for text, count in rows:
        key = fold(str(text))
        spelled, before = counts.get(key, (str(text), 0))
        counts[key] = (spelled, before + int(count))
    ordered = sorted(counts.values(), key=lambda one: -one[1])
    # a text with signs that the language has no way to write is among the others
    own = [spelled for spelled, _count in ordered if all(map(is_storable, spelled))][:MOST_LEVELS]
    made = [Band(spelled, Comparison("=", Attribute(info.name), Text(spelled))) for spelled in own]
    if own and len(ordered) > len(own):
        others = OneOf(Attribute(info.name), tuple(Text(one) for one in own), negated=True)
        made.append(Band(f"{len(ordered) - len(own)} others", others, rest=True))
    return made


def _numbers(con: duckdb.DuckDBPyConnection, info: AttributeInfo) -> list[Band]:
    """Head counts as everybody cuts them, other numbers in fifths of the accounts at round limits."""
    name = quote(info.name)
    parts = [at / MOST_BANDS for at in range(1, MOST_BANDS)]
    row = con.execute(
        f"SELECT MIN({name}), MAX({name}), quantile_cont(CAST({name} AS DOUBLE), {parts}) FROM accounts "
        "WHERE duplicate_of IS NULL"
    ).fetchall()[0]
    if row[0] is None or not math.isfinite(float(row[0])) or not math.isfinite(float(row[1])):
        return []
    least, most = float(row[0]), float(row[1])
    wanted = HEADCOUNT if info.name == "employees" else [_round(float(one)) for one in row[2]]
    cuts = sorted({float(cut) for cut in wanted if least < cut <= most})
    return _between(info, cuts)


def _between(info: AttributeInfo, cuts: Sequence[float]) -> list[Band]:
    column = Attribute(info.name)
    if not cuts:
        return []
    first = Band(f"below {figure(cuts[0])}", Comparison("<", column, _number(cuts[0])))
    middle = [
        Band(
            f"{figure(low)} to {figure(high)}",
            And((Comparison(">=", column, _number(low)), Comparison("<", column, _number(high)))),
        )
        for low, high in pairwise(cuts)
    ]
    last = Band(f"{figure(cuts[-1])} or more", Comparison(">=", column, _number(cuts[-1])))
    return [first, *middle, last]


def _number(value: float) -> Number:
    return Number(Decimal(f"{value:.6f}").normalize())


def _round(value: float) -> float:
    """To two digits that count."""
    if value == 0:
        return 0.0
    size = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return round(value / size) * size


def figure(value: Any) -> str:
    """A limit as people write it: 1.5M, 4,100, 12.5, and a year without a comma."""
    number = float(value)
    if number.is_integer() and 1800 <= number <= 2100:
        return f"{number:.0f}"
    for size, word in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(number) >= size:
            return f"{number / (1e3 if word == 'K' else size):,.3g}{word}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.4g}"
