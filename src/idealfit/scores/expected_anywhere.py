"""The chance of winning, the expected value and the rank as steps of a statement, for every engine.

The formulas are those of `expected_value.py`; here every sum is one of binary numbers and every amount is rounded in
whole units of its last digit, so that no engine's own types or rounding take part. What they may differ in is the last
bit of an exponential, sixteen digits in, which rounding to six (money: two) hides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.scores import sql
from idealfit.scores.expected_value import (
    CHANCE,
    NO_WINNING,
    ends_of,
    pieces_of,
    shares_of,
    sums_of,
    value_of,
    worth_of_win,
)

FARTHEST = 100
"""Exponents go so far: the chance is 0 or 1 long before, and PostgreSQL refuses what is too large for a number."""
DIGITS = 24
"""Decimals of a number of the model: engines' decimals end soon after."""
_SAID = {
    "scored": "The scores, with every criterion.",
    "parted": "The model's sums over criteria: log odds of winning, log of contract value, margin, leaving and growth.",
    "rated": "The chance of winning; by how much a customer who is won leaves and grows a month.",
    "priced": "What a win is expected to bring, and how far its log may be off.",
    "valued": "Chance and expected value, with the ends of their intervals.",
    "rounded": "The same, rounded half away from zero.",
    "ranked": "The order in which to work accounts: nobody excluded, no merged duplicate.",
}
_EXACT = {"p_win": "chance", "p_win_low": "chance_low", "p_win_high": "chance_high"} | {
    f"expected_value{end}": f"value{end}" for end in ("", "_low", "_high")
}
"""What each column is called before it is rounded."""


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
    exact = {"p_win": ("chance", 6), "expected_value": _unrounded(value_of(model))}
    exact |= {name: _unrounded(text) for name, text in ends_of(model).items()}
    shown = _shown(model, list(exact))
    pieces = pieces_of(model)
    told = {name: text for name, text in pieces.items() if name in ("hazard", "growing")}
    priced = {"worth": worth_of_win(model)} | {name: text for name, text in pieces.items() if name == "spread"}
    valued = {_EXACT[name]: text for name, (text, _) in exact.items() if _EXACT[name] != text}
    made: list[tuple[str, exp.Select]] = [
        ("scored", scores),
        ("parted", _over("scored", _sums(model, shares_of(profile), names))),
        ("rated", _over("parted", {name: _read(text) for name, text in ({"chance": CHANCE} | told).items()})),
        ("priced", _over("rated", {name: _read(text, told) for name, text in priced.items()})),
        ("valued", _over("priced", {name: _read(text, pieces) for name, text in valued.items()})),
        ("rounded", _over("valued", {name: _rounded(_EXACT[name], digits) for name, (_, digits) in exact.items()})),
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
    return _SAID


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


def _sums(model: Mapping[str, Any], shares: Mapping[str, float], columns: Sequence[str]) -> dict[str, exp.Expr]:
    """The sums of `sums_of`, a CASE a criterion; the first number is a binary one, and so are then all sums."""
    made: dict[str, exp.Expr] = {}
    for name, (base, states) in sums_of(model, shares, columns).items():
        total: exp.Expr = sql.cast(_signed(base), "DOUBLE")
        for one, (true, false, unknown) in states.items():
            state = sql.column(f"c_{one}")
            branches = ((state, _signed(true)), (exp.Not(this=state.copy()), _signed(false)))
            total = exp.Add(this=total, expression=sql.cases(*branches, default=_signed(unknown)))
        made[name] = total
    return made


def _signed(value: float) -> exp.Expr:
    literal = exp.Literal.number(format(round(Decimal(repr(abs(value))), DIGITS).normalize(), "f"))
    return exp.Neg(this=literal) if value < 0 else literal


def _read(text: str, named: Mapping[str, str] | None = None) -> exp.Expr:
    """The calculation, what is `named` by its name, no exponent too large, and no name that an engine may read
    otherwise."""
    found = {sqlglot.parse_one(one, read=sql.DIALECT): name for name, one in (named or {}).items()}

    def change(part: exp.Expr) -> exp.Expr:
        if part in found:
            return sql.column(found[part])
        if isinstance(part, exp.Column) and not part.table:
            return sql.column(part.name)
        if isinstance(part, exp.Exp):
            most = sql.integer(FARTHEST)
            inner = exp.Greatest(this=_bare(part.this), expressions=[exp.Neg(this=most)])
            return exp.Exp(this=exp.Least(this=inner, expressions=[most.copy()]))
        return part

    def changed(part: exp.Expr) -> exp.Expr:
        if part in found:
            return change(part)
        for key, value in list(part.args.items()):
            if isinstance(value, exp.Expr):
                part.set(key, changed(value))
            elif isinstance(value, list):
                part.set(key, [changed(one) if isinstance(one, exp.Expr) else one for one in value])
        return change(part)

    return changed(sqlglot.parse_one(text, read=sql.DIALECT))


def _bare(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Paren) else node


def _rounded(name: str, digits: int) -> exp.Expr:
    """A column, half away from zero; engines' own ROUND differ, or take no binary numbers."""
    unit = sql.integer(10**digits)
    size = exp.Mul(this=exp.Abs(this=sql.column(name)), expression=unit)
    whole: exp.Expr = exp.Floor(this=exp.Add(this=size, expression=exp.Literal.number("0.5")))
    if not name.startswith("chance"):  # a chance is never below zero
        below = exp.LT(this=sql.column(name), expression=sql.integer(0))
        sign = sql.cases((below, exp.Neg(this=exp.Literal.number("1"))), default=sql.integer(1))
        whole = exp.Paren(this=exp.Mul(this=sign, expression=whole))
    return exp.Div(this=sql.cast(whole, "DOUBLE"), expression=unit.copy())


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


def _over(step: str, columns: Mapping[str, exp.Expr]) -> exp.Select:
    named = [exp.alias_(_bare(part), name, quoted=True) for name, part in columns.items()]
    return exp.select(exp.Star(), *named).from_(sql.table(step))
