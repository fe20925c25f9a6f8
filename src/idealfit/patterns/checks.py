"""What a sceptic asks of one criterion, beyond its counts: one account's weight, strata, and what open deals say."""

from __future__ import annotations

import math
from collections.abc import MutableMapping, Sequence
from typing import Any

import numpy as np

from idealfit.evidence.table import Evidence, Flags
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.drafting import Named
from idealfit.patterns.leakage import among_open
from idealfit.patterns.pattern import Pattern
from idealfit.patterns.strata import Strata, reversal_told, strata_of
from idealfit.patterns.wording import good_rows

MOST_STRATA = 6


def checks_of(candidate: Candidate, evidence: Evidence, strata: Sequence[Strata]) -> dict[str, Any]:
    """`influence`, `open_deals` and `strata` of a criterion, as they stand in evidence.json."""
    return {
        "influence": influence_of(candidate, evidence),
        "open_deals": open_deals_of(candidate, evidence),
        "strata": [one.as_dict() for one in strata[:MOST_STRATA]],
    }


def influence_of(candidate: Candidate, evidence: Evidence) -> dict[str, Any] | None:
    """The matching account that speaks most for the pattern: its deals, and the counts of the others without it.

    'Speaks most': whose removal moves the log odds ratio furthest towards nothing. None without matching closed deals.
    """
    mask = candidate.mask()
    won, lost = evidence.outcome == 1, evidence.outcome == 0
    inside, outside = mask == 1, mask == 0
    if not np.any(inside & (won | lost)):
        return None
    rest_won, rest_lost = int(np.sum(outside & won)), int(np.sum(outside & lost))
    size = int(evidence.account.max()) + 1
    by_won = np.bincount(evidence.account[inside & won], minlength=size)
    by_lost = np.bincount(evidence.account[inside & lost], minlength=size)
    held = np.flatnonzero(by_won + by_lost)
    base = math.log((rest_won + 0.5) / (rest_lost + 0.5))
    without = np.log((by_won.sum() - by_won[held] + 0.5) / (by_lost.sum() - by_lost[held] + 0.5)) - base
    whole = math.log((by_won.sum() + 0.5) / (by_lost.sum() + 0.5)) - base
    place = int(np.argmin(without * math.copysign(1.0, whole)))
    account = int(held[place])
    row = int(np.flatnonzero(evidence.account == account)[0])
    return {
        "accounts": len(held),
        "account_id": str(evidence.account_id[row]),
        "name": str(evidence.name[row]),
        "won": int(by_won[account]),
        "lost": int(by_lost[account]),
        "without": {
            "match_won": int(by_won.sum() - by_won[account]),
            "match_lost": int(by_lost.sum() - by_lost[account]),
        },
        "odds_ratio": round(math.exp(whole), 4),
        "odds_ratio_without": round(math.exp(float(without[place])), 4),
    }


def open_deals_of(candidate: Candidate, evidence: Evidence) -> dict[str, Any] | None:
    """On how many open deals it is true, and on how many a fact known at the opening would be: a fact is as common
    among them as in the mix of won and lost that they will become. None without enough closed deals.
    """
    mask = candidate.mask()
    known: Flags = ~np.isnan(mask)
    counts = [int(np.sum(known & (evidence.outcome == value))) for value in (1, 0, -1)]
    inside = [int(np.sum((mask == 1) & (evidence.outcome == value))) for value in (1, 0, -1)]
    if min(counts[:2]) < 10 or not counts[2]:
        return None
    expected, verdict = among_open(
        inside[0] / counts[0], inside[1] / counts[1], counts[0], counts[1], inside[2], counts[2]
    )
    return {"open": counts[2], "match": inside[2], "expected": expected, "says": verdict}


def add_checks(
    blocks: MutableMapping[str, dict[str, Any]], named: tuple[Named, ...], evidence: Evidence
) -> dict[str, dict[str, Any]]:
    """The checks of every criterion by id; and into `because` of `blocks`, where the counts look the other way than
    the points, what turns them round.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in named:
        strata = strata_of(one.pattern.candidate, evidence)
        found[one.id] = checks_of(one.pattern.candidate, evidence, strata)
        if turned := _turned(one.pattern, strata, good_rows("account", evidence.notes)):
            because = str(blocks[one.id]["because"]).rstrip(".")
            overall, _, within = turned.partition("; ")
            # the same counts are not said twice
            said = because.startswith(overall.removeprefix("overall "))
            blocks[one.id]["because"] = f"{because}; {within if said and within else turned}."
    return found


def _turned(pattern: Pattern, strata: Sequence[Strata], good: str) -> str:
    """Why the counts point the other way than the effect on winning, if they do and a stratum says why."""
    if pattern.effect is None:
        return ""
    direction = pattern.effect.by_target.get("win", (0.0, 0.0))[0]
    for one in strata:
        if one.change == "reverses" and direction * math.log(one.within.value) > 0:
            told = reversal_told(one, good if good == "stayed" else "won")
            return f"{told[:1].lower()}{told[1:]}"
    return ""
