"""Which combinations of criteria stand for a tier: a tier adds points, a filter knows only AND and OR.

Two kinds of combination are looked at. One that is *sure* reaches the tier whatever else holds: the criteria in it are
enough even where all others turn out at their worst. Others are judged by our own accounts: how many of those whom the
combination finds are of the tier. Of both kinds the few are taken, one after another, that most raise F1 (the harmonic
mean of precision and recall over the tier's accounts; van Rijsbergen, Information Retrieval, 1979) of all together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from idealfit.activation.filters.marking import Marks
from idealfit.scores.scorecard import MILLION, Item, Scorecard, rounded, weighted

MOST_SURE = 400
MOST_LOOKED = 20_000
MOST_PARTS = 4
MOST_PAIRED = 14
"""With more criteria than this, combinations that are not sure have at most three of them."""
LEAST_GAIN = 0.005
PURE, STARTS = 0.9, 12
"""Combinations that are grown on: so many, of which so much of what they find is of the tier."""
MOST_ACCOUNTS = 20_000
"""So many accounts are enough to choose by; the difference is measured on all."""
Combination = tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """The combinations, and how they were come by: `sure` (each reaches the tier by itself), `measured` (chosen by our
    own accounts), or `nearest` (what can be said there does not reach the tier: the most that it can).
    """

    groups: tuple[Combination, ...]
    how: str


def least_reached(plan: Scorecard, held: frozenset[str]) -> int:
    """The least that the axis of the tiers can be, in tenths, where the criteria `held` are as they should be (true,
    or false for those that pull down), and nothing is said of the others."""
    layers = plan.axis("fit" if plan.by == "fit" else "score")
    values = {}
    for layer in layers:
        counted = sum(max(_least(item, held) for item in group) for group in layer.groups)
        span = layer.most - layer.least
        values[layer.name] = rounded((counted - layer.least) * MILLION, span) if span else 0
    return weighted(layers, values) or 0


def _least(item: Item, held: frozenset[str]) -> int:
    """The least thousandths that a criterion counts."""
    if item.points < 0:
        return 0 if item.id in held else 1000 * item.points
    return item.faded[-1] if item.id in held and item.half_life else 1000 * item.points if item.id in held else 0


def sure(plan: Scorecard, among: Sequence[str], least: int) -> list[Combination]:
    """The combinations of `among` that reach `least` (tenths) whatever else holds, none of them larger than it must be;
    those of few criteria that weigh much first, at most `MOST_SURE`."""
    gain = {one: least_reached(plan, frozenset({one})) for one in among}
    order = sorted(among, key=lambda one: (-gain[one], one))
    found: list[Combination] = []
    looked = 0
    waiting: list[tuple[Combination, int]] = [((), 0)]
    while waiting and looked < MOST_LOOKED and len(found) < MOST_SURE:
        taken, start = waiting.pop(0)
        for at in range(start, len(order)):
            looked += 1
            group = (*taken, order[at])
            if least_reached(plan, frozenset(group)) >= least:
                if not any(set(one) <= set(group) for one in found):
                    found.append(group)
            elif at + 1 < len(order) and least_reached(plan, frozenset((*group, *order[at + 1 :]))) >= least:
                waiting.append((group, at + 1))
    return found


def unmeasured(plan: Scorecard, among: Sequence[str], least: int, most: int, rates: Mapping[str, float]) -> Choice:
    """The combinations without accounts to measure them by: the sure ones that are most often met, by the share of
    accounts of which each criterion is known to hold; where none is sure, all that can be said at once."""
    found = sure(plan, among, least)
    if not found:
        return Choice((tuple(among),) if among else (), "nearest")

    def often(group: Combination) -> float:
        share = 1.0
        for one in group:
            share *= rates.get(one, 0.25)
        return share

    return Choice(tuple(sorted(found, key=lambda group: (-often(group), len(group), group))[:most]), "sure")


def measured(
    plan: Scorecard, passing: Mapping[str, Marks], base: Marks, target: Marks, least: int, most: int
) -> Choice:
    """The combinations that together come nearest to `target` (the accounts of the tier). `passing`: which accounts the
    tool's own test of each criterion finds; `base`: whom no exclusion keeps out; at most `most` combinations."""
    every = max(1, -(-len(target) // MOST_ACCOUNTS))
    packed = {one: np.packbits(marks[::every] & base[::every]) for one, marks in passing.items()}
    wanted = np.packbits(target[::every])
    among = sorted(one for one, marks in packed.items() if _count(marks))
    certain = [tuple(sorted(group)) for group in sure(plan, among, least)]
    parts = MOST_PARTS if len(among) <= MOST_PAIRED else MOST_PARTS - 1
    pool = dict.fromkeys(certain)
    pool |= dict.fromkeys(group for size in range(1, parts + 1) for group in combinations(among, size))
    groups = sorted(pool, key=lambda group: (len(group), group))
    if not groups or not _count(wanted):
        return Choice((), "nearest")
    found = np.stack([np.bitwise_and.reduce([packed[one] for one in group]) for group in groups])
    chosen = _best(found, wanted, most)
    picked = tuple(groups[at] for at in chosen)
    return Choice(picked, "sure" if picked and all(group in set(certain) for group in picked) else "measured")


def _best(found: NDArray[np.uint8], wanted: NDArray[np.uint8], most: int) -> list[int]:
    """The rows of `found` (bits an account) that together have the highest F1: grown one after another from the row
    that has most of it by itself, and from the best of those that are nearly all of the tier."""
    hits, sizes = _count(found & wanted), _count(found)
    scores = 2 * hits / (sizes + int(_count(wanted)))
    pure = np.flatnonzero(hits >= PURE * np.maximum(sizes, 1))
    pure = pure[np.argsort(-scores[pure], kind="stable")][:STARTS]
    grown = [
        _greedy(found, wanted, most, int(start)) for start in dict.fromkeys([int(np.argmax(scores)), *pure.tolist()])
    ]
    return max(grown, key=lambda one: round(one[1], 6))[0]


def _greedy(found: NDArray[np.uint8], wanted: NDArray[np.uint8], most: int, start: int) -> tuple[list[int], float]:
    """The rows taken after `start`, each time the one that raises F1 most (the first of equals), and the F1."""
    total = int(_count(wanted))
    covered = found[start]
    chosen = [start]
    best = float(2 * _count(covered & wanted) / (_count(covered) + total))
    while len(chosen) < most:
        together = found | covered
        scores = 2 * _count(together & wanted) / (_count(together) + total)
        at = int(np.argmax(scores))
        if scores[at] < best + LEAST_GAIN:
            break
        best = float(scores[at])
        chosen.append(at)
        covered = covered | found[at]
    return chosen, best


def _count(bits: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many bits are set, along the last axis."""
    counted: NDArray[np.int64] = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64)
    return counted
