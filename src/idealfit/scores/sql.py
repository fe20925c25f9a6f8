"""Small pieces of SQL as SQLGlot nodes: the only way in which a name or a value of a user's becomes part of a query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce

from sqlglot import exp

NUMBER = "DECIMAL(18, 6)"
DIALECT = "duckdb"


def text_of(node: exp.Expr) -> str:
    """The statement as DuckDB reads it."""
    return node.sql(dialect=DIALECT, comments=False)


def name(word: str) -> exp.Identifier:
    """A quoted identifier."""
    return exp.to_identifier(word, quoted=True)


def column(word: str, table: str | None = None) -> exp.Column:
    """A quoted column, of a quoted table."""
    return exp.Column(this=name(word), table=name(table) if table is not None else None)


def table(word: str, alias: str | None = None) -> exp.Table:
    """A quoted table."""
    return exp.Table(this=name(word), alias=exp.TableAlias(this=name(alias)) if alias is not None else None)


def string(value: str) -> exp.Expr:
    """A text literal."""
    return exp.Literal.string(value)


def integer(value: int) -> exp.Expr:
    """A whole number; a negative one in parentheses."""
    literal = exp.Literal.number(str(abs(value)))
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def cast(node: exp.Expr, kind: str, *, gently: bool = False) -> exp.Expr:
    """`CAST`, or `TRY_CAST` (NULL where it cannot be done)."""
    to = exp.DataType.build(kind, dialect=DIALECT)
    return exp.TryCast(this=node, to=to) if gently else exp.Cast(this=node, to=to)


def number(value: Decimal) -> exp.Expr:
    """A number literal of our number type."""
    literal = exp.Literal.number(format(abs(value), "f"))
    return cast(exp.Neg(this=literal) if value < 0 else literal, NUMBER)


class VariableDay(date):
    """T of a statement that is written now and run on other days: `offset` days after it (before, if negative).

    As a value it is the day on which the statement was written; as a literal it is a mark, which whoever prints the
    statement exchanges (see `written.as_dbt_model`).
    """

    offset: int = 0

    @classmethod
    def at(cls, moment: date, offset: int = 0) -> VariableDay:
        """T itself is `moment` today; the day `offset` days from it."""
        found = cls.fromordinal(min(max(moment.toordinal() + offset, 1), date.max.toordinal()))
        found.offset = offset
        return found

    @property
    def mark(self) -> str:
        """What stands for it in a statement."""
        return f"{AS_OF_MARK}{self.offset:+d}@"


AS_OF_MARK = "@as_of"


def day(value: date) -> exp.Expr:
    """A date literal."""
    return cast(string(value.mark if isinstance(value, VariableDay) else value.isoformat()), "DATE")


def nothing(kind: str = "BOOLEAN") -> exp.Expr:
    """NULL of a type."""
    return cast(exp.Null(), kind)


def truth(value: bool) -> exp.Expr:
    """TRUE or FALSE."""
    return exp.Boolean(this=value)


def paren(node: exp.Expr) -> exp.Expr:
    """`node` in parentheses where it could be taken apart."""
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Unary | exp.Connector | exp.Predicate) else node


def all_of(nodes: Iterable[exp.Expr]) -> exp.Expr:
    """AND of one or more."""
    return reduce(lambda left, right: exp.And(this=left, expression=right), map(paren, nodes))


def any_of(nodes: Iterable[exp.Expr]) -> exp.Expr:
    """OR of one or more."""
    return reduce(lambda left, right: exp.Or(this=left, expression=right), map(paren, nodes))


def cases(*branches: tuple[exp.Expr, exp.Expr], default: exp.Expr | None = None) -> exp.Expr:
    """CASE WHEN … THEN … ELSE default END."""
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=default)


def call(function: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of DuckDB by its own name."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def plain(node: exp.Expr) -> exp.Expr:
    """Text as it is compared, what `fold` does in Python: without outer blanks and without case."""
    return exp.Lower(this=exp.Trim(this=node))


def days_from(moment: exp.Expr, days: int) -> exp.Expr:
    """The date `days` after (or before) a DATE column or literal; literals are folded."""
    if days == 0:
        return moment
    if isinstance(moment, exp.Cast) and isinstance(moment.this, exp.Literal):
        text = str(moment.this.this)
        if text.startswith(AS_OF_MARK):
            return cast(string(f"{AS_OF_MARK}{int(text[len(AS_OF_MARK) : -1]) + days:+d}@"), "DATE")
        return day(shifted(date.fromisoformat(str(moment.this.this)), days))
    operator = exp.Add if days > 0 else exp.Sub
    return exp.Paren(this=operator(this=moment, expression=integer(abs(days))))


def months_from(moment: exp.Expr, months: int) -> exp.Expr:
    """The same day `months` after (or before) a DATE column, or the last one of that month."""
    if months == 0:
        return moment
    span = exp.Interval(this=string(str(abs(months))), unit=exp.Var(this="MONTH"))
    operator = exp.Add if months > 0 else exp.Sub
    return cast(exp.Paren(this=operator(this=moment, expression=span)), "DATE")


def folded_list(items: exp.Expr) -> exp.Expr:
    """A list of texts as they are compared, without NULLs."""
    item = [exp.to_identifier("item")]
    each = exp.Lambda(this=plain(exp.column("item")), expressions=item)
    there = exp.Lambda(
        this=exp.Not(this=exp.Is(this=exp.column("item"), expression=exp.Null())),
        expressions=[exp.to_identifier("item")],
    )
    return call("list_filter", call("list_transform", items, each), there)


def shifted(moment: date, days: int) -> date:
    """`moment` moved by whole days, stopping at the ends of the calendar."""
    if isinstance(moment, VariableDay):
        return VariableDay.at(date.fromordinal(moment.toordinal() - moment.offset), moment.offset + days)
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
