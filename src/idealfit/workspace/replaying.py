"""The last quarters of a workspace, worked again by a profile; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from idealfit.errors import UsageError
from idealfit.evidence.economics import gather_economics
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.asked import PROGRESS
from idealfit.patterns.backtest import tiers_between
from idealfit.patterns.best import Best
from idealfit.patterns.candidate import bin_fact
from idealfit.patterns.drafting import spoken_for
from idealfit.patterns.leakage import admit
from idealfit.patterns.replay import Built, Replay, in_span, last_quarters, replay_of
from idealfit.patterns.telling import tiers_then
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.motion import DEFAULT_MOTION
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.imported import load_attributes, load_report
from idealfit.scores.currency import with_currency
from idealfit.store.place import Place, open_place
from idealfit.workspace.asking import gathered, tables_of

LEVELS = ("A", "AB", "ABC")
MOST_QUARTERS = 20
SEED = 1


@dataclass(frozen=True)
class ReplayAnswer:
    """A replay and how far to believe it. `built`: when the profile came to be, seen from these deals; `flattered`: the
    same quarters by the profile of today, which was built on these very deals (None where that is what is shown).
    """

    profile: str
    as_of: date
    unit: str
    currency: str
    built: Built
    replay: Replay
    flattered: Replay | None
    not_judged: tuple[str, ...]
    undated: int


def replay(
    workspace: Path,
    *,
    profile: Path | None = None,
    quarters: int = 4,
    tier: str = "AB",
    capacity: int | None = None,
    as_of: date | None = None,
    keep: Sequence[str] = (),
) -> ReplayAnswer:
    """Work the last `quarters` again. Without `profile` each quarter is worked by what could be learned from deals that
    were closed before it began; with one, by that file, read as things were the day before each deal opened.

    `tier`: 'A', 'AB' or 'ABC' (all but the excluded) are worked; with `capacity` the best so many deals of each
    quarter. `keep`: columns that are not to be refused by name, as the build had them. Where the build counted who
    advances, so does this (`unit` says so). Raises UsageError, ProfileFileError, NoOutcomes.
    """
    if tier not in LEVELS:
        raise UsageError(f"'{tier}' is no choice of tiers", remedy=f"Choose one of {', '.join(LEVELS)}.")
    if not 1 <= quarters <= MOST_QUARTERS or (capacity is not None and capacity < 1):
        raise UsageError(
            "There is nothing to replay", remedy=f"Give 1 to {MOST_QUARTERS} quarters and a capacity of 1 or more."
        )
    place = open_place(workspace)
    chosen = load_profile(profile) if profile else _own(place)
    con = tables_of(place)
    try:
        attributes = load_attributes(place)
        rows, evidence, day = gathered(
            con, place, attributes, as_of, contrast=False, motion=chosen.motion if chosen else DEFAULT_MOTION
        )
        if rows.unit not in ("deal", "advance"):
            raise UsageError(
                "The records hold no deals that were won or lost: nobody can tell which would have been skipped",
                remedy="Add an export of deals with their outcome and the day on which each was opened.",
            )
        if not evidence.in_time:
            raise UsageError(
                "The records do not say when the deals were opened: there are no quarters to replay",
                remedy="Add the day on which each deal was opened ('created_at').",
            )
        company = Company.model_validate((load_report(place) or {}).get("company") or {})
        economics = gather_economics(con, evidence, company, as_of=day)
        spans = last_quarters(day, quarters)
        if not any(np.any(in_span(evidence, *span)) for span in spans):
            raise UsageError(
                f"No deal was opened from {spans[0][0]} to {spans[-1][1]}",
                remedy="Ask for more quarters (--quarters), or for an earlier day (--as-of).",
            )
        told = None if chosen is None else with_currency(spoken_for(con, chosen), company, day, attributes)
        today = None if told is None else tiers_then(con, told, as_of=day)
        rolled = None if profile else _rolled(evidence, attributes, spans, place, company, keep)
    finally:
        con.close()

    def worked(given: tuple[NDArray[np.str_], Floats]) -> Replay:
        return replay_of(evidence, economics, *given, spans, level=tier, capacity=capacity)

    undated = int(np.sum(np.isnat(evidence.opened)))
    if rolled is not None and today is not None:
        name = "A profile built before each quarter"
        made = worked(rolled[:2])
        again = worked(today) if bool(np.any(today[0] != "unknown")) else None
        return ReplayAnswer(
            name, day, rows.unit, economics.currency, "before each quarter", made, again, rolled[2], undated
        )
    if today is None or chosen is None:
        raise UsageError("There is no profile to replay", remedy="Run 'idealfit build DIR', or give --profile FILE.")
    built = _built(chosen, spans[0][0])
    return ReplayAnswer(chosen.profile, day, rows.unit, economics.currency, built, worked(today), None, (), undated)


def _own(place: Place) -> Profile | None:
    path = place.root / "profile.yaml"
    return load_profile(path) if path.is_file() else None


def _rolled(
    evidence: Evidence,
    attributes: Mapping[str, AttributeInfo],
    spans: tuple[tuple[date, date], ...],
    place: Place,
    company: Company,
    keep: Sequence[str],
) -> tuple[NDArray[np.str_], Floats, tuple[str, ...]] | None:
    """Tier and order of the rows of each quarter by what was closed before it; None where no quarter can be judged.
    The rows of a quarter before which too little was closed, or nothing was found, are 'unknown'; the third entry says
    so of these quarters.
    """
    binned = [one for fact in admit(evidence, attributes, keep).listed for one in bin_fact(fact, evidence.account)]
    tiers, order = np.full(evidence.rows, "unknown", dtype="<U8"), np.full(evidence.rows, np.nan)
    missed = []
    for start, end in spans:
        found = tiers_between(
            evidence, binned, start, end, best=_best(place), horizon=float(company.value_horizon_months), seed=SEED
        )
        name = f"{start.year} Q{(start.month + 2) // 3}"
        if found is None:
            missed.append(f"before {name} too little was closed to learn from")
            continue
        if len(np.unique(found[2])) < 2:
            missed.append(f"before {name} nothing was found that sets deals apart")
            continue
        rows, tier, where = found
        tiers[rows], order[rows] = tier, -where
    return None if len(missed) == len(spans) else (tiers, order, tuple(missed))


def _best(place: Place) -> Best:
    path = place.root / "evidence.json"
    named = json.loads(path.read_text(encoding="utf-8")).get("best") if path.is_file() else None
    return "win_rate" if named == PROGRESS else str(named or "value")


def _built(profile: Profile, first: date) -> Built:
    """When the profile was made: one with evidence in it was built from deals up to its as-of."""
    discovered = any(one.evidence for _layer, one in profile.criteria) or any(
        one.evidence for one in profile.exclusions
    )
    if not discovered or profile.as_of is None:
        return "not known"
    return "before these deals" if profile.as_of < first else "on these deals"
