"""What became of the customers of any group of deals: how long they stay, how they grow, what they leave, say and send.

Every figure is an `Estimate`; one that too few customers could show is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from idealfit.evidence.estimate import LEVEL, Estimate, Flags, Floats, Groups, critical_value, rate
from idealfit.evidence.retention import hazard, restricted_mean, retention
from idealfit.evidence.table import Evidence

ENOUGH = 5
YEAR = 12.0


@dataclass(frozen=True)
class Became:
    """The customers among some rows; None where fewer than five are known of.

    `kept_year`: the share still there after twelve months (Kaplan-Meier); `months_kept`: the restricted mean within the
    horizon; `leaving`: the share of customers that leaves in a month; `nrr`: what all of them pay after twelve months
    over what they paid at first; `margin`: what is left of revenue after support; `nps`: promoters less detractors, in
    points of a hundred; `referred`: the share that sent us another company.
    """

    customers: int
    ended: int
    kept_year: Estimate | None
    months_kept: Estimate | None
    leaving: Estimate | None
    nrr: Estimate | None
    margin: Estimate | None
    nps: Estimate | None
    referred: Estimate | None

    def as_dict(self) -> dict[str, Any]:
        """As it stands in evidence.json; what is not known is null."""
        made: dict[str, Any] = {"customers": self.customers, "ended": self.ended}
        for one in fields(self)[2:]:
            estimate: Estimate | None = getattr(self, one.name)
            made[one.name] = estimate.as_dict() if estimate is not None else None
        return made


def became(evidence: Evidence, rows: Flags, *, horizon: float = 24.0) -> Became:
    """What became of the customers among the rows where `rows` is true; `horizon` in months."""
    bought = rows & (np.isfinite(evidence.months) | _followed(evidence))
    seen, ended = evidence.months[bought], evidence.ended[bought]
    known = np.isfinite(seen)
    timed = int(known.sum()) >= ENOUGH
    return Became(
        customers=int(bought.sum()),
        ended=int(np.sum(ended & known)),
        kept_year=retention(seen, ended, YEAR) if timed else None,
        months_kept=restricted_mean(seen, ended, horizon) if timed else None,
        leaving=hazard(seen, ended) if timed else None,
        nrr=_revenue_kept(evidence, bought),
        margin=mean(evidence.margin[bought], evidence.account[bought]),
        nps=_score(evidence, bought),
        referred=_referred(evidence, bought),
    )


def _followed(evidence: Evidence) -> Flags:
    followed = evidence.follow_up
    if followed is None:
        return np.zeros(evidence.rows, dtype=bool)
    known: Flags = np.isfinite(followed.nrr) | np.isfinite(followed.nps) | np.isfinite(followed.referred)
    return known


def _revenue_kept(evidence: Evidence, bought: Flags) -> Estimate | None:
    if evidence.follow_up is None:
        return None
    followed = evidence.follow_up
    rows = bought & np.isfinite(followed.nrr)
    return ratio(followed.later_revenue[rows], followed.first_revenue[rows])


def _score(evidence: Evidence, bought: Flags) -> Estimate | None:
    if evidence.follow_up is None:
        return None
    scores = evidence.follow_up.nps[bought]
    scores = scores[np.isfinite(scores)]
    return mean(100 * ((scores >= 9).astype(float) - (scores <= 6)), np.arange(len(scores)), "points")


def _referred(evidence: Evidence, bought: Flags) -> Estimate | None:
    if evidence.follow_up is None:
        return None
    sent = evidence.follow_up.referred[bought]
    sent = sent[np.isfinite(sent)]
    return rate(sent > 0, np.arange(len(sent))) if len(sent) >= ENOUGH else None


def ratio(above: Floats, below: Floats) -> Estimate | None:
    """Sum of `above` over sum of `below`, one pair a customer, with its linearised interval (Cochran 1977, 6.3).

    None with fewer than five pairs.
    """
    n = len(below)
    if n < ENOUGH or float(np.sum(below)) <= 0:
        return None
    value = float(np.sum(above) / np.sum(below))
    spread = float(np.sum(np.square(above - value * below))) * n / (n - 1)
    half = critical_value(n + 1, n) * math.sqrt(spread) / float(np.sum(below))
    return Estimate(value, max(0.0, value - half), value + half, n, LEVEL, n)


def mean(values: Floats, groups: Groups, unit: str = "") -> Estimate | None:
    """The mean of `values`, gaps left out, with Student's interval over accounts. None with fewer than five values."""
    known = np.isfinite(values)
    values, groups = values[known], groups[known]
    n = len(values)
    if n < ENOUGH:
        return None
    value = float(np.mean(values))
    codes = np.unique(groups, return_inverse=True)[1]
    sums = np.bincount(codes, values - value)
    accounts = len(sums)
    if accounts < 2:
        return None
    error = math.sqrt(accounts / (accounts - 1) * float(np.sum(np.square(sums)))) / n
    half = critical_value(n + 1, accounts) * error
    return Estimate(value, value - half, value + half, n, LEVEL, accounts, unit)
