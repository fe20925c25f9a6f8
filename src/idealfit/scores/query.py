"""A predicate as SQL: the only place where a user's criterion meets an engine.

`predicate_sql` gives a boolean SQLGlot expression with three values (true, false, NULL = unknown) over an *account
row*: the columns of `accounts` and, for what is not a column, the fact columns of `facts.py`. Texts are compared
without outer blanks and without case, numbers as DECIMAL(18, 6), and a division by zero is unknown. What the data
do not have is unknown, never false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlglot import exp

from idealfit.profile.predicate import (
    And,
    Arithmetic,
    Attribute,
    Between,
    Comparison,
    CountOf,
    Growth,
    Happened,
    HasRole,
    IsNull,
    Like,
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
)
from idealfit.records.tables import ColumnType
from idealfit.scores import sql
from idealfit.scores.coverage import Covered
from idealfit.scores.facts import EventFact, HistoryFact, RoleFact

Kind: TypeAlias = Literal["text", "number", "boolean", "date", "list", "absent"]
_KINDS: dict[ColumnType, Kind] = {
    "text": "text",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "date",
    "list": "list",
}
_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
WIDE = "DECIMAL(19, 6)"
"""Wide enough that the sum and the product of two of our numbers are exact in 38 digits."""


@dataclass(frozen=True)
class AccountRow:
    """What the columns of the row are: `columns` of the data with their types, `facts` the fact columns that exist.

    `moment` is T when it is one date for all rows; None means that the row's own `as_of` column holds it.
    """

    columns: Mapping[str, ColumnType]
    facts: frozenset[str] | None = None
    covered: Covered = field(default_factory=Covered)
    moment: date | None = None

    def find(self, name: str) -> str | None:
        """The column that `name` means: the same name, else the one that differs only in case."""
        if name in self.columns:
            return name
        return next((column for column in self.columns if column.lower() == name.lower()), None)

    def fact(self, name: str) -> exp.Expr | None:
        """The fact column, or None where its source table does not exist."""
        return sql.column(name) if self.facts is None or name in self.facts else None

    def at(self) -> exp.Expr:
        """T as a DATE."""
        return sql.day(self.moment) if self.moment is not None else sql.cast(sql.column("as_of"), "DATE")


def predicate_sql(
    predicate: Predicate,
    columns: Mapping[str, ColumnType],
    as_of: date | None,
    coverage: object = None,
    *,
    facts: frozenset[str] | None = None,
) -> exp.Expr:
    """`predicate` as a boolean expression over an account row.

    `columns` gives the row's attribute columns and their types; a name that is not among them is unknown. `as_of` is T,
    or None where each row has a DATE column `as_of`. `facts` names the fact columns that the row has (None: all that
    the predicate needs). `coverage` is the profile's `coverage:`.
    """
    return _predicate(predicate, AccountRow(columns, facts, Covered.read(coverage), as_of))


def _predicate(node: Predicate, row: AccountRow) -> exp.Expr:  # noqa: PLR0911 - one case a kind of node
    match node:
        case And(operands):
            return sql.all_of(_predicate(operand, row) for operand in operands)
        case Or(operands):
            return sql.any_of(_predicate(operand, row) for operand in operands)
        case Not(operand):
            return exp.Not(this=sql.paren(_predicate(operand, row)))
        case Comparison(operator, left, right):
            return _compared(_COMPARISONS[operator], left, right, row)
        case Between(value, low, high, negated):
            inside = sql.all_of([_compared(exp.GTE, value, low, row), _compared(exp.LTE, value, high, row)])
            return _turned(inside, negated)
        case OneOf(value, choices, negated):
            return _turned(sql.any_of(_compared(exp.EQ, value, choice, row) for choice in choices), negated)
        case IsNull(value, negated):
            return _turned(_missing(value, row), negated)
        case Like(value, pattern, negated):
            return _turned(_like(value, pattern, row), negated)
        case Attribute():
            return _as(node, "boolean", row)
        case _:
            return _fact_predicate(node, row)


def _fact_predicate(node: Predicate, row: AccountRow) -> exp.Expr:
    match node:
        case Uses(tools, mode):
            parts = [_uses(tool, row) for tool in tools]
            return sql.any_of(parts) if mode == "any" else sql.all_of(parts)
        case Happened(event_type, within, detail, negated):
            count = _counted(EventFact("count", event_type, within, detail), row)
            happened = exp.GT(this=count, expression=sql.integer(0)) if count is not None else sql.nothing()
            return _turned(happened, negated)
        case Upcoming(event_type, within, detail):
            return _upcoming(event_type, within, detail, row)
        case HasRole(role):
            found = row.fact(RoleFact(role).column)
            if found is None:
                return sql.truth(False) if row.covered.all_roles else sql.nothing()
            return exp.Coalesce(this=found, expressions=[sql.truth(False)]) if row.covered.all_roles else found
        case _:
            raise AssertionError(f"not a predicate: {node!r}")


def _turned(node: exp.Expr, negated: bool) -> exp.Expr:
    return exp.Not(this=exp.Paren(this=node)) if negated else node


def _compared(operator: type[exp.Binary], left: Value, right: Value, row: AccountRow) -> exp.Expr:
    kind = _common(_kind(left, row), _kind(right, row))
    if kind is None:
        return sql.nothing()
    return operator(this=_as(left, kind, row), expression=_as(right, kind, row))


def _kind(value: Value, row: AccountRow) -> Kind:
    match value:
        case Attribute(name):
            found = row.find(name)
            return _KINDS[row.columns[found]] if found is not None else "absent"
        case Text():
            return "text"
        case Truth():
            return "boolean"
        case _:
            return "number"


def _common(left: Kind, right: Kind) -> Kind | None:
    """The kind in which two values are compared; None where they cannot be."""
    if "absent" in (left, right) or "list" in (left, right):
        return None
    for kind in ("number", "date", "boolean"):
        if kind in (left, right):
            return kind
    return "text"


def _as(value: Value, kind: Kind, row: AccountRow) -> exp.Expr:  # noqa: PLR0911 - one case a kind of node
    """`value` as an expression of `kind`; NULL where it is not one."""
    match value:
        case Attribute(name):
            return _attribute(name, kind, row)
        case Text(text):
            return _literal_text(text, kind)
        case Number(number):
            return sql.number(number) if kind == "number" else sql.nothing()
        case Truth(truth):
            return sql.truth(truth) if kind == "boolean" else sql.nothing()
        case Arithmetic():
            return _arithmetic(value, row)
        case CountOf(event_type, within, detail):
            count = _counted(EventFact("count", event_type, within, detail), row)
            return sql.cast(count, sql.NUMBER) if count is not None else sql.nothing(sql.NUMBER)
        case Growth():
            return _growth(value, row)


def _attribute(name: str, kind: Kind, row: AccountRow) -> exp.Expr:
    found = row.find(name)
    if found is None:
        return sql.nothing(_SQL_TYPES[kind])
    own = _KINDS[row.columns[found]]
    column = sql.column(found)
    match kind, own:
        case "text", "text":
            return sql.plain(column)
        case "number", "number" | "text":
            return sql.cast(column, sql.NUMBER, gently=True)
        case "date", "date" | "text":
            return sql.cast(column, "DATE", gently=True)
        case "boolean", "boolean":
            return column
        case _:
            return sql.nothing(_SQL_TYPES[kind])


_SQL_TYPES: dict[Kind, str] = {
    "text": "TEXT",
    "number": sql.NUMBER,
    "boolean": "BOOLEAN",
    "date": "DATE",
    "list": "TEXT",
    "absent": "BOOLEAN",
}


def _literal_text(text: str, kind: Kind) -> exp.Expr:
    if kind == "text":
        return sql.plain(sql.string(text))
    if kind == "date":
        try:
            return sql.day(date.fromisoformat(text.strip()))
        except ValueError:
            return sql.nothing("DATE")
    if kind == "number":
        return sql.cast(sql.string(text), sql.NUMBER, gently=True)
    return sql.nothing(_SQL_TYPES[kind])


def _arithmetic(node: Arithmetic, row: AccountRow) -> exp.Expr:
    left = sql.cast(_as(node.left, "number", row), WIDE)
    right = sql.cast(_as(node.right, "number", row), WIDE)
    match node.operator:
        case "/":
            result = _quotient(left, right)
        case "*":
            result = exp.Mul(this=left, expression=right)
        case "+":
            result = exp.Add(this=left, expression=right)
        case "-":
            result = exp.Sub(this=left, expression=right)
    return sql.cast(result, sql.NUMBER, gently=True)


def _quotient(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """left / right, exact to the sixth decimal and rounded half away from zero, in whole numbers of a millionth.

    An engine's own division would go through floating point, and differ between engines.
    """
    million = sql.cast(sql.integer(1_000_000), "DECIMAL(13, 0)")

    def millionths(node: exp.Expr) -> exp.Expr:
        return sql.cast(exp.Paren(this=exp.Mul(this=node, expression=million.copy())), "HUGEINT")

    above = exp.Mul(this=millionths(left), expression=sql.integer(2_000_000))
    below = exp.Nullif(this=millionths(right), expression=sql.integer(0))
    twice = exp.Paren(this=exp.Mul(this=exp.Abs(this=below), expression=sql.integer(2)))
    top = exp.Paren(this=exp.Add(this=exp.Abs(this=above), expression=exp.Abs(this=below.copy())))
    size = exp.IntDiv(this=top, expression=twice)
    sign = exp.Mul(this=exp.Sign(this=above.copy()), expression=exp.Sign(this=below.copy()))
    whole = exp.Mul(this=exp.Paren(this=size), expression=exp.Paren(this=sign))
    return exp.Mul(
        this=sql.cast(whole, "DECIMAL(31, 0)", gently=True),
        expression=sql.cast(exp.Literal.number("0.000001"), "DECIMAL(7, 6)"),
    )


def _missing(value: Value, row: AccountRow) -> exp.Expr:
    """Whether there is no value: an empty list and an empty text are none."""
    if not isinstance(value, Attribute):
        return exp.Is(this=sql.paren(_as(value, _kind(value, row), row)), expression=exp.Null())
    found = row.find(value.name)
    if found is None:
        return sql.nothing()
    is_null = exp.Is(this=sql.column(found), expression=exp.Null())
    if row.columns[found] == "list":
        empty = exp.EQ(this=sql.call("len", sql.column(found)), expression=sql.integer(0))
        return sql.any_of([is_null, empty])
    return is_null


def like_parts(pattern: str) -> str:
    """`pattern` with every escape in one form: a backslash stands only before `%`, `_` and a backslash."""
    parts: list[str] = []
    signs = iter(pattern)
    for sign in signs:
        if sign != "\\":
            parts.append(sign)
            continue
        literal = next(signs, "\\")
        parts.append(f"\\{literal}" if literal in "%_\\" else literal)
    return "".join(parts)


def _like(value: Value, pattern: str, row: AccountRow) -> exp.Expr:
    if _kind(value, row) != "text":
        return sql.nothing()
    wanted = exp.Lower(this=sql.string(like_parts(pattern)))
    return exp.Escape(
        this=exp.Like(this=_as(value, "text", row), expression=wanted),
        expression=sql.string("\\"),
    )


def _uses(tool: str, row: AccountRow) -> exp.Expr:
    found = row.find("tech")
    if found is None or row.columns[found] != "list":
        return sql.nothing()
    tech = sql.column(TOOLS)
    has = sql.call("list_contains", tech, sql.plain(sql.string(tool)))
    covered = sql.truth(False) if row.covered.covers_tool(tool) else sql.nothing()
    known = exp.GT(this=sql.call("len", tech.copy()), expression=sql.integer(0))
    return sql.cases((sql.paren(has), sql.truth(True)), (known, covered), default=sql.nothing())


TOOLS = "__tools"
"""The list column `tech` as it is compared: computed once a row (see `states.py`), not once a tool."""


def _counted(fact: EventFact, row: AccountRow) -> exp.Expr | None:
    """How many events match, NULL where the account is not covered; None where there are no events at all."""
    if (fact.event_type, fact.days) and row.moment is None:
        in_time = exp.Not(this=exp.Is(this=row.at(), expression=exp.Null()))
    else:
        in_time = None
    count, seen = row.fact(fact.column), row.fact(EventFact("seen").column)
    covered = row.covered.every_account(fact.event_type, fact.days, row.at(), known_moment=row.moment)
    if count is None or seen is None:
        return sql.cases((covered, sql.integer(0))) if covered is not None else None
    some = exp.GT(this=count, expression=sql.integer(0))
    listed = exp.GT(this=seen, expression=sql.integer(0))
    zero = sql.any_of([listed, covered]) if covered is not None else listed
    if in_time is not None:
        zero = sql.all_of([in_time, zero])
    return sql.cases((some, count.copy()), (zero, sql.integer(0)))


def _upcoming(event_type: str, within: int, detail: str | None, row: AccountRow) -> exp.Expr:
    coming = _counted(EventFact("coming", event_type, within, detail), row)
    return exp.GT(this=coming, expression=sql.integer(0)) if coming is not None else sql.nothing()


def _growth(node: Growth, row: AccountRow) -> exp.Expr:
    now = row.fact(HistoryFact(node.attribute, 0).column)
    then = row.fact(HistoryFact(node.attribute, node.over_days).column)
    if now is None or then is None:
        return sql.nothing(sql.NUMBER)
    top, bottom = (sql.cast(sql.cast(side, sql.NUMBER, gently=True), WIDE) for side in (now, then))
    ratio = sql.cast(_quotient(top, bottom), WIDE)
    return sql.cast(exp.Sub(this=ratio, expression=sql.cast(sql.number(Decimal(1)), WIDE)), sql.NUMBER, gently=True)
