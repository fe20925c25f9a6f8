"""The canonical tables of a DuckDB connection as another engine finds them: described, and copied to PostgreSQL."""

from __future__ import annotations

import duckdb
import psycopg

from idealfit.scores.lying import READ, Held, TableAt, TableName, Tables
from idealfit.scores.states import column_types

_EXACT = ("BIGINT", "INTEGER", "DECIMAL")
_POSTGRES = {
    "VARCHAR": "text",
    "DOUBLE": "double precision",
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "VARCHAR[]": "text[]",
}


def lying_tables(con: duckdb.DuckDBPyConnection) -> Tables:
    found: dict[TableName, TableAt] = {}
    for name in READ:
        kinds = column_types(con, name)
        held = {column: Held(kinds[column], exact=kind.startswith(_EXACT)) for column, kind in described(con, name)}
        found[name] = TableAt((name,), held)
    return Tables(found["accounts"], {name: table for name, table in found.items() if name != "accounts"})


def described(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in con.execute(f'DESCRIBE "{name}"').fetchall()]


def copied(con: duckdb.DuckDBPyConnection, postgres: psycopg.Connection, schema: str) -> None:  # type: ignore[type-arg]
    """The tables of `con` in a schema of the server, made anew."""
    postgres.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
    for name in READ:
        columns = ", ".join(f'"{column}" {_POSTGRES[kind]}' for column, kind in described(con, name))
        postgres.execute(f"CREATE TABLE {schema}.{name} ({columns})")
        with postgres.cursor().copy(f"COPY {schema}.{name} FROM STDIN") as copy:
            for row in con.execute(f"SELECT * FROM {name}").fetchall():
                copy.write_row(row)
