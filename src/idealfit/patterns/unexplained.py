"""How far companies differ in their chance of winning beyond what the criteria say: part of every score's interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import Binned
from idealfit.patterns.target import Fit, Target

PRIOR_VARIANCE, PRIOR_ERROR = 0.4, 0.3
"""Before any data: companies on one list differ with a standard deviation of about 0.6 in their log odds (an AUC of
0.66 to whoever knew everything), give or take.
"""

MOST_ROWS = 3_000
"""Pairs grow with the square of the rows; so many rows are enough."""


def unexplained_variance(binned: Sequence[Binned], target: Target, fit: Fit) -> float:
    """The variance of the log odds of winning that goes with `binned` beyond what `fit` explains, never negative.

    Companies that are alike in what is known of them have alike residuals where something that matters was left out:
    the products of two residuals are regressed on how alike the two companies are (Haseman & Elston 1972; Yang et al.
    2011 for many weak traits at once), pairs of one account left out, and weighed with `PRIOR_VARIANCE` by precision.
    """
    rows = np.arange(len(target.rows))
    if len(rows) > MOST_ROWS:
        rows = rows[np.linspace(0, len(rows) - 1, MOST_ROWS).astype(np.int64)]
    if len(rows) < 2 or not binned:
        return PRIOR_VARIANCE
    alike = _likeness(binned, target.rows[rows])
    # a residual over its weight estimates the log odds themselves, with variance 1 / weight
    weight = np.sqrt(fit.weight[rows])
    standardised = fit.residual[rows] / weight
    other = target.account[rows][:, None] != target.account[rows][None, :]
    pull = np.where(other, alike * weight[:, None] * weight[None, :], 0.0)
    squares = float(np.sum(pull * pull))
    if squares <= 0:
        return PRIOR_VARIANCE
    estimate = float(standardised @ pull @ standardised) / squares
    error = math.sqrt(2.0 / squares)
    precision = 1 / error**2 + 1 / PRIOR_ERROR**2
    return max(0.0, (estimate / error**2 + PRIOR_VARIANCE / PRIOR_ERROR**2) / precision)


def _likeness(binned: Sequence[Binned], rows: NDArray[np.int64]) -> Floats:
    """How alike any two of `rows` are: the mean over facts of whether they share a bin, each fact centred and of mean
    square 1 on the diagonal; a fact that is unknown for one of the two says nothing.
    """
    parts = []
    for one in binned:
        bins = one.bins[rows]
        shares = np.bincount(bins[bins >= 0], minlength=one.size) / max(int((bins >= 0).sum()), 1)
        present = np.flatnonzero(shares > 0)
        if len(present) < 2:
            continue
        # each level weighs as much as it varies: the kernel of independent effects of equal size a level
        columns = np.where(bins[:, None] < 0, 0.0, (bins[:, None] == present[None, :]) - shares[present][None, :])
        parts.append(columns / math.sqrt(float(np.sum(shares[present] * (1 - shares[present])))))
    if not parts:
        return np.zeros((len(rows), len(rows)))
    columns = np.concatenate(parts, axis=1)
    return columns @ columns.T / len(parts)
