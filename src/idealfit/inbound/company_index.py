"""What a workspace knows of its companies as a file in which one is found in a millisecond: derived and disposable.

Each table of `TABLES` by account, lists as JSON, days as texts; and `keys`: domains and names as they are compared.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb

import idealfit
from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.name import normalised_name
from idealfit.records.tables import ColumnType
from idealfit.store.derived import derived, derived_path
from idealfit.store.engine import connect, load_tables, quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

FORMAT: Final = "2"
KIND: Final = "companies"
TABLES: Final[Mapping[str, str]] = {
    "accounts": "*",
    "events": "account_id, event_type, detail, occurred_at, known_at",
    "activities": "account_id, activity_type, channel, occurred_at, direction",
    "contacts": "account_id, role, function, seniority, title, created_at",
    "account_history": "account_id, field, old_value, new_value, changed_at",
    "deals": "account_id, deal_id, deal_type, closed_at, outcome, stage, loss_reason, competitor",
    "subscriptions": "account_id, started_at, ended_at",
    "leads": "account_id, lead_id, created_at, disqualified_at, disqualify_reason",
}
_BATCH: Final = 10_000
_TYPES: Final[tuple[tuple[str, ColumnType], ...]] = (
    ("BOOLEAN", "boolean"),
    ("TIMESTAMP", "timestamp"),
    ("DATE", "date"),
    ("VARCHAR[]", "list"),
    ("VARCHAR", "text"),
)


def company_index(place: Place) -> Path:
    """The index of a workspace's companies as its tables are now, made if it is not there. Raises WriteFailed,
    WorkspaceDamaged.
    """
    return derived(place, KIND, _made_from(place), lambda path: _make(place, path))


def is_made(place: Place) -> bool:
    """Whether the index is there."""
    return derived_path(place, KIND, _made_from(place)).is_file()


def _made_from(place: Place) -> list[str]:
    current = open_ledger(place).current_snapshots()
    return [FORMAT, idealfit.__version__, *(str(current.get(table)) for table in TABLES)]


def type_of(duckdb_type: str) -> ColumnType:
    """What a column of DuckDB's type holds."""
    return next((kind for start, kind in _TYPES if duckdb_type.startswith(start)), "number")


def _make(place: Place, path: Path) -> None:
    with closing(sqlite3.connect(path)) as index, closing(connect(place.root)) as con:
        index.execute("PRAGMA journal_mode = OFF")
        index.execute("PRAGMA synchronous = OFF")
        load_tables(con, place)
        for table, names in TABLES.items():
            columns = _copy(con, index, table, names)
            if table == "accounts":
                _make_keys(index, columns)
                index.execute("CREATE INDEX accounts_by_parent ON accounts (parent_id)")  # whose subsidiary it is
        index.commit()


def _copy(con: duckdb.DuckDBPyConnection, index: sqlite3.Connection, table: str, names: str) -> list[str]:
    """A table of the workspace in the index, by account; the names of its columns."""
    described = con.execute(f"DESCRIBE SELECT {names} FROM {table}").fetchall()
    shown = ", ".join(_kept(str(row[0]), str(row[1])) for row in described)
    index.execute(f"CREATE TABLE {table} ({', '.join(quote(str(row[0])) for row in described)})")
    rows = con.execute(f"SELECT {shown} FROM {table} WHERE account_id IS NOT NULL")
    marks = ", ".join("?" * len(described))
    while batch := rows.fetchmany(_BATCH):
        index.executemany(f"INSERT INTO {table} VALUES ({marks})", batch)
    index.execute(f"CREATE INDEX {table}_by_account ON {table} (account_id)")
    return [str(row[0]) for row in described]


def _make_keys(index: sqlite3.Connection, columns: Sequence[str]) -> None:
    """Domains and names as they are compared, each with the account that keeps it (a merged one's survivor)."""
    have = [name.casefold() for name in columns]
    survivor = "COALESCE(duplicate_of, account_id)" if "duplicate_of" in have else "account_id"
    shown = ", ".join(name if name in have else "NULL" for name in ("domain", "name"))
    keys: set[tuple[str, str, str]] = set()
    for account, domain, name in index.execute(f"SELECT {survivor}, {shown} FROM accounts"):
        if domain and (plain := registrable_domain(domain)):
            keys.add((plain, "domain", account))
        if name and (plain := normalised_name(name)):
            keys.add((plain, "name", account))
    index.execute(
        "CREATE TABLE keys (key TEXT, kind TEXT, account TEXT, PRIMARY KEY (key, kind, account)) WITHOUT ROWID"
    )
    index.executemany("INSERT INTO keys VALUES (?, ?, ?)", sorted(keys))


def _kept(name: str, kind: str) -> str:
    """The expression that the index keeps of a column: lists as JSON, days and moments as texts, numbers as doubles."""
    column = quote(name)
    if kind.endswith("[]"):
        return f"CAST(to_json({column}) AS VARCHAR)"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return f"CAST(CAST({column} AS DATE) AS VARCHAR)"
    return f"CAST({column} AS DOUBLE)" if type_of(kind) == "number" else column
