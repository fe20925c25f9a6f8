"""Amounts, margins and other measured outcomes fitted so that no customer counts without bound.

A search asks what many customers have in common. Where support eats the margin of one segment, log margin is -0.4 for
all and -3 for them. Once that segment is a column of the fit, a few customers lie far off it on the other side (their
segment is told wrongly, or unknown). By least squares they bend the fit for everybody else, and make what is left so
lopsided that luck seems unable to give a set that merely holds none of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from idealfit.evidence.table import Floats
from idealfit.patterns.target import Fit, Target, fit_target

BOUND = 4.0
"""Robust standard deviations beyond which a residual counts no more than at them. Of a normal law hardly a row in
ten thousand lies beyond: nothing is lost where nobody lies far out. Where a segment does, it still stands out.
"""

LEAST_SPREAD = 0.02
"""The least spread that is believed, in standard deviations of the outcome: where nearly all have the very same margin
those who have not must still stand out.
"""

STEPS, STILL = 30, 1e-3
"""Steps at most, and how little (of the bound) the fit moves in the last one."""


def bounded_fit(target: Target, columns: Floats, *, prior_sd: Floats | float = 0.7) -> Fit:
    """What `fit_target` gives, but for a Gaussian outcome with residuals bounded at `BOUND` times their spread.

    A regression with Huber's function (Huber 1964; iteratively reweighted least squares), the spread from the median
    absolute residual, found anew in each step. The fit is then that of the outcomes drawn in to the bound (their
    pseudo-values), the covariance that of the estimate (Huber 1973: over the square of the share within the bound).
    Winning and leaving are as they are: yes or no lies nowhere far out.
    """
    plain = fit_target(target, columns, prior_sd=prior_sd)
    if target.family != "gaussian" or len(target.y) == 0:
        return plain
    rows, width = columns.shape
    design = np.column_stack([np.ones(rows), columns]) if width else np.ones((rows, 1))
    ridge = np.zeros(width + 1)
    ridge[1:] = 1.0 / np.square(np.broadcast_to(np.asarray(prior_sd, dtype=float), (width,)))
    linear, least = plain.linear, LEAST_SPREAD * float(np.std(target.y))
    if least <= 1e-9:
        return plain
    for _ in range(STEPS):
        residual = target.y - linear
        bound = BOUND * max(_spread(residual), least)
        share = np.minimum(1.0, bound / np.maximum(np.abs(residual), 1e-12))
        scale = max(float(np.mean(np.clip(residual, -bound, bound) ** 2)), 1e-12)
        weighted = design * share[:, None]
        information = weighted.T @ design + np.diag(scale * ridge) + 1e-9 * np.eye(width + 1)
        moved = design @ np.linalg.solve(information, weighted.T @ target.y)
        still = float(np.max(np.abs(moved - linear))) < STILL * bound
        linear = moved
        if still:
            break
    residual = target.y - linear
    drawn_in = replace(target, y=linear + np.clip(residual, -bound, bound))
    fit = fit_target(drawn_in, columns, prior_sd=prior_sd)
    within = max(float(np.mean(np.abs(residual) < bound)), 0.1)
    return replace(fit, covariance=fit.covariance / within**2)


def _spread(residual: Floats) -> float:
    """The standard deviation of a normal law with this median absolute deviation (1 / 0.6745)."""
    return 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
