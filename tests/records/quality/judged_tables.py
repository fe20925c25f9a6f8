"""A small company in tables, to be judged: only what a test gives differs from a clean one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from idealfit.records.assembling.duplicates import TABLE as PAIRS
from idealfit.records.attribute import AttributeInfo, describe
from idealfit.records.company import Company
from idealfit.records.quality.judging import judge
from idealfit.records.report import ImportReport, Link, TableCount
from idealfit.records.tables import DUCKDB_TYPES
from idealfit.store.engine import quote

ACCOUNTS = (
    "SELECT printf('a%03d', i) AS account_id, 'Company ' || i AS name, ['software', 'retail', 'health'][i % 3 + 1] AS "
    "industry, CAST(20 + 7 * i AS DOUBLE) AS employees, ['Germany', 'France'][i % 2 + 1] AS country, "
    "NULL::VARCHAR AS duplicate_of FROM range(200) t(i)"
)
DEALS = (
    "SELECT printf('d%03d', i) AS deal_id, printf('a%03d', (i * 37) % 200) AS account_id, "
    "TIMESTAMP '2025-01-05' + INTERVAL 1 DAY * i AS created_at, CASE WHEN i < 270 THEN TIMESTAMP '2025-01-05' + "
    "INTERVAL 1 DAY * (i + 40 + i % 21) ELSE TIMESTAMP '2026-09-15' END AS closed_at, 'negotiation' AS stage, "
    "CASE WHEN i >= 270 THEN 'open' WHEN (i * 7919) % 10 < 4 THEN 'won' ELSE 'lost' END AS outcome, "
    "CAST(1000 + 10 * i AS DOUBLE) AS amount FROM range(300) t(i)"
)
SUBSCRIPTIONS = (
    "SELECT printf('s%03d', i) AS subscription_id, printf('a%03d', i) AS account_id, "
    "TIMESTAMP '2025-03-01' + INTERVAL 1 DAY * i AS started_at, NULL::TIMESTAMP AS ended_at FROM range(40) t(i)"
)
AS_OF = date(2025, 12, 1)


def judged(
    tables: Mapping[str, str],
    *,
    as_of: date | None = AS_OF,
    attributes: Mapping[str, AttributeInfo] | None = None,
    counts: Mapping[str, TableCount] | None = None,
    company: Company | None = None,
    links: tuple[Link, ...] = (),
    pairs: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """quality.json of `tables` (name → a SELECT), as an import of just these would have it."""
    con = duckdb.connect()
    if pairs is not None:
        con.execute(f"CREATE TABLE {PAIRS} AS {pairs}")
    relations = {}
    for name, query in tables.items():
        relations[name] = f"done_{name}"
        con.execute(f"CREATE TABLE {quote(relations[name])} AS {query}")
    rows = {
        name: con.execute(f"SELECT count(*) FROM {quote(each)}").fetchall()[0][0] for name, each in relations.items()
    }
    held = {name: TableCount(count, count, 0, 0, (f"{name}.csv",)) for name, count in rows.items()}
    if attributes is None:
        kinds = {kind: name for name, kind in DUCKDB_TYPES.items()}
        columns = con.execute(f"DESCRIBE {quote(relations['accounts'])}").fetchall()
        attributes = {row[0]: replace(describe(row[0]), type=kinds[row[1]]) for row in columns}
    report = ImportReport(
        tables={**held, **(counts or {})},
        mappings=(),
        guesses=(),
        questions=(),
        unused=(),
        notes=(),
        as_of=as_of,
        company=company or Company(),
        attributes=attributes,
        deal_columns={},
        quality={},
        tables_written=False,
        links=links,
    )
    return judge(con, report, relations, **more)


def ids_of(quality: Mapping[str, Any]) -> list[str]:
    """The ids of the problems, the worst first."""
    return [one["id"] for one in quality["problems"]]


def problem(quality: Mapping[str, Any], identifier: str) -> dict[str, Any]:
    """The one problem of this id."""
    found = [one for one in quality["problems"] if one["id"] == identifier]
    assert len(found) == 1, ids_of(quality)
    return dict(found[0])


def changed(query: str, **columns: str) -> str:
    """`query` with columns replaced (or added) by SQL expressions over it; `i` is the number in the row's id."""
    names = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    present = [row[0] for row in duckdb.sql(f"DESCRIBE {query}").fetchall()]
    gone = [name for name in columns if name in present]
    kept = f"t.* EXCLUDE ({', '.join([*gone, 'i'])})"
    numbered = f"SELECT *, CAST(regexp_extract({present[0]}, '[0-9]+') AS INTEGER) AS i FROM ({query})"
    return f"SELECT {kept}, {names} FROM ({numbered}) t"
