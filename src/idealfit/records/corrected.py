"""The table `accounts` as people have corrected it by hand, over what was imported.

Whoever scores or shows accounts reads it so. What is learned from the past is learned from the records alone: who
corrects a value today may know how the deal ended, and a value of today says nothing of the day on which it opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from idealfit.accounts.industry import industry_of
from idealfit.accounts.place import country_of
from idealfit.accounts.technology import technology_of
from idealfit.records.tables import AS_IN_FILE
from idealfit.store.corrections import Correction, standing
from idealfit.store.engine import load_tables, quote
from idealfit.store.place import Place

IMPORTED = "idealfit accounts as imported"
"""The view of what `accounts` was before `correct_tables`."""


def load_corrected(con: duckdb.DuckDBPyConnection, place: Place, *, until: int | None = None) -> int:
    """`load_tables`, and `accounts` as corrected by hand (see `correct_tables`)."""
    load_tables(con, place)
    return correct_tables(con, place, until=until)


def correct_tables(con: duckdb.DuckDBPyConnection, place: Place, *, until: int | None = None) -> int:
    """Put the corrections of a workspace over the view `accounts` (those up to the one numbered `until`); how many
    values of accounts that are there are now by hand. A column that is gone from the records is left out.
    """
    found = standing(place.ledger, until=until).values()
    if not found:
        return 0
    types = {str(row[0]): str(row[1]) for row in con.execute("DESCRIBE accounts").fetchall()}
    by_column: dict[str, list[tuple[str, object]]] = {}
    for one in found:
        if one.attribute in types:
            for column, value in values_of(one, types).items():
                by_column.setdefault(column, []).append((one.account_id, value))
    if not by_column:
        return 0
    con.execute(f"DROP VIEW IF EXISTS {quote(IMPORTED)}")
    con.execute(f"ALTER VIEW accounts RENAME TO {quote(IMPORTED)}")
    joins, shown = [], []
    for at, (column, rows) in enumerate(by_column.items()):
        own = f"by_hand_{at}"
        con.execute(f"CREATE OR REPLACE TABLE {own} (account_id VARCHAR, value {types[column]})")
        _fill(con, own, types[column], rows)
        joins.append(f"LEFT JOIN {own} ON {own}.account_id = a.account_id")
        whose = f"{own}.account_id IS NOT NULL"
        shown.append(f"CASE WHEN {whose} THEN {own}.value ELSE a.{quote(column)} END AS {quote(column)}")
    con.execute(
        f"CREATE VIEW accounts AS SELECT a.* REPLACE ({', '.join(shown)}) FROM {quote(IMPORTED)} AS a {' '.join(joins)}"
    )
    there = {
        str(row[0])
        for row in con.execute(
            f"SELECT account_id FROM {quote(IMPORTED)} WHERE list_contains($ids, account_id)",
            {"ids": sorted({one.account_id for one in found})},
        ).fetchall()
    }
    return sum(one.attribute in types and one.account_id in there for one in found)


def values_of(correction: Correction, types: Mapping[str, str]) -> dict[str, object]:
    """What a correction says, by the columns of `types` (name → DuckDB's type): its own, and those worked out of it."""
    name, value = correction.attribute, correction.value
    found: dict[str, object] = {name: value}
    found |= {f"{name}_low": value, f"{name}_high": value} if types[name] == "DOUBLE" else {}
    found[f"{name}{AS_IN_FILE}"] = None
    found |= companions_of(name, value)
    return {column: each for column, each in found.items() if column in types}


def companions_of(name: str, value: object) -> dict[str, object]:
    """What an import works out of a value of `name`, by column: of a country its code and part of the world, of an
    industry its codes, of tools their kinds; None where the value is not known to the tables. Nothing for other names.
    """
    if name == "country":
        country = country_of(str(value)) if value else None
        return {"country_code": country and country.code, "world_region": country and country.world_region}
    if name == "industry":
        industry = industry_of(str(value)) if value else None
        codes = {part: industry and getattr(industry, part) for part in ("naics", "nace", "sic")}
        return {**codes, "industry_standard": industry and industry.label}
    if name == "tech":
        tools = [technology_of(tool) for tool in value] if isinstance(value, list) else []
        return {"tech_categories": sorted({tool.category for tool in tools if tool is not None}) or None}
    return {}


def _fill(con: duckdb.DuckDBPyConnection, table: str, kind: str, rows: Iterable[tuple[str, object]]) -> None:
    """Few rows each: people type them."""
    for account_id, value in rows:
        plain = value.isoformat() if isinstance(value, date) else value
        con.execute(f"INSERT INTO {table} VALUES ($id, CAST($value AS {kind}))", {"id": account_id, "value": plain})
