"""The score of one account in plain Python: the reference that the SQL equals to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from idealfit.profile.document import Profile
from idealfit.profile.evaluating import AccountFacts, evaluate_all, last_match
from idealfit.profile.predicate import Predicate
from idealfit.records.attribute import LAYERS, AttributeInfo, Layer
from idealfit.scores.card import CardScore, card_score
from idealfit.scores.reasons import Reason, Wording, reasons_of, wordings
from idealfit.scores.scorecard import MILLION, Item, LayerPlan, Scorecard, decayed, rounded, scale, scorecard, weighted
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
    return score_prepared(prepared(profile, attributes), facts, as_of, hand_raised=hand_raised)


@dataclass(frozen=True)
class Prepared:
    """What is worked out of a profile once for many accounts: its plan, every predicate by id, the words."""

    plan: Scorecard
    predicates: Mapping[str, Predicate]
    texts: Mapping[str, Wording]


def prepared(profile: Profile, attributes: Mapping[str, AttributeInfo] | None = None) -> Prepared:
    """A profile made ready for `score_prepared`."""
    plan = scorecard(profile)
    return Prepared(plan, plan.scored | dict(plan.unscored), wordings(profile, attributes))


def score_prepared(
    ready: Prepared,
    facts: AccountFacts,
    as_of: date,
    *,
    hand_raised: bool = False,
    said: Mapping[str, bool] | None = None,
) -> Score:
    """`score_account` with a profile that has been made ready. `said`: whether criteria hold (by id), as somebody says
    who has asked the company; it stands over what is known.
    """
    plan, texts = ready.plan, ready.texts
    states = dict(evaluate_all(ready.predicates, facts, as_of))
    states |= {name: held for name, held in (said or {}).items() if name in states}
    full = {item.id: _full(item, facts, as_of) for item in plan.items if states[item.id]}
    found = reckoned(plan, states, full)
    card = None
    if plan.card is not None:
        card = card_score(plan.card, states, texts, excluded=bool(found.excluded_by), hand_raised=hand_raised)
    return Score(
        tier=found.tier,
        tier_low=found.tier_low,
        tier_high=found.tier_high,
        score=_tenth(found.score),
        low=_tenth(found.low),
        high=_tenth(found.high),
        fit=_tenth(found.fit),
        timing=_tenth(found.timing),
        timing_band=found.timing_band,
        priority=found.priority,
        completeness=None if found.completeness is None else found.completeness / 1000,
        layers={name: _scale(found.layers.get(name)) for name in LAYERS},
        excluded_by=found.excluded_by,
        reasons=reasons_of(plan, texts, states, found.counted),
        states=states,
        card=card,
    )


@dataclass(frozen=True)
class Reckoned:
    """The numbers of one account: fit, timing, score, low and high in tenths, completeness in thousandths, layer values
    in millionths, what each criterion counted in thousandths of a point.
    """

    tier: str
    tier_low: str
    tier_high: str
    score: int | None
    low: int | None
    high: int | None
    fit: int | None
    timing: int | None
    timing_band: str
    priority: str
    completeness: int | None
    layers: Mapping[Layer, int]
    counted: Mapping[str, int]
    excluded_by: tuple[str, ...]


def reckoned(plan: Scorecard, states: Mapping[str, bool | None], full: Mapping[str, int] | None = None) -> Reckoned:
    """What an account scores of which `states` hold (true, false, unknown by the id of every criterion and exclusion).

    `full`: the thousandths of a point that a true criterion counts, where that is not the whole of its points (it has
    faded since its last event).
    """
    faded = full or {}
    counted = {
        item.id: item.points * item.rate
        if states[item.id] is None
        else faded.get(item.id, 1000 * item.points) * bool(states[item.id])
        for item in plan.items
    }
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
    return Reckoned(
        tier=tier,
        tier_low=EXCLUDED if excluded else lowest,
        tier_high=EXCLUDED if excluded else highest,
        score=score,
        low=weighted(plan.axis("score"), low),
        high=weighted(plan.axis("score"), high),
        fit=fit,
        timing=timing,
        timing_band=band,
        priority=priority(tier, band),
        completeness=completeness,
        layers=nominal,
        counted=counted,
        excluded_by=excluded_by,
    )


def _full(item: Item, facts: AccountFacts, as_of: date) -> int:
    """The points of a true criterion, halved for every whole half-life since its last matching event."""
    if item.half_life is None:
        return 1000 * item.points
    last = last_match(item.predicate, facts, as_of)
    halvings = 0 if last is None else (as_of - last).days // item.half_life
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
    return None if value is None else scale(value)
