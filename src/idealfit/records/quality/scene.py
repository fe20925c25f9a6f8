"""What every check looks at: the finished tables, the day, and the evidence that a profile would rest on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from idealfit.records.assembling.assembly import columns_of
from idealfit.records.attribute import AttributeInfo
from idealfit.records.tables import TABLES
from idealfit.store.engine import quote

EXAMPLES = 5


@dataclass(frozen=True)
class Evidence:
    """Deals by outcome, and those of them that belong to an account."""

    won: int = 0
    lost: int = 0
    open: int = 0

    @property
    def closed(self) -> int:
        """Won and lost."""
        return self.won + self.lost

    @property
    def win_rate(self) -> float:
        """Won of closed; 0 where none is closed."""
        return self.won / self.closed if self.closed else 0.0


@dataclass(frozen=True)
class Scene:
    """`relations`: table → finished relation; `columns`: table → column → DuckDB type; `candidates`: the columns of
    `accounts` that may become criteria."""

    con: duckdb.DuckDBPyConnection
    relations: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, int]
    as_of: date | None
    evidence: Evidence
    attributes: Mapping[str, AttributeInfo] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    rated: Collection[str] = ()
    """Currencies with a rate, upper case."""

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table is there with all of these columns and with rows."""
        return self.rows.get(table, 0) > 0 and all(name in self.columns[table] for name in columns)

    def relation(self, table: str) -> str:
        """The table as it stands in SQL."""
        return quote(self.relations[table])

    def row(self, sql: str, **bound: Any) -> tuple[Any, ...]:
        """The one row that a query answers."""
        found = self.con.execute(sql, bound or None).fetchone()
        return tuple(found) if found is not None else ()

    def all(self, sql: str, **bound: Any) -> list[tuple[Any, ...]]:
        """Every row that a query answers."""
        return self.con.execute(sql, bound or None).fetchall()

    def examples(self, table: str, where: str, **bound: Any) -> tuple[str, ...]:
        """Ids of up to five rows that fulfil `where`; never an id that is somebody's e-mail address."""
        key = TABLES[table].key or "account_id"
        if key not in self.columns[table]:
            return ()
        rows = self.all(
            f"SELECT DISTINCT {quote(key)} FROM {self.relation(table)} WHERE ({where}) AND {quote(key)} IS NOT NULL "
            f"ORDER BY 1 LIMIT {EXAMPLES}",
            **bound,
        )
        return tuple(str(row[0]) for row in rows if "@" not in str(row[0]))


def make_scene(
    con: duckdb.DuckDBPyConnection,
    relations: Mapping[str, str],
    *,
    as_of: date | None,
    attributes: Mapping[str, AttributeInfo],
    rated: Collection[str] = (),
) -> Scene:
    """The scene of finished tables."""
    columns = {table: columns_of(con, relation) for table, relation in relations.items()}
    rows = {
        table: int(con.execute(f"SELECT count(*) FROM {quote(relation)}").fetchall()[0][0])
        for table, relation in relations.items()
    }
    candidates = tuple(
        name
        for name, info in attributes.items()
        if info.level == "account" and name in columns.get("accounts", {}) and not name.endswith("(as in file)")
    )
    evidence = Evidence()
    if "outcome" in columns.get("deals", {}):
        found = dict(con.execute(f"SELECT outcome, count(*) FROM {quote(relations['deals'])} GROUP BY 1").fetchall())
        evidence = Evidence(found.get("won", 0), found.get("lost", 0), found.get("open", 0))
    return Scene(con, relations, columns, rows, as_of, evidence, attributes, candidates, frozenset(rated))
