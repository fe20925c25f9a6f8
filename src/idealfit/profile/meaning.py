"""Two predicates compared by what they mean: the same said otherwise, or how the one became the other, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from idealfit.profile.predicate import (
    And,
    Attribute,
    Between,
    Comparison,
    Node,
    Not,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Truth,
    Uses,
)
from idealfit.profile.sentence import MONEY, listing, money, plain_number, sentence
from idealfit.profile.text import to_text
from idealfit.records.attribute import AttributeInfo, describe

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""What a comparison that does not hold says: the same where something is unknown, for both are unknown."""


def same_meaning(one: Predicate, other: Predicate) -> bool:
    """Whether two predicates say the same: order, case, brackets and BETWEEN for two comparisons make no difference.
    False where that is not seen at once: it may still be so on every account.
    """
    return canonical(one) == canonical(other)


def canonical(node: Node) -> str:  # noqa: PLR0911 - one return a kind of node
    """One spelling for what says the same; not meant to be read."""
    match node:
        case And() | Or():
            parts = sorted({canonical(part) for part in _flat(node)})
            return parts[0] if len(parts) == 1 else f"({f' {type(node).__name__} '.join(parts)})"
        case Not(Not(inner)):
            return canonical(inner)
        case Not(Comparison(operator, left, right)):
            return canonical(Comparison(_OPPOSITE[operator], left, right))  # type: ignore[arg-type]
        case Between(value, low, high, False):
            both = And((Comparison(">=", value, low), Comparison("<=", value, high)))
            return canonical(both)
        case OneOf(value, choices, negated):
            words = sorted({canonical(choice) for choice in choices})
            if len(words) == 1:
                return f"{canonical(value)} {'<>' if negated else '='} {words[0]}"
            return f"{canonical(value)} {'NOT ' * negated}IN ({', '.join(words)})"
        case Comparison(operator, left, right):
            if isinstance(left, Number | Text | Truth) and not isinstance(right, Number | Text | Truth):
                left, right, operator = right, left, _FLIPPED[operator]  # type: ignore[assignment]
            return f"{canonical(left)} {operator} {canonical(right)}"
        case Uses(tools, mode):
            return f"uses {mode if len(tools) > 1 else 'any'} {sorted(tool.strip().casefold() for tool in tools)}"
        case Text(value):
            return repr(value.strip().casefold())
        case Attribute(name):
            return name.casefold()
        case _:
            return to_text(node).casefold()  # type: ignore[arg-type]


def _flat(node: And | Or) -> list[Predicate]:
    found: list[Predicate] = []
    for part in node.operands:
        found += _flat(part) if isinstance(part, type(node)) else [part]
    return found


def change_of(before: Predicate, after: Predicate, attributes: Mapping[str, AttributeInfo] | None = None) -> str:
    """How `before` became `after`: 'employees 100-500 → 100-800', 'industry: also Fintech, no longer Retail', else the
    two sentences with an arrow between them.
    """
    one, other = _range(before), _range(after)
    if one is not None and other is not None and one.attribute.casefold() == other.attribute.casefold():
        info = describe(one.attribute, attributes)
        return f"{info.label} {one.told(info)} → {other.told(info)}"
    if (members := _members(before, after, attributes)) is not None:
        return members
    if isinstance(before, And) and isinstance(after, And):
        old = {canonical(part): part for part in _flat(before)}
        new = {canonical(part): part for part in _flat(after)}
        shared = [part for key, part in old.items() if key in new]
        gone, come = ([part for key, part in these.items() if key not in those] for these, those in _both(old, new))
        if shared and len(gone) == len(come) == 1:
            return f"{change_of(gone[0], come[0], attributes)} (and still: {_sentences(shared, attributes)})"
        if shared and not gone:
            return f"{sentence(before, attributes)}: now also required: {_sentences(come, attributes)}"
        if shared and not come:
            return f"{sentence(before, attributes)}: no longer required: {_sentences(gone, attributes)}"
    said, now_said = sentence(before, attributes), sentence(after, attributes)
    return f"{said} → {now_said}" if said != now_said else f"{said}: asked in other words"


def _both(
    old: Mapping[str, Predicate], new: Mapping[str, Predicate]
) -> tuple[tuple[Mapping[str, Predicate], Mapping[str, Predicate]], ...]:
    return ((old, new), (new, old))


def _sentences(parts: list[Predicate], attributes: Mapping[str, AttributeInfo] | None) -> str:
    return listing([sentence(part, attributes) for part in parts], "and")


@dataclass(frozen=True)
class _Range:
    """An interval of one column; None is no end. `strict` ends are not themselves in it."""

    attribute: str
    low: Decimal | None
    high: Decimal | None
    strict: tuple[bool, bool] = (False, False)

    def told(self, info: AttributeInfo) -> str:
        """'100-500', '100 or more', 'under 500'."""
        low, high = (None if end is None else _amount(end, info) for end in (self.low, self.high))
        if low is not None and high is not None:
            return f"{'over ' * self.strict[0]}{low}–{'under ' * self.strict[1]}{high}"  # noqa: RUF001 - a range
        if low is not None:
            return f"more than {low}" if self.strict[0] else f"{low} or more"
        return f"under {high}" if self.strict[1] else f"up to {high}"


def _amount(value: Decimal, info: AttributeInfo) -> str:
    return money(value, MONEY[info.unit]) if info.unit in MONEY else plain_number(value)


def _range(predicate: Predicate) -> _Range | None:  # noqa: PLR0911 - one return a way of writing it
    match predicate:
        case Between(Attribute(name), Number(low), Number(high), False):
            return _Range(name, low, high)
        case Comparison(operator, Number() as number, Attribute() as column):
            return _range(Comparison(_FLIPPED[operator], column, number))  # type: ignore[arg-type]
        case Comparison(">=" | ">" as operator, Attribute(name), Number(value)):
            return _Range(name, value, None, (operator == ">", False))
        case Comparison("<=" | "<" as operator, Attribute(name), Number(value)):
            return _Range(name, None, value, (False, operator == "<"))
        case And((first, second)):
            one, other = _range(first), _range(second)
            if one is None or other is None or one.attribute.casefold() != other.attribute.casefold():
                return None
            if one.low is None:
                one, other = other, one
            if one.low is not None and one.high is None and other.low is None and other.high is not None:
                return _Range(one.attribute, one.low, other.high, (one.strict[0], other.strict[1]))
    return None


def _members(before: Predicate, after: Predicate, attributes: Mapping[str, AttributeInfo] | None) -> str | None:
    """What a list of values or tools gained and lost; None for anything else."""
    old, new = _choices(before), _choices(after)
    if old is None or new is None or old[0] != new[0]:
        return None
    (_key, what, negated, first), (_same, _what, _negated, then) = old, new
    label = describe(what, attributes).label if what else "tools"
    come = [word for key, word in then.items() if key not in first]
    gone = [word for key, word in first.items() if key not in then]
    also, no_longer = ("no longer", "also") if negated else ("also", "no longer")
    said = [f"{also} {listing(come, 'and')}" if come else "", f"{no_longer} {listing(gone, 'and')}" if gone else ""]
    return f"{label}: {', '.join(part for part in said if part)}" if come or gone else None


def _choices(predicate: Predicate) -> tuple[str, str, bool, dict[str, str]] | None:
    match predicate:
        case OneOf(Attribute(name), choices, negated):
            words = {canonical(one): _word(one) for one in choices}
            return f"in {name.casefold()} {negated}", name, negated, words
        case Comparison("=", Attribute(name), Text() as one):
            return f"in {name.casefold()} False", name, False, {canonical(one): _word(one)}
        case Uses(tools, mode) if mode == "any" or len(tools) == 1:
            return "uses any", "", False, {tool.strip().casefold(): tool for tool in tools}
        case Uses(tools):
            return "uses all", "", False, {tool.strip().casefold(): tool for tool in tools}
    return None


def _word(choice: Number | Text | Truth) -> str:
    if isinstance(choice, Number):
        return plain_number(choice.value)
    return choice.value.replace("_", " ") if isinstance(choice, Text) else ("yes" if choice.value else "no")
