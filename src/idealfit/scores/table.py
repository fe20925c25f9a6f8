"""The scores of all accounts as SQL: whole numbers, step by step, over the states of the criteria.

Each step is a SELECT over the one before it: points left → sums a layer → counted points a layer → layer values → fit,
timing and score → tiers → words. The formulas are those of `scorecard.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlglot import exp

from idealfit.records.attribute import LAYERS
from idealfit.scores import sql
from idealfit.scores.card import card_columns
from idealfit.scores.reason_marks import marked, with_marks
from idealfit.scores.reasons import Wording, points_column, reasons_sql
from idealfit.scores.scorecard import MILLION, Item, LayerPlan, Scorecard
from idealfit.scores.tier_numbers import words_looked_up
from idealfit.scores.tiers import final_tier_sql, priority_sql, tier_sql, timing_band_sql

VIEWS = ("nominal", "low", "high")
"""How what is unknown counts: by its rate, at its worst, at its best."""
_LARGEST = 2**62


def state_column(name: str) -> str:
    """The column with the state of a criterion or exclusion."""
    return f"c_{name}"


def score_steps(
    plan: Scorecard,
    texts: Mapping[str, Wording],
    *,
    states: str,
    as_of: date,
    version: str,
    shown_states: Sequence[str] = (),
    card: exp.Expr | None = None,
    portable_reasons: exp.Expr | None = None,
    portable_card: exp.Expr | None = None,
    top: int | None = None,
    valued: exp.Select | None = None,
) -> exp.Select:
    """The scores: one row a row of `states`, in its order, with the columns of DESIGN §6.

    `states` names a table with `account_id`, `duplicate_of`, a column `c_<id>` a criterion and exclusion, and the
    `last` facts of criteria whose points decay. `shown_states` are ids whose states become columns;
    `card` adds the columns of the inbound card; it says whether an account raised a hand. `portable_reasons` stands
    for the reasons, and for the list of exclusions what `dialects.py` knows how to say, where another engine reads it;
    `portable_card` for the card's reasons there. `top`: instead of `reasons`, DuckDB's columns `reason_1`, …
    `valued` stands for the first steps, where the layer values were looked up (`coded.valued_lines`); words and
    the names of reasons are looked up then as well.
    """
    looked_up = valued is not None
    summed = _summed(plan, valued or _valued(plan, _counted(plan, states, as_of)), told=looked_up)
    worded = words_looked_up(plan, summed) if looked_up else _worded(plan, _tiered(plan, summed))
    last: list[exp.Expr] = [
        _as(sql.day(as_of), "as_of"),
        _as(sql.string(version), "profile_version"),
        sql.column("duplicate_of"),
        *(sql.column(state_column(name)) for name in shown_states),
    ]
    if card is not None and plan.card is not None:
        last += card_columns(plan.card, texts, card, portable_card)
    if top is None:
        return _shown(plan, texts, worded, last, portable_reasons, told=looked_up)
    with_bits = with_marks(plan, worded, top, given=looked_up)
    return _shown(plan, texts, with_bits, last, portable_reasons, marked(plan, top), told=looked_up)


def over(step: exp.Select, *columns: exp.Expr) -> exp.Select:
    """`step` with `columns` beside its own."""
    relation = exp.Subquery(this=step, alias=exp.TableAlias(this=sql.name("step")))
    return exp.select(exp.Star(), *columns).from_(relation)


def _as(node: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(node, name, quoted=True)


def _state(name: str) -> exp.Column:
    return sql.column(state_column(name))


def _counted(plan: Scorecard, states: str, as_of: date) -> exp.Select:
    """Decayed points; per layer the counted points in three views, and how much of its points is known."""
    decaying = [_as(_decayed(item, as_of), points_column(item)) for item in plan.items if item.last_events]
    still = [
        _as(sql.integer(1000 * item.points), points_column(item))
        for item in plan.items
        if item.half_life is not None and not item.last_events
    ]
    base = exp.select(exp.Star(), *decaying, *still).from_(sql.table(states))
    columns: list[exp.Expr] = []
    sums: list[exp.Expr] = []
    for layer in plan.layers:
        if _adds_up(layer):
            columns += _once(layer)
            sums += _from_sums(layer)
            continue
        columns += layer_counts(layer)
    return over(over(base, *columns), *sums)


def layer_counts(layer: LayerPlan) -> list[exp.Expr]:
    """The counted points of a layer in three views, the best of each group, and how much of its points is known."""
    columns = []
    for view in VIEWS:
        best = [_best([_worth(item, view) for item in group]) for group in layer.groups]
        columns.append(_as(sql.cast(_sum(best), "BIGINT"), f"{view}_{layer.name}"))
    known = [_if_unknown(item, 0, abs(item.points)) for item in layer.items]
    return [*columns, _as(sql.cast(_sum(known), "BIGINT"), f"known_{layer.name}")]


def _adds_up(layer: LayerPlan) -> bool:
    """Whether the views follow from two sums: nothing is an alternative to something else or takes points away."""
    return all(len(group) == 1 and group[0].points >= 0 for group in layer.groups)


def _one_rate(layer: LayerPlan) -> bool:
    return len({item.rate for item in layer.items}) == 1


def _once(layer: LayerPlan) -> list[exp.Expr]:
    """What is true and what is unknown of a layer, summed once for all views; by the rates where they differ."""
    true = [sql.cases((_state(item.id), _full(item)), default=sql.integer(0)) for item in layer.items]
    unknown = [_if_unknown(item, item.points, 0) for item in layer.items]
    made = [
        _as(sql.cast(_sum(true), "BIGINT"), f"true_{layer.name}"),
        _as(sql.cast(_sum(unknown), "BIGINT"), f"unknown_{layer.name}"),
    ]
    if not _one_rate(layer):
        rated = [_if_unknown(item, item.points * item.rate, 0) for item in layer.items]
        made.append(_as(sql.cast(_sum(rated), "BIGINT"), f"rated_{layer.name}"))
    return made


def _from_sums(layer: LayerPlan) -> list[exp.Expr]:
    """The three views and what is known, from the sums of `_once`."""
    true, unknown = sql.column(f"true_{layer.name}"), sql.column(f"unknown_{layer.name}")
    rated: exp.Expr = sql.column(f"rated_{layer.name}")
    if _one_rate(layer):
        rated = exp.Mul(this=sql.integer(layer.items[0].rate), expression=unknown.copy())
    best = exp.Mul(this=sql.integer(1000), expression=unknown.copy())
    return [
        _as(exp.Add(this=true, expression=rated), f"nominal_{layer.name}"),
        _as(true.copy(), f"low_{layer.name}"),
        _as(exp.Add(this=true.copy(), expression=best), f"high_{layer.name}"),
        _as(exp.Sub(this=sql.integer(layer.size), expression=unknown.copy()), f"known_{layer.name}"),
    ]


def _if_unknown(item: Item, then: int, otherwise: int) -> exp.Expr:
    missing = exp.Is(this=_state(item.id), expression=exp.Null())
    return sql.cases((missing, sql.integer(then)), default=sql.integer(otherwise))


def _full(item: Item) -> exp.Expr:
    """The thousandths of a point of a criterion that is true."""
    return sql.integer(1000 * item.points) if item.half_life is None else sql.column(points_column(item))


def _sum(nodes: Sequence[exp.Expr]) -> exp.Expr:
    total = nodes[0]
    for node in nodes[1:]:
        total = exp.Add(this=total, expression=node)
    return exp.Paren(this=total) if len(nodes) > 1 else total


def _best(nodes: Sequence[exp.Expr]) -> exp.Expr:
    return nodes[0] if len(nodes) == 1 else exp.Greatest(this=nodes[0], expressions=list(nodes[1:]))


def _worth(item: Item, view: str) -> exp.Expr:
    """The thousandths of a point that a criterion counts."""
    state = _state(item.id)
    unknown = {
        "nominal": item.points * item.rate,
        "low": 1000 * min(0, item.points),
        "high": 1000 * max(0, item.points),
    }[view]
    return sql.cases(
        (state, _full(item)),
        (exp.Is(this=state.copy(), expression=exp.Null()), sql.integer(unknown)),
        default=sql.integer(0),
    )


def _decayed(item: Item, as_of: date) -> exp.Expr:
    """The points after every whole half-life since the last matching event; whole points where there is none."""
    return halved(item, as_of, item.faded)


def halved(item: Item, as_of: date, values: Sequence[int]) -> exp.Expr:
    """The first of `values` before the first half-life since the last matching event (or without one), the second
    after it, and so on.

    One day after the other at which they halve, until nothing is left: no engine's own count of days or shift of bits.
    """
    dates = [sql.column(fact.column) for fact in item.last_events]
    others = [[dates[at], *dates[:at], *dates[at + 1 :]] for at in range(len(dates))]
    # some engines' GREATEST is NULL where any part is
    known = [exp.Coalesce(this=one[0], expressions=[other.copy() for other in one[1:]]) for one in others]
    last = exp.Greatest(this=known[0], expressions=list(known[1:])) if len(dates) > 1 else dates[0]
    branches: list[tuple[exp.Expr, exp.Expr]] = [(exp.Is(this=last, expression=exp.Null()), sql.integer(values[0]))]
    for halvings, value in enumerate(values[:-1], start=1):
        until = sql.day(sql.shifted(as_of, -halvings * (item.half_life or 1)))
        branches.append((exp.GT(this=last.copy(), expression=until), sql.integer(value)))
    return sql.cases(*branches, default=sql.integer(values[-1]))


def _rounded(top: exp.Expr, bottom: int, *, wide: bool = False) -> exp.Expr:
    """top / bottom, half up, both not negative."""
    kind = "HUGEINT" if wide else "BIGINT"
    doubled = exp.Mul(this=sql.cast(sql.paren(top), kind), expression=sql.integer(2))
    above = exp.Paren(this=exp.Add(this=doubled, expression=sql.integer(bottom)))
    return sql.cast(exp.IntDiv(this=above, expression=sql.integer(2 * bottom)), "BIGINT")


def _valued(plan: Scorecard, counted: exp.Select) -> exp.Select:
    """Layer values and known shares, in millionths."""
    return over(counted, *(column for layer in plan.layers for column in layer_values(layer)))


def layer_values(layer: LayerPlan) -> list[exp.Expr]:
    """The values of a layer in three views and its known share, in millionths, from what is counted."""
    columns: list[exp.Expr] = []
    for view in VIEWS:
        above: exp.Expr = sql.column(f"{view}_{layer.name}")
        if layer.least:
            above = exp.Paren(this=exp.Sub(this=above, expression=sql.integer(layer.least)))
        top = exp.Mul(this=sql.integer(MILLION), expression=above)
        columns.append(_as(_rounded(top, layer.most - layer.least), f"{view}_value_{layer.name}"))
    known = exp.Mul(this=sql.integer(MILLION), expression=sql.column(f"known_{layer.name}"))
    return [*columns, _as(_rounded(known, layer.size), f"known_value_{layer.name}")]


def _mean(layers: Iterable[LayerPlan], prefix: str) -> exp.Expr:
    """A thousand times the weighted mean of `<prefix>_value_<layer>`; NULL without layers."""
    layers = tuple(layers)
    weight = sum(layer.weight for layer in layers)
    if weight == 0:
        return sql.nothing("BIGINT")
    wide = 4 * 1000 * weight * MILLION > _LARGEST
    kind = "HUGEINT" if wide else "BIGINT"
    parts: list[exp.Expr] = [
        exp.Mul(this=sql.cast(sql.integer(layer.weight), kind), expression=sql.column(f"{prefix}_value_{layer.name}"))
        for layer in layers
    ]
    top = exp.Mul(this=sql.integer(1000), expression=exp.Paren(this=_sum(parts)))
    return _rounded(top, weight * MILLION, wide=wide)


def _summed(plan: Scorecard, valued: exp.Select, *, told: bool) -> exp.Select:
    """Fit, timing and score in tenths, completeness in thousandths, and what the exclusions say, unless that is `told`
    already."""
    fit, timing, score = (plan.axis(name) for name in ("fit", "timing", "score"))
    decisive = plan.axis(plan.by)
    means = [
        _as(_mean(fit, "nominal"), "fit_tenths"),
        _as(_mean(timing, "nominal"), "timing_tenths"),
        _as(_mean(score, "nominal"), "score_tenths"),
        _as(_mean(score, "low"), "low_tenths"),
        _as(_mean(score, "high"), "high_tenths"),
        _as(_mean(decisive, "low"), "tier_low_tenths"),
        _as(_mean(decisive, "high"), "tier_high_tenths"),
        _as(_mean(fit, "known"), "known_thousandths"),
    ]
    if told:
        return over(valued, *means)
    hard = [_is_true(one.id) for one in plan.barriers if one.hard]
    soft = [_is_true(one.id) for one in plan.barriers if not one.hard]
    seen = [
        exp.Not(this=exp.Is(this=_state(item.id), expression=exp.Null())) for layer in timing for item in layer.items
    ]
    return over(
        valued,
        *means,
        _as(_some(hard), "is_excluded"),
        _as(_some(soft), "is_capped"),
        _as(_some(seen), "timing_known"),
    )


def _is_true(name: str) -> exp.Expr:
    return exp.Coalesce(this=_state(name), expressions=[sql.truth(False)])


def _some(nodes: Sequence[exp.Expr]) -> exp.Expr:
    return sql.any_of(nodes) if nodes else sql.truth(False)


def _tiered(plan: Scorecard, summed: exp.Select) -> exp.Select:
    decisive = "fit_tenths" if plan.by == "fit" else "score_tenths"
    capped = sql.column("is_capped")
    return over(
        summed,
        _as(tier_sql(sql.column(decisive), plan, capped), "nominal_tier"),
        _as(tier_sql(sql.column("tier_low_tenths"), plan, capped.copy()), "low_tier"),
        _as(tier_sql(sql.column("tier_high_tenths"), plan, capped.copy()), "high_tier"),
    )


def _worded(plan: Scorecard, tiered: exp.Select) -> exp.Select:
    excluded = sql.column("is_excluded")
    band = timing_band_sql(sql.column("timing_tenths"), sql.column("timing_known"))
    return over(
        tiered,
        _as(final_tier_sql(excluded, sql.column("known_thousandths"), plan), "tier"),
        _as(sql.cases((excluded.copy(), sql.string("excluded")), default=sql.column("low_tier")), "tier_low"),
        _as(sql.cases((excluded.copy(), sql.string("excluded")), default=sql.column("high_tier")), "tier_high"),
        _as(band, "timing_band"),
    )


def _shown(
    plan: Scorecard,
    texts: Mapping[str, Wording],
    worded: exp.Select,
    last: Sequence[exp.Expr],
    portable: exp.Expr | None,
    instead: Sequence[exp.Expr] | None = None,
    *,
    told: bool,
) -> exp.Select:
    """The columns of `scores`, in their order, as people read them; `told`: what a layer shows is a column already."""
    present = {layer.name for layer in plan.layers}
    columns = [sql.column("account_id"), *(sql.column(name) for name in ("tier", "tier_low", "tier_high"))]
    shown: list[exp.Expr] = [*columns]
    shown += [_as(_divided(f"{name}_tenths", 10), name) for name in ("score", "low", "high", "fit", "timing")]
    shown += [sql.column("timing_band"), sql.column("priority") if told else _as(priority_sql(), "priority")]
    shown.append(_as(_divided("known_thousandths", 1000), "completeness"))
    for name in LAYERS:
        value: exp.Expr = sql.nothing("DOUBLE")
        if name in present:
            value = sql.column(shown_column(name)) if told else scale_sql(name)
        shown.append(_as(value, f"{name}_score"))
    shown.append(_as(_excluded_by(plan) if portable is None else _excluded_anywhere(plan), "excluded_by"))
    names = [one.id for one in plan.items] + [one.id for one in plan.barriers]
    states: dict[str, exp.Expr] = {name: _state(name) for name in names}
    if instead is None:
        shown.append(_as(reasons_sql(plan, texts, states) if portable is None else portable, "reasons"))
    shown += last if instead is None else [*instead, *last]
    relation = exp.Subquery(this=worded, alias=exp.TableAlias(this=sql.name("step")))
    return exp.select(*shown).from_(relation)


def _divided(name: str, by: int) -> exp.Expr:
    return exp.Div(this=sql.cast(sql.column(name), "DOUBLE"), expression=sql.integer(by))


def shown_column(layer: str) -> str:
    """The column with what a layer shows, where that was looked up."""
    return f"shown_{layer}"


def scale_sql(layer: str) -> exp.Expr:
    """1 + 4s, in hundredths, as a number from 1 to 5."""
    four = exp.Mul(this=sql.integer(4), expression=sql.column(f"nominal_value_{layer}"))
    top = exp.Mul(this=sql.integer(100), expression=exp.Paren(this=exp.Add(this=sql.integer(MILLION), expression=four)))
    return exp.Div(this=sql.cast(_rounded(top, MILLION), "DOUBLE"), expression=sql.integer(100))


def _excluded_by(plan: Scorecard) -> exp.Expr:
    """The ids of the hard exclusions that are true, in the order of the file."""
    hard = [one for one in plan.barriers if one.hard]
    empty = sql.cast(exp.Array(expressions=[]), "TEXT[]")
    if not hard:
        return empty
    lists = [
        sql.cases((_state(one.id), exp.Array(expressions=[sql.string(one.id)])), default=empty.copy()) for one in hard
    ]
    listed = lists[0] if len(lists) == 1 else sql.call("list_concat", *lists)
    return sql.cases((sql.column("is_excluded"), listed), default=empty)


def _excluded_anywhere(plan: Scorecard) -> exp.Expr:
    """The same as `IDEALFIT_LIST(…)`: a list of what is not NULL, in the words of each engine (`dialects.py`)."""
    hard = [one for one in plan.barriers if one.hard]
    return sql.call("IDEALFIT_LIST", *(sql.cases((_state(one.id), sql.string(one.id))) for one in hard))
