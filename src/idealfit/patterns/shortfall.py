"""What is missing to see an effect: how many more deals, or which column on the accounts that lack it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from idealfit.evidence.estimate import design_effect
from idealfit.evidence.table import Evidence
from idealfit.records.attribute import KNOWN

RATE_RATIO, WEAKER_RATIO, TRAIT_SHARE, ENOUGH_POWER = 2.0, 1.5, 0.2, 0.8
LEAST_GAP = 0.3
"""A column that fewer accounts lack is not what stands in the way."""

MOST_RATE = 0.95


@dataclass(frozen=True)
class Gap:
    """A column that many rows lack: `known` is the share of closed rows that have it; `power_now` the chance to see an
    effect of twice the win rate in it, `power_filled` the same if every row had it; `more` how many more rows would do
    as well with the column filled as seldom as now.
    """

    attribute: str
    label: str
    known: float
    power_now: float
    power_filled: float
    more: int


@dataclass(frozen=True)
class Shortfall:
    """What a trait of one account in five that doubles the win rate would need: `more` closed rows beside those there
    are (0: there are enough; None: no number of one kind would do), `more_for_weaker` the same for one and a half times
    the win rate, `power` the chance to see it now, `lost` how many lost deals beside the wins there are, where there
    are none (None: the wins are too few as well); and the gaps.
    """

    power: float
    more: int | None
    more_for_weaker: int | None
    lost: int | None
    gaps: tuple[Gap, ...]


def shortfall(evidence: Evidence, tests: int) -> Shortfall:
    """What is missing; `tests` is how many things are searched, which sets the threshold of the first pattern."""
    closed = evidence.outcome >= 0
    won = (evidence.outcome[closed] == 1).astype(float)
    wins, losses = int(won.sum()), int((won == 0).sum())
    if not wins or not losses:
        return Shortfall(0.0, None, None, _losses_needed(wins, tests) if wins else None, ())
    inflation = design_effect(won, evidence.account[closed])
    rate = float(np.mean(won))
    have, need = len(won), rows_needed(rate, tests) * inflation
    gaps = []
    for fact in evidence.facts:
        if fact.name not in KNOWN:
            # only columns that every company has a value of: others may be empty for a reason
            continue
        known = float(np.mean(fact.known[closed]))
        if known > 1 - LEAST_GAP:
            continue
        now, filled = (power_of(rate, have * share / inflation, tests) for share in (known, 1.0))
        more = _rounded(need / max(known, 0.01) - have)
        gaps.append(Gap(fact.name, fact.info.label, known, now, filled, more))
    gaps.sort(key=lambda gap: (-(gap.power_filled - gap.power_now), gap.attribute))
    more, weaker = (
        0 if wanted <= have else _rounded(wanted - have)
        for wanted in (need, rows_needed(rate, tests, WEAKER_RATIO) * inflation)
    )
    return Shortfall(power_of(rate, have / inflation, tests), more, weaker, None, tuple(gaps))


def power_of(rate: float, rows: float, tests: int) -> float:
    """The chance that a two-proportion test on `rows` independent rows sees a trait of one in five that doubles the win
    rate, at 0.05 over `tests`, two-sided; `rate` is the win rate of all.
    """
    match, rest = _two_rates(rate)
    spread = math.sqrt(_variance(match, rest) / max(rows, 1e-9))
    return float(ndtr((match - rest) / spread + ndtri(0.025 / max(tests, 1))))


def rows_needed(rate: float, tests: int, ratio: float = RATE_RATIO) -> float:
    """The independent rows with which a trait of one in five that has `ratio` times the win rate is seen 80 times in
    100.
    """
    match, rest = _two_rates(rate, ratio)
    quantiles = float(ndtri(ENOUGH_POWER) - ndtri(0.025 / max(tests, 1)))
    return quantiles**2 * _variance(match, rest) / (match - rest) ** 2


def _two_rates(rate: float, ratio: float = RATE_RATIO) -> tuple[float, float]:
    """The win rates with and without the trait, of which `rate` is the mix; with it at most 95 %."""
    rate = min(max(rate, 1e-3), 1 - 1e-3)
    rest = rate / (1 + (ratio - 1) * TRAIT_SHARE)
    match = min(ratio * rest, MOST_RATE)
    return match, min((rate - TRAIT_SHARE * match) / (1 - TRAIT_SHARE), match - 1e-3)


def _variance(match: float, rest: float) -> float:
    return match * (1 - match) / TRAIT_SHARE + rest * (1 - rest) / (1 - TRAIT_SHARE)


def _losses_needed(wins: int, tests: int) -> int | None:
    """How many lost deals beside `wins` won ones would do, one to twenty for each; None where no number would."""
    for losses in range(10 * math.ceil(wins / 10), 20 * wins + 1, 10):
        rows = wins + losses
        if rows_needed(wins / rows, tests) <= rows:
            return losses
    return None


def usual_needs(tests: int) -> tuple[int, int]:
    """How many won and lost deals would do at a usual win rate of one in four."""
    rows = rows_needed(0.25, tests)
    return _rounded(rows / 4), _rounded(rows * 3 / 4)


def _rounded(rows: float) -> int:
    """At least ten, in steps that say how roughly it is known: of ten up to 200, of fifty up to 1,000, else of 500."""
    step = 10 if rows <= 200 else 50 if rows <= 1000 else 500
    return max(10, math.ceil(rows / step) * step)
