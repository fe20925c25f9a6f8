"""Change points: is there a day from which other things count than before, and which things?

Tested over all facts and all dates together (a generalised fluctuation test: Andrews 1993; Zeileis & Hornik 2007). For
each fact and month the contrast of its effect before and after is a z (see `contrast`); the largest over the facts, and
the excess summed over the facts, are compared with what they are in outcomes drawn from the model without a change. The
day is where the likelihood of a model with the changed effects before and after is greatest; its interval holds the
days whose likelihood is not worse by more than Hansen's (2000) critical value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.candidate import Binned, Candidate, Ints
from idealfit.patterns.cuts import design
from idealfit.patterns.difference import (
    LEAST_DEALS,
    LEAST_WINS,
    PROVEN_P,
    Moved,
    difference,
    effects_on,
    field_of,
    moved_sets,
    sides_of,
    strong_facts,
)
from idealfit.patterns.target import Target, fit_target

SLICE_DAYS = 30.4375
HANSEN = 7.35
"""95 % critical value of the likelihood ratio of a break's place (Hansen 2000)."""

PLACING_Q = 0.3
"""The day is placed by what moved as likely as not, too: what did not move hardly disturbs, and what did tells when."""


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
    chosen = strong_facts(binned, target, fit, known)
    field = field_of(chosen, target, slices, parts, fit, known, generator, rounds)
    if not field.ready:
        return None
    p_value, place = difference(field)
    if p_value > PROVEN_P:
        return None
    moved: list[Candidate] = []
    at = float(cuts[place])
    for _ in range(2):
        tested = moved_sets(binned, target, _side(day, at), known, generator, rounds, most=PLACING_Q)
        moved = [one for one, _q in tested]
        at, low, high = _place(moved, target, day, at, cuts, known)
    tested = moved_sets(binned, target, _side(day, at), known, generator, rounds)
    told = effects_on(tested, target, _side(day, at), known)
    return Change(_date(at), _date(low), _date(high), p_value, told)


def _side(day: Floats, at: float) -> Ints:
    """1 for what was opened on or after the day `at`, 0 before, -1 undated."""
    return np.where(np.isfinite(day), (np.nan_to_num(day) >= at).astype(np.int64), -1)


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


def _columns(moved: Sequence[Candidate], target: Target, after: NDArray[np.bool_]) -> Floats:
    """What a change is made of: each set before and after, and the time after itself."""
    return np.column_stack([sides_of(moved, target, after), after.astype(float)])


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
        totals = np.asarray(np.cumsum(gain[::-1])[::-1][1:], dtype=float)
        best = float(tried[int(np.argmax(totals))])
        if best == at:
            break
        at = best
    near = np.flatnonzero(2 * (totals.max() - totals) <= HANSEN)
    return at, float(tried[near[0]]), float(tried[near[-1]])
