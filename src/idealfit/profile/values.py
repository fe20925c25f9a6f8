"""Values as predicates compare and calculate them; what they mean is told in `evaluating`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeAlias

from idealfit.accounts.folding import fold
from idealfit.profile.predicate import ArithmeticOperator, AsOf, ComparisonOperator

MILLION = 1_000_000
LIMIT = 10**18
"""Millionths: from here on a number is too large for DECIMAL(18, 6)."""

_NUMBER_TEXT = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})", re.ASCII)
_DAY_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Millionths:
    """A number in whole millionths."""

    value: int


Known: TypeAlias = "Millionths | str | bool | date | tuple[str, ...]"
"""What a value can be once it is known: a number, a folded text, a boolean, a day, a list of folded texts."""


def day_of(text: str) -> date | None:
    """The day that a text literal names: 'YYYY-MM-DD', outer blanks apart; None for anything else."""
    text = fold(text)
    if _DAY_TEXT.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moved(day: date, days: int) -> date:
    """`day` and a number of days, stopping at the ends of the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


def day_at(node: AsOf, as_of: date) -> date:
    """The day that `as_of - '2 years'` names where T is `as_of`, stopping at the ends of the calendar.

    A month or year on is the same day of that month, or its last one: 31 March less a month is 28 or 29 February.
    """
    if node.unit in {"day", "week"}:
        return moved(as_of, node.shift * (7 if node.unit == "week" else 1))
    months = 12 * as_of.year + as_of.month - 1 + node.shift * (12 if node.unit == "year" else 1)
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if node.shift < 0 else date.max
    return date(year, month + 1, min(as_of.day, monthrange(year, month + 1)[1]))


def known_value(value: object) -> Known | None:  # noqa: PLR0911 - one case a kind of value
    """A column's value, or None where it is unknown."""
    match value:
        case None:
            return None
        case bool() | str():
            return fold(value) if isinstance(value, str) else value
        case int() | float() | Decimal():
            return number(value)
        case datetime():
            return value.date()
        case date():
            return value
        case list() | tuple():
            return tuple(fold(str(item)) for item in value if item is not None) or None
    return None


def number(value: object) -> Millionths | None:
    """A number, or a text that writes one (in a history), as millionths."""
    if isinstance(value, str):
        text = fold(value)
        return millionths(Decimal(text)) if _NUMBER_TEXT.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, float):
        scaled = abs(value) * MILLION
        if not scaled < LIMIT:  # NaN and infinity as well
            return None
        whole = int(scaled) + (scaled - int(scaled) >= 0.5)
        return _within(whole if value >= 0 else -whole)
    return millionths(Decimal(value))


def millionths(value: Decimal) -> Millionths | None:
    """`value` rounded half away from zero to millionths; None where it is too large or no number."""
    try:
        return _within(int(value.scaleb(6).to_integral_value(ROUND_HALF_UP)))
    except (InvalidOperation, OverflowError, ValueError):  # NaN, infinity
        return None


def _within(size: int) -> Millionths | None:
    return Millionths(size) if abs(size) < LIMIT else None


def calculated(operator: ArithmeticOperator, left: Known | None, right: Known | None) -> Millionths | None:
    """`left operator right`, exact and then rounded half away from zero; None where either is no known number."""
    if not isinstance(left, Millionths) or not isinstance(right, Millionths):
        return None
    a, b = left.value, right.value
    sign = -1 if (a < 0) != (b < 0) else 1
    match operator:
        case "+":
            return _within(a + b)
        case "-":
            return _within(a - b)
        case "*":
            return _within(sign * ((2 * abs(a * b) + MILLION) // (2 * MILLION)))
        case "/":
            return _within(sign * ((2 * MILLION * abs(a) + abs(b)) // (2 * abs(b)))) if b else None


_ORDERED: dict[ComparisonOperator, Callable[[bool, bool], bool]] = {
    "=": lambda less, same: same,
    "<>": lambda less, same: not same,
    "<": lambda less, same: less,
    "<=": lambda less, same: less or same,
    ">": lambda less, same: not less and not same,
    ">=": lambda less, same: not less,
}


def compare(operator: ComparisonOperator, left: Known | None, right: Known | None) -> bool | None:
    """Whether `left operator right`; None where either is unknown or they are of two kinds."""
    test = _ORDERED[operator]
    match left, right:
        case bool(), bool():
            return test(False, left == right) if operator in {"=", "<>"} else None
        case Millionths(a), Millionths(b):
            return test(a < b, a == b)
        case str(), str():
            return test(left < right, left == right)
        case date(), date():
            return test(left < right, left == right)
    return None


def like(text: str, pattern: str) -> bool:
    """Whether the folded `text` matches: a greedy walk that goes back to the last `%` only: no pattern hangs."""
    signs = _signs(pattern)
    at = place = 0
    restart: tuple[int, int] | None = None
    while at < len(text):
        sign = signs[place] if place < len(signs) else None
        if sign is not None and sign in {_ONE, text[at]}:
            at, place = at + 1, place + 1
        elif sign == _ANY:
            place += 1
            restart = (at, place)
        elif restart is not None:
            at, place = restart[0] + 1, restart[1]
            restart = (at, place)
        else:
            return False
    return all(sign == _ANY for sign in signs[place:])


_ANY, _ONE = "any text", "one character"


def _signs(pattern: str) -> list[str]:
    """The signs of a LIKE pattern in lower case; `%` and `_` under names of their own, escaped ones as themselves."""
    signs: list[str] = []
    characters = iter(pattern)
    for sign in characters:
        if sign == "%":
            signs.append(_ANY)
        elif sign == "_":
            signs.append(_ONE)
        else:
            literal = next(characters, sign) if sign == "\\" else sign
            signs.append("i" if literal == "\u0130" else literal.lower())
    return signs
