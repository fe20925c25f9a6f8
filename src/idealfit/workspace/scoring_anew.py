"""Every account of a workspace scored anew with its profile as it is now: nothing is imported and nothing is searched.

As after a build, scores, history, lists, the page and what evidence.json says of the list are those of one profile;
all of them are replaced together, or none.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from idealfit.errors import NoAccountsToScore, Position, WorkspaceBusy
from idealfit.evidence.rows import NoOutcomes
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.standing import as_it_stands
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.scores.motions import MotionsReport
from idealfit.scores.score import ScoreReport
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.staging import staged, watch
from idealfit.workspace.applying import WARNED, Progress, apply_profile
from idealfit.workspace.asking import gathered, tables_of
from idealfit.workspace.last_scoring import last_scored
from idealfit.workspace.runs import MOST_RUNS
from idealfit.workspace.scoring import ScoreResult, best_of, timing_unknown
from idealfit.workspace.tiering import not_measured
from idealfit.workspace.versioning import profile_path, version_words


@dataclass(frozen=True)
class ScoredAnew:
    """`version`: of the profile, as a page says it; the reports of the scores, `lists` as `count_lists` counts them."""

    profile: str
    version: str
    as_of: date
    scores: ScoreReport
    motions: MotionsReport | None
    lists: Mapping[str, Any]


@dataclass(frozen=True)
class _Known:
    attributes: Mapping[str, AttributeInfo]
    company: Company


def score_anew(
    workspace: Path, *, motion: str | None = None, beside: str | None = None, progress: Progress | None = None
) -> ScoredAnew:
    """Score every account of `workspace` with the profile of `motion` (default: that of the last build) as it is now,
    as of the day of the last import, and write what a build writes after its search. Every motion in `profiles/` is
    scored with it; `beside` names one more, as the profile of all deals where the last build was of another.

    Raises ProfileFileMissing, ProfileFileError, NoAccountsToScore; WorkspaceBusy where the profile or the records were
    changed meanwhile. The workspace is then as it was.
    """
    tell = progress or (lambda _what, _share: None)
    here = open_place(workspace)
    motion = motion or (last_scored(here) or {}).get("motion")
    with staged(here, "a scoring", tell) as place:
        path = profile_path(place, motion)
        watch(place, path)
        profile = as_it_stands(load_profile(path))
        also = () if beside is None else (as_it_stands(load_profile(profile_path(place, beside))),)
        tables = open_ledger(place).current_snapshots()
        con = tables_of(place)
        try:
            if con.execute("SELECT COUNT(*) FROM accounts").fetchone() == (0,):
                raise NoAccountsToScore(
                    "The workspace holds no accounts to score",
                    where=Position(str(place.root)),
                    remedy="Import files first: an account is a company with a name or a domain.",
                )
            tell("gathering the evidence", 0.0)
            attributes, company, day = load_attributes(place), company_of(place), _day(place, profile)
            with contextlib.suppress(NoOutcomes):  # who was worked is then told by the accounts alone
                gathered(con, place, attributes, day, motion=profile.motion)
            document = _document(place)
            unmeasured = [said] if (said := not_measured(profile, document)) else []
            if unmeasured:
                document = {**document, "warnings": [*unmeasured, *document["warnings"]]}
            done = apply_profile(
                con,
                place,
                profile,
                document,
                _Known(attributes, company),
                day,
                lambda what, share: tell(what, 0.3 + 0.7 * share),
                version=version_words(place, profile),
                made={one.motion: one for one in also if one.motion != profile.motion},
            )
        finally:
            con.close()
        run = done.run | {WARNED: [*unmeasured, *done.run[WARNED]]}
        scores = replace(done.scores, warnings=(*unmeasured, *done.scores.warnings))
        open_ledger(place).record_run("score", "score anew", day, run)
        _only_if_still(place, tables)
        tell("done", 1.0)
        version = version_words(place, profile)
    return ScoredAnew(profile.profile, version, day, scores, done.motions, done.lists)


def best_anew(workspace: Path, made: ScoredAnew) -> ScoreResult:
    """What `score_anew` made, told as any scoring is: with the best accounts, by name."""
    place = open_place(workspace)
    path = place.root / "scores.parquet"
    con = tables_of(place)
    try:
        con.execute("CREATE OR REPLACE TEMP TABLE scores AS SELECT * FROM read_parquet($path)", {"path": str(path)})
        best, suits, chances = best_of(con, several=made.motions is not None)
        unknown = timing_unknown(con, [str(row[0]) for row in best])
    finally:
        con.close()
    return ScoreResult(None, made.scores, best, path, (), made.motions, suits, chances, timing_unknown=unknown)


def _day(place: Place, profile: Profile) -> date:
    said = (load_report(place) or {}).get("as_of")
    return date.fromisoformat(str(said)[:10]) if said else profile.as_of or date.today()


def _document(place: Place) -> dict[str, Any]:
    """evidence.json as discovery left it: without what the last scoring warned of."""
    path = place.root / "evidence.json"
    if not path.is_file():
        return {}
    document = dict(json.loads(path.read_text(encoding="utf-8")))
    runs = open_ledger(place).latest_runs(MOST_RUNS)
    warned = next((run.summary[WARNED] for run in runs if WARNED in run.summary), ())
    return document | {"warnings": [one for one in document.get("warnings") or () if one not in warned]}


def _only_if_still(place: Place, tables: Mapping[str, str]) -> None:
    """Let the staged run fail where other records have become current since they were read."""

    def look(connection: sa.Connection) -> None:
        rows = connection.execute(sa.text("SELECT table_name, snapshot_id FROM current_tables")).all()
        if {row.table_name: row.snapshot_id for row in rows} != dict(tables):
            raise WorkspaceBusy(
                "The records were changed by somebody else while they were scored: nothing was written",
                where=Position(str(place.root)),
                remedy="Score them again.",
            )

    if place.staging is not None:
        place.staging.ledger_writes.append(look)
