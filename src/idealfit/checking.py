"""Checking a profile file: its language, and on the accounts of a workspace what its criteria find there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from idealfit.profile.document import load_profile
from idealfit.records.intake import load_attributes, load_report
from idealfit.scores.score import score_tables
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place


@dataclass(frozen=True)
class CheckedCriterion:
    """For how many accounts a criterion or an exclusion is true, false and unknown."""

    id: str
    true: int
    false: int
    unknown: int


@dataclass(frozen=True)
class CheckReport:
    """What was found in a profile file: one line each, and every criterion's counts where accounts were at hand."""

    profile: str
    as_of: date | None
    findings: tuple[str, ...]
    criteria: tuple[CheckedCriterion, ...]


def check(profile: Path, workspace: Path | None = None, *, as_of: date | None = None) -> CheckReport:
    """Reads `profile` and, given a workspace, says which of its columns the accounts lack and which criteria hold for
    none, for all, or unknown. Raises ProfileFileError with every problem of the file.

    `as_of` is the option, else the day in the file, else that of the workspace's last import.
    """
    document = load_profile(profile)
    if workspace is None:
        return CheckReport(document.profile, as_of or document.as_of, (), ())
    place = open_place(workspace)
    imported = (load_report(place) or {}).get("as_of")
    day = as_of or document.as_of or (date.fromisoformat(imported) if imported else date.today())
    con = connect(place.root)
    try:
        load_tables(con, place)
        report = score_tables(con, document, as_of=day, attributes=load_attributes(place))
    finally:
        con.close()
    criteria = tuple(CheckedCriterion(name, hit.true, hit.false, hit.unknown) for name, hit in report.hits.items())
    return CheckReport(document.profile, day, report.warnings, criteria)
