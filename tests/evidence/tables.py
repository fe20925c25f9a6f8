"""A small company in the engine: every canonical table, empty but for the rows that a test names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from idealfit.evidence.rows import Rows, make_rows
from idealfit.evidence.table import Evidence, Fact, gather_evidence
from idealfit.records.attribute import AttributeInfo, describe
from idealfit.records.company import Company
from idealfit.records.tables import DUCKDB_TYPES, TABLES, ColumnType
from idealfit.store.engine import empty_table_sql, insert_texts, quote

AS_OF = date(2026, 6, 30)
Records = Sequence[Mapping[str, Any]]


def engine(*, types: Mapping[str, ColumnType] | None = None, threads: int = 1, **tables: Records) -> Any:
    """A connection with all canonical tables; `types`: the account columns that are not canonical."""
    con = duckdb.connect(config={"threads": threads})
    for name, table in TABLES.items():
        con.execute(f"CREATE TABLE {quote(name)} AS {empty_table_sql(table)}")
    for column, kind in (types or {}).items():
        con.execute(f"ALTER TABLE accounts ADD COLUMN {quote(column)} {DUCKDB_TYPES[kind]}")
    for name, rows in tables.items():
        _insert(con, name, rows)
    return con


def _insert(con: duckdb.DuckDBPyConnection, name: str, rows: Records) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if not columns:
        return
    con.execute(f"CREATE OR REPLACE TEMP TABLE texts ({', '.join(f'{quote(one)} VARCHAR' for one in columns)})")
    insert_texts(con, "texts", [[_cell(row.get(column)) for row in rows] for column in columns])
    types = {found[0]: found[1] for found in con.execute(f"DESCRIBE {quote(name)}").fetchall()}
    cast = ", ".join(
        f"STRING_SPLIT({quote(one)}, '|')" if types[one].endswith("[]") else f"CAST({quote(one)} AS {types[one]})"
        for one in columns
    )
    listed = ", ".join(quote(one) for one in columns)
    con.execute(f"INSERT INTO {quote(name)} ({listed}) SELECT {cast} FROM texts")


def _cell(value: object) -> str:
    if value is None:
        return ""
    return "|".join(value) if isinstance(value, list | tuple) else str(value)


def attributes_of(con: duckdb.DuckDBPyConnection, **changed: AttributeInfo) -> dict[str, AttributeInfo]:
    """What is known of every column of accounts: the canonical dictionary, and the engine's type for the others."""
    kinds = {sql: kind for kind, sql in DUCKDB_TYPES.items()}
    known = {}
    for name, sql, *_ in con.execute("DESCRIBE accounts").fetchall():
        info = describe(name)
        known[name] = info if name in TABLES["accounts"].columns else AttributeInfo(name, info.label, kinds[sql])
    return known | changed


def evidence_of(
    con: duckdb.DuckDBPyConnection, *, as_of: date = AS_OF, company: Company | None = None, **changed: AttributeInfo
) -> tuple[Evidence, Rows]:
    """The evidence of the tables, the whole way."""
    rows = make_rows(con, company or Company(), as_of=as_of)
    attributes = attributes_of(con, **changed)
    return gather_evidence(con, as_of=as_of, attributes=attributes, reach=rows.reach, notes=rows.notes), rows


def fact_of(evidence: Evidence, name: str) -> Fact:
    """The fact of this name."""
    return next(fact for fact in evidence.facts if fact.name == name)


def table_of(con: duckdb.DuckDBPyConnection, name: str, key: str, *columns: str) -> dict[Any, Any]:
    """The rows of a table by key: one value where one column is asked for, else a tuple."""
    listed = ", ".join(quote(one) for one in (key, *columns))
    rows = con.execute(f"SELECT {listed} FROM {quote(name)}").fetchall()
    return {row[0]: row[1] if len(columns) == 1 else row[1:] for row in rows}


def day(number: int) -> date:
    """Some days after the first of January 2025."""
    return date(2025, 1, 1) + timedelta(days=number)
