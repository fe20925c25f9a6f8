"""Records that were read here, as temporary tables of a PostgreSQL server: they are scored there like its own.

A text with a NUL byte is none for PostgreSQL. In what criteria read the sign that stands for unreadable ones takes its
place: no criterion names either, so the answers are the same. An id with one is refused, since it could not come back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import duckdb

from idealfit.errors import DatabaseRefused, Position
from idealfit.scores.lying import WITH_CARD, Held, TableAt, TableName, Tables
from idealfit.scores.states import column_types
from idealfit.store.engine import quote

if TYPE_CHECKING:
    import psycopg

_BATCH = 10_000
_IDS, _UNREADABLE = ("account_id", "duplicate_of"), 0xFFFD
_EXACT = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "UTINYINT", "USMALLINT", "UINTEGER")
_KINDS = {
    "DOUBLE": "double precision",
    "FLOAT": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "VARCHAR[]": "text[]",
}


def copied_tables(
    connection: psycopg.Connection[Any],
    con: duckdb.DuckDBPyConnection,
    accounts: str,
    needed: Mapping[TableName, Collection[str]],
) -> Tables:
    """The `needed` tables of `con` (name → columns in small letters), as far as they are there, as temporary tables;
    `accounts` names the relation that stands for the accounts.
    """
    found: dict[TableName, TableAt] = {}
    for name in [name for name in WITH_CARD if name in needed]:
        relation = accounts if name == "accounts" else name
        try:
            found[name] = _copied(connection, con, name, relation, needed[name])
        except duckdb.CatalogException:
            continue
    return Tables(found["accounts"], {name: table for name, table in found.items() if name != "accounts"})


def _copied(
    connection: psycopg.Connection[Any],
    con: duckdb.DuckDBPyConnection,
    name: TableName,
    relation: str,
    needed: Collection[str],
) -> TableAt:
    kinds = column_types(con, relation)
    rows = con.execute(f"DESCRIBE {quote(relation)}").fetchall()
    described = [(str(row[0]), str(row[1])) for row in rows if row[0] in kinds and row[0].lower() in needed]
    for column in [column for column, kind in described if column.lower() in _IDS and kind == "VARCHAR"]:
        _refuse_nul(con, name, relation, column)
    own = f"idealfit_local_{name}"
    columns = ", ".join(f"{_quoted(column)} {_kind(kind)}" for column, kind in described)
    connection.execute(f"CREATE TEMP TABLE {own} ({columns}) ON COMMIT DROP".encode())
    cells = ", ".join(_cell(column, kind) for column, kind in described)
    cursor = con.execute(f"SELECT {cells} FROM {quote(relation)}")
    with connection.cursor().copy(f"COPY pg_temp.{own} FROM STDIN") as copy:
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                copy.write_row(row)
    connection.execute(f"ANALYZE pg_temp.{own}")
    held = {column: Held(kinds[column], exact=kind.startswith(_EXACT)) for column, kind in described}
    return TableAt(("pg_temp", own), held)


def _kind(kind: str) -> str:
    if kind.startswith(_EXACT):
        return "numeric"
    return _KINDS.get(kind, "timestamp" if kind.startswith("TIMESTAMP") else "text")


def _cell(column: str, kind: str) -> str:
    """A column in a form that its kind there takes; of a kind that is not read, its text."""
    if kind.startswith("TIMESTAMP"):
        return f"CAST({quote(column)} AS TIMESTAMP)"
    if kind == "VARCHAR[]":
        return f"list_transform({quote(column)}, lambda item: {_without_nul('item')})"
    if kind in _KINDS or kind.startswith(_EXACT):
        return quote(column)
    return _without_nul(f"CAST({quote(column)} AS VARCHAR)")


def _without_nul(text: str) -> str:
    return f"replace({text}, chr(0), chr({_UNREADABLE}))"


def _refuse_nul(con: duckdb.DuckDBPyConnection, name: TableName, relation: str, column: str) -> None:
    held = quote(column)
    query = f"SELECT {held} FROM {quote(relation)} WHERE contains({held}, chr(0)) LIMIT 1"
    found = con.execute(query).fetchone()
    if found is not None:
        raise DatabaseRefused(
            "PostgreSQL cannot hold an id with a NUL byte",
            where=Position(file=f"{name}.{column}", value=str(found[0])[:60].replace("\0", "\\0")),
            remedy="Mend the id where the records come from, or score without --on.",
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
