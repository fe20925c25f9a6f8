"""The scores table as the lists read it: with every column that they need, whatever the scoring run has left out."""

from __future__ import annotations

import duckdb

from idealfit.store.engine import quote

REASONS_TYPE = "STRUCT(id VARCHAR, layer VARCHAR, state VARCHAR, points DOUBLE, text VARCHAR)[]"

COLUMNS: dict[str, str] = {
    "account_id": "VARCHAR",
    "tier": "VARCHAR",
    "tier_low": "VARCHAR",
    "tier_high": "VARCHAR",
    "score": "DOUBLE",
    "fit": "DOUBLE",
    "timing": "DOUBLE",
    "timing_band": "VARCHAR",
    "priority": "VARCHAR",
    "excluded_by": "VARCHAR[]",
    "p_win": "DOUBLE",
    "p_win_low": "DOUBLE",
    "p_win_high": "DOUBLE",
    "expected_value": "DOUBLE",
    "expected_value_low": "DOUBLE",
    "expected_value_high": "DOUBLE",
    "extrapolated": "BOOLEAN",
    "rank": "BIGINT",
}


def view_scores(con: duckdb.DuckDBPyConnection, table: str = "scores") -> bool:
    """Make the view `scored` over `table`: the columns above and `reasons`; NULL where the table lacks one.

    Without such a table (no profile: nothing is scored) the view is empty. Returns whether anything is scored.
    """
    found = {
        str(row[0]).lower(): str(row[1])
        for row in con.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table]
        ).fetchall()
    }
    chosen = [
        f"CAST({quote(name) if name in found else 'NULL'} AS {kind}) AS {quote(name)}" for name, kind in COLUMNS.items()
    ]
    reasons = _reasons_sql(found.get("reasons"))
    source = f"FROM {quote(table)}" if found else "WHERE false"
    con.execute(f"CREATE OR REPLACE TEMP VIEW scored AS SELECT {', '.join(chosen)}, {reasons} AS reasons {source}")
    return con.execute("SELECT 1 FROM scored LIMIT 1").fetchone() is not None


def _reasons_sql(kind: str | None) -> str:
    """`reasons` as a list of structures, from a list or from JSON text; without the column, an empty list."""
    if kind is None:
        return f"CAST([] AS {REASONS_TYPE})"
    if not kind.endswith("[]"):
        shape = '[{"id":"VARCHAR","layer":"VARCHAR","state":"VARCHAR","points":"DOUBLE","text":"VARCHAR"}]'
        return f"COALESCE(from_json(CAST(reasons AS JSON), '{shape}'), [])"
    fields = ", ".join(
        f"'{name}': CAST(r.{name} AS {'DOUBLE' if name == 'points' else 'VARCHAR'})"
        for name in ("id", "layer", "state", "points", "text")
    )
    return f"COALESCE(list_transform(reasons, lambda r: {{{fields}}}), [])"
