"""What learning something unknown of an account is expected to change: its tier, its fit, what it is worth.

The value of information (Raiffa & Schlaifer 1961; Howard 1966): every way in which the unknown criteria can turn out is
gone through, each with its probability, and the account is scored anew. Nothing is sampled. The probability that an
unknown criterion is true is its known-true rate; criteria that one attribute decides turn out together, as they do
among the accounts where it is known (`likelihood`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.profile.content import Profile
from idealfit.scores.expected_value import LEAST_RATE, shares_of
from idealfit.scores.one_account import reckoned
from idealfit.scores.scorecard import MILLION, Scorecard, scorecard
from idealfit.scores.tiers import EXCLUDED, NOW_FROM, SOON_FROM, UNKNOWN

Whole: TypeAlias = NDArray[Any]
"""Whole numbers: int64, or Python's own where weights are so large that they could overflow."""
Floats: TypeAlias = NDArray[np.float64]

MOST_OUTCOMES = 20_000
"""From so many ways on, those that score alike and are worth nearly the same are taken together."""
MOST_AT_ONCE = 400_000
"""So many ways of so many accounts are gone through at once."""
_VIEWS = 3
_NONE = -(10**15)
_WORDS = ("A", "B", "C", UNKNOWN, EXCLUDED)
PARTS = ("win", "amount", "margin", "months", "growth")


@dataclass(frozen=True)
class Chance:
    """Criteria and exclusions that are learned together: each way in which they can turn out, with its probability."""

    ids: tuple[str, ...]
    ways: tuple[tuple[bool, ...], ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Held:
    """What holds of an account: the state of every criterion and exclusion, and the thousandths of a point that a true
    one counts where it has faded (`full`).
    """

    states: Mapping[str, bool | None]
    full: Mapping[str, int]


@dataclass(frozen=True)
class Gain:
    """What learning is expected to change. `tier`, `priority`: the probability that it becomes another one; `tiers`: of
    each tier afterwards; `fit`: expected absolute change of what the tier is read from, in points of 100; `value`: of
    the expected value; `worth`: by how much a decision made with the answer is expected to be worth more than one made
    without it (None without a value, or where nobody says what a place is worth).
    """

    tier: float
    priority: float
    fit: float
    tiers: Mapping[str, float]
    value: float | None = None
    worth: float | None = None


@dataclass(frozen=True)
class _Ways:
    """Every way in which some chances turn out. `chance` of each; `best`: what the learned criteria of each touched
    group count at most; `flags`: excluded, capped; `effects`: the sums of the model's parts.
    """

    chance: Floats
    best: Whole
    flags: Whole
    effects: Floats

    def merged(self) -> _Ways:
        """Ways that score alike, and whose effects agree to the third digit, as one."""
        rough = np.round(self.effects * 1000).astype(np.int64)
        keys, back = np.unique(np.hstack([self.best, self.flags, rough]), axis=0, return_inverse=True)
        back = back.reshape(-1)
        wide, flagged = self.best.shape[1], self.flags.shape[1]
        chance: Floats = np.bincount(back, weights=self.chance, minlength=len(keys)).astype(np.float64)
        mean = [
            np.bincount(back, weights=self.chance * column, minlength=len(keys)) / chance for column in self.effects.T
        ]
        effects = np.column_stack(mean) if mean else np.zeros((len(keys), 0))
        return _Ways(chance, keys[:, :wide], keys[:, wide : wide + flagged], effects)


@dataclass(frozen=True)
class Many:
    """Accounts of which the same criteria are unknown: the `states` of the first; `views`: the thousandths that each
    scored criterion counts (by account, criterion, and as it is, at worst, at best); `true`: 1, 0 or the known share.
    """

    states: Mapping[str, bool | None]
    views: Whole
    true: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.views)

    def cut(self, start: int, end: int) -> Many:
        """Some of them."""
        if start == 0 and end >= len(self):
            return self
        return Many(self.states, self.views[start:end], {name: each[start:end] for name, each in self.true.items()})


class Learner:
    """Goes through what may turn out, for one profile; `place` is what working another account instead is worth."""

    def __init__(self, profile: Profile, *, place: float | None = None) -> None:
        self.plan: Scorecard = scorecard(profile)
        self.place = place
        model = profile.model or {}
        self._model = model if "amount" in model and "win" in model and not model.get("of") else None
        self._parts = tuple(part for part in PARTS if part in model) if self._model else ()
        self._effect_of = [(self._model or {})[part]["effects"] for part in self._parts]
        self._shares = shares_of(profile)
        self._groups = tuple(
            (number, group) for number, layer in enumerate(self.plan.layers) for group in layer.groups
        )  # each group of alternatives, with the number of its layer
        self._group_of = {item.id: number for number, (_layer, group) in enumerate(self._groups) for item in group}
        self._item = {item.id: item for item in self.plan.items}
        self._hard = {one.id: one.hard for one in self.plan.barriers}
        heavy = sum(layer.weight for layer in self.plan.layers) > MILLION
        self._kind: Any = object if heavy else np.int64

    def gain(self, held: Held, chances: Sequence[Chance]) -> Gain:
        """What is expected of learning all of `chances` of one account, independently of each other."""
        return self.gains([held], chances)[0]

    def gains(self, accounts: Sequence[Held] | Many, chances: Sequence[Chance]) -> list[Gain]:
        """The same for accounts of which the same criteria are unknown."""
        many = accounts if isinstance(accounts, Many) else self.many(accounts)
        learned = tuple(name for chance in chances for name in chance.ids)
        touched = tuple(sorted({self._group_of[name] for name in learned if name in self._group_of}))
        ways = self._ways(chances, touched)
        step = max(1, MOST_AT_ONCE // len(ways.chance))
        found: list[Gain] = []
        for start in range(0, len(many), step):
            found += self._batch(many.cut(start, start + step), ways, learned, touched)
        return found

    def many(self, accounts: Sequence[Held]) -> Many:
        """Accounts of which the same criteria are unknown, put together for `gains`."""
        first = accounts[0].states
        views = np.empty((len(accounts), len(self.plan.items), _VIEWS), dtype=np.int64)
        for column, item in enumerate(self.plan.items):
            if first[item.id] is None:
                views[:, column] = item.points * item.rate, 1000 * min(0, item.points), 1000 * max(0, item.points)
            else:
                full = 1000 * item.points
                counted = [one.full.get(item.id, full) if one.states[item.id] else 0 for one in accounts]
                views[:, column] = np.array(counted)[:, None]
        true = {
            name: np.full(len(accounts), self._shares.get(name, 0.25))
            if first[name] is None
            else np.array([float(one.states[name] or 0) for one in accounts])
            for name in first
        }
        return Many(first, views, true)

    def _ways(self, chances: Sequence[Chance], touched: Sequence[int]) -> _Ways:
        places = {group: at for at, group in enumerate(touched)}
        ways = _Ways(
            np.ones(1),
            np.full((1, len(touched)), _NONE, dtype=np.int64),
            np.zeros((1, 2), dtype=np.int64),
            np.zeros((1, len(self._parts))),
        )
        for chance in chances:
            ways = self._crossed(ways, chance, places)
        return ways

    def _crossed(self, ways: _Ways, chance: Chance, places: Mapping[int, int]) -> _Ways:
        """Every way so far with every way of one more chance."""
        many, more = len(ways.chance), len(chance.ways)
        probability = np.repeat(ways.chance, more) * np.tile(np.asarray(chance.probabilities), many)
        best, flags, effects = (np.repeat(part, more, axis=0) for part in (ways.best, ways.flags, ways.effects))
        turned = np.tile(np.asarray(chance.ways, dtype=bool).reshape(more, len(chance.ids)), (many, 1))
        for column, name in enumerate(chance.ids):
            true = turned[:, column]
            if name in self._hard:
                flags[:, 0 if self._hard[name] else 1] |= true
            else:
                at = places[self._group_of[name]]
                best[:, at] = np.maximum(best[:, at], np.where(true, 1000 * self._item[name].points, 0))
            for part, effect_of in enumerate(self._effect_of):
                effects[:, part] += true * float(effect_of.get(name, 0.0))
        found = _Ways(probability, best, flags, effects)
        return found.merged() if len(probability) > MOST_OUTCOMES else found

    def _batch(self, accounts: Many, ways: _Ways, learned: Sequence[str], touched: Sequence[int]) -> list[Gain]:
        nothing = self._ways((), ())
        after = {name: False if name in learned else state for name, state in accounts.states.items()}
        now = self._told(accounts, nothing, (), (), accounts.states)
        then = self._told(accounts, ways, learned, touched, after)
        changed = then.tiers != now.tiers
        other = changed | (then.bands != now.bands) & (then.tiers <= _WORDS.index("C"))
        moved = np.zeros(len(accounts))
        if now.value is not None and then.value is not None:
            moved = np.abs((then.value - now.value).astype(np.float64)) @ ways.chance / 10
        shares = np.stack([(then.tiers == at) @ ways.chance for at in range(len(_WORDS))])
        values, worths = self._values(accounts, ways, learned, now.tiers[:, 0] == _WORDS.index(EXCLUDED))
        return [
            Gain(
                float(changed[number] @ ways.chance),
                float(other[number] @ ways.chance),
                float(moved[number]),
                {word: float(shares[at, number]) for at, word in enumerate(_WORDS) if shares[at, number] > 0},
                None if values is None else float(values[number]),
                None if worths is None else float(worths[number]),
            )
            for number in range(len(accounts))
        ]

    def _told(
        self,
        accounts: Many,
        ways: _Ways,
        learned: Sequence[str],
        touched: Sequence[int],
        after: Mapping[str, bool | None],
    ) -> _Told:
        """Tiers, bands and the deciding axis of accounts (rows) in every way (columns)."""
        sums = self._layer_sums(accounts, ways, learned, touched)
        decisive = [self._axis(self.plan.by, view) for view in sums]
        known = reckoned(self.plan, after).completeness
        excluded, capped = (ways.flags[:, at] > 0 for at in (0, 1))
        barred = {True: np.zeros(len(accounts), dtype=bool), False: np.zeros(len(accounts), dtype=bool)}
        for name, hard in self._hard.items():
            if accounts.states[name] is not None:
                barred[hard] |= accounts.true[name] > 0
        tiers = self._tiers(decisive, known, barred[False][:, None] | capped)
        tiers = np.where(barred[True][:, None] | excluded, _WORDS.index(EXCLUDED), tiers)
        bands = self._bands(self._axis("timing", sums[0]), after)
        value = None if decisive[0] is None else np.broadcast_to(decisive[0], tiers.shape)
        return _Told(tiers, np.broadcast_to(bands, tiers.shape), value)

    def _layer_sums(
        self, accounts: Many, ways: _Ways, learned: Sequence[str], touched: Sequence[int]
    ) -> list[list[Whole]]:
        """A view (as it is, at worst, at best): a layer's counted thousandths, a row an account, a column a way."""
        columns = {item.id: column for column, item in enumerate(self.plan.items)}
        fixed = np.zeros((_VIEWS, len(self.plan.layers), len(accounts), 1), dtype=self._kind)
        moving: dict[int, list[Whole]] = {}
        for number, (layer, group) in enumerate(self._groups):
            rest = [columns[item.id] for item in group if item.id not in learned]
            best = accounts.views[:, rest].max(axis=1) if rest else np.full((len(accounts), _VIEWS), _NONE)
            for view in range(_VIEWS):
                values = best[:, view][:, None]
                if number in touched:
                    turned = np.maximum(values, ways.best[:, touched.index(number)][None, :]).astype(self._kind)
                    moving.setdefault(layer, [fixed[at, layer] * 0 for at in range(_VIEWS)])
                    moving[layer][view] = moving[layer][view] + turned
                else:
                    fixed[view, layer] = fixed[view, layer] + values
        return [
            [fixed[view, at] + moving[at][view] if at in moving else fixed[view, at] for at in range(len(fixed[view]))]
            for view in range(_VIEWS)
        ]

    def _axis(self, name: str, sums: Sequence[Whole]) -> Whole | None:
        """Fit, timing or score in tenths, as `scorecard.weighted` gives it."""
        layers = self.plan.axis(name)
        weight = sum(layer.weight for layer in layers)
        if not weight:
            return None
        each = [
            layer.weight * _rounded(MILLION * (sums[number] - layer.least), layer.most - layer.least)
            for number, layer in enumerate(self.plan.layers)
            if layer in layers
        ]
        total: Whole = sum(each[1:], each[0])
        return _rounded(1000 * total, weight * MILLION)

    def _tiers(self, decisive: Sequence[Whole | None], known: int | None, capped: Whole) -> Whole:
        """The tier of each account in each way, as its place in `_WORDS`."""
        first, low, high = decisive
        if first is None or low is None or high is None:
            return np.full(capped.shape, _WORDS.index(UNKNOWN))
        each = [
            np.where(capped | (value < self.plan.tier_b), 2, np.where(value >= self.plan.tier_a, 0, 1))
            for value in (first, low, high)
        ]
        unsure = known is not None and known < self.plan.least_known
        return np.where(unsure & (each[1] != each[2]), _WORDS.index(UNKNOWN), each[0])

    def _bands(self, timing: Whole | None, after: Mapping[str, bool | None]) -> Whole:
        seen = any(after[item.id] is not None for layer in self.plan.axis("timing") for item in layer.items)
        if timing is None or not seen:
            return np.array(UNKNOWN)
        return np.where(timing >= NOW_FROM, "now", np.where(timing >= SOON_FROM, "soon", "later"))

    def _effects(self, accounts: Many, learned: Sequence[str]) -> Floats:
        """The sums of the model's effects over what is not learned: a row an account, a column a part."""
        total = np.zeros((len(accounts), len(self._parts)))
        for at, effect_of in enumerate(self._effect_of):
            for name, effect in effect_of.items():
                if name in accounts.true and name not in learned:
                    total[:, at] += effect * accounts.true[name]
        return total

    def _values(
        self, accounts: Many, ways: _Ways, learned: Sequence[str], excluded: Whole
    ) -> tuple[Floats | None, Floats | None]:
        """The expected absolute change of the expected value, and what the better decision is worth."""
        if self._model is None:
            return None, None
        now = values_of(self._model, self._parts, self._effects(accounts, ()))
        sums = self._effects(accounts, learned)[:, None, :] + ways.effects[None, :, :]
        then = values_of(self._model, self._parts, sums.reshape(-1, len(self._parts))).reshape(len(accounts), -1)
        change: Floats = np.abs(then - now[:, None]) @ ways.chance
        if self.place is None:
            return change, None
        # what is excluded is not worked: its place goes to somebody else
        barred = ways.flags[:, 0][None, :] > 0
        informed = np.where(barred, self.place, np.maximum(then, self.place)) @ ways.chance
        blind = np.maximum(np.where(barred, self.place, then) @ ways.chance, self.place)
        worth: Floats = np.where(excluded, 0.0, np.maximum(0.0, informed - blind))
        return change, worth


@dataclass(frozen=True)
class _Told:
    """Tier (its place in `_WORDS`), timing band and deciding axis in tenths."""

    tiers: Whole
    bands: Whole
    value: Whole | None


def values_of(model: Mapping[str, Any], parts: Sequence[str], sums: Floats) -> Floats:
    """The expected value (`worth.worth_of`) of rows of sums of effects, one column a part of `parts`."""
    at = {part: sums[:, number] for number, part in enumerate(parts)}
    chance = 1 / (1 + np.exp(-(float(model["win"].get("intercept", 0.0)) + at["win"])))
    horizon = float(model["horizon_months"])
    worth = float(model["amount"]["base"]) * np.exp(at["amount"])
    if "margin" in at:
        worth = worth * float(model["margin"]["base"]) * np.exp(at["margin"])
    rate = np.zeros(len(sums))
    if "months" in at:
        rate = max(float(model["months"]["base"]), LEAST_RATE) * np.exp(at["months"])
    if "growth" in at:
        rate = rate - (np.log(max(float(model["growth"]["base"]), LEAST_RATE)) + at["growth"]) / 12
    still = np.abs(rate) < LEAST_RATE
    safe = np.where(still, 1.0, rate)
    area = np.where(still, horizon, (1 - np.exp(-safe * horizon)) / safe)
    value: Floats = chance * worth * area / 12 - float(model.get("cost") or 0.0)
    return value


def _rounded(top: Whole, bottom: int) -> Whole:
    return (2 * top + bottom) // (2 * bottom)
