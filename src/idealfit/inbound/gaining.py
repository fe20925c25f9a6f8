"""What learning something of one lead is expected to change, in whole numbers and without arrays: what `Learner` gives,
for a caller who waits. An array costs more to make than one account's few sums to add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from idealfit.profile.content import Profile
from idealfit.scores.learning import Chance, Held, Learner
from idealfit.scores.scorecard import MILLION, Item, LayerPlan, Scorecard, rounded
from idealfit.scores.tiers import final_tier, tier_of

MOST_WAYS = 64
"""From so many ways on in which the unknown can turn out, arrays are quicker."""
_VIEWS = range(3)
"""What is counted as it is, at worst and at best."""


@dataclass(frozen=True)
class _Layer:
    """A layer of the axis that the tier is read from: its weight, what is least counted, the span to the most."""

    weight: int
    least: int
    span: int
    groups: tuple[tuple[Item, ...], ...]
    ids: frozenset[str]


class LeadGains:
    """Goes through what may turn out, for one profile; `rates`: the share of true by criterion, 0.25 where absent."""

    def __init__(self, profile: Profile, plan: Scorecard, rates: Mapping[str, float]) -> None:
        self._plan, self._rates = plan, rates
        self._learner = Learner(profile)
        self._layers = tuple(_layer(one) for one in plan.axis(plan.by))
        self._weight = sum(one.weight for one in self._layers)
        self._fit = tuple((one.weight, one.size, one.items) for one in plan.axis("fit"))
        self._hard = {one.id: one.hard for one in plan.barriers}

    def gains(self, held: Held, asked: Sequence[Sequence[str]]) -> list[tuple[float, float]]:
        """For each of `asked` (criteria and exclusions that are learned together): the probability that the tier
        becomes another one once they are known, and by how many points of 100 the axis that it is read from is expected
        to move.
        """
        states = held.states
        now = [[_value(layer, states, held.full, view) for layer in self._layers] for view in _VIEWS]
        tier, value = self._told(now, states, self._completeness(states))
        found = []
        for learned in asked:
            if 2 ** len(learned) > MOST_WAYS:
                found.append(self._by_arrays(held, learned))
                continue
            known = self._completeness({**states, **dict.fromkeys(learned, False)})
            touched = [at for at, layer in enumerate(self._layers) if any(name in layer.ids for name in learned)]
            changed = moved = 0.0
            for way in product(*(self._options(name) for name in learned)):
                then = dict(states)
                chance = 1.0
                for name, (state, share) in zip(learned, way, strict=True):
                    then[name] = state
                    chance *= share
                values = [list(view) for view in now]
                for at, view in product(touched, _VIEWS):
                    values[view][at] = _value(self._layers[at], then, held.full, view)
                other, fit = self._told(values, then, known)
                changed += chance * (other != tier)
                moved += chance * abs((fit or 0) - (value or 0)) / 10
            found.append((changed, moved))
        return found

    def _by_arrays(self, held: Held, learned: Sequence[str]) -> tuple[float, float]:
        chances = []
        for name in learned:
            options = self._options(name)
            ways, shares = tuple((state,) for state, _share in options), tuple(share for _state, share in options)
            chances.append(Chance((name,), ways, shares))
        found = self._learner.gain(held, chances)
        return found.tier, found.fit

    def _options(self, name: str) -> tuple[tuple[bool, float], ...]:
        rate = self._rates.get(name, 0.25)
        return tuple((state, share) for state, share in ((True, rate), (False, 1 - rate)) if share > 0)

    def _told(
        self, values: Sequence[Sequence[int]], states: Mapping[str, bool | None], known: int | None
    ) -> tuple[str, int | None]:
        """The tier, and the axis in tenths that it is read from; `values`: the layers' in millionths, a row a view."""
        first, low, high = (self._axis(view) for view in values)
        capped = any(states[name] and not hard for name, hard in self._hard.items())
        excluded = any(states[name] and hard for name, hard in self._hard.items())
        tiers = tuple(tier_of(value, self._plan, capped=capped) for value in (first, low, high))
        return final_tier((tiers[0], tiers[1], tiers[2]), known, self._plan, excluded=excluded), first

    def _axis(self, values: Sequence[int]) -> int | None:
        if not self._weight:
            return None
        total = sum(layer.weight * value for layer, value in zip(self._layers, values, strict=True))
        return rounded(1000 * total, self._weight * MILLION)

    def _completeness(self, states: Mapping[str, bool | None]) -> int | None:
        weight = sum(one for one, _size, _items in self._fit)
        if not weight:
            return None
        total = 0
        for share, size, items in self._fit:
            known = sum(abs(item.points) for item in items if states[item.id] is not None)
            total += share * rounded(MILLION * known, size)
        return rounded(1000 * total, weight * MILLION)


def _layer(layer: LayerPlan) -> _Layer:
    ids = frozenset(item.id for item in layer.items)
    return _Layer(layer.weight, layer.least, layer.most - layer.least, layer.groups, ids)


def _value(layer: _Layer, states: Mapping[str, bool | None], full: Mapping[str, int], view: int) -> int:
    """What a layer is worth in millionths."""
    counted = sum(max([_counted(item, states[item.id], full, view) for item in group]) for group in layer.groups)
    return rounded(MILLION * (counted - layer.least), layer.span)


def _counted(item: Item, state: bool | None, full: Mapping[str, int], view: int) -> int:
    """The thousandths of a point that a criterion counts: as it is, at worst, at best."""
    if state is None:
        return (item.points * item.rate, 1000 * min(0, item.points), 1000 * max(0, item.points))[view]
    return full.get(item.id, 1000 * item.points) if state else 0
