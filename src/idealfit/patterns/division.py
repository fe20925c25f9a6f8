"""More than one profile: do other things count for deals of another product, motion or pipeline?

Tested as a change is: for each kind of deal against all others, over all facts together (see `difference`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from idealfit.evidence.deal_kinds import KINDS
from idealfit.evidence.table import Evidence, Objects
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
    strong_facts,
)
from idealfit.patterns.target import Target, fit_target

MOST_VALUES = 8
ROUNDS = 100


@dataclass(frozen=True)
class Division:
    """Other things count for deals whose `by` (product, motion, pipeline) is `value` than for all others. `deals` and
    `won` are closed ones on either side; `moved[i].before` is the effect among the others, `after` among these.
    """

    by: str
    value: str
    deals: tuple[int, int]
    won: tuple[int, int]
    p_value: float
    moved: tuple[Moved, ...]


def find_divisions(
    evidence: Evidence, binned: Sequence[Binned], target: Target, known: Sequence[Candidate], *, seed: int
) -> tuple[Division, ...]:
    """The divisions that the closed deals prove, surest first, one a way of dividing; `known`: what was found for the
    target. Ways that divide the deals alike are tried once, and each must stand all that were tried.
    """
    ways: list[tuple[str, list[str], Ints]] = []
    for by in KINDS:
        values: Objects | None = getattr(evidence, by)
        if values is None:
            continue
        names, side = _parts(values[target.rows], target)
        if names and not any(_alike(side, other) for _by, _names, other in ways):
            ways.append((by, names, side))
    found = [
        one
        for by, names, side in ways
        if (one := _divided(by, names, side, binned, target, known, seed)) is not None
        and one.p_value * len(ways) <= PROVEN_P
    ]
    return tuple(sorted(found, key=lambda one: (one.p_value, one.by)))


def _parts(values: Objects, target: Target) -> tuple[list[str], Ints]:
    """The values with enough deals and wins in them and outside, the commonest first; and each row's (-1 unknown, the
    number of values for all the rest).
    """
    texts = np.array([str(value).strip() if value is not None else "" for value in values], dtype=object)
    folded = np.array([text.casefold() for text in texts], dtype=object)
    spelled = {low: text for low, text in zip(folded, texts, strict=True) if low}
    told = int(np.sum(folded != ""))
    counted = []
    for low in sorted(spelled):
        inside = folded == low
        deals, won = int(inside.sum()), int(target.y[inside].sum())
        rest, rest_won = told - deals, int(target.y[(folded != "") & ~inside].sum())
        if min(deals, rest) >= LEAST_DEALS and min(won, rest_won) >= LEAST_WINS:
            counted.append((-deals, low))
    kept = [low for _deals, low in sorted(counted)[:MOST_VALUES]]
    place = {low: index for index, low in enumerate(kept)}
    side = np.array([-1 if not low else place.get(low, len(kept)) for low in folded], dtype=np.int64)
    return [spelled[low] for low in kept], side


def _alike(one: Ints, other: Ints) -> bool:
    """Whether two ways divide the rows into the same parts."""
    pairs = {(int(a), int(b)) for a, b in zip(one, other, strict=True)}
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))


def _divided(
    by: str,
    names: list[str],
    side: Ints,
    binned: Sequence[Binned],
    target: Target,
    known: Sequence[Candidate],
    seed: int,
) -> Division | None:
    slices = int(side.max()) + 1
    # of two parts each says of the other what the other says of it
    parts = np.eye(slices)[:, : 1 if slices == 2 else len(names)]
    fit = fit_target(target, np.column_stack([design(known, target), np.eye(slices + 1)[side][:, 1:slices]]))
    generator = np.random.default_rng([seed, 223])
    field = field_of(strong_facts(binned, target, fit, known), target, side, parts, fit, known, generator, ROUNDS)
    if not field.ready:
        return None
    p_value, place = difference(field)
    if p_value > PROVEN_P:
        return None
    own = np.where(side < 0, -1, (side == place).astype(np.int64))
    tested = moved_sets(binned, target, own, known, generator, ROUNDS)
    deals = (int(np.sum(own == 1)), int(np.sum(own == 0)))
    won = (int(target.y[own == 1].sum()), int(target.y[own == 0].sum()))
    return Division(by, names[place], deals, won, p_value, effects_on(tested, target, own, known))
