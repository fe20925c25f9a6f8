"""The search: which fact, cut how, says most about an outcome that the chosen facts do not say already.

Forward selection by score statistics (METHODS part 2). At the current fit every row has a residual and a weight; what a
yes/no criterion S would add is z = (|sum of residuals in S| - 1/2) / sqrt(variance), with residuals centred among the
rows where the fact is known, and the variance inflated by what clustering within accounts adds. What counts as
surprising is simulated: the best z of each fact when whole accounts swap their outcomes (Webb 2008: a fact with many
cuts needs a larger statistic), and false discoveries are controlled over all facts and outcomes (Benjamini & Hochberg
1995, step-up along the forward path).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate, Ints
from idealfit.patterns.luck import by_luck, gumbel, swapped_residuals
from idealfit.patterns.pairs import best_pair
from idealfit.patterns.target import Fit, Target, fit_target

SUPPORTED_Q = 0.05
LUCKY, LUCKY_BESIDE = 1.0, 0.25
"""A suggestive pattern is merely likely: it is shrunken harder and marked. The path of an outcome goes on until the
next pattern would be expected to appear by luck once among the facts searched for winning, times those found already;
a quarter of that for the other outcomes, which far fewer rows speak of.
"""

KNOWN_P = 0.02
"""The p-value at which a set found for one outcome is taken to matter for another."""

MAX_STEPS = 14
MOST_PAIRS, PAIR_P = 3, 0.005
"""A conjunction must be surer than a plain criterion: luck alone gives one in two hundred searches."""


@dataclass(frozen=True)
class Found:
    """A set found for a target: its p-value for the whole fact (all its cuts), its q-value, and its z when it
    entered.
    """

    candidate: Candidate
    target: Target
    p_value: float
    q_value: float
    z: float

    @property
    def supported(self) -> bool:
        """Whether it survives the control of false discoveries."""
        return self.q_value <= SUPPORTED_Q


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


@dataclass(frozen=True)
class _Searchable:
    """A fact's bins on the rows of one target, with the number of accounts in each bin and the law of its luck."""

    binned: Binned
    bins: Ints
    order: Ints
    starts: Ints
    present: Ints
    accounts: Floats
    location: float = 0.0
    scale: float = 2.0


def search(
    binned: Sequence[Binned], targets: Sequence[Target], *, seed: int, rounds: int | None = None
) -> SearchResult:
    """Search every fact for every target. The result depends on the data and the seed alone.

    What was found for one target is known to the next, so that a trait and its proxy are not both found, one for each.
    """
    prepared = {
        target.name: [ready for one in binned if (ready := _prepare(one, target)) is not None] for target in targets
    }
    tests = sum(len(ready) for ready in prepared.values())
    found: list[Found] = []
    marginals: list[Marginal] = []
    for index, target in enumerate(targets):
        searchable = prepared[target.name]
        if not searchable:
            continue
        swaps = rounds or (200 if len(target.y) <= 20_000 else 60)
        known = [one.candidate for one in found]
        base = fit_target(target, design(known, target))
        searchable = _calibrate(searchable, target, base, np.random.default_rng([seed, index]), swaps)
        chosen, alone, left = _forward(searchable, target, base, tests, known)
        chosen += _pairs(searchable, target, [*known, *(one.candidate for one in chosen)], alone, tests, seed)
        found.extend(chosen)
        found.extend(_known_again(known, chosen, target, tests, len(found)))
        for key, (candidate, p_value, z) in alone.items():
            marginals.append(Marginal(key, target.name, candidate, p_value, z, left.get(key, 1.0)))
    return SearchResult(tuple(found), tuple(marginals), tests)


def _prepare(binned: Binned, target: Target) -> _Searchable | None:
    bins = binned.bins[target.rows]
    known = bins >= 0
    if int(known.sum()) < 2 * MIN_ACCOUNTS:
        return None
    order = np.flatnonzero(known)[np.argsort(bins[known], kind="stable")]
    present, starts = np.unique(bins[order], return_index=True)
    if len(present) < 2:
        return None
    pairs = np.unique(np.stack([target.account[order], bins[order]], 1), axis=0)
    accounts = np.bincount(pairs[:, 1], minlength=binned.size).astype(float)
    ready = _Searchable(binned, bins, order, starts, present, accounts)
    inside = binned.members @ accounts
    known_accounts = accounts.sum() if binned.gaps is None else (1 - binned.gaps) @ accounts
    possible = (inside >= MIN_ACCOUNTS) & (known_accounts - inside >= MIN_ACCOUNTS)
    return ready if possible.any() or binned.shape == "levels" else None


def _sums(ready: _Searchable, values: Floats) -> Floats:
    """Sums of `values` (… by rows) in each bin."""
    out = np.zeros((*values.shape[:-1], ready.binned.size))
    out[..., ready.present] = np.add.reduceat(values[..., ready.order], ready.starts, axis=-1)
    return out


def _statistics(ready: _Searchable, residuals: Floats, fit: Fit) -> tuple[Floats, list[tuple[int, ...]] | None]:
    """The z of every candidate set; `residuals` is one row, or many (then also one best z each)."""
    raw = _sums(ready, residuals)
    weight = _sums(ready, fit.weight)
    inflated = _sums(ready, fit.inflated)
    members = ready.binned.members
    if ready.binned.gaps is not None:  # each candidate is centred among the rows where it is itself known
        covers = 1 - ready.binned.gaps
        sums = raw @ members.T - (weight @ members.T) * (raw @ covers.T) / np.maximum(weight @ covers.T, 1e-12)
        return _z(sums, members @ inflated, covers @ inflated, members @ ready.accounts, covers @ ready.accounts), None
    centred = raw - weight * (raw.sum(-1, keepdims=True) / weight.sum())
    z = _z(centred @ members.T, members @ inflated, inflated.sum(), members @ ready.accounts, ready.accounts.sum())
    if ready.binned.shape != "levels" or ready.binned.size <= 2:
        return z, None
    # prefixes of the levels in order of their shrunken effect: the best subsets of any size
    prior = float(np.mean(weight[ready.present]))
    effect = centred / (weight + prior)
    ranked = np.argsort(-effect, axis=-1, kind="stable")
    sums = np.cumsum(np.take_along_axis(centred, ranked, -1), -1)[..., :-1]
    spread = np.cumsum(inflated[ranked], -1)[..., :-1]
    accounts = np.cumsum(ready.accounts[ranked], -1)[..., :-1]
    prefix = _z(sums, spread, inflated.sum(), accounts, ready.accounts.sum())
    sets = None
    if residuals.ndim == 1:
        sets = [tuple(sorted(int(bin_) for bin_ in ranked[: size + 1])) for size in range(len(ranked) - 1)]
    return np.concatenate([z, prefix], -1), sets


def _z(sums: Floats, spread: Floats, total: Floats | float, accounts: Floats, all_accounts: Floats | float) -> Floats:
    variance = spread - spread**2 / np.maximum(total, 1e-12)
    allowed = (accounts >= MIN_ACCOUNTS) & (all_accounts - accounts >= MIN_ACCOUNTS) & (variance > 1e-9)
    # the half is a continuity correction: sets of few rows must not win by the grain of their counts
    excess = np.sign(sums) * np.maximum(np.abs(sums) - 0.5 * np.minimum(1.0, np.sqrt(np.maximum(variance, 0))), 0)
    return np.where(allowed, excess / np.sqrt(np.maximum(variance, 1e-9)), 0.0)


def _calibrate(
    searchable: list[_Searchable], target: Target, base: Fit, generator: np.random.Generator, rounds: int
) -> list[_Searchable]:
    """Give each fact the law of its largest z² by luck: Gumbel, fitted by moments to the swapped outcomes."""
    swapped = swapped_residuals(base, target.account, generator, rounds)
    out = []
    for ready in searchable:
        z, _ = _statistics(ready, swapped, base)
        largest = np.max(z**2, axis=-1)
        location, scale = gumbel(largest)
        out.append(
            _Searchable(
                ready.binned,
                ready.bins,
                ready.order,
                ready.starts,
                ready.present,
                ready.accounts,
                location,
                scale,
            )
        )
    return out


def _best(ready: _Searchable, fit: Fit) -> tuple[Candidate, float, float]:
    """The best set of a fact at this fit: the set, its p-value over all cuts of the fact, its z."""
    z, prefixes = _statistics(ready, fit.residual, fit)
    index = int(np.argmax(np.abs(z)))
    singles = len(ready.binned.members)
    if index < singles:
        candidate = ready.binned.alone(index)
    else:
        candidate = Candidate(ready.binned, (prefixes or [])[index - singles])
    return candidate, by_luck(float(z[index]) ** 2, ready.location, ready.scale), float(z[index])


def _forward(
    searchable: list[_Searchable], target: Target, base: Fit, tests: int, known: Sequence[Candidate]
) -> tuple[list[Found], dict[str, tuple[Candidate, float, float]], dict[str, float]]:
    alone = {ready.binned.key: _best(ready, base) for ready in searchable}
    found: list[Found] = []
    fit = base
    left: dict[str, float] = {}
    uses: dict[str, int] = {}
    for _ in range(MAX_STEPS):
        ranked = sorted(
            ((*_best(ready, fit), ready) for ready in searchable if uses.get(ready.binned.key, 0) < 2),
            key=lambda item: (item[1], -abs(item[2]), item[0].key),
        )
        left = {candidate.key: p_value for candidate, p_value, _z_value, _ready in ranked}
        if not ranked:
            break
        candidate, p_value, z, _ready = ranked[0]
        q_value = min(1.0, p_value * tests / (len(known) + len(found) + 1))
        expected = p_value * len(searchable) / (len(found) + 1)
        repeated = any(one.candidate.key == candidate.key and one.candidate.chosen == candidate.chosen for one in found)
        if expected > (LUCKY if target.name == "win" else LUCKY_BESIDE) or repeated:
            break
        if found:
            q_value = max(q_value, found[-1].q_value)
        found.append(Found(candidate, target, p_value, q_value, z))
        uses[candidate.key] = uses.get(candidate.key, 0) + 1
        fit = fit_target(target, design([*known, *(one.candidate for one in found)], target))
    return found, alone, left


def _pairs(
    searchable: Sequence[_Searchable],
    target: Target,
    chosen: Sequence[Candidate],
    alone: dict[str, tuple[Candidate, float, float]],
    tests: int,
    seed: int,
) -> list[Found]:
    """Pairs that do what their parts alone do not, beside everything `chosen` for winning."""
    if target.name != "win":
        return []
    ranked = sorted(alone.values(), key=lambda item: (-abs(item[2]), item[0].key))
    parts = [*chosen, *(candidate for candidate, _p, _z in ranked)]
    made: list[Found] = []
    for number in range(MOST_PAIRS):
        held = [*chosen, *(one.candidate for one in made)]
        fit = fit_target(target, design(held, target))
        pair = best_pair(parts, target, fit, np.random.default_rng([seed, 101, number]))
        if pair is None or pair.p_value > PAIR_P or any(one.candidate.key == pair.candidate.key for one in made):
            break
        # the chance is that of the best of all pairs, so nothing is left to correct but for the search beside them
        made.append(Found(pair.candidate, target, pair.p_value, 2 * pair.p_value, pair.z))
    return made


def _known_again(
    known: Sequence[Candidate], chosen: Sequence[Found], target: Target, tests: int, before: int
) -> list[Found]:
    """Sets found for an earlier target that matter for this one too, beside all the others: one test a set, no
    search.
    """
    candidates = [*known, *(one.candidate for one in chosen)]
    if not known:
        return []
    fit = fit_target(target, design(candidates, target), prior_sd=2.0)
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
        q_value = min(1.0, p_value * tests / (before + len(again) + 1))
        again.append(Found(candidate, target, p_value, q_value, z))
    return again


def _support(candidate: Candidate, target: Target) -> int:
    inside = np.isin(candidate.binned.bins[target.rows], candidate.chosen)
    return len(np.unique(target.account[inside]))


def design(candidates: Sequence[Candidate], target: Target) -> Floats:
    """Columns for a fit: each candidate (0/1, its mean where unknown), a column of its own for what is unknown,
    and what the target adjusts for.

    The column for unknown keeps gaps that are not at random from passing for traits.
    """
    columns: list[NDArray[np.float64]] = []
    unknown: dict[str, Floats] = {}
    for candidate in candidates:
        mask = candidate.mask()[target.rows]
        gaps = np.isnan(mask)
        mean = float(np.mean(mask[~gaps])) if (~gaps).any() else 0.0
        columns.append(np.where(gaps, mean, mask))
        if 0.01 < float(gaps.mean()) < 0.99:
            unknown.setdefault(candidate.binned.fact.name, gaps.astype(float))
    columns.extend(unknown.values())
    columns.extend(target.nuisance.T)
    return np.stack(columns, 1)
