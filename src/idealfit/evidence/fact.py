"""A fact: one column of the evidence, what was known of the account of each row, and how the language speaks of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.accounts.folding import fold, trim
from idealfit.records.attribute import AttributeInfo

Kind: TypeAlias = Literal["number", "category", "boolean", "list", "event", "role"]
Form: TypeAlias = Literal["column", "group", "prefix", "filled", "growth", "tool_count", "upcoming"]
Objects: TypeAlias = NDArray[np.object_]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int32]

WINDOWS = (30, 60, 90, 120, 180, 365)
"""The windows, in days, that are tried for dated events."""


@dataclass(frozen=True)
class Fact:
    """One thing known of the account of each row.

    `values`: floats for numbers (NaN unknown), 0/1/NaN for yes/no, texts or None for categories, lists of texts or None
    for lists; for events the number of events by window (rows by windows, the last column 'ever'; NaN where the window
    begins before the first record and nothing is seen in it). `known`: where it is known. `spelling`: how each text,
    compared in lower case, is mostly written. `fill_worked`, `fill_unworked`: share of accounts with deals, and of
    accounts never worked, for which today's value is known (None where there are too few); `varied_worked`,
    `varied_unworked`: the share of those known values that differ from the commonest one. `dated`: read from a history,
    not from today's value; `as_today`: the share of rows for which today's value had to do. `covered`: of a list, the
    members whose absence says something (in lower case).

    `form` says how a criterion speaks of it: `column` (by its own name), `group` (a level above the column's own ones:
    `groups` gives the own ones of each, and `column` the column), `prefix` (a code's first digits), `filled` (that the
    column holds anything), `growth` (of `column` over `over_days`), `tool_count`, `upcoming`. `detail` narrows an event
    to one detail. `bands`: (middle, lower, upper end) of a number that was read from ranges. `levels` and `codes`: of a
    category, its texts and the place among them of each row (-1 unknown), where they were made with it.
    """

    name: str
    kind: Kind
    info: AttributeInfo
    values: NDArray[Any]
    known: Flags
    fill_worked: float | None = None
    fill_unworked: float | None = None
    varied_worked: float | None = None
    varied_unworked: float | None = None
    dated: bool = False
    event_source: str | None = None
    spelling: Mapping[str, str] = field(default_factory=dict)
    covered: frozenset[str] | None = None
    form: Form = "column"
    column: str | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    over_days: int | None = None
    detail: str | None = None
    bands: tuple[tuple[float, float, float], ...] = ()
    as_today: float = 0.0
    levels: tuple[str, ...] | None = None
    codes: Codes | None = None

    def take(self, rows: NDArray[np.int64]) -> Fact:
        """The same fact for some of the rows."""
        codes = None if self.codes is None else self.codes[rows]
        return replace(self, values=self.values[rows], known=self.known[rows], codes=codes)


def coded(fact: Fact) -> tuple[tuple[str, ...], Codes]:
    """The levels of a category, and the place among them of each row (-1 unknown)."""
    if fact.levels is not None and fact.codes is not None:
        return fact.levels, fact.codes
    known = np.flatnonzero(fact.known)
    levels, places = np.unique(fact.values[known].astype(str), return_inverse=True)
    codes = np.full(len(fact.values), -1, dtype=np.int32)
    codes[known] = places.reshape(-1)
    return tuple(str(level) for level in levels), codes


def category_values(levels: Sequence[str], codes: Codes) -> Objects:
    """The texts of the rows (None unknown); the rows share the texts."""
    texts = np.array([*levels, None], dtype=object)
    found: Objects = texts[codes]
    return found


def encode(raw: Sequence[str | None]) -> tuple[tuple[str, ...], Codes, dict[str, str]]:
    """Texts as levels (folded, in order), the place of each text among them (-1: nothing but blanks), and how each
    level is mostly written.
    """
    places: dict[str, int] = {}
    first = np.fromiter(
        (-1 if text is None else places.setdefault(text, len(places)) for text in raw), np.int64, count=len(raw)
    )
    counts = np.bincount(first[first >= 0], minlength=len(places))
    folded = [fold(text) for text in places]
    levels = tuple(sorted({text for text in folded if text}))
    place = {level: number for number, level in enumerate(levels)}
    to_level = np.array([*(place.get(text, -1) for text in folded), -1], dtype=np.int32)
    return levels, to_level[first], mostly_written(zip(places, counts.tolist(), strict=True))


def mostly_written(counted: Iterable[tuple[str, int]]) -> dict[str, str]:
    """For each text as it is compared, how it is written most often (the last in order among equals)."""
    counts: Counter[str] = Counter()
    for text, count in counted:
        if plain := trim(text):
            counts[plain] += count
    best: dict[str, str] = {}
    for text in sorted(counts, key=lambda text: (counts[text], text)):
        best[fold(text)] = text
    return best
