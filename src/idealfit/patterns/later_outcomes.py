"""What customers did after they had bought, as numbers to be explained: how they grew, and what they said of us."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.surveys import DETRACTOR, PROMOTER
from idealfit.evidence.table import Evidence, Floats

ENOUGH = 30
CHANGED = 10
"""So many customers must pay more or less than at first before growth is an outcome at all."""


def later_outcomes(evidence: Evidence) -> list[tuple[Literal["growth", "nps"], NDArray[np.int64], Floats]]:
    """(name, evidence rows, values) of each outcome that enough customers have.

    growth: see `growth_of` (who left is in the rate of leaving). nps: 1 a promoter, 0 between, -1 a detractor, so that
    a mean of it is the net promoter score over a hundred.
    """
    followed = evidence.follow_up
    if followed is None:
        return []
    found: list[tuple[Literal["growth", "nps"], NDArray[np.int64], Floats]] = []
    grown = growth_of(evidence)
    if grown is not None:
        found.append(("growth", *grown))
    said = np.flatnonzero(np.isfinite(followed.nps))
    classes = promoters(followed.nps[said])
    if len(said) >= ENOUGH and len(np.unique(classes)) > 1:
        found.append(("nps", said, classes))
    return found


def growth_of(evidence: Evidence) -> tuple[NDArray[np.int64], Floats] | None:
    """The rows of customers still there after twelve months, and the log of what each pays then over what it paid at
    first, the outer 2 % drawn in. None where too few are known, or too few pay more or less than at first.
    """
    if evidence.follow_up is None:
        return None
    nrr = evidence.follow_up.nrr
    rows = np.flatnonzero(np.isfinite(nrr) & (nrr > 0))
    if len(rows) < ENOUGH or int(np.sum(np.abs(nrr[rows] - 1) > 1e-9)) < CHANGED:
        return None
    logs = np.log(nrr[rows])
    low, high = np.quantile(logs, [0.02, 0.98])
    return rows, np.clip(logs, low, high)


def promoters(scores: Floats) -> Floats:
    """1 for a promoter, -1 for a detractor, 0 between; NaN where nothing was said."""
    classes: Floats = np.where(scores >= PROMOTER, 1.0, np.where(scores <= DETRACTOR, -1.0, 0.0))
    return np.where(np.isfinite(scores), classes, np.nan)
