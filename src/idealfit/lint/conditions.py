"""What a predicate demands, as far as its form tells: how many things at once, what can never be, what says the same.

Only plain comparisons of a column with literals are understood; of anything else nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from idealfit.profile.predicate import (
    And,
    Attribute,
    Between,
    Comparison,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Uses,
    walk,
)

_ENDLESS = Decimal("Infinity")
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass(frozen=True)
class Range:
    """The numbers from `low` to `high`; an end is left out where it is open."""

    low: Decimal = -_ENDLESS
    high: Decimal = _ENDLESS
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def within(self, other: Range) -> bool:
        """Whether all of it lies in `other`."""
        below = self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open))
        above = self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open))
        return below and above

    def meet(self, other: Range) -> Range:
        """What lies in both."""
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, high_closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Range(low, high, low_open, not high_closed)


Demand: TypeAlias = "Range | frozenset[str]"
"""What is asked of one column: a range of numbers, or one of a set of folded texts."""


def conditions(predicate: Predicate) -> int:
    """How many things `predicate` demands at once: the parts of its longest AND, those of an OR counted once."""
    if isinstance(predicate, And):
        return sum(conditions(part) for part in predicate.operands)
    if isinstance(predicate, Or):
        return max(conditions(part) for part in predicate.operands)
    return 1


def demands(predicate: Predicate) -> dict[str, Demand] | None:
    """What each column (in small letters) must hold for `predicate` to be true, where it is no more than that; None for
    any other form.
    """
    parts = predicate.operands if isinstance(predicate, And) else (predicate,)
    found: dict[str, Demand] = {}
    for part in parts:
        one = _demand(part)
        if one is None:
            return None
        name, demand = one
        if (joined := _meet(found.get(name), demand)) is None:
            return None
        found[name] = joined
    return found


def impossible(predicate: Predicate) -> str | None:
    """The column (or tool) of which `predicate` demands what cannot be, such as at least 500 and at most 100; else
    None. Only what its form shows.
    """
    parts = predicate.operands if isinstance(predicate, And) else (predicate,)
    found: dict[str, Demand] = {}
    for part in parts:
        if (one := _demand(part)) is None:
            continue
        name, demand = one
        joined = _meet(found.get(name), demand)
        if joined is None:
            return name
        found[name] = joined
        if _nothing(joined):
            return name
    return None


def apart(one: Predicate, other: Predicate) -> str | None:
    """The column on which two predicates can never both be true ('employees < 50' and 'employees > 500'), or None."""
    first, second = demands(one), demands(other)
    if first is None or second is None:
        return None
    for name in first.keys() & second.keys():
        joined = _meet(first[name], second[name])
        if joined is None or _nothing(joined):
            return name
    return None


def implied(narrow: Predicate, wide: Predicate) -> bool:
    """Whether `wide` is true wherever `narrow` is, by their form."""
    if narrow == wide:
        return True
    first, second = demands(narrow), demands(wide)
    if first is None or second is None or not second.keys() <= first.keys():
        return False
    return all(_within(first[name], second[name]) for name in second)


def repeated_choices(predicate: Predicate) -> Iterator[str]:
    """Choices that an IN, or tools that a `uses_…`, names more than once."""
    for part in walk(predicate):
        names: tuple[str, ...] = ()
        if isinstance(part, OneOf):
            names = tuple(choice.value.strip() for choice in part.choices if isinstance(choice, Text))
        elif isinstance(part, Uses):
            names = part.tools
        seen: set[str] = set()
        for name in names:
            if name.casefold() in seen:
                yield name
            seen.add(name.casefold())


def _demand(part: Predicate) -> tuple[str, Demand] | None:
    match part:
        case Comparison(operator, Attribute(name), Number(value)):
            span = _range(operator, value)
        case Comparison(operator, Number(value), Attribute(name)):
            span = _range(_TURNED[operator], value)
        case Between(Attribute(name), Number(low), Number(high), False):
            span = Range(low, high)
        case Comparison("=", Attribute(name), Text(value)):
            return name.casefold(), frozenset({value.strip().casefold()})
        case OneOf(Attribute(name), choices, False) if all(isinstance(one, Text) for one in choices):
            texts = frozenset(one.value.strip().casefold() for one in choices if isinstance(one, Text))
            return name.casefold(), texts
        case _:
            return None
    return None if span is None else (name.casefold(), span)


def _range(operator: str, value: Decimal) -> Range | None:
    spans: Mapping[str, Range] = {
        "<": Range(high=value, high_open=True),
        "<=": Range(high=value),
        ">": Range(low=value, low_open=True),
        ">=": Range(low=value),
        "=": Range(value, value),
    }
    return spans.get(operator)


def _meet(one: Demand | None, other: Demand) -> Demand | None:
    """Both demands together; None where one is of numbers and the other of texts."""
    if one is None:
        return other
    if isinstance(one, Range) and isinstance(other, Range):
        return one.meet(other)
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one & other
    return None


def _nothing(demand: Demand) -> bool:
    return demand.empty if isinstance(demand, Range) else not demand


def _within(narrow: Demand, wide: Demand) -> bool:
    if isinstance(narrow, Range) and isinstance(wide, Range):
        return narrow.within(wide)
    return isinstance(narrow, frozenset) and isinstance(wide, frozenset) and narrow <= wide
