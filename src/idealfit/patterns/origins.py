"""Where a rolling backtest stands: the days on which a profile is built, and the deals that it is then judged on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Evidence
from idealfit.patterns.trust import accounts_folds

Rows: TypeAlias = NDArray[np.int64]
Kind: TypeAlias = Literal["later_deals", "accounts_set_aside"]

FOLDS = 3
MOST_ORIGINS = 8
LEAST_JUDGED = (20, 100)
"""Closed deals between one origin and the next: a third of the later half, within these bounds."""


@dataclass(frozen=True)
class Origin:
    """One day: what was closed before it (`train`), and what was opened from it on until `end` and is closed by now
    (`test`). Without dates `at` and `end` are None: accounts set aside.
    """

    at: np.datetime64 | None
    end: np.datetime64 | None
    train: Rows
    test: Rows


def origins_of(evidence: Evidence) -> tuple[tuple[Origin, ...], Kind]:
    """The origins, earliest first: the quarters of the later half of the deals, short ones together; where the later
    half is shorter than three quarters, three parts of it with as many deals each. Without dates, three folds.
    """
    closed = evidence.outcome >= 0
    if not evidence.in_time:
        folds = accounts_folds(evidence, FOLDS)
        made = [
            Origin(None, None, np.flatnonzero(closed & (folds != fold)), np.flatnonzero(closed & (folds == fold)))
            for fold in range(FOLDS)
        ]
        return tuple(made), "accounts_set_aside"
    dated = closed & ~np.isnat(evidence.opened)
    opened = evidence.opened.astype("datetime64[D]")
    cuts = _cuts(opened[dated])
    ended = np.where(np.isnat(evidence.closed), evidence.opened, evidence.closed).astype("datetime64[D]")
    origins = []
    for start, end in pairwise(cuts):
        train = dated & (opened < start) & (ended < start)
        test = dated & (opened >= start) & (opened < end)
        origins.append(Origin(start, end, np.flatnonzero(train), np.flatnonzero(test)))
    return tuple(origins), "later_deals"


def _cuts(opened: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """The days between which deals are judged together, the last one after the last deal."""
    if not len(opened):
        return np.zeros(0, dtype="datetime64[D]")
    numbers = np.sort(opened.astype(np.int64))
    middle, last = np.datetime64(int(np.median(numbers)), "D"), np.datetime64(int(numbers[-1]), "D")
    after = last + np.timedelta64(1, "D")
    later = int(np.sum(numbers >= middle.astype(np.int64)))
    least = int(np.clip(later / FOLDS, *LEAST_JUDGED))
    quarters = [day for day in _quarters(middle, last) if day >= middle]
    cuts: list[np.datetime64] = []
    for day in reversed(quarters):
        held = int(
            np.sum((numbers >= day.astype(np.int64)) & (numbers < (cuts[-1] if cuts else after).astype(np.int64)))
        )
        if held >= least:
            cuts.append(day)
    if len(cuts) >= FOLDS:
        return np.array([*reversed(cuts[:MOST_ORIGINS]), after], dtype="datetime64[D]")
    parts = np.quantile(numbers, np.linspace(0.5, 1, FOLDS + 1)).astype(np.int64)
    return np.array([*(np.datetime64(int(part), "D") for part in parts[:-1]), after], dtype="datetime64[D]")


def _quarters(first: np.datetime64, last: np.datetime64) -> list[np.datetime64]:
    """The first days of calendar quarters from `first` to `last`."""
    begin: date = first.astype("datetime64[D]").astype(date)
    year, quarter = begin.year, (begin.month - 1) // 3
    found: list[np.datetime64] = []
    while True:
        quarter += 1
        day = np.datetime64(f"{year + quarter // 4}-{3 * (quarter % 4) + 1:02}-01", "D")
        if day > last:
            return found
        found.append(day)
