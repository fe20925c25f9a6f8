"""How sure each number of the model is, in the form that a profile file keeps: one standard error a criterion."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from idealfit.evidence.estimate import design_effect
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.discovery import Discovery
from idealfit.patterns.later_outcomes import growth_of
from idealfit.patterns.pattern import Pattern

LEVEL = 0.8
"""The level of a score's interval: right four times in five. At 95 % those of a small company all look alike."""

UNRECORDED = 0.2
"""Nobody records all that matters: companies alike in everything that is known still differ, with a standard deviation
of about 0.45 in their log odds. No data can say how far, as each is worked once or twice.
"""

PRIOR_EFFECT = 0.6
"""The standard deviation of effects on the log odds before the data, as for what is found."""


PARTS = (("win", "win"), ("amount", "amount"), ("margin", "margin"), ("months", "churn"), ("growth", "growth"))
"""The parts of the model, each with the outcome that its effects were fitted to."""


class HasPattern(Protocol):
    """A pattern with its id."""

    @property
    def id(self) -> str:
        """The id in the profile."""

    @property
    def pattern(self) -> Pattern:
        """The pattern."""


def with_errors(
    model: Mapping[str, Any],
    scored: Sequence[HasPattern],
    discovery: Discovery,
    evidence: Evidence,
    linear: Floats,
) -> dict[str, Any]:
    """`model` with `level`, and in each part `errors` (the standard error of each effect) and `variance` (that of the
    part at the usual company, on the log or log odds scale; for winning and contract value with what the criteria leave
    unexplained of how far companies differ). `linear`: the log odds of the closed rows by the model.
    """
    closed = evidence.outcome >= 0
    won = (evidence.outcome[closed] == 1).astype(float)
    rate = min(max(float(np.mean(won)), 1e-3), 1 - 1e-3)
    level = design_effect(won, evidence.account[closed]) / (len(won) * rate * (1 - rate))
    variances = {**_of_means(evidence), "win": level + UNRECORDED}
    variances["win"] += max(0.0, discovery.spread.get("win", 0.0) - float(np.var(linear)))
    if "amount" in model:
        variances["amount"] += max(0.0, discovery.spread.get("amount", 0.0) - _explained(scored, "amount", evidence))
    if "months" in model:
        variances["months"] = 1 / max(float(np.sum(evidence.ended[np.isfinite(evidence.months)])), 1.0)
    grown = growth_of(evidence)
    if grown is not None:
        variances["growth"] = float(np.var(grown[1], ddof=1)) / len(grown[1])
    made: dict[str, Any] = {**model, "level": LEVEL}
    for part, target in PARTS:
        if part not in model:
            continue
        errors = {
            one.id: round(_win_error(one.pattern) if part == "win" else _error(one.pattern, target), 4)
            for one in scored
        }
        made[part] = {**model[part], "errors": errors, "variance": round(variances.get(part, 0.0), 4)}
    return made


def _explained(scored: Sequence[HasPattern], target: str, evidence: Evidence) -> float:
    """The variance that the criteria explain of an outcome, over the won deals."""
    total = np.zeros(int(np.sum(evidence.outcome == 1)))
    for one in scored:
        mask = one.pattern.candidate.mask()[evidence.outcome == 1]
        effect = one.pattern.effect.by_target.get(target, (0.0, 0.0))[0] if one.pattern.effect else 0.0
        total += effect * np.where(np.isnan(mask), one.pattern.known_true_rate, mask)
    return float(np.var(total)) if len(total) else 0.0


def _win_error(pattern: Pattern) -> float:
    """The error of an effect on winning, given the others: that of the unshrunken estimate, held by the prior."""
    ratio = pattern.odds_ratio
    if not (0 < ratio.low < ratio.high < math.inf):
        return PRIOR_EFFECT
    seen = (math.log(ratio.high) - math.log(ratio.low)) / (2 * 1.96)
    return math.sqrt(1 / (1 / max(seen, 1e-6) ** 2 + 1 / PRIOR_EFFECT**2))


def _error(pattern: Pattern, target: str) -> float:
    return pattern.effect.by_target.get(target, (0.0, 0.0))[1] if pattern.effect else 0.0


def _of_means(evidence: Evidence) -> dict[str, float]:
    """The squared relative error of the mean contract value and of the mean margin."""
    won = evidence.outcome == 1
    value = np.where(np.isfinite(evidence.arr) & (evidence.arr > 0), evidence.arr, evidence.amount)
    paid = value[won & np.isfinite(value) & (value > 0)]
    margin = evidence.margin[won & np.isfinite(evidence.margin)]
    return {"amount": _relative(paid), "margin": _relative(np.clip(margin, 0.05, 1.0))}


def _relative(values: Floats) -> float:
    if len(values) < 2:
        return 0.0
    # the mean is taken of values cut at the 2nd and 98th percentile, as in the model
    low, high = np.quantile(values, [0.02, 0.98])
    cut = np.clip(values, low, high)
    return float(np.var(cut, ddof=1) / len(cut) / np.mean(cut) ** 2)
