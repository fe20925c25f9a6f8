"""What the last import left in the workspace: its tables, how each column was read, and the days it has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from idealfit.records.assembling.assembly import columns_of
from idealfit.records.assembling.conversion import base_table, new_names
from idealfit.records.mapping import FLAT, LOOKUP, UNUSED, FileMapping
from idealfit.records.tables import TABLES
from idealfit.store.engine import literal, quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place
from idealfit.store.snapshots import current_paths

BASIS = "import_basis"
"""The key of the ledger under which an import says how it read its columns."""


@dataclass(frozen=True)
class Basis:
    """How an import was read, for the next one to compare like with like.

    `columns`: table → column → how it was read (its headers, missing words, order of dates). `stable`: tables whose ids
    were in the files, and not made from line numbers. `days`: the days on which the accounts were seen. `data_day`: the
    latest day in the data itself. `version`: of idealfit, whose own reading may have changed.
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stable: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    data_day: date | None = None
    version: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The basis as JSON."""
        return {
            "columns": {table: dict(columns) for table, columns in self.columns.items()},
            "stable": list(self.stable),
            "days": [day.isoformat() for day in self.days],
            "data_day": None if self.data_day is None else self.data_day.isoformat(),
            "version": self.version,
        }


@dataclass(frozen=True)
class LastImport:
    """The tables that are current (name → Parquet file), their snapshots' ids, the report of the import, its basis."""

    paths: Mapping[str, Path]
    snapshots: Mapping[str, str]
    report: Mapping[str, Any]
    basis: Basis


def basis_of(mappings: Sequence[FileMapping], days: Sequence[date], data_day: date | None) -> Basis:
    """The basis of an import that read its files by `mappings`."""
    from idealfit import __version__

    columns: dict[str, dict[str, set[str]]] = {}
    for mapping in mappings:
        if mapping.table in (UNUSED, LOOKUP):
            continue
        for header, name in new_names(mapping).items():
            column = mapping.columns[header]
            words = " ".join(sorted(word.casefold() for word in column.missing or ()))
            told = f"{header}|{column.format or ''}|{words}|{column.normalise}"
            tables = {base_table(mapping)} | ({"accounts"} if column.level == "account" else set())
            for table in tables:
                columns.setdefault(table, {}).setdefault(name, set()).add(told)
    return Basis(
        {table: {name: " + ".join(sorted(told)) for name, told in each.items()} for table, each in columns.items()},
        tuple(sorted(set(TABLES) - _made_of_lines(mappings))),
        tuple(sorted(set(days))),
        data_day,
        __version__,
    )


def _made_of_lines(mappings: Sequence[FileMapping]) -> set[str]:
    """Tables whose ids (of some file) are made of line numbers: the next export numbers them otherwise."""
    found = set()
    for mapping in mappings:
        key = TABLES[base_table(mapping)].key if base_table(mapping) in TABLES else None
        if key is not None and mapping.target(key) is None and base_table(mapping) != "accounts":
            found |= {base_table(mapping)} | ({"accounts"} if mapping.table == FLAT else set())
    return found


def last_import(place: Place) -> LastImport | None:
    """The import that is current in a workspace; None before the first."""
    ledger = open_ledger(place)
    report = ledger.get_value("import")
    if not isinstance(report, dict):
        return None
    told = ledger.get_value(BASIS) or {}
    data_day = told.get("data_day")
    basis = Basis(
        told.get("columns", {}),
        tuple(told.get("stable", ())),
        tuple(date.fromisoformat(day) for day in told.get("days", ())),
        None if data_day is None else date.fromisoformat(data_day),
        told.get("version", ""),
    )
    return LastImport(current_paths(place), ledger.current_snapshots(), report, basis)


def show_last(con: duckdb.DuckDBPyConnection, last: LastImport) -> dict[str, str]:
    """A view `last_<table>` of each table of the last import, the canonical ones and others: table → view."""
    for table, path in last.paths.items():
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {quote('last_' + table)} AS SELECT * FROM read_parquet({literal(str(path))})"
        )
    return {table: f"last_{table}" for table in last.paths}


def one_company(con: duckdb.DuckDBPyConnection, older: str, newer: str) -> bool:
    """Whether two tables of accounts are of one company: of the ids that both have, at least half are known by the
    same name or domain; where neither is there to compare, half of the ids of the smaller one are in the other."""
    told = [name for name in ("name", "domain") if name in columns_of(con, older) and name in columns_of(con, newer)]
    same = " OR ".join(f"lower(trim(o.{name})) = lower(trim(n.{name}))" for name in told) or "NULL"
    known = " OR ".join(f"(o.{name} IS NOT NULL AND n.{name} IS NOT NULL)" for name in told) or "false"
    common, named, agreeing = con.execute(
        f"SELECT count(*), count(*) FILTER ({known}), count(*) FILTER ({same}) "
        f"FROM {quote(older)} o JOIN {quote(newer)} n USING (account_id)"
    ).fetchall()[0]
    if named:
        return bool(agreeing >= 0.5 * named)
    sizes = [con.execute(f"SELECT count(*) FROM {quote(each)}").fetchall()[0][0] for each in (older, newer)]
    return bool(common and common >= 0.5 * min(sizes))
