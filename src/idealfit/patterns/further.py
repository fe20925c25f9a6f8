"""Further sets, merely likely, that an order needs: taken as long as they foretell accounts that were set aside.

A search that must be sure stops where the next set could be luck. What it leaves is not nothing: many weak traits, or
the steps of a graded one, order companies better together than any of them can be shown to. So the rooms that the
proven leave are filled by the same greedy path, each set added at a harder shrinkage, and how far the path goes is
decided by cross-validation over whole accounts: the whole path is walked again on four fifths of them and judged by the
likelihood of the outcomes of the rest (Stone 1974; Hastie, Tibshirani & Friedman 2009, 7.10: the choice of the sets is
part of what is validated). It goes on no longer than its gain there exceeds its standard error (Breiman et al. 1984).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import Binned, Candidate
from idealfit.patterns.cuts import Searchable, boldest_cut, design, prepare
from idealfit.patterns.search import Found
from idealfit.patterns.target import Target, fit_target

FOLDS, MOST_FURTHER, MOST_SCREENED, MOST_OF_A_FACT = 5, 15, 40, 3
LEAST_WINS = 60
"""Fewer wins, or fewer losses, cannot judge a path."""

PRIOR_CHOSEN, PRIOR_FURTHER = 0.6, 0.4
"""Standard deviations of the normal prior on the effects of what was found, and of what is added."""

LEAST_GAIN = 1.0
"""The gain in likelihood on accounts set aside, in its standard errors, below which nothing is added."""

LEAST_Z = 1.64
"""The |z| below which a set is not added, whatever it is."""


@dataclass(frozen=True)
class Room:
    """How many sets may still be added: in each layer, and in all."""

    layers: Mapping[str, int]
    total: int


def further_sets(
    chosen: Sequence[Candidate], binned: Sequence[Binned], target: Target, room: Room, *, seed: int
) -> tuple[Candidate, ...]:
    """The sets to add to the `chosen`, in order of being taken; none where nothing is gained on accounts set aside.

    `target` is the outcome (winning), `binned` the searchable facts on all evidence rows.
    """
    won = float(target.y.sum())
    steps = min(room.total, MOST_FURTHER)
    if target.family != "binomial" or min(won, len(target.y) - won) < LEAST_WINS or steps <= 0:
        return ()
    wide = [one for one in binned if room.layers.get(one.fact.info.layer, 0) > 0 and one.shape != "pair"]
    screened = _screened(chosen, wide, target)
    if not screened:
        return ()
    losses = np.stack(
        [
            _losses(chosen, screened, target, inside, room, steps)
            for inside in _folds(target.account, np.random.default_rng([seed, 211]))
        ]
    )
    # losses: folds x rows x steps, NaN where a row was not set aside
    gain = np.nansum(losses[:, :, :1] - losses, axis=0)
    mean = gain.mean(axis=0)
    error = gain.std(axis=0) / math.sqrt(len(gain))
    best = int(np.argmax(mean))
    if best == 0 or mean[best] < LEAST_GAIN * error[best]:
        return ()
    return tuple(_path(chosen, screened, target, room, best))


def as_found(candidate: Candidate, target: Target) -> Found:
    """A set that was added, as a find that proves nothing."""
    return Found(candidate, target, 1.0, 1.0, 0.0)


def _folds(account: NDArray[np.int64], generator: np.random.Generator) -> list[NDArray[np.bool_]]:
    """Which rows are learned from, for each part that is set aside: whole accounts together."""
    codes = np.unique(account)
    part = np.empty(int(codes.max()) + 1, dtype=np.int64)
    part[codes] = generator.permutation(len(codes)) % FOLDS
    return [part[account] != number for number in range(FOLDS)]


def _screened(chosen: Sequence[Candidate], binned: Sequence[Binned], target: Target) -> list[Binned]:
    """The facts of which most is left beside the chosen."""
    fit = fit_target(target, design(chosen, target), prior_sd=PRIOR_CHOSEN)
    found = []
    for one in binned:
        ready = prepare(one, target)
        if ready is not None:
            found.append((-boldest_cut(ready, fit)[1], one.key, one))
    return [one for size, _key, one in sorted(found, key=lambda item: item[:2])[:MOST_SCREENED] if -size >= LEAST_Z]


def _path(
    chosen: Sequence[Candidate], binned: Sequence[Binned], target: Target, room: Room, steps: int
) -> list[Candidate]:
    ready = [each for one in binned if (each := prepare(one, target)) is not None]
    added: list[Candidate] = []
    while len(added) < steps:
        best = _next(chosen, added, ready, target, room)
        if best is None:
            break
        added.append(best)
    return added


def _next(
    chosen: Sequence[Candidate], added: Sequence[Candidate], ready: Sequence[Searchable], target: Target, room: Room
) -> Candidate | None:
    fit = fit_target(target, design([*chosen, *added], target), prior_sd=_priors(chosen, added, target))
    taken = Counter(one.binned.fact.info.layer for one in added)
    uses = Counter(one.key for one in (*chosen, *added))
    there = {(one.key, one.chosen) for one in (*chosen, *added)}
    best, largest = None, LEAST_Z
    for each in ready:
        layer = each.binned.fact.info.layer
        if uses[each.binned.key] >= MOST_OF_A_FACT or taken[layer] >= room.layers.get(layer, 0):
            continue
        candidate, size = boldest_cut(each, fit)
        if size > largest and (candidate.key, candidate.chosen) not in there:
            best, largest = candidate, size
    return best


def _priors(chosen: Sequence[Candidate], added: Sequence[Candidate], target: Target) -> Floats:
    spread = np.full(design([*chosen, *added], target).shape[1] if chosen or added else target.nuisance.shape[1], 0.5)
    spread[: len(chosen)] = PRIOR_CHOSEN
    spread[len(chosen) : len(chosen) + len(added)] = PRIOR_FURTHER
    return spread


def _losses(
    chosen: Sequence[Candidate],
    binned: Sequence[Binned],
    target: Target,
    inside: NDArray[np.bool_],
    room: Room,
    steps: int,
) -> Floats:
    """The loss (minus log likelihood) of each row set aside, after each number of steps; NaN in those learned from."""
    learned = target.subset(inside)
    added = _path(chosen, binned, learned, room, steps)
    columns = design([*chosen, *added], target)
    made = np.full((len(target.y), steps + 1), np.nan)
    width = len(chosen) + len(added)
    for number in range(steps + 1):
        used = np.ones(columns.shape[1], dtype=bool)
        used[len(chosen) + number : width] = False
        kept = columns[:, used]
        spread = np.full(kept.shape[1], 0.5)
        spread[: len(chosen)] = PRIOR_CHOSEN
        spread[len(chosen) : len(chosen) + min(number, len(added))] = PRIOR_FURTHER
        if number > len(added):
            made[:, number] = made[:, number - 1]
            continue
        fit = fit_target(learned, kept[inside], prior_sd=spread)
        linear = np.clip(fit.coefficients[0] + kept[~inside] @ fit.coefficients[1:], -30, 30)
        made[~inside, number] = np.logaddexp(0, linear) - target.y[~inside] * linear
    return made
