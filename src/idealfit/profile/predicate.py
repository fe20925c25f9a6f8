"""The typed predicate: what a `when` means once it has been parsed.

A predicate is a small immutable tree. It is built by `parsing.parse`, and everything else is a translation of it:
SQL (`scores.query`), an English sentence (`sentence`), text again (`text`), a value in Python (`evaluating`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

ComparisonOperator: TypeAlias = Literal["=", "<>", "<", "<=", ">", ">="]
ArithmeticOperator: TypeAlias = Literal["+", "-", "*", "/"]
Unit: TypeAlias = Literal["day", "week", "month", "year"]


@dataclass(frozen=True)
class Attribute:
    """A column of `accounts`, by its name as written in the data (case kept, compared without case)."""

    name: str


@dataclass(frozen=True)
class Number:
    """A number literal, at most DECIMAL(18, 6)."""

    value: Decimal


@dataclass(frozen=True)
class Text:
    """A text literal; compared without case and without outer blanks."""

    value: str


@dataclass(frozen=True)
class Truth:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True)
class Arithmetic:
    """`left operator right`; a division by zero is unknown."""

    operator: ArithmeticOperator
    left: Value
    right: Value


@dataclass(frozen=True)
class Money:
    """`USD 20M`: an amount in a currency, as a number in the company's own; unknown where no rate leads there."""

    value: Decimal
    currency: str


@dataclass(frozen=True)
class AsOf:
    """`as_of - '2 years'`: T, moved by whole days, weeks, months or years (`shift` below 0: before T).

    A month or year later is the same day of that month, or its last one.
    """

    shift: int = 0
    unit: Unit = "day"


@dataclass(frozen=True)
class YearOf:
    """`year_of(as_of)`, `year_of(a column)`: the calendar year of a day, as a number."""

    day: Attribute | AsOf


@dataclass(frozen=True)
class CountOf:
    """`count_of('type', within => 'n days', before => 'm days')`: how many dated events lie in (T - n, T - m]."""

    event_type: str
    within_days: int
    detail: str | None = None
    before_days: int = 0


@dataclass(frozen=True)
class Growth:
    """`growth('attribute', over => 'n days')`: value at T over value at T - n days, minus 1; unknown without both."""

    attribute: str
    over_days: int


@dataclass(frozen=True)
class CountOfTools:
    """`count_of_tools()`: how many different tools the list column `tech` names; unknown without any."""


@dataclass(frozen=True)
class CountIn:
    """`count_in(a column)`: how many different values a list column holds; unknown without any."""

    attribute: str


Value: TypeAlias = (
    "Attribute | Number | Text | Truth | Money | AsOf | YearOf | Arithmetic | CountOf | CountOfTools | CountIn | Growth"
)


@dataclass(frozen=True)
class Comparison:
    """`left operator right`, unknown where either side is."""

    operator: ComparisonOperator
    left: Value
    right: Value


@dataclass(frozen=True)
class Between:
    """`value BETWEEN low AND high`, both ends included."""

    value: Value
    low: Value
    high: Value
    negated: bool = False


@dataclass(frozen=True)
class OneOf:
    """`value IN (…)`: literals only."""

    value: Value
    choices: tuple[Number | Text | Truth, ...]
    negated: bool = False


@dataclass(frozen=True)
class IsNull:
    """`value IS NULL`, never unknown."""

    value: Value
    negated: bool = False


@dataclass(frozen=True)
class Like:
    """`value LIKE 'pattern'` with `%` and `_`, without case; a backslash escapes."""

    value: Value
    pattern: str
    negated: bool = False


@dataclass(frozen=True)
class Uses:
    """`uses('x')`, `uses_any('x', 'y')`, `uses_all('x', 'y')` over the list column `tech`."""

    tools: tuple[str, ...]
    mode: Literal["any", "all"] = "any"


@dataclass(frozen=True)
class Includes:
    """`includes(a column, 'x')`, `includes_any(…)`, `includes_all(…)` over any list column."""

    attribute: str
    values: tuple[str, ...]
    mode: Literal["any", "all"] = "any"


@dataclass(frozen=True)
class Happened:
    """`happened('type', within => 'n days')`; `not_happened` is `negated`; without a window, ever up to T.

    With `before_days` only what lies that far back counts: `not_happened('x', before => '90 days')` is 'not yet, or
    for the first time within the last 90 days'.
    """

    event_type: str
    within_days: int | None
    detail: str | None = None
    negated: bool = False
    before_days: int = 0


@dataclass(frozen=True)
class Upcoming:
    """`upcoming('type', within => 'n days')`: a known future event in (T, T + n]."""

    event_type: str
    within_days: int
    detail: str | None = None


@dataclass(frozen=True)
class HasRole:
    """`has_role('security')`: somebody of that role, function or title keyword is among the account's contacts."""

    role: str


@dataclass(frozen=True)
class Not:
    """Three-valued NOT."""

    operand: Predicate


@dataclass(frozen=True)
class And:
    """Three-valued AND of two or more."""

    operands: tuple[Predicate, ...]


@dataclass(frozen=True)
class Or:
    """Three-valued OR of two or more."""

    operands: tuple[Predicate, ...]


Predicate: TypeAlias = (
    "Comparison | Between | OneOf | IsNull | Like | Uses | Includes | Happened | Upcoming | HasRole | Not | And | Or | "
    "Attribute"
)
"""An `Attribute` alone is a predicate when its column is a yes/no column."""

Node: TypeAlias = "Predicate | Value"


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911 - one return a kind of node
    """The parts directly below `node`."""
    match node:
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Between(value, low, high):
            return (value, low, high)
        case OneOf(value, choices):
            return (value, *choices)
        case IsNull(value) | Like(value) | YearOf(value):
            return (value,)
        case Not(operand):
            return (operand,)
        case And(operands) | Or(operands):
            return operands
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def attributes(node: Node) -> tuple[str, ...]:
    """The account columns that `node` reads, in order of appearance, each once: `tech` for `uses`, `growth` too."""
    names: dict[str, None] = {}
    for part in walk(node):
        if isinstance(part, Attribute):
            names.setdefault(part.name)
        elif isinstance(part, Growth | Includes | CountIn):
            names.setdefault(part.attribute)
        elif isinstance(part, Uses | CountOfTools):
            names.setdefault("tech")
    return tuple(names)


def topics(node: Node) -> frozenset[str]:
    """What `node` speaks of, in lower case: columns, and each tool, kind of event and role by itself."""
    found: set[str] = set()
    for part in walk(node):
        match part:
            case Attribute(name) | Growth(name) | Includes(name) | CountIn(name):
                found.add(name.casefold())
            case Uses(tools):
                found.update(f"uses {tool.casefold()}" for tool in tools)
            case CountOfTools():
                found.add("tech")
            case Happened(event_type) | Upcoming(event_type) | CountOf(event_type):
                found.add(f"event {event_type.casefold()}")
            case HasRole(role):
                found.add(f"role {role.casefold()}")
            case _:
                pass
    return frozenset(found)
