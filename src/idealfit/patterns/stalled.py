"""Segments that never close: deals that stay open far longer than deals take to be won or lost, and go on being worked.

A deal that is open for longer than nineteen in twenty closed ones took is stalled: nobody says no, and nobody signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from idealfit.evidence.handling import handling_columns
from idealfit.evidence.table import Evidence, Flags
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate
from idealfit.patterns.search import search
from idealfit.patterns.target import Target

FEWEST_CLOSED, FEWEST_STALLED = 50, 20
TWICE = 2.0
"""How many times as often deals must stall in a segment as elsewhere, for walking away to be worth proposing."""

HALVES, HALF_AGAIN = 40, 1.5

AT_LEAST = 0.15
"""The share of deals that must stall there: a twentieth against a fortieth is no reason to walk away."""


@dataclass(frozen=True)
class Stalled:
    """A set of accounts whose deals never close: stalled and all deals old enough to judge, inside and elsewhere;
    `usual` is the number of days within which nineteen in twenty deals are closed, `stability` the share of half
    samples of accounts in which deals stall oftener there.
    """

    candidate: Candidate
    q_value: float
    stalled: int
    deals: int
    rest_stalled: int
    rest: int
    usual: int
    stability: float

    @property
    def told(self) -> str:
        """'31 of 60 deals are open for more than 210 days, elsewhere 40 of 900'."""
        return (
            f"{self.stalled:,} of {self.deals:,} deals are open for more than {self.usual:,} days, elsewhere "
            f"{self.rest_stalled:,} of {self.rest:,}; nineteen in twenty deals are closed by then"
        )


def usual_days(evidence: Evidence) -> int | None:
    """The days within which nineteen in twenty closed deals were closed; None where too few have both dates."""
    closed = (evidence.outcome == 0) | (evidence.outcome == 1)
    days = evidence.cycle_days[closed & np.isfinite(evidence.cycle_days)]
    return None if len(days) < FEWEST_CLOSED else max(1, int(np.ceil(np.quantile(days, 0.95))))


def never_closing(evidence: Evidence, binned: Sequence[Binned], *, seed: int) -> tuple[Stalled, ...]:
    """The sets of accounts whose deals stay open, surely (false discoveries controlled) and at least twice as often as
    elsewhere. Only deals opened so long ago that they could have been closed are judged.
    """
    usual = usual_days(evidence)
    if usual is None:
        return ()
    age = (np.datetime64(evidence.as_of, "D") - evidence.opened.astype("datetime64[D]")).astype(float)
    old: Flags = ~np.isnat(evidence.opened) & (age > usual) & (evidence.outcome >= -1)
    stalled = old & (evidence.outcome == -1)
    if int(stalled.sum()) < FEWEST_STALLED or int(np.sum(old & ~stalled)) < FEWEST_CLOSED:
        return ()
    rows = np.flatnonzero(old)
    handled = handling_columns([evidence.source, evidence.initiated_by], old)[rows]
    day = (age[rows] - age[rows].mean()) / max(float(age[rows].std()), 1e-9)
    target = Target(
        "stall",
        "binomial",
        rows,
        stalled[rows].astype(float),
        np.ones(len(rows)),
        evidence.account[rows],
        np.column_stack([day, handled]),
    )
    found = [one for one in search(binned, (target,), seed=seed + 2).found if one.supported and one.z > 0]
    made = [_stalled(one.candidate, one.q_value, evidence, old, stalled, usual) for one in found]
    return tuple(one for one in made if one is not None)


def _stalled(
    candidate: Candidate, q_value: float, evidence: Evidence, old: Flags, stalled: Flags, usual: int
) -> Stalled | None:
    mask = candidate.mask()
    inside, outside = old & (mask == 1), old & (mask == 0)
    counts = [int(np.sum(rows)) for rows in (inside & stalled, inside, outside & stalled, outside)]
    share = counts[0] / max(counts[1], 1)
    if share < AT_LEAST or share < TWICE * (counts[2] + 0.5) / (counts[3] + 1):
        return None
    if len(np.unique(evidence.account[inside & stalled])) < MIN_ACCOUNTS:
        return None  # five deals of one account are one account
    return Stalled(
        candidate,
        q_value,
        counts[0],
        counts[1],
        counts[2],
        counts[3],
        usual,
        _stability(evidence, inside, outside, stalled),
    )


def _stability(evidence: Evidence, inside: Flags, outside: Flags, stalled: Flags) -> float:
    """The share of 40 half samples of accounts in which the share stalled is at least half as high again inside."""
    size = int(evidence.account.max()) + 1
    counts = [
        np.bincount(evidence.account[rows], minlength=size)
        for rows in (inside & stalled, inside, outside & stalled, outside)
    ]
    generator = np.random.default_rng(20_260_101)
    held = 0
    for _ in range(HALVES):
        half = generator.permutation(size)[: size // 2]
        there, all_there, elsewhere, all_elsewhere = (float(each[half].sum()) for each in counts)
        held += there * max(all_elsewhere, 1.0) >= HALF_AGAIN * elsewhere * max(all_there, 1.0) and there > 0
    return held / HALVES
