"""How far companies differ in their chance of winning and in contract value, whatever was found: what no criterion
explains widens every score's interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import Binned
from idealfit.patterns.target import Target, fit_target

PRIOR_VARIANCE, PRIOR_ERROR = 0.9, 0.4
"""Before any data: companies on one list differ with a standard deviation of nearly 1 in their log odds (an AUC of
about 0.75 to whoever knew everything), give or take.
"""

PRIOR_SHARE = 1 / 3
"""Before any data: of the variance of log contract values a third lies in what the companies are, give or take."""

MOST_ROWS = 3_000
"""Pairs grow with the square of the rows; so many rows are enough."""

MOST_COLUMNS = 1_500
RIDGE = 0.02


def spread_of(binned: Sequence[Binned], target: Target) -> float:
    """The variance of what is expected over the rows of `target`, by what `binned` knows of them, at least 0: of the
    log odds of winning, or of the mean of a Gaussian outcome.

    Companies that are alike in something that matters have alike residuals: the products of two residuals are
    regressed on how alike the two are in each fact, all facts at once, and the parts summed (Haseman & Elston 1972;
    Rao 1971). Pairs of one row with itself are left out. The sum is weighed with the prior by precision.
    """
    rows = np.arange(len(target.rows))
    if len(rows) > MOST_ROWS:
        rows = np.linspace(0, len(rows) - 1, MOST_ROWS).astype(np.int64)
    prior, prior_error = PRIOR_VARIANCE, PRIOR_ERROR
    if target.family == "gaussian":
        prior = prior_error = PRIOR_SHARE * float(np.var(target.y)) if len(rows) else 0.0
    if len(rows) < 2 or prior_error <= 0:
        return prior
    fit = fit_target(target, target.nuisance, prior_sd=0.5)
    weight = np.sqrt(fit.weight[rows])
    # a residual over its weight estimates the log odds themselves, with variance 1 / weight
    standardised = fit.residual[rows] / weight
    columns, owner = _columns(binned, target.rows[rows], weight)
    if not columns.shape[1]:
        return prior
    belongs = (owner[:, None] == np.arange(int(owner.max()) + 1)[None, :]).astype(float)
    product, itself = columns.T @ columns, np.square(columns) @ belongs
    alike = belongs.T @ np.square(product) @ belongs - itself.T @ itself
    pull = belongs.T @ np.square(columns.T @ standardised) - itself.T @ np.square(standardised)
    held = alike + RIDGE * np.diag(np.diag(alike)) + 1e-9 * np.eye(len(alike))
    weights = np.linalg.solve(held, np.ones(len(held)))
    estimate, variance = float(weights @ pull), max(2 * float(weights @ alike @ weights), 1e-9)
    precision = 1 / variance + 1 / prior_error**2
    return max(0.0, (estimate / variance + prior / prior_error**2) / precision)


def _columns(binned: Sequence[Binned], rows: np.ndarray, weight: Floats) -> tuple[Floats, np.ndarray]:
    """One centred column a bin of every fact, each fact of mean square 1 a row, times `weight`; and the fact of each
    column. A fact that is unknown of a row says nothing there.
    """
    parts: list[Floats] = []
    owner: list[int] = []
    for one in binned:
        bins = one.bins[rows]
        shares = np.bincount(bins[bins >= 0], minlength=one.size) / max(int((bins >= 0).sum()), 1)
        present = np.flatnonzero(shares > 0)
        if len(present) < 2 or len(owner) + len(present) > MOST_COLUMNS:
            continue
        centred = np.where(bins[:, None] < 0, 0.0, (bins[:, None] == present[None, :]) - shares[present][None, :])
        scale = math.sqrt(float(np.sum(shares[present] * (1 - shares[present]))))
        owner += [len(parts)] * len(present)
        parts.append(centred / scale * weight[:, None])
    if not parts:
        return np.zeros((len(rows), 0)), np.zeros(0, dtype=np.int64)
    return np.concatenate(parts, axis=1), np.array(owner)
