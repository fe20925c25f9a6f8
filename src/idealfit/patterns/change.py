"""Change points: is there a day from which other things count than before, and which things?

Tested over all facts and all dates together (a generalised fluctuation test: Andrews 1993; Zeileis & Hornik 2007). For
each fact and month the contrast of its effect before and after is a z (see `contrast`); the largest over the facts, and
the excess summed over the facts, are compared with what they are in outcomes drawn from the model without a change. The
day is where the likelihood of a model with the changed effects before and after is greatest; its interval holds the
days whose likelihood is not worse by more than Hansen's (2000) critical value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.candidate import Binned, Candidate, Ints
from idealfit.patterns.contrast import Sliced, Weights, contrasts, slice_fact, weigh
from idealfit.patterns.cuts import design
from idealfit.patterns.luck import by_luck, drawn_residuals, gumbel
from idealfit.patterns.target import Fit, Target, fit_target

PROVEN_P = 0.02
"""The chance, over all facts and dates, of so large a change where nothing changed, up to which it is told: half of one
in twenty is left for what the approximation hides."""

MOVED_Q = 0.1
SLICE_DAYS = 30.4375
LEAST_DEALS, LEAST_WINS = 120, 20
"""Closed deals and wins on either side of a date."""

MOST_STRONG, MOST_MOVED = 40, 24
STRONG_Z = 2.0
HANSEN = 7.35
"""95 % critical value of the likelihood ratio of a break's place (Hansen 2000)."""


@dataclass(frozen=True)
class Moved:
    """A set whose effect changed: its log odds ratio before and after given the other effects, and the q-value."""

    candidate: Candidate
    before: float
    after: float
    q_value: float


@dataclass(frozen=True)
class Change:
    """Other things count from `at` on; the day lies between `low` and `high` (95 %). `p_value`: over all facts and
    dates.
    """

    at: np.datetime64
    low: np.datetime64
    high: np.datetime64
    p_value: float
    moved: tuple[Moved, ...]


@dataclass(frozen=True)
class _Field:
    """All that one test works on: facts, dates as parts of slices, the fit, outcomes drawn by luck."""

    ready: list[Sliced]
    weights: list[Weights]
    parts: Floats
    fit: Fit
    drawn: Floats


def opening_days(evidence: Evidence) -> Floats:
    """The day each row was opened, as a number; NaN unknown."""
    days = evidence.opened.astype("datetime64[D]").astype(float)
    days[np.isnat(evidence.opened)] = np.nan
    return days


def find_change(
    binned: Sequence[Binned],
    target: Target,
    days: Floats,
    known: Sequence[Candidate],
    *,
    seed: int,
    rounds: int = 150,
) -> Change | None:
    """The change that the closed deals prove, or None. `days`: opening day of every evidence row; `known`: what was
    found for the target, whose effects are fitted first.
    """
    day = days[target.rows]
    cuts = _cuts(day, target.y)
    if not len(cuts):
        return None
    fit = fit_target(target, design(known, target))
    slices = np.where(np.isfinite(day), np.searchsorted(cuts, np.nan_to_num(day), side="right"), -1)
    # the part of date k is everything from cut k on
    parts = np.tril(np.ones((len(cuts) + 1, len(cuts))), -1)
    generator = np.random.default_rng([seed, 211])
    chosen = _strong(binned, target, fit, known)
    field = _field(chosen, target, slices, parts, fit, known, generator, rounds)
    if not field.ready:
        return None
    p_value, place = _test(field)
    if p_value > PROVEN_P:
        return None
    moved: list[Candidate] = []
    at = float(cuts[place])
    for _ in range(2):
        moved = [one for one, _q in _moved(binned, target, day, at, known, generator, rounds)]
        at, low, high = _place(moved, target, day, at, cuts, known)
    tested = _moved(binned, target, day, at, known, generator, rounds)
    return Change(_date(at), _date(low), _date(high), p_value, _told(tested, target, day, at, known))


def _date(day: float) -> np.datetime64:
    return np.datetime64(int(day), "D")


def _cuts(day: Floats, y: Floats) -> Floats:
    """The days tried: one a month, with enough deals and wins on either side."""
    known = np.isfinite(day)
    if int(known.sum()) < 2 * LEAST_DEALS:
        return np.zeros(0)
    order = np.sort(day[known])
    least = max(LEAST_DEALS, int(0.1 * len(order)))
    low, high = order[least], order[-least]
    tried = np.arange(low, high, SLICE_DAYS)
    wins = day[known & (y > 0.5)]
    return np.array(
        [cut for cut in tried if np.sum(wins < cut) >= LEAST_WINS and np.sum(wins >= cut) >= LEAST_WINS], dtype=float
    )


def _strong(binned: Sequence[Binned], target: Target, fit: Fit, known: Sequence[Candidate]) -> list[Binned]:
    """The facts that matter over the whole time, at most forty: what matters in a part of it only still shows.

    Whether a fact matters on the whole says nothing, where nothing changed, of whether it changed: the choice is free.
    """
    plain = fit_target(target, target.nuisance)
    ranked = []
    for one in binned:
        ready = slice_fact(one, target, np.zeros(len(target.rows), dtype=np.int64), 1)
        if ready is None:
            continue
        sums, weight = ready.sums(plain.residual)[:, 0], ready.sums(plain.inflated)[:, 0]
        inside, total = ready.sets @ weight, ready.covers @ weight
        excess = ready.sets @ sums - (ready.covers @ sums) * inside / np.maximum(total, 1e-12)
        z = np.abs(excess) / np.sqrt(np.maximum(inside - inside**2 / np.maximum(total, 1e-12), 1e-9))
        ranked.append((-float(z.max()), one.key, one))
    ranked.sort(key=lambda item: item[:2])
    held = {one.key for one in known}
    return [one for z, key, one in ranked[:MOST_STRONG] if -z >= STRONG_Z or key in held]


def _field(
    binned: Sequence[Binned],
    target: Target,
    slices: Ints,
    parts: Floats,
    fit: Fit,
    known: Sequence[Candidate],
    generator: np.random.Generator,
    rounds: int,
) -> _Field:
    ready = [
        made
        for one in binned
        if (made := slice_fact(one, target, slices, len(parts), [c for c in known if c.key == one.key])) is not None
    ]
    drawn = drawn_residuals(target, fit, generator, rounds)
    return _Field(ready, [weigh(one, fit, parts) for one in ready], parts, fit, drawn)


def _test(field: _Field) -> tuple[float, int]:
    """The chance of the largest single change, or of so many at one date, by luck; and the date that shows most."""
    seen, luck = [], []
    for ready, weights in zip(field.ready, field.weights, strict=True):
        seen.append(np.max(contrasts(ready, field.fit.residual, weights, field.parts) ** 2, axis=-2))
        luck.append(np.max(contrasts(ready, field.drawn, weights, field.parts, independent=True) ** 2, axis=-2))
    now, by_chance = np.array(seen), np.array(luck)
    # each fact on the scale of its own luck: facts with many cuts reach larger values
    centre = by_chance.mean(axis=(1, 2))[:, None]
    scale = np.maximum(by_chance.std(axis=(1, 2)), 1e-9)[:, None]
    now = (now - centre) / scale
    by_chance = (by_chance - centre[..., None]) / scale[..., None]
    single, singles = now.max(), by_chance.max(axis=(0, 2))
    summed = np.maximum(now, 0).sum(axis=0)
    sums = np.maximum(by_chance, 0).sum(axis=0).max(axis=-1)
    p_single, p_sum = _tail(float(single), singles), _tail(float(summed.max()), sums)
    place = int(np.argmax(summed)) if p_sum <= p_single else int(np.argmax(now.max(axis=0)))
    return min(1.0, 2 * min(p_single, p_sum)), place


def _tail(value: float, luck: Floats) -> float:
    """The chance of at least `value`, from the Gumbel law fitted to its values by luck."""
    scale = max(float(np.std(luck)) * math.sqrt(6) / math.pi, 1e-9)
    return by_luck(value, float(np.mean(luck)) - 0.5772 * scale, scale)


def _moved(
    binned: Sequence[Binned],
    target: Target,
    day: Floats,
    at: float,
    known: Sequence[Candidate],
    generator: np.random.Generator,
    rounds: int,
) -> list[tuple[Candidate, float]]:
    """The sets whose effect changed at that day, surest first, false discoveries controlled over all facts."""
    slices = np.where(np.isfinite(day), (np.nan_to_num(day) >= at).astype(np.int64), -1)
    parts = np.array([[0.0], [1.0]])
    columns = [design(known, target), (slices == 1).astype(float)[:, None]]
    fit = fit_target(target, np.column_stack(columns))
    field = _field(binned, target, slices, parts, fit, known, generator, min(rounds, 100))
    laws = [
        gumbel(np.max(contrasts(ready, field.drawn, weights, parts, independent=True)[..., 0] ** 2, axis=-1))
        for ready, weights in zip(field.ready, field.weights, strict=True)
    ]
    chosen: list[tuple[Candidate, float]] = []
    left = [(ready, law) for ready, law in zip(field.ready, laws, strict=True)]
    while left and len(chosen) < MOST_MOVED:
        ranked = []
        for ready, law in left:
            z = contrasts(ready, fit.residual, weigh(ready, fit, parts), parts)[:, 0]
            index = int(np.argmax(np.abs(z)))
            p_value = by_luck(float(z[index]) ** 2, *law)
            ranked.append((p_value, -abs(float(z[index])), ready.binned.key, ready.candidate(index), (ready, law)))
        ranked.sort(key=lambda item: item[:3])
        p_value, _z, key, candidate, _own = ranked[0]
        q_value = p_value * len(field.ready) / (len(chosen) + 1)
        if q_value > MOVED_Q and chosen:
            break
        chosen.append((candidate, max(min(q_value, 1.0), chosen[-1][1] if chosen else 0.0)))
        # what is far from surprising now will not be so beside more: only the nearest are looked at again
        left = [own for p, _z, other, _c, own in ranked[: 2 * MOST_MOVED] if other != key and p <= 0.1]
        sides = _sides([one for one, _q in chosen], target, slices == 1)
        fit = fit_target(target, np.column_stack([*columns, sides]))
    return chosen


def _sides(moved: Sequence[Candidate], target: Target, after: NDArray[np.bool_]) -> Floats:
    """For each set two columns: what it is before, and what it is after (its mean where unknown)."""
    columns = []
    for candidate in moved:
        mask = candidate.mask()[target.rows]
        gaps = np.isnan(mask)
        filled = np.where(gaps, float(np.mean(mask[~gaps])) if (~gaps).any() else 0.0, mask)
        columns.extend([filled * ~after, filled * after])
    return np.stack(columns, 1) if columns else np.zeros((len(target.rows), 0))


def _columns(moved: Sequence[Candidate], target: Target, after: NDArray[np.bool_]) -> Floats:
    """What a change is made of: each set before and after, and the time after itself."""
    return np.column_stack([_sides(moved, target, after), after.astype(float)])


def _likelihoods(target: Target, linear: Floats) -> Floats:
    """The log likelihood of each row, up to a constant."""
    if target.family == "binomial":
        return np.asarray(target.y * linear - np.logaddexp(0, linear))
    if target.family == "poisson":
        return np.asarray(target.y * linear - target.exposure * np.exp(np.clip(linear, -30, 10)))
    return np.asarray(-((target.y - linear) ** 2) / (2 * max(float(np.mean((target.y - linear) ** 2)), 1e-12)))


def _place(
    moved: Sequence[Candidate], target: Target, day: Floats, at: float, cuts: Floats, known: Sequence[Candidate]
) -> tuple[float, float, float]:
    """The day of the greatest likelihood, and the first and last day not worse by Hansen's value.

    With the effects as they are before and after the day so far, a row's likelihood is one of two numbers, and every
    day's is a sum; then the effects are fitted again at the best day.
    """
    others = design([one for one in known if all(one.key != other.key for other in moved)], target)
    filled = np.where(np.isfinite(day), day, -np.inf)
    tried = np.arange(cuts[0], cuts[-1] + 1)
    place = np.searchsorted(tried, filled, side="right")  # the row lies after the first `place` days tried
    always = np.ones(len(day), dtype=bool)
    totals = np.zeros(len(tried))
    for _ in range(4):
        own = _columns(moved, target, filled >= at)
        fit = fit_target(target, np.column_stack([own, others]))
        effects = fit.coefficients[1 : own.shape[1] + 1]
        rest = fit.linear - own @ effects
        late, early = (
            _likelihoods(target, rest + _columns(moved, target, side) @ effects) for side in (always, ~always)
        )
        gain = np.bincount(place, late - early, minlength=len(tried) + 1)
        # for each day, the sum over the rows opened since then of what 'after' explains better
        totals = np.cumsum(gain[::-1])[::-1][1:]
        best = float(tried[int(np.argmax(totals))])
        if best == at:
            break
        at = best
    near = np.flatnonzero(2 * (totals.max() - totals) <= HANSEN)
    return at, float(tried[near[0]]), float(tried[near[-1]])


def _told(
    tested: Sequence[tuple[Candidate, float]], target: Target, day: Floats, at: float, known: Sequence[Candidate]
) -> tuple[Moved, ...]:
    """The log odds ratios before and after of all that moved, given each other and what did not move."""
    moved = [one for one, _q in tested]
    others = design([one for one in known if all(one.key != other.key for other in moved)], target)
    after = np.where(np.isfinite(day), day, -np.inf) >= at
    sides = _sides(moved, target, after)
    fit = fit_target(target, np.column_stack([sides, after.astype(float)[:, None], others]), prior_sd=2.0)
    return tuple(
        Moved(one, float(fit.coefficients[1 + 2 * index]), float(fit.coefficients[2 + 2 * index]), q_value)
        for index, (one, q_value) in enumerate(tested)
    )
