"""Predicate to text: the one way a predicate is written down."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from idealfit.profile.predicate import (
    And,
    Arithmetic,
    Attribute,
    Between,
    Comparison,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    IsNull,
    Like,
    Node,
    Not,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Truth,
    Upcoming,
    Uses,
)
from idealfit.profile.tokens import is_plain_name


def to_text(predicate: Predicate) -> str:
    """`predicate` in the language, keywords in capitals, no more parentheses than it needs."""
    return _text(predicate)


def quote_name(name: str) -> str:
    """The name of a column as it stands in a predicate: in double quotes unless it is a plain word."""
    return name if is_plain_name(name) else '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def number_text(value: Decimal) -> str:
    """A number literal: digits, no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(node: Node) -> str:  # noqa: PLR0911, PLR0912 - one case a kind of node
    match node:
        case Attribute(name):
            return quote_name(name)
        case Number(value):
            return number_text(value)
        case Text(value):
            return quote_text(value)
        case Truth(value):
            return "TRUE" if value else "FALSE"
        case Arithmetic() | CountOf() | CountOfTools() | Growth():
            return _value(node)
        case Comparison(operator, left, right):
            return f"{_text(left)} {operator} {_text(right)}"
        case Between(value, low, high, negated):
            return f"{_text(value)}{_not(negated)} BETWEEN {_text(low)} AND {_text(high)}"
        case OneOf(value, choices, negated):
            return f"{_text(value)}{_not(negated)} IN ({', '.join(map(_text, choices))})"
        case IsNull(value, negated):
            return f"{_text(value)} IS{_not(negated)} NULL"
        case Like(value, pattern, negated):
            return f"{_text(value)}{_not(negated)} LIKE {quote_text(pattern)}"
        case Uses() | Happened() | Upcoming() | HasRole():
            return _function(node)
        case Not(operand):
            return f"NOT {_text(operand)}" if isinstance(operand, Not) else f"NOT {_grouped(operand)}"
        case And(operands):
            return " AND ".join(_grouped(part) if isinstance(part, And | Or) else _text(part) for part in operands)
        case Or(operands):
            return " OR ".join(_grouped(part) if isinstance(part, Or) else _text(part) for part in operands)
    assert_never(node)


def _value(node: Arithmetic | CountOf | CountOfTools | Growth) -> str:
    match node:
        case Arithmetic(operator, left, right):
            tight = operator in "*/"
            first = isinstance(left, Arithmetic) and tight and left.operator in "+-"
            second = isinstance(right, Arithmetic) and (tight or right.operator in "+-")
            before = f"({_text(left)})" if first else _text(left)
            after = f"({_text(right)})" if second else _text(right)
            return f"{before} {operator} {after}"
        case CountOf(event_type, days, detail):
            return _event("count_of", event_type, detail, days)
        case CountOfTools():
            return "count_of_tools()"
        case Growth(attribute, days):
            return f"growth({quote_text(attribute)}, over => '{_days(days)}')"


def _function(node: Uses | Happened | Upcoming | HasRole) -> str:
    match node:
        case Uses(tools, mode):
            name = "uses_all" if mode == "all" else "uses" if len(tools) == 1 else "uses_any"
            return f"{name}({', '.join(map(quote_text, tools))})"
        case Happened(event_type, days, detail, negated):
            return _event("not_happened" if negated else "happened", event_type, detail, days)
        case Upcoming(event_type, days, detail):
            return _event("upcoming", event_type, detail, days)
        case HasRole(role):
            return f"has_role({quote_text(role)})"


def _event(name: str, event_type: str, detail: str | None, days: int | None) -> str:
    parts = [quote_text(event_type)]
    if detail is not None:
        parts.append(f"detail => {quote_text(detail)}")
    if days is not None:
        parts.append(f"within => '{_days(days)}'")
    return f"{name}({', '.join(parts)})"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _grouped(node: Predicate) -> str:
    simple = isinstance(node, Attribute | Uses | Happened | Upcoming | HasRole)
    return _text(node) if simple else f"({_text(node)})"


def _not(negated: bool) -> str:
    return " NOT" if negated else ""
