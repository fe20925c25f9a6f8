"""The chance of winning told by all admitted facts at once, every step of every one shrunken: what an order aims at.

No rep can read it and no page shows it: a few yes/no sets are chosen so that their sum comes near to it (`further`).
A number has a column for each of its cuts (the effect walks from bin to bin by small random steps), a category one for
each level, a list or event one for each set; all effects have a normal prior whose spread is chosen by what foretells
whole accounts set aside (ridge regression, Hoerl & Kennard 1970; as a smoothing prior, Eilers & Marx 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate
from idealfit.patterns.cuts import boldest_cut, prepare
from idealfit.patterns.target import Fit, Target

FOLDS = 5
SPREADS = (0.12, 0.2, 0.33, 0.55, 0.9)
"""The standard deviations of effects on the log odds that are tried, the most cautious first."""

STEP = 0.7
"""That of the step from one bin of a number to the next, as a share: many steps add up."""

BESIDE = 2.0
"""That of a set that no fact says alone, as a share: it was found because it is large."""

NUISANCE = 0.5
"""The standard deviation of what is adjusted for: time, source, and what is unknown."""

SLOPES, SLOPE_SPREAD = (0.5, 1.25), 0.1
"""The least and the largest slope of the log odds on accounts set aside, and how far it is thought to lie from 1."""

MOST_COLUMNS = 300
MOST_JUDGED = 4_000
"""Rows by which the spread is chosen: more do not change it, and take long."""


@dataclass(frozen=True)
class Smooth:
    """`linear`: the log odds of each row of a target by all `facts`, without what is adjusted for; `spread`: the one
    that was chosen; `slope`: by what the log odds were multiplied, since those of accounts set aside were too bold
    (below 1) or too timid; `gain`: how much likelier their outcomes are so than by the mean alone (log likelihood in
    its standard errors).
    """

    facts: tuple[Binned, ...]
    linear: Floats
    spread: float
    slope: float
    gain: float


def smooth(
    binned: Sequence[Binned], target: Target, fit: Fit, *, beside: Sequence[Candidate] = (), seed: int
) -> Smooth | None:
    """The log odds of every row by all of `binned` as far as there is room, those of which most is seen at `fit` first,
    and by the sets `beside` them, which say what no fact says alone.

    None where no fact has anything to tell apart.
    """
    facts, columns, spreads = _design(binned, target, fit)
    masks = [one.mask()[target.rows] for one in beside]
    columns = np.column_stack([columns, *(np.where(np.isnan(one), 0.0, one - np.nanmean(one)) for one in masks)])
    spreads = np.append(spreads, np.full(len(masks), BESIDE))
    shown = 1 + columns.shape[1]
    if shown == 1:
        return None
    design = np.column_stack([np.ones(len(target.y)), columns, target.nuisance])
    spreads = np.concatenate([spreads, np.full(target.nuisance.shape[1], NUISANCE)])
    of_fact = np.arange(len(spreads)) < shown - 1
    part = parts_of(target.account, seed)
    chosen = _spread(design, target, part, spreads, of_fact)
    precision = _precision(spreads, of_fact, chosen)
    told = np.zeros(len(part))
    for number in range(FOLDS):
        outside = part == number
        told[outside] = design[outside] @ _ridge(design[~outside], target.y[~outside], precision)
    slope = slope_of(told, target.y)
    beta = _ridge(design, target.y, precision)
    linear = slope * (design[:, :shown] @ beta[:shown])
    return Smooth(tuple(facts), linear, chosen, slope, _gain(slope * told, target.y))


def parts_of(account: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """In which of the parts each row is set aside: whole accounts together."""
    codes = np.unique(account)
    part = np.empty(int(codes.max()) + 1, dtype=np.int64)
    part[codes] = np.random.default_rng([seed, 211]).permutation(len(codes)) % FOLDS
    return part[account]


def _spread(
    design: Floats, target: Target, part: NDArray[np.int64], spreads: Floats, of_fact: NDArray[np.bool_]
) -> float:
    """The spread that foretells parts set aside best, judged on some thousands of rows."""
    every = -(-len(part) // MOST_JUDGED)
    some = np.arange(len(part)) % every == 0
    losses = np.zeros(len(SPREADS))
    for number in range(FOLDS):
        inside, outside = some & (part != number), some & (part == number)
        if not inside.any() or not outside.any():
            continue
        beta: Floats | None = None
        for place, spread in enumerate(SPREADS):
            beta = _ridge(design[inside], target.y[inside], _precision(spreads, of_fact, spread), beta)
            linear = np.clip(design[outside] @ beta, -30, 30)
            losses[place] += float(np.sum(np.logaddexp(0, linear) - target.y[outside] * linear))
    return SPREADS[int(np.argmin(losses))]


def _precision(spreads: Floats, of_fact: NDArray[np.bool_], spread: float) -> Floats:
    """The prior precision of each column: of facts by the `spread` that is tried, of what is adjusted for as it is."""
    return np.concatenate([[0.0], 1 / np.square(np.where(of_fact, spreads * spread, spreads))])


def _design(binned: Sequence[Binned], target: Target, fit: Fit) -> tuple[list[Binned], Floats, Floats]:
    """The facts, their columns (0 where unknown, else centred), and how far each may go for a spread of 1."""
    ranked = []
    for one in binned:
        if one.shape == "pair":
            continue
        ready = prepare(one, target)
        if ready is not None:
            ranked.append((-boldest_cut(ready, fit)[1], one.key, one))
    facts: list[Binned] = []
    columns: list[Floats] = []
    spreads: list[float] = []
    for _size, _key, one in sorted(ranked, key=lambda item: item[:2]):
        made = _of_fact(one, one.bins[target.rows])
        if len(columns) + len(made) > MOST_COLUMNS:
            break
        facts.append(one)
        columns.extend(made)
        spreads.extend([STEP if one.shape == "interval" else 1.0] * len(made))
    return facts, np.stack(columns, 1) if columns else np.zeros((len(target.y), 0)), np.array(spreads)


def _of_fact(one: Binned, bins: NDArray[np.int64]) -> list[Floats]:
    size = one.size
    if one.shape == "interval":
        sets = np.array([[float(bin_ >= cut) for bin_ in range(size)] for cut in range(1, size)])
    elif one.shape == "levels":
        sets = np.eye(size)
    else:
        sets = one.members
    made = []
    for row, inside in enumerate(sets):
        hidden = one.gaps[row] if one.gaps is not None and one.shape == "event" else np.zeros(size)
        known = bins >= 0
        known[known] &= hidden[bins[known]] == 0
        value = inside[np.maximum(bins, 0)]
        count, held = int(known.sum()), float(value[known].sum())
        if min(held, count - held) >= MIN_ACCOUNTS:
            made.append(np.where(known, value - held / count, 0.0))
    return made


def slope_of(linear: Floats, y: Floats) -> float:
    """The slope of the outcome on the log odds foretold (Cox 1958), drawn towards 1 as far as it is unsure."""
    centred = linear - np.mean(linear)
    if float(np.std(centred)) < 1e-6:
        return 1.0
    design = np.column_stack([np.ones(len(y)), centred])
    beta = _ridge(design, y, np.zeros(2))
    chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
    weight = chance * (1 - chance)
    known = float(np.sum(weight * centred**2) - np.sum(weight * centred) ** 2 / np.sum(weight))
    sure = SLOPE_SPREAD**2 / (SLOPE_SPREAD**2 + 1 / max(known, 1e-9))
    return float(np.clip(1 + sure * (beta[1] - 1), *SLOPES))


def _gain(linear: Floats, y: Floats) -> float:
    """The gain in log likelihood over the mean alone, in its standard errors."""
    bounded, mean = np.clip(linear, -30, 30), float(np.clip(np.mean(y), 1e-6, 1 - 1e-6))
    base = np.log(mean / (1 - mean))
    each = (np.logaddexp(0, base) - y * base) - (np.logaddexp(0, bounded) - y * bounded)
    return float(np.sum(each) / max(float(np.std(each)) * np.sqrt(len(y)), 1e-9))


def _ridge(design: Floats, y: Floats, precision: Floats, start: Floats | None = None) -> Floats:
    """The coefficients of a logistic regression with that prior precision, by Newton's method."""
    if start is None:
        mean = float(np.clip(np.mean(y), 1e-3, 1 - 1e-3))
        beta = np.zeros(design.shape[1])
        beta[0] = np.log(mean / (1 - mean))
    else:
        beta = start.copy()
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weight = np.maximum(chance * (1 - chance), 1e-6)
        hessian = (design * weight[:, None]).T @ design + np.diag(precision + 1e-9)
        step = np.linalg.solve(hessian, design.T @ (y - chance) - precision * beta)
        beta = beta + np.clip(step, -2.0, 2.0)
        if float(np.max(np.abs(step))) < 1e-3:
            break
    return beta
