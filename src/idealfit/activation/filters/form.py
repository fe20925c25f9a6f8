"""Tests of single columns, and how they are joined: the words between a predicate and a tool's filter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from idealfit.profile.predicate import AsOf, ComparisonOperator, Predicate


@dataclass(frozen=True)
class NumberIs:
    """A number column beside a number; `unknown`: an account without a value passes too (so in every test)."""

    column: str
    operator: ComparisonOperator
    value: Decimal
    unknown: bool = False


@dataclass(frozen=True)
class DayIs:
    """A column of days beside a day; `shift`: how the day was said, where it was reckoned from T."""

    column: str
    operator: ComparisonOperator
    day: date
    shift: AsOf | None = None
    unknown: bool = False


@dataclass(frozen=True)
class TextIs:
    """A text column that is one of the values (none of them: `negated`), whatever the case."""

    column: str
    values: tuple[str, ...]
    negated: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class TextLike:
    """A text column like a pattern of `%` and `_` with a backslash to escape, whatever the case."""

    column: str
    pattern: str
    negated: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class TruthIs:
    """A yes/no column."""

    column: str
    value: bool
    unknown: bool = False


@dataclass(frozen=True)
class Filled:
    """A column that holds something, or nothing."""

    column: str
    filled: bool


@dataclass(frozen=True)
class ListHas:
    """A list column with any (`every`: with all) of the values; `negated`: not so."""

    column: str
    values: tuple[str, ...]
    every: bool = False
    negated: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class Beyond:
    """What no column says: the predicate itself, wanted true or false."""

    predicate: Predicate
    holds: bool
    unknown: bool = False


@dataclass(frozen=True)
class Always:
    """Every account (`passes`), or none."""

    passes: bool


@dataclass(frozen=True)
class All:
    """Every part."""

    parts: tuple[Form, ...]


@dataclass(frozen=True)
class Some:
    """At least one part."""

    parts: tuple[Form, ...]


Test: TypeAlias = "NumberIs | DayIs | TextIs | TextLike | TruthIs | Filled | ListHas | Beyond"
Form: TypeAlias = "Test | Always | All | Some"


def simple(form: Form) -> Form:
    """The same without needless brackets, repeated parts and constants that decide nothing."""
    if not isinstance(form, All | Some):
        return form
    every = isinstance(form, All)
    kept: dict[Form, None] = {}
    for part in (simple(each) for each in form.parts):
        if isinstance(part, Always):
            if part.passes != every:
                return part
            continue
        kept |= dict.fromkeys(part.parts) if isinstance(part, type(form)) else {part: None}
    parts = tuple(kept)
    return Always(every) if not parts else parts[0] if len(parts) == 1 else type(form)(parts)


def all_of(forms: Iterable[Form]) -> Form:
    """Every one of them."""
    return simple(All(tuple(forms)))


def some_of(forms: Iterable[Form]) -> Form:
    """At least one of them."""
    return simple(Some(tuple(forms)))


def tests_of(form: Form) -> tuple[Test, ...]:
    """The tests below, in order, each once."""
    if isinstance(form, All | Some):
        return tuple(dict.fromkeys(test for part in form.parts for test in tests_of(part)))
    return () if isinstance(form, Always) else (form,)


def column_of(test: Test) -> str | None:
    """The column that a test reads; None for what no column says."""
    return None if isinstance(test, Beyond) else test.column
