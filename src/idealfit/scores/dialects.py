"""A predicate's SQL in the words of another engine than DuckDB: PostgreSQL and Spark.

The expression is the one that DuckDB runs (`query.predicate_sql`); only what the other engine writes differently is
exchanged, node by node. Lists are arrays of texts there, and the fact columns are the row's, as in DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlglot import exp

from idealfit.accounts.folding import SPACES
from idealfit.scores import sql
from idealfit.scores.query import TOOLS

Dialect: TypeAlias = Literal["duckdb", "postgres", "spark"]
_WRITTEN = {"postgres": "postgres", "spark": "databricks"}
"""SQLGlot's name of the words: of Spark's, its dialect `spark` would write TRY_CAST as CAST."""
_Exchange: TypeAlias = Callable[[exp.Anonymous], exp.Expr]


def in_dialect(node: exp.Expr, dialect: Dialect, *, tools: str = "tech") -> str:
    """The expression as `dialect` reads it, over a row of account columns and fact columns; `tools` names the list."""
    tree = exp.Paren(this=node.copy())
    for column in [one for one in tree.find_all(exp.Column) if one.name == TOOLS]:
        column.replace(sql.folded_list(sql.column(tools)))
    if dialect == "duckdb":
        return sql.text_of(tree.this)
    for part in reversed(list(tree.walk())):  # the innermost first: what is exchanged holds what was exchanged before
        other = _exchanged(part, dialect)
        if other is not part:
            part.replace(other)
    inner: exp.Expr = tree.this
    return inner.sql(dialect=_WRITTEN[dialect], comments=False)


def _exchanged(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    if isinstance(node, exp.Trim) and node.expression is None:
        return exp.Trim(this=node.this, expression=sql.string(SPACES), position="BOTH")
    if isinstance(node, exp.TryCast):
        return _within(node) if dialect == "postgres" else node
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("DECIMAL(38, 0)")
    if isinstance(node, exp.Anonymous):
        exchange = (_POSTGRES if dialect == "postgres" else _SPARK).get(str(node.this).lower())
        return exchange(node) if exchange is not None else node
    return node


def _within(node: exp.TryCast) -> exp.Expr:
    """A cast to a decimal that gives NULL for what does not fit, as TRY_CAST does: NaN is above every number.

    The value is named once: written out for each use, nested calculations would grow without end.
    """
    digits, scale = (int(part.name) for part in node.to.expressions)
    most = exp.Literal.number(format(Decimal(10) ** (digits - scale) - Decimal(5).scaleb(-scale - 1), "f"))
    value = exp.Cast(this=node.this, to=exp.DataType.build("NUMERIC", dialect="postgres"))
    named = exp.select(exp.alias_(value, "size")).subquery("value")
    size = exp.column("size", table="value")
    fits = sql.all_of(
        [exp.LT(this=size, expression=most), exp.GT(this=size.copy(), expression=exp.Neg(this=most.copy()))]
    )
    chosen = sql.cases((fits, exp.Cast(this=size.copy(), to=node.to)))
    return exp.select(chosen).from_(named).subquery()


def _unnested(items: exp.Expr, shown: exp.Expr, where: exp.Expr | None = None, *, distinct: bool = False) -> exp.Expr:
    """`ARRAY(SELECT shown FROM UNNEST(items) AS each(item) WHERE where)`."""
    each = exp.Unnest(
        expressions=[items], alias=exp.TableAlias(this=exp.to_identifier("each"), columns=[exp.to_identifier("item")])
    )
    select = exp.select(shown).from_(each)
    select = select.where(where) if where is not None else select
    return exp.Anonymous(this="ARRAY", expressions=[select.distinct() if distinct else select])


def _items(node: exp.Anonymous) -> exp.Expr:
    items: exp.Expr = node.expressions[0]
    return items


def _body(node: exp.Anonymous) -> exp.Expr:
    body: exp.Expr = node.expressions[1].this
    return body


def _any_of(node: exp.Anonymous) -> exp.Expr:
    return exp.EQ(this=node.expressions[1], expression=exp.Any(this=exp.Paren(this=_items(node))))


def _size(node: exp.Anonymous) -> exp.Expr:
    """Spark's own size of nothing is -1."""
    there = exp.Not(this=exp.Is(this=_items(node).copy(), expression=exp.Null()))
    return sql.cases((there, sql.call("SIZE", _items(node))))


def _renamed(name: str) -> _Exchange:
    return lambda node: exp.Anonymous(this=name, expressions=node.expressions)


def _whole_match(node: exp.Anonymous) -> exp.Expr:
    pattern = sql.string(f"^({node.expressions[1].name})$")
    return exp.RegexpLike(this=_items(node), expression=pattern)


_POSTGRES: dict[str, _Exchange] = {
    "list_contains": _any_of,
    "list_transform": lambda node: _unnested(_items(node), _body(node)),
    "list_filter": lambda node: _unnested(_items(node), exp.column("item"), _body(node)),
    "list_distinct": lambda node: _unnested(_items(node), exp.column("item"), distinct=True),
    "len": _renamed("CARDINALITY"),
    "regexp_full_match": _whole_match,
}
_SPARK: dict[str, _Exchange] = {
    "list_contains": _renamed("ARRAY_CONTAINS"),
    "list_transform": _renamed("TRANSFORM"),
    "list_filter": _renamed("FILTER"),
    "list_distinct": _renamed("ARRAY_DISTINCT"),
    "len": _size,
    "regexp_full_match": _whole_match,
}
