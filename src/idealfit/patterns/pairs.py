"""Pairs: two sets that do together what neither does alone.

For two sets the closed deals fall into four cells. With residuals summed and weights summed in each, the contrast
r11/w11 - r10/w10 - r01/w01 + r00/w00 is what the pair adds to the sum of its parts on the scale of the model (log
odds), whatever each part does by itself; its variance is the sum of 1/w, inflated by what clustering adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from idealfit.evidence.table import Flags, Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate, Ints, both
from idealfit.patterns.luck import Luck, law_of, swapped_residuals
from idealfit.patterns.target import Fit, Target

MOST_PARTS, MOST_CELLS = 160, 1e9
"""Parts that are tried, and their square times the rows: with very many rows fewer are."""
FEW_LEVELS, WORTH_A_LEVEL = 12, 0.3
"""Levels of a category up to which each is a part by itself; by how much another level must add to |z|."""
HOPELESS = 0.05
LEAST_ACCOUNTS = 2 * MIN_ACCOUNTS
"""Accounts in each of the four cells: the contrast rests on the smallest of them."""
ROUNDS = 60
MOST_ROWS = 6_000
"""Rows on which the law of luck is found: whole accounts drawn from all, where there are more. A z has the same law by
luck whether it rests on few rows or on many, and the rounds go through every pair.
"""


@dataclass(frozen=True)
class Pair:
    """The best pair of all, how surprising the best of all is, and its z."""

    candidate: Candidate
    p_value: float
    z: float


def best_pair(parts: Sequence[Candidate], target: Target, fit: Fit, generator: np.random.Generator) -> Pair | None:
    """The pair of two `parts` (surest first, as many as the rows allow are tried) that says most beside its parts.

    Only pairs whose common deals go the way that the pair adds: what is written is 'both', so both must matter. None
    where luck alone often gives a better one.
    """
    chosen = _different(parts, min(MOST_PARTS, int((MOST_CELLS / max(len(target.y), 1)) ** 0.5)))
    if len(chosen) < 2:
        return None
    inside, outside = _sides(chosen, target)
    cells = _Cells(inside, outside, fit, _enough(inside, outside, target.account))
    z, common = cells.contrasts(fit.residual)
    possible = np.abs(z) * (np.sign(z) == np.sign(common))
    first, second = np.unravel_index(int(np.argmax(possible)), possible.shape)
    best = float(z[first, second])
    # with as many independent pairs as this it would be no surprise: the rounds need not be run
    if possible[first, second] == 0 or Luck(tests=cells.pairs / 2).chance(best) > HOPELESS:
        return None
    p_value = _law(inside, outside, cells, target, fit, generator).chance(best)
    one, other = (chosen[place] for place in sorted((int(first), int(second))))
    one = _grown(one, other, target, fit)
    other = _grown(other, one, target, fit)
    return Pair(both(one, other), p_value, _alone(one, other, target, fit))


def _sides(chosen: Sequence[Candidate], target: Target) -> tuple[Floats, Floats]:
    """Where each set holds, and where it does not (sets by rows); neither where it is unknown."""
    masks = np.stack([candidate.mask()[target.rows] for candidate in chosen])
    return (masks == 1).astype(float), (masks == 0).astype(float)


def _alone(one: Candidate, other: Candidate, target: Target, fit: Fit) -> float:
    """The z of what one pair adds; 0 where a cell is too small."""
    inside, outside = _sides((one, other), target)
    cells = _Cells(inside, outside, fit, _enough(inside, outside, target.account))
    return float(cells.contrasts(fit.residual)[0][0, 1])


def _grown(part: Candidate, other: Candidate, target: Target, fit: Fit) -> Candidate:
    """A part that is one level of a category, with the other levels that do the same together with `other`."""
    if part.binned.shape != "levels" or part.binned.size <= 2:
        return part
    surest = abs(_alone(part, other, target, fit))
    while len(part.chosen) < part.binned.size - 1:
        left = [level for level in range(part.binned.size) if level not in part.chosen]
        tried = [replace(part, chosen=tuple(sorted((*part.chosen, level)))) for level in left]
        z = [abs(_alone(one, other, target, fit)) for one in tried]
        place = int(np.argmax(z))
        if z[place] < surest + WORTH_A_LEVEL:
            break
        part, surest = tried[place], z[place]
    return part


def _law(
    inside: Floats, outside: Floats, cells: _Cells, target: Target, fit: Fit, generator: np.random.Generator
) -> Luck:
    """The law of the largest |z| of all pairs by luck, from swapped outcomes (of `MOST_ROWS` rows or a few more)."""
    account, ratio = target.account, 1.0
    if len(account) > MOST_ROWS:
        codes, rows = np.unique(account, return_counts=True)
        order = generator.permutation(len(codes))
        drawn = codes[order[: int(np.searchsorted(np.cumsum(rows[order]), MOST_ROWS)) + 1]]
        part = np.isin(account, drawn)
        enough = _enough(inside[:, part], outside[:, part], account[part])
        if enough.any():
            fit = replace(fit, residual=fit.residual[part], weight=fit.weight[part], inflated=fit.inflated[part])
            account, ratio = account[part], cells.pairs / float(enough.sum())
            cells = _Cells(inside[:, part], outside[:, part], fit, enough)
    swapped = swapped_residuals(fit, account, generator, ROUNDS)
    largest = np.array([float(np.max(np.abs(cells.contrasts(row)[0]))) for row in swapped])
    law = law_of(largest, subsets=False)
    # pairs with a cell too small in the part have been looked at too
    return replace(law, tests=law.tests * max(ratio, 1.0))


def _different(parts: Sequence[Candidate], most: int) -> list[Candidate]:
    """The first set of each fact and single levels, `most` at most, no pairs of pairs."""
    made: dict[tuple[str, tuple[int, ...]], Candidate] = {}
    held: set[str] = set()
    for candidate in parts:
        single = candidate.binned.shape == "levels" and len(candidate.chosen) == 1
        if candidate.binned.shape == "pair" or (candidate.key in held and not single) or len(made) >= most:
            continue
        held.add(candidate.key)
        made.setdefault((candidate.key, candidate.chosen), candidate)
    return list(made.values())


def single_levels(binned: Sequence[Binned]) -> list[Candidate]:
    """Each level of the categories of a few levels as a part, the commonest first: where a category matters only
    together with something else, its levels by themselves say nothing of which of them do.
    """
    made: list[tuple[int, str, int, Binned]] = []
    for one in binned:
        if one.shape != "levels" or not 2 < one.size <= FEW_LEVELS:
            continue
        counts = np.bincount(one.bins[one.bins >= 0], minlength=one.size)
        smaller = np.minimum(counts, counts.sum() - counts)
        made.extend((-int(smaller[level]), one.key, level, one) for level in range(one.size))
    return [Candidate(one, (level,)) for _held, _key, level, one in sorted(made, key=lambda each: each[:3])]


def _enough(inside: Floats, outside: Floats, account: Ints) -> Flags:
    """Which pairs of sets have ten accounts in each of the four cells; never a set with itself."""
    order = np.argsort(account, kind="stable")
    starts = np.unique(account[order], return_index=True)[1]
    held, free = (np.maximum.reduceat(side[:, order], starts, axis=1) for side in (inside, outside))
    both_ways = held @ free.T
    least: Floats = np.minimum.reduce([held @ held.T, both_ways, both_ways.T, free @ free.T])
    np.fill_diagonal(least, 0)
    enough: Flags = least >= LEAST_ACCOUNTS
    return enough


class _Cells:
    """The four cells of every pair of sets: what does not depend on the outcome is computed once."""

    def __init__(self, inside: Floats, outside: Floats, fit: Fit, enough: Flags) -> None:
        self._inside, self._outside, self._enough = inside, outside, enough
        self._weights = [np.maximum(sums, 1e-9) for sums in self._sums(fit.weight)]
        spread = [wide / weight**2 for wide, weight in zip(self._sums(fit.inflated), self._weights, strict=True)]
        self._error = np.sqrt(np.maximum(sum(spread), 1e-12))

    @property
    def pairs(self) -> float:
        """How many pairs can be looked at (each in both orders)."""
        return float(self._enough.sum())

    def contrasts(self, residual: Floats) -> tuple[Floats, Floats]:
        """The z of what each pair adds, and the mean residual where both hold; 0 where a cell is too small."""
        means = [sums / weight for sums, weight in zip(self._sums(residual), self._weights, strict=True)]
        z = (means[0] - means[1] - means[2] + means[3]) / self._error
        return np.where(self._enough, z, 0.0), means[0]

    def _sums(self, values: Floats) -> list[Floats]:
        """Sums of `values` in the cells: both hold, the first alone, the second alone, neither."""
        held = self._inside * values
        first_alone = held @ self._outside.T
        return [held @ self._inside.T, first_alone, first_alone.T, (self._outside * values) @ self._outside.T]
