"""The difference of a mean over two overlapping sets of deals, with an interval that knows what they share."""

from __future__ import annotations

import math

import numpy as np

from idealfit.evidence.estimate import LEVEL, Estimate, Flags, Floats, Groups, critical_value


def paired_difference(values: Floats, before: Flags, after: Flags, groups: Groups, unit: str = "") -> Estimate | None:
    """The mean of `values` where `after`, minus that where `before`; None where either has none.

    `groups` holds the account of each value. The variance is linearised and summed by account, so that deals in both
    sets cancel and deals of one account count together (the difference of two ratios of sums, Särndal, Swensson &
    Wretman 1992); with Student's t over the accounts that are in one set only, or weigh differently in the two.
    """
    n_before, n_after = int(before.sum()), int(after.sum())
    if not n_before or not n_after:
        return None
    first, second = float(values[before].mean()), float(values[after].mean())
    pull = np.where(after, (values - second) / n_after, 0.0) - np.where(before, (values - first) / n_before, 0.0)
    rows = before | after
    accounts = len(np.unique(groups[rows]))
    moved = len(np.unique(groups[before ^ after]))
    sums = np.bincount(np.unique(groups[rows], return_inverse=True)[1], weights=pull[rows])
    if not moved:
        return Estimate(0.0, 0.0, 0.0, int(rows.sum()), LEVEL, accounts, unit)
    variance = accounts / max(accounts - 1, 1) * float(np.square(sums).sum())
    # few accounts that moved say little, however many stayed: the deals that both sets share cancel
    half = critical_value(int(rows.sum()) + 1, max(moved, 2)) * math.sqrt(variance)
    value = second - first
    return Estimate(value, value - half, value + half, int(rows.sum()), LEVEL, accounts, unit)
