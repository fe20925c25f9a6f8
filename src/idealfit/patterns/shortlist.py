"""The short list: which effects become criteria, in the order of what they say, and with how many points.

At most five a layer, twenty in all and eight exclusions; supported before suggestive. Rooms that are left are filled
with sets that are merely likely and foretell accounts set aside (`further`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from idealfit.evidence.table import Evidence
from idealfit.patterns.best import Best
from idealfit.patterns.candidate import Binned
from idealfit.patterns.further import Order, Room, as_found, further_sets
from idealfit.patterns.layering import in_layer, layers_within
from idealfit.patterns.leakage import Rejected, own_name
from idealfit.patterns.pattern import Grade, Pattern, churn_of, counts_of, known_true_rate, odds_ratios
from idealfit.patterns.points import integer_points, is_exclusion
from idealfit.patterns.target import Target
from idealfit.patterns.today import as_today
from idealfit.patterns.trust import Trust, judge
from idealfit.patterns.value import Effect, ValueModel, with_further, with_odds, worth_a_line
from idealfit.records.attribute import LAYERS

MOST_CRITERIA, MOST_A_LAYER, MOST_EXCLUSIONS = 20, 5, 8

Kept: TypeAlias = tuple[Effect, Trust, Grade]
"""An effect that may become a criterion, what speaks for it, and its grade."""


def patterns_of(
    model: ValueModel,
    trusts: Sequence[Trust],
    sold: Sequence[str | None],
    evidence: Evidence,
    targets: Sequence[Target],
) -> tuple[tuple[Pattern, ...], list[Rejected]]:
    """The effects that may become criteria, most valuable first, with points; and those refused after testing."""
    chosen, refused = chosen_of(model, trusts, sold, evidence)
    return as_patterns(chosen, evidence, targets), refused


def chosen_of(
    model: ValueModel, trusts: Sequence[Trust], sold: Sequence[str | None], evidence: Evidence
) -> tuple[list[Kept], list[Rejected]]:
    """The effects that may become criteria, as many as there is room for; and those refused after testing."""
    kept: list[Kept] = []
    refused: list[Rejected] = []
    for effect, trust, by_seller in zip(model.effects, trusts, sold, strict=True):
        problem = ("proxy_of", by_seller) if by_seller else _problem(effect, trust, model.base_rate)
        if problem is not None:
            refused.append(Rejected(own_name(effect.candidate.binned.fact), *problem))
            continue
        gone = as_today(effect.candidate, evidence).holds is False
        grade: Grade = "supported" if effect.supported and trust.failure is None and not gone else "suggestive"
        kept.append((effect, trust, grade))
    kept.sort(key=lambda item: (-abs(item[0].strength), item[0].candidate.key))
    return _short(kept), refused


def filled_up(
    model: ValueModel,
    chosen: list[Kept],
    binned: Sequence[Binned],
    evidence: Evidence,
    targets: Sequence[Target],
    best: Best,
    seed: int,
) -> tuple[ValueModel, list[Kept]]:
    """What is proven, and beside it, as far as there is room, the merely likely sets that order companies best with it;
    all weighed together. Finds that were merely likely and are not among these have no effect any more.

    Only where nothing but winning counts: who wins a little more often may leave sooner or pay less, and what is merely
    likely for winning is no reason to seek it.
    """
    win = targets[0]
    if not chosen or any(effect.odds is None for effect, _trust, _grade in chosen):
        return model, chosen
    proven = [item for item in chosen if item[2] == "supported"]
    criteria = [effect for effect, _trust, grade in proven if not _walks_away(effect, grade)]
    taken = Counter(effect.candidate.binned.fact.info.layer for effect in criteria)
    room = Room({layer: MOST_A_LAYER - taken[layer] for layer in LAYERS}, MOST_CRITERIA - len(proven))
    held = [effect.candidate for effect, _trust, _grade in proven]
    order = further_sets(held, binned, win, room, seed=seed)
    if order is None:
        return model, chosen
    fitted, _own = with_further(model, held, [as_found(one, win) for one in order.sets], targets, best=best)
    width = len(held) + len(order.sets)
    trusts = judge(fitted.effects[:width], targets, evidence, seed=seed)
    filled: list[Kept] = [
        (effect, trust, grade) for effect, (_old, trust, grade) in zip(fitted.effects, proven, strict=False)
    ]
    for effect, trust in zip(fitted.effects[len(held) : width], trusts[len(held) :], strict=True):
        if trust.failure in (None, "unstable"):
            filled.append((effect, trust, "suggestive"))
    # weighed anew, what was worth walking away from may be worth points only, and must find room as such
    filled = _short(_weighed(filled, order, fitted.base_rate))
    there = {(effect.candidate.key, effect.candidate.chosen) for effect, _trust, _grade in (*chosen, *filled)}
    rest = [one for one in fitted.effects[width:] if (one.candidate.key, one.candidate.chosen) not in there]
    return replace(fitted, effects=(*(effect for effect, _trust, _grade in filled), *rest)), filled


def ordered(
    model: ValueModel, binned: Sequence[Binned], targets: Sequence[Target], *, best: Best, seed: int
) -> ValueModel:
    """The model as `filled_up` makes it, where nothing is tested but the search: for a profile of an earlier day."""
    win = targets[0]
    proven = sorted((one for one in model.effects if one.supported), key=lambda one: (-abs(one.strength), one.q_value))
    if not proven or any(effect.odds is None for effect in model.effects):
        return model
    criteria = [one for one in proven if not is_exclusion(one)]
    taken = Counter(one.candidate.binned.fact.info.layer for one in criteria)
    room = Room({layer: MOST_A_LAYER - taken[layer] for layer in LAYERS}, MOST_CRITERIA - len(proven))
    held = [one.candidate for one in proven]
    order = further_sets(held, binned, win, room, seed=seed)
    if order is None:
        return model
    fitted, _own = with_further(model, held, [as_found(one, win) for one in order.sets], targets, best=best)
    effects = fitted.effects[: len(held) + len(order.sets)]
    odds = order.effects([one.candidate for one in effects], [one.by_target["win"][0] for one in effects])
    weighed = (with_odds(effect, one, fitted.base_rate) for effect, one in zip(effects, odds, strict=True))
    return replace(fitted, effects=tuple(weighed))


def _weighed(filled: list[Kept], order: Order, base_rate: float) -> list[Kept]:
    """The same with the effects by which together they come nearest to what all facts say."""
    candidates = [effect.candidate for effect, _trust, _grade in filled]
    odds = order.effects(candidates, [effect.by_target["win"][0] for effect, _trust, _grade in filled])
    return [
        (with_odds(effect, one, base_rate), trust, grade)
        for (effect, trust, grade), one in zip(filled, odds, strict=True)
    ]


def as_patterns(chosen: Sequence[Kept], evidence: Evidence, targets: Sequence[Target]) -> tuple[Pattern, ...]:
    """The chosen effects as patterns, with points."""
    scored = [effect for effect, _trust, grade in chosen if not _walks_away(effect, grade)]
    points = dict(
        zip([id(effect) for effect in scored], integer_points([effect.strength for effect in scored]), strict=True)
    )
    ratios = odds_ratios([effect.candidate for effect, _trust, _grade in chosen], targets[0])
    made = []
    for (effect, trust, grade), ratio in zip(chosen, ratios, strict=True):
        made.append(
            Pattern(
                candidate=effect.candidate,
                layer=effect.candidate.binned.fact.info.layer,
                seen="list",
                polarity="seek" if effect.value > 0 else "exclude",
                exclusion=_walks_away(effect, grade),
                points=points.get(id(effect), 0),
                grade=grade,
                q_value=effect.q_value,
                stability=trust.stability,
                later=trust.later,
                counts=counts_of(effect.candidate, evidence),
                odds_ratio=ratio,
                known_true_rate=known_true_rate(effect.candidate),
                effect=effect,
                churn=churn_of(effect.candidate, evidence),
            )
        )
    return tuple(made)


def _problem(effect: Effect, trust: Trust, base_rate: float) -> tuple[str, str] | None:
    """Why an effect that was found is not used, as (reason, proof), or None. A supported one that fails a test is at
    most suggestive; a suggestive one that fails is refused.
    """
    if trust.failure == "unsupported":
        return "unsupported", f"It is carried by {trust.accounts} accounts; five are needed"
    if trust.failure == "single_account":
        return (
            "single_account",
            f"Without the one account that speaks most for it little is left (z = {trust.z_without_heaviest:.1f} "
            f"over {trust.accounts} accounts)",
        )
    if trust.failure == "unstable" and (not effect.supported or trust.later.holds is False):
        later = trust.later
        where = "later deals" if later.kind == "later_deals" else "accounts set aside"
        return (
            "unstable",
            f"Found in {trust.stability:.0%} of half samples; on {where} {later.match_won} of "
            f"{later.match_won + later.match_lost} won, elsewhere {later.rest_won} of "
            f"{later.rest_won + later.rest_lost}",
        )
    if not worth_a_line(effect, base_rate):
        return _cancelled(effect)
    return None


def _cancelled(effect: Effect) -> tuple[str, str]:
    """It does something, but its parts cancel: it wins and churns, or wins and costs."""
    win = effect.by_target.get("win", (0.0, 0.0))[0]
    churn = effect.by_target.get("churn", (0.0, 0.0))[0]
    margin = effect.by_target.get("margin", (0.0, 0.0))[0]
    if win > 0.1 and churn > 0.1:
        return (
            "churns",
            f"It multiplies the odds of winning by {math.exp(win):.2f} and the rate of leaving by "
            f"{math.exp(churn):.2f}",
        )
    if win > 0.1 and margin < -0.05:
        return (
            "costly",
            f"It multiplies the odds of winning by {math.exp(win):.2f} and what is left of revenue by "
            f"{math.exp(margin):.2f}",
        )
    return "unsupported", f"Its effect on value is {math.expm1(effect.value):+.0%}: too small to matter"


def _walks_away(effect: Effect, grade: Grade) -> bool:
    """Whether it is an exclusion: bad enough, and proven. What is bad and merely likely takes points."""
    return grade == "supported" and is_exclusion(effect)


def _short(kept: list[Kept]) -> list[Kept]:
    """At most five criteria a layer, twenty in all, eight exclusions; supported before suggestive."""
    by_rank = sorted(kept, key=lambda item: (item[2] != "supported", -abs(item[0].strength), item[0].candidate.key))
    walking = [item for item in by_rank if _walks_away(item[0], item[2])][:MOST_EXCLUSIONS]
    scored = [item for item in by_rank if not _walks_away(item[0], item[2])]
    layers = layers_within([item[0].candidate.binned.fact.info for item in scored], MOST_A_LAYER)
    placed = [(item, layer) for item, layer in zip(scored, layers, strict=True) if layer is not None]
    chosen = {id(item[0]): item for item in walking}
    for item, layer in placed[:MOST_CRITERIA]:
        effect, trust, grade = item
        chosen[id(effect)] = replace(effect, candidate=in_layer(effect.candidate, layer)), trust, grade
    return [chosen[id(item[0])] for item in by_rank if id(item[0]) in chosen]
