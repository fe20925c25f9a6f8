"""The few criteria that add most to a score, by their bits: what stands instead of all reasons of millions."""

from __future__ import annotations

from sqlglot import exp

from idealfit.scores import sql
from idealfit.scores.reason_codes import added, marks
from idealfit.scores.scorecard import Scorecard

MARKS = "marks"
"""The column of these bits where they were looked up."""


def with_marks(plan: Scorecard, step: exp.Select, top: int, *, given: bool = False) -> exp.Select:
    """`step` with `mark_1`, …: the criteria that are true as bits, one bit less in each, the lowest first; `given`:
    `step` has them as `MARKS`."""
    bits = marks(plan)
    if bits is None:
        return step
    bits = sql.column(MARKS) if given else bits
    for at in range(top):
        before = sql.column(f"mark_{at}")
        less = exp.Paren(this=exp.Sub(this=before.copy(), expression=sql.integer(1)))
        mark = bits if at == 0 else exp.BitwiseAnd(this=before, expression=less)
        relation = exp.Subquery(this=step, alias=exp.TableAlias(this=sql.name("step")))
        column = exp.alias_(mark, f"mark_{at + 1}", quoted=True)
        step = exp.select(exp.Star(), column).from_(relation)
    return step


def marked(plan: Scorecard, top: int) -> list[exp.Expr]:
    """`reason_1`, …: the id of the lowest bit of each mark; NULL where there is none left, or are too many criteria."""
    there = marks(plan) is not None
    names = exp.Array(expressions=[sql.string(one.id) for one in added(plan)])
    columns: list[exp.Expr] = []
    for at in range(1, top + 1):
        named = sql.call("list_extract", names.copy(), _place(f"mark_{at}")) if there else sql.nothing("TEXT")
        columns.append(exp.alias_(named, f"reason_{at}", quoted=True))
    return columns


def _place(mark: str) -> exp.Expr:
    """The place of the lowest bit, from 1; of no bit a place after all names."""
    bits = sql.column(mark)
    lowest = exp.Paren(this=exp.BitwiseAnd(this=bits, expression=exp.Paren(this=exp.Neg(this=bits.copy()))))
    below = exp.Paren(this=exp.Sub(this=lowest, expression=sql.integer(1)))
    return exp.Add(this=sql.integer(1), expression=sql.cast(sql.call("bit_count", below), "BIGINT"))
