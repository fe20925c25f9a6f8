"""A predicate of three values as tests of two: what an account must be for the predicate to be true (or false).

Tools know no 'unknown': an account passes a test or it does not. So a predicate is asked with two words, `holds` (true
or false is wanted) and `unknown` (whether an account of which it is not known passes too), and becomes a tree of tests
on single columns. What no column answers (events, roles, growth, two columns beside each other) stays whole, as
`Beyond`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from idealfit.activation.filters.form import (
    All,
    Always,
    Beyond,
    DayIs,
    Filled,
    Form,
    ListHas,
    NumberIs,
    Some,
    TextIs,
    TextLike,
    TruthIs,
    simple,
)
from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import fold
from idealfit.profile.predicate import (
    And,
    Arithmetic,
    AsOf,
    Attribute,
    Between,
    Comparison,
    ComparisonOperator,
    Growth,
    Happened,
    HasRole,
    Includes,
    IsNull,
    Like,
    Money,
    Not,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Truth,
    Upcoming,
    Uses,
    Value,
    YearOf,
    attributes,
)
from idealfit.profile.values import MILLION, Known, Millionths, calculated, compare, day_at, day_of, millionths
from idealfit.records.tables import ColumnType

TECH = "tech"
_OPPOSITE: dict[ComparisonOperator, ComparisonOperator] = {
    "=": "<>",
    "<>": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_FLIPPED: dict[ComparisonOperator, ComparisonOperator] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "=": "=",
    "<>": "<>",
}


@dataclass(frozen=True)
class Reader:
    """What a predicate is read with: T, what silence means, and the columns with their types.

    `columns` None: no data at hand, so every column is taken to exist, of the type that `types` or the literal says.
    """

    as_of: date
    coverage: Coverage = field(default_factory=Coverage)
    columns: Mapping[str, ColumnType] | None = None
    types: Mapping[str, ColumnType] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """The column that a name means; None where the data lack it."""
        if self.columns is None or name in self.columns:
            return name
        return next((column for column in self.columns if column.lower() == name.lower()), None)

    def kind(self, name: str) -> ColumnType | None:
        """What the column holds; None where nobody says."""
        found = self.columns if self.columns is not None else self.types
        return found.get(name) or next((kind for key, kind in found.items() if key.lower() == name.lower()), None)


def wanted(predicate: Predicate, reader: Reader, *, holds: bool = True, unknown: bool = False) -> Form:
    """The tests that an account passes exactly where `predicate` is true (`holds`) or false, or unknown too."""
    return simple(_form(predicate, reader, holds, unknown))


def _form(node: Predicate, reader: Reader, holds: bool, unknown: bool) -> Form:  # noqa: PLR0911 - one a kind
    match node:
        case And(operands) | Or(operands):
            parts = tuple(_form(part, reader, holds, unknown) for part in operands)
            return All(parts) if isinstance(node, And) == holds else Some(parts)
        case Not(operand):
            return _form(operand, reader, not holds, unknown)
        case Between(value, low, high, negated):
            both = And((Comparison(">=", value, low), Comparison("<=", value, high)))
            return _form(both, reader, holds != negated, unknown)
        case OneOf():
            return _one_of(node, reader, holds, unknown)
        case Comparison():
            return _compared(node, reader, holds, unknown)
        case Attribute(name):
            return _typed(name, reader, {"boolean"}, unknown) or TruthIs(_own(name, reader), holds, unknown)
        case IsNull(Attribute(name), negated):
            column = reader.find(name)
            return Always(unknown) if column is None else Filled(column, negated == holds)
        case Like(Attribute(name), pattern, negated):
            kept = _typed(name, reader, {"text"}, unknown)
            return kept or TextLike(_own(name, reader), pattern, holds == negated, unknown)
        case Includes(name, values, mode):
            kept = _typed(name, reader, {"list"}, unknown)
            return kept or ListHas(_own(name, reader), values, mode == "all" and len(values) > 1, not holds, unknown)
        case Uses():
            return _uses(node, reader, holds, unknown)
        case Happened() | Upcoming() | HasRole() | IsNull() | Like():
            return Beyond(node, holds, unknown)
    assert_never(node)


def _own(name: str, reader: Reader) -> str:
    return reader.find(name) or name


def _typed(name: str, reader: Reader, kinds: set[ColumnType], unknown: bool) -> Always | None:
    """What is left of a test where the data lack the column, or it holds something of another kind: all is unknown."""
    column = reader.find(name)
    if column is None:
        return Always(unknown)
    kind = reader.kind(column)
    return None if kind is None or kind in kinds else Always(unknown)


def _uses(node: Uses, reader: Reader, holds: bool, unknown: bool) -> Form:
    """A tool that is not in the list is unused only where the list's source covers the tool, else unknown."""
    kept = _typed(TECH, reader, {"list"}, unknown)
    column, every = _own(TECH, reader), node.mode == "all" and len(node.tools) > 1
    if kept is not None:
        return kept
    if holds and not unknown:
        return ListHas(column, node.tools, every)
    if not holds and unknown:
        return ListHas(column, node.tools, every, negated=True, unknown=True)
    covered = {fold(tool) for tool in (reader.coverage.tech.tools if reader.coverage.tech else ())}
    sure = tuple(tool for tool in node.tools if fold(tool) in covered)
    each = tuple(ListHas(column, (tool,), negated=True) for tool in sure)
    known_false: Form = Some(each) if every else All(each) if len(sure) == len(node.tools) else Always(False)
    if not unknown:
        return known_false
    # true or unknown: whatever is not known to be false
    turned = tuple(ListHas(column, (tool,), unknown=True) for tool in sure)
    return All(turned) if every else Some(turned) if len(sure) == len(node.tools) else Always(True)


def _one_of(node: OneOf, reader: Reader, holds: bool, unknown: bool) -> Form:
    texts = tuple(choice.value for choice in node.choices if isinstance(choice, Text))
    is_day = isinstance(node.value, Attribute) and reader.kind(node.value.name) in {"date", "timestamp"}
    if isinstance(node.value, Attribute) and len(texts) == len(node.choices) and not is_day:
        kept = _typed(node.value.name, reader, {"text"}, unknown)
        return kept or TextIs(_own(node.value.name, reader), texts, holds == node.negated, unknown)
    each = tuple(Comparison("=", node.value, choice) for choice in node.choices)
    return _form(Or(each) if len(each) > 1 else each[0], reader, holds != node.negated, unknown)


def _compared(node: Comparison, reader: Reader, holds: bool, unknown: bool) -> Form:
    money = reader.coverage.about(attributes(node))
    if money is None:
        return Always(unknown)  # amounts in two currencies are not compared
    left, right, operator = node.left, node.right, node.operator
    if _constant(left) and not _constant(right):
        left, right, operator = right, left, _FLIPPED[operator]
    if not _constant(right):
        return Beyond(node, holds, unknown)
    own = replace(reader, coverage=money)
    if _constant(left):
        found = compare(operator, _value(left, own), _value(right, own))
        return Always(unknown if found is None else found == holds)
    operator = operator if holds else _OPPOSITE[operator]
    value = _value(right, own)
    shift = right if isinstance(right, AsOf) else None
    match left:
        case Attribute(name):
            said = right.value.strip() if isinstance(right, Text) else ""
            return _column(name, operator, value, shift, own, unknown, said)
        case YearOf(Attribute(name)):
            return _year(name, operator, value, own, unknown) or Beyond(node, holds, unknown)
    return Beyond(node, holds, unknown)


def _column(  # noqa: PLR0911 - one a kind
    name: str,
    operator: ComparisonOperator,
    value: Known | None,
    shift: AsOf | None,
    reader: Reader,
    unknown: bool,
    said: str = "",
) -> Form:
    column = _own(name, reader)
    if isinstance(value, str) and reader.kind(column) in {"date", "timestamp"}:
        value = day_of(value)
    match value:
        case Millionths(size):
            kept = _typed(name, reader, {"number"}, unknown)
            return kept or NumberIs(column, operator, Decimal(size).scaleb(-6).normalize(), unknown)
        case bool():
            kept = _typed(name, reader, {"boolean"}, unknown)
            if kept is not None or operator not in {"=", "<>"}:
                return kept or Always(unknown)
            return TruthIs(column, value == (operator == "="), unknown)
        case date():
            return _typed(name, reader, {"date", "timestamp"}, unknown) or DayIs(
                column, operator, value, shift, unknown
            )
        case str():
            kept = _typed(name, reader, {"text"}, unknown)
            if kept is not None or operator in {"=", "<>"}:
                return kept or TextIs(column, (said or value,), operator == "<>", unknown)
            return Beyond(Comparison(operator, Attribute(name), Text(value)), True, unknown)
    return Always(unknown)


def _year(name: str, operator: ComparisonOperator, value: Known | None, reader: Reader, unknown: bool) -> Form | None:
    kept = _typed(name, reader, {"date", "timestamp"}, unknown)
    if kept is not None or not isinstance(value, Millionths):
        return kept or Always(unknown)
    year, rest = divmod(value.value, MILLION)
    if rest or not 1 <= year < 9999:
        return None
    column, first, after = _own(name, reader), date(year, 1, 1), date(year + 1, 1, 1)
    since, until = DayIs(column, ">=", first, unknown=unknown), DayIs(column, "<", after, unknown=unknown)
    before, later = DayIs(column, "<", first, unknown=unknown), DayIs(column, ">=", after, unknown=unknown)
    forms: dict[ComparisonOperator, Form] = {
        "=": All((since, until)),
        "<>": Some((before, later)),
        "<": before,
        "<=": until,
        ">": later,
        ">=": since,
    }
    return forms[operator]


def _constant(node: Value) -> bool:
    """Whether a value is the same for every account."""
    match node:
        case Number() | Text() | Truth() | Money() | AsOf():
            return True
        case YearOf(day):
            return isinstance(day, AsOf)
        case Arithmetic(_, left, right):
            return _constant(left) and _constant(right)
    return False


def _value(node: Value, reader: Reader) -> Known | None:  # noqa: PLR0911 - one a kind
    """A constant, as `evaluating` reads it."""
    match node:
        case Number(value):
            return millionths(value)
        case Text(text):
            return fold(text)
        case Truth(truth):
            return truth
        case Money(amount, currency):
            own = reader.coverage.in_own_currency(amount, currency)
            return None if own is None else millionths(own)
        case AsOf():
            return day_at(node, reader.as_of)
        case YearOf(AsOf() as day):
            return Millionths(day_at(day, reader.as_of).year * MILLION)
        case Arithmetic(operator, left, right):
            return calculated(operator, _value(left, reader), _value(right, reader))
    return None


def is_growth(predicate: Predicate) -> tuple[Growth, ComparisonOperator, Decimal] | None:
    """`growth(…) >= 0.2`: the growth, the operator and the number; None for anything else."""
    match predicate:
        case Comparison(operator, Growth() as growth, Number(value)):
            return growth, operator, value
    return None
