"""Tables, views and queries of a PostgreSQL server, as text, in one read-only transaction."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb

from idealfit.errors import (
    DatabaseAddressWrong,
    DatabaseRefused,
    DatabaseUnreachable,
    DriverMissing,
    IdealfitError,
    Position,
    UnreadableFile,
)
from idealfit.records.reading.database import SYSTEM_TABLES
from idealfit.records.reading.database_url import Database
from idealfit.records.reading.raw_table import RawTable, shorten
from idealfit.records.reading.text_table import load_texts

if TYPE_CHECKING:
    import psycopg

MOST_TABLES = 60
_BATCH = 5_000
_SECONDS_TO_CONNECT = 10
_BYTEA, _BOOL, _TIMESTAMPTZ = 17, 16, 1184
_SETTINGS = (
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL statement_timeout = '10min'",
    "SET LOCAL lock_timeout = '10s'",
    # The same rows in the same order each time: no scan joins another one midway, none is shared out.
    "SET LOCAL synchronize_seqscans = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
)
_LISTED = """
    SELECT n.nspname, c.relname, n.nspname = current_schema(), has_table_privilege(c.oid, 'SELECT'),
           coalesce((SELECT string_agg(a.attname, ' ') FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname = ANY (current_schemas(false)) ORDER BY n.nspname, c.relname
"""
_COLUMNS = """
    SELECT a.attname, a.atttypid FROM pg_attribute a
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = """
    SELECT a.attname FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY array_position(i.indkey, a.attnum)
"""
_TELLING = re.compile(
    r"account|compan|customer|client|organi[sz]ation|deal|opportunit|subscri|invoice|order|contact|lead|ticket|event|"
    r"usage|stage|histor|survey|nps|activit|pipeline|employee|revenue|industr|domain|amount|conversation|spend",
    re.IGNORECASE,
)
_NO_LOGIN = ("28P01", "28000", "3D000")


@dataclass(frozen=True)
class _Wanted:
    """One thing to read under the name `label`: a SELECT, and what to tell of it."""

    label: str
    sql: str
    notes: tuple[str, ...] = ()
    asked: bool = False


def read_postgres(
    con: duckdb.DuckDBPyConnection, database: Database, *, progress: Callable[[str, float], None]
) -> tuple[list[RawTable], list[tuple[str, str]]]:
    """The tables and queries of `database`, loaded into `con` as 'database#table', and (name, reason) for those that
    give none.

    Raises DriverMissing, DatabaseUnreachable, DatabaseRefused (what was asked for by name does not exist, may not be
    read or is no query), DatabaseAddressWrong (too many tables to choose from). No text of theirs holds a password.
    """
    try:
        import psycopg
    except ImportError:
        raise DriverMissing(
            "The package that speaks to PostgreSQL is not installed",
            remedy="Install it: pip install 'idealfit[postgres]'.",
        ) from None
    try:
        with connect_postgres(database) as connection:
            wanted, unused = _wanted(connection, database)
            tables = []
            for number, each in enumerate(wanted):
                progress(each.label, number / len(wanted))
                connection.execute("SAVEPOINT before_table")
                try:
                    tables.append(_read(con, connection, each))
                except UnreadableFile as problem:
                    unused.append((each.label, problem.what))
                except psycopg.Error as problem:
                    fault = fault_of(problem, database)
                    if each.asked or isinstance(fault, DatabaseUnreachable):
                        raise fault from None
                    connection.execute("ROLLBACK TO SAVEPOINT before_table")
                    unused.append((each.label, f"{fault.what}. {fault.remedy}"))
            return tables, unused
    except psycopg.Error as problem:
        raise fault_of(problem, database) from None


def connect_postgres(database: Database, *, read_only: bool = True) -> psycopg.Connection[Any]:
    """A connection with our settings (UTC, ISO days, UTF-8), in a transaction. Raises DatabaseUnreachable and
    DatabaseAddressWrong, without any password in their words.
    """
    import psycopg

    given = {"connect_timeout": str(_SECONDS_TO_CONNECT), "application_name": "idealfit", **database.arguments}
    try:
        connection = psycopg.connect(**given)  # type: ignore[arg-type]
    except psycopg.ProgrammingError:  # what the address says behind its '?'
        raise DatabaseAddressWrong(
            "The address has an option that the driver does not know",
            remedy="See PostgreSQL's documentation of connection strings for those behind the '?'.",
        ) from None
    except psycopg.OperationalError as problem:
        raise fault_of(problem, database) from None
    connection.read_only = read_only
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


def _clean(text: str, database: Database) -> str:
    """`text` without any password, on one line."""
    for secret in (*database.secrets, os.environ.get("PGPASSWORD", "")):
        if secret:
            text = text.replace(secret, "…")
    return shorten(text.removeprefix("connection failed: "), 300)


def fault_of(problem: psycopg.Error, database: Database, sql: str | None = None) -> IdealfitError:
    """The error to show for one of the driver's, without any password; with `sql` the place in it."""
    state, said = problem.sqlstate or "", _clean(problem.diag.message_primary or str(problem), database)
    where = _place(problem, database, sql)
    if state in _NO_LOGIN or (not state and re.search(r"password|authentication|role .* does not", said)):
        return DatabaseUnreachable(
            f"The database does not let us in: {said}",
            where=where,
            remedy="Check user and password: in the address, PGPASSWORD, ~/.pgpass or a service file.",
        )
    if state in ("", "57P01", "57P03", "08006", "08001") or state.startswith("53"):
        return DatabaseUnreachable(
            f"The database cannot be reached: {said}",
            where=where,
            remedy="Check host, port and name, and that the server lets this machine in.",
        )
    remedies = {
        "42P01": "Check the name and its schema; --table takes schema.table.",
        "42501": "Let the database's owner grant SELECT, or name what may be read with --table.",
        "42601": "Give one SELECT and nothing else behind the name of --query.",
        "25006": "Only reading is allowed: give a SELECT that changes nothing.",
        "57014": "It took longer than ten minutes: narrow the query.",
        "55P03": "Another session holds a lock on it: try again later.",
    }
    return DatabaseRefused(
        f"The database refused: {said}", where=where, remedy=remedies.get(state, "Mend the query, or name a table.")
    )


def _place(problem: psycopg.Error, database: Database, sql: str | None) -> Position:
    at = problem.diag.statement_position
    if sql is None or at is None:
        return Position(file=database.address)
    before = sql[: int(at) - 1]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Position(file=database.address, line=line, column=column, value=shorten(sql[int(at) - 1 :], 30))


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _wanted(connection: psycopg.Connection[Any], database: Database) -> tuple[list[_Wanted], list[tuple[str, str]]]:
    """What to read, and what is left out with the reason."""
    import psycopg

    wanted = []
    for own, table in database.tables:
        try:
            schema, name = _named(connection, database, table)
            whole = _whole(connection, f"{database.name}#{own or name}", schema, name)
            wanted.append(replace(whole, asked=True))
        except psycopg.Error as problem:
            raise fault_of(problem, database) from None
    for own, sql in database.queries:
        _check(connection, database, sql)
        wanted.append(_Wanted(f"{database.name}#{own}", sql, asked=True))
    if wanted:
        return wanted, []
    unused: list[tuple[str, str]] = []
    listed = connection.execute(_LISTED).fetchall()
    if len(listed) > MOST_TABLES:
        fitting = [row for row in listed if _TELLING.search(row[1]) or len(set(_TELLING.findall(row[4]))) > 1]
    else:
        fitting = listed
    if len(fitting) > MOST_TABLES:
        raise DatabaseAddressWrong(
            f"The database has {len(fitting)} tables that may speak of companies; {MOST_TABLES} is the most that is "
            "read unasked",
            where=Position(file=database.address),
            remedy=f"Name those to read with --table: {', '.join(row[1] for row in fitting[:12])} …",
        )
    for schema, name, current, readable, _columns in listed:
        label = f"{database.name}#{name}" if current else f"{database.name}#{schema}/{name}"
        if not any(row[:2] == (schema, name) for row in fitting):
            unused.append((label, "neither its name nor its columns speak of companies or sales"))
        elif SYSTEM_TABLES.match(name):
            unused.append((label, "a table that a program keeps about itself"))
        elif not readable:
            unused.append((label, "this user may not read it"))
        else:
            wanted.append(_whole(connection, label, schema, name))
    return wanted, unused


def _named(connection: psycopg.Connection[Any], database: Database, text: str) -> tuple[str, str]:
    """Schema and name of a table as a person writes it: quoted or not, with its schema or found on the search path."""
    # Written in the database's own letters first: 'Accounts' may be a name that has to be quoted.
    found = None
    for written in dict.fromkeys((".".join(_quote(part.strip('"')) for part in text.split(".")), text)):
        row = connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.oid = to_regclass(%s)",
            [written],
        ).fetchone()
        found = found or row
    if found is None:
        raise DatabaseRefused(
            f"The database has no table {text!r}",
            where=Position(file=database.address, value=text),
            remedy="Check the name and its schema; --table takes schema.table.",
        )
    return str(found[0]), str(found[1])


def _whole(connection: psycopg.Connection[Any], label: str, schema: str, name: str) -> _Wanted:
    """A whole table or view, in the order of its primary key."""
    written = f"{_quote(schema)}.{_quote(name)}"
    columns = connection.execute(_COLUMNS, [written]).fetchall()
    key = [row[0] for row in connection.execute(_KEY, [written]).fetchall()]
    order = f" ORDER BY {', '.join(map(_quote, key))}" if key else ""
    kept = ", ".join(_quote(row[0]) for row in columns if row[1] != _BYTEA)
    binary = [row[0] for row in columns if row[1] == _BYTEA]
    notes = (f"columns of binary data left out: {', '.join(binary)}",) if binary else ()
    return _Wanted(label, f"SELECT {kept} FROM {written}{order}", notes)


def _check(connection: psycopg.Connection[Any], database: Database, sql: str) -> None:
    """Raise DatabaseRefused where `sql` is not one query that the server understands: it is prepared, not run."""
    import psycopg
    from psycopg.errors import error_from_result
    from psycopg.pq import ExecStatus

    connection.execute("SAVEPOINT before_query")
    result = connection.pgconn.prepare(b"", sql.encode())
    if result.status != ExecStatus.COMMAND_OK:
        raise fault_of(error_from_result(result, encoding="utf-8"), database, sql)
    shape = connection.pgconn.describe_prepared(b"")
    if shape.nfields == 0:
        raise DatabaseRefused(
            "The query gives no rows to read",
            where=Position(file=database.address, value=shorten(sql, 30)),
            remedy="Give one SELECT behind the name of --query.",
        )
    try:
        connection.execute(f"DECLARE checked NO SCROLL CURSOR FOR {sql}")
        connection.execute("CLOSE checked")
    except psycopg.Error as problem:
        fault = fault_of(problem, database)
        raise fault from None


def _read(con: duckdb.DuckDBPyConnection, connection: psycopg.Connection[Any], wanted: _Wanted) -> RawTable:
    connection.execute(f"DECLARE rows_to_read NO SCROLL CURSOR FOR {wanted.sql}")
    try:
        cursor = connection.execute(f"FETCH FORWARD {_BATCH} FROM rows_to_read")
        described = [(column.name, column.type_code) for column in cursor.description or ()]
        kept = [at for at, (_, kind) in enumerate(described) if kind != _BYTEA]
        binary = [name for name, kind in described if kind == _BYTEA]
        readers = [_reader(connection, described[at][1]) for at in kept]
        notes = [*wanted.notes, *([f"columns of binary data left out: {', '.join(binary)}"] if binary else [])]
        batches = _batches(cursor, kept, readers)
        return load_texts(con, wanted.label, [described[at][0] for at in kept], batches, notes)
    finally:
        if connection.info.transaction_status.name == "INTRANS":
            connection.execute("CLOSE rows_to_read")


def _batches(
    cursor: psycopg.Cursor[Any], kept: Sequence[int], readers: Sequence[Callable[[bytes], str]]
) -> Iterator[list[list[str]]]:
    """The rows as the server writes them, batch by batch."""
    while (result := cursor.pgresult) is not None and result.ntuples:
        value = result.get_value
        yield [
            ["" if (raw := value(row, at)) is None else reader(raw) for at, reader in zip(kept, readers, strict=True)]
            for row in range(result.ntuples)
        ]
        cursor.execute(f"FETCH FORWARD {_BATCH} FROM rows_to_read")


def _reader(connection: psycopg.Connection[Any], kind: int) -> Callable[[bytes], str]:
    """How a column's text becomes that of a CSV cell: lists as JSON, yes and no as words, UTC without its offset."""
    if kind == _BOOL:
        return lambda raw: "true" if raw == b"t" else "false"
    if kind == _TIMESTAMPTZ:
        return lambda raw: raw.decode().removesuffix("+00")
    info = connection.adapters.types.get(kind)
    if info is not None and info.array_oid == kind and info.oid != kind:
        from psycopg.adapt import Transformer
        from psycopg.pq import Format

        load = Transformer(connection).get_loader(kind, Format.TEXT).load
        return lambda raw: json.dumps(load(raw), ensure_ascii=False, default=str)
    return lambda raw: bytes(raw).decode("utf-8", "replace")
