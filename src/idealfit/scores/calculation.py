"""Calculations in SQL that give what the plain evaluation gives: exact, then rounded half away from zero."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from idealfit.profile.predicate import ArithmeticOperator
from idealfit.scores import sql

WIDE = "DECIMAL(19, 6)"
"""Wide enough that the sum and the product of two of our numbers are exact in 38 digits."""


def calculated(operator: ArithmeticOperator, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """`left operator right` of two of our numbers as one of them; NULL where it is too large, or a division by zero."""
    first, second = sql.cast(left, WIDE), sql.cast(right, WIDE)
    match operator:
        case "/":
            result = _quotient(first, second)
        case "*":
            result = exp.Mul(this=first, expression=second)
        case "+":
            result = exp.Add(this=first, expression=second)
        case "-":
            result = exp.Sub(this=first, expression=second)
    # DuckDB leaves a TRY_CAST out that it finds next to a comparison, and a value that is too large is one then
    fitting = sql.cast(result, sql.NUMBER, gently=True)
    return exp.Neg(this=exp.Paren(this=exp.Neg(this=fitting)))


def growth(now: exp.Expr, then: exp.Expr) -> exp.Expr:
    """now / then - 1, of two texts of the history."""
    ratio = calculated("/", _written_number(now), _written_number(then))
    return calculated("-", ratio, sql.number(Decimal(1)))


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


def _written_number(text: exp.Expr) -> exp.Expr:
    """A text of the history as a number; an engine's own cast would also take '1e3'."""
    folded = sql.plain(text)
    plain = sql.call("regexp_full_match", folded, sql.string(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})"))
    return sql.cases((plain, sql.cast(folded.copy(), sql.NUMBER, gently=True)))
