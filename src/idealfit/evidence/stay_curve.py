"""The curve of who is still a customer after how long, its interval at every step, and how many were then at risk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtri

from idealfit.evidence.estimate import LEVEL, Flags, Floats
from idealfit.evidence.wilson import wilson_bounds

FEWEST_AT_RISK: Final = 5
"""Where fewer are still seen, a curve is not shown: one of them would move it by a fifth."""
STEPS: Final = (1, 2, 3, 6, 12, 24, 36, 60)


@dataclass(frozen=True)
class StayCurve:
    """The Kaplan-Meier curve of `customers`, of whom `left` left. At each of `months` (the first is 0) the share that
    stays longer, with the ends of its interval, until the next. `seen`: how long each was seen, in order. `until`: the
    last moment at which `FEWEST_AT_RISK` are still seen.
    """

    months: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    seen: Floats
    until: float
    customers: int
    left: int

    def at_risk(self, month: float) -> int:
        """How many were still seen as customers just before a month."""
        return len(self.seen) - int(np.searchsorted(self.seen, month, side="left"))

    def at(self, month: float) -> tuple[float, float, float] | None:
        """The share that stays longer than a month, with its interval; None beyond the end of the curve."""
        if month > self.until:
            return None
        place = int(np.searchsorted(np.array(self.months), month, side="right")) - 1
        return self.share[place], self.low[place], self.high[place]


def stay_curve(seen: Floats, ended: Flags) -> StayCurve | None:
    """The curve of customers who were seen for `seen` months (NaN: not known, left out) and then left (`ended`) or are
    still there. None where fewer than `FEWEST_AT_RISK` are known.

    Kaplan & Meier 1958; the interval at each step is Greenwood's on the scale log(-log) (Kalbfleisch & Prentice 1980).
    Where nobody, or everybody, has left, that has no width: Wilson's interval over those still at risk stands in, as in
    `retention.retention`.
    """
    known = np.isfinite(seen)
    seen, ended = np.maximum(seen[known], 0.0), ended[known]
    n = len(seen)
    if n < FEWEST_AT_RISK:
        return None
    ordered = np.sort(seen)
    until = float(ordered[n - FEWEST_AT_RISK])
    moments, left = np.unique(seen[ended & (seen <= until)], return_counts=True)
    at_risk = n - np.searchsorted(ordered, moments, side="left")
    share = np.cumprod(1 - left / at_risk)
    staying = np.maximum(at_risk - left, 1)
    greenwood = np.cumsum(np.where(at_risk > left, left / (at_risk * staying), 0.0))
    bounds = [_bounds(*step, n) for step in zip(share.tolist(), greenwood.tolist(), staying.tolist(), strict=True)]
    whole = wilson_bounds(1.0, n, float(ndtri(0.5 + LEVEL / 2)))
    return StayCurve(
        (0.0, *map(float, moments)),
        (1.0, *map(float, share)),
        (whole[0], *(low for low, _high in bounds)),
        (1.0, *(high for _low, high in bounds)),
        ordered,
        until,
        n,
        int(ended.sum()),
    )


def _bounds(share: float, greenwood: float, staying: int, n: int) -> tuple[float, float]:
    z = float(ndtri(0.5 + LEVEL / 2))
    if share <= 0 or share >= 1:
        return wilson_bounds(share, staying if share else n, z)
    spread = z * math.sqrt(greenwood) / abs(math.log(share))
    return share ** math.exp(spread), share ** math.exp(-spread)


def month_ticks(until: float, most: int = 7) -> tuple[float, ...]:
    """The months under the axis of curves that end at `until`: whole steps from 0, at most `most` of them."""
    step = next((one for one in STEPS if until / one < most), 12 * math.ceil(until / 12 / max(1, most - 1)))
    return tuple(float(month) for month in range(0, math.floor(until) + 1, step))
