"""A predicate as SQL: the only place where a user's criterion meets an engine.

`predicate_sql` gives a boolean SQLGlot expression with three values (true, false, NULL = unknown) over an *account
row*: the columns of `accounts` and, for what is not a column, the fact columns of `facts.py`. Texts are compared
without outer blanks and without case, numbers as DECIMAL(18, 6), and a division by zero is unknown. What the data
do not have is unknown, never false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from sqlglot import exp

from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import fold
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
)
from idealfit.profile.predicate import attributes as columns_of
from idealfit.profile.values import day_at, day_of, millionths
from idealfit.records.tables import ColumnType
from idealfit.scores import sql
from idealfit.scores.calculation import calculated, growth
from idealfit.scores.coverage import Covered
from idealfit.scores.facts import EventFact, HistoryFact, RoleFact, counted_fact

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


@dataclass(frozen=True)
class AccountRow:
    """What the columns of the row are: `columns` of the data with their types, `facts` the fact columns that exist.

    `moment` is T when it is one date for all rows; None means that the row's own `as_of` column holds it. `spelled`,
    where DuckDB is to answer and the rows are known: how each (folded) tool that is asked for is written in them.
    """

    columns: Mapping[str, ColumnType]
    facts: frozenset[str] | None = None
    covered: Covered = field(default_factory=Covered)
    moment: date | None = None
    spelled: Mapping[str, tuple[str, ...]] | None = None

    def find(self, name: str) -> str | None:
        """The column that `name` means: the same name, else the one that differs only in case."""
        if name in self.columns:
            return name
        return next((column for column in self.columns if column.lower() == name.lower()), None)

    def fact(self, name: str) -> exp.Expr | None:
        """The fact column, or None where its source table does not exist."""
        return sql.column(name) if self.facts is None or name in self.facts else None

    @property
    def own(self) -> date | None:
        """T where it is one day that is known now; what is reckoned from it is then a literal."""
        return None if isinstance(self.moment, sql.VariableDay) else self.moment

    def beside(self, columns: Iterable[str]) -> AccountRow | None:
        """The row as a comparison with `columns` reads amounts; None where they are in different currencies."""
        money = self.covered.said.about(columns)
        if money is None or money is self.covered.said:
            return None if money is None else self
        return replace(self, covered=replace(self.covered, said=money))

    def at(self) -> exp.Expr:
        """T as a DATE."""
        return sql.day(self.moment) if self.moment is not None else sql.cast(sql.column("as_of"), "DATE")


def predicate_sql(
    predicate: Predicate,
    columns: Mapping[str, ColumnType],
    as_of: date | None,
    coverage: Coverage | Mapping[str, Any] | None = None,
    *,
    facts: frozenset[str] | None = None,
    spelled: Mapping[str, tuple[str, ...]] | None = None,
) -> exp.Expr:
    """`predicate` as a boolean expression over an account row.

    `columns` gives the row's attribute columns and their types; a name that is not among them is unknown. `as_of` is T,
    or None where each row has a DATE column `as_of`. `facts` names the fact columns that the row has (None: all that
    the predicate needs). `coverage` is the profile's `coverage:`. `spelled` (see `AccountRow`) makes it DuckDB's own.
    """
    return _predicate(predicate, AccountRow(columns, facts, Covered.read(coverage), as_of, spelled))


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
            if (
                row.spelled is not None
                and _kind(value, row) == "text"
                and all(isinstance(one, Text) for one in choices)
            ):
                return _turned(_among(value, choices, row), negated)
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
        case Includes():
            return _includes(node, row)
        case Happened():
            count = _counted(counted_fact(node), row)
            happened = exp.GT(this=count, expression=sql.integer(0)) if count is not None else sql.nothing()
            return _turned(happened, node.negated)
        case Upcoming(event_type, within, detail):
            return _upcoming(event_type, within, detail, row)
        case HasRole(role):
            found = row.fact(RoleFact(role).column) or sql.nothing()
            return exp.Coalesce(this=found, expressions=[sql.truth(False)]) if row.covered.all_roles else found
        case _:
            raise AssertionError(f"not a predicate: {node!r}")


def _turned(node: exp.Expr, negated: bool) -> exp.Expr:
    return exp.Not(this=exp.Paren(this=node)) if negated else node


def _among(value: Value, choices: Iterable[Value], row: AccountRow) -> exp.Expr:
    """Whether a text is one of others: DuckDB answers a look into a list once for each text that a column has."""
    listed = exp.Array(expressions=[_as(choice, "text", row) for choice in choices])
    return sql.call("list_contains", listed, _as(value, "text", row))


def _compared(operator: type[exp.Binary], left: Value, right: Value, row: AccountRow) -> exp.Expr:
    """Only values of one kind are compared; a text literal beside a date is a day."""
    beside = row.beside((*columns_of(left), *columns_of(right)))
    if beside is None:
        return sql.nothing()
    row = beside
    kinds = _kind(left, row), _kind(right, row)
    kind = kinds[0]
    if "date" in kinds and (isinstance(left, Text) or isinstance(right, Text)):
        kind = "date"
    elif kinds[0] != kinds[1]:
        return sql.nothing()
    if kind in ("list", "absent") or (kind == "boolean" and operator not in (exp.EQ, exp.NEQ)):
        return sql.nothing()
    if row.spelled is not None and kind == "text" and operator is exp.EQ and isinstance(right, Text):
        return _among(left, [right], row)
    compared: exp.Expr = operator(this=_as(left, kind, row), expression=_as(right, kind, row))
    return compared


def _kind(value: Value, row: AccountRow) -> Kind:
    match value:
        case Attribute(name):
            found = row.find(name)
            return _KINDS[row.columns[found]] if found is not None else "absent"
        case Text():
            return "text"
        case Truth():
            return "boolean"
        case AsOf():
            return "date"
        case _:
            return "number"


_SQL_TYPES: dict[Kind, str] = {
    "text": "TEXT",
    "number": sql.NUMBER,
    "boolean": "BOOLEAN",
    "date": "DATE",
    "list": "TEXT",
    "absent": "BOOLEAN",
}


def _as(value: Value, kind: Kind, row: AccountRow) -> exp.Expr:  # noqa: PLR0911, PLR0912 - one case a kind of value
    """`value` as an expression of `kind`; NULL where it is of another."""
    if kind == "date" and isinstance(value, Text):
        day = day_of(value.value)
        return sql.day(day) if day is not None else sql.nothing("DATE")
    if _kind(value, row) != kind:
        return sql.nothing(_SQL_TYPES[kind])
    match value:
        case Attribute(name):
            return _column(row.find(name) or name, kind)
        case Text(text):
            return sql.plain(sql.string(text))
        case Number(number):
            return sql.number(number)
        case Truth(truth):
            return sql.truth(truth)
        case Money(amount, currency):
            own = row.covered.said.in_own_currency(amount, currency)
            rounded = None if own is None else millionths(own)
            return sql.nothing(sql.NUMBER) if rounded is None else sql.number(Decimal(rounded.value).scaleb(-6))
        case AsOf():
            return _moved(value, row) if row.own is None else sql.day(day_at(value, row.own))
        case YearOf(dated):
            year = exp.Extract(this=exp.Var(this="YEAR"), expression=_as(dated, "date", row))
            return sql.cast(year, sql.NUMBER)
        case Arithmetic(operator, left, right):
            return calculated(operator, _as(left, "number", row), _as(right, "number", row))
        case CountOf():
            count = _counted(counted_fact(value), row)
            return sql.cast(count, sql.NUMBER) if count is not None else sql.nothing(sql.NUMBER)
        case CountOfTools():
            return _different("tech", row)
        case CountIn(attribute):
            return _different(attribute, row)
        case Growth():
            return _growth(value, row)


def _column(name: str, kind: Kind) -> exp.Expr:
    column = sql.column(name)
    match kind:
        case "text":
            return sql.plain(column)
        case "number":
            return sql.cast(column, sql.NUMBER, gently=True)
        case "date":
            return sql.cast(column, "DATE")
        case _:
            return column


def _missing(value: Value, row: AccountRow) -> exp.Expr:
    """Whether there is no value; an empty list is none, and of a column that is not there nobody knows."""
    if not isinstance(value, Attribute):
        beside = row.beside(columns_of(value))
        if beside is None:
            return sql.truth(True)
        return exp.Is(this=sql.paren(_as(value, _kind(value, row), beside)), expression=exp.Null())
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
    has: exp.Expr = sql.call("list_contains", tech, sql.plain(sql.string(tool)))
    if row.spelled is not None and fold(tool) in row.spelled:
        tech = sql.column(found)
        there = [sql.call("list_contains", tech.copy(), sql.string(one)) for one in row.spelled[fold(tool)]]
        has = sql.any_of(there) if there else sql.truth(False)
    if not row.covered.covers_tool(tool):
        return sql.cases((has, sql.truth(True)), default=sql.nothing())
    known = exp.GT(this=sql.call("len", tech.copy()), expression=sql.integer(0))
    return sql.cases((has, sql.truth(True)), (known, sql.truth(False)), default=sql.nothing())


def _items(name: str, row: AccountRow) -> exp.Expr | None:
    """The list that a column holds, as it is compared and without NULLs; None where it is no list."""
    found = row.find(name)
    if found is None or row.columns[found] != "list":
        return None
    return sql.column(TOOLS) if found.lower() == "tech" else sql.folded_list(sql.column(found))


def _includes(node: Includes, row: AccountRow) -> exp.Expr:
    items = _items(node.attribute, row)
    if items is None:
        return sql.nothing()
    has = [sql.call("list_contains", items.copy(), sql.plain(sql.string(value))) for value in node.values]
    known = exp.GT(this=sql.call("len", items), expression=sql.integer(0))
    return sql.cases((known, sql.all_of(has) if node.mode == "all" else sql.any_of(has)), default=sql.nothing())


def _different(name: str, row: AccountRow) -> exp.Expr:
    """How many different values a list holds, blank ones left out; NULL without any."""
    items = _items(name, row)
    if items is None:
        return sql.nothing(sql.NUMBER)
    named = exp.Lambda(
        this=exp.NEQ(this=exp.column("item"), expression=sql.string("")), expressions=[exp.to_identifier("item")]
    )
    different = sql.call("list_distinct", sql.call("list_filter", items, named))
    count = exp.Nullif(this=sql.call("len", different), expression=sql.integer(0))
    return sql.cast(count, sql.NUMBER)


def _moved(node: AsOf, row: AccountRow) -> exp.Expr:
    """T of the row's own, moved by a span; a month on is the same day of that month, or its last one."""
    if node.unit in {"day", "week"}:
        return sql.days_from(row.at(), node.shift * (7 if node.unit == "week" else 1))
    return sql.months_from(row.at(), node.shift * (12 if node.unit == "year" else 1))


TOOLS = "__tools"
"""The list column `tech` as it is compared, NULLs left out: computed once a row (see `states.py`), not once a tool."""


def _counted(fact: EventFact, row: AccountRow) -> exp.Expr | None:
    """How many events match; NULL where there is none and the account is not covered from the window's first day on.

    None where there are no events at all and nothing covers every account.
    """
    covered = _covered(fact.event_type, -(fact.days or fact.before), row)
    count = row.fact(fact.column)
    if count is None:
        return sql.cases((covered, sql.integer(0))) if covered is not None else None
    branches: list[tuple[exp.Expr, exp.Expr]] = [(exp.GT(this=count, expression=sql.integer(0)), count.copy())]
    if covered is not None:
        branches.append((covered, sql.integer(0)))
    return sql.cases(*branches)


def _covered(event_type: str, days: int, row: AccountRow) -> exp.Expr | None:
    """Whether no record of `event_type` from T + `days` on means that there was none; None for never."""
    since = row.covered.since(event_type)
    if since is None:
        listed = row.fact(EventFact("listed").column)
        return exp.GT(this=listed, expression=sql.integer(0)) if listed is not None else None
    if row.own is not None:
        return sql.truth(True) if since == date.min or sql.shifted(row.own, days) >= since else None
    # A row without a T of its own is covered by nothing: the comparison with NULL is NULL.
    return exp.GTE(this=sql.days_from(row.at(), days), expression=sql.day(since))


def _upcoming(event_type: str, within: int, detail: str | None, row: AccountRow) -> exp.Expr:
    covered = _covered(event_type, 0, row)
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    coming = row.fact(EventFact("coming", event_type, within, detail).column)
    unsure = row.fact(EventFact("unsure", event_type, within, detail).column)
    if coming is not None and unsure is not None:
        branches.append((exp.GT(this=coming, expression=sql.integer(0)), sql.truth(True)))
        branches.append((exp.GT(this=unsure, expression=sql.integer(0)), sql.nothing()))
    if covered is not None:
        branches.append((covered, sql.truth(False)))
    return sql.cases(*branches, default=sql.nothing()) if branches else sql.nothing()


def _growth(node: Growth, row: AccountRow) -> exp.Expr:
    now = row.fact(HistoryFact(node.attribute, 0).column)
    then = row.fact(HistoryFact(node.attribute, node.over_days).column)
    if now is None or then is None:
        return sql.nothing(sql.NUMBER)
    return growth(now, then)
