"""What differs between two parts of the deals: how surely anything does, which facts, and by how much.

For each fact and part the contrast of its effect inside and outside is a z (see `contrast`). The largest over the facts
and parts, and the excess summed over the facts of one part, are compared with what they are in outcomes drawn from the
model in which nothing differs. That many facts differ a little at once tells as much as one that differs greatly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import Binned, Candidate, Ints
from idealfit.patterns.contrast import Sliced, Weights, contrasts, slice_fact, weigh
from idealfit.patterns.cuts import design
from idealfit.patterns.luck import by_luck, drawn_residuals, gumbel
from idealfit.patterns.target import Fit, Target, fit_target

PROVEN_P = 0.02
"""The chance, over all facts and parts, of so large a difference where there is none, up to which it is told: half of
one in twenty is left for what the approximation hides."""

MOVED_Q = 0.1
LEAST_DEALS, LEAST_WINS = 120, 20
"""Closed deals and wins in each part."""

MOST_STRONG, MOST_MOVED = 40, 24
STRONG_Z = 2.0


@dataclass(frozen=True)
class Moved:
    """A set whose effect differs: its log odds ratio `before` and `after` (outside and inside the part) given the other
    effects, and the q-value.
    """

    candidate: Candidate
    before: float
    after: float
    q_value: float


@dataclass(frozen=True)
class Field:
    """All that one test works on: facts, parts as sums of slices, the fit, outcomes drawn by luck."""

    ready: list[Sliced]
    weights: list[Weights]
    parts: Floats
    fit: Fit
    drawn: Floats


def strong_facts(binned: Sequence[Binned], target: Target, fit: Fit, known: Sequence[Candidate]) -> list[Binned]:
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


def field_of(
    binned: Sequence[Binned],
    target: Target,
    slices: Ints,
    parts: Floats,
    fit: Fit,
    known: Sequence[Candidate],
    generator: np.random.Generator,
    rounds: int,
) -> Field:
    """The test's material: `slices` numbers the part of each row of the target (-1 none), `parts` (slices by parts)
    says which slices make up a part.
    """
    ready = [
        made
        for one in binned
        if (made := slice_fact(one, target, slices, len(parts), [c for c in known if c.key == one.key])) is not None
    ]
    drawn = drawn_residuals(target, fit, generator, rounds)
    return Field(ready, [weigh(one, fit, parts) for one in ready], parts, fit, drawn)


def difference(field: Field) -> tuple[float, int]:
    """The chance of the largest single change, or of so many in one part, by luck; and the part that shows most."""
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


def moved_sets(
    binned: Sequence[Binned],
    target: Target,
    side: Ints,
    known: Sequence[Candidate],
    generator: np.random.Generator,
    rounds: int,
    *,
    most: float = MOVED_Q,
) -> list[tuple[Candidate, float]]:
    """The sets whose effect differs, with their q-values (`most` at most): surest first, false discoveries controlled
    over all facts.
    """
    parts = np.array([[0.0], [1.0]])
    columns = [design(known, target), (side == 1).astype(float)[:, None]]
    fit = fit_target(target, np.column_stack(columns))
    field = field_of(binned, target, side, parts, fit, known, generator, min(rounds, 100))
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
        if q_value > most and chosen:
            break
        chosen.append((candidate, max(min(q_value, 1.0), chosen[-1][1] if chosen else 0.0)))
        # what is far from surprising now will not be so beside more: only the nearest are looked at again
        left = [own for p, _z, other, _c, own in ranked[: 2 * MOST_MOVED] if other != key and p <= 0.1]
        sides = sides_of([one for one, _q in chosen], target, side == 1)
        fit = fit_target(target, np.column_stack([*columns, sides]))
    return chosen


def sides_of(moved: Sequence[Candidate], target: Target, after: NDArray[np.bool_]) -> Floats:
    """For each set two columns: what it is before, and what it is after (its mean where unknown)."""
    columns = []
    for candidate in moved:
        mask = candidate.mask()[target.rows]
        gaps = np.isnan(mask)
        filled = np.where(gaps, float(np.mean(mask[~gaps])) if (~gaps).any() else 0.0, mask)
        columns.extend([filled * ~after, filled * after])
    return np.stack(columns, 1) if columns else np.zeros((len(target.rows), 0))


def effects_on(
    tested: Sequence[tuple[Candidate, float]], target: Target, side: Ints, known: Sequence[Candidate]
) -> tuple[Moved, ...]:
    """The log odds ratios on either side of all that moved, given each other and what did not move."""
    moved = [one for one, _q in tested]
    others = design([one for one in known if all(one.key != other.key for other in moved)], target)
    after = side == 1
    sides = sides_of(moved, target, after)
    fit = fit_target(target, np.column_stack([sides, after.astype(float)[:, None], others]), prior_sd=2.0)
    return tuple(
        Moved(one, float(fit.coefficients[1 + 2 * index]), float(fit.coefficients[2 + 2 * index]), q_value)
        for index, (one, q_value) in enumerate(tested)
    )
