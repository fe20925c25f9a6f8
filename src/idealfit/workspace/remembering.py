"""The history of every account's score in a workspace: each build adds what changed since the one before, and why."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from idealfit.errors import IdealfitError, NoSuchVersion
from idealfit.profile.content import Profile
from idealfit.profile.document import substance_hash
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.corrected import correct_tables
from idealfit.scores.files import write_scores
from idealfit.scores.history import history_query, history_with
from idealfit.scores.score import ScoreReport, score_tables
from idealfit.scores.scorecard import scorecard
from idealfit.store.engine import connect, load_tables, quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place
from idealfit.store.scratch import make_scratch_folder
from idealfit.store.snapshots import snapshot_paths
from idealfit.store.staging import is_publishing
from idealfit.workspace.last_scoring import HISTORY, SCORED, last_scored
from idealfit.workspace.scored_by import keep_profile, profile_of

_STAGES = ("history last", "history profile", "history time")
_ALL = "history whole"
_TRIES = 3
_PATIENCE_SECONDS, _PAUSE_SECONDS = 10.0, 0.05
_Stamp: TypeAlias = tuple[int, int, int] | None
_CAUSES = {"profile": "the profile changed", "time": "time passed", "data": "the records changed"}


@dataclass(frozen=True)
class Remembered:
    """One change of an account's score: what it then was, and of fit, timing and score the part that each cause has
    (points of 100, None for a first score); `because` in words.
    """

    as_of: date
    profile_version: str
    tier: str
    priority: str
    fit: float | None
    timing: float | None
    score: float | None
    parts: Mapping[str, Mapping[str, float | None]]
    because: tuple[str, ...]


def keep_history(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    profile: Profile,
    report: ScoreReport,
    *,
    attributes: Mapping[str, AttributeInfo],
    company: Company,
    scores: str,
    corrections: int = 0,
) -> dict[str, Any]:
    """Write score_history.parquet with what `scores` (a relation with `c_` columns) adds; what the ledger is to keep of
    the run, so that the next one can be held against it. `corrections`: the newest one by hand that they know.
    """
    ledger = open_ledger(place)
    tables = ledger.current_snapshots()
    made_by = {"version": report.profile_version, "motion": profile.motion}
    kept = {SCORED: {"tables": tables, "as_of": report.as_of.isoformat(), "corrections": corrections, **made_by}}
    keep_profile(place, profile)
    for _ in range(_TRIES):
        last, stamp = _last_with_its_history(place)
        _make_history(con, place, profile, report, last, attributes=attributes, company=company, scores=scores)
        if stamp == _stamp(place):
            break  # else another run has put its history in place meanwhile, and this one goes on from there
    write_scores(con, _ALL, place.outputs / HISTORY)
    return kept


def _last_with_its_history(place: Place) -> tuple[Mapping[str, Any] | None, _Stamp]:
    """What the last run left, and the stamp of the history that is of the same run: while another run ends, the ledger
    is ahead of the files for a moment.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        stamp, last = _stamp(place), last_scored(place)
        settled = not is_publishing(place) and (stamp, last) == (_stamp(place), last_scored(place))
        if settled or time.monotonic() > until:
            return last, stamp
        time.sleep(_PAUSE_SECONDS)


def _stamp(place: Place) -> _Stamp:
    """Which file the history is: it is never changed, only replaced."""
    try:
        found = (place.root / HISTORY).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _make_history(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    profile: Profile,
    report: ScoreReport,
    last: Mapping[str, Any] | None,
    *,
    attributes: Mapping[str, AttributeInfo],
    company: Company,
    scores: str,
) -> None:
    """The table of the whole history, with what `scores` adds to what the `last` run left."""
    before = place.root / HISTORY
    stages: tuple[str, ...] = (scores,)
    changed = False
    if last is not None and before.is_file():
        changed = last["version"] != report.profile_version
        try:
            stages = (*_stages(con, place, profile, report, last, attributes, company), scores)
        except (IdealfitError, duckdb.Error):
            stages = (scores,)  # the last run's records or profile are gone: begin anew, and say so
    known = before if len(stages) > 1 else None
    query = history_query(
        scorecard(profile),
        stages=stages,
        before=None if known is None else str(known),
        as_of=report.as_of.isoformat(),
        version=report.profile_version,
        profile_changed=changed,
    )
    history_with(con, before if before.is_file() else None, query, _ALL, anew=known is None)


def _stages(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    profile: Profile,
    report: ScoreReport,
    last: Mapping[str, Any],
    attributes: Mapping[str, AttributeInfo],
    company: Company,
) -> tuple[str, ...]:
    """The last run's scores, those of its records by this run's profile, and these on this run's day."""
    folder = make_scratch_folder()
    try:
        made = _scored_again(folder, place, profile, report, last, attributes, company)
        for name, path in zip(_STAGES, made, strict=True):
            query = f"CREATE OR REPLACE TEMP TABLE {quote(name)} AS SELECT * FROM read_parquet($path)"
            con.execute(query, {"path": str(path)})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _STAGES


def _scored_again(
    folder: Path,
    place: Place,
    profile: Profile,
    report: ScoreReport,
    last: Mapping[str, Any],
    attributes: Mapping[str, AttributeInfo],
    company: Company,
) -> list[Path]:
    """The files of the three stages, in `folder`."""
    old = connect(place.root, folder)
    try:
        load_tables(old, place, snapshot_paths(place, last["tables"]))
        correct_tables(old, place, until=int(last.get("corrections") or 0))
        then = date.fromisoformat(last["as_of"])
        made: list[Path] = []
        for number, (which, day) in enumerate(
            ((_profile_of(place, profile, last["version"]), then), (profile, then), (profile, report.as_of))
        ):
            same = (number == 1 and last["version"] == report.profile_version) or (number == 2 and day == then)
            if same:
                made.append(made[-1])
            else:
                score_tables(old, which, as_of=day, attributes=attributes, company=company, criteria=True)
                made.append(folder / f"stage{number}.parquet")
                write_scores(old, "scores", made[-1])
    finally:
        old.close()
    return made


def _profile_of(place: Place, profile: Profile, version: str) -> Profile:
    """The profile of that version: this one, or one that was kept. Raises NoSuchVersion where it is gone."""
    if substance_hash(profile).startswith(version):
        return profile
    found = profile_of(place, version, profile.motion)
    if found is not None:
        return found
    raise NoSuchVersion("The profile of the last run is gone", remedy="Nothing: the history begins anew.")


def history_of(con: duckdb.DuckDBPyConnection, place: Place, account_id: str) -> tuple[Remembered, ...]:
    """The changes of an account's score, newest first; none before the first build that kept them."""
    path = place.root / HISTORY
    if not path.is_file():
        return ()
    found = con.execute(
        "SELECT * FROM read_parquet($path) WHERE account_id = $id ORDER BY run",
        {"path": str(path), "id": account_id},
    )
    names = [str(column[0]) for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return tuple(_remembered(row) for row in reversed(rows))


def because_words(because: str, texts: Mapping[str, str]) -> str:
    """'data: size no → yes' as a person reads it; `texts`: every criterion and exclusion in words, by id."""
    step, colon, what = because.partition(": ")
    if not colon or step not in _CAUSES:
        return because
    if step == "profile":
        return _CAUSES[step]
    name, blank, states = what.partition(" ")
    turned = f"{texts.get(name, name)}, {states}" if blank and " → " in states else what
    return f"{_CAUSES[step]}: {turned}"


def _remembered(row: Mapping[str, Any]) -> Remembered:
    parts = {
        step: {figure: row[f"{figure}_by_{step}"] for figure in ("fit", "timing", "score")}
        for step in ("profile", "time", "data")
    }
    return Remembered(
        row["as_of"],
        row["profile_version"],
        row["tier"],
        row["priority"],
        row["fit"],
        row["timing"],
        row["score"],
        parts if any(value is not None for each in parts.values() for value in each.values()) else {},
        tuple(row["because"]),
    )
