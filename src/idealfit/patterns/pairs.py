"""Pairs: two sets that do together what neither does alone.

For two sets the closed deals fall into four cells. With residuals summed and weights summed in each, the contrast
r11/w11 - r10/w10 - r01/w01 + r00/w00 is what the pair adds to the sum of its parts on the scale of the model (log
odds), whatever each part does by itself; its variance is the sum of 1/w, inflated by what clustering adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from idealfit.evidence.table import Flags, Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Candidate, both
from idealfit.patterns.luck import law_of, swapped_residuals
from idealfit.patterns.target import Fit, Target

MOST_PARTS = 50
LEAST_ACCOUNTS = 2 * MIN_ACCOUNTS
"""Accounts in each of the four cells: the contrast rests on the smallest of them."""
ROUNDS = 120


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
    cells = _Cells(inside, outside, fit, _enough(inside, outside, target))
    z, common = cells.contrasts(fit.residual)
    possible = np.abs(z) * (np.sign(z) == np.sign(common))
    first, second = np.unravel_index(int(np.argmax(possible)), possible.shape)
    if possible[first, second] == 0:
        return None
    swapped = swapped_residuals(fit, target.account, generator, ROUNDS)
    largest = np.array([float(np.max(np.abs(cells.contrasts(row)[0]))) for row in swapped])
    p_value = law_of(largest, subsets=False).chance(float(z[first, second]))
    one, other = (chosen[place] for place in sorted((int(first), int(second))))
    return Pair(both(one, other), p_value, float(z[first, second]))


def _different(parts: Sequence[Candidate]) -> list[Candidate]:
    """The first set of each fact, fifty at most, no pairs of pairs."""
    made: dict[str, Candidate] = {}
    for candidate in parts:
        if candidate.binned.shape != "pair" and len(made) < MOST_PARTS:
            made.setdefault(candidate.binned.fact.name, candidate)
    return list(made.values())


def _enough(inside: Floats, outside: Floats, target: Target) -> Flags:
    """Which pairs of sets have ten accounts in each of the four cells; never a set with itself."""
    codes = np.unique(target.account, return_inverse=True)[1].reshape(-1)
    held = np.zeros((len(inside), int(codes.max()) + 1))
    free = np.zeros_like(held)
    np.maximum.at(held.T, codes, inside.T)
    np.maximum.at(free.T, codes, outside.T)
    least: Floats = np.minimum.reduce([held @ held.T, held @ free.T, free @ held.T, free @ free.T])
    np.fill_diagonal(least, 0)
    enough: Flags = least >= LEAST_ACCOUNTS
    return enough


class _Cells:
    """The four cells of every pair of sets: what does not depend on the outcome is computed once."""

    def __init__(self, inside: Floats, outside: Floats, fit: Fit, enough: Flags) -> None:
        self._sides = ((inside, inside), (inside, outside), (outside, inside), (outside, outside))
        self._enough = enough
        self._weights = [np.maximum((one * fit.weight) @ other.T, 1e-9) for one, other in self._sides]
        inflated = [(one * fit.inflated) @ other.T for one, other in self._sides]
        spread = [wide / weight**2 for wide, weight in zip(inflated, self._weights, strict=True)]
        self._error = np.sqrt(np.maximum(sum(spread), 1e-12))

    def contrasts(self, residual: Floats) -> tuple[Floats, Floats]:
        """The z of what each pair adds, and the mean residual where both hold; 0 where a cell is too small."""
        means = [
            ((one * residual) @ other.T) / weight
            for (one, other), weight in zip(self._sides, self._weights, strict=True)
        ]
        z = (means[0] - means[1] - means[2] + means[3]) / self._error
        return np.where(self._enough, z, 0.0), means[0]
