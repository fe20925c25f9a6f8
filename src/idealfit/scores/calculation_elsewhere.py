"""Numbers in other engines than DuckDB, so that every one of them gives the same digits."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from idealfit.scores import sql

WHOLE = exp.DataType.build("DECIMAL(38, 0)")
_LIMIT = 10**12
"""From here on a number is too large for DECIMAL(18, 6)."""
_ALMOST = Decimal(_LIMIT) - Decimal("0.0000005")
"""From here on it is, once it is rounded to six digits."""


def number_of(column: exp.Expr, dialect: str, *, exact: bool) -> exp.Expr:
    """A column as DECIMAL(18, 6), NULL where it does not fit; what TRY_CAST does in DuckDB.

    An exact one is rounded half away from zero, as casts do. A binary one is multiplied by a million in binary, and
    that rounded half away from zero: engines differ in how they cast it (PostgreSQL by fifteen digits, Spark by the
    shortest text).
    """
    if exact:
        most = exp.Literal.number(format(_ALMOST, "f"))
        fits = [
            exp.LT(this=column.copy(), expression=most),
            exp.GT(this=column.copy(), expression=exp.Neg(this=most.copy())),
        ]
        return sql.cases((sql.all_of(fits), _to_number(column.copy(), dialect)))
    million = sql.cast(sql.integer(1_000_000), "DOUBLE")
    size = exp.Mul(this=exp.Abs(this=column.copy()), expression=million)
    below = exp.Floor(this=exp.Paren(this=size))
    half = sql.cast(exp.Literal.number("0.5"), "DOUBLE")
    rest = exp.Paren(this=exp.Sub(this=size.copy(), expression=below.copy()))
    up = sql.cases((exp.GTE(this=rest, expression=half), sql.integer(1)), default=sql.integer(0))
    whole = exp.Paren(this=exp.Add(this=sql.cast(below, "BIGINT"), expression=up))
    sign = sql.cases((exp.LT(this=column.copy(), expression=sql.integer(0)), sql.integer(-1)), default=sql.integer(1))
    signed = sql.cast(exp.Mul(this=whole, expression=sign), "DECIMAL(18, 0)")
    millionth = sql.cast(exp.Literal.number("0.000001"), "DECIMAL(7, 6)")
    made = _to_number(exp.Mul(this=signed, expression=millionth), dialect)
    return sql.cases((exp.LT(this=exp.Abs(this=column.copy()), expression=sql.integer(_LIMIT)), made))


def _to_number(node: exp.Expr, dialect: str) -> exp.Expr:
    made = sql.cast(node, sql.NUMBER)
    return rounded_cast(made) if dialect == "bigquery" and isinstance(made, exp.Cast) else made


def rounded_cast(node: exp.Cast) -> exp.Expr:
    """BigQuery's numbers have no scale in a cast: rounded to it."""
    if node.to.this != exp.DataType.Type.DECIMAL or not node.to.expressions:
        return node
    digits, scale = (int(part.name) for part in node.to.expressions)
    kind = exp.DataType.build("BIGNUMERIC" if digits - scale > 28 else "NUMERIC", dialect="bigquery")
    return exp.Round(this=exp.Cast(this=node.this, to=kind), decimals=sql.integer(scale))


def try_cast(node: exp.Expr, dialect: str) -> exp.Expr:
    """What a calculation gives, as a decimal; NULL where it does not fit."""
    if not isinstance(node, exp.TryCast):
        return node
    if dialect == "postgres":
        return _within(node)
    if dialect in ("spark", "databricks"):
        return _product(node) or node
    if dialect == "snowflake":  # its TRY_CAST takes texts only
        return exp.TryCast(this=sql.cast(node.this, "TEXT"), to=node.to, requires_string=True)
    digits, scale = (int(part.name) for part in node.to.expressions)
    kind = exp.DataType.build(f"BIGNUMERIC({digits}, {scale})", dialect="bigquery")
    return exp.TryCast(this=node.this, to=kind)


def _within(node: exp.TryCast) -> exp.Expr:
    """A cast to a decimal that gives NULL for what does not fit, as TRY_CAST does: NaN is above every number.

    The value is named once: written out for each use, nested calculations would grow without end. OFFSET 0 keeps
    PostgreSQL from doing just that: it pulls up a subquery without one.
    """
    digits, scale = (int(part.name) for part in node.to.expressions)
    most = exp.Literal.number(format(Decimal(10) ** (digits - scale) - Decimal(5).scaleb(-scale - 1), "f"))
    value = exp.Cast(this=node.this, to=exp.DataType.build("NUMERIC", dialect="postgres"))
    named = exp.select(exp.alias_(value, "size")).offset(0).subquery("value")
    size = exp.column("size", table="value")
    fits = sql.all_of(
        [exp.LT(this=size, expression=most), exp.GT(this=size.copy(), expression=exp.Neg(this=most.copy()))]
    )
    chosen = sql.cases((fits, exp.Cast(this=size.copy(), to=node.to)))
    return exp.select(chosen).from_(named).subquery()


def _product(node: exp.TryCast) -> exp.Expr | None:
    """a · b in whole millionths: Spark keeps 38 digits of a product, and rounds the rest away before we can."""
    product = node.this
    if not isinstance(product, exp.Mul) or "DECIMAL(19, 6)" not in {
        one.to.sql() for one in (product.this, product.expression) if isinstance(one, exp.Cast)
    }:
        return None
    million = sql.cast(sql.integer(1_000_000), "DECIMAL(7, 0)")

    def millionths(one: exp.Expr) -> exp.Expr:
        return sql.cast(exp.Mul(this=one.copy(), expression=million.copy()), "DECIMAL(18, 0)")

    whole = exp.Mul(this=millionths(product.this), expression=millionths(product.expression))
    twice = exp.Mul(this=exp.Abs(this=sql.cast(whole, "DECIMAL(37, 0)")), expression=sql.cast(sql.integer(2), "INT"))
    top = exp.Paren(this=exp.Add(this=sql.cast(twice, "DECIMAL(38, 0)"), expression=sql.integer(1_000_000)))
    size = exp.IntDiv(this=top, expression=sql.integer(2_000_000))
    limit = sql.cast(exp.Literal.number(str(2 * 10**24 - 1_000_000)), "DECIMAL(38, 0)")
    sign = exp.Mul(this=_sign_of(product.this), expression=_sign_of(product.expression))
    signed = sql.cast(exp.Mul(this=sql.cast(size, "DECIMAL(18, 0)"), expression=exp.Paren(this=sign)), "DECIMAL(18, 0)")
    made = sql.cast(
        exp.Mul(this=signed, expression=sql.cast(exp.Literal.number("0.000001"), "DECIMAL(7, 6)")), sql.NUMBER
    )
    return sql.cases((exp.LT(this=sql.cast(twice.copy(), "DECIMAL(38, 0)"), expression=limit), made))


def sign(node: exp.Expr, dialect: str) -> exp.Expr:
    """Elsewhere the sign of a number may be a binary one."""
    return node if dialect == "postgres" else exp.Paren(this=_sign_of(node.this))


def _sign_of(node: exp.Expr) -> exp.Expr:
    below = exp.LT(this=node.copy(), expression=sql.integer(0))
    above = exp.GT(this=node.copy(), expression=sql.integer(0))
    return sql.cases((below, sql.integer(-1)), (above, sql.integer(1)), default=sql.integer(0))


def whole_quotient(node: exp.Expr, dialect: str) -> exp.Expr:
    """top // bottom of numbers that are not negative."""
    top, bottom = node.this, node.expression
    if dialect == "postgres" and not _is_wide(node):
        return exp.Div(this=top, expression=bottom, typed=True)
    if dialect in ("spark", "databricks") and _is_wide(node):
        # DIV gives a BIGINT there; what does not fit one is too large for a number of ours as well
        limit = sql.cast(exp.Literal.number(str(10**18)), "DECIMAL(19, 0)")
        most = sql.cast(exp.Mul(this=sql.paren(bottom.copy()), expression=limit), "DECIMAL(38, 0)")
        return sql.cases((exp.LT(this=top.copy(), expression=most), node.copy()))
    if dialect == "snowflake":  # its division rounds: taken of what divides without rest
        rest = exp.Paren(this=exp.Mod(this=sql.paren(top.copy()), expression=sql.paren(bottom.copy())))
        return exp.Div(this=exp.Paren(this=exp.Sub(this=sql.paren(top), expression=rest)), expression=sql.paren(bottom))
    return node


def _is_wide(node: exp.Expr) -> bool:
    """Whether it is of more than 64 bits."""
    return any(
        kind.this in (exp.DataType.Type.INT128, exp.DataType.Type.DECIMAL) for kind in node.find_all(exp.DataType)
    )
