"""A fact whose values are good, middling and bad: one set to seek and one to avoid, with a middle between them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats

LEAST_SHARE = 0.05
"""Fewer rows than this lie between two cuts that were meant to be one."""

Step: TypeAlias = tuple[tuple[int, ...], float]
"""A set of bins, and how much its value lies above or below the middle."""


def graded(values: Floats, counts: Floats, *, contiguous: bool, least: float) -> tuple[Step, Step] | None:
    """The bins above and the bins below a middle that together explain most of the variance of `values` over rows.

    `values` is the log value of each bin, `counts` its rows; `contiguous`: both sets must be intervals. None where no
    three groups lie `least` or more apart from one another, with a twentieth of the rows in each.
    """
    held = counts > 0
    levels = np.unique(np.round(values[held], 9))
    mean = float(np.average(values, weights=np.maximum(counts, 1e-9)))
    best: tuple[Step, Step] | None = None
    gained = 0.0
    for low in range(len(levels) - 2):
        for high in range(low + 2, len(levels)):
            below, above = held & (values <= levels[low] + 1e-9), held & (values >= levels[high] - 1e-9)
            parts = (below, held & ~below & ~above, above)
            if min(float(counts[part].sum()) for part in parts) < LEAST_SHARE * float(counts.sum()):
                continue
            means = [float(np.average(values[part], weights=counts[part])) for part in parts]
            apart = min(means[1] - means[0], means[2] - means[1]) >= least
            if not apart or (contiguous and not (_together(below, held) and _together(above, held))):
                continue
            gain = sum(float(counts[part].sum()) * (one - mean) ** 2 for part, one in zip(parts, means, strict=True))
            if gain > gained:
                gained = gain
                best = (_bins(above), means[2] - means[1]), (_bins(below), means[0] - means[1])
    return best


def _together(chosen: NDArray[np.bool_], held: NDArray[np.bool_]) -> bool:
    """Whether no bin that holds rows lies between two of the chosen ones and is not chosen."""
    places = np.flatnonzero(chosen)
    between = held[places[0] : places[-1] + 1] & ~chosen[places[0] : places[-1] + 1]
    return not between.any()


def _bins(chosen: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(place) for place in np.flatnonzero(chosen))
