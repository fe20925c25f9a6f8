"""How long customers stay, when most have not been here for long: the share kept, months kept, the rate of leaving."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from idealfit.evidence.estimate import LEVEL, Estimate, Flags, Floats
from idealfit.evidence.wilson import wilson_bounds

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
    from scipy.special import ndtri  # slow to import, and few who import this ask for it

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


def restricted_mean(seen: Floats, ended: Flags, horizon: float) -> Estimate | None:
    """The mean time that a customer stays within `horizon`: the area under the Kaplan-Meier curve up to it.

    Royston & Parmar 2013; its variance is the sum, over the moments at which somebody left, of the squared area that
    was still to come times Greenwood's term. One row a customer, as in `kaplan_meier`; NaN is left out. Where the curve
    does not reach `horizon`, it is read to the last moment that anybody was seen (`unit` says how far). Where nobody
    left before the others, nothing shows a spread: Wilson's lower end of a share of one stands in. None without
    customers.
    """
    from scipy.special import ndtri  # slow to import, and few who import this ask for it

    known = np.isfinite(seen)
    seen, ended = seen[known], ended[known]
    n = len(seen)
    if n == 0 or horizon <= 0:
        return None
    reach = min(horizon, float(seen.max()))
    unit = "months" if reach >= horizon - 1e-9 else f"of {reach:.0f} months"
    moments = np.unique(seen[ended & (seen <= reach)])
    at_risk = n - np.searchsorted(np.sort(seen), moments, side="left")
    left = np.array([int(np.sum(ended & (seen == moment))) for moment in moments])
    shares = np.cumprod(1 - left / at_risk) if len(moments) else np.zeros(0)
    edges = np.append(moments, reach)
    areas = np.diff(edges) * shares  # the area after each moment until the next
    value = float(edges[0]) + float(areas.sum())
    to_come = np.cumsum(areas[::-1])[::-1]
    terms = np.where(at_risk > left, left / (at_risk * np.maximum(at_risk - left, 1)), 0.0)
    half = float(ndtri(0.5 + LEVEL / 2)) * math.sqrt(float(np.sum(np.square(to_come) * terms)))
    if half == 0:
        low, _high = wilson_bounds(1.0, n, float(ndtri(0.5 + LEVEL / 2)))
        return Estimate(value, value * low, value, n, LEVEL, n, unit)
    return Estimate(value, max(0.0, value - half), min(reach, value + half), n, LEVEL, n, unit)


def hazard(seen: Floats, ended: Flags) -> Estimate | None:
    """The rate of leaving per unit of time: those who left over the time that all were seen, with the exact interval.

    Garwood 1936: the interval of a Poisson count, from the chi-squared distribution. NaN is left out; None where
    nobody was seen for any time.
    """
    from scipy.special import chdtri  # slow to import, and few who import this ask for it

    known = np.isfinite(seen)
    time, gone = float(seen[known].sum()), int(ended[known].sum())
    n = int(known.sum())
    if time <= 0:
        return None
    tail = (1 - LEVEL) / 2
    low = float(chdtri(2 * gone, 1 - tail)) / 2 if gone else 0.0  # chdtri: by the upper tail
    high = float(chdtri(2 * gone + 2, tail)) / 2
    return Estimate(gone / time, low / time, high / time, n, LEVEL, n, "a month")
