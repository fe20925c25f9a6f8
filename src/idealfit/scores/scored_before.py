"""The scores of a past run, read again from `scores.parquet` with the state of every criterion as a column."""

from __future__ import annotations

from pathlib import Path

import duckdb

from idealfit.scores.score import Hits
from idealfit.scores.scorecard import Scorecard
from idealfit.scores.table import state_column
from idealfit.store.engine import literal, quote


def read_scores(con: duckdb.DuckDBPyConnection, path: Path, plan: Scorecard, into: str = "scores") -> None:
    """Make the table `into`: the rows of `path` with a column `c_<id>` for every criterion and exclusion of `plan`, the
    profile that made them: true, false, or NULL for unknown (an exclusion that is false is no reason: false).
    """
    barriers = {one.id for one in plan.barriers}
    columns = [
        f"{_state(name, absent='FALSE' if name in barriers else 'NULL')} AS {quote(state_column(name))}"
        for name in plan.scored
    ]
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(into)} AS SELECT {', '.join(['*', *columns])} FROM read_parquet($path)",
        {"path": str(path)},
    )


def _state(name: str, *, absent: str) -> str:
    reason = f"list_filter(reasons, lambda one: one.id = {literal(name)})[1].state"
    known = "WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE WHEN 'unknown' THEN NULL"
    return f"CASE CAST({reason} AS TEXT) {known} ELSE {absent} END"


def hits_in(con: duckdb.DuckDBPyConnection, plan: Scorecard, table: str = "scores") -> dict[str, Hits]:
    """For how many accounts (duplicates not counted) each criterion and exclusion is true, false, unknown."""
    names = list(plan.scored)
    counts = [
        part
        for name in names
        for column in (quote(state_column(name)),)
        for part in (f"count(*) FILTER ({column})", f"count(*) FILTER (NOT {column})")
    ]
    query = f"SELECT {', '.join(['count(*)', *counts])} FROM {quote(table)} WHERE duplicate_of IS NULL"
    row = con.execute(query).fetchall()[0]
    return {
        name: Hits(row[1 + 2 * at], row[2 + 2 * at], row[0] - row[1 + 2 * at] - row[2 + 2 * at])
        for at, name in enumerate(names)
    }
