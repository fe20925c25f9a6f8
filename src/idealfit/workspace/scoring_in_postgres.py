"""Scoring in a PostgreSQL server: its own tables, or records that are read here and scored there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idealfit.errors import NoAccountsToScore
from idealfit.profile.document import Profile, substance_hash
from idealfit.records.corrected import load_corrected
from idealfit.records.reading.database_url import Database
from idealfit.scores.currency import converted_accounts
from idealfit.scores.hits import kept
from idealfit.store.engine import connect
from idealfit.workspace.scored_elsewhere import (
    Asked,
    Found,
    in_currency,
    needed_columns,
    reports_of,
    result_of,
    with_the_last_run,
)
from idealfit.workspace.scoring import Accounts, ScoreResult, reading

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Place:
    """Where it is scored: the database, and the schema in which names without one are looked up; and where the result
    goes, a table there or a file here."""

    database: Database
    schema: str | None
    table: str | None
    file: Path | None


def score_in_database(profiles: Mapping[str, Profile], place: Place, asked: Asked) -> ScoreResult:
    """Scores the accounts by each of `profiles` (motion → profile). Raises what `score_elsewhere` raises."""
    from idealfit.scores.engines.motion_statement import Wanted
    from idealfit.scores.engines.postgres import Target, opened, score_in_postgres
    from idealfit.scores.engines.postgres_told import keep_hits

    with opened(place.database) as connection:
        if place.schema is not None:
            connection.execute("SELECT set_config('search_path', quote_ident(%s), true)", [place.schema])
        with _found(connection, profiles, place, asked) as found:
            words = None if found.read is None else found.read.attributes
            versions = {motion: substance_hash(profile)[:12] for motion, profile in profiles.items()}
            wanted = Wanted(found.day, versions, asked.criteria, asked.card, words, asked.top)
            target = Target(place.table, place.file)
            scored = score_in_postgres(connection, place.database, found.profiles, found.tables, wanted, target)
            reports = reports_of(found, scored, versions)
            if place.table is not None:
                hits = {motion: kept(found.profiles[motion], report.hits) for motion, report in reports.items()}
                keep_hits(connection, place.table.replace('"', "").split("."), _said(found), hits)
            result = result_of(found, scored, reports, place.file)
    return with_the_last_run(found, result)


@contextmanager
def _found(
    connection: psycopg.Connection[Any], profiles: Mapping[str, Profile], place: Place, asked: Asked
) -> Iterator[Found]:
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
        yield Found(tables, profiles, asked.as_of or first.as_of or date.today(), None, {})
        return
    with reading(path, profiles, asked.mapping, asked.as_of, None) as read:
        yield _copied(connection, profiles, read, read.as_of or first.as_of or date.today())


def _copied(connection: psycopg.Connection[Any], profiles: Mapping[str, Profile], read: Accounts, day: date) -> Found:
    """Records that were read here, their amounts in the profiles' currency, copied there."""
    from idealfit.scores.engines.postgres_local import copied_tables

    judged, factors, told = in_currency(profiles, read, day)
    con = connect(read.place.root)
    try:
        load_corrected(con, read.place)
        tables = copied_tables(connection, con, converted_accounts(con, factors), needed_columns(profiles))
    finally:
        con.close()
    return Found(tables, judged, day, read, told)


def _said(found: Found) -> str:
    names = ", ".join(dict.fromkeys(profile.profile for profile in found.profiles.values()))
    return f"Scores by {names}, as of {found.day}, made by idealfit."
