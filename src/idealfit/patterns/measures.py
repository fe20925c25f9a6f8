"""What a good deal is by a choice of best, what it was worth, and how an order of deals is measured by it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.best import Best, is_group, parse_best
from idealfit.patterns.best_customers import best_customers, judged_among

KEPT_MONTHS = 12.0


def area_under_curve(score: Floats, good: NDArray[np.bool_]) -> float:
    """The chance that a good row is scored above another, ties counted half (Mann & Whitney 1947). NaN without both."""
    positives = int(good.sum())
    negatives = len(good) - positives
    if positives == 0 or negatives == 0:
        return math.nan
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks = middle[inverse.reshape(-1)] if len(values) else np.zeros(0)
    return float((ranks[good].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def good_deals(evidence: Evidence) -> NDArray[np.bool_]:
    """Won, and where retention is known, not gone within a year."""
    gone = evidence.ended & (np.nan_to_num(evidence.months, nan=np.inf) < KEPT_MONTHS)
    good: NDArray[np.bool_] = (evidence.outcome == 1) & ~gone
    return good


LIFT_LEVEL = 0.9
"""The level of the lift's interval: the verdict asks one question in one direction, whether the lift is above 1, and
a lower end of a two-sided 90 % interval is wrong about that once in twenty times.
"""


def ordered_lift(place: Floats, gain: Floats | NDArray[np.bool_]) -> float:
    """The mean, over every capacity, of what is reached in this order over what is reached in none.

    `place`: 0 first, 1 last. `gain`: what each deal counts, 1 or 0 or what it was worth. Working the first share c of
    the deals reaches captured(c); the mean over c of captured(c), doubled, is the mean weight 2 (1 - place) of all that
    was gained over that of all deals: 1 by chance. All deals count in it, not only those beside one cut, so that few
    deals tell more.
    """
    weight = 2 * (1 - place)
    total = float(np.sum(gain))
    if total <= 0 or weight.sum() == 0:
        return math.nan
    return float(np.sum(weight * gain) / total / np.mean(weight))


def gain_by(evidence: Evidence, best: Best) -> tuple[Floats, NDArray[np.bool_], str]:
    """What each deal counts in the lift, which deals can be judged by it, and what that is called: by value, what it
    turned out to be worth, where that is known; by any other choice of best, 1 for a good deal.
    """
    worth = worth_of(evidence) if best == "value" else None
    if worth is not None:
        return worth, np.ones(evidence.rows, dtype=bool), "value"
    good, of = good_by(evidence, best)
    return good.astype(float), judged_among(evidence, best), of


def good_by(evidence: Evidence, best: Best) -> tuple[NDArray[np.bool_], str]:
    """Which deals were good by this choice of best, and what that is called.

    `value`, `margin`: won, not gone within a year, and support left at least a third of the usual margin, as far as
    each is known; `retention`: won and not gone within a year. `win_rate`: won. `deal_size`, `cycle`: won, and larger
    or quicker than the middle win. `nrr`, `nps`: what `best_customers` asks of them. A group of best customers: being
    one of them.
    """
    won = evidence.outcome == 1
    if is_group(best):
        return won, "best customers"
    if best in ("nrr", "nps"):
        passing = best_customers(evidence, parse_best(best)).passes == 1
        return won & passing, {"nrr": "customers that pay no less a year later", "nps": "promoters"}[best]
    if best in ("value", "margin", "retention"):
        return _lasting(evidence, best, won)
    if best == "deal_size":
        return won & (evidence.amount >= np.nanmedian(evidence.amount[won])), "large deals"
    if best == "cycle":
        return won & (evidence.cycle_days <= np.nanmedian(evidence.cycle_days[won])), "quick wins"
    return won, "won deals"


def _lasting(evidence: Evidence, best: Best, won: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], str]:
    """Wins that were not gone within a year and, but for `retention`, whose support left a margin."""
    good = good_deals(evidence)
    if best == "retention":
        return good, "customers who stay"
    known = np.isfinite(evidence.margin) & won
    if known.any():
        good &= ~(known & (evidence.margin < float(np.median(evidence.margin[known])) / 3))
    if np.array_equal(good, won):
        return good, "won deals"
    return good, "customers whose support leaves a margin" if best == "margin" else "good deals"


def worth_of(evidence: Evidence) -> Floats | None:
    """What each deal turned out to be worth, or None where no contract value is known.

    The value of a won deal (winsorised at the 80th percentile: one giant must not decide), times the margin left where
    known, times the share of two years kept by those who left.
    """
    value = np.where(np.isfinite(evidence.arr) & (evidence.arr > 0), evidence.arr, evidence.amount)
    won = evidence.outcome == 1
    if not evidence.reach.startswith("wins+value") or not np.isfinite(value[won]).any():
        return None
    middle = float(np.nanmedian(value[won]))
    paid = np.minimum(np.where(np.isfinite(value), value, middle), float(np.nanquantile(value[won], 0.8)))
    margin = np.clip(np.where(np.isfinite(evidence.margin), evidence.margin, 1.0), 0.0, 1.0)
    kept = np.where(evidence.ended, np.minimum(np.nan_to_num(evidence.months) / 24, 1.0), 1.0)
    worth: Floats = np.where(won, paid * margin * kept, 0.0)
    return worth


def share_lift(top: NDArray[np.bool_], good: Floats | NDArray[np.bool_]) -> float:
    """The mean of `good` in `top` over that of all; NaN where nothing is good."""
    if not good.any():
        return math.nan
    return float(np.mean(good[top]) / np.mean(good)) if top.any() else 0.0


def rounds_for(rows: NDArray[np.int64]) -> int:
    """How many samples an interval is drawn from: fewer where there are many rows."""
    return 400 if len(rows) <= 20_000 else 100
