"""What luck alone would give: outcomes swapped between accounts, and the law of the largest statistic under them."""

from __future__ import annotations

import math

import numpy as np

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import Ints
from idealfit.patterns.target import Fit


def swapped_residuals(fit: Fit, account: Ints, generator: np.random.Generator, rounds: int) -> Floats:
    """Residuals (rounds by rows) in which whole accounts have swapped their outcomes with accounts of like size.

    The sums of an account travel together, so that the deals of one account stay as alike as they are.
    """
    codes, position = np.unique(account, return_inverse=True)
    position = position.reshape(-1)
    sizes = np.bincount(position)
    totals = np.bincount(position, fit.residual)
    order = np.argsort(sizes, kind="stable")
    out = np.empty((rounds, len(account)))
    strata: list[Ints] = []
    start = 0
    while start < len(codes):
        same = int(np.searchsorted(sizes[order], sizes[order[start]], side="right"))
        end = max(same, min(start + 20, len(codes)))
        strata.append(order[start:end])
        start = end
    for round_ in range(rounds):
        source = np.arange(len(codes))
        for stratum in strata:
            source[stratum] = generator.permutation(stratum)
        out[round_] = (totals[source] / sizes)[position]
    return out


def gumbel(largest: Floats) -> tuple[float, float]:
    """Location and scale of the Gumbel law of the largest z² by luck, from its values in swapped outcomes (moments)."""
    # the tail of a chi-square falls like exp(-x / 2): never let few rounds promise a thinner one
    scale = max(float(np.std(largest)) * math.sqrt(6) / math.pi, 1.8)
    return float(np.mean(largest)) - 0.5772 * scale, scale


def by_luck(squared: float, location: float, scale: float) -> float:
    """The chance that the largest z² by luck is at least `squared`."""
    return min(1.0, -math.expm1(-math.exp(-(squared - location) / scale)))
