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


LIKE_ACCOUNTS = 20
"""With fewer accounts of one size, swapping among them would bring back what is there."""


def moved_residuals(fit: Fit, account: Ints, generator: np.random.Generator, rounds: int) -> Floats:
    """Residuals (rounds by rows) in which whole accounts have swapped theirs, deal by deal, with accounts of the same
    number of deals; those of few like them keep theirs, all turned round or not (wild bootstrap; Cameron, Gelbach &
    Miller 2008).

    Unlike in `swapped_residuals` the deals of an account differ as much as they do: what is compared here are deals of
    one account too, early ones and late ones.
    """
    order = np.argsort(account, kind="stable")
    _codes, starts, sizes = np.unique(account[order], return_index=True, return_counts=True)
    out = np.empty((rounds, len(account)))
    for size in np.unique(sizes):
        rows = order[starts[sizes == size][:, None] + np.arange(size)]  # accounts by deals
        own = fit.residual[rows]
        for round_ in range(rounds):
            if len(rows) >= LIKE_ACCOUNTS:
                out[round_, rows] = own[generator.permutation(len(rows))]
            else:
                out[round_, rows] = own * generator.choice([-1.0, 1.0], len(rows))[:, None]
    return out


def gumbel(largest: Floats) -> tuple[float, float]:
    """Location and scale of the Gumbel law of the largest z² by luck, from its values in swapped outcomes (moments)."""
    # the tail of a chi-square falls like exp(-x / 2): never let few rounds promise a thinner one
    scale = max(float(np.std(largest)) * math.sqrt(6) / math.pi, 1.8)
    return float(np.mean(largest)) - 0.5772 * scale, scale


def by_luck(squared: float, location: float, scale: float) -> float:
    """The chance that the largest z² by luck is at least `squared`."""
    return min(1.0, -math.expm1(-math.exp(-(squared - location) / scale)))
