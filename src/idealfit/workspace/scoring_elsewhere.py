"""Scoring accounts where they are, in a PostgreSQL server or in Spark, by the statement that `idealfit sql` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from idealfit.errors import DatabaseAddressWrong, OutputNotSupported, Position, UsageError
from idealfit.records.reading.database_url import Database, is_address, parse_database
from idealfit.scores.lying import WITH_CARD, TableName
from idealfit.scores.score import ScoreReport
from idealfit.workspace.scored_elsewhere import Asked
from idealfit.workspace.scoring import ScoreResult, profiles_of
from idealfit.workspace.scoring_in_postgres import Place, score_in_database
from idealfit.workspace.scoring_in_spark import is_spark, score_on_spark

TABLE = "table:"
"""Before the name of a table that the result is written to."""


@dataclass(frozen=True)
class ElsewhereResult:
    """What scoring in another engine did: the same as what scoring here tells (`told`), and the table that the result
    is in, if it is one."""

    engine: str
    told: ScoreResult
    table: str | None = None

    @property
    def report(self) -> ScoreReport:
        """The report; of several motions that of the first."""
        return self.told.report


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
    top: int | None = None,
) -> ElsewhereResult:
    """Scores every account of the table `accounts` where it is: `on` is the address of a PostgreSQL database, `spark`
    (on this machine) or a Spark cluster's `spark://host:port` (see `scoring_in_spark`).

    `accounts` names a table ('accounts', 'crm.accounts') or a schema with a table `accounts`; events, activities,
    account_history, contacts and leads are read beside it as far as they are there, or by the names in `tables`
    ('events=crm.company_events'). Where the engine has no such table it may be a file, a folder or a workspace: what
    is read of it here is scored there. `profile`, `criteria`, `card`, `mapping` and `top` are as for `score`. `to` is a
    file (.csv, .parquet; of Spark a folder) or 'table:NAME', a table in the same database, which is replaced as a whole
    or not at all.
    `as_of`: the option, else the profile's own day, else today.

    Raises ProfileFileError, UsageError, NoAccountsToScore, DatabaseRefused, DatabaseUnreachable, DatabaseAddressWrong,
    DriverMissing, OutputNotSupported and WriteFailed. No text of theirs holds a password.
    """
    asked = Asked(accounts, names_of(tables), as_of, criteria, card, mapping, top)
    profiles = profiles_of(profile)
    if top is not None and len(profiles) > 1:
        raise UsageError("--top is of one profile", remedy="Leave it away, or name one profile's file.")
    if is_spark(on):
        whole, table = score_on_spark(profiles, on, asked, to=to)
        return ElsewhereResult("Spark", whole, table)
    table, file = place_of(to)
    place = Place(*database_of(on), table, file)
    return ElsewhereResult("PostgreSQL", score_in_database(profiles, place, asked), table)


def names_of(tables: Sequence[str]) -> dict[TableName, str]:
    """'events=crm.company_events' as a name of ours and the table's. Raises UsageError for a table that is not read."""
    found: dict[TableName, str] = {}
    for text in tables:
        name, _, table = text.partition("=")
        if name.strip() not in WITH_CARD or not table.strip():
            raise UsageError(
                f"No table is named by {text!r}",
                where=Position(file="--table", value=text[:60]),
                remedy=f"Write NAME=TABLE; NAME is one of {', '.join(WITH_CARD)}.",
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
