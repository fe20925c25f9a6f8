"""Scoring accounts where they are, in a PostgreSQL server or in Spark, by the statement that `idealfit sql` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from idealfit.errors import DatabaseAddressWrong, OutputNotSupported, Position, UsageError
from idealfit.profile.document import Profile, load_profile
from idealfit.records.reading.database_url import Database, is_address, parse_database
from idealfit.scores.engines.outcome import Outcome
from idealfit.scores.lying import READ, TableName, Tables
from idealfit.scores.score import ScoreReport
from idealfit.scores.scorecard import scorecard
from idealfit.scores.warnings import warnings_of
from idealfit.workspace.scoring import ScoreResult, profiles_of
from idealfit.workspace.scoring_in_postgres import Asked, Place, score_in_database
from idealfit.workspace.scoring_in_spark import is_spark, score_on_spark

TABLE = "table:"
"""Before the name of a table that the result is written to."""


@dataclass(frozen=True)
class ElsewhereResult:
    """What scoring in another engine did: the report, the best accounts as in `ScoreResult`, and where the result is:
    a file, or a table by its name."""

    engine: str
    report: ScoreReport
    best: tuple[tuple[str, str | None, str, str, str, float | None, float | None], ...]
    written: Path | None = None
    table: str | None = None
    whole: ScoreResult | None = None

    @property
    def told(self) -> ScoreResult:
        """The same as what scoring here tells."""
        return self.whole or ScoreResult(None, self.report, self.best, self.written)


def score_elsewhere(
    profile: Path,
    accounts: str,
    *,
    on: str,
    to: str | None = None,
    tables: Sequence[str] = (),
    as_of: date | None = None,
    criteria: bool = False,
    card: bool = False,
    mapping: Path | None = None,
) -> ElsewhereResult:
    """Scores every account of the table `accounts` where it is: `on` is the address of a PostgreSQL database, `spark`
    (on this machine) or a Spark cluster's `spark://host:port` (see `scoring_in_spark`).

    `accounts` names a table ('accounts', 'crm.accounts') or a schema with a table `accounts`; events, activities,
    account_history, contacts and leads are read beside it as far as they are there, or by the names in `tables`
    ('events=crm.company_events'). Where the database has no such table it may be a file, a folder or a workspace: what
    is read of it here is scored there. `profile`, `criteria`, `card` and `mapping` are as for `score`. `to` is a file
    (.csv, .parquet) or 'table:NAME', a table in the same database, which is replaced as a whole or not at all.
    `as_of`: the option, else the profile's own day, else today.

    Raises ProfileFileError, UsageError, NoAccountsToScore, DatabaseRefused, DatabaseUnreachable, DatabaseAddressWrong,
    DriverMissing, OutputNotSupported and WriteFailed. No text of theirs holds a password.
    """
    named = names_of(tables)
    if is_spark(on):
        if card or mapping is not None:
            raise UsageError("--map and --card are not for Spark", remedy="Leave them away, or leave --on away.")
        document = load_profile(profile)
        day = as_of or document.as_of or date.today()
        outcome, found, version, file, table = score_on_spark(
            document, accounts, on, to=to, named=named, as_of=day, criteria=criteria
        )
        report = report_of(document, found, outcome, version, day)
        return ElsewhereResult("Spark", report, outcome.best, file, table)
    table, file = place_of(to)
    place = Place(*database_of(on), table, file)
    asked = Asked(accounts, named, as_of, criteria, card, mapping)
    whole = score_in_database(profiles_of(profile), place, asked)
    return ElsewhereResult("PostgreSQL", whole.report, whole.best, file, table, whole)


def names_of(tables: Sequence[str]) -> dict[TableName, str]:
    """'events=crm.company_events' as a name of ours and the table's. Raises UsageError for a table that is not read."""
    found: dict[TableName, str] = {}
    for text in tables:
        name, _, table = text.partition("=")
        if name.strip() not in READ or not table.strip():
            raise UsageError(
                f"No table is named by {text!r}",
                where=Position(file="--table", value=text[:60]),
                remedy=f"Write NAME=TABLE; NAME is one of {', '.join(READ)}.",
            )
        found[cast("TableName", name.strip())] = table.strip()
    return found


def database_of(address: str) -> tuple[Database, str | None]:
    """The database, and the schema that its address names with `?schema=`."""
    if not is_address(address):
        raise UsageError(
            f"Nothing is scored on {address!r}",
            where=Position(file="--on", value=address[:60]),
            remedy="Write duckdb, spark, spark://host:7077, or the address of a database: postgresql://user@host/database.",
        )
    database = parse_database(address)
    if database.kind != "postgresql":
        raise DatabaseAddressWrong(
            f"Scoring does not run in a database of the kind {database.kind!r}",
            remedy="Leave --on away and give its address to 'idealfit import', or name a PostgreSQL server.",
        )
    schema = database.arguments.get("schema")
    arguments = {key: value for key, value in database.arguments.items() if key != "schema"}
    return Database(database.kind, database.name, database.address, arguments=arguments), schema


def place_of(to: str | None) -> tuple[str | None, Path | None]:
    """The table or the file that `to` names. Raises OutputNotSupported for a file of another kind."""
    if to is None:
        return None, None
    if to.startswith(TABLE):
        return to.removeprefix(TABLE), None
    file = Path(to)
    if file.suffix.lower() not in {".csv", ".parquet"}:
        raise OutputNotSupported(
            f"Scores are not written as '{file.suffix}'",
            where=Position(to),
            remedy="Name a file that ends in .csv or .parquet, or table:NAME for a table beside the accounts.",
        )
    return None, file


def report_of(profile: Profile, tables: Tables, outcome: Outcome, version: str, day: date) -> ScoreReport:
    """The report that scoring in DuckDB would give of the same run."""
    hits = {name: (one.true, one.false) for name, one in outcome.hits.items()}
    warnings = [
        *warnings_of(profile, scorecard(profile), list(tables.accounts.columns), hits),
        *(
            ["Chances and expected values are not reckoned there: score without --on for them."]
            if profile.model
            else []
        ),
    ]
    return ScoreReport(outcome.rows, outcome.tiers, outcome.hits, tuple(warnings), version, day)
