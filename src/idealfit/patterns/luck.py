"""What luck alone would give: outcomes swapped between accounts, and the law of the largest statistic under them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaincc, ndtr, ndtri

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import Ints
from idealfit.patterns.target import Fit, Target


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


def drawn_residuals(target: Target, fit: Fit, generator: np.random.Generator, rounds: int) -> Floats:
    """Residuals (rounds by rows) of outcomes drawn from the fit itself: what it says is true, and nothing else.

    For comparing parts of the rows with each other, where swapping would not do: it would carry the spread of the
    surest deals to the others, and early deals of an account to its late ones. Draws of different rows are
    independent; what clustering adds is for the caller to leave out of its errors. Gaussian residuals are permuted.
    """
    if target.family == "gaussian":
        return np.stack([generator.permutation(fit.residual) for _ in range(rounds)])
    mean = target.y - fit.residual
    shape = (rounds, len(mean))
    drawn = generator.random(shape) < mean if target.family == "binomial" else generator.poisson(mean, shape)
    return np.asarray(drawn - mean, dtype=float)


def gumbel(largest: Floats) -> tuple[float, float]:
    """Location and scale of the Gumbel law of the largest z² by luck, from its values in swapped outcomes (moments)."""
    # the tail of a chi-square falls like exp(-x / 2): never let few rounds promise a thinner one
    scale = max(float(np.std(largest)) * math.sqrt(6) / math.pi, 1.8)
    return float(np.mean(largest)) - 0.5772 * scale, scale


def by_luck(squared: float, location: float, scale: float) -> float:
    """The chance that the largest z² by luck is at least `squared`."""
    return min(1.0, -math.expm1(-math.exp(-(squared - location) / scale)))


def swapped(fit: Fit, target: Target, generator: np.random.Generator, rounds: int) -> Fit:
    """The fit with arrays of rounds by rows in which accounts have swapped their outcomes.

    Of customers the months that they were seen for go with them (who left was seen for few), and so do the weights.
    """
    if target.family != "poisson" or len(np.unique(target.account)) < len(target.y):
        return replace(fit, residual=swapped_residuals(fit, target.account, generator, rounds))
    order = np.stack([generator.permutation(len(target.y)) for _ in range(rounds)])
    return replace(
        fit,
        residual=fit.residual[order],
        weight=fit.weight[order],
        inflated=fit.inflated[order],
        third=fit.third[order],
        squares=fit.squares[order],
    )


def as_normal(z: Floats, skewness: Floats) -> Floats:
    """The standard normal value as rare as `z` of a sum with this `skewness`: a Pearson III law (Mielke & Berry 2007)
    by the cube root of Wilson & Hilferty (1931). Five wins of eight are less rare than the variance alone promises.
    """
    bent = np.where(np.abs(skewness) < 1e-3, 1e-3, np.clip(skewness, -4.0, 4.0))
    return np.asarray(6 / bent * (np.cbrt(np.maximum(1 + bent * z / 2, 1e-6)) - 1) + bent / 6)


@dataclass(frozen=True)
class Luck:
    """The law of the largest |z| of a fact by luck: `stretch` times that of so many independent `tests`, or, where sets
    of levels are searched, its square is a gamma variable of this `shape` and `scale`.
    """

    tests: float = 1.0
    stretch: float = 1.0
    shape: float = 0.0
    scale: float = 2.0

    def chance(self, z: float) -> float:
        """The chance that the largest |z| by luck is at least |z|."""
        if self.shape:
            return float(gammaincc(self.shape, z * z / self.scale))
        alone = min(2 * float(ndtr(-abs(z) / self.stretch)), 1 - 1e-12)
        return -math.expm1(self.tests * math.log1p(-alone))


def law_of(largest: Floats, *, subsets: bool) -> Luck:
    """The law of the largest |z| from its values in rounds of swapped outcomes.

    Where the cuts are few or overlap (intervals, windows), it is that of the largest of so many independent tests as
    is most likely, stretched where one round in ten goes further. Among all `subsets` of levels the largest z² behaves
    like a chi-square with about as many degrees of freedom as levels: a gamma law by its moments, its tail never
    thinner than that of a chi-square.
    """
    if subsets:
        squares = np.square(largest)
        mean = max(float(np.mean(squares)), 1e-3)
        scale = max(float(np.var(squares)) / mean, 2.0)
        return Luck(shape=mean / scale, scale=scale)
    chance = np.log1p(-np.clip(2 * ndtr(-np.abs(largest)), 1e-12, 1 - 1e-12))
    tests = max(1.0, len(largest) / max(-float(chance.sum()), 1e-9))
    expected = float(ndtri(0.5 + 0.5 * 0.9 ** (1 / tests)))
    return Luck(tests=tests, stretch=max(1.0, float(np.quantile(np.abs(largest), 0.9)) / expected))
