"""Typed files of one table put together: one relation, keys present and unique, every row accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from idealfit.records.assembling.conversion import Converted
from idealfit.records.counted import counted
from idealfit.records.report import CellProblem
from idealfit.records.tables import DUCKDB_TYPES, TABLES
from idealfit.store.engine import quote

_KEYS_MERGED = frozenset({"accounts", "contacts", "leads", "subscriptions", "tickets"})
"""Tables where one id is one thing: rows of the same id are merged, the gaps of the first filled from the others."""


@dataclass(frozen=True)
class Assembled:
    """`relation` holds the rows kept so far with the columns `columns`; `merged` and `rejected` those that are not."""

    table: str
    relation: str
    columns: tuple[str, ...]
    read: int
    merged: int
    rejected: tuple[CellProblem, ...]
    files: tuple[str, ...]
    notes: tuple[str, ...]
    withheld: int = 0
    aside: int = 0

    def without(self, rows: int, problems: tuple[CellProblem, ...]) -> Assembled:
        """The same with `rows` more set aside, which `problems` tell of together (a line for many)."""
        return replace(self, aside=self.aside + rows - len(problems), rejected=(*self.rejected, *problems))


def columns_of(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column → DuckDB type of a relation. Asked fifty times an import: of a table it is looked up without a query."""
    try:
        found = con.table(quote(relation))
    except duckdb.CatalogException:  # a view
        return {row[0]: row[1] for row in con.execute(f"DESCRIBE {quote(relation)}").fetchall()}
    return dict(zip(found.columns, map(str, found.types), strict=True))


def count_of(con: duckdb.DuckDBPyConnection, relation: str, where: str = "true") -> int:
    """How many rows of a relation fulfil `where`."""
    return int(con.execute(f"SELECT count(*) FROM {quote(relation)} WHERE {where}").fetchall()[0][0])


def _cast_together(con: duckdb.DuckDBPyConnection, parts: Sequence[Converted], table: str) -> list[str]:
    """Selects with one type a column: a column typed differently in two files becomes text."""
    types: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    described = [columns_of(con, part.relation) for part in parts]
    for columns in described:
        for name, kind in columns.items():
            types.setdefault(name.lower(), set()).add(kind)
            names.setdefault(name.lower(), name)
    selects = []
    for part, columns in zip(parts, described, strict=True):
        chosen = []
        for name in columns:
            kinds = types[name.lower()]
            canonical = TABLES[table].columns.get(name)
            target = _common_type(kinds, DUCKDB_TYPES[canonical] if canonical else None)
            shown = quote(names[name.lower()])
            chosen.append(f"CAST({quote(name)} AS {target}) AS {shown}" if target else f"{quote(name)} AS {shown}")
        selects.append(f"SELECT {', '.join(chosen)} FROM {quote(part.relation)}")
    return selects


def _common_type(kinds: set[str], canonical: str | None) -> str | None:
    """The type that a column takes when several files have it; None leaves it as it is."""
    if canonical is not None or len(kinds) == 1:
        return canonical
    return "TIMESTAMP" if kinds <= {"DATE", "TIMESTAMP"} else "VARCHAR"


def assemble(con: duckdb.DuckDBPyConnection, table: str, parts: Sequence[Converted]) -> Assembled:
    """All rows of `table` from its files: exact repeats merged, rows without a usable key given one or rejected,
    repeated ids merged (accounts and the like) or numbered ('~2': deals, invoice lines)."""
    relation = f"all_{table}"
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS {' UNION ALL BY NAME '.join(_cast_together(con, parts, table))}"
    )
    for part in parts:
        con.execute(f"DROP TABLE IF EXISTS {quote(part.relation)}")
    read = count_of(con, relation)
    files = tuple(part.mapping.file for part in parts)
    notes: list[str] = []
    key = TABLES[table].key
    if key is None:
        return Assembled(table, relation, tuple(columns_of(con, relation)), read, 0, (), files, ())
    columns = columns_of(con, relation)
    if key not in columns:
        con.execute(f"ALTER TABLE {quote(relation)} ADD COLUMN {quote(key)} VARCHAR")
    else:
        merged = _merge_exact(con, relation)
        if merged:
            notes.append(f"{table}: {counted(merged, 'row')} merged: exact repeats of another row")
    rejected = _fill_keys(con, table, relation, key)
    notes += _resolve_repeats(con, table, relation, key)
    kept = count_of(con, relation)
    if rejected:
        notes.append(
            f"{table}: {counted(len(rejected), 'row')} rejected: {rejected[0].reason.removeprefix('row rejected: ')}"
        )
    return Assembled(
        table,
        relation,
        tuple(columns_of(con, relation)),
        read,
        read - kept - len(rejected),
        rejected,
        files,
        tuple(notes),
    )


def _merge_exact(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Rows that are equal in every column but their place: the first is kept. The number removed."""
    before = count_of(con, relation)
    content = ", ".join(quote(name) for name in columns_of(con, relation) if name not in ("__line__", "__file__"))
    # Equal rows have equal hashes: where there are as many hashes as rows, nothing is to be put in order.
    hashes = con.execute(f"SELECT count(DISTINCT hash({content})) FROM {quote(relation)}").fetchall()[0][0]
    if hashes == before:
        return 0
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT * FROM {quote(relation)} "
        f"QUALIFY row_number() OVER (PARTITION BY {content} ORDER BY __file__, __line__) = 1"
    )
    return before - count_of(con, relation)


def _fill_keys(con: duckdb.DuckDBPyConnection, table: str, relation: str, key: str) -> tuple[CellProblem, ...]:
    """Give rows without a key one; accounts without id, name and domain are rejected."""
    columns = columns_of(con, relation)
    if table != "accounts":
        files = con.execute(f"SELECT count(DISTINCT __file__) FROM {quote(relation)}").fetchall()[0][0]
        place = "__file__ || ':' || __line__" if files > 1 else "CAST(__line__ AS VARCHAR)"
        stem = key.removesuffix("_id")
        con.execute(f"UPDATE {quote(relation)} SET {quote(key)} = '{stem}-' || {place} WHERE {quote(key)} IS NULL")
        return ()
    substitutes = [quote(name) for name in ("name", "domain") if name in columns]
    if substitutes:
        con.execute(
            f"UPDATE {quote(relation)} SET {quote(key)} = coalesce({', '.join(substitutes)}) WHERE {quote(key)} IS NULL"
        )
    rows = con.execute(
        f"SELECT __file__, __line__ FROM {quote(relation)} WHERE {quote(key)} IS NULL ORDER BY 1, 2"
    ).fetchall()
    con.execute(f"DELETE FROM {quote(relation)} WHERE {quote(key)} IS NULL")
    return tuple(
        CellProblem(file, line, None, "", "row rejected: an account without id, name and domain") for file, line in rows
    )


def _resolve_repeats(con: duckdb.DuckDBPyConnection, table: str, relation: str, key: str) -> list[str]:
    """Rows of one id and different content: merged (the first row's gaps filled) or numbered."""
    repeats = con.execute(
        f"SELECT {quote(key)}, count(*) FROM {quote(relation)} GROUP BY 1 HAVING count(*) > 1 ORDER BY 1"
    ).fetchall()
    if not repeats:
        return []
    rows = sum(count for _, count in repeats) - len(repeats)
    examples = ", ".join(str(each) for each, _ in repeats[:3])
    if table not in _KEYS_MERGED:
        con.execute(
            f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT * EXCLUDE (__n) REPLACE (CASE WHEN __n "
            f"= 1 THEN {quote(key)} ELSE {quote(key)} || '~' || __n END AS {quote(key)}) "
            f"FROM (SELECT *, row_number() OVER (PARTITION BY {quote(key)} ORDER BY __file__, __line__) "
            f"AS __n FROM {quote(relation)})"
        )
        return [
            f"{table}: {rows:,} rows repeat an id with other content (such as {examples}): each was kept, "
            f"its id ending in ~2, ~3 …"
        ]
    names = [name for name in columns_of(con, relation) if name != key]
    filled = ", ".join(
        f"first({quote(name)} ORDER BY __file__, __line__) FILTER ({quote(name)} IS NOT NULL) AS {quote(name)}"
        for name in names
        if name not in ("__line__", "__file__")
    )
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT {quote(key)}, min(__line__) AS __line__, "
        f"min(__file__) AS __file__"
        f"{', ' + filled if filled else ''} FROM {quote(relation)} GROUP BY {quote(key)}"
    )
    return [
        f"{table}: {rows:,} rows repeat an id with other content (such as {examples}): merged into one, "
        f"the first row's values stand, its gaps filled"
    ]


def commonest(value: str) -> str:
    """SQL: the value of a group that most of its rows have; of equally common ones the first by order, whichever row
    comes first."""
    return f"mode({value} ORDER BY {value})"
