"""Predicate to text: the one way a predicate is written down."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from idealfit.profile.predicate import (
    And,
    Arithmetic,
    AsOf,
    Attribute,
    Between,
    Comparison,
    CountIn,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    Includes,
    IsNull,
    Like,
    Money,
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
    YearOf,
)
from idealfit.profile.tokens import AS_OF, is_plain_name


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


def shortened(value: Decimal) -> tuple[str, str]:
    """A number of 1,000 and more as (digits, K, M or B) where that is exact with two digits after the point."""
    for limit, letter in ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "K")):
        short = value / limit
        if value >= limit and short == round(short, 2):
            return number_text(short), letter
    return number_text(value), ""


def span_text(number: int, unit: str) -> str:
    """'1 day', '180 days'."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


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
        case Money() | AsOf() | YearOf() | Arithmetic() | CountOf() | CountOfTools() | CountIn() | Growth():
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
        case Uses() | Includes() | Happened() | Upcoming() | HasRole():
            return _function(node)
        case Not(operand):
            return f"NOT {_text(operand)}" if isinstance(operand, Not) else f"NOT {_grouped(operand)}"
        case And(operands):
            return " AND ".join(_grouped(part) if isinstance(part, And | Or) else _text(part) for part in operands)
        case Or(operands):
            return " OR ".join(_grouped(part) if isinstance(part, Or) else _text(part) for part in operands)
    assert_never(node)


def _value(node: Money | AsOf | YearOf | Arithmetic | CountOf | CountOfTools | CountIn | Growth) -> str:  # noqa: PLR0911 - as above
    match node:
        case Money(value, currency):
            return f"{currency} {''.join(shortened(value))}"
        case AsOf(shift, unit):
            return f"{AS_OF} {'-' if shift < 0 else '+'} '{span_text(abs(shift), unit)}'" if shift else AS_OF
        case YearOf(day):
            return f"year_of({_text(day)})"
        case Arithmetic(operator, left, right):
            tight = operator in "*/"
            first = isinstance(left, Arithmetic) and tight and left.operator in "+-"
            second = isinstance(right, Arithmetic) and (tight or right.operator in "+-")
            before = f"({_text(left)})" if first else _text(left)
            after = f"({_text(right)})" if second else _text(right)
            return f"{before} {operator} {after}"
        case CountOf(event_type, days, detail, before):
            return _event("count_of", event_type, detail, days, before)
        case CountOfTools():
            return "count_of_tools()"
        case CountIn(attribute):
            return f"count_in({quote_name(attribute)})"
        case Growth(attribute, days):
            return f"growth({quote_text(attribute)}, over => '{span_text(days, 'day')}')"


def _function(node: Uses | Includes | Happened | Upcoming | HasRole) -> str:
    match node:
        case Uses(tools, mode):
            name = "uses_all" if mode == "all" else "uses" if len(tools) == 1 else "uses_any"
            return f"{name}({', '.join(map(quote_text, tools))})"
        case Includes(attribute, values, mode):
            name = "includes_all" if mode == "all" else "includes" if len(values) == 1 else "includes_any"
            return f"{name}({', '.join([quote_name(attribute), *map(quote_text, values)])})"
        case Happened(event_type, days, detail, negated, before):
            return _event("not_happened" if negated else "happened", event_type, detail, days, before)
        case Upcoming(event_type, days, detail):
            return _event("upcoming", event_type, detail, days)
        case HasRole(role):
            return f"has_role({quote_text(role)})"


def _event(name: str, event_type: str, detail: str | None, days: int | None, before: int = 0) -> str:
    parts = [quote_text(event_type)]
    if detail is not None:
        parts.append(f"detail => {quote_text(detail)}")
    if days is not None:
        parts.append(f"within => '{span_text(days, 'day')}'")
    if before:
        parts.append(f"before => '{span_text(before, 'day')}'")
    return f"{name}({', '.join(parts)})"


def _grouped(node: Predicate) -> str:
    simple = isinstance(node, Attribute | Uses | Includes | Happened | Upcoming | HasRole)
    return _text(node) if simple else f"({_text(node)})"


def _not(negated: bool) -> str:
    return " NOT" if negated else ""
