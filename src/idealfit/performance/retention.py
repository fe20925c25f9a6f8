"""How many customers are still there after a year, when most of them have not been here for one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from idealfit.performance.estimate import LEVEL, Measured, wilson_bounds

YEAR_DAYS = 365.0


@dataclass(frozen=True)
class Survival:
    """A Kaplan-Meier curve read at one time: the share still there, Greenwood's sum, and how many were then at risk."""

    share: float
    greenwood: float
    at_risk: int
    ended: int


def kaplan_meier(days: NDArray[np.float64], ended: NDArray[np.bool_], at: float) -> Survival | None:
    """The share of customers that stay longer than `at` days (Kaplan & Meier 1958).

    `days` is how long each was seen as a customer, `ended` whether it then left (else it is still there: censored).
    None where nobody was seen for that long and somebody may still have been there: the curve does not reach `at`.
    """
    share, greenwood = 1.0, 0.0
    for moment in np.unique(days[ended & (days <= at)]):
        at_risk = int((days >= moment).sum())
        left = int((ended & (days == moment)).sum())
        share *= 1 - left / at_risk
        greenwood += left / (at_risk * (at_risk - left)) if at_risk > left else 0.0
    beyond = int((days >= at).sum())
    if beyond == 0 and share > 0:
        return None
    return Survival(share, greenwood, beyond, int((ended & (days <= at)).sum()))


def retention(days: NDArray[np.float64], ended: NDArray[np.bool_], at: float = YEAR_DAYS) -> Measured | None:
    """Retention at `at` days with Greenwood's interval on the scale log(-log) (Kalbfleisch & Prentice 1980).

    One row a customer. Where nobody, or everybody, has left, that formula has no width; Wilson's interval over the
    customers still at risk (or over all) stands in. None without customers, or where the curve does not reach `at`.
    """
    n = len(days)
    curve = kaplan_meier(days, ended, at) if n else None
    if curve is None:
        return None
    z = float(stats.norm.ppf(0.5 + LEVEL / 2))
    if curve.share in {0.0, 1.0}:
        low, high = wilson_bounds(curve.share, curve.at_risk if curve.share else n, z)
    else:
        spread = z * math.sqrt(curve.greenwood) / abs(math.log(curve.share))
        low, high = curve.share ** math.exp(spread), curve.share ** math.exp(-spread)
    return Measured(curve.share, low, high, n, LEVEL, n)
