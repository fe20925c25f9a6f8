"""Scoring in a PostgreSQL server: its own tables, or records that are read here and scored there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idealfit.errors import NoAccountsToScore
from idealfit.profile.content import Exclusion
from idealfit.profile.document import Profile, substance_hash
from idealfit.records.reading.database_url import Database
from idealfit.scores.card import CardReason, CardScore, card_words
from idealfit.scores.currency import conversions, converted_accounts, with_currency
from idealfit.scores.engines.outcome import report_of
from idealfit.scores.expected_columns import expected_tables
from idealfit.scores.hits import kept, with_jumps
from idealfit.scores.lying import TableName, Tables, canonical_table
from idealfit.scores.motions import MotionReport, MotionsReport
from idealfit.scores.score import ScoreReport
from idealfit.store.engine import connect, load_tables
from idealfit.workspace.scoring import Accounts, CardLine, ScoreResult, against_the_last_run, reading

if TYPE_CHECKING:
    import psycopg

    from idealfit.scores.engines.postgres_told import ScoredThere


@dataclass(frozen=True)
class Place:
    """Where it is scored: the database, and the schema in which names without one are looked up; and where the result
    goes, a table there or a file here."""

    database: Database
    schema: str | None
    table: str | None
    file: Path | None


@dataclass(frozen=True)
class Asked:
    """What is scored: the name of the accounts' table (or files here, with their `mapping`), others by name, and T, a
    column a criterion, the card, as in `score`."""

    accounts: str
    named: Mapping[TableName, str]
    as_of: date | None
    criteria: bool
    card: bool
    mapping: Path | None


@dataclass(frozen=True)
class _Found:
    tables: Tables
    profiles: Mapping[str, Profile]
    day: date
    read: Accounts | None
    told: Mapping[str, tuple[str, ...]]


def score_in_database(profiles: Mapping[str, Profile], place: Place, asked: Asked) -> ScoreResult:
    """Scores the accounts by each of `profiles` (motion → profile). Raises what `score_elsewhere` raises."""
    from idealfit.scores.engines.postgres import Target, Wanted, opened, score_in_postgres
    from idealfit.scores.engines.postgres_told import keep_hits

    with opened(place.database) as connection:
        if place.schema is not None:
            connection.execute("SELECT set_config('search_path', quote_ident(%s), true)", [place.schema])
        with _found(connection, profiles, place, asked) as found:
            words = None if found.read is None else found.read.attributes
            versions = {motion: substance_hash(profile)[:12] for motion, profile in profiles.items()}
            wanted = Wanted(found.day, versions, asked.criteria, asked.card, words)
            target = Target(place.table, place.file)
            scored = score_in_postgres(connection, place.database, found.profiles, found.tables, wanted, target)
            reports = _reports(found, scored, versions)
            if place.table is not None:
                hits = {motion: kept(found.profiles[motion], report.hits) for motion, report in reports.items()}
                keep_hits(connection, place.table.replace('"', "").split("."), _said(found), hits)
            result = _result(found, scored, reports, place.file)
    if found.read is not None and found.read.imported is None:
        report, motions = against_the_last_run(
            found.read.place, found.profiles, found.day, result.report, result.motions
        )
        return replace(result, report=report, motions=motions)
    return result


@contextmanager
def _found(
    connection: psycopg.Connection[Any], profiles: Mapping[str, Profile], place: Place, asked: Asked
) -> Iterator[_Found]:
    """The tables to score: those of the database by their names, else those of files here."""
    from idealfit.scores.engines.postgres import tables_in

    first = next(iter(profiles.values()))
    accounts = asked.named.get("accounts", asked.accounts)
    path = Path(asked.accounts)
    try:
        tables = tables_in(connection, place.database, accounts, asked.named)
    except NoAccountsToScore:
        if "accounts" in asked.named or not path.exists():
            raise
    else:
        yield _Found(tables, profiles, asked.as_of or first.as_of or date.today(), None, {})
        return
    with reading(path, profiles, asked.mapping, asked.as_of, None) as read:
        yield _copied(connection, profiles, read, read.as_of or first.as_of or date.today())


def _copied(connection: psycopg.Connection[Any], profiles: Mapping[str, Profile], read: Accounts, day: date) -> _Found:
    """Records that were read here, their amounts in the profiles' currency, copied there."""
    from idealfit.scores.engines.postgres_local import copied_tables

    words, company = read.attributes, read.company
    factors: dict[str, float | None] = {}
    told: dict[str, tuple[str, ...]] = {}
    judged: dict[str, Profile] = {}
    for motion, profile in profiles.items():
        more, told[motion] = conversions(profile, words, company, day)
        factors |= more
        judged[motion] = with_currency(profile, company, day, None if profile.coverage.currency else words)
    con = connect(read.place.root)
    try:
        load_tables(con, read.place)
        tables = copied_tables(connection, con, converted_accounts(con, factors), _needed(profiles))
    finally:
        con.close()
    return _Found(tables, judged, day, read, told)


def _needed(profiles: Mapping[str, Profile]) -> dict[TableName, set[str]]:
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


def _said(found: _Found) -> str:
    names = ", ".join(dict.fromkeys(profile.profile for profile in found.profiles.values()))
    return f"Scores by {names}, as of {found.day}, made by idealfit."


def _reports(found: _Found, scored: ScoredThere, versions: Mapping[str, str]) -> dict[str, ScoreReport]:
    """The report of each motion, with what has jumped since the scores that stood in the same place."""
    reports = {}
    for motion, outcome in scored.outcomes.items():
        profile = found.profiles[motion]
        told = found.told.get(motion, ())
        report = report_of(profile, found.tables, outcome, versions[motion], found.day, told=told)
        reports[motion] = with_jumps(report, profile, outcome.before) if found.read is None else report
    return reports


def _result(found: _Found, scored: ScoredThere, reports: Mapping[str, ScoreReport], file: Path | None) -> ScoreResult:
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
    return ScoreResult(imported, report, best.accounts, file, tuple(cards), motions, best.motions, chances)
