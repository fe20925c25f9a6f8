"""The score statistic of every cut of a fact at a fit, and how surprising the best of them is.

At a fit every row has a residual and a weight; what a yes/no set S would add is z = (|sum of residuals in S| - 1/2) /
sqrt(variance), with residuals centred among the rows where the fact is known, the variance inflated by what clustering
within accounts adds, and z turned into the normal value that is as rare (sums of few wins are lopsided). The law of the
best z of a fact by luck comes from swapped outcomes.

Of a category there are as many single levels as it has, but thousands of sets of several: the sets of one level, of
two, and of more each have a law of their own (layered critical values, Webb 2008), so that a country that stands out is
not lost among all that could be said of countries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate, Ints, accounts_by_bin
from idealfit.patterns.luck import Luck, as_normal, law_of, swapped
from idealfit.patterns.target import Fit, Target


@dataclass(frozen=True)
class Searchable:
    """A fact's bins on the rows of one target, the number of accounts in each bin, and the law of its luck.

    `order`: the rows bin by bin, each bin from its place in `starts`; `held`: the same as a matrix, bins by rows.
    `luck` has a law for each layer (`_layers`).
    """

    binned: Binned
    bins: Ints
    order: Ints
    starts: Ints
    present: Ints
    held: csr_array
    accounts: Floats
    luck: tuple[Luck, ...] = field(default=(Luck(),))


def prepare(binned: Binned, target: Target) -> Searchable | None:
    """A fact made ready for the rows of a target; None where none of its cuts has five accounts on either side."""
    bins = binned.bins[target.rows]
    known = bins >= 0
    if int(known.sum()) < 2 * MIN_ACCOUNTS:
        return None
    order = np.flatnonzero(known)[np.argsort(bins[known], kind="stable")]
    present, starts = np.unique(bins[order], return_index=True)
    if len(present) < 2:
        return None
    accounts = accounts_by_bin(target.account[order], bins[order], binned.size).astype(float)
    held = csr_array((np.ones(len(order)), order, [*starts, len(order)]), shape=(len(present), len(bins)))
    ready = Searchable(binned, bins, order, starts, present, held, accounts)
    inside = binned.members @ accounts
    known_accounts = accounts.sum() if binned.gaps is None else (1 - binned.gaps) @ accounts
    possible = (inside >= MIN_ACCOUNTS) & (known_accounts - inside >= MIN_ACCOUNTS)
    return ready if possible.any() or binned.shape == "levels" else None


def _sums(ready: Searchable, values: Floats) -> Floats:
    """Sums of `values` (rows, or rounds by rows) in each bin."""
    out = np.zeros((*values.shape[:-1], ready.binned.size))
    if values.ndim == 1:
        out[ready.present] = np.add.reduceat(values[ready.order], ready.starts)
    else:  # many rounds at once: five times as fast as row by row
        out[:, ready.present] = (ready.held @ values.T).T
    return out


def _statistics(ready: Searchable, fit: Fit) -> tuple[Floats, list[tuple[int, ...]] | None]:
    """The z of every candidate set (sets), or of every set in each of many rounds where the fit's arrays are rounds by
    rows (rounds by sets).
    """
    raw = _sums(ready, fit.residual)
    weight = _sums(ready, fit.weight)
    spread = np.maximum(_sums(ready, fit.inflated), _sums(ready, fit.squares))
    accounts = np.broadcast_to(ready.accounts, spread.shape)
    held = np.stack([spread, accounts, _sums(ready, fit.third)])
    members = ready.binned.members
    if ready.binned.gaps is not None:  # each candidate is centred among the rows where it is itself known
        covers = 1 - ready.binned.gaps
        sums = raw @ members.T - (weight @ members.T) * (raw @ covers.T) / np.maximum(weight @ covers.T, 1e-12)
        return _z(sums, held @ members.T, held @ covers.T), None
    centred = raw - weight * (raw.sum(-1, keepdims=True) / weight.sum(-1, keepdims=True))
    whole = held.sum(-1, keepdims=True)
    z = _z(centred @ members.T, held @ members.T, whole)
    if ready.binned.shape != "levels" or ready.binned.size <= 2:
        return z, None
    # prefixes of the levels in order of their shrunken effect: the best subsets of any size
    prior = float(np.sum(weight) / (weight.size / weight.shape[-1] * len(ready.present)))
    effect = centred / (weight + prior)
    ranked = np.argsort(-effect, axis=-1, kind="stable")
    sums = np.cumsum(np.take_along_axis(centred, ranked, -1), -1)[..., :-1]
    if held.ndim == 2:
        picked, whole = held[:, ranked], whole.reshape(3, *[1] * ranked.ndim)
    else:
        picked = np.take_along_axis(held, ranked[None], -1)
    prefix = _z(sums, np.cumsum(picked, -1)[..., :-1], whole)
    sets = None
    if fit.residual.ndim == 1:
        sets = [tuple(sorted(int(bin_) for bin_ in ranked[: size + 1])) for size in range(len(ranked) - 1)]
    return np.concatenate([z, prefix], -1), sets


def _z(sums: Floats, held: Floats, whole: Floats) -> Floats:
    """The normal equivalent of `sums` of residuals, given what sets hold and what there is in all: variance, accounts,
    third cumulant (three by the shape of `sums`): luck is lopsided where wins are few.
    """
    (spread, accounts, third), (total, all_accounts, all_third) = held, whole
    share = spread / np.maximum(total, 1e-12)
    variance = spread * (1 - share)
    allowed = (accounts >= MIN_ACCOUNTS) & (all_accounts - accounts >= MIN_ACCOUNTS) & (variance > 1e-9)
    error = np.sqrt(np.maximum(variance, 1e-9))
    # the half is a continuity correction: sets of few rows must not win by the grain of their counts
    excess = np.sign(sums) * np.maximum(np.abs(sums) - 0.5 * np.minimum(1.0, error), 0)
    skewness = (third * (1 - share) ** 3 - (all_third - third) * share**3) / error**3
    return np.where(allowed, as_normal(excess / error, skewness), 0.0)


_ROUNDS = ("residual", "weight", "inflated", "third", "squares")


def _layers(binned: Binned, sets: int) -> list[Ints]:
    """The places of the statistics of sets of one level (or of all but one), of two, and of more; of another shape than
    levels all are in one layer.
    """
    if binned.shape != "levels" or binned.size <= 2:
        return [np.arange(sets)]
    prefix = np.arange(1, binned.size)
    sizes = np.concatenate([np.ones(len(binned.members)), np.minimum(prefix, binned.size - prefix)])
    made = [np.flatnonzero(sizes == 1), np.flatnonzero(sizes == 2), np.flatnonzero(sizes > 2)]
    return [layer for layer in made if len(layer)]


def calibrate(
    searchable: Sequence[Searchable], target: Target, base: Fit, generator: np.random.Generator, rounds: int
) -> list[Searchable]:
    """Give each fact the law of its largest |z| by luck, from the swapped outcomes."""
    lucky = swapped(base, target, generator, rounds)
    # the rounds of a row side by side in memory, as the sums go through them
    lucky = replace(lucky, **{name: np.asfortranarray(getattr(lucky, name)) for name in _ROUNDS})
    made = []
    for ready in searchable:
        size = np.abs(_statistics(ready, lucky)[0])
        layers = _layers(ready.binned, size.shape[-1])
        # beyond two levels the sets are too many and too alike to count as so many tests
        laws = (law_of(np.max(size[..., each], axis=-1), subsets=place == 2) for place, each in enumerate(layers))
        made.append(replace(ready, luck=tuple(laws)))
    return made


def best_cut(ready: Searchable, fit: Fit) -> tuple[Candidate, float, float]:
    """The best set of a fact at this fit: the set, its p-value over all cuts of the fact, its z."""
    z, prefixes = _statistics(ready, fit)
    layers = _layers(ready.binned, len(z))
    best = [int(each[np.argmax(np.abs(z[each]))]) for each in layers]
    chances = [ready.luck[min(place, len(ready.luck) - 1)].chance(float(z[at])) for place, at in enumerate(best)]
    least, _size, index = min(zip(chances, (-abs(float(z[at])) for at in best), best, strict=True))
    p_value = -math.expm1(len(layers) * math.log1p(-min(least, 1 - 1e-12)))
    singles = len(ready.binned.members)
    if index < singles:
        candidate = ready.binned.alone(index)
    else:
        candidate = Candidate(ready.binned, (prefixes or [])[index - singles])
    return candidate, p_value, float(z[index])


def boldest_cut(ready: Searchable, fit: Fit) -> tuple[Candidate, float]:
    """The set of a fact with the largest |z| at this fit, and that |z|: for an order, where no luck is counted."""
    z, prefixes = _statistics(ready, fit)
    index = int(np.argmax(np.abs(z)))
    singles = len(ready.binned.members)
    if index < singles:
        return ready.binned.alone(index), abs(float(z[index]))
    return Candidate(ready.binned, (prefixes or [])[index - singles]), abs(float(z[index]))


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
