"""The score of one account in plain Python: the reference that the SQL equals to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from idealfit.profile.document import Profile
from idealfit.profile.evaluating import AccountFacts, evaluate, last_match
from idealfit.records.attribute import LAYERS, AttributeInfo, Layer
from idealfit.scores.card import CardScore, card_score
from idealfit.scores.reasons import Reason, reasons_of, wordings
from idealfit.scores.scorecard import MILLION, Item, LayerPlan, Scorecard, decayed, rounded, scorecard, weighted
from idealfit.scores.tiers import EXCLUDED, final_tier, priority, tier_of, timing_band


@dataclass(frozen=True)
class Score:
    """What `scores` says of one account. Numbers from 0 to 100 in tenths, layers from 1 to 5, completeness 0 to 1."""

    tier: str
    tier_low: str
    tier_high: str
    score: float | None
    low: float | None
    high: float | None
    fit: float | None
    timing: float | None
    timing_band: str
    priority: str
    completeness: float | None
    layers: Mapping[Layer, float | None]
    excluded_by: tuple[str, ...]
    reasons: tuple[Reason, ...]
    states: Mapping[str, bool | None]
    card: CardScore | None = None

    @property
    def card_points(self) -> int | None:
        """The points of the card; None without one."""
        return None if self.card is None else self.card.points

    @property
    def route(self) -> str | None:
        """Who answers, as the card says."""
        return None if self.card is None else self.card.route


def score_account(
    profile: Profile,
    facts: AccountFacts,
    as_of: date,
    attributes: Mapping[str, AttributeInfo] | None = None,
    *,
    hand_raised: bool = False,
) -> Score:
    """The score of one account on the day `as_of`; `attributes` gives words for the reasons. The profile's card says
    who answers; `hand_raised`: the account asked for somebody.
    """
    plan = scorecard(profile)
    predicates = plan.scored | dict(plan.unscored)
    states = {name: evaluate(predicate, facts, as_of) for name, predicate in predicates.items()}
    counted = {item.id: _counted(item, states[item.id], facts, as_of) for item in plan.items}
    nominal = _values(plan, counted)
    low = _values(plan, _bound(plan, states, counted, best=False))
    high = _values(plan, _bound(plan, states, counted, best=True))
    known = {layer.name: _known(layer, states) for layer in plan.layers}

    fit, timing, score = (weighted(plan.axis(name), nominal) for name in ("fit", "timing", "score"))
    completeness = weighted(plan.axis("fit"), known)
    excluded_by = tuple(one.id for one in plan.barriers if one.hard and states[one.id])
    capped = any(states[one.id] for one in plan.barriers if not one.hard)
    decisive = (weighted(plan.axis(plan.by), values) for values in (nominal, low, high))
    first, lowest, highest = (tier_of(value, plan, capped=capped) for value in decisive)
    excluded = bool(excluded_by)
    tier = final_tier((first, lowest, highest), completeness, plan, excluded=excluded)
    seen = any(states[item.id] is not None for layer in plan.axis("timing") for item in layer.items)
    band = timing_band(timing, known=seen)
    texts = wordings(profile, attributes)
    card = None
    if plan.card is not None:
        card = card_score(plan.card, states, texts, excluded=excluded, hand_raised=hand_raised)
    return Score(
        tier=tier,
        tier_low=EXCLUDED if excluded else lowest,
        tier_high=EXCLUDED if excluded else highest,
        score=_tenth(score),
        low=_tenth(weighted(plan.axis("score"), low)),
        high=_tenth(weighted(plan.axis("score"), high)),
        fit=_tenth(fit),
        timing=_tenth(timing),
        timing_band=band,
        priority=priority(tier, band),
        completeness=None if completeness is None else completeness / 1000,
        layers={name: _scale(nominal.get(name)) for name in LAYERS},
        excluded_by=excluded_by,
        reasons=reasons_of(plan, texts, states, counted),
        states=states,
        card=card,
    )


def _counted(item: Item, state: bool | None, facts: AccountFacts, as_of: date) -> int:
    """The thousandths of a point that a criterion counts."""
    if state is None:
        return item.points * item.rate
    return _full(item, facts, as_of) if state else 0


def _full(item: Item, facts: AccountFacts, as_of: date) -> int:
    """The points of a true criterion, halved for every whole half-life since its last matching event."""
    last = last_match(item.predicate, facts, as_of)
    halvings = 0 if last is None or item.half_life is None else (as_of - last).days // item.half_life
    return decayed(item.points, halvings)


def _bound(
    plan: Scorecard, states: Mapping[str, bool | None], counted: Mapping[str, int], *, best: bool
) -> dict[str, int]:
    """What is counted when every unknown criterion is at its best or worst."""
    choose = max if best else min
    return {
        item.id: 1000 * choose(0, item.points) if states[item.id] is None else counted[item.id] for item in plan.items
    }


def _values(plan: Scorecard, counted: Mapping[str, int]) -> dict[Layer, int]:
    """Layer values in millionths."""
    return {
        layer.name: rounded(
            MILLION * (sum(max(counted[item.id] for item in group) for group in layer.groups) - layer.least),
            layer.most - layer.least,
        )
        for layer in plan.layers
    }


def _known(layer: LayerPlan, states: Mapping[str, bool | None]) -> int:
    """The share of a layer's points that is known, in millionths."""
    known = sum(abs(item.points) for item in layer.items if states[item.id] is not None)
    return rounded(MILLION * known, layer.size)


def _tenth(value: int | None) -> float | None:
    return None if value is None else value / 10


def _scale(value: int | None) -> float | None:
    """A layer's value as people read it: 1 + 4s, in hundredths."""
    return None if value is None else rounded(100 * (MILLION + 4 * value), MILLION) / 100
