"""Effects as small integers, which of them are exclusions, and where the tiers begin."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from idealfit.evidence.table import Floats
from idealfit.patterns.value import Effect

MOST_POINTS = 20
SHARE_A, SHARE_AB = 0.15, 0.40
"""The share of accounts that may be A, and A or B, when the cuts are proposed."""

MOST_EXCLUDED = 0.5
"""An exclusion that more than half of all companies meet leaves nobody to sell to."""

EXCLUDED_BELOW = 0.6
"""A set is proposed as an exclusion when even the favourable end of its interval is worth less than this share of a
deal.
"""


def is_exclusion(effect: Effect) -> bool:
    """Whether a supported set is worth so little that walking away is proposed (80 % interval of its value).

    What most companies are is no reason to walk away: it takes points.
    """
    bins = effect.candidate.binned.bins
    usual = float(np.mean(np.isin(bins[bins >= 0], effect.candidate.chosen))) > MOST_EXCLUDED
    return effect.supported and not usual and effect.value + 1.28 * effect.error < math.log(EXCLUDED_BELOW)


def integer_points(values: Sequence[float]) -> list[int]:
    """Points in proportion to `values` (log effects), at most ±20, none of them 0.

    The multiplier, among those that give the largest effect 6 to 20 points, whose rounding changes the score least
    (squared error relative to the multiplier), ties to the smaller.
    """
    if not values:
        return []
    array = np.array(values)
    largest = float(np.max(np.abs(array)))
    if largest == 0:
        return [1] * len(values)
    choices = [top / largest for top in range(6, MOST_POINTS + 1)]
    error = [float(np.sum((np.round(array * scale) / scale - array) ** 2)) + 1e-4 * scale for scale in choices]
    scale = choices[int(np.argmin(error))]
    return [round(float(value)) or int(math.copysign(1, value)) for value in array * scale]


def tier_cuts(scores: Floats) -> tuple[float, float]:
    """The least score of A and of B, such that at most about 15 % are A and 40 % are A or B.

    Scores come in steps: the cut is the step whose share lies nearest to the wanted one, never everyone.
    """
    steps, counts = np.unique(scores, return_counts=True)
    if len(steps) < 2:
        return math.inf, math.inf
    above = np.cumsum(counts[::-1])[::-1] / len(scores)
    usable = np.arange(1, len(steps))
    cut_a = int(usable[np.argmin(np.abs(above[1:] - SHARE_A))])
    cut_b = int(usable[np.argmin(np.abs(above[1:] - SHARE_AB))])
    return float(steps[cut_a]), float(steps[min(cut_a, cut_b)])
