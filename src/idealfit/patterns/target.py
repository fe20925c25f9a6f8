"""Outcomes as statistical targets: each is a generalised linear model with a residual and a weight for every row.

win: binomial over closed deals. churn: Poisson over customers, with the months seen as exposure, so that a customer
who is still there is counted rightly. amount and margin: Gaussian on the logarithm, over won deals and customers.
growth (of those who stayed, in a year) and nps: see `later_outcomes`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import intraclass_correlation
from idealfit.evidence.handling import handling_columns
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.later_outcomes import later_outcomes

TargetName: TypeAlias = Literal["win", "churn", "amount", "margin", "cycle", "growth", "nps", "stall"]
Rows: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Target:
    """One outcome: `rows` are the evidence rows it is known for, `y` its value there, `exposure` months (churn) or
    ones. `nuisance` (rows by columns) is what every fit adjusts for: time, and for winning how the deal came.
    """

    name: TargetName
    family: Literal["binomial", "poisson", "gaussian"]
    rows: Rows
    y: Floats
    exposure: Floats
    account: NDArray[np.int64]
    nuisance: Floats

    def subset(self, keep: NDArray[np.bool_]) -> Target:
        """The same target on some of its own rows."""
        return Target(
            self.name,
            self.family,
            self.rows[keep],
            self.y[keep],
            self.exposure[keep],
            self.account[keep],
            self.nuisance[keep],
        )


@dataclass(frozen=True)
class Fit:
    """A fitted target: coefficients (intercept first), their covariance, and the residual and weight of each row.

    `residual` is y minus its expectation over the scale; `weight` its model variance on the same scale; `inflated` the
    weight times what clustering within accounts adds to it. `third` is the third cumulant of each residual by the
    model: where wins are few, luck is lopsided. `squares`, for Gaussian outcomes, is the squared residual: some
    companies vary more than others.
    """

    coefficients: Floats
    covariance: Floats
    residual: Floats
    weight: Floats
    inflated: Floats
    linear: Floats
    third: Floats
    squares: Floats


def targets_of(evidence: Evidence) -> tuple[Target, ...]:
    """The targets that the evidence can speak of, each where enough is known (win always)."""
    opened = evidence.opened.astype("datetime64[D]").astype(float)
    opened[np.isnat(evidence.opened)] = np.nan
    known = np.isfinite(opened)
    spread = float(np.std(opened[known])) if known.any() else 0.0
    day = np.where(known, (opened - np.mean(opened[known])) / spread, 0.0) if spread > 0 else np.zeros(evidence.rows)
    time = day[:, None]
    came = handling_columns([evidence.source, evidence.initiated_by], evidence.outcome >= 0)
    closed = np.flatnonzero(evidence.outcome >= 0)
    won = (evidence.outcome[closed] == 1).astype(float)
    made = [_target("win", "binomial", closed, won, evidence, np.column_stack([time, came]))]
    seen = np.flatnonzero(np.isfinite(evidence.months) & (evidence.months > 0) & (evidence.outcome == 1))
    if len(seen) >= 20 and int(evidence.ended[seen].sum()) >= 5 and evidence.reach == "wins+value+retention":
        made.append(_target("churn", "poisson", seen, evidence.ended[seen].astype(float), evidence, time))
    value = np.where(np.isfinite(evidence.arr) & (evidence.arr > 0), evidence.arr, evidence.amount)
    paid = np.flatnonzero((evidence.outcome == 1) & np.isfinite(value) & (value > 0))
    if len(paid) >= 30 and evidence.reach.startswith("wins+value"):
        logs = np.log(value[paid])
        low, high = np.quantile(logs, [0.02, 0.98])
        made.append(_target("amount", "gaussian", paid, np.clip(logs, low, high), evidence, time))
    costed = np.flatnonzero((evidence.outcome == 1) & np.isfinite(evidence.margin))
    if len(costed) >= 30 and float(np.std(evidence.margin[costed])) > 1e-6:
        margins = np.log(np.clip(evidence.margin[costed], 0.05, 1.0))
        made.append(_target("margin", "gaussian", costed, margins, evidence, time))
    timed = np.flatnonzero((evidence.outcome == 1) & np.isfinite(evidence.cycle_days) & (evidence.cycle_days >= 0))
    if len(timed) >= 30:
        made.append(_target("cycle", "gaussian", timed, np.log1p(evidence.cycle_days[timed]), evidence, time))
    for name, rows, values in later_outcomes(evidence):
        made.append(_target(name, "gaussian", rows, values, evidence, time))
    return tuple(made)


def _target(
    name: TargetName,
    family: Literal["binomial", "poisson", "gaussian"],
    rows: Rows,
    y: Floats,
    evidence: Evidence,
    nuisance: Floats,
) -> Target:
    exposure = np.maximum(evidence.months[rows], 0.1) if name == "churn" else np.ones(len(rows))
    return Target(name, family, rows, y, exposure, evidence.account[rows], nuisance[rows])


def fit_target(target: Target, columns: Floats, *, prior_sd: Floats | float = 0.7) -> Fit:
    """Fit `target` on the intercept and `columns` (rows by columns), a normal prior of `prior_sd` on each column.

    Newton's method (iteratively reweighted least squares); the intercept has no prior. The covariance is the inverse
    information times the design effect of clustering within accounts.
    """
    n, k = columns.shape
    design = np.column_stack([np.ones(n), columns]) if k else np.ones((n, 1))
    ridge = np.zeros(k + 1)
    ridge[1:] = 1.0 / np.square(np.broadcast_to(np.asarray(prior_sd, dtype=float), (k,)))
    beta = np.zeros(k + 1)
    scale = 1.0
    if target.family == "binomial":
        mean = float(np.clip(np.mean(target.y), 1e-3, 1 - 1e-3))
        beta[0] = math.log(mean / (1 - mean))
    elif target.family == "poisson":
        beta[0] = math.log(max(float(target.y.sum()), 0.5) / float(target.exposure.sum()))
    else:
        beta[0] = float(np.mean(target.y))
        scale = max(float(np.var(target.y)), 1e-9)
    for _ in range(25):
        linear = design @ beta
        residual, weight = _residual(target, linear, scale)
        information = (design * weight[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(information + 1e-9 * np.eye(k + 1), design.T @ residual - ridge * beta)
        beta = beta + np.clip(step, -2.0, 2.0)
        if target.family == "gaussian":
            # what the fit has used up is no proof that little varies (effective degrees of freedom under the prior)
            used = k + 1 - float(np.diag(np.linalg.inv(information + 1e-9 * np.eye(k + 1))) @ ridge)
            scale = max(float(np.sum((target.y - design @ beta) ** 2)) / max(n - used, 1.0), 1e-9)
        if float(np.max(np.abs(step))) < 1e-7:
            break
    linear = design @ beta
    residual, weight = _residual(target, linear, scale)
    rho = intraclass_correlation(residual, weight, target.account)
    sizes = np.bincount(target.account)[target.account]
    inflated = weight * (1 + (sizes - 1) * rho)
    if target.family == "poisson":
        # customers who leave at different speeds vary more than a Poisson law lets them (quasi-likelihood)
        inflated = inflated * max(1.0, float(np.sum(residual**2) / np.sum(weight)))
    bread = np.linalg.inv((design * weight[:, None]).T @ design + np.diag(ridge) + 1e-9 * np.eye(k + 1))
    meat = (design * inflated[:, None]).T @ design + np.diag(ridge)
    third, squares = _shape(target, residual, weight, linear)
    return Fit(beta, bread @ meat @ bread, residual, weight, inflated, linear, third, squares)


def _shape(target: Target, residual: Floats, weight: Floats, linear: Floats) -> tuple[Floats, Floats]:
    """The third cumulant of each residual, and its square where the model does not say how it varies."""
    if target.family == "binomial":
        return weight * np.tanh(-np.clip(linear, -30, 30) / 2), np.zeros(len(linear))
    if target.family == "poisson":
        return weight, np.zeros(len(linear))
    return np.full(len(linear), float(np.mean(residual**3))), residual**2


def _residual(target: Target, linear: Floats, scale: float) -> tuple[Floats, Floats]:
    if target.family == "binomial":
        mean = 1 / (1 + np.exp(-np.clip(linear, -30, 30)))
        return target.y - mean, np.maximum(mean * (1 - mean), 1e-9)
    if target.family == "poisson":
        mean = target.exposure * np.exp(np.clip(linear, -30, 10))
        return target.y - mean, np.maximum(mean, 1e-9)
    return (target.y - linear) / scale, np.full(len(linear), 1 / scale)
