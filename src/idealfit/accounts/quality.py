"""How good the records are: completeness per column, orphans, contradictions, a grade per table with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from idealfit.store.engine import quote

_CHECKS: dict[str, tuple[tuple[str, tuple[str, ...], str, str], ...]] = {
    "deals": (
        (
            "closed_before_created",
            ("closed_at", "created_at"),
            "closed_at < created_at",
            "closed before they were created",
        ),
        (
            "won_without_amount",
            ("outcome", "amount"),
            "outcome = 'won' AND (amount IS NULL OR amount = 0)",
            "won without an amount",
        ),
        (
            "ended_without_date",
            ("outcome", "closed_at"),
            "outcome <> 'open' AND closed_at IS NULL",
            "won or lost without a closing date",
        ),
        (
            "open_and_overdue",
            ("outcome", "closed_at"),
            "outcome = 'open' AND closed_at < $as_of",
            "open though their closing date has passed",
        ),
        ("created_in_future", ("created_at",), "created_at > $as_of + INTERVAL 1 DAY", "created after the as-of date"),
        (
            "won_the_day_created",
            ("outcome", "closed_at", "created_at"),
            "outcome = 'won' AND CAST(closed_at AS DATE) = CAST(created_at AS DATE)",
            "won the day they were created",
        ),
    ),
    "subscriptions": (
        ("ended_before_started", ("started_at", "ended_at"), "ended_at < started_at", "ended before they started"),
    ),
    "accounts": (
        ("nameless", ("name",), "name IS NULL", "without a name"),
        ("founded_in_future", ("founded_year",), "founded_year > year($as_of)", "founded after the as-of date"),
    ),
}
_NEEDED = {
    "accounts": ("name",),
    "deals": ("account_id", "created_at", "closed_at", "amount", "outcome"),
    "subscriptions": ("account_id", "started_at"),
}


def _columns(con: duckdb.DuckDBPyConnection, relation: str, rows: int) -> dict[str, dict[str, Any]]:
    """Completeness (0 to 1) and number of distinct values of every column."""
    names = [row[0] for row in con.execute(f"DESCRIBE {quote(relation)}").fetchall()]
    if not names:
        return {}
    parts = ", ".join(f"count({quote(name)}), approx_count_distinct({quote(name)})" for name in names)
    counts = con.execute(f"SELECT {parts} FROM {quote(relation)}").fetchall()[0]
    return {
        name: {"completeness": round(counts[2 * at] / rows, 4) if rows else 0.0, "distinct_about": counts[2 * at + 1]}
        for at, name in enumerate(names)
    }


def _contradictions(
    con: duckdb.DuckDBPyConnection, table: str, relation: str, *, present: set[str], as_of: date | None, rows: int
) -> list[dict[str, Any]]:
    found = []
    for identifier, needed, where, words in _CHECKS.get(table, ()):
        if not set(needed) <= present or ("$as_of" in where and as_of is None):
            continue
        bound = {"as_of": as_of} if "$as_of" in where else {}
        count = con.execute(f"SELECT count(*) FROM {quote(relation)} WHERE {where}", bound).fetchall()[0][0]
        if count:
            found.append(
                {
                    "id": identifier,
                    "table": table,
                    "rows": count,
                    "share": round(count / rows, 4),
                    "text": f"{count:,} {table} {words}",
                }
            )
    return found


def _grade(
    columns: Mapping[str, Mapping[str, Any]],
    table: str,
    contradictions: list[dict[str, Any]],
    *,
    orphans: int,
    rows: int,
    rejected: int,
) -> tuple[str, list[str]]:
    """A to D: the mean completeness of what is needed, less what contradicts itself or links to nothing."""
    needed = [name for name in _NEEDED.get(table, ()) if name != "outcome"] or [
        name for name in columns if not name.endswith("_id")
    ][:8]
    full = [float(columns[name]["completeness"]) if name in columns else 0.0 for name in needed]
    score = sum(full) / len(full) if full else 1.0
    reasons = [f"{name} is known for {value:.0%}" for name, value in zip(needed, full, strict=True) if value < 0.8]
    if contradictions:
        score -= min(0.3, max(each["share"] for each in contradictions))
        reasons += [each["text"] for each in contradictions[:3]]
    if orphans:
        score -= 0.5 * orphans / rows
        reasons.append(f"{orphans:,} rows belong to no account")
    if rejected:
        score -= rejected / (rows + rejected)
        reasons.append(f"{rejected:,} rows were rejected")
    return ("A" if score >= 0.9 else "B" if score >= 0.7 else "C" if score >= 0.5 else "D"), reasons


def assess(
    con: duckdb.DuckDBPyConnection,
    relations: Mapping[str, str],
    counts: Mapping[str, Mapping[str, Any]],
    *,
    as_of: date | None,
    contradictions: list[str],
) -> dict[str, Any]:
    """The content of quality.json.

    `relations`: table → its finished relation. `counts`: table → read, kept, merged, rejected. `contradictions`: what
    the import found across tables, in words. Problems stand largest first.
    """
    tables: dict[str, Any] = {}
    problems: list[dict[str, Any]] = [
        {"id": "across_tables", "table": None, "rows": None, "share": None, "text": text} for text in contradictions
    ]
    for table, relation in relations.items():
        rows = con.execute(f"SELECT count(*) FROM {quote(relation)}").fetchall()[0][0]
        columns = _columns(con, relation, rows)
        found = _contradictions(con, table, relation, present=set(columns), as_of=as_of, rows=rows)
        orphans = 0
        if table != "accounts" and "account_id" in columns:
            orphans = con.execute(f"SELECT count(*) FROM {quote(relation)} WHERE account_id IS NULL").fetchall()[0][0]
        grade, reasons = _grade(
            columns, table, found, orphans=orphans, rows=max(rows, 1), rejected=int(counts[table]["rejected"])
        )
        tables[table] = {
            **counts[table],
            "rows": rows,
            "orphans": orphans,
            "columns": columns,
            "contradictions": found,
            "grade": grade,
            "reasons": reasons,
        }
        problems += found
    problems.sort(key=lambda each: -(each["share"] or 1.0))
    reasons = []
    accounts = tables.get("accounts", {}).get("rows", 0)
    if accounts < 20:
        reasons.append(f"only {accounts} accounts")
    if not {"deals", "subscriptions", "invoices"} & set(tables):
        reasons.append("no deals, subscriptions or invoices: no outcome to learn from")
    reasons += [f"{table} has grade D" for table, each in tables.items() if each["grade"] == "D" and table in _NEEDED]
    return {
        "schema_version": 1,
        "as_of": None if as_of is None else as_of.isoformat(),
        "good_enough": not reasons,
        "reasons": reasons,
        "problems": problems,
        "tables": tables,
    }
