"""The verdict: a profile, not enough to tell, or nothing there; and how strong a trait the data could have shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr, ndtri

from idealfit.evidence.estimate import design_effect
from idealfit.evidence.table import Evidence
from idealfit.patterns.backtest import Backtest
from idealfit.records.attribute import KNOWN

Verdict: TypeAlias = Literal["profile", "insufficient", "no_signal"]

TRAIT_SHARE, TRAIT_ODDS, ENOUGH_POWER = 0.2, 2.0, 0.8
MANY_TIMES = 5
"""Needing more than five times the rows that there are, numbers are not the next thing to collect."""


@dataclass(frozen=True)
class Power:
    """The chance of finding a trait held by `share` of accounts that multiplies the odds of winning by `odds_ratio`."""

    odds_ratio: float
    share: float
    value: float


@dataclass(frozen=True)
class Judgement:
    """The verdict, why in one sentence, and what to collect to tell more."""

    verdict: Verdict
    reason: str
    collect: tuple[str, ...]


def power(evidence: Evidence, tests: int) -> Power:
    """Power of a two-proportion test at the threshold of the first pattern (0.05 over the number of tests),
    clustered.
    """
    closed = evidence.outcome >= 0
    won = (evidence.outcome[closed] == 1).astype(float)
    if len(won) < 2 or won.min() == won.max():
        return Power(TRAIT_ODDS, TRAIT_SHARE, 0.0)
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
    return Power(TRAIT_ODDS, TRAIT_SHARE, float(ndtr((match - rest) / spread - threshold)))


def decide(evidence: Evidence, backtest: Backtest, supported: int, strength: Power, *, unit: str) -> Judgement:
    """The verdict from the number of supported criteria, the backtest and the power (DESIGN §5)."""
    won = int(np.sum(evidence.outcome == 1))
    lost = int(np.sum(evidence.outcome == 0))
    rows = {"deal": "deals", "customer": "customers", "account": "accounts"}[unit]
    if supported and backtest.passes and backtest.lift is not None:
        good = {"deal": backtest.lift_of, "customer": "of the best customers", "account": "customers"}[unit]
        where = "later deals" if backtest.kind == "later_deals" else "accounts set aside (not shown over time)"
        return Judgement(
            "profile",
            f"{supported} supported {'criterion' if supported == 1 else 'criteria'}. Working {where} in its order "
            f"finds {backtest.lift.value:.2f} times as many {good} as chance would "
            f"({backtest.lift.low:.2f} to {backtest.lift.high:.2f})",
            (),
        )
    collect = _collect(evidence, strength, won, lost, rows)
    if supported and strength.value >= ENOUGH_POWER and backtest.lift is not None:
        return Judgement(
            "no_signal",
            f"What goes with the outcome in all {rows} does not hold on those it was not found on: the lift is "
            f"{backtest.lift.value:.2f} ({backtest.lift.low:.2f} to {backtest.lift.high:.2f}), and a "
            "trait held by one in five that doubles the odds would have been found with a chance of "
            f"{strength.value:.0%}",
            collect,
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
        )
    if strength.value >= ENOUGH_POWER:
        among = f": {won:,} of {won + lost:,} {rows} were won" if unit == "deal" else f" among {won + lost:,} {rows}"
        return Judgement(
            "no_signal",
            f"Nothing known of these companies goes with the outcome{among}, and a trait held by one in five that "
            f"doubles the odds would have been found with a chance of {strength.value:.0%}",
            collect,
        )
    if not won or not lost:
        return Judgement("insufficient", _one_sided(won, lost, unit), collect)
    counted = f"{won:,} won and {lost:,} lost deals" if unit == "deal" else f"{won + lost:,} {rows}"
    return Judgement(
        "insufficient",
        f"{counted} are too few: a trait held by one in five accounts that doubles the odds would "
        f"have been found with a chance of only {strength.value:.0%}",
        collect,
    )


def _one_sided(won: int, lost: int, unit: str) -> str:
    """Why nothing can be told where there is one outcome only."""
    if unit != "deal":
        count = won + lost
        return f"There are {count:,} customers and nobody to compare them with: what they share, others may share too"
    only, other = ("won", "lost") if won else ("lost", "won")
    return (
        f"There are {won + lost:,} {only} deals and none that were {other}: nothing can be compared, "
        "whatever they share"
    )


def _collect(evidence: Evidence, strength: Power, won: int, lost: int, rows: str) -> tuple[str, ...]:
    """What would let us see more, most useful first."""
    advice = []
    have = won + lost
    if strength.value < ENOUGH_POWER and won and lost:
        need = _needed(evidence, have)
        what = f"{'closed ' if rows == 'deals' else ''}{rows.replace('accounts', 'companies')}"
        if need > MANY_TIMES * have:
            advice.append(f"Reasons first, from interviews: numbers alone would need about {need:,} more {what}")
        else:
            advice.append(f"About {need:,} more {what}: enough to show a trait that doubles the odds")
    if not lost:
        advice.append("Lost deals with their dates: without them nobody can say what wins")
    # Only columns that every company has a value of: others may be empty for a reason.
    gaps = sorted((float(np.mean(fact.known)), fact.info.label) for fact in evidence.facts if fact.name in KNOWN)
    for share, label in gaps[:2]:
        if share < 0.7:
            advice.append(f"{label[:1].upper()}{label[1:]}: {100 * (1 - share):.0f} in 100 companies lack it")
    kinds = {fact.kind for fact in evidence.facts}
    if "list" not in kinds:
        advice.append("The tools that these companies use")
    if "event" not in kinds:
        advice.append("Dated events: funding, hiring, a new leader, a visit to the pricing page")
    if evidence.reach in ("wins", "wins+value"):
        advice.append("Subscriptions with start and end: who stays is not visible yet")
    advice.append("What set off each purchase: ask it, and record it with the deal")
    return tuple(advice[:4])


def _needed(evidence: Evidence, have: int) -> int:
    """How many more rows give 80 % power at a usual threshold (z = 3.3 + 0.84), the win rate staying as it is."""
    closed = evidence.outcome >= 0
    won = (evidence.outcome[closed] == 1).astype(float)
    rate = min(max(float(np.mean(won)), 0.02), 0.98)
    odds = TRAIT_ODDS * rate / (1 - rate)
    match = odds / (1 + odds)
    unit = match * (1 - match) / TRAIT_SHARE + rate * (1 - rate) / (1 - TRAIT_SHARE)
    need = (3.3 + 0.84) ** 2 * unit / (match - rate) ** 2 * design_effect(won, evidence.account[closed])
    return max(10, round((need - have) / 10.0) * 10)
