"""How many customers are still there after a year, when most of them have not been here for one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from idealfit.evidence.estimate import LEVEL, Estimate, Flags, Floats, wilson_bounds

YEAR_DAYS = 365.0


@dataclass(frozen=True)
class Survival:
    """A Kaplan-Meier curve read at one time: the share still there, Greenwood's sum, and how many were then at risk."""

    share: float
    greenwood: float
    at_risk: int
    ended: int


def kaplan_meier(seen: Floats, ended: Flags, at: float) -> Survival | None:
    """The share of customers that stay longer than `at` (Kaplan & Meier 1958).

    `seen` is how long each was seen as a customer (days, or months, as `at` is), `ended` whether it then left (else it
    is still there: censored). None where nobody was seen for that long and somebody may still have been there: the
    curve does not reach `at`.
    """
    share, greenwood = 1.0, 0.0
    for moment in np.unique(seen[ended & (seen <= at)]):
        at_risk = int((seen >= moment).sum())
        left = int((ended & (seen == moment)).sum())
        share *= 1 - left / at_risk
        greenwood += left / (at_risk * (at_risk - left)) if at_risk > left else 0.0
    beyond = int((seen >= at).sum())
    if beyond == 0 and share > 0:
        return None
    return Survival(share, greenwood, beyond, int((ended & (seen <= at)).sum()))


def retention(seen: Floats, ended: Flags, at: float = YEAR_DAYS) -> Estimate | None:
    """Retention at `at` with Greenwood's interval on the scale log(-log) (Kalbfleisch & Prentice 1980).

    One row a customer, as in `kaplan_meier`; one of whom nothing was seen (NaN) is left out. Where nobody, or
    everybody, has left, that formula has no width; Wilson's interval over the customers still at risk (or over all)
    stands in. None without customers, or where the curve does not reach `at`.
    """
    known = np.isfinite(seen)
    seen, ended = seen[known], ended[known]
    n = len(seen)
    curve = kaplan_meier(seen, ended, at) if n else None
    if curve is None:
        return None
    z = float(ndtri(0.5 + LEVEL / 2))
    if curve.share in {0.0, 1.0}:
        low, high = wilson_bounds(curve.share, curve.at_risk if curve.share else n, z)
    else:
        spread = z * math.sqrt(curve.greenwood) / abs(math.log(curve.share))
        low, high = curve.share ** math.exp(spread), curve.share ** math.exp(-spread)
    return Estimate(curve.share, low, high, n, LEVEL, n)
