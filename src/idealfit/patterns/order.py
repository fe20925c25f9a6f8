"""The order that a model puts deals in: the sum of effects of each, its tier, its place, its chance of winning."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import Binned
from idealfit.patterns.points import is_exclusion, tier_cuts
from idealfit.patterns.value import ValueModel

Rows = NDArray[np.int64]


def effect_sums(model: ValueModel, full: Mapping[str, Binned], rows: Rows, name: str | None) -> Floats:
    """The sum of effects of each row (on value, or on the outcome `name`); unknown counts at the known share."""
    total = np.zeros(len(rows))
    for effect in model.effects:
        inside = effect.candidate.over(full).mask()[rows]
        unknown = np.isnan(inside)
        share = float(np.mean(inside[~unknown])) if (~unknown).any() else 0.25
        weight = effect.strength if name is None else effect.by_target[name][0]
        total += weight * np.where(unknown, share, inside)
    return total


def tiers_of(model: ValueModel, full: Mapping[str, Binned], train: Rows, test: Rows) -> tuple[NDArray[np.str_], Floats]:
    """The tier of each judged row, by cuts taken from the training rows; and its place among them, 0 first."""
    past, now = effect_sums(model, full, train, None), effect_sums(model, full, test, None)
    cut_a, cut_b = tier_cuts(past)
    tier = np.where(now >= cut_a, "A", np.where(now >= cut_b, "B", "C"))
    refused = np.zeros(len(test), dtype=bool)
    for effect in model.effects:
        if is_exclusion(effect):
            refused |= effect.candidate.over(full).mask()[test] == 1
    # what is excluded stands last, whatever else it has
    return np.where(refused, "C", tier), places(np.where(refused, now - 1e6, now))


def places(score: Floats) -> Floats:
    """The place of each score among them, from 0 for the highest to 1, ties in the middle of theirs."""
    if not len(score):
        return np.zeros(0)
    _steps, inverse, counts = np.unique(-score, return_inverse=True, return_counts=True)
    place: Floats = ((np.cumsum(counts) - counts / 2) / len(score))[inverse.reshape(-1)]
    return place


def chances_of(model: ValueModel, full: Mapping[str, Binned], train: Rows, test: Rows) -> Floats:
    """The chance of winning of each judged row; over the training rows the mean chance is the share won, so that a
    profile that found nothing says just that.
    """
    past, now = effect_sums(model, full, train, "win"), effect_sums(model, full, test, "win")
    chance: Floats = 1 / (1 + np.exp(-(intercept_for(past, model.base_rate) + now)))
    return chance


def intercept_for(linear: Floats, rate: float) -> float:
    """The intercept with which the mean chance of rows with these sums of log odds is `rate` (bisection)."""
    sums = linear if len(linear) else np.zeros(1)
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        if float(np.mean(1 / (1 + np.exp(-(middle + sums))))) < rate:
            low = middle
        else:
            high = middle
    return (low + high) / 2 if math.isfinite(rate) else 0.0
