"""What evidence.json says of time and of kinds of deals: the window, the changes, the divisions, the backtest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate
from idealfit.evidence.table import Evidence
from idealfit.evidence.window import Window
from idealfit.patterns.backtest_report import Aged, Backtest, Block, Rival, TierResult
from idealfit.patterns.ceiling import HINT, ceiling_installed
from idealfit.patterns.change import Change
from idealfit.patterns.deciles import Part
from idealfit.patterns.difference import Moved
from idealfit.patterns.division import Division
from idealfit.patterns.leakage import own_name
from idealfit.patterns.period import spoken
from idealfit.patterns.sides import DEALS, Sides
from idealfit.patterns.wording import words_of
from idealfit.profile.parsing import to_text
from idealfit.records.attribute import AttributeInfo

MOST_RECORDS = 1_000
MOST_NAMED = 3


def time_blocks(
    window: Window | None,
    changes: tuple[Change, ...],
    divisions: tuple[Division, ...],
    evidence: Evidence,
    attributes: Mapping[str, AttributeInfo],
) -> dict[str, Any]:
    """The entries `window`, `changes` and `divisions`; `evidence` has all rows, those before the window too."""
    made: dict[str, Any] = {"window": None, "changes": [], "divisions": []}
    if window is not None:
        made["window"] = {
            "since": None if window.since is None else window.since.isoformat(),
            "months": _number(window.months),
            "closed": window.closed,
            "older": window.older,
            "reason": window.reason,
            "sentence": window.sentence,
        }
    opened = evidence.opened.astype("datetime64[D]")
    made["changes"] = [
        {
            "at": str(one.at),
            "low": str(one.low),
            "high": str(one.high),
            "by_luck": _number(one.p_value),
            "sentence": change_sentence(one, attributes),
            "moved": [_moved(each, evidence, (opened < one.at, opened >= one.at), attributes) for each in one.moved],
        }
        for one in changes
    ]
    made["divisions"] = [
        {
            "by": one.by,
            "value": one.value,
            "deals": one.deals[0],
            "won": one.won[0],
            "rest_deals": one.deals[1],
            "rest_won": one.won[1],
            "by_luck": _number(one.p_value),
            "sentence": division_sentence(one, attributes),
            "moved": [_moved(each, evidence, _sides(one, evidence), attributes) for each in one.moved],
        }
        for one in divisions
    ]
    return made


def time_warnings(
    changes: tuple[Change, ...], divisions: tuple[Division, ...], attributes: Mapping[str, AttributeInfo]
) -> tuple[str, ...]:
    """What everybody must read: more than one profile in the evidence."""
    return (
        *(change_sentence(one, attributes) for one in changes),
        *(division_sentence(one, attributes) for one in divisions),
    )


def change_sentence(change: Change, attributes: Mapping[str, AttributeInfo]) -> str:
    """'Your evidence contains two profiles: before and after 25 October 2024 differ: …'."""
    lost = [one for one in change.moved if abs(one.after) < abs(one.before)]
    gained = [one for one in change.moved if abs(one.after) >= abs(one.before)]
    told = f"Your evidence contains two profiles: before and after {spoken(change.at)} other things win"
    parts = [
        f"{words}: {_named(some, attributes)}" for words, some in (("less now", lost), ("more now", gained)) if some
    ]
    return f"{told} ({'; '.join(parts)}). What wins is learned from the deals since then" if parts else told


def division_sentence(division: Division, attributes: Mapping[str, AttributeInfo]) -> str:
    """'Your evidence contains two profiles: for deals whose motion is A other things win than for the others: …'."""
    named = f" ({_named(division.moved, attributes)})" if division.moved else ""
    return (
        f"Your evidence contains two profiles: for deals whose {division.by} is {division.value} other things win than "
        f"for the others{named}. This profile is made of both"
    )


def _named(moved: list[Moved] | tuple[Moved, ...], attributes: Mapping[str, AttributeInfo]) -> str:
    """The surest few by their sentence, and how many more."""
    words = [words_of(one.candidate.predicate(), attributes) for one in moved[:MOST_NAMED]]
    more = len(moved) - len(words)
    return ", ".join(words) + (f" and {more} more" if more else "")


def _sides(division: Division, evidence: Evidence) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    values = getattr(evidence, division.by)
    known = np.array([value is not None for value in values], dtype=bool)
    inside = np.array(
        [str(value or "").strip().casefold() == division.value.casefold() for value in values], dtype=bool
    )
    return known & ~inside, inside


def _moved(
    moved: Moved,
    evidence: Evidence,
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    attributes: Mapping[str, AttributeInfo],
) -> dict[str, Any]:
    """One set on either side: its counts, rates and records, and its odds ratio given the other effects."""
    predicate = moved.candidate.predicate()
    mask = moved.candidate.mask()
    return {
        "attribute": own_name(moved.candidate.binned.fact),
        "when": to_text(predicate),
        "sentence": words_of(predicate, attributes),
        "q_value": _number(moved.q_value),
        "before": _side(mask, evidence, sides[0], moved.before),
        "after": _side(mask, evidence, sides[1], moved.after),
    }


def _side(mask: NDArray[np.float64], evidence: Evidence, side: NDArray[np.bool_], effect: float) -> dict[str, Any]:
    inside, outside = side & (mask == 1), side & (mask == 0)
    won, lost = evidence.outcome == 1, evidence.outcome == 0
    counts = [int(np.sum(rows & kind)) for rows in (inside, outside) for kind in (won, lost)]
    return {
        "counts": dict(zip(("match_won", "match_lost", "rest_won", "rest_lost"), counts, strict=True)),
        "rates": {
            name: _number(one / (one + other)) if one + other else None
            for name, one, other in (("match", counts[0], counts[1]), ("rest", counts[2], counts[3]))
        },
        "odds_ratio": _number(math.exp(effect)),
        "records": {
            name: [str(code) for code in evidence.deal_id[inside & kind][:MOST_RECORDS]]
            for name, kind in (("won", won), ("lost", lost))
        },
    }


def backtest_block(backtest: Backtest, sides: Sides = DEALS) -> dict[str, Any]:
    """The entry `backtest`; `sides`: what is counted."""
    if backtest.kind == "none":
        return {"kind": "none", "at": None, "deals": 0, "tiers": []}
    followed = backtest.followed
    rivals = {one.kind: _rival(one) for one in backtest.rivals}
    return {
        "kind": backtest.kind,
        "at": backtest.at.isoformat() if backtest.at else None,
        "deals": backtest.deals,
        "tiers": [_tier(tier) for tier in backtest.tiers],
        "sides": [_half(side) for side in backtest.sides],
        "baselines": {
            "everyone": {"win_rate": _estimate(backtest.everyone), "deals": backtest.deals},
            "size": None
            if backtest.size is None
            else {
                "attribute": backtest.size.attribute,
                "auc": _number(backtest.size.auc),
                "lift": _number(backtest.size.lift),
                "order": rivals.get("size"),
            },
            "own_profile": rivals.get("own_profile"),
            "black_box": rivals.get("black_box"),
        },
        "auc": _estimate(backtest.auc),
        "lift": _estimate(backtest.lift),
        "lift_of": backtest.lift_of,
        "lift_from": backtest.kind if backtest.lift_later is None else "all_deals",
        "lift_later": _estimate(backtest.lift_later or (backtest.lift if backtest.kind == "later_deals" else None)),
        "lift_ab": _estimate(backtest.lift_ab),
        "lift_value": _estimate(backtest.lift_value),
        "calibration": {
            "brier": _number(backtest.brier),
            "brier_everyone": _number(backtest.brier_everyone),
            "slope": _number(backtest.slope),
            "bins": [
                {
                    "predicted": _number(predicted),
                    "observed": _number(observed),
                    "deals": deals,
                    "seen": _estimate(seen),
                }
                for (predicted, observed, deals), seen in zip(backtest.bins, backtest.bin_rates, strict=True)
            ],
        },
        "parts": [_part(one) for one in backtest.parts],
        "followed": None
        if followed is None
        else {
            "worked": followed.worked,
            "skipped": followed.skipped,
            "wins_kept": followed.wins_kept,
            "wins_given_up": followed.wins_given_up,
            "given_up_names": list(followed.given_up_names),
            "amount_kept_share": _number(followed.amount_kept_share),
            "value_kept_share": _number(followed.value_kept_share),
        },
        "origins": [_block(one) for one in backtest.blocks],
        "aging": [_aged(one) for one in backtest.aging],
        "sentences": list(backtest_sentences(backtest, sides)),
    }


_WINS = frozenset({"value", "good deals", "won deals"})
"""What a lift may be of where the area under the curve, which is one of wins, says as much; else the lift is told."""


def backtest_sentences(backtest: Backtest, sides: Sides = DEALS) -> tuple[str, ...]:
    """What the comparison says: against size, the own profile and a black box, and how a profile grows old; `sides`:
    what is counted.
    """
    said = []
    plainly = sides is not DEALS or backtest.lift_of in _WINS
    wins, rows = (sides.order, sides.rows) if plainly else (backtest.lift_of, sides.rows)
    if backtest.lift is not None and (later := backtest.lift_later) is not None:
        said.append(
            f"The later {rows} alone are too few to tell: a lift of {later.value:.2f} ({later.low:.2f} to "
            f"{later.high:.2f}). On all {backtest.lift.n:,}, each ordered by a profile that saw no deal of its time, "
            f"it is {backtest.lift.value:.2f} ({backtest.lift.low:.2f} to {backtest.lift.high:.2f})"
        )
    for one in backtest.rivals:
        gain = one.auc_gain if plainly else one.lift_gain
        if gain is None or not math.isfinite(gain.low):
            continue
        by = f"{'' if plainly else 'a lift of '}{abs(gain.value):.2f} ({_span(gain)})"
        if one.kind == "black_box":
            worse = "better" if gain.value < 0 else "worse"
            said.append(
                f"A black box ({one.name}) would order {wins} {abs(gain.value):.2f} {worse} ({_span(gain)}); "
                "it cannot tell you why"
                if abs(gain.value) >= 0.005
                else f"A black box ({one.name}) would order {wins} no better; it cannot tell you why"
            )
            continue
        other = one.name if one.kind == "size" else f"the profile that you have ({one.name})"
        if gain.low > 0:
            said.append(f"It orders {wins} better than {other} alone, by {by}")
        elif gain.high < 0:
            said.append(f"It orders {wins} worse than {other} alone, by {by}")
        else:
            said.append(
                f"That it orders {wins} better than {other} alone is not shown: the difference is {gain.value:+.2f} "
                f"({_span(gain)})"
            )
    if not any(one.kind == "black_box" for one in backtest.rivals) and not ceiling_installed():
        said.append(HINT.replace("deals", rows))
    if plainly:
        said.extend(_aging_sentence(backtest.aging, wins))
    return tuple(said)


def _span(estimate: Estimate) -> str:
    return f"{estimate.low:+.2f} to {estimate.high:+.2f}"


def _aging_sentence(aging: tuple[Aged, ...], wins: str) -> list[str]:
    told = [(one, one.loss) for one in aging if one.periods and one.loss is not None and math.isfinite(one.loss.low)]
    if not told:
        return []
    # the oldest age of which at least a third as many deals speak as of the youngest
    last, loss = [pair for pair in told if pair[0].deals * 3 >= told[0][0].deals][-1]
    old = f"{last.periods} quarter{'s' if last.periods > 1 else ''}"
    if loss.low > 0:
        return [f"A profile {old} old ordered {wins} {loss.value:.2f} worse than a fresh one ({_span(loss)})"]
    return [
        f"A profile {old} old ordered {wins} about as well as a fresh one (difference {loss.value:+.2f}, {_span(loss)})"
    ]


def _tier(tier: TierResult) -> dict[str, Any]:
    return {
        "tier": tier.tier,
        "deals": tier.deals,
        "accounts": tier.accounts,
        "won": tier.won,
        "win_rate": _estimate(tier.win_rate),
        "predicted": _number(tier.predicted),
        "lift": _estimate(tier.lift),
        "value": _estimate(tier.value),
        "amount": _estimate(tier.amount),
        "cycle_days": _estimate(tier.cycle_days),
        "retention": _estimate(tier.retention),
        "became": tier.became.as_dict() if tier.became is not None else None,
    }


def _half(side: TierResult) -> dict[str, Any]:
    """A and B together, or the rest: what is told of both."""
    told = ("tier", "deals", "accounts", "won", "win_rate", "amount", "cycle_days", "retention")
    return {name: value for name, value in _tier(side).items() if name in told}


def _part(part: Part) -> dict[str, Any]:
    return {
        "part": part.number,
        "deals": part.deals,
        "accounts": part.accounts,
        "won": part.won,
        "reached": _number(part.reached),
        "win_rate": _estimate(part.win_rate),
        "value": _estimate(part.value),
        "lift": _estimate(part.lift),
        "captured": _number(part.captured),
        "size_lift": _number(part.size_lift),
    }


def _rival(rival: Rival) -> dict[str, Any]:
    return {
        "name": rival.name,
        "auc": _estimate(rival.auc),
        "lift": _estimate(rival.lift),
        "auc_gain": _estimate(rival.auc_gain),
        "lift_gain": _estimate(rival.lift_gain),
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "at": block.at.isoformat() if block.at else None,
        "built_on": block.built_on,
        "changes": block.changes,
        "deals": block.deals,
        "won": block.won,
        "auc": _estimate(block.auc),
        "lift": _estimate(block.lift),
    }


def _aged(aged: Aged) -> dict[str, Any]:
    return {
        "quarters": aged.periods,
        "deals": aged.deals,
        "auc": _estimate(aged.auc),
        "loss": _estimate(aged.loss),
    }


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {
        "value": _number(estimate.value),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "n": estimate.n,
    }


def _number(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.6g}")
