"""Lists of texts in other engines than DuckDB: arrays, by the words that each engine has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import sqlglot
from sqlglot import exp

from idealfit.scores import sql

_Exchange: TypeAlias = Callable[[exp.Anonymous], exp.Expr]


def _items(node: exp.Anonymous) -> exp.Expr:
    items: exp.Expr = node.expressions[0]
    return items


def _body(node: exp.Anonymous) -> exp.Expr:
    body: exp.Expr = node.expressions[1].this
    return body


def _unnested(items: exp.Expr, shown: exp.Expr, where: exp.Expr | None = None, *, distinct: bool = False) -> exp.Expr:
    """`ARRAY(SELECT shown FROM UNNEST(items) AS each(item) WHERE where)`."""
    each = exp.Unnest(
        expressions=[items], alias=exp.TableAlias(this=exp.to_identifier("each"), columns=[exp.to_identifier("item")])
    )
    return _array_of(shown, each, where, distinct=distinct)


def _unnested_in_bigquery(
    items: exp.Expr, shown: exp.Expr, where: exp.Expr | None = None, *, distinct: bool = False
) -> exp.Expr:
    """The same, where an array is one column: `UNNEST(items) AS item`."""
    each = exp.Unnest(expressions=[items], alias=exp.TableAlias(columns=[exp.to_identifier("item")]))
    return _array_of(shown, each, where, distinct=distinct)


def _array_of(shown: exp.Expr, each: exp.Expr, where: exp.Expr | None, *, distinct: bool) -> exp.Expr:
    select = exp.select(shown).from_(each)
    select = select.where(where) if where is not None else select
    return exp.Anonymous(this="ARRAY", expressions=[select.distinct() if distinct else select])


def _renamed(name: str) -> _Exchange:
    return lambda node: exp.Anonymous(this=name, expressions=node.expressions)


def _any_of(node: exp.Anonymous) -> exp.Expr:
    return exp.EQ(this=node.expressions[1], expression=exp.Any(this=exp.Paren(this=_items(node))))


def _size(node: exp.Anonymous) -> exp.Expr:
    """Spark's own size of nothing is -1."""
    there = exp.Not(this=exp.Is(this=_items(node).copy(), expression=exp.Null()))
    return sql.cases((there, sql.call("SIZE", _items(node))))


_FIRST = {
    ("postgres", True): '(ARRAY_AGG({value} ORDER BY {at} DESC NULLS LAST, {value} COLLATE "C" DESC NULLS LAST) '
    "FILTER(WHERE {test}))[1]",
    ("postgres", False): '(ARRAY_AGG({value} ORDER BY {at} ASC NULLS LAST, {value} COLLATE "C" ASC NULLS LAST) '
    "FILTER(WHERE {test}))[1]",
    ("databricks", True): "MAX(CASE WHEN {test} THEN STRUCT({at} AS moment, {value} AS value) END).value",
    ("databricks", False): "MIN(CASE WHEN {test} THEN STRUCT({at} AS moment, {value} IS NULL AS is_missing, {value} AS "
    "value) END).value",
    ("snowflake", True): "CAST(GET(GET(ARRAY_AGG(CASE WHEN {test} THEN ARRAY_CONSTRUCT({value}) END) WITHIN GROUP "
    "(ORDER BY {at} DESC NULLS LAST, {value} DESC NULLS LAST), 0), 0) AS TEXT)",
    ("snowflake", False): "CAST(GET(GET(ARRAY_AGG(CASE WHEN {test} THEN ARRAY_CONSTRUCT({value}) END) WITHIN GROUP "
    "(ORDER BY {at} ASC NULLS LAST, {value} ASC NULLS LAST), 0), 0) AS TEXT)",
    ("bigquery", True): "ARRAY_AGG(CASE WHEN {test} THEN STRUCT({value} AS value) END IGNORE NULLS "
    "ORDER BY {at} DESC NULLS LAST, {value} DESC NULLS LAST LIMIT 1)[SAFE_OFFSET(0)].value",
    ("bigquery", False): "ARRAY_AGG(CASE WHEN {test} THEN STRUCT({value} AS value) END IGNORE NULLS "
    "ORDER BY {at}, {value} IS NULL, {value} LIMIT 1)[SAFE_OFFSET(0)].value",
}
"""The value of the last (first) moment among the rows of a test; of one moment the largest (smallest), NULL last."""


def first_of(node: exp.Anonymous, test: exp.Expr, written: str) -> exp.Expr:
    """`first(value ORDER BY moment, value) FILTER (WHERE test)` of DuckDB; `written` is SQLGlot's name of the words."""
    order = node.expressions[0]
    moment = order.expressions[0]
    parts = {"value": order.this, "at": moment.this, "test": test}
    template = _FIRST[written, bool(moment.args.get("desc"))]
    # every part is a tree already, printed by the generator that the parser here belongs to
    return sqlglot.parse_one(template.format(**{key: part.sql(written) for key, part in parts.items()}), read=written)


def not_null_in_duckdb(node: exp.Anonymous) -> exp.Expr:
    """A list of what is not NULL."""
    if not node.expressions:
        return sql.cast(exp.Array(expressions=[]), "TEXT[]")
    there = exp.Not(this=exp.Is(this=exp.column("item"), expression=exp.Null()))
    each = exp.Lambda(this=there, expressions=[exp.to_identifier("item")])
    return sql.call("list_filter", exp.Array(expressions=node.expressions), each)


def _not_null_in_postgres(node: exp.Anonymous) -> exp.Expr:
    texts = sql.cast(exp.Array(expressions=node.expressions), "TEXT[]")
    return sql.call("ARRAY_REMOVE", texts, exp.Null()) if node.expressions else texts


def _not_null_in_spark(node: exp.Anonymous) -> exp.Expr:
    if not node.expressions:
        return sql.cast(exp.Array(expressions=[]), "TEXT[]")
    return sql.call("ARRAY_COMPACT", exp.Array(expressions=node.expressions))


def _not_null_in_bigquery(node: exp.Anonymous) -> exp.Expr:
    if not node.expressions:
        return sql.cast(exp.Array(expressions=[]), "TEXT[]")
    there = exp.Not(this=exp.Is(this=exp.column("item"), expression=exp.Null()))
    return _unnested_in_bigquery(exp.Array(expressions=node.expressions), exp.column("item"), there)


def _contains_in_bigquery(node: exp.Anonymous) -> exp.Expr:
    each = exp.Unnest(expressions=[_items(node)])
    return exp.In(this=node.expressions[1], unnest=each)


def _contains_in_snowflake(node: exp.Anonymous) -> exp.Expr:
    value = exp.Cast(this=node.expressions[1], to=exp.DataType.build("VARIANT", dialect="snowflake"))
    return sql.call("ARRAY_CONTAINS", value, _items(node))


def _transform_in_snowflake(node: exp.Anonymous) -> exp.Expr:
    """Its items have no type before they are given one."""
    body = _body(node)
    for item in list(body.find_all(exp.Column)):
        item.replace(sql.cast(item.copy(), "TEXT"))
    return exp.Anonymous(this="TRANSFORM", expressions=node.expressions)


_POSTGRES: dict[str, _Exchange] = {
    "list_contains": _any_of,
    "list_transform": lambda node: _unnested(_items(node), _body(node)),
    "list_filter": lambda node: _unnested(_items(node), exp.column("item"), _body(node)),
    "list_distinct": lambda node: _unnested(_items(node), exp.column("item"), distinct=True),
    "len": _renamed("CARDINALITY"),
    "idealfit_list": _not_null_in_postgres,
}
_SPARK: dict[str, _Exchange] = {
    "list_contains": _renamed("ARRAY_CONTAINS"),
    "list_transform": _renamed("TRANSFORM"),
    "list_filter": _renamed("FILTER"),
    "list_distinct": _renamed("ARRAY_DISTINCT"),
    "len": _size,
    "idealfit_list": _not_null_in_spark,
}
_SNOWFLAKE: dict[str, _Exchange] = {
    "list_contains": _contains_in_snowflake,
    "list_transform": _transform_in_snowflake,
    "list_filter": _renamed("FILTER"),
    "list_distinct": _renamed("ARRAY_DISTINCT"),
    "len": _renamed("ARRAY_SIZE"),
    "idealfit_list": _renamed("ARRAY_CONSTRUCT_COMPACT"),
}
_BIGQUERY: dict[str, _Exchange] = {
    "list_contains": _contains_in_bigquery,
    "list_transform": lambda node: _unnested_in_bigquery(_items(node), _body(node)),
    "list_filter": lambda node: _unnested_in_bigquery(_items(node), exp.column("item"), _body(node)),
    "list_distinct": lambda node: _unnested_in_bigquery(_items(node), exp.column("item"), distinct=True),
    "len": _renamed("ARRAY_LENGTH"),
    "idealfit_list": _not_null_in_bigquery,
}
CALLS: Mapping[str, dict[str, _Exchange]] = {
    "postgres": _POSTGRES,
    "spark": _SPARK,
    "databricks": _SPARK,
    "snowflake": _SNOWFLAKE,
    "bigquery": _BIGQUERY,
}
"""Of each dialect what stands for DuckDB's words about lists."""
