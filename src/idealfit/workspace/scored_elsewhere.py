"""What scoring in another engine comes to, as scoring here would tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from idealfit.profile.content import Exclusion
from idealfit.profile.document import Profile
from idealfit.scores.card import CardReason, CardScore, card_words
from idealfit.scores.currency import conversions, with_currency
from idealfit.scores.engines.outcome import ScoredThere, report_of
from idealfit.scores.expected_columns import expected_tables
from idealfit.scores.hits import with_jumps
from idealfit.scores.lying import TableName, Tables, canonical_table
from idealfit.scores.motions import MotionReport, MotionsReport
from idealfit.scores.score import ScoreReport
from idealfit.workspace.scoring import Accounts, CardLine, ScoreResult, against_the_last_run


@dataclass(frozen=True)
class Asked:
    """What is scored: the name of the accounts' table (or files here, with their `mapping`), others by name, and T, a
    column a criterion, the card, few reasons (`top`), as in `score`."""

    accounts: str
    named: Mapping[TableName, str]
    as_of: date | None
    criteria: bool
    card: bool
    mapping: Path | None
    top: int | None = None


@dataclass(frozen=True)
class Found:
    """What is scored: tables there, profiles by motion, T; `read` are records that were read here, and `told` says of
    each motion how their amounts were converted."""

    tables: Tables
    profiles: Mapping[str, Profile]
    day: date
    read: Accounts | None
    told: Mapping[str, tuple[str, ...]]


def needed_columns(profiles: Mapping[str, Profile]) -> dict[TableName, set[str]]:
    """What the profiles read: columns in small letters, by table."""
    needed: dict[TableName, set[str]] = {"accounts": {"account_id", "duplicate_of", "name"}}
    for profile in profiles.values():
        # to whom a motion is sold is read like one exclusion more
        sold = [Exclusion(id="sold", when=profile.sold_to, because="sold to")] if profile.sold_to else []
        read = profile.model_copy(update={"exclusions": (*profile.exclusions, *sold)})
        found = expected_tables(read, {"activities": ("activities",)})
        needed["accounts"] |= {column.lower() for column in found.accounts.columns}
        for name, table in found.others.items():
            needed.setdefault(name, set()).update(column.lower() for column in ("account_id", *table.columns))
    needed["leads"] = {column.lower() for column in canonical_table("leads").columns}
    return needed


def in_currency(
    profiles: Mapping[str, Profile], read: Accounts, day: date
) -> tuple[dict[str, Profile], dict[str, float | None], dict[str, tuple[str, ...]]]:
    """The profiles as they are asked of records that were read here, by what the amounts of each column are multiplied
    first, and of each motion what is said about that."""
    factors: dict[str, float | None] = {}
    told: dict[str, tuple[str, ...]] = {}
    judged: dict[str, Profile] = {}
    for motion, profile in profiles.items():
        more, told[motion] = conversions(profile, read.attributes, read.company, day)
        factors |= more
        words = None if profile.coverage.currency else read.attributes
        judged[motion] = with_currency(profile, read.company, day, words)
    return judged, factors, told


def with_the_last_run(found: Found, result: ScoreResult) -> ScoreResult:
    """Of a workspace's accounts: what has jumped since its last run, and the hits of this one kept."""
    if found.read is None or found.read.imported is not None:
        return result
    report, motions = against_the_last_run(found.read.place, found.profiles, found.day, result.report, result.motions)
    return replace(result, report=report, motions=motions)


def reports_of(found: Found, scored: ScoredThere, versions: Mapping[str, str]) -> dict[str, ScoreReport]:
    """The report of each motion, with what has jumped since the scores that stood in the same place."""
    reports = {}
    for motion, outcome in scored.outcomes.items():
        profile = found.profiles[motion]
        told = found.told.get(motion, ())
        report = report_of(profile, found.tables, outcome, versions[motion], found.day, told=told)
        reports[motion] = with_jumps(report, profile, outcome.before) if found.read is None else report
    return reports


def result_of(
    found: Found, scored: ScoredThere, reports: Mapping[str, ScoreReport], written: Path | None
) -> ScoreResult:
    """The same as what scoring here answers."""
    best = scored.best
    cards = []
    for account, name, points, most, route, reasons in best.cards:
        told = CardScore(points, most, route, tuple(CardReason(**reason) for reason in reasons))
        cards.append(CardLine(account, name, points, most, route, card_words(told)))
    motions = None
    if len(reports) > 1:
        each = tuple(
            MotionReport(motion, found.profiles[motion].profile, report, scored.best_for.get(motion, 0))
            for motion, report in reports.items()
        )
        motions = MotionsReport(each, scored.overlaps)
    imported = None if found.read is None else found.read.imported
    report = next(iter(reports.values()))
    chances = best.chances if motions is None else ()
    return ScoreResult(imported, report, best.accounts, written, tuple(cards), motions, best.motions, chances)
