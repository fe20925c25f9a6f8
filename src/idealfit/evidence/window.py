"""The evidence window: which deals speak for today, and why these.

Records older than five years are left out. From there the last 24 months are the least that is used, and they grow
until sixty deals are closed in them; older deals are kept as long as nothing shows that other things counted then (see
`patterns.change`), since more deals show more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from idealfit.evidence.table import Evidence

BEFORE_WINDOW = -2
"""The outcome of a row that was opened before the window: neither won, lost nor open for what is learned."""

USUAL_MONTHS, MOST_MONTHS = 24, 60
ENOUGH_CLOSED = 60
DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class Window:
    """The deals that are used: from `since` on (None: all), `months` long up to the last one opened. `closed` of them
    are closed, `older` closed deals are left out. `reason`: 'all', 'change', 'five_years', 'asked' or 'undated';
    `sentence` says it with its numbers.
    """

    since: date | None
    months: float
    closed: int
    older: int
    reason: str
    sentence: str


def since_day(evidence: Evidence, since: date | np.datetime64 | None) -> Evidence:
    """The same rows, those opened before `since` marked as before the window; undated rows stay."""
    if since is None:
        return evidence
    begin = since if isinstance(since, np.datetime64) else np.datetime64(since, "D")
    early = evidence.opened.astype("datetime64[D]") < begin
    return replace(evidence, outcome=np.where(early, BEFORE_WINDOW, evidence.outcome))


def first_window(evidence: Evidence, asked: date | None = None) -> tuple[Evidence, date | None]:
    """The evidence of at most five years, or from the day that was asked for; and the day on which it begins."""
    if asked is not None:
        return since_day(evidence, asked), asked
    dated = evidence.opened[~np.isnat(evidence.opened)].astype("datetime64[D]")
    if not len(dated) or not evidence.in_time:
        return evidence, None
    begin = np.datetime64(evidence.as_of, "D") - np.timedelta64(round(MOST_MONTHS * DAYS_PER_MONTH), "D")
    return (since_day(evidence, begin), begin.astype(date)) if dated.min() < begin else (evidence, None)


def usual_start(evidence: Evidence) -> tuple[date | None, int]:
    """The first day of the shortest window that is long enough (24 months, sixty closed deals), and its months; None
    where the records are no longer than that.
    """
    closed = (evidence.outcome >= 0) & ~np.isnat(evidence.opened)
    opened = np.sort(evidence.opened[closed].astype("datetime64[D]"))
    if len(opened) <= ENOUGH_CLOSED:
        return None, 0
    for months in range(USUAL_MONTHS, MOST_MONTHS, 3):
        begin = np.datetime64(evidence.as_of, "D") - np.timedelta64(round(months * DAYS_PER_MONTH), "D")
        if opened[0] >= begin:
            return None, 0
        if int(np.sum(opened >= begin)) >= ENOUGH_CLOSED:
            return begin.astype(date), months
    return None, 0


def length(evidence: Evidence) -> tuple[float, int, int]:
    """Months from the first dated row in the window to the as-of; closed deals in it; closed deals before it."""
    inside = (evidence.outcome > BEFORE_WINDOW) & ~np.isnat(evidence.opened)
    closed, older = int(np.sum(evidence.outcome >= 0)), int(np.sum(evidence.outcome == BEFORE_WINDOW))
    if not inside.any():
        return 0.0, closed, older
    first = evidence.opened[inside].astype("datetime64[D]").min()
    return float((np.datetime64(evidence.as_of, "D") - first).astype(int)) / DAYS_PER_MONTH, closed, older
