"""The search: which fact, cut how, says most about an outcome that the chosen facts do not say already.

Forward selection by score statistics (METHODS part 2). At the current fit every row has a residual and a weight; what a
yes/no criterion S would add is z = (|sum of residuals in S| - 1/2) / sqrt(variance), with residuals centred among the
rows where the fact is known, and the variance inflated by what clustering within accounts adds; of measured outcomes
residuals are bounded (`bounded`). What counts as surprising is simulated: the best z of each fact when whole accounts
swap their outcomes (Webb 2008: a fact with many cuts needs a larger statistic). Of facts that say the same only one is
taken (`rivals`), and false discoveries are controlled over all facts and outcomes together (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from idealfit.patterns.bounded import bounded_fit
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate
from idealfit.patterns.cuts import Searchable, best_cut, calibrate, design, prepare
from idealfit.patterns.pairs import best_pair, single_levels
from idealfit.patterns.proxies import Settled, settle, unshaken
from idealfit.patterns.target import Fit, Target

SUPPORTED_Q = 0.03
LUCKY, LUCKY_BESIDE = 0.5, 0.25
"""A suggestive pattern is merely likely: it is shrunken harder and marked. The path of an outcome goes on until the
next pattern would be expected to appear by luck half a time among the facts searched for winning, times those found
already; a quarter for the other outcomes, which far fewer rows speak of.
"""

MANY_WINS = 400
"""With so many wins (customers who left, customers) a trait of any size is supported: what is merely likely beside
those is held against what luck would give by itself, as if they were not there.
"""

FEW_WINS, GUESSES, GUESS_P = 60, 4, 0.2
"""With so few wins hardly anything can be shown, and an order is wanted all the same: the likeliest facts of each
outcome are taken though luck may well have made them, and shrunken hardest.
"""

KNOWN_P = 0.02
"""The p-value at which a set found for one outcome is taken to matter for another."""

MAX_STEPS = 14
MOST_PAIRS, PAIR_P = 3, 0.005
"""A conjunction must be surer than a plain criterion: luck alone gives one in two hundred searches."""


@dataclass(frozen=True)
class Found:
    """A set found for a target: its p-value for the whole fact (all its cuts), its q-value, its z when it entered,
    and the facts that may do as well in its place.
    """

    candidate: Candidate
    target: Target
    p_value: float
    q_value: float
    z: float
    rivals: tuple[str, ...] = ()

    @property
    def likely(self) -> bool:
        """Whether it survives the control of false discoveries."""
        return self.q_value <= SUPPORTED_Q

    @property
    def supported(self) -> bool:
        """Whether it survives, and no other fact may be what it stands for."""
        return self.likely and not self.rivals


@dataclass(frozen=True)
class Marginal:
    """What a fact says by itself, before anything else is chosen: its best set and how surprising that is."""

    key: str
    target: str
    candidate: Candidate
    p_value: float
    z: float
    conditional_p: float


@dataclass(frozen=True)
class SearchResult:
    """What was found for all targets, what each fact said by itself, and how many tests were made."""

    found: tuple[Found, ...]
    marginals: tuple[Marginal, ...]
    tests: int


def search(
    binned: Sequence[Binned], targets: Sequence[Target], *, seed: int, rounds: int | None = None
) -> SearchResult:
    """Search every fact for every target. The result depends on the data and the seed alone.

    What was found for one target is known to the next, so that a trait and its proxy are not both found, one for each.
    """
    prepared = {
        target.name: [ready for one in binned if (ready := prepare(one, target)) is not None] for target in targets
    }
    tests = sum(len(ready) for ready in prepared.values())
    found: list[Found] = []
    marginals: list[Marginal] = []
    guesses = GUESSES if any(one.name == "win" and one.y.sum() < FEW_WINS for one in targets) else 0
    for index, target in enumerate(targets):
        searchable = prepared[target.name]
        if not searchable:
            continue
        swaps = rounds or (200 if len(target.y) <= 20_000 else 60)
        known = [one.candidate for one in found]
        base = bounded_fit(target, design(known, target))
        searchable = calibrate(searchable, target, base, np.random.default_rng([seed, index]), swaps)
        path, alone, left = _forward(searchable, target, base, known, guesses)
        settled = settle(path, searchable, target, known)
        chosen = [Found(one.candidate, target, one.p_value, 1.0, one.z, one.rivals) for one in settled]
        chosen += _pairs(searchable, target, [*known, *(one.candidate for one in chosen)], alone, seed)
        found.extend(chosen)
        found.extend(_known_again(known, chosen, target, _rivals_of(found), searchable))
        for key, (candidate, p_value, z) in alone.items():
            marginals.append(Marginal(key, target.name, candidate, p_value, z, left.get(key, 1.0)))
    return SearchResult(tuple(_controlled(found, tests)), tuple(marginals), tests)


def _controlled(found: Sequence[Found], tests: int) -> list[Found]:
    """The same with their q-values: step-up over everything that was searched, all outcomes together (Benjamini &
    Hochberg 1995). A pair has been corrected for all pairs already.
    """
    order = sorted(range(len(found)), key=lambda index: found[index].p_value)
    controlled = list(found)
    least, rank = 1.0, sum(one.candidate.binned.shape != "pair" for one in found)
    for index in reversed(order):
        one = found[index]
        if one.candidate.binned.shape == "pair":
            continue
        least = min(least, one.p_value * tests / rank)
        controlled[index] = replace(one, q_value=least)
        rank -= 1
    return controlled


def _forward(
    searchable: list[Searchable], target: Target, base: Fit, known: Sequence[Candidate], guesses: int
) -> tuple[list[Settled], dict[str, tuple[Candidate, float, float]], dict[str, float]]:
    """The path: the sets in order of being found; what each fact says at first, and what is left of it in the end."""
    alone = {ready.binned.key: best_cut(ready, base) for ready in searchable}
    found: list[Settled] = []
    fit = base
    left: dict[str, float] = {}
    uses: dict[str, int] = {}
    many = (len(target.y) if target.family == "gaussian" else float(target.y.sum())) >= MANY_WINS
    for _ in range(MAX_STEPS):
        ranked = sorted(
            ((*best_cut(ready, fit), ready) for ready in searchable if uses.get(ready.binned.key, 0) < 2),
            key=lambda item: (item[1], -abs(item[2]), item[0].key),
        )
        left = {candidate.key: p_value for candidate, p_value, _z_value, _ready in ranked}
        if not ranked:
            break
        candidate, p_value, z, _ready = ranked[0]
        # with many wins what is sure lends nothing to what is not
        likely = len(found) - (sum(one.p_value * len(searchable) <= SUPPORTED_Q for one in found) if many else 0)
        expected = p_value * len(searchable) / (likely + 1)
        repeated = any(one.candidate.key == candidate.key and one.candidate.chosen == candidate.chosen for one in found)
        guessed = len(found) < guesses and p_value <= GUESS_P
        if repeated or (expected > (LUCKY if target.name == "win" else LUCKY_BESIDE) and not guessed):
            break
        found.append(Settled(candidate, p_value, z))
        uses[candidate.key] = uses.get(candidate.key, 0) + 1
        fit = bounded_fit(target, design([*known, *(one.candidate for one in found)], target))
    return found, alone, left


def _pairs(
    searchable: Sequence[Searchable],
    target: Target,
    chosen: Sequence[Candidate],
    alone: dict[str, tuple[Candidate, float, float]],
    seed: int,
) -> list[Found]:
    """Pairs that do what their parts alone do not, beside everything `chosen` for winning."""
    if target.name != "win":
        return []
    ranked = sorted(alone.values(), key=lambda item: (-abs(item[2]), item[0].key))
    levels = single_levels([ready.binned for ready in searchable])
    parts = [*chosen, *(candidate for candidate, _p, _z in ranked), *levels]
    made: list[Found] = []
    for number in range(MOST_PAIRS):
        held = [*chosen, *(one.candidate for one in made)]
        fit = bounded_fit(target, design(held, target))
        pair = best_pair(parts, target, fit, np.random.default_rng([seed, 101, number]))
        if pair is None or pair.p_value > PAIR_P or any(one.candidate.key == pair.candidate.key for one in made):
            break
        # the chance is that of the best of all pairs, so nothing is left to correct but for the search beside them
        made.append(Found(pair.candidate, target, pair.p_value, 2 * pair.p_value, pair.z))
    return made


def _rivals_of(found: Sequence[Found]) -> dict[tuple[str, tuple[int, ...]], tuple[str, ...]]:
    """The facts that may do as well in the place of a set, for whichever outcome it was found."""
    return {(one.candidate.key, one.candidate.chosen): one.rivals for one in found if one.rivals}


def _known_again(
    known: Sequence[Candidate],
    chosen: Sequence[Found],
    target: Target,
    rivals: Mapping[tuple[str, tuple[int, ...]], tuple[str, ...]],
    searchable: Sequence[Searchable],
) -> list[Found]:
    """Sets found for an earlier target that matter for this one too, beside all the others: one test a set, no
    search. A set that `rivals` may stand for there must show here that it is more than they.
    """
    candidates = [*known, *(one.candidate for one in chosen)]
    if not known:
        return []
    fit = bounded_fit(target, design(candidates, target), prior_sd=2.0)
    again: list[Found] = []
    seen: set[tuple[str, tuple[int, ...]]] = {(one.candidate.key, one.candidate.chosen) for one in chosen}
    for index, candidate in enumerate(known):
        name = (candidate.key, candidate.chosen)
        error = math.sqrt(max(float(fit.covariance[index + 1, index + 1]), 1e-12))
        z = float(fit.coefficients[index + 1]) / error
        p_value = math.erfc(abs(z) / math.sqrt(2))
        if name in seen or p_value > KNOWN_P or _support(candidate, target) < MIN_ACCOUNTS:
            continue
        seen.add(name)
        doubted = unshaken(candidate, rivals.get(name, ()), searchable, target, candidates)
        again.append(Found(candidate, target, p_value, 1.0, z, doubted))
    return again


def _support(candidate: Candidate, target: Target) -> int:
    inside = np.isin(candidate.binned.bins[target.rows], candidate.chosen)
    return len(np.unique(target.account[inside]))
