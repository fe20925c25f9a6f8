"""The judged deals in the order of the profile, a tenth at a time: what each brought, and the best so many together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, Groups, bootstrap_by_account, rate
from idealfit.evidence.table import Floats
from idealfit.patterns.measures import share_lift

MANY, FEW = 200, 50
"""From so many judged deals on they are told in tenths; from so many in fifths; below, not at all."""
ROUNDS, ROUNDS_OF_MANY, MANY_ROWS = 100, 40, 20_000


@dataclass(frozen=True)
class Part:
    """Judged deals whose place in the order lies in one part of it, the best part first; deals that the profile cannot
    tell apart are in one part together, so that parts differ in size, and an empty one is left out.

    `reached`: the share of all judged deals in this part and those before it. `win_rate`: of this part. `value`: what a
    deal of this part turned out to be worth (see `measures.worth_of`); None where that is not known. `lift`: the rate
    of what counts as good, or the worth, in this part and those before it over that of all deals; `size_lift`: the same
    where as many deals are taken by size alone. `captured`: their share of all that is good.
    """

    number: int
    deals: int
    accounts: int
    won: int
    reached: float
    win_rate: Estimate | None
    value: Estimate | None
    lift: Estimate | None
    captured: float | None
    size_lift: float | None


def parts_of(
    place: Floats,
    won: NDArray[np.bool_],
    gain: Floats,
    among: NDArray[np.bool_],
    worth: Floats | None,
    size: Floats | None,
    account: Groups,
) -> tuple[Part, ...]:
    """The parts of the judged deals, one entry of each array a deal: its `place` in the order (0 first, 1 last), what
    it counts (`gain`, where it is `among` those that can be judged by it), what it was worth, its place by size (more
    is better), its account.
    """
    n = len(place)
    if n < FEW:
        return ()
    many = 10 if n >= MANY else 5
    part = np.minimum((place * many).astype(np.int64), many - 1)
    rounds = ROUNDS if n <= MANY_ROWS else ROUNDS_OF_MANY
    by_size = None if size is None else np.argsort(-size, kind="stable")
    total = float(gain[among].sum())
    made = []
    for number in range(many):
        inside = np.flatnonzero(part == number)
        if not len(inside):
            continue
        reached = part <= number
        taken = np.zeros(n, dtype=bool)
        if by_size is not None:
            taken[by_size[: int(reached.sum())]] = True
        made.append(
            Part(
                number + 1,
                len(inside),
                len(np.unique(account[inside])),
                int(won[inside].sum()),
                float(reached.mean()),
                rate(won[inside], account[inside]),
                _mean(worth, inside, account, rounds),
                _lift(reached[among], gain[among], account[among], rounds),
                float(gain[among & reached].sum()) / total if total > 0 else None,
                None if by_size is None else _finite(share_lift(taken[among], gain[among])),
            )
        )
    return tuple(made)


def _mean(worth: Floats | None, inside: NDArray[np.int64], account: Groups, rounds: int) -> Estimate | None:
    if worth is None:
        return None
    mine = worth[inside]
    return bootstrap_by_account(lambda pick: float(np.mean(mine[pick])), account[inside], rounds=rounds)


def _lift(reached: NDArray[np.bool_], gain: Floats, account: Groups, rounds: int) -> Estimate | None:
    if not len(gain):
        return None
    return bootstrap_by_account(lambda pick: share_lift(reached[pick], gain[pick]), account, rounds=rounds)


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
