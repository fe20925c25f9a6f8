"""Further sets, merely likely, that an order needs: those that come nearest to all that the facts say together.

A search that must be sure stops where the next set could be luck. What it leaves is not nothing: many weak traits, or
the steps of a graded one, order companies better together than any of them can be shown to. So what all facts say is
learned at once, each of their steps shrunken (`smooth`), and the rooms that the proven leave are filled with the sets
whose sum, beside the proven, comes nearest to that: to something steady, not to the outcomes once more with all their
luck (as a short rule is drawn from a large model, Bucilă, Caruana & Niculescu-Mizil 2006). The effects are those of the
same approximation, so they are shrunken as far as accounts set aside say.

How many are taken depends on that alone: accounts set aside have already said how far it is to be believed. Where it
does not foretell them at all, nothing is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate
from idealfit.patterns.layering import FULL, INSTEAD, in_layer
from idealfit.patterns.search import Found
from idealfit.patterns.smooth import Smooth, smooth
from idealfit.patterns.target import Target, fit_target
from idealfit.records.attribute import KNOWN, Layer

MOST_OF_A_FACT, EXCHANGES = 3, 3
LEAST_WINS = 60
"""Fewer wins, or fewer losses, cannot judge an order."""

MOST_ROWS = 20_000
"""Rows from which it is learned: more change nothing, and take long."""

LEAST_GAIN = 2.0
"""The gain in likelihood on accounts set aside, in its standard errors, below which the facts say nothing together."""

NEAR_ENOUGH, LEAST_SHARE = 0.99, 0.001
"""The share of the variance of what all facts say at which the list is long enough, and which a set adds at least."""

LEAST_EFFECT = 0.05
"""What is left at least, on the log odds, of a set that stands for itself: it never turns round beside the others."""


@dataclass(frozen=True)
class Room:
    """How many sets may still be added: in each layer, and in all."""

    layers: Mapping[Layer, int]
    total: int


@dataclass(frozen=True)
class Order:
    """The sets to add, in the order of being taken; and what is needed to weigh any list of sets."""

    sets: tuple[Candidate, ...]
    target: Target
    aim: Smooth

    def effects(self, candidates: Sequence[Candidate], signs: Sequence[float]) -> list[float]:
        """The effects on the log odds with which `candidates` together come nearest to what all facts say, each of its
        sign.
        """
        weighed = _weigh(_filled(candidates, self.target), self.aim.linear, np.array(signs))
        return [float(one) for one in weighed[1:]]


def further_sets(
    chosen: Sequence[Candidate], binned: Sequence[Binned], target: Target, room: Room, *, seed: int
) -> Order | None:
    """What to add to the `chosen`; None where all facts together do not foretell accounts that were set aside.

    `target` is the outcome (winning), `binned` the searchable facts on all evidence rows.
    """
    won = float(target.y.sum())
    if target.family != "binomial" or min(won, len(target.y) - won) < LEAST_WINS:
        return None
    target = _some(target, seed)
    pairs = [one for one in chosen if one.binned.shape == "pair"]
    aim = smooth(binned, target, fit_target(target, target.nuisance, prior_sd=0.5), beside=pairs, seed=seed)
    if aim is None or aim.gain < LEAST_GAIN:
        return None
    facts = [_Bins(one, one.bins[target.rows]) for one in aim.facts]
    return Order(tuple(_path(chosen, facts, aim.linear, target, room)), target, aim)


def as_found(candidate: Candidate, target: Target) -> Found:
    """A set that was added, as a find that proves nothing."""
    return Found(candidate, target, 1.0, 1.0, 0.0)


@dataclass(frozen=True)
class _Bins:
    """A fact with its bins on the rows of the target."""

    binned: Binned
    bins: NDArray[np.int64]


def _some(target: Target, seed: int) -> Target:
    """At most about `MOST_ROWS` rows, whole accounts together."""
    if len(target.y) <= MOST_ROWS:
        return target
    codes = np.unique(target.account)
    kept = np.random.default_rng([seed, 212]).permutation(codes)[: round(len(codes) * MOST_ROWS / len(target.y))]
    return target.subset(np.isin(target.account, kept))


def _filled(candidates: Sequence[Candidate], target: Target) -> Floats:
    """A column a candidate: 1 in the set, 0 outside, its share where unknown."""
    made = []
    for one in candidates:
        mask = one.mask()[target.rows]
        gaps = np.isnan(mask)
        made.append(np.where(gaps, float(np.mean(mask[~gaps])) if (~gaps).any() else 0.25, mask))
    return np.stack(made, 1) if made else np.zeros((len(target.y), 0))


def _weigh(columns: Floats, aim: Floats, signs: Floats | None = None) -> Floats:
    """Intercept and effects with which `columns` come nearest to the log odds `aim`, rows weighed by how much their
    chance moves with them; with `signs`, each effect of its sign.
    """
    chance = 1 / (1 + np.exp(-np.clip(aim, -30, 30)))
    root = np.sqrt(np.maximum(chance * (1 - chance), 1e-6))
    # a trifle of a prior, so that two columns that are the same share what they have in common
    matrix = np.column_stack([np.ones(len(aim)), columns]) * root[:, None]
    rest = np.sqrt(1e-3) * np.eye(matrix.shape[1])[1:]
    full, wanted = np.vstack([matrix, rest]), np.concatenate([aim * root, np.zeros(len(rest))])
    q, r = np.linalg.qr(full)
    right = q.T @ wanted
    if signs is None:
        found: Floats = np.linalg.solve(r, right)
        return found
    low = np.concatenate([[-np.inf], np.where(signs > 0, LEAST_EFFECT, -np.inf)])
    high = np.concatenate([[np.inf], np.where(signs > 0, np.inf, -LEAST_EFFECT)])
    bounded: Floats = lsq_linear(r, right, bounds=(low, high), method="bvls").x
    return bounded


def _path(
    chosen: Sequence[Candidate], facts: Sequence[_Bins], aim: Floats, target: Target, room: Room
) -> list[Candidate]:
    """The sets that bring the sum nearest to `aim`: one after the other, until it is near enough or no room is left,
    then each exchanged for another as long as that brings it nearer.
    """
    chance = 1 / (1 + np.exp(-np.clip(aim, -30, 30)))
    weight = np.maximum(chance * (1 - chance), 1e-6)
    whole = float(np.sum(weight * (aim - np.average(aim, weights=weight)) ** 2))
    held = _filled(chosen, target)
    added: list[tuple[Candidate, Floats]] = []
    while len(added) < room.total:
        left = _left(aim, held, added)
        if float(np.sum(weight * left**2)) <= (1 - NEAR_ENOUGH) * whole:
            break
        best = _next([*chosen, *(one for one, _column in added)], len(chosen), facts, left, weight, room)
        if best is None or best[0] <= LEAST_SHARE * whole:
            break
        added.append((best[1], _filled([best[1]], target)))
    for _ in range(EXCHANGES):
        changed = False
        for place in range(len(added)):
            others = [*added[:place], *added[place + 1 :]]
            left = _left(aim, held, others)
            best = _next([*chosen, *(one for one, _column in others)], len(chosen), facts, left, weight, room)
            if best is None:
                continue
            tried = (best[1], _filled([best[1]], target))
            errors = [np.sum(weight * _left(aim, held, [*others, one]) ** 2) for one in (added[place], tried)]
            if errors[1] < errors[0] - 1e-4 * whole:
                added[place], changed = tried, True
        if not changed:
            break
    return [one for one, _column in added]


def _left(aim: Floats, held: Floats, added: Sequence[tuple[Candidate, Floats]]) -> Floats:
    """What of `aim` the columns do not tell."""
    columns = np.column_stack([held, *(column for _one, column in added)])
    effects = _weigh(columns, aim)
    left: Floats = aim - effects[0] - columns @ effects[1:]
    return left


def _next(
    there: Sequence[Candidate], proven: int, facts: Sequence[_Bins], left: Floats, weight: Floats, room: Room
) -> tuple[float, Candidate] | None:
    """Of the sets that there is room for beside those `there` (the first of them `proven`), the one that tells most of
    what is `left`, and how much.
    """
    taken = Counter(one.binned.fact.info.layer for one in there[proven:])
    uses = Counter(one.key for one in there)
    known = {(one.key, one.chosen) for one in there}
    best: tuple[float, Candidate] | None = None
    for one in facts:
        layer = _with_room(one.binned, taken, room)
        if layer is None or uses[one.binned.key] >= MOST_OF_A_FACT:
            continue
        gain, candidate = _nearest(one, left, weight)
        if candidate is None or (candidate.key, candidate.chosen) in known:
            continue
        if best is None or gain > best[0]:
            best = gain, in_layer(candidate, layer)
    return best


def _with_room(binned: Binned, taken: Counter[Layer], room: Room) -> Layer | None:
    """The layer that a set of this fact would stand in; None where it finds no room."""
    info = binned.fact.info
    if taken[info.layer] < room.layers.get(info.layer, 0):
        return info.layer
    instead = info.layer == FULL and info.name not in KNOWN and taken[INSTEAD] < room.layers.get(INSTEAD, 0)
    return INSTEAD if instead else None


def _nearest(one: _Bins, left: Floats, weight: Floats) -> tuple[float, Candidate | None]:
    """The set of a fact with which most of what is `left` (squared, weighed) is told, and how much."""
    binned, known = one.binned, one.bins >= 0
    if not known.any():
        return 0.0, None
    bins, heavy = one.bins[known], weight[known]
    count = np.bincount(bins, minlength=binned.size).astype(float)
    mass = np.bincount(bins, heavy, binned.size).astype(float)
    total = np.bincount(bins, heavy * left[known], binned.size).astype(float)
    covers = np.ones_like(binned.members) if binned.gaps is None else 1 - binned.gaps
    gain = _gain(binned.members, covers, count, mass, total)
    place = int(np.argmax(gain))
    best, candidate = float(gain[place]), binned.alone(place)
    if binned.shape == "levels" and binned.size > 2:
        order = np.argsort(-total / np.maximum(mass, 1e-9), kind="stable")
        order = order[count[order] > 0]
        if len(order) > 2:
            sets = np.zeros((len(order) - 1, binned.size))
            for size in range(1, len(order)):
                sets[size - 1, order[:size]] = 1.0
            gain = _gain(sets, np.ones_like(sets), count, mass, total)
            place = int(np.argmax(gain))
            if float(gain[place]) > best:
                front, back = order[: place + 1], order[place + 1 :]
                shorter = front if len(front) <= len(back) else back
                best = float(gain[place])
                candidate = Candidate(binned, tuple(sorted(int(bin_) for bin_ in shorter)))
    return best, candidate


def _gain(members: Floats, covers: Floats, count: Floats, mass: Floats, total: Floats) -> Floats:
    """By how much each set lessens the weighed square of what is left; 0 where fewer than five rows are on a side."""
    inside, known = members @ mass, covers @ mass
    centred = members @ total - inside * (covers @ total) / np.maximum(known, 1e-12)
    spread = inside * (1 - inside / np.maximum(known, 1e-12))
    held, all_ = members @ count, covers @ count
    enough = (held >= MIN_ACCOUNTS) & (all_ - held >= MIN_ACCOUNTS) & (spread > 1e-9)
    return np.where(enough, centred**2 / np.maximum(spread, 1e-9), 0.0)
