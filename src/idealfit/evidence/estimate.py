"""`Estimate`: a value, its interval and its sample size; the only kind of number that is shown to people."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """`value` with its interval [`low`, `high`] at `level`, from `n` observations (deals, accounts: the caller says)."""

    value: float
    low: float
    high: float
    n: int
    level: float = 0.95

    def as_dict(self) -> dict[str, float]:
        """The three numbers as they stand in JSON, rounded to six digits."""
        return {"value": round(self.value, 6), "low": round(self.low, 6), "high": round(self.high, 6)}


def wilson(successes: float, trials: float, *, level: float = 0.95, design_effect: float = 1.0) -> Estimate | None:
    """A rate with Wilson's score interval (Wilson 1927; recommended by Brown, Cai & DasGupta 2001).

    `design_effect` (≥ 1) divides the sample: deals of one account are not independent. None without trials.
    """
    if trials <= 0:
        return None
    rate = successes / trials
    effective = trials / max(1.0, design_effect)
    z = float(norm.ppf(0.5 + level / 2))
    centre = (rate + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z * math.sqrt(rate * (1 - rate) / effective + z * z / (4 * effective**2)) / (1 + z * z / effective)
    return Estimate(rate, max(0.0, centre - half), min(1.0, centre + half), int(trials), level)


def intraclass_correlation(residuals: Floats, weights: Floats, account: NDArray[np.int64]) -> float:
    """How alike the outcomes of one account are: the mean product of two standardised residuals of one account.

    `residuals` and `weights` (variances) are one value a deal, `account` its account's number. 0 where every account
    has one deal, never negative.
    """
    standardised = residuals / np.sqrt(np.maximum(weights, 1e-12))
    sums = np.bincount(account, standardised)
    squares = np.bincount(account, standardised**2)
    sizes = np.bincount(account)
    pairs = float(np.sum(sizes * (sizes - 1)))
    if pairs == 0:
        return 0.0
    return max(0.0, float(np.sum(sums**2 - squares)) / pairs)


def design_effect(successes: Floats, account: NDArray[np.int64]) -> float:
    """By how much clustering within accounts inflates the variance of a mean of `successes` (one value a deal); ≥ 1.

    Kish (1965) with the mean cluster size weighted by cluster size.
    """
    if len(successes) < 2:
        return 1.0
    mean = float(np.mean(successes))
    variance = float(np.var(successes))
    if variance == 0:
        return 1.0
    sizes = np.bincount(account)
    sizes = sizes[sizes > 0]
    rho = intraclass_correlation(successes - mean, np.full(len(successes), variance), account)
    weighted_size = float(np.sum(sizes.astype(float) ** 2) / np.sum(sizes))
    return max(1.0, 1.0 + (weighted_size - 1.0) * rho)


def bootstrap_by_account(
    statistic: Callable[[NDArray[np.int64]], float],
    account: NDArray[np.int64],
    *,
    rounds: int = 400,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate | None:
    """`statistic` of the row numbers it is given, with a percentile interval from resampling whole accounts.

    `account` numbers the account of every row. None where the statistic of all rows is not a number.
    """
    value = statistic(np.arange(len(account)))
    if not math.isfinite(value):
        return None
    order = np.argsort(account, kind="stable")
    codes, starts = np.unique(account[order], return_index=True)
    sizes = np.diff(np.append(starts, len(order)))
    generator = np.random.default_rng(seed)
    drawn: list[float] = []
    for _ in range(rounds):
        pick = generator.integers(0, len(codes), len(codes))
        # the rows of the picked accounts, one after another, without a loop over accounts
        ends = np.cumsum(sizes[pick])
        within = np.arange(ends[-1]) - np.repeat(ends - sizes[pick], sizes[pick])
        drawn.append(statistic(order[np.repeat(starts[pick], sizes[pick]) + within]))
    finite = np.array([number for number in drawn if math.isfinite(number)])
    if len(finite) < rounds / 2:
        return Estimate(value, float("-inf"), float("inf"), len(account), level)
    low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(min(low, value)), float(max(high, value)), len(account), level)


def median_by_account(values: Floats, account: NDArray[np.int64], *, seed: int = 0) -> Estimate | None:
    """The median of `values` (gaps left out) with an interval from resampling accounts; None without values."""
    known = np.isfinite(values)
    if not known.any():
        return None
    kept = values[known]
    return bootstrap_by_account(lambda rows: float(np.median(kept[rows])), account[known], seed=seed)


def kept_after(
    months: Floats, ended: NDArray[np.bool_], horizon: float = 12.0, *, level: float = 0.95
) -> Estimate | None:
    """The share of customers still there after `horizon` months: Kaplan & Meier (1958), log-log interval.

    `months` is how long each customer has been seen, `ended` whether it then left (else it is still there). None
    where no customer was followed, or nobody as long as the horizon and none left.
    """
    known = np.isfinite(months)
    months, ended = months[known], ended[known]
    if len(months) == 0 or (float(months.max()) < horizon and not ended.any()):
        return None
    survival, spread = 1.0, 0.0
    for moment in np.unique(months[ended & (months <= horizon)]):
        at_risk = int(np.sum(months >= moment))
        left = int(np.sum(ended & (months == moment)))
        survival *= 1 - left / at_risk
        if at_risk > left:
            spread += left / (at_risk * (at_risk - left))
    if survival in (0.0, 1.0):
        return wilson(survival * len(months), len(months), level=level)
    z = float(norm.ppf(0.5 + level / 2))
    width = z * math.sqrt(spread) / abs(math.log(survival))
    return Estimate(survival, survival ** math.exp(width), survival ** math.exp(-width), len(months), level)
