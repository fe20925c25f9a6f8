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
from idealfit.patterns.candidate import MIN_ACCOUNTS, Candidate, Ints, both
from idealfit.patterns.luck import Luck, law_of, swapped_residuals
from idealfit.patterns.target import Fit, Target

MOST_PARTS = 50
LEAST_ACCOUNTS = 2 * MIN_ACCOUNTS
"""Accounts in each of the four cells: the contrast rests on the smallest of them."""
ROUNDS = 120
MOST_ROWS = 20_000
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
    """The pair of two `parts` (of different facts; surest first, fifty are tried) that says most beside its parts.

    Only pairs whose common deals go the way that the pair adds: what is written is 'both', so both must matter.
    """
    chosen = _different(parts)
    if len(chosen) < 2:
        return None
    masks = np.stack([candidate.mask()[target.rows] for candidate in chosen])
    inside, outside = (masks == 1).astype(float), (masks == 0).astype(float)
    cells = _Cells(inside, outside, fit, _enough(inside, outside, target.account))
    z, common = cells.contrasts(fit.residual)
    possible = np.abs(z) * (np.sign(z) == np.sign(common))
    first, second = np.unravel_index(int(np.argmax(possible)), possible.shape)
    if possible[first, second] == 0:
        return None
    p_value = _law(inside, outside, cells, target, fit, generator).chance(float(z[first, second]))
    one, other = (chosen[place] for place in sorted((int(first), int(second))))
    return Pair(both(one, other), p_value, float(z[first, second]))


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


def _different(parts: Sequence[Candidate]) -> list[Candidate]:
    """The first set of each fact, fifty at most, no pairs of pairs."""
    made: dict[str, Candidate] = {}
    for candidate in parts:
        if candidate.binned.shape != "pair" and len(made) < MOST_PARTS:
            made.setdefault(candidate.binned.fact.name, candidate)
    return list(made.values())


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
