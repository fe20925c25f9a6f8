"""The whole way, once: from a folder of exports to a profile, scores, lists and a page in a workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import numpy as np

from idealfit.evidence.economics import Economics, gather_economics
from idealfit.evidence.follow_up import told
from idealfit.evidence.role_facts import undated_roles
from idealfit.evidence.rows import NoOutcomes, Rows, make_rows
from idealfit.evidence.table import Evidence, gather_evidence
from idealfit.evidence.window import since_day
from idealfit.patterns.asked import PROGRESS, Asked, asked_for, rows_by_progress, settled
from idealfit.patterns.assumed import with_assumed
from idealfit.patterns.best import Best
from idealfit.patterns.best_customers import chosen
from idealfit.patterns.consequence import Judge
from idealfit.patterns.discovery import Discovery, discover
from idealfit.patterns.drafting import coverage_of, draft_profile, name_patterns
from idealfit.patterns.evidence_document import (
    criterion_block,
    document_without_accounts,
    document_without_outcomes,
    evidence_document,
)
from idealfit.patterns.fading import with_half_lives
from idealfit.patterns.hypothesis import with_paying
from idealfit.patterns.points import tier_cuts
from idealfit.patterns.telling import tell_of, with_cross_check
from idealfit.patterns.time_document import time_blocks, time_warnings
from idealfit.profile.content import Profile, Tiers
from idealfit.profile.motion import DEFAULT_MOTION, motion_name
from idealfit.records.intake import SAME_RECORDS, import_folder
from idealfit.records.origin import Origin, must_be_there
from idealfit.records.quality.days import moved_in_on
from idealfit.records.report import ImportReport, Question
from idealfit.scores.currency import with_money
from idealfit.scores.motions import MotionsReport
from idealfit.scores.score import ScoreReport, score_tables
from idealfit.store.engine import connect, load_tables
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.staging import staged
from idealfit.workspace.applying import apply_profile
from idealfit.workspace.dividing import build_parts, parts_of, whom_sold_to, with_profiles
from idealfit.workspace.importing import must_hold_records
from idealfit.workspace.keeping import Kept, keep_profile
from idealfit.workspace.own_profile import own_order

Progress = Callable[[str, float], None]
SEED = 1
_SUPPORT = {
    "profile": "they support a profile",
    "insufficient": "too few for proof",
    "no_signal": "no pattern holds",
}
"""What became of a build, as the list of versions tells it."""
_OF_OUTCOMES = ("deals", "subscriptions", "invoices")


@dataclass(frozen=True)
class BuildResult:
    """What a build made: the import's report, evidence.json as a document, the profile in force, summary, lists, and
    where every file lies (`files`: what it is → path). `proposed`: the profile of this run lies beside one that a
    person changed; `kept` tells what it would change. `motions`: every motion's scores, where there are several.
    """

    report: ImportReport
    evidence: Mapping[str, Any]
    profile: Profile
    scores: ScoreReport | None
    summary: Mapping[str, Any]
    lists: Mapping[str, Any]
    files: Mapping[str, Path]
    proposed: bool = False
    kept: Kept | None = None
    motions: MotionsReport | None = None


def build(
    folder: Origin,
    workspace: Path,
    *,
    as_of: date | None = None,
    best: str | None = None,
    motion: str | None = None,
    mapping: Path | None = None,
    answer: Callable[[Question], str] | None = None,
    progress: Progress | None = None,
    keep: Iterable[str] = (),
    keep_personal: bool = False,
    merge_above: float | None = None,
    since: date | None = None,
    update: bool = False,
) -> BuildResult:
    """Import `folder` (or a database: `records.origin`), discover, write the profile, score every account, write the
    lists and the page into `workspace`.

    `as_of`: the day up to which the records speak (default: company.yaml, else the latest past date in the data).
    `best`: who counts as best (`patterns.best`; default: company.yaml's, else value). `keep`: columns not to be refused
    by name.
    `merge_above`: the probability from which two accounts are merged unasked, instead of company.yaml's. `since`: learn
    from deals opened from that day on (default: company.yaml, else the data decide). `update`: the files hold only what
    changed since the last import, and all records are learned from. Raises
    InputError and UsageError subclasses; the workspace is then as it was.
    """
    asked = asked_for(best)
    must_be_there(folder)
    motion = motion_name(motion)
    tell = progress or (lambda _what, _share: None)
    with staged(open_place(workspace, create=True), "a build", tell) as place:
        if update:
            must_hold_records(place)
        report = import_folder(
            folder,
            place,
            mapping=mapping,
            as_of=as_of,
            keep_personal=keep_personal,
            answer=answer,
            progress=_scaled(tell, 0.0, 0.4),
            merge_above=merge_above,
            update=update,
        )
        return _build(place, report, as_of, asked, motion, keep, since, tell)


def _build(
    place: Place,
    report: ImportReport,
    as_of: date | None,
    asked: Asked,
    motion: str,
    keep: Iterable[str],
    since: date | None,
    tell: Progress,
) -> BuildResult:
    """What follows the import: discovery, the profile, and everything made with it."""
    day = report.as_of or as_of
    if day is None:
        day = date.today()
    asked = asked if asked != Asked() else asked_for(report.company.best)
    best: Best = PROGRESS if asked.progress else asked.choice.text if asked.choice else "value"
    con = connect(place.root)
    load_tables(con, place)
    if con.execute("SELECT COUNT(*) FROM accounts").fetchone() == (0,):
        persons = con.execute("SELECT COUNT(*) FROM leads").fetchall()[0][0]
        return _without_evidence(
            con, place, report, document_without_accounts(best, day, persons, report.notes), motion, day, tell
        )
    learn = _Learner(place, report, asked, tuple(keep), since, day)
    try:
        learned = learn(con, motion, tell)
    except NoOutcomes as fault:
        if any(con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall() for table in _OF_OUTCOMES):
            raise  # there are deals or the like, and a mistake in the records or the day makes them say nothing
        listed = con.execute("SELECT COUNT(*) FROM accounts WHERE duplicate_of IS NULL").fetchall()[0][0]
        nothing = document_without_outcomes(best, day, fault.what, fault.remedy, report.notes, listed)
        return _without_evidence(con, place, report, nothing, motion, day, tell)
    document, made = learned.document, {}
    if motion == DEFAULT_MOTION:
        shares = parts_of(con, learned.discovery.divisions)
        sold_to = whom_sold_to(shares, learned.evidence, learned.discovery, report)
        parts = build_parts(place, shares, sold_to, lambda own, name: learn(own, name, tell).written, report, day, tell)
        document = with_profiles(document, parts, report)
        made = {part.motion: part.kept.profile for part in parts if part.kept is not None}
    kept = keep_profile(place, learned.profile, f"Built from the records as of {day}: {_SUPPORT[document['verdict']]}")
    if kept.proposed is not None:
        judge = Judge(con, day, report.attributes, learned.evidence, report.company)
        kept = replace(kept, total=judge.consequence(kept.profile, kept.proposed))
    return _act(con, place, kept, document, report, day, tell, made)


@dataclass(frozen=True)
class _Learned:
    """A profile as found, its evidence.json, and what they were made of."""

    profile: Profile
    document: dict[str, Any]
    evidence: Evidence
    discovery: Discovery

    @property
    def written(self) -> tuple[Profile, dict[str, Any]]:
        """The profile and its evidence.json."""
        return self.profile, self.document


@dataclass(frozen=True)
class _Learner:
    """Learns from the deals of one motion, or of all of them, as a build was asked to."""

    place: Place
    report: ImportReport
    asked: Asked
    keep: tuple[str, ...]
    since: date | None
    day: date

    def __call__(self, con: duckdb.DuckDBPyConnection, motion: str, tell: Progress) -> _Learned:
        """Search, judge and write up. `con` has the workspace's tables; raises what `make_rows` raises."""
        report, day = self.report, self.day
        rows = make_rows(
            con,
            report.company,
            as_of=day,
            moved_in_on=moved_in_on(report.quality),
            motion=None if motion == DEFAULT_MOTION else motion,
        )
        rows, progress = rows_by_progress(con, rows, self.asked, as_of=day)
        evidence = gather_evidence(con, as_of=day, attributes=report.attributes, reach=rows.reach, notes=rows.notes)
        choice, why = settled(self.asked, report.company, evidence)
        seen = chosen(evidence, choice, rows.unit)
        evidence = seen.evidence
        rows = replace(
            rows, unit=seen.unit, notes=(*why, *seen.told, *rows.notes, *told(evidence.follow_up), *undated_roles(con))
        )
        discovery = discover(
            evidence,
            attributes=report.attributes,
            unit=rows.unit,
            best=seen.best,
            horizon=float(report.company.value_horizon_months),
            seed=SEED,
            keep=self.keep,
            progress=_scaled(tell, 0.4, 0.8),
            since=self.since or report.company.since,
            own=own_order(con, self.place, motion, day),
        )
        if progress is not None:
            discovery = replace(discovery, best=PROGRESS)
        if seen.few and discovery.judgement.verdict != "profile":
            judged = replace(discovery.judgement, verdict="insufficient", reason=seen.few)
            discovery = replace(discovery, judgement=judged)
        tell("writing the profile", 0.8)
        economics = gather_economics(con, evidence, report.company, as_of=day)
        profile, document = _write_up(con, discovery, evidence, economics, rows, report, motion, day)
        profile = _with_tiers(con, profile, day, report)
        document = document | {"progress": None if progress is None else asdict(progress)}
        document = with_cross_check(con, document, profile, evidence, economics, day)
        return _Learned(profile, document, evidence, discovery)


def _scaled(tell: Progress, low: float, high: float) -> Progress:
    return lambda what, share: tell(what, low + (high - low) * share)


def _without_evidence(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    report: ImportReport,
    document: dict[str, Any],
    motion: str,
    day: date,
    tell: Progress,
) -> BuildResult:
    """Persons are no accounts, and a list says nothing of who bought: an empty hypothesis and a page that says so."""
    profile = Profile(profile="Best-fit companies", motion=motion, status="hypothesis", as_of=day)
    kept = keep_profile(place, profile, f"Built from the records as of {day}: {_SUPPORT[document['verdict']]}")
    return _act(con, place, kept, document, report, day, tell)


def _write_up(
    con: duckdb.DuckDBPyConnection,
    discovery: Discovery,
    evidence: Evidence,
    economics: Economics,
    rows: Rows,
    report: ImportReport,
    motion: str,
    day: date,
) -> tuple[Profile, dict[str, Any]]:
    """The drafted profile and evidence.json."""
    everything = evidence
    if discovery.window is not None:
        evidence = since_day(evidence, discovery.window.since)
    named = name_patterns(discovery)
    best = discovery.best
    blocks = {one.id: criterion_block(one, evidence, report.attributes, rows.unit, best) for one in named}
    beside = tell_of(blocks, named, evidence, economics)
    profile = draft_profile(
        discovery,
        named,
        evidence,
        unit=rows.unit,
        motion=motion,
        company=report.company,
        attributes=report.attributes,
        coverage=with_money(coverage_of(con), report.company, day, report.attributes),
        blocks=blocks,
        as_of=day,
    )
    profile = with_half_lives(con, profile, evidence, report.company)
    for name, more in beside.items():
        blocks[name] |= more
    document = evidence_document(
        discovery,
        named,
        blocks,
        evidence,
        unit=rows.unit,
        attributes=report.attributes,
        as_of=day,
        warnings=(
            *time_warnings(discovery.changes, discovery.divisions, report.attributes),
            *rows.notes,
            *(note for note in report.notes if note != SAME_RECORDS),
        ),
        con=con,
    )
    document |= time_blocks(discovery.window, discovery.changes, discovery.divisions, everything, report.attributes)
    return with_assumed(*with_paying(profile, document, report.attributes), report.attributes)


def _with_tiers(con: duckdb.DuckDBPyConnection, profile: Profile, day: date, report: ImportReport) -> Profile:
    """Tiers that begin where about 15 % of accounts are A and 40 % A or B, by the fit of the accounts themselves."""
    if not any(one.seen == "list" and one.points for _layer, one in profile.criteria):
        return profile
    score_tables(con, profile, as_of=day, attributes=report.attributes, company=report.company, into="first_scores")
    fits = con.execute(
        "SELECT CAST(fit AS DOUBLE) FROM first_scores WHERE fit IS NOT NULL AND duplicate_of IS NULL AND "
        "tier <> 'excluded'"
    ).fetchall()
    cut_a, cut_b = tier_cuts(np.array([row[0] for row in fits]))
    if not np.isfinite(cut_a):
        return profile
    least_b = cut_b if cut_b < cut_a else max(0.0, cut_a - 0.1)
    tiers = profile.tiers.model_dump() | {"A": round(cut_a, 1), "B": round(least_b, 1)}
    return profile.model_copy(update={"tiers": Tiers(**tiers)})


def _act(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    kept: Kept,
    document: dict[str, Any],
    report: ImportReport,
    day: date,
    tell: Progress,
    made: Mapping[str, Profile] = MappingProxyType({}),
) -> BuildResult:
    """Scores, lists, page and evidence.json; `made` are the profiles of motions beside the one in force."""
    profile = kept.profile
    done = apply_profile(
        con, place, profile, document, report, day, _scaled(tell, 0.85, 1.0), version=kept.version or None, made=made
    )
    document = done.document
    names = {
        "page": "profile.pdf",
        "page for the screen": "profile.html",
        "page as text": "profile.md",
        "scores": "scores.csv",
        "scores for programs": "scores.parquet",
        "evidence to read": "evidence.html",
        "evidence": "evidence.json",
        "quality report": "quality.html",
        "quality of the data": "quality.json",
        **{name.removesuffix(".csv").replace("_", " "): name for name in done.lists.get("files", [])},
    }
    where = (
        kept.files | {what: place.root / name for what, name in names.items()} | {"mappings": place.root / "mappings"}
    )
    said = {name: document[name] for name in ("verdict", "reach")}
    open_ledger(place).record_run("build", "build", day, said | done.run)
    tell("done", 1.0)
    return BuildResult(
        report,
        document,
        profile,
        done.scores,
        done.summary,
        done.lists,
        where,
        kept.proposed is not None,
        kept,
        done.motions,
    )
