"""What a run of scores leaves in a workspace for the next to be held against: the hits of each criterion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from idealfit.errors import EnvironmentFault
from idealfit.profile.content import Profile
from idealfit.scores.hits import kept, with_jumps
from idealfit.scores.score import ScoreReport
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

HITS = "hits"
MOST_RUNS = 100
"""So many runs are looked through for the last one of a motion."""


def hits_before(place: Place, motion: str) -> Mapping[str, Any] | None:
    """The hits of the last run of a motion that kept them, as `scores.hits.kept` made them."""
    for run in open_ledger(place).latest_runs(MOST_RUNS):
        if (found := (run.summary.get(HITS) or {}).get(motion)) is not None:
            return dict(found)
    return None


def against_the_last(place: Place, profile: Profile, report: ScoreReport) -> ScoreReport:
    """`report`, with what has jumped since the last run of the profile's motion."""
    return with_jumps(report, profile, hits_before(place, profile.motion))


def hits_of(reports: Mapping[str, tuple[Profile, ScoreReport]]) -> dict[str, Any]:
    """What a run's summary keeps: motion → hits."""
    return {HITS: {motion: kept(profile, report.hits) for motion, (profile, report) in reports.items()}}


def record_scoring(place: Place, as_of: date, reports: Mapping[str, tuple[Profile, ScoreReport]]) -> None:
    """Keep the hits of a scoring in the workspace that was scored; one that cannot be written to is only read."""
    try:
        open_ledger(place).record_run("score", "score", as_of, hits_of(reports))
    except EnvironmentFault:
        return
