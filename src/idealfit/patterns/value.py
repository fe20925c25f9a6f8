"""From what was found for each outcome to one effect on value, and at most one set to seek and one to avoid a fact.

log expected value = log P(win) + log months kept within the horizon, grown as contracts grow + log contract value + log
margin. A set found for winning that churns fast comes out negative by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.best import Best, is_group
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.cuts import design
from idealfit.patterns.grading import graded
from idealfit.patterns.search import Found
from idealfit.patterns.target import Fit, Target, TargetName, fit_target

COUNTED: dict[Best, tuple[TargetName, ...]] = {
    "value": ("win", "churn", "growth", "amount", "margin"),
    "win_rate": ("win",),
    "retention": ("churn",),
    "nrr": ("churn", "growth"),
    "nps": ("nps",),
    "deal_size": ("amount",),
    "cycle": ("cycle",),
    "margin": ("margin",),
}
"""Which outcomes make up each choice of best; a group of best customers is an outcome of its own (`counted`)."""


def counted(best: Best) -> tuple[TargetName, ...]:
    """The outcomes that make up `best`. Of a group of customers it is being one of them, which stands where winning
    stood (`best_customers.as_contrast`).
    """
    return ("win",) if is_group(best) else COUNTED[best]


PRIOR_SUPPORTED, PRIOR_SUGGESTIVE, PRIOR_OTHER = 0.6, 0.3, 0.08
"""Standard deviations of the normal prior on an effect: a merely likely one is shrunken harder, one that was not
found for this outcome harder still.
"""

LARGE_EFFECT = 0.25
"""On the log scale: a second set that changes value by a quarter is worth a line, however much the first explains."""

WORTH_KEEPING = 1.64
"""The |z| that a set must have for some outcome beside all the others, or it is a proxy of them."""

SMALLEST_EFFECT = 0.08
"""On the log scale: less than 8 % more or less value is not worth a line on a page."""

FEWER_LOST = 0.15
"""On the log scale: where most are won or stay, value can hardly grow by more of them, and what counts is how many
fewer are lost.
"""


@dataclass(frozen=True)
class Effect:
    """One set's effects: `by_target` the coefficient and its standard error for each outcome; `value` their sum as
    log value. `odds`: the effect on the log odds, where nothing but winning counts.
    """

    candidate: Candidate
    by_target: Mapping[str, tuple[float, float]]
    value: float
    error: float
    found: tuple[Found, ...]
    odds: float | None = None

    @property
    def strength(self) -> float:
        """What points are in proportion to, so that their sum orders as the model does: log value; where nothing but
        winning counts, log odds, which alone add up (where nine in ten are won, no trait can add a tenth to value).
        """
        return self.value if self.odds is None else self.odds

    @property
    def q_value(self) -> float:
        """The least q-value with which it, or a set of the same fact that it was merged from, was found."""
        return min(one.q_value for one in self.found)

    @property
    def supported(self) -> bool:
        """Whether it survives the control of false discoveries for any outcome."""
        return any(one.supported for one in self.found)


def worth_a_line(effect: Effect, base_rate: float) -> bool:
    """Whether an effect is large enough to be said: on value, or, where most are won, on how many are lost."""
    if abs(effect.value) >= SMALLEST_EFFECT:
        return True
    beta = effect.by_target.get("win", (0.0, 0.0))[0]
    if not 0.5 < base_rate < 1 or effect.value * beta <= 0:
        return False
    lost = 1 - base_rate + base_rate * math.exp(beta)  # how many times as many are lost without it
    return abs(math.log(lost)) >= FEWER_LOST


@dataclass(frozen=True)
class ValueModel:
    """The effects, and the fit of each outcome on all of them (columns in the order of `effects`)."""

    effects: tuple[Effect, ...]
    fits: Mapping[str, Fit]
    base_rate: float
    hazard: float | None
    horizon: float


def value_effects(found: Sequence[Found], targets: Sequence[Target], *, best: Best, horizon: float) -> ValueModel:
    """Fit every outcome on all that was found, merge the sets of a fact, and fit again."""
    candidates: list[Candidate] = []
    for one in found:
        if not any(_same(one.candidate, other) for other in candidates):
            candidates.append(one.candidate)
    candidates = _without_turned_parts(_without_proxies(candidates, targets), targets)
    found = [one for one in found if any(one.candidate.key == candidate.key for candidate in candidates)]
    first = _fit(candidates, found, targets, best, horizon)
    merged = _merge(first)
    both = Counter(candidate.key for candidate, _value in merged)  # one to seek and one to avoid stay what they are
    turned = [one if both[one.key] > 1 else _towards_fewer(one, value) for one, value in merged]
    return _without_contradicted(_fit(turned, found, targets, best, horizon), found, targets, best)


def with_further(
    model: ValueModel,
    chosen: Sequence[Candidate],
    added: Sequence[Found],
    targets: Sequence[Target],
    *,
    best: Best,
) -> tuple[ValueModel, tuple[Effect, ...]]:
    """The model fitted again on the `chosen` sets and those `added`, and the effects of the latter. What of `model` was
    not chosen keeps its effect, after the others.
    """
    found = [one for effect in model.effects for one in effect.found]
    candidates = [*chosen, *(one.candidate for one in added)]
    fitted = _fit(candidates, [*found, *added], targets, best, model.horizon)
    own = tuple(replace(effect, found=(one,)) for effect, one in zip(fitted.effects[len(chosen) :], added, strict=True))
    left = tuple(each for each in model.effects if not any(_same(each.candidate, one) for one in chosen))
    return replace(fitted, effects=(*fitted.effects[: len(chosen)], *own, *left)), own


def with_odds(effect: Effect, odds: float, base_rate: float) -> Effect:
    """The same with another effect on the log odds of winning, where nothing but winning counts."""
    value, slope = _part("win", odds, base_rate, None, 0.0)
    error = effect.by_target["win"][1]
    by_target = {**effect.by_target, "win": (odds, error)}
    return replace(effect, by_target=by_target, value=value, error=slope * error, odds=odds)


def _without_contradicted(
    model: ValueModel, found: Sequence[Found], targets: Sequence[Target], best: Best
) -> ValueModel:
    """Leave out what is merely likely and turns round once every outcome is heard alike: a larger contract that is
    signed less often and kept less long is no reason to seek, though it was found for the contract alone.
    """
    candidates = [effect.candidate for effect in model.effects]
    alike = _fit(candidates, found, targets, best, model.horizon, prior=PRIOR_SUPPORTED)
    kept = [
        effect.candidate
        for effect, heard in zip(model.effects, alike.effects, strict=True)
        if effect.supported or effect.value * heard.value > 0
    ]
    return model if len(kept) == len(candidates) else _fit(kept, found, targets, best, model.horizon)


def _without_proxies(candidates: list[Candidate], targets: Sequence[Target]) -> list[Candidate]:
    """Leave out, one by one, what says least beside the others: its |z| is below 1.64 for every outcome (backward
    step).
    """
    kept = list(candidates)
    while len(kept) > 1:
        best = np.zeros(len(kept))
        for target in targets:
            fit = fit_target(target, design(kept, target), prior_sd=2.0)
            errors = np.sqrt(np.maximum(np.diag(fit.covariance)[1 : len(kept) + 1], 1e-12))
            best = np.maximum(best, np.abs(fit.coefficients[1 : len(kept) + 1]) / errors)
        least = int(np.argmin(best))
        if best[least] >= WORTH_KEEPING:
            break
        kept.pop(least)
    return kept


def _without_turned_parts(candidates: list[Candidate], targets: Sequence[Target]) -> list[Candidate]:
    """Leave out a part of a pair that, beside the pair, points the other way than by itself: the pair says it, and
    nobody would believe a minus beside counts that show a plus.
    """
    parts = {part.key for candidate in candidates for part in candidate.binned.parts}
    win = next((target for target in targets if target.name == "win"), None)
    if not parts or win is None:
        return candidates
    fit = fit_target(win, design(candidates, win), prior_sd=2.0)
    kept = []
    for index, candidate in enumerate(candidates):
        mask = candidate.mask()[win.rows]
        inside, outside = win.y[mask == 1], win.y[mask == 0]
        alone = float(inside.mean() - outside.mean()) if len(inside) and len(outside) else 0.0
        turned = candidate.key in parts and alone * float(fit.coefficients[index + 1]) < 0
        if not turned:
            kept.append(candidate)
    return kept


def _same(one: Candidate, other: Candidate) -> bool:
    return one.key == other.key and one.chosen == other.chosen


def _fit(
    candidates: Sequence[Candidate],
    found: Sequence[Found],
    targets: Sequence[Target],
    best: Best,
    horizon: float,
    *,
    prior: float | None = None,
) -> ValueModel:
    """Every outcome on all candidates; `prior`: one standard deviation for all, instead of one by how it was found."""
    win = next((target for target in targets if target.name == "win"), None)
    base_rate = float(np.mean(win.y)) if win is not None and len(win.y) else 0.5
    churn = next((target for target in targets if target.name == "churn"), None)
    hazard = max(float(churn.y.sum()), 0.5) / float(churn.exposure.sum()) if churn is not None else None
    fits: dict[str, Fit] = {}
    for target in targets:
        columns = design(candidates, target) if candidates else target.nuisance
        spread = np.full(columns.shape[1], 0.5)
        spread[: len(candidates)] = [prior or _prior(candidate, target.name, found) for candidate in candidates]
        if target.family == "gaussian" and len(target.y):
            spread[: len(candidates)] *= max(float(np.std(target.y)), 1e-3)
        fits[target.name] = fit_target(target, columns, prior_sd=spread)
    effects = []
    for index, candidate in enumerate(candidates):
        by_target = {
            name: (float(fit.coefficients[index + 1]), float(math.sqrt(max(fit.covariance[index + 1, index + 1], 0.0))))
            for name, fit in fits.items()
        }
        value, error = _value(by_target, best, base_rate, hazard, horizon)
        own = tuple(one for one in found if one.candidate.key == candidate.key)
        # what was found for an outcome that this choice of best does not count proves nothing of it
        own = tuple(one for one in own if one.target.name in counted(best)) or tuple(
            replace(one, q_value=1.0) for one in own
        )
        odds = by_target["win"][0] if {*counted(best)} & {*by_target} == {"win"} else None
        effects.append(Effect(candidate, by_target, value, error, own, odds))
    return ValueModel(tuple(effects), fits, base_rate, hazard, horizon)


def _prior(candidate: Candidate, target: str, found: Sequence[Found]) -> float:
    mine = [one for one in found if one.candidate.key == candidate.key and one.target.name == target]
    if not mine:
        return PRIOR_OTHER
    return PRIOR_SUPPORTED if any(one.likely for one in mine) else PRIOR_SUGGESTIVE


def _value(
    by_target: Mapping[str, tuple[float, float]], best: Best, base_rate: float, hazard: float | None, horizon: float
) -> tuple[float, float]:
    """The effect on log value, and its standard error (delta method, outcomes taken as independent)."""
    value, variance = 0.0, 0.0
    for name in counted(best):
        if name not in by_target:
            continue
        beta, error = by_target[name]
        part, slope = _of_a_year(name, beta, hazard) if best == "nrr" else _part(name, beta, base_rate, hazard, horizon)
        value += part
        variance += (slope * error) ** 2
    return value, math.sqrt(variance)


def _part(name: TargetName, beta: float, base_rate: float, hazard: float | None, horizon: float) -> tuple[float, float]:
    if name == "win":
        odds = base_rate / (1 - base_rate) if base_rate < 1 else 1e6
        with_it = odds * math.exp(beta) / (1 + odds * math.exp(beta))
        return math.log(with_it / base_rate), 1 - with_it
    if name == "churn":
        rate = hazard or 0.0
        return math.log(months_kept(rate * math.exp(beta), horizon) / months_kept(rate, horizon)), 0.5
    if name == "growth":
        # what grows by a factor e^g a year is worth, over the months kept, what a hazard smaller by g/12 would leave
        rate = hazard or 0.0
        return math.log(months_kept(rate - beta / 12, horizon) / months_kept(rate, horizon)), horizon / 24
    if name == "cycle":
        return -beta, 1.0
    return beta, 1.0


def _of_a_year(name: TargetName, beta: float, hazard: float | None) -> tuple[float, float]:
    """The part of log NRR after twelve months (log share still there, log growth of those), and its slope."""
    if name == "churn":
        gone = 12 * (hazard or 0.0)
        return -gone * math.expm1(beta), gone * math.exp(beta)
    return beta, 1.0


def months_kept(hazard: float, horizon: float) -> float:
    """The mean months a customer stays within `horizon` months at a constant monthly `hazard` (restricted mean)."""
    if abs(hazard * horizon) < 1e-6:
        return horizon
    return (1 - math.exp(-hazard * horizon)) / hazard


def _merge(model: ValueModel) -> list[tuple[Candidate, float]]:
    """At most one set to seek and one to avoid for each fact, with its value.

    The value of each bin is the sum of the effects of the sets that hold it. The set that explains most of its variance
    over rows is taken; a second one, of the other sign and outside the first, if it explains a quarter as much or is
    large itself. Where there are a best, a middle and a worst, the best is sought and the worst avoided.
    """
    by_key: dict[str, list[Effect]] = {}
    for effect in model.effects:
        by_key.setdefault(effect.candidate.key, []).append(effect)
    merged: list[tuple[Candidate, float]] = []
    for effects in by_key.values():
        binned = effects[0].candidate.binned
        if len(effects) == 1 or binned.shape in ("event", "flag", "pair"):
            strongest = max(effects, key=lambda effect: abs(effect.strength))
            merged.append((strongest.candidate, strongest.strength))
            continue
        by_bin = np.zeros(binned.size)
        for effect in effects:
            by_bin[list(effect.candidate.chosen)] += effect.strength
        counts = np.bincount(binned.bins[binned.bins >= 0], minlength=binned.size).astype(float)
        proven = all(any(one.likely and _same(one.candidate, each.candidate) for one in each.found) for each in effects)
        steps = graded(by_bin, counts, contiguous=binned.shape == "interval", least=SMALLEST_EFFECT)
        if proven and steps is not None:
            merged.extend((Candidate(binned, chosen), value) for chosen, value in steps)
            continue
        first = _explaining(
            by_bin, counts, contiguous=binned.shape == "interval", sign=0, free=np.ones(binned.size, bool)
        )
        if first is None:
            continue
        merged.append((Candidate(binned, first[0]), first[1]))
        outside = np.ones(binned.size, dtype=bool)
        outside[list(first[0])] = False
        left = by_bin.copy()
        left[~outside] = float(np.average(by_bin[outside], weights=np.maximum(counts[outside], 1e-9)))
        second = _explaining(
            left, counts, contiguous=binned.shape == "interval", sign=-int(math.copysign(1, first[1])), free=outside
        )
        if second is not None and (second[2] >= 0.25 * first[2] or abs(second[1]) >= LARGE_EFFECT):
            merged.append((Candidate(binned, second[0]), second[1]))
    return merged


def _explaining(
    values: Floats, counts: Floats, *, contiguous: bool, sign: int, free: NDArray[np.bool_]
) -> tuple[tuple[int, ...], float, float] | None:
    """The set of `free` bins whose difference from the rest explains most: bins, difference, variance explained.

    Sets are intervals, or prefixes of the bins in order of value; `sign` asks for a difference of that sign (0:
    either).
    """
    size = len(values)
    if contiguous:
        sets = [tuple(range(low, high + 1)) for low in range(size) for high in range(low, size)]
    else:
        order = np.argsort(-values, kind="stable")
        sets = [tuple(sorted(int(bin_) for bin_ in order[:end])) for end in range(1, size)]
        sets += [tuple(sorted(int(bin_) for bin_ in order[end:])) for end in range(1, size)]
    best: tuple[tuple[int, ...], float, float] | None = None
    least, total = math.inf, float(counts.sum())
    for chosen in sets:
        inside = np.zeros(size, dtype=bool)
        inside[list(chosen)] = True
        held = float(counts[inside].sum())
        if not free[inside].all() or held in (0.0, total):
            continue
        difference = float(np.average(values[inside], weights=counts[inside]))
        difference -= float(np.average(values[~inside], weights=counts[~inside]))
        gain = held * (total - held) / total * difference**2
        if abs(difference) < SMALLEST_EFFECT or difference * sign < 0:
            continue
        # half of a two-way split is as good as the other: say it of the smaller half
        as_good = best is not None and abs(gain - best[2]) <= 1e-9 * max(gain, best[2])
        if best is None or (held < least if as_good else gain > best[2]):
            best, least = (chosen, difference, gain), held
    return best


def _towards_fewer(candidate: Candidate, value: float) -> Candidate:
    """Say it of the smaller side: 'fewer than 50 employees is bad', held by most, becomes 'from 50 employees is good'.

    Only where the other side can be written as simply.
    """
    bins = candidate.binned.bins
    known = bins >= 0
    share = float(np.mean(np.isin(bins[known], candidate.chosen))) if known.any() else 0.0
    shape = candidate.binned.shape
    edge = 0 in candidate.chosen or candidate.binned.size - 1 in candidate.chosen
    simple = shape in ("levels", "flag") or (shape == "interval" and edge)
    if share <= 0.5 or not simple or (value > 0 and shape == "flag" and candidate.chosen == (1,)):
        return candidate
    other = candidate.complement()
    return other if other.chosen else candidate
