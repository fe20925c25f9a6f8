"""To whom a motion is sold: the one fact that tells the accounts of its deals from those of all others, if one does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Fact
from idealfit.patterns.candidate import Binned, Candidate, Ints, bin_fact

TOLD_APART = 0.9
"""So many in a hundred of its deals, and of the others, must lie on the right side of it."""

LEAST_KNOWN = 0.7
LEAST_DEALS_A_LEVEL = 20


@dataclass(frozen=True)
class Belonging:
    """`inside` of `of` deals of the motion are with accounts for which `candidate` holds, `outside` of `of_others`
    deals of the others are not; deals where it is unknown are left out.
    """

    candidate: Candidate
    inside: int
    of: int
    outside: int
    of_others: int

    @property
    def share(self) -> float:
        """The share on the right side, the motion's and the others' counting alike."""
        return (self.inside / self.of + self.outside / self.of_others) / 2


def belonging(
    facts: Iterable[Fact], account: Ints, own: NDArray[np.bool_], others: NDArray[np.bool_]
) -> Belonging | None:
    """The fact that tells best whether a deal is one of `own` or of `others` (one entry an evidence row), or None where
    none does nine times in ten on both sides.
    """
    found = [
        one
        for fact in facts
        if fact.kind in ("number", "category", "boolean") and fact.form == "column"
        for binned in bin_fact(fact, account)
        if (one := _best(binned, own, others)) is not None
    ]
    return max(found, key=lambda one: (round(one.share, 9), one.candidate.key), default=None)


def _best(binned: Binned, own: NDArray[np.bool_], others: NDArray[np.bool_]) -> Belonging | None:
    known = binned.bins >= 0
    mine, rest = (np.bincount(binned.bins[known & side], minlength=binned.size) for side in (own, others))
    of, of_others = int(mine.sum()), int(rest.sum())
    if of < LEAST_KNOWN * own.sum() or of_others < LEAST_KNOWN * others.sum() or not of or not of_others:
        return None
    gain = mine / of - rest / of_others
    if binned.shape == "interval":
        chosen = _interval(gain)
    elif binned.shape in ("levels", "flag"):
        if of + of_others < LEAST_DEALS_A_LEVEL * binned.size:
            return None
        chosen = tuple(int(place) for place in np.flatnonzero(gain > 0))
    else:
        return None
    picked = list(chosen)
    inside, outside = int(mine[picked].sum()), of_others - int(rest[picked].sum())
    if inside < TOLD_APART * of or outside < TOLD_APART * of_others:
        return None
    return Belonging(Candidate(binned, chosen), inside, of, outside, of_others)


def _interval(gain: NDArray[np.float64]) -> tuple[int, ...]:
    """The stretch of bins with the largest sum."""
    sums = np.concatenate([[0.0], np.cumsum(gain)])
    best, ends = -np.inf, (0, 1)
    for low in range(len(gain)):
        high = low + 1 + int(np.argmax(sums[low + 1 :]))
        if sums[high] - sums[low] > best + 1e-12:
            best, ends = float(sums[high] - sums[low]), (low, high)
    return tuple(range(*ends))
