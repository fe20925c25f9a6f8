"""The SQL of a profile in the words of another engine than DuckDB: PostgreSQL, Spark, Databricks, Snowflake, BigQuery.

The tree is the one that DuckDB runs (`query.predicate_sql`, `statement.score_statement`); only what another engine
writes differently, or means differently by the same word, is exchanged, node by node, the innermost first. Lists are
arrays of texts there. PostgreSQL and Spark are run by the tests; what the others are given is parsed in their dialect.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Literal, TypeAlias

from sqlglot import exp

from idealfit.accounts.folding import SPACES
from idealfit.scores import calculation_elsewhere as numbers
from idealfit.scores import lists_elsewhere as lists
from idealfit.scores import sql
from idealfit.scores.query import TOOLS

Dialect: TypeAlias = Literal["duckdb", "postgres", "spark", "databricks", "snowflake", "bigquery"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "postgres", "spark", "databricks", "snowflake", "bigquery")
WRITTEN: dict[Dialect, str] = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "spark": "databricks",
    "databricks": "databricks",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
}
"""SQLGlot's name of the words: of Spark's, its dialect `spark` would write TRY_CAST as CAST."""
_Exchange: TypeAlias = Callable[[exp.Anonymous], exp.Expr]


def in_dialect(node: exp.Expr, dialect: Dialect, *, tools: str = "tech") -> str:
    """The expression as `dialect` reads it, over a row of account columns and fact columns; `tools` names the list."""
    tree = exp.Paren(this=node.copy())
    for column in [one for one in tree.find_all(exp.Column) if one.name == TOOLS]:
        column.replace(sql.folded_list(sql.column(tools)))
    inner: exp.Expr = in_words(tree.this, dialect)
    return inner.sql(dialect=WRITTEN[dialect], comments=False)


def in_words(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A copy of the tree in the words of `dialect`, to be written by its generator (`WRITTEN`)."""
    tree = exp.Paren(this=node.copy())
    for part in reversed(list(tree.walk())):  # the innermost first: what is exchanged holds what was exchanged before
        other = _exchanged(part, dialect)
        if other is not part:
            part.replace(other)
    inner: exp.Expr = tree.this
    return inner


def _exchanged(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    if isinstance(node, exp.Anonymous):
        word = str(node.this).lower()
        exchange = _CALLS[dialect].get(word)
        return exchange(node) if exchange is not None else node
    if dialect == "duckdb":
        return node
    for kind, change in _NODES:
        if type(node) is kind:
            return change(node, dialect)
    return node


def _trim(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Blanks are Unicode's, not this engine's."""
    if node.args.get("expression") is not None:
        return node
    return exp.Trim(this=node.this, expression=sql.string(SPACES), position="BOTH" if dialect != "bigquery" else None)


def _lower(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Letter by letter: elsewhere the last sigma of a word gets another form, and U+0130 two characters.

    In PostgreSQL by ICU, since a database in the C locale lowers ASCII only, and compared byte by byte after that.
    """
    if isinstance(node.this, exp.Literal):
        return node
    plain = exp.Anonymous(this="TRANSLATE", expressions=[node.this, sql.string("\u03a3\u0130"), sql.string("\u03c3i")])
    if dialect != "postgres":
        return exp.Lower(this=plain)
    by_icu = exp.Paren(this=exp.Collate(this=plain, expression=sql.name("und-x-icu")))
    return exp.Paren(this=exp.Collate(this=exp.Lower(this=by_icu), expression=sql.name("C")))


def _cast(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    return numbers.rounded_cast(node) if dialect == "bigquery" and isinstance(node, exp.Cast) else node


def _kind(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    if node.this != exp.DataType.Type.INT128:
        return node
    return exp.DataType.build("BIGNUMERIC", dialect="bigquery") if dialect == "bigquery" else numbers.WHOLE.copy()


def _filter(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """An aggregate of some rows, where the engine has no FILTER: of a CASE that is NULL in all others."""
    what, test = node.this, node.expression.this
    if isinstance(what, exp.Anonymous) and str(what.this).lower() == "first":
        return lists.first_of(what, test, WRITTEN[dialect])
    if dialect in ("postgres", "spark", "databricks"):
        return node
    if isinstance(what, exp.Count):
        return exp.Count(this=sql.cases((test, sql.integer(1))))
    of_some: exp.Expr = type(what)(this=sql.cases((test, what.this)))
    return of_some


def _escape(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A backslash is BigQuery's own escape, and it has no word for another."""
    inner: exp.Expr = node.this
    return inner if dialect == "bigquery" else node


def _literal(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Spark puts the value of a setting where a statement says ${name}, in a text as well: written in two pieces."""
    if dialect not in ("spark", "databricks") or not node.args.get("is_string") or "${" not in node.name:
        return node
    first, *others = node.name.split("${")
    pieces = [sql.string(f"{first}$"), *(sql.string(f"{{{part}$") for part in others[:-1])]
    pieces.append(sql.string(f"{{{others[-1]}"))
    return exp.Paren(this=reduce(lambda left, right: exp.DPipe(this=left, expression=right), pieces))


_NODES: tuple[tuple[type[exp.Expr], Callable[[exp.Expr, Dialect], exp.Expr]], ...] = (
    (exp.Literal, _literal),
    (exp.Trim, _trim),
    (exp.Lower, _lower),
    (exp.Cast, _cast),
    (exp.TryCast, numbers.try_cast),
    (exp.DataType, _kind),
    (exp.Filter, _filter),
    (exp.Escape, _escape),
    (exp.IntDiv, numbers.whole_quotient),
    (exp.Sign, numbers.sign),
)


def _contains(node: exp.Anonymous) -> exp.Expr:
    where = exp.StrPosition(this=node.expressions[0], substr=node.expressions[1])
    return exp.Paren(this=exp.GT(this=where, expression=sql.integer(0)))


def _whole_match(node: exp.Anonymous) -> exp.Expr:
    pattern = sql.string(f"^({node.expressions[1].name})$")
    return exp.RegexpLike(this=node.expressions[0], expression=pattern)


def _by_bytes(node: exp.Anonymous) -> exp.Expr:
    """A text as it is ordered byte by byte."""
    text: exp.Expr = node.expressions[0]
    return text


def _by_bytes_in_postgres(node: exp.Anonymous) -> exp.Expr:
    return exp.Collate(this=_by_bytes(node), expression=sql.name("C"))


def _elsewhere(dialect: Dialect) -> dict[str, _Exchange]:
    return {
        "idealfit_bytes": _by_bytes_in_postgres if dialect == "postgres" else _by_bytes,
        **lists.CALLS[dialect],
        "contains": _contains,
        "regexp_full_match": _whole_match,
        "idealfit_number": lambda node: numbers.number_of(node.expressions[0], dialect, exact=node.expressions[1].this),
    }


_CALLS: dict[Dialect, dict[str, _Exchange]] = {
    **{dialect: _elsewhere(dialect) for dialect in DIALECTS if dialect != "duckdb"},
    "duckdb": {
        "idealfit_number": lambda node: sql.cast(node.expressions[0], sql.NUMBER, gently=True),
        "idealfit_list": lists.not_null_in_duckdb,
        "idealfit_bytes": _by_bytes,
    },
}
