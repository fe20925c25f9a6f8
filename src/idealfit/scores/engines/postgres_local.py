"""Records that were read here, as temporary tables of a PostgreSQL server: they are scored there like its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import duckdb

from idealfit.scores.lying import WITH_CARD, Held, TableAt, TableName, Tables
from idealfit.scores.states import column_types
from idealfit.store.engine import quote

if TYPE_CHECKING:
    import psycopg

_BATCH = 10_000
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
    return quote(column) if kind in _KINDS or kind.startswith(_EXACT) else f"CAST({quote(column)} AS VARCHAR)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
