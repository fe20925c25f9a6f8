"""Tier and order of many accounts from the states of their criteria, in arrays: the numbers of `one_account.reckoned`.

For whoever tries one change after the other on states that are known: nothing is read from the records again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.records.attribute import Layer
from idealfit.scores.scorecard import MILLION, Item, LayerPlan, Scorecard
from idealfit.scores.tiers import EXCLUDED, NOW_FROM, SOON_FROM, UNKNOWN

TRUE, FALSE, NOT_KNOWN = 1, 0, -1
_WIDE = 2**60

Whole = NDArray[np.int64]
States = Mapping[str, NDArray[np.int8]]


@dataclass(frozen=True)
class Tiered:
    """One entry an account: the tier, the timing band, and fit and timing in tenths (-1: no layer gives one)."""

    tier: NDArray[np.str_]
    band: NDArray[np.str_]
    fit: Whole
    timing: Whole


def tiered(plan: Scorecard, states: States, full: Mapping[str, Whole] | None = None, *, rows: int) -> Tiered:
    """The tiers of `rows` accounts. `states`: 1 true, 0 false, -1 unknown, by the id of every scored criterion and
    exclusion of `plan`; `full`: the thousandths of a point that a criterion counts where it is true and may have faded.
    """
    faded = full or {}
    worst = _values(plan, states, faded, lambda item: 1000 * min(0, item.points), rows)
    best = _values(plan, states, faded, lambda item: 1000 * max(0, item.points), rows)
    usual = _values(plan, states, faded, lambda item: item.points * item.rate, rows)
    known = {layer.name: _known(layer, states) for layer in plan.layers}
    completeness = _mean(plan.axis("fit"), known, rows)
    fit, timing = (_mean(plan.axis(name), usual, rows) for name in ("fit", "timing"))

    hard = _any_true([states[one.id] for one in plan.barriers if one.hard], rows)
    capped = _any_true([states[one.id] for one in plan.barriers if not one.hard], rows)
    decisive = plan.axis(plan.by)
    nominal, low, high = (_tier(_mean(decisive, one, rows), plan, capped) for one in (usual, worst, best))
    unsure = (completeness >= 0) & (completeness < plan.least_known) & (low != high)
    tier = np.where(hard, EXCLUDED, np.where(unsure, UNKNOWN, nominal))

    seen = [states[item.id] != NOT_KNOWN for layer in plan.axis("timing") for item in layer.items]
    dated = (timing >= 0) & (np.logical_or.reduce(seen) if seen else np.zeros(rows, dtype=bool))
    band = np.where(
        ~dated, UNKNOWN, np.where(timing >= NOW_FROM, "now", np.where(timing >= SOON_FROM, "soon", "later"))
    )
    return Tiered(tier.astype(np.str_), band.astype(np.str_), fit, timing)


def _any_true(states: list[NDArray[np.int8]], rows: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.zeros(rows, dtype=bool)
    for one in states:
        found = found | (one == TRUE)
    return found


def _counted(item: Item, state: NDArray[np.int8], faded: Mapping[str, Whole], unknown: int) -> Whole:
    true = faded.get(item.id, np.int64(1000 * item.points))
    return np.where(state == TRUE, true, np.where(state == NOT_KNOWN, unknown, 0)).astype(np.int64)


def _values(
    plan: Scorecard, states: States, faded: Mapping[str, Whole], unknown: Callable[[Item], int], rows: int
) -> dict[Layer, Whole]:
    """Layer values in millionths, with each unknown criterion counting what `unknown` says."""
    found: dict[Layer, Whole] = {}
    for layer in plan.layers:
        total: Whole = np.full(rows, -layer.least, dtype=np.int64)
        for group in layer.groups:
            total = total + np.maximum.reduce([_counted(one, states[one.id], faded, unknown(one)) for one in group])
        found[layer.name] = _rounded(MILLION * total, layer.most - layer.least)
    return found


def _known(layer: LayerPlan, states: States) -> Whole:
    """The share of a layer's points that is known, in millionths."""
    parts = [abs(item.points) * (states[item.id] != NOT_KNOWN).astype(np.int64) for item in layer.items]
    return _rounded(MILLION * np.sum(parts, axis=0), layer.size)


def _mean(layers: tuple[LayerPlan, ...], values: Mapping[Layer, Whole], rows: int) -> Whole:
    """A thousand times the weighted mean of layer values; -1 without layers."""
    weight = sum(layer.weight for layer in layers)
    if weight == 0:
        return np.full(rows, -1, dtype=np.int64)
    kind = object if 4 * 1000 * weight * MILLION > _WIDE else np.int64  # Python's own numbers where 64 bits end
    total = sum((layer.weight * values[layer.name].astype(kind) for layer in layers), np.zeros(rows, dtype=kind))
    return _rounded(1000 * total, weight * MILLION)


def _rounded(top: NDArray[np.int64], bottom: int) -> Whole:
    """top / bottom rounded half up, both not negative."""
    return ((2 * top + bottom) // (2 * bottom)).astype(np.int64)


def _tier(value: Whole, plan: Scorecard, capped: NDArray[np.bool_]) -> NDArray[np.str_]:
    below = capped | (value < plan.tier_b)
    found = np.where(value < 0, UNKNOWN, np.where(below, "C", np.where(value >= plan.tier_a, "A", "B")))
    return found.astype(np.str_)
