"""The chance of winning, the expected value and the rank of every account, from the profile's `model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.scores import sql

NO_WINNING = ("advance", "stay", "best", "customer")
"""What a model's chance may be of, where it is not of winning (`patterns.drafting.model_of`)."""

LEAST_RATE = 1e-6
"""A rate of leaving or growth that is smaller counts as this."""


def add_expected_value(
    con: duckdb.DuckDBPyConnection, profile: Profile, *, table: str, into: str, criteria: bool = False
) -> bool:
    """Make `into`: the scores in `table` (made with `criteria=True`) with `p_win`, `expected_value`, the ends of their
    intervals and `rank`, without the `c_` columns unless `criteria`. Answers whether the profile has a model; without
    one the columns are absent.

    p_win: the logistic of the model's log odds, the chance that an account worked today is won. expected_value: p_win
    times contract value a year, margin and years kept within the horizon (grown as contracts grow), less the cost of
    working it; NULL where no contract value is known. An unknown criterion counts its known share. `rank`: 1 is best,
    by expected value, else by p_win, and by fit before these where criteria are assumed; NULL for excluded accounts; a
    duplicate has its survivor's. The intervals have the model's `level`: symmetric on the scale of log odds, and of log
    value. A model of something else than winning (`of`: advance, stay, best, customer) gives `p_advance`, `p_stay`, …
    instead, and no value.
    """
    source = sql.text_of(sql.name(table))
    columns = [row[0] for row in con.execute(f"DESCRIBE {source}").fetchall()]
    kept = [sql.column(name) for name in columns if criteria or not name.startswith("c_")]
    model = profile.model
    if not model or "win" not in model:
        query = exp.select(*kept).from_(sql.table(table))
        con.execute(f"CREATE OR REPLACE TABLE {sql.text_of(sql.name(into))} AS {sql.text_of(query)}")
        return False
    parts = parts_of(model, shares_of(profile), columns)
    priced = exp.select(*kept, *(exp.alias_(part, name, quoted=True) for name, part in parts.items()))
    shown = ", ".join(sql.text_of(column) for column in kept)
    order = "expected_value DESC, p_win DESC" if "amount" in model else "p_win DESC"
    if any(criterion.grade == "assumed" for _layer, criterion in profile.criteria):
        # of few customers the model knows next to nothing; what they have in common is in the fit alone
        order = f"fit DESC NULLS LAST, {order}"
    limits = ends_of(model)
    ends = ", ".join(f"{value} AS {name}" for name, value in limits.items())
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {sql.text_of(sql.name(into))} AS
        WITH parted AS ({sql.text_of(priced.from_(sql.table(table)))}),
        priced AS (SELECT *, {CHANCE} AS chance, {worth_of_win(model)} AS worth FROM parted),
        valued AS (
            SELECT {shown}, ROUND(chance, 6) AS p_win, {value_of(model)} AS expected_value{ends and ", "}{ends}
            FROM priced
        ),
        ranked AS (
            SELECT account_id AS ranked_id, ROW_NUMBER() OVER (ORDER BY {order}, account_id) AS rank
            FROM valued WHERE duplicate_of IS NULL AND tier <> 'excluded'
        )
        SELECT valued.*{_renamed(model, limits)}, ranked.rank FROM valued
        LEFT JOIN ranked ON ranked.ranked_id = COALESCE(valued.duplicate_of, valued.account_id)
        ORDER BY account_id
        """
    )
    return True


def _renamed(model: Mapping[str, Any], ends: Mapping[str, str]) -> str:
    """Of a model of who advances, stays or is best: its chance is no chance of winning, and has no value."""
    of = str(model.get("of") or "")
    if of not in NO_WINNING:
        return ""
    money = [name for name in ("expected_value", *ends) if name.startswith("expected_value")]
    chances = [name for name in ("p_win", *ends) if name.startswith("p_win")]
    renamed = ", ".join(f"{name} AS {name.replace('win', of)}" for name in chances)
    return f" EXCLUDE ({', '.join(money)}) RENAME ({renamed})"


def shares_of(profile: Profile) -> dict[str, float]:
    """The share of true among accounts where a criterion or an exclusion is known, by id; a share of none is one."""
    kept = {one.id: one.known_true_rate for _layer, one in profile.criteria}
    kept |= {one.id: (one.evidence or {}).get("rates", {}).get("known_true_rate") for one in profile.exclusions}
    return {name: 0.25 if rate is None else float(rate) for name, rate in kept.items()}


CHANCE = "1.0 / (1.0 + EXP(-linear))"
"""The chance of winning from the log odds."""


def parts_of(model: Mapping[str, Any], shares: Mapping[str, float], columns: list[str]) -> dict[str, exp.Expr]:
    """The sums over criteria: `linear` (log odds), `amount`, `margin`, `months` and `growth` (log of the factor of the
    base), and the variance of each (`linear_doubt`, …).
    """
    made: dict[str, exp.Expr] = {}
    for part in ("win", "amount", "margin", "months", "growth"):
        name = "linear" if part == "win" else part
        if part not in model:
            continue
        content = model[part]
        made[name] = _linear(content.get("intercept", 0.0), content["effects"], shares, columns)
        made[f"{name}_doubt"] = _doubt(content, shares, columns)
    return made


def sums_of(
    model: Mapping[str, Any], shares: Mapping[str, float], columns: Sequence[str]
) -> dict[str, tuple[float, dict[str, tuple[float, float, float]]]]:
    """The same sums as numbers: of each its base, and by criterion what it adds where that is true, false, unknown;
    criteria that add nothing are left out."""
    made: dict[str, tuple[float, dict[str, tuple[float, float, float]]]] = {}
    for part in [one for one in ("win", "amount", "margin", "months", "growth") if one in model]:
        content, name = model[part], "linear" if part == "win" else part
        known = [one for one in sorted({*content["effects"], *(content.get("errors") or {})}) if f"c_{one}" in columns]
        adds, doubts = {}, {}
        for one in known:
            share, effect = float(shares.get(one, 0.25)), float(content["effects"].get(one, 0.0))
            if effect:
                adds[one] = (effect, 0.0, effect * share)
            if one in (content.get("errors") or {}):
                doubts[one] = _doubts(effect, float(content["errors"][one]), share)
        made[name] = (float(content.get("intercept", 0.0)), adds)
        made[f"{name}_doubt"] = (float(content.get("variance", 0.0)), doubts)
    return made


def _doubts(effect: float, error: float, share: float) -> tuple[float, float, float]:
    """What a criterion adds to the variance where it is true, false, unknown (see `_doubt`)."""
    return (error * (1 - share)) ** 2, (error * share) ** 2, (effect**2 + error**2) * share * (1 - share)


def pieces_of(model: Mapping[str, Any]) -> dict[str, str]:
    """Parts of the formulas below that come more than once: `hazard` and `growing` of a month, and the `spread` of the
    log of the value, as far as they are there."""
    pieces = {"hazard": _hazard(model)} if "months" in model else {}
    if "growth" in model:
        pieces["growing"] = _monthly(model)
    if "amount" in model and ends_of(model):
        pieces["spread"] = _spread(model, _wide(model))
    return pieces


def _linear(
    base: float, effects: Mapping[str, float], shares: Mapping[str, float], columns: list[str]
) -> exp.Expression:
    """base + the sum of effect x (1 true, 0 false, the known share where unknown)."""
    total: exp.Expression = exp.Literal.number(repr(float(base)))
    for name, effect in sorted(effects.items()):
        if f"c_{name}" not in columns or effect == 0:
            continue
        state = _by_state(name, 1.0, 0.0, float(shares.get(name, 0.25)))
        total = exp.Add(this=total, expression=exp.Mul(this=_signed(effect), expression=exp.Paren(this=state)))
    return exp.Paren(this=total)


def _doubt(content: Mapping[str, Any], shares: Mapping[str, float], columns: list[str]) -> exp.Expression:
    """The variance of `_linear`: that of the usual company, plus for each criterion error² x (state - share)² where it
    is known, and (effect² + error²) x share x (1 - share) where it is not.
    """
    total: exp.Expression = exp.Literal.number(repr(float(content.get("variance", 0.0))))
    for name, error in sorted((content.get("errors") or {}).items()):
        if f"c_{name}" not in columns:
            continue
        share, effect = float(shares.get(name, 0.25)), float(content["effects"].get(name, 0.0))
        state = _by_state(name, *_doubts(effect, error, share))
        total = exp.Add(this=total, expression=exp.Paren(this=state))
    return exp.Paren(this=total)


def _by_state(name: str, true: float, false: float, unknown: float) -> exp.Case:
    column = f"c_{name}"
    return exp.Case(
        ifs=[
            exp.If(this=sql.column(column), true=exp.Literal.number(repr(true))),
            exp.If(this=exp.Not(this=sql.column(column)), true=exp.Literal.number(repr(false))),
        ],
        default=exp.Literal.number(repr(unknown)),
    )


def _signed(value: float) -> exp.Expression:
    number: exp.Expression = exp.Literal.number(repr(abs(float(value))))
    return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number


def worth_of_win(model: Mapping[str, Any]) -> str:
    """What a win is expected to bring within the horizon: contract value a year x margin x years kept."""
    if "amount" not in model:
        return "CAST(NULL AS DOUBLE)"
    factors = [f"{float(model[part]['base'])!r} * EXP({part})" for part in ("amount", "margin") if part in model]
    horizon = f"{float(model['horizon_months'])!r}"
    if "growth" in model:
        # the same area under exp(g t - h t): what grows by e^g a year is as a hazard smaller by g / 12 would leave it
        left = f"({_hazard(model) if 'months' in model else '0.0'} - {_monthly(model)})"
        area = f"(1.0 - EXP(-({left} * {horizon}))) / {left}"
        factors.append(f"CASE WHEN ABS({left}) < 1e-6 THEN {horizon} ELSE {area} END")
    elif "months" in model:
        # the restricted mean of a constant hazard: (1 - exp(-h H)) / h
        hazard = _hazard(model)
        factors.append(f"(1.0 - EXP(-({hazard} * {horizon}))) / ({hazard})")
    else:
        factors.append(horizon)
    return f"{' * '.join(factors)} / 12.0"


def _hazard(model: Mapping[str, Any]) -> str:
    return f"({max(float(model['months']['base']), LEAST_RATE)!r} * EXP(months))"


def _monthly(model: Mapping[str, Any]) -> str:
    """The log of growth a month of a customer who stays."""
    return f"((LN({max(float(model['growth']['base']), LEAST_RATE)!r}) + growth) / 12.0)"


def value_of(model: Mapping[str, Any]) -> str:
    """The expected value of an account with a `chance` and a `worth`, to the cent; NULL where no amount is known."""
    if "amount" not in model:
        return "CAST(NULL AS DOUBLE)"
    return f"ROUND(chance * worth - {float(model.get('cost') or 0.0)!r}, 2)"


def ends_of(model: Mapping[str, Any]) -> dict[str, str]:
    """The ends of the intervals; nothing where the model keeps no errors (a file of an earlier version)."""
    if "level" not in model or "variance" not in model["win"]:
        return {}
    wide = _wide(model)
    ends = {
        f"p_win_{end}": f"ROUND(1.0 / (1.0 + EXP(-(linear {sign} {wide} * SQRT(linear_doubt)))), 6)"
        for end, sign in (("low", "-"), ("high", "+"))
    }
    nothing = dict.fromkeys(("expected_value_low", "expected_value_high"), "CAST(NULL AS DOUBLE)")
    return ends | (_value_ends(model, wide) if "amount" in model else nothing)


def _wide(model: Mapping[str, Any]) -> str:
    """By how many deviations an end of an interval is away from its middle."""
    from scipy.special import ndtri  # slow to load, and only profiles with a model need it

    return repr(float(ndtri(0.5 + float(model["level"]) / 2)))


def _spread(model: Mapping[str, Any], wide: str) -> str:
    """Half the interval of the log of the expected value: the variances of its parts add up (delta method)."""
    doubts = ["(1.0 - chance) * (1.0 - chance) * linear_doubt", "amount_doubt"]
    if "margin" in model:
        doubts.append("margin_doubt")
    if "months" in model:
        # by how many per cent the months kept within the horizon fall when the hazard rises by one
        gone = f"({_hazard(model)} * {float(model['horizon_months'])!r})"
        doubts.append(f"POWER(1.0 - {gone} * EXP(-{gone}) / (1.0 - EXP(-{gone})), 2) * months_doubt")
    if "growth" in model:
        # on average what is paid within the horizon has grown for half of it
        doubts.append(f"POWER({float(model['horizon_months'])!r} / 24.0, 2) * growth_doubt")
    return f"({wide} * SQRT({' + '.join(doubts)}))"


def _value_ends(model: Mapping[str, Any], wide: str) -> dict[str, str]:
    cost, spread = repr(float(model.get("cost") or 0.0)), _spread(model, wide)
    return {
        f"expected_value_{end}": f"ROUND(chance * worth * EXP({sign}{spread}) - {cost}, 2)"
        for end, sign in (("low", "-"), ("high", ""))
    }
