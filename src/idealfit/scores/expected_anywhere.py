"""The chance of winning, the expected value and the rank as steps of a statement, for every engine.

The formulas are those of `expected_value.py`; here every number is a binary one and every amount is rounded in whole
units of its last digit, so that no engine's own types or rounding take part. What they may differ in is the last bit of
an exponential, sixteen digits in, which rounding to six (money: two) hides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlglot
from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.scores import sql
from idealfit.scores.expected_value import CHANCE, NO_WINNING, ends_of, parts_of, shares_of, value_of, worth_of_win

FARTHEST = 100
"""Exponents go so far: the chance is 0 or 1 long before, and PostgreSQL refuses what is too large for a number."""
_BY = ("scored", "parted", "priced", "valued", "rounded", "ranked")
"""The names of the steps."""


def expected_steps(
    profile: Profile, scores: exp.Select, *, ranked: bool | None = True
) -> tuple[list[tuple[str, exp.Select]], exp.Select]:
    """The steps that come after `scores` (which has a column `c_<id>` a criterion), and the query over them: the same
    columns, then those of `add_expected_value`; without `ranked` the rank is left out, which is one sort of all
    accounts: None puts what it is ordered by in its place (`rank_1`, … as in `rank_keys`), for who ranks them later.

    Without a model of winning in the profile there are none, and the query is `scores`.
    """
    model = profile.model
    if not model or "win" not in model:
        return [], scores
    names = [column.alias_or_name for column in scores.expressions]
    kept: list[exp.Expr] = [sql.column(name) for name in names]
    parts = {name: _binary(part) for name, part in parts_of(model, shares_of(profile), names).items()}
    values = {"p_win": ("chance", 6), "expected_value": _unrounded(value_of(model))}
    values |= {name: _unrounded(text) for name, text in ends_of(model).items()}
    shown = _shown(model, list(values))
    made: list[tuple[str, exp.Select]] = [
        ("scored", scores),
        ("parted", _over("scored", *_aliased(parts))),
        ("priced", _over("parted", *_aliased({"chance": _read(CHANCE), "worth": _read(worth_of_win(model))}))),
        ("valued", _only("priced", kept, {name: _read(text) for name, (text, _digits) in values.items()})),
        ("rounded", _only("valued", kept, {name: _rounded(name, digits) for name, (_, digits) in values.items()})),
    ]
    last = "rounded"
    columns: list[exp.Expr] = [sql.column(name, last) for name in names]
    columns += [exp.alias_(sql.column(name, last), told, quoted=True) for name, told in shown.items()]
    if ranked is None:
        keys = enumerate(rank_keys(profile), start=1)
        columns += [exp.alias_(sql.column(name, last), f"rank_{at}", quoted=True) for at, name in keys]
    if not ranked:
        return made, exp.select(*columns).from_(sql.table(last))
    made.append(("ranked", _ranked(profile, last)))
    whose = exp.Coalesce(this=sql.column("duplicate_of", last), expressions=[sql.column("account_id", last)])
    same = exp.EQ(this=sql.column("ranked_id", "ranked"), expression=whose)
    query = exp.select(*columns, sql.column("rank", "ranked")).from_(sql.table(last))
    return made, query.join(sql.table("ranked"), on=same, join_type="left")


def said_of_steps() -> Mapping[str, str]:
    """What each step does, in words."""
    said = (
        "The scores, with every criterion.",
        "The model's sums over criteria: log odds of winning, log of contract value, margin, leaving and growth.",
        "The chance of winning, and what a win is expected to bring.",
        "Chance and expected value, with the ends of their intervals.",
        "The same, rounded half away from zero.",
        "The order in which to work accounts: nobody excluded, no merged duplicate.",
    )
    return dict(zip(_BY, said, strict=True))


def _shown(model: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """The columns that are shown, with the name that they have there (see `add_expected_value`)."""
    of = str(model.get("of") or "")
    if of not in NO_WINNING:
        return {name: name for name in names}
    return {name: name.replace("win", of) for name in names if name.startswith("p_win")}


def _unrounded(text: str) -> tuple[str, int]:
    """'ROUND(x, 2)' as x and 2; what is not rounded has no digits to be rounded to."""
    node = sqlglot.parse_one(text, read=sql.DIALECT)
    if not isinstance(node, exp.Round):
        return text, 2
    return node.this.sql(sql.DIALECT), int(node.args["decimals"].name)


def _read(text: str) -> exp.Expr:
    return _binary(sqlglot.parse_one(text, read=sql.DIALECT))


def _binary(node: exp.Expr) -> exp.Expr:
    """The calculation with every number a binary one, no exponent too large, and no name that an engine may read
    otherwise."""

    def change(part: exp.Expr) -> exp.Expr:
        if isinstance(part, exp.Literal) and not part.is_string:
            return sql.cast(part, "DOUBLE")
        if isinstance(part, exp.Column) and not part.table:
            return sql.column(part.name)
        if isinstance(part, exp.Exp):
            least, most = (sql.cast(sql.integer(sign * FARTHEST), "DOUBLE") for sign in (-1, 1))
            inner = exp.Greatest(this=part.this, expressions=[least])
            return exp.Exp(this=exp.Least(this=inner, expressions=[most]))
        return part

    tree = exp.Paren(this=node.copy())
    for part in reversed(list(tree.walk())):
        other = change(part)
        if other is not part:
            part.replace(other)
    made: exp.Expr = tree.this
    made.pop()
    return made


def _rounded(name: str, digits: int) -> exp.Expr:
    """A column, half away from zero; engines' own ROUND differ, or take no binary numbers."""
    unit = sql.cast(sql.integer(10**digits), "DOUBLE")
    half = sql.cast(exp.Literal.number("0.5"), "DOUBLE")
    size = exp.Mul(this=exp.Abs(this=sql.column(name)), expression=unit)
    whole = exp.Floor(this=exp.Add(this=size, expression=half))
    sign = sql.cases(
        (exp.LT(this=sql.column(name), expression=sql.integer(0)), sql.integer(-1)), default=sql.integer(1)
    )
    return exp.Div(this=exp.Paren(this=exp.Mul(this=sign, expression=whole)), expression=unit.copy())


def rank_keys(profile: Profile) -> list[str]:
    """What the rank is ordered by, the most first in each; then by id."""
    keys = ["p_win"]
    if "amount" in (profile.model or {}):
        keys.insert(0, "expected_value")
    if any(criterion.grade == "assumed" for _layer, criterion in profile.criteria):
        keys.insert(0, "fit")
    return keys


def _ranked(profile: Profile, step: str) -> exp.Select:
    """`ranked_id` and `rank` of those that can be worked, as `add_expected_value` orders them."""
    keys = rank_keys(profile)
    order: list[exp.Expr] = [exp.Ordered(this=sql.column(key), desc=True, nulls_first=False) for key in keys]
    order.append(exp.Ordered(this=sql.call("IDEALFIT_BYTES", sql.column("account_id")), desc=False, nulls_first=False))
    place = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=order))
    own = exp.Is(this=sql.column("duplicate_of"), expression=exp.Null())
    there = exp.NEQ(this=sql.column("tier"), expression=sql.string("excluded"))
    columns = [
        exp.alias_(sql.column("account_id"), "ranked_id", quoted=True),
        exp.alias_(place, "rank", quoted=True),
    ]
    return exp.select(*columns).from_(sql.table(step)).where(sql.all_of([own, there]))


def _aliased(parts: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(part, name, quoted=True) for name, part in parts.items()]


def _over(step: str, *columns: exp.Expr) -> exp.Select:
    return exp.select(exp.Star(), *columns).from_(sql.table(step))


def _only(step: str, kept: Sequence[exp.Expr], values: Mapping[str, exp.Expr]) -> exp.Select:
    return exp.select(*[one.copy() for one in kept], *_aliased(values)).from_(sql.table(step))
