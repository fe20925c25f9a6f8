"""Checking a profile file: its language, then the rules of the linter, with a workspace on what its records say."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from idealfit.errors import NoSuchRule
from idealfit.lint.explaining import explained, listed_rules
from idealfit.lint.finding import Finding, Findings, Silenced, findings_of
from idealfit.lint.mending import mended
from idealfit.lint.rule import Rule
from idealfit.lint.rules import CODES, chosen, rule_of
from idealfit.lint.subject import Records, Subject
from idealfit.performance.in_order import out_of_order
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile, marked_profile
from idealfit.profile.marked import Marked
from idealfit.records.check_settings import CheckSettings
from idealfit.records.company import FILE_NAMES, read_company_file
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place, write_text
from idealfit.workspace.tiering import not_measured

if TYPE_CHECKING:
    from idealfit.scores.score import ScoreReport

__all__ = ["CheckReport", "CheckedCriterion", "Finding", "Silenced", "check", "explain_rule"]

_LISTED = "all"


@dataclass(frozen=True)
class CheckedCriterion:
    """For how many accounts a criterion or an exclusion is true, false and unknown."""

    id: str
    true: int
    false: int
    unknown: int


@dataclass(frozen=True)
class CheckReport:
    """What was found in a profile file: `first`, the finding to mend first, and all of them in the order of the file;
    those that people allowed; every criterion's counts where accounts were at hand; what scoring warns of (`notes`).

    `as_of` is the day of the records, None without a workspace and a day in the file. `not_run` are the codes of rules
    that need the records of a workspace and had none; `mended` is how many findings `fix` has mended in the file.
    """

    profile: str
    as_of: date | None
    first: Finding | None
    findings: tuple[Finding, ...]
    silenced: tuple[Silenced, ...] = ()
    criteria: tuple[CheckedCriterion, ...] = ()
    notes: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    mended: int = 0

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(one.severity == "error" for one in self.findings)


def check(
    profile: Path,
    workspace: Path | None = None,
    *,
    as_of: date | None = None,
    strict: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fix: bool = False,
    company: Path | None = None,
) -> CheckReport:
    """Holds `profile` against the rules of the linter; given a workspace, on what its records say of it too.

    Ten rules are on by default, all with `strict`; `select` and `ignore` name rules by code or name; the file's own
    `check:` adds to them, and beneath it that of the company: of the file `company`, else of the company.yaml beside
    the profile, else as the workspace's last import read it. `fix` mends in the file what can be mended without
    changing what it means. `as_of` is the option, else the day in the file, else that of the workspace's last import.
    Raises ProfileFileError with every problem of a file that cannot be used, NoSuchRule for a rule that there is not,
    CompanyFileUnreadable.
    """
    wanted, unwanted = _codes(select), _codes(ignore)
    general = _company_wide(profile, workspace, company)
    report = _checked(profile, workspace, as_of, strict, wanted, unwanted, general)
    if not fix or not any(one.fixable for one in report.findings):
        return report
    text = profile.read_text(encoding="utf-8")
    write_text(profile, mended(text, report.findings))
    again = _checked(profile, workspace, as_of, strict, wanted, unwanted, general)
    return replace(again, mended=sum(one.fixable for one in report.findings))


def explain_rule(code: str) -> str:
    """What a rule (by code or name) finds, why, and an example that fails and one that passes; 'all': one line a rule.

    Raises NoSuchRule.
    """
    if code.strip().casefold() == _LISTED:
        return "\n".join(f"{code} {name} ({how}, {when}): {what}" for code, name, how, when, what in listed_rules())
    return explained(_rule(code))


def _rule(code: str) -> Rule:
    found = rule_of(code)
    if found is None:
        raise NoSuchRule(f"There is no rule '{code}'", remedy="'idealfit check --explain all' lists them.")
    return found


def _codes(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(_rule(name).code for name in names)


def _checked(
    file: Path,
    workspace: Path | None,
    as_of: date | None,
    strict: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    general: CheckSettings,
) -> CheckReport:
    document = load_profile(file)
    document = document.model_copy(update={"check": document.check.above(general)})
    marked = marked_profile(file.read_text(encoding="utf-8"), file.name)
    strict = strict or document.check.strict
    rules = chosen(strict=strict, select=(*select, *document.check.select), ignore=ignore)
    if workspace is None:
        found = findings_of(_subject(document, marked, as_of or date.today(), None, general), rules)
        absent = tuple(one.code for one in rules if one.needs == "workspace")
        return _report(document, as_of or document.as_of, found, not_run=absent)
    alarms = _alarms(workspace, document)
    records, scored, today = _on(workspace, document, file, as_of, {one.code for one in rules})
    found = findings_of(_subject(document, marked, today, records, general), rules)
    return _report(document, scored.as_of, found, scored=scored, alarms=alarms)


def _alarms(workspace: Path, document: Profile) -> tuple[str, ...]:
    """Tiers that were out of order on deals that the last build's profile, if it is this one's, had not seen."""
    root = open_place(workspace).root
    own, evidence = root / "profile.yaml", root / "evidence.json"
    if not own.is_file() or not evidence.is_file() or load_profile(own).motion != document.motion:
        return ()
    found = json.loads(evidence.read_text(encoding="utf-8"))
    alarms = tuple(alarm.told() for alarm in out_of_order((found.get("backtest") or {}).get("tiers") or ()))
    unmeasured = not_measured(document, found) if alarms else None
    return (unmeasured, *alarms) if unmeasured else alarms


def _on(
    workspace: Path, document: Profile, file: Path, as_of: date | None, codes: Set[str]
) -> tuple[Records, ScoreReport, date]:
    """What the workspace says, the report of scoring, and the day that reviews are held against."""
    from idealfit.lint.gathering import gather  # with all that scores: not for a file alone

    place = open_place(workspace)
    imported = (load_report(place) or {}).get("as_of")
    last = as_of or (date.fromisoformat(imported) if imported else None)
    day = as_of or document.as_of or last or date.today()
    con = connect(place.root)
    try:
        load_tables(con, place)
        attributes, company = load_attributes(place), company_of(place)
        records, scored = gather(
            con, place, document, as_of=day, attributes=attributes, company=company, codes=codes, file=file
        )
    finally:
        con.close()
    return records, scored, last or day


def _company_wide(profile: Path, workspace: Path | None, company: Path | None) -> CheckSettings:
    """What the company says of every profile."""
    if company is not None:
        return read_company_file(company).check
    beside = next((profile.parent / name for name in FILE_NAMES if (profile.parent / name).is_file()), None)
    if beside is not None:
        return read_company_file(beside).check
    return company_of(open_place(workspace)).check if workspace is not None else CheckSettings()


def _subject(
    document: Profile, marked: Marked, today: date, records: Records | None, general: CheckSettings
) -> Subject:
    return Subject(document, marked, today, records, CODES, general.allow)


_TOLD_BY_RULES = ("have no column", "is unknown for every account", "tells nobody apart", "is true for no account")


def _report(
    document: Profile,
    day: date | None,
    found: Findings,
    *,
    scored: ScoreReport | None = None,
    not_run: tuple[str, ...] = (),
    alarms: tuple[str, ...] = (),
) -> CheckReport:
    hits = scored.hits if scored else {}
    told = [note for note in (scored.warnings if scored else ()) if not any(words in note for words in _TOLD_BY_RULES)]
    return CheckReport(
        profile=document.profile,
        as_of=day,
        first=found.first,
        findings=found.found,
        silenced=found.silenced,
        criteria=tuple(CheckedCriterion(name, hit.true, hit.false, hit.unknown) for name, hit in hits.items()),
        notes=(*alarms, *told),
        not_run=not_run,
    )
