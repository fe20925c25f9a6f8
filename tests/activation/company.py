"""A small company in the engine: canonical tables with the rows that a test names, and the scores that it gives."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from idealfit.activation import ListSettings, write_lists
from idealfit.activation.scored import REASONS_TYPE
from idealfit.records.tables import TABLES
from idealfit.store.engine import empty_table_sql, quote
from idealfit.store.place import Place

AS_OF = date(2026, 6, 30)
Rows = Sequence[Mapping[str, Any]]


def company_with(**tables: Rows) -> duckdb.DuckDBPyConnection:
    """Every canonical table, empty but for the rows given; `scores` too when given (tier A, now, unless said)."""
    con = duckdb.connect()
    for name, table in TABLES.items():
        con.execute(f"CREATE TABLE {quote(name)} AS {empty_table_sql(table)}")
    if "scores" in tables:
        con.execute(
            "CREATE TABLE scores (account_id VARCHAR, tier VARCHAR, tier_low VARCHAR, tier_high VARCHAR, score DOUBLE, "
            "fit DOUBLE, timing DOUBLE, timing_band VARCHAR, priority VARCHAR, excluded_by VARCHAR[], "
            f"reasons {REASONS_TYPE})"
        )
    for name, rows in tables.items():
        for row in [_scored(row) for row in rows] if name == "scores" else rows:
            columns = ", ".join(quote(column) for column in row)
            con.execute(f"INSERT INTO {quote(name)} ({columns}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    return con


def _scored(row: Mapping[str, Any]) -> dict[str, Any]:
    tier, band = row.get("tier", "A"), row.get("timing_band", "now")
    own = {"tier": tier, "tier_low": tier, "tier_high": tier, "timing_band": band, "priority": f"{tier}-{band}"}
    return {**own, **row}


def reason(key: str, layer: str, state: str, points: float, text: str) -> dict[str, Any]:
    """One reason as the scores table holds it."""
    return {"id": key, "layer": layer, "state": state, "points": points, "text": text}


def lists_of(
    con: duckdb.DuckDBPyConnection, folder: Path, profile: Any = None, *, as_of: date | None = AS_OF, **settings: Any
) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    """What `write_lists` answers, and the rows of each file that it wrote, by the file's name without `.csv`."""
    company = settings.pop("company", None)
    answer = write_lists(con, Place(folder), profile, as_of=as_of, company=company, settings=ListSettings(**settings))
    files = {}
    for name in answer["files"]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            files[name.removesuffix(".csv")] = list(csv.DictReader(file))
    return answer, files


def left_out(files: Mapping[str, list[dict[str, str]]]) -> dict[str, str]:
    """Reason by account, from not_targeted.csv."""
    return {row["account_id"]: row["reason"] for row in files["not_targeted"]}
