"""Scores in a PostgreSQL server: the statement is run where the tables are, and its result is a table there or a file.

A table of scores is written aside and renamed in the transaction that made it: whoever reads it, and whatever is
killed, sees the old scores or the new ones. Nothing else in the database is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idealfit.errors import DatabaseRefused, DriverMissing, NoAccountsToScore, Position
from idealfit.profile.document import Profile
from idealfit.records.reading.database_url import Database
from idealfit.records.reading.postgres import connect_postgres, fault_of
from idealfit.scores.engines.motion_statement import SOLD, ScoredMotion, Wanted, statement_of
from idealfit.scores.engines.outcome import Outcome, ScoredThere, counts_sql, hits_of
from idealfit.scores.engines.postgres_motions import best_for, combined, wanted_by_two
from idealfit.scores.engines.postgres_told import JSON_TEXTS, hits_kept, told_of
from idealfit.scores.lying import WITH_CARD, Held, TableAt, TableName, Tables
from idealfit.scores.scorecard import scorecard
from idealfit.scores.written import statement_text
from idealfit.store.scratch import scratch_folder

if TYPE_CHECKING:
    import psycopg

_KINDS: dict[str, Held] = {
    "bool": Held("boolean"),
    "date": Held("date"),
    "timestamp": Held("timestamp"),
    "timestamptz": Held("timestamp"),
    **dict.fromkeys(("int2", "int4", "int8", "numeric"), Held("number", exact=True)),
    **dict.fromkeys(("float4", "float8"), Held("number")),
    **dict.fromkeys(("text", "varchar"), Held("text")),
    **dict.fromkeys(("_text", "_varchar"), Held("list")),
}
_COLUMNS = """
    SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_FOUND = """
    SELECT n.nspname, c.relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
_TEMPORARY = "idealfit_scores_of_this_run"
_OWN = ("account_id", "tier", "profile_version")
"""By these columns a table is known as one of scores, which may be replaced."""


@dataclass(frozen=True)
class Target:
    """Where the result goes: the table `table` as a person writes it, or the file `file`."""

    table: str | None = None
    file: Path | None = None


@contextmanager
def opened(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may write; whatever the driver refuses is told in our words, without the password.

    All of it is one transaction: an error leaves the database as it was.
    """
    try:
        import psycopg
    except ImportError:
        raise DriverMissing(
            "The package that speaks to PostgreSQL is not installed",
            remedy="Install it: pip install 'idealfit[postgres]'.",
        ) from None
    try:
        with connect_postgres(database, read_only=False) as connection:
            connection.execute("SET LOCAL statement_timeout = 0")
            # compiling hundreds of expressions takes it longer than reading a million rows with them
            connection.execute("SET LOCAL jit = off")
            yield connection
    except psycopg.Error as problem:
        raise fault_of(problem, database) from None


def tables_in(
    connection: psycopg.Connection[Any], database: Database, accounts: str, named: Mapping[TableName, str]
) -> Tables:
    """The tables that scoring reads: `accounts` as a person writes it ('accounts', 'crm.accounts', or a schema that has
    a table of that name), the others by their canonical names in the same schema, or by the names of `named`.

    Raises NoAccountsToScore where there are no accounts, or none with an id, DatabaseRefused for a name that is wrong.
    """
    found = _table(connection, accounts) or _table(connection, f"{accounts}.accounts")
    if found is None:
        raise NoAccountsToScore(
            f"The database has no table {accounts!r}",
            where=Position(file=database.address, value=accounts),
            remedy="Name the table of accounts, with its schema: crm.accounts.",
        )
    if found.find("account_id") is None:
        raise NoAccountsToScore(
            f"The table {accounts!r} has no column 'account_id'",
            where=Position(file=database.address, value=accounts),
            remedy="Make a view that calls the id of a company account_id, and name that.",
        )
    others: dict[TableName, TableAt] = {}
    for name in WITH_CARD[1:]:
        written = named.get(name) or ".".join(_quote(part) for part in (*found.parts[:-1], name))
        table = _table(connection, written)
        if table is None and name in named:
            raise DatabaseRefused(
                f"The database has no table {named[name]!r}",
                where=Position(file=database.address, value=named[name]),
                remedy="Check the name and its schema; --table takes events=schema.table.",
            )
        if table is not None and table.find("account_id") is not None:
            others[name] = table
    return Tables(found, others)


def _table(connection: psycopg.Connection[Any], written: str) -> TableAt | None:
    """The table of that name, in its own letters first: 'Accounts' may be a name that has to be quoted."""
    if written.count(".") > 1:
        return None
    quoted = ".".join(_quote(part.strip('"')) for part in written.split("."))
    for text in dict.fromkeys((quoted, written)):
        connection.execute("SAVEPOINT looked_up")
        try:
            row = connection.execute(_FOUND, [text]).fetchone()
        except Exception as problem:
            if getattr(problem, "sqlstate", None) not in ("42602", "42601", "3F000"):
                raise
            connection.execute("ROLLBACK TO SAVEPOINT looked_up")
            row = None
        if row is not None:
            columns = connection.execute(_COLUMNS, [row[2]]).fetchall()
            held = {str(name): _KINDS.get(str(kind), Held("text", is_text=False)) for name, kind in columns}
            return TableAt((str(row[0]), str(row[1])), held)
    return None


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def score_in_postgres(
    connection: psycopg.Connection[Any],
    database: Database,
    profiles: Mapping[str, Profile],
    tables: Tables,
    wanted: Wanted,
    target: Target,
) -> ScoredThere:
    """Score every account of `tables` in the server by each of `profiles` (motion → profile), into `target`.

    Raises DatabaseRefused where the target is a table that is not one of scores. Each statement is run once.
    """
    motions = [
        _make(connection, number, motion, profile, tables, wanted)
        for number, (motion, profile) in enumerate(profiles.items())
    ]
    if len(motions) > 1:
        made, columns = _TEMPORARY, combined(connection, motions, _TEMPORARY)
    else:
        made, columns = motions[0].table, list(motions[0].columns)
    shown = [name for name in columns if (wanted.criteria or not name.startswith("c_")) and name != f"c_{SOLD}"]
    before: Mapping[str, Any] = {}
    if target.table is not None:
        before = _publish(connection, database, target.table, made, shown, tables)
    if target.file is not None:
        _to_file(connection, made, shown, target.file)
    several = len(motions) > 1
    return ScoredThere(
        {
            one.motion: _outcome(connection, one.table, profiles[one.motion], before.get(one.motion) or {})
            for one in motions
        },
        told_of(connection, made, columns, _called(connection, tables.accounts)),
        best_for(connection, made) if several else {},
        wanted_by_two(connection, motions) if several else (),
    )


def _make(
    connection: psycopg.Connection[Any], number: int, motion: str, profile: Profile, tables: Tables, wanted: Wanted
) -> ScoredMotion:
    """The temporary table of a motion's scores."""
    statement = statement_of(profile, tables, wanted, motion)
    text, table = statement_text(statement, "postgres"), f"{_TEMPORARY}_{number}"
    # psycopg reads a percent sign as a parameter only where parameters are given
    connection.execute(f"CREATE TEMP TABLE {table} ON COMMIT DROP AS\n{text}")
    return ScoredMotion(motion, table, statement.shown, profile.sold_to is not None)


def _outcome(connection: psycopg.Connection[Any], table: str, profile: Profile, before: Mapping[str, Any]) -> Outcome:
    plan = scorecard(profile)
    names = [*plan.scored, *(name for name, _ in plan.unscored)]
    counts = connection.execute(counts_sql(names, f"pg_temp.{table}", "postgres")).fetchone() or ()
    tiers = connection.execute(f"SELECT tier, count(*) FROM pg_temp.{table} GROUP BY tier ORDER BY tier")
    return Outcome(
        rows=int(counts[0]) if counts else 0,
        tiers={str(tier): int(count) for tier, count in tiers.fetchall()},
        hits=hits_of(names, counts),
        best=(),
        before=before,
    )


def _called(connection: psycopg.Connection[Any], accounts: TableAt) -> Callable[[Sequence[str]], Mapping[str, str]]:
    """What accounts are called, by their ids."""

    def names(ids: Sequence[str]) -> Mapping[str, str]:
        name = accounts.find("name")
        if name is None:
            return {}
        key = f"CAST({_quote(accounts.find('account_id') or '')} AS TEXT)"
        place = ".".join(map(_quote, accounts.parts))
        query = f"SELECT {key}, CAST({_quote(name)} AS TEXT) FROM {place} WHERE {key} = ANY (%s)"
        return dict(connection.execute(query, [list(ids)]).fetchall())

    return names


def _publish(
    connection: psycopg.Connection[Any],
    database: Database,
    table: str,
    made: str,
    shown: Sequence[str],
    tables: Tables,
) -> Mapping[str, Any]:
    """The scores as the table `table`, in the place of the one that was there: written aside, then renamed. Answers the
    hits that the old one kept (`keep_hits`), by motion."""
    *schema, name = [part.strip('"') for part in table.split(".")]
    place = [*schema[-1:], name]
    there = _table(connection, ".".join(map(_quote, place)))
    where = Position(file=database.address, value=table)
    if there is not None and (
        there.parts in {one.parts for one in (tables.accounts, *tables.others.values())}
        or any(there.find(column) is None for column in _OWN)
    ):
        raise DatabaseRefused(
            f"The table {table!r} is there and is none of scores: nothing was written",
            where=where,
            remedy="Name another table for the result.",
        )
    own, aside = list(there.parts[:-1]) if there is not None else place[:-1], f"idealfit_aside_{name}"[:60]
    before = {} if there is None else hits_kept(connection, there.parts)
    columns = ", ".join(
        f"CAST({_quote(one)} AS JSONB) AS {_quote(one)}" if one in JSON_TEXTS else _quote(one) for one in shown
    )
    written = ".".join(map(_quote, [*own, aside]))
    final = ".".join(map(_quote, [*own, name]))
    connection.execute(f"DROP TABLE IF EXISTS {written}")
    connection.execute(f"CREATE TABLE {written} AS SELECT {columns} FROM pg_temp.{made} ORDER BY account_id")
    connection.execute(f"DROP TABLE IF EXISTS {final}")
    connection.execute(f"ALTER TABLE {written} RENAME TO {_quote(name)}")
    return before


def _to_file(connection: psycopg.Connection[Any], made: str, shown: Sequence[str], file: Path) -> None:
    """The scores as a file of the same columns and types that scoring in DuckDB writes."""
    from idealfit.scores.engines.outcome import file_from_rows

    columns = ", ".join(
        f"to_json({_quote(one)}) AS excluded_by" if one == "excluded_by" else _quote(one) for one in shown
    )
    query = f'SELECT {columns} FROM pg_temp.{made} ORDER BY account_id COLLATE "C"'
    with scratch_folder() as folder:
        rows = folder / "rows.csv"
        with (
            rows.open("wb") as out,
            connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv, NULL '\\N', ENCODING 'UTF8')") as copy,
        ):
            for block in copy:
                out.write(block)
        file_from_rows(rows, shown, file)
