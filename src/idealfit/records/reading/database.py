"""SQLite files: every table and view is a table of the folder. The file is only read, and trusted in nothing."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote as quote_url

import duckdb

from idealfit.errors import DatabaseRefused, Position, UnreadableFile
from idealfit.records.reading.raw_table import RawTable, shorten
from idealfit.records.reading.text_table import load_texts

SECONDS_A_VIEW = 20.0
_BATCH = 5_000
_STEPS_BETWEEN_LOOKS = 20_000
_LONGEST_CELL = 10_000_000
_MOST_TABLES = 500
_EXACT_DIGITS = 1e15
SYSTEM_TABLES = re.compile(
    r"^(sqlite_.*|alembic_version|.*schema_migrations|ar_internal_metadata|django_.*|auth_.*|android_metadata|"
    r"spatial_ref_sys|geometry_columns|flyway_schema_history|databasechangelog(lock)?|knex_migrations(_lock)?|"
    r"_prisma_migrations|pg_stat_.*|doctrine_migration_versions)$",
    re.IGNORECASE,
)
"""Tables that programs keep about themselves, in any database."""

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_REFUSED_FUNCTIONS = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob"})


def read_sqlite(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    file: str,
    *,
    tables: Sequence[tuple[str | None, str]] = (),
    queries: Sequence[tuple[str, str]] = (),
    seconds: float = SECONDS_A_VIEW,
) -> tuple[list[RawTable], list[tuple[str, str]]]:
    """The tables and views of the database file, loaded into `con` as 'file#table', and (name, reason) for those that
    give none; with `tables` (own name or None, table) or `queries` (name, SELECT) only these.

    The file is opened read-only, runs nothing of its own but its views, and a view or query may take `seconds`. Raises
    UnreadableFile where it is no database or damaged, DatabaseRefused for a table or query that was asked for.
    """
    try:
        with closing(_open(path)) as database:
            wanted, unused = _wanted(database, file, tables, queries)
            _shut(database)
            found: list[RawTable] = []
            for name, sql, kinds, limited in wanted:
                label = f"{file}#{name}"
                try:
                    found.append(_read(con, database, label, sql, kinds, seconds if limited else None))
                except UnreadableFile as problem:
                    unused.append((label, problem.what))
                except sqlite3.Error as problem:
                    if queries or tables:
                        raise _refused(label, problem) from None
                    unused.append((label, _reason(problem, seconds)))
            return found, unused + _unwritten(path, file)
    except sqlite3.Error as problem:
        raise UnreadableFile(
            f"The database cannot be opened ({shorten(str(problem), 80)})",
            where=Position(file=file),
            remedy="Copy it while no program uses it, without a password, or export its tables as CSV.",
        ) from None


def _open(path: Path) -> sqlite3.Connection:
    address = f"file:{quote_url(str(path.absolute()))}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    for setting in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY"):
        database.execute(f"PRAGMA {setting}")
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
        (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
    ):
        database.setlimit(limit, most)
    return database


def _shut(database: sqlite3.Connection) -> None:
    """From here on the connection reads tables and calls plain functions, and nothing else."""

    def judge(action: int, _first: str | None, second: str | None, _db: str | None, _by: str | None) -> int:
        refused = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _REFUSED_FUNCTIONS
        return sqlite3.SQLITE_OK if action in _ALLOWED and not refused else sqlite3.SQLITE_DENY

    database.set_authorizer(judge)


def _wanted(
    database: sqlite3.Connection,
    file: str,
    tables: Sequence[tuple[str | None, str]],
    queries: Sequence[tuple[str, str]],
) -> tuple[list[tuple[str, str, dict[str, str], bool]], list[tuple[str, str]]]:
    """What to read, as (name, SELECT, declared types, whether its time is limited), and what is left out, with why."""
    wanted = [(name, sql, dict[str, str](), True) for name, sql in queries]
    if queries and not tables:
        return wanted, []
    listed = {
        str(name): str(kind)
        for _schema, name, kind, *_ in database.execute("PRAGMA main.table_list").fetchall()
        if not str(name).startswith("sqlite_")
    }
    unused: list[tuple[str, str]] = []
    chosen = [(own or table, table) for own, table in tables] or [(name, name) for name in sorted(listed)]
    for name, table in chosen:
        kind = listed.get(table)
        if kind is None:
            raise DatabaseRefused(
                f"The database has no table {table!r}",
                where=Position(file=file),
                remedy=f"It has: {', '.join(sorted(listed)[:20]) or 'none'}.",
            )
        label = f"{file}#{name}"
        if kind not in ("table", "view"):
            unused.append((label, "a table of the database's own search index or extension"))
        elif not tables and SYSTEM_TABLES.match(table):
            unused.append((label, "a table that a program keeps about itself"))
        elif len(wanted) >= _MOST_TABLES:
            unused.append((label, f"more than {_MOST_TABLES} tables: name those to read with --table"))
        else:
            try:
                wanted.append((name, *_select(database, table), kind == "view"))
            except sqlite3.Error as problem:
                unused.append((label, _reason(problem, SECONDS_A_VIEW)))
    return wanted, unused


def _select(database: sqlite3.Connection, table: str) -> tuple[str, dict[str, str]]:
    """The SELECT of a table or view, and the declared types of its columns."""
    kinds = {
        str(row[1]): str(row[2] or "").upper()
        for row in database.execute(f"PRAGMA main.table_xinfo({_quote(table)})").fetchall()
        if row[6] != 1
    }
    return f"SELECT {', '.join(map(_quote, kinds)) or '*'} FROM main.{_quote(table)}", kinds


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _read(
    con: duckdb.DuckDBPyConnection,
    database: sqlite3.Connection,
    label: str,
    sql: str,
    kinds: dict[str, str],
    seconds: float | None,
) -> RawTable:
    end = None if seconds is None else time.monotonic() + seconds
    database.set_progress_handler(None if end is None else (lambda: int(time.monotonic() > end)), _STEPS_BETWEEN_LOOKS)
    cursor = database.execute(sql)
    names = [str(column[0]) for column in cursor.description or ()]
    flags = [kinds.get(name, "").startswith("BOOL") for name in names]
    binary = [0]

    def batches() -> Iterator[list[list[str]]]:
        while rows := cursor.fetchmany(_BATCH):
            if end is not None and time.monotonic() > end:
                raise sqlite3.OperationalError("interrupted")
            yield [[_text(value, flag, binary) for value, flag in zip(row, flags, strict=True)] for row in rows]

    table = load_texts(con, label, names, batches())
    if not binary[0]:
        return table
    note = f"{binary[0]:,} cells of binary data left out"
    return RawTable(**{**vars(table), "notes": (*table.notes, note)})


def _text(value: object, flag: bool, binary: list[int]) -> str:
    """A cell as it would stand in a CSV: 7 and not 7.0, true and false where the column is declared so."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, bytes):
        binary[0] += 1
        return ""
    if flag and value in (0, 1):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT_DIGITS else repr(value)
    return str(value)


def _reason(problem: sqlite3.Error, seconds: float) -> str:
    if "interrupted" in str(problem):
        return f"the view gave no end within {seconds:.0f} seconds. Save its result as a table or as CSV."
    return f"it cannot be read ({shorten(str(problem), 100)})"


def _refused(label: str, problem: sqlite3.Error) -> DatabaseRefused:
    return DatabaseRefused(
        f"The database refused: {shorten(str(problem), 200)}",
        where=Position(file=label),
        remedy="Give one SELECT over its own tables that ends within seconds.",
    )


def _unwritten(path: Path, file: str) -> list[tuple[str, str]]:
    """Changes that lie beside the file and not yet in it."""
    log = path.with_name(path.name + "-wal")
    try:
        pending = log.stat().st_size > 0
    except OSError:
        pending = False
    if not pending:
        return []
    return [
        (f"{file}-wal", "changes not yet written into the database: close the program that uses it, and read again")
    ]
