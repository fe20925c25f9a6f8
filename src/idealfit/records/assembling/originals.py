"""The original beside a value that was changed: `<column> (as in file)`, and the changes that the two of them tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import duckdb

from idealfit.records.assembling.assembly import columns_of
from idealfit.records.assembling.column_typing import base_table
from idealfit.records.assembling.conversion import Converted
from idealfit.records.report import Change
from idealfit.records.tables import AS_IN_FILE
from idealfit.store.engine import quote

SHOWN_CHANGES = 10_000
"""So many originals of a column are told one by one; the rest in one line, since they stand in the table."""


def keep_original(con: duckdb.DuckDBPyConnection, relation: str, column: str) -> None:
    """Add '<column> (as in file)' to a relation with the values as they are, unless it stands there already."""
    original = f"{column}{AS_IN_FILE}"
    present = columns_of(con, relation)
    if original.lower() in {name.lower() for name in present}:
        return
    con.execute(f"ALTER TABLE {quote(relation)} ADD COLUMN {quote(original)} {present[column]}")
    con.execute(f"UPDATE {quote(relation)} SET {quote(original)} = {quote(column)}")


def changes_told(
    con: duckdb.DuckDBPyConnection,
    tables: Collection[str],
    rules: Mapping[tuple[str, str], str],
    own: Collection[str] = (),
) -> tuple[Change, ...]:
    """Every difference between a column and its original, once a distinct original, in the relations `all_<table>`.

    `rules` says by what a (table, column) was changed; `own` are columns of that form that a file itself has.
    """
    found: list[Change] = []
    for table in tables:
        present = columns_of(con, f"all_{table}")
        for original, kind in present.items():
            column = original.removesuffix(AS_IN_FILE)
            if column == original or original in own or column not in present or kind.endswith("[]"):
                continue
            rule = rules.get((table, column), _RULES.get(column, "our words for it"))
            told = (
                f"SELECT CAST({quote(original)} AS VARCHAR) AS text, CAST({quote(column)} AS VARCHAR) AS value, "
                f"count(*) AS rows FROM {quote('all_' + table)} WHERE {quote(original)} IS NOT NULL AND "
                f"CAST({quote(original)} AS VARCHAR) IS DISTINCT FROM CAST({quote(column)} AS VARCHAR) GROUP BY ALL"
            )
            order = "ORDER BY rows DESC, text, value"
            rows = con.execute(f"{told} {order} LIMIT {SHOWN_CHANGES}").fetchall()
            found += [Change(table, column, text, value, count, rule) for text, value, count in rows]
            if len(rows) == SHOWN_CHANGES:
                more, left = con.execute(
                    f"SELECT count(*), coalesce(sum(rows), 0) FROM ({told} {order} OFFSET {SHOWN_CHANGES})"
                ).fetchall()[0]
                words = f"{more:,} more originals: they stand in '{original}'"
                found += [Change(table, column, words, None, int(left), rule)] if more else []
    return tuple(found)


def range_rules(parts: Sequence[Converted]) -> dict[tuple[str, str], str]:
    """The rule of every (table, column) whose ranges were read as their middle, both ends standing beside it."""
    return {
        (base_table(part.mapping), name): "a range: its middle, its lower end where it is open upwards"
        for part in parts
        for name in part.columns
        if f"{name}_low" in part.columns and f"{name}{AS_IN_FILE}" in part.columns
    }


_RULES = {"domain": "the registrable domain of the address", "account_domain": "the registrable domain of the address"}


def as_they_are(parts: Sequence[Converted]) -> frozenset[str]:
    """The columns, in lower case, that a mapping wants left as they are in the file."""
    return frozenset(
        name.lower()
        for part in parts
        for name, header in part.sources.items()
        if (column := part.mapping.columns.get(header)) is not None and not column.normalise
    )


def own_originals(parts: Sequence[Converted]) -> frozenset[str]:
    """Columns that end in ' (as in file)' because a header of the file had to be renamed."""
    return frozenset(name for part in parts for name in part.sources if name.endswith(AS_IN_FILE))
