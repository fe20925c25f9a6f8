"""The verdict: a profile, not enough to tell, or nothing there; and how strong a trait the data could have shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr, ndtri

from idealfit.evidence.estimate import Estimate, design_effect
from idealfit.evidence.table import Evidence
from idealfit.patterns.backtest import Backtest
from idealfit.patterns.collecting import what_to_collect
from idealfit.patterns.shortfall import Shortfall, shortfall
from idealfit.patterns.sides import Sides, sides_of

Verdict: TypeAlias = Literal["profile", "insufficient", "no_signal"]

TRAIT_SHARE, TRAIT_ODDS, ENOUGH_POWER = 0.2, 2.0, 0.8


@dataclass(frozen=True)
class Power:
    """The chance of finding a trait held by `share` of accounts that multiplies the odds of winning by `odds_ratio`,
    when `tests` things are searched.
    """

    odds_ratio: float
    share: float
    value: float
    tests: int = 50


@dataclass(frozen=True)
class Judgement:
    """The verdict, why in one sentence, and what to collect to tell more."""

    verdict: Verdict
    reason: str
    collect: tuple[str, ...]
    missing: Shortfall | None = None


def power(evidence: Evidence, tests: int) -> Power:
    """Power of a two-proportion test at the threshold of the first pattern (0.05 over the number of tests),
    clustered.
    """
    closed = evidence.outcome >= 0
    won = (evidence.outcome[closed] == 1).astype(float)
    if len(won) < 2 or won.min() == won.max():
        return Power(TRAIT_ODDS, TRAIT_SHARE, 0.0, tests)
    n = len(won) / design_effect(won, evidence.account[closed])
    rest = float(np.mean(won))
    # the base rate is a mix of both groups: two steps of a fixed point are enough for a power
    for _ in range(20):
        odds = TRAIT_ODDS * rest / (1 - rest)
        match = odds / (1 + odds)
        rest = (float(np.mean(won)) - TRAIT_SHARE * match) / (1 - TRAIT_SHARE)
        rest = min(max(rest, 1e-4), 1 - 1e-4)
    spread = math.sqrt(match * (1 - match) / (n * TRAIT_SHARE) + rest * (1 - rest) / (n * (1 - TRAIT_SHARE)))
    threshold = -float(ndtri(0.025 / max(tests, 1)))
    return Power(TRAIT_ODDS, TRAIT_SHARE, float(ndtr((match - rest) / spread - threshold)), tests)


def decide(
    evidence: Evidence, backtest: Backtest, supported: int, strength: Power, *, unit: str, unnamed: int = 0
) -> Judgement:
    """The verdict from the number of supported criteria, the backtest and the power (DESIGN §5); `unnamed`: how many
    columns could not be used because nobody named them.
    """
    won = int(np.sum(evidence.outcome == 1))
    lost = int(np.sum(evidence.outcome == 0))
    rows = {"deal": "deals", "advance": "deals", "customer": "customers", "account": "accounts"}[unit]
    if supported and backtest.passes and backtest.lift is not None:
        sides = sides_of(unit, evidence.notes)
        return Judgement("profile", _shown(backtest, backtest.lift, supported, rows, unit, sides), ())
    missing = shortfall(evidence, strength.tests)
    collect = what_to_collect(evidence, missing, strength.tests, rows)
    if unnamed:
        collect = (_names_for(unnamed), *collect)
    if supported and strength.value >= ENOUGH_POWER and backtest.lift is not None:
        return Judgement(
            "no_signal",
            f"What goes with the outcome in all {rows} does not hold on those it was not found on: the lift is "
            f"{backtest.lift.value:.2f} ({backtest.lift.low:.2f} to {backtest.lift.high:.2f}), and a "
            "trait held by one in five that doubles the odds would have been found with a chance of "
            f"{strength.value:.0%}",
            collect,
            missing,
        )
    if supported:
        lift = backtest.lift
        seen = (
            f"its lift is {lift.value:.2f} ({lift.low:.2f} to {lift.high:.2f}), which does not rule out 1"
            if lift is not None
            else f"too few {rows} are closed to test it on others"
        )
        return Judgement(
            "insufficient",
            f"{supported} pattern{'s' if supported > 1 else ''} survive{'s' if supported == 1 else ''} "
            f"testing, but {seen}",
            collect,
            missing,
        )
    if strength.value >= ENOUGH_POWER and strength.tests:
        became = {"deal": "were won", "advance": "advanced"}.get(unit)
        among = f": {won:,} of {won + lost:,} {rows} {became}" if became else f" among {won + lost:,} {rows}"
        return Judgement(
            "no_signal",
            f"Nothing known of these companies goes with the outcome{among}, and a trait held by one in five that "
            f"doubles the odds would have been found with a chance of {strength.value:.0%}{_but(missing)}",
            collect,
            missing,
        )
    return Judgement("insufficient", _too_little(won, lost, strength, unit, rows, unnamed), collect, missing)


def _too_little(won: int, lost: int, strength: Power, unit: str, rows: str, unnamed: int) -> str:
    """Why the records cannot tell: one outcome only, nothing known to search, or too few rows."""
    if not won or not lost:
        return _one_sided(won, lost, unit)
    if not strength.tests:
        return _nothing_known(rows, unnamed)
    counted = {"deal": f"{won:,} won and {lost:,} lost deals", "account": f"{won:,} customers"}.get(
        unit, f"{won + lost:,} {rows}"
    )
    return (
        f"{counted} are too few: a trait held by one in five accounts that doubles the odds would "
        f"have been found with a chance of only {strength.value:.0%}"
    )


def _shown(backtest: Backtest, lift: Estimate, supported: int, rows: str, unit: str, sides: Sides) -> str:
    """What was found, and what its order brings on deals that it was not made of."""
    many = backtest.lift_of if unit == "deal" else sides.order.replace("the best", "of the best")
    if "customers" in many:
        rows = "customers"
    brings = "as much value" if many == "value" else f"as many {many}"
    where = "later deals" if backtest.kind == "later_deals" else "accounts set aside (not a test of time)"
    alone = ""
    if (later := backtest.lift_later) is not None:
        where = f"all {lift.n:,} {rows}, each by what those of other times say,"
        alone = f"; the later ones alone are too few to tell: {later.value:.2f} ({later.low:.2f} to {later.high:.2f})"
    return (
        f"{supported} supported {'criterion' if supported == 1 else 'criteria'}. Working {where} in its order finds "
        f"{lift.value:.2f} times {brings} as chance would ({lift.low:.2f} to {lift.high:.2f}){alone}"
    )


def _names_for(unnamed: int) -> str:
    one = unnamed == 1
    return (
        f"A name for the {'column' if one else f'{unnamed:,} columns'} without one (a header line in the file, or a "
        f"mapping): {'it' if one else 'they'} could not be used"
    )


def _nothing_known(rows: str, unnamed: int) -> str:
    """Why nothing could be found where no column was left to search."""
    why = f": {unnamed:,} columns of the file have no name" if unnamed else ""
    whose = "the companies behind these deals" if rows == "deals" else f"these {rows}"
    return f"Nothing is known of {whose} that a search could use{why}"


def _but(missing: Shortfall) -> str:
    """What the chance does not hold for: a column that most lack hides what goes with it."""
    hidden = [gap for gap in missing.gaps if gap.power_now < ENOUGH_POWER][:2]
    if not hidden:
        return ""
    told = " and ".join(f"{gap.label} (known for {gap.known:.0%}, a chance of {gap.power_now:.0%})" for gap in hidden)
    return f"; not so in {told}"


def _one_sided(won: int, lost: int, unit: str) -> str:
    """Why nothing can be told where there is one outcome only."""
    if unit == "advance":
        return f"All {won + lost:,} deals {'advanced' if won else 'stopped'}: nothing can be compared"
    if unit != "deal":
        count = won + lost
        return f"There are {count:,} customers and nobody to compare them with: what they share, others may share too"
    only, other = ("won", "lost") if won else ("lost", "won")
    return (
        f"There are {won + lost:,} {only} deals and none that were {other}: nothing can be compared, "
        "whatever they share"
    )
