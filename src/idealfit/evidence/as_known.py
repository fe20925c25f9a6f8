"""Attributes as they were: the value of each account column at the moment of evidence, from `account_history`."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from idealfit.records.tables import DUCKDB_TYPES, ColumnType
from idealfit.store.engine import quote


def held_as(name: str) -> str:
    """What a column is called in a table of `make_as_known`: its own name, unless that is the name of our own key."""
    return f"{name} " if name.lower() == "row_number" else name


def make_as_known(
    con: duckdb.DuckDBPyConnection,
    columns: Sequence[tuple[str, ColumnType]],
    *,
    rows: str,
    into: str,
    history_only: bool = False,
) -> dict[str, int]:
    """Make the table `into`: `rows` (row_number, account_id, t DATE) with each of `columns` as it was at `t`.

    The value at T is `new_value` of the last change up to and including day T; with only later changes, `old_value` of
    the first of them; with no change at all, today's value. Where `t` is NULL, today's value. Answers, for each
    column that has a history, how many rows were read from it. With `history_only` nothing is known without a change
    (what `growth` asks for), and the values are the history's own texts.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE changes AS
        SELECT account_id, LOWER(field) AS field, CAST(changed_at AS DATE) AS changed_on,
               ARG_MAX_NULL(new_value, changed_at) AS new_value, ARG_MIN_NULL(old_value, changed_at) AS old_value
        FROM account_history WHERE account_id IS NOT NULL AND field IS NOT NULL AND changed_at IS NOT NULL
        GROUP BY ALL
        """
    )
    dated = {found[0] for found in con.execute("SELECT DISTINCT field FROM changes").fetchall()}
    selected, joins, read = [], [], {}
    bound: dict[str, str] = {}
    for index, (name, kind) in enumerate(columns):
        today = "NULL::VARCHAR" if history_only else f"a.{quote(name)}"
        if name.lower() not in dated:
            selected.append(f"{today} AS {quote(held_as(name))}")
            continue
        before, after = f"b{index}", f"f{index}"
        bound[f"field{index}"] = name.lower()
        field = f"(SELECT account_id, changed_on, new_value, old_value FROM changes WHERE field = $field{index})"
        joins.append(
            f"ASOF LEFT JOIN {field} {before} ON r.account_id = {before}.account_id AND r.t >= {before}.changed_on "
            f"ASOF LEFT JOIN {field} {after} ON r.account_id = {after}.account_id AND r.t < {after}.changed_on"
        )
        then = f"CASE WHEN {before}.changed_on IS NOT NULL THEN {before}.new_value ELSE {after}.old_value END"
        selected.append(
            f"CASE WHEN {before}.changed_on IS NOT NULL OR {after}.changed_on IS NOT NULL "
            f"THEN {then if history_only else _typed(then, kind)} ELSE {today} END AS {quote(held_as(name))}"
        )
        read[name] = index
    listed = ", ".join(["r.row_number", *selected])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(into)} AS SELECT {listed} FROM {quote(rows)} r "
        f"JOIN accounts a USING (account_id) {' '.join(joins)} ORDER BY r.row_number",
        bound,
    )
    return {name: _rows_with_history(con, rows, name) for name in read}


def _typed(expression: str, kind: ColumnType) -> str:
    """A history value (text) as the type that its column has today."""
    if kind == "list":
        return f"LIST_FILTER(STRING_SPLIT_REGEX({expression}, '\\s*[;|,]\\s*'), part -> part <> '')"
    return f"TRY_CAST({expression} AS {DUCKDB_TYPES[kind]})"


def _rows_with_history(con: duckdb.DuckDBPyConnection, rows: str, name: str) -> int:
    found = con.execute(
        f"SELECT COUNT(*) FROM {quote(rows)} r WHERE r.t IS NOT NULL AND r.account_id IN "
        "(SELECT account_id FROM changes WHERE field = $field)",
        {"field": name.lower()},
    ).fetchone()
    return int(found[0]) if found else 0
