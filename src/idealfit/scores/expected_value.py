"""The chance of winning, the expected value and the rank of every account, from the profile's `model`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.scores import sql


def add_expected_value(con: duckdb.DuckDBPyConnection, profile: Profile, *, table: str, into: str) -> bool:
    """Make `into`: the scores in `table` (made with `criteria=True`) with `p_win`, `expected_value` and `rank`,
    without the `c_` columns. Answers whether the profile has a model; without one the columns are absent.

    p_win: the logistic of the model's log odds, the chance that an account worked today is won. expected_value: p_win
    times contract value a year, margin and years kept within the horizon, less the cost of working it; NULL where no
    contract value is known. An unknown criterion counts its known share. `rank`: 1 is best, by expected value, else by
    p_win; NULL for excluded accounts; a duplicate has its survivor's.
    """
    source = sql.text_of(sql.name(table))
    columns = [row[0] for row in con.execute(f"DESCRIBE {source}").fetchall()]
    kept = [sql.column(name) for name in columns if not name.startswith("c_")]
    model = profile.model
    if not model or "win" not in model:
        query = exp.select(*kept).from_(sql.table(table))
        con.execute(f"CREATE OR REPLACE TABLE {sql.text_of(sql.name(into))} AS {sql.text_of(query)}")
        return False
    shares = {one.id: one.known_true_rate or 0.25 for _layer, one in profile.criteria} | {
        one.id: float((one.evidence or {}).get("rates", {}).get("known_true_rate") or 0.25)
        for one in profile.exclusions
    }
    chance = _logistic(_linear(model["win"]["intercept"], model["win"]["effects"], shares, columns))
    priced = exp.select(
        *kept,
        exp.alias_(chance, "p_win", quoted=True),
        exp.alias_(_worth(model, shares, columns), "worth", quoted=True),
    )
    priced = priced.from_(sql.table(table))
    value = (
        f"ROUND(p_win * worth - {float(model.get('cost') or 0.0)!r}, 2)"
        if "amount" in model
        else "CAST(NULL AS DOUBLE)"
    )
    order = "expected_value DESC, p_win DESC" if "amount" in model else "p_win DESC"
    shown = ", ".join(sql.text_of(column) for column in kept)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {sql.text_of(sql.name(into))} AS
        WITH priced AS ({sql.text_of(priced)}),
        valued AS (SELECT {shown}, ROUND(p_win, 6) AS p_win, {value} AS expected_value FROM priced),
        ranked AS (
            SELECT account_id AS ranked_id, ROW_NUMBER() OVER (ORDER BY {order}, account_id) AS rank
            FROM valued WHERE duplicate_of IS NULL AND tier <> 'excluded'
        )
        SELECT valued.*, ranked.rank FROM valued
        LEFT JOIN ranked ON ranked.ranked_id = COALESCE(valued.duplicate_of, valued.account_id)
        ORDER BY account_id
        """
    )
    return True


def _linear(
    base: float, effects: Mapping[str, float], shares: Mapping[str, float], columns: list[str]
) -> exp.Expression:
    """base + the sum of effect x (1 true, 0 false, the known share where unknown)."""
    total: exp.Expression = exp.Literal.number(repr(float(base)))
    for name, effect in sorted(effects.items()):
        column = f"c_{name}"
        if column not in columns or effect == 0:
            continue
        state = exp.Case(
            ifs=[
                exp.If(this=sql.column(column), true=exp.Literal.number("1.0")),
                exp.If(this=exp.Not(this=sql.column(column)), true=exp.Literal.number("0.0")),
            ],
            default=exp.Literal.number(repr(float(shares.get(name, 0.25)))),
        )
        total = exp.Add(this=total, expression=exp.Mul(this=_signed(effect), expression=exp.Paren(this=state)))
    return exp.Paren(this=total)


def _signed(value: float) -> exp.Expression:
    number: exp.Expression = exp.Literal.number(repr(abs(float(value))))
    return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number


def _exp(linear: exp.Expression) -> exp.Expression:
    return exp.Exp(this=linear)


def _logistic(linear: exp.Expression) -> exp.Expression:
    one = exp.Literal.number("1.0")
    return exp.Div(this=one, expression=exp.Paren(this=exp.Add(this=one.copy(), expression=_exp(exp.Neg(this=linear)))))


def _worth(model: Mapping[str, Any], shares: Mapping[str, float], columns: list[str]) -> exp.Expression:
    """What a win is expected to bring within the horizon: contract value a year x margin x years kept."""
    if "amount" not in model:
        return exp.Null()
    worth: exp.Expression = exp.Literal.number("1.0")
    for part in ("amount", "margin"):
        if part in model:
            factor = exp.Mul(
                this=exp.Literal.number(repr(float(model[part]["base"]))),
                expression=_exp(_linear(0.0, model[part]["effects"], shares, columns)),
            )
            worth = exp.Mul(this=worth, expression=exp.Paren(this=factor))
    horizon = exp.Literal.number(repr(float(model["horizon_months"])))
    months: exp.Expression = horizon
    if "months" in model:
        # the restricted mean of a constant hazard: (1 - exp(-h H)) / h
        hazard = exp.Paren(
            this=exp.Mul(
                this=exp.Literal.number(repr(max(float(model["months"]["base"]), 1e-6))),
                expression=_exp(_linear(0.0, model["months"]["effects"], shares, columns)),
            )
        )
        gone = exp.Sub(
            this=exp.Literal.number("1.0"),
            expression=_exp(exp.Neg(this=exp.Paren(this=exp.Mul(this=hazard, expression=horizon.copy())))),
        )
        months = exp.Paren(this=exp.Div(this=exp.Paren(this=gone), expression=hazard.copy()))
    return exp.Div(this=exp.Mul(this=worth, expression=months), expression=exp.Literal.number("12.0"))
