"""What is known only as of today, and may have changed since: does it go with winning on recent deals, too?

Head count, revenue, tools and the like move, and they move with success: a customer grows after it was won. A pattern
in today's values is therefore looked at again on the deals of the last year, for which today's value is nearly the one
of then. Where it is not there, it is at most suggestive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from idealfit.evidence.table import Evidence, Flags
from idealfit.patterns.candidate import MIN_ACCOUNTS, Candidate

MOSTLY = 0.5
"""From this share of rows on, a pattern speaks of today's values."""
RECENT_DAYS, LEAST_DEALS = 365, 60
HELD_SHARE = 0.25
"""The share of the log odds on all deals that must be there on recent ones."""
SURELY = 1.28
"""How many standard errors below the effect on all deals the recent one must lie to be called another."""


@dataclass(frozen=True)
class AsToday:
    """How far a pattern rests on today's values: the share of rows, whether such values change with time, and, where
    that matters, the deals opened `since` that day on either side. `holds`: whether it is there (None: too few to say).
    """

    share: float
    volatile: bool
    since: date | None = None
    match_won: int = 0
    match_lost: int = 0
    rest_won: int = 0
    rest_lost: int = 0
    holds: bool | None = None


def as_today(candidate: Candidate, evidence: Evidence) -> AsToday:
    """How far `candidate` rests on values of today, and how it does on the deals of the last year."""
    facts = [part.binned.fact for part in candidate.binned.parts] or [candidate.binned.fact]
    share = max(fact.as_today for fact in facts)
    volatile = any(fact.info.volatile and fact.as_today >= MOSTLY for fact in facts)
    if not volatile or not evidence.in_time:
        return AsToday(share, volatile)
    recent, since = _recent(evidence)
    mask, won = candidate.mask(), evidence.outcome == 1
    lost = evidence.outcome == 0
    counts = [int(np.sum(rows & side & recent)) for side in (mask == 1, mask == 0) for rows in (won, lost)]
    whole = [int(np.sum(rows & side)) for side in (mask == 1, mask == 0) for rows in (won, lost)]
    holds: bool | None = None
    if counts[0] + counts[1] >= MIN_ACCOUNTS and counts[2] + counts[3] >= MIN_ACCOUNTS:
        (now, error), (always, _error) = _log_odds(counts), _log_odds(whole)
        there = now * math.copysign(1.0, always)
        holds = there >= HELD_SHARE * abs(always) or abs(always) - there <= SURELY * error
    return AsToday(share, volatile, since, counts[0], counts[1], counts[2], counts[3], holds)


def as_today_block(candidate: Candidate, evidence: Evidence) -> dict[str, Any] | None:
    """The same for evidence.json; None where every value is one of its time."""
    found = as_today(candidate, evidence)
    if found.share == 0:
        return None
    block: dict[str, Any] = {"share": float(f"{found.share:.6g}"), "volatile": found.volatile}
    if found.since is not None:
        block["recent"] = {
            "since": found.since.isoformat(),
            "match_won": found.match_won,
            "match_lost": found.match_lost,
            "rest_won": found.rest_won,
            "rest_lost": found.rest_lost,
            "holds": found.holds,
        }
    return block


def _recent(evidence: Evidence) -> tuple[Flags, date | None]:
    """The closed deals opened in the last year, sixty at least, and the day of the first."""
    closed = np.flatnonzero((evidence.outcome >= 0) & ~np.isnat(evidence.opened))
    recent = np.zeros(evidence.rows, dtype=bool)
    if not len(closed):
        return recent, None
    days = evidence.opened[closed].astype("datetime64[D]")
    enough = np.sort(days)[max(len(days) - LEAST_DEALS, 0)]
    since = min(enough, np.datetime64(evidence.as_of, "D") - np.timedelta64(RECENT_DAYS, "D"))
    recent[closed[days >= since]] = True
    first: date = since.astype(object)
    return recent, first


def _log_odds(counts: list[int]) -> tuple[float, float]:
    """The log odds ratio of a two-by-two table, a half added to each cell (Haldane), and its standard error (Woolf)."""
    match_won, match_lost, rest_won, rest_lost = (count + 0.5 for count in counts)
    error = math.sqrt(1 / match_won + 1 / match_lost + 1 / rest_won + 1 / rest_lost)
    return math.log(match_won * rest_lost / (match_lost * rest_won)), error
