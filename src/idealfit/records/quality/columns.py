"""Every column in figures: how full, how valid, how distinct, how fresh, and how its values are spread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from idealfit.records.quality.effect import share_of
from idealfit.records.quality.scene import Scene
from idealfit.records.tables import DUCKDB_TYPES, TABLES, ColumnType
from idealfit.store.engine import quote

_CHUNK = 40
_LEVELS = 60
_LONGEST_LEVEL = 60
_TENTHS = "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]"
_SAMPLED = 500_000
_PERSON = re.compile(
    r"(^|[^a-z])(owner|rep|agent|seller|manager|by|user|author|assignee|contact|person|name|mail|e?mail|phone|mobile|"
    r"speaker|salesperson|sdr|ae|csm|id|ids|url|website|address|street|note|notes|comment|description|text)([^a-z]|$)"
)
_OPEN_TABLES = frozenset({"accounts", "deals"})
"""Where unknown columns show their values; elsewhere only those with a meaning of ours do."""

_MODIFIED = re.compile(
    r"(hs)?(last)?(modified|updated|update|modify)(date|at|on|time|dateutc)?|lastmodified(date|time)?|systemmodstamp"
)
_HAPPENED = {
    "accounts": ("last_activity_at",), "deals": ("created_at",), "deal_stages": ("entered_at",),
    "account_history": ("changed_at",), "subscriptions": ("started_at",), "subscription_changes": ("changed_at",),
    "invoices": ("issued_at",), "usage": ("period",), "tickets": ("opened_at",), "surveys": ("answered_at",),
    "contacts": ("created_at",), "events": ("occurred_at",), "activities": ("occurred_at",), "leads": ("created_at",),
    "conversations": ("held_at",), "spend": ("month",),
}  # fmt: skip
_KINDS: dict[str, ColumnType] = {kind: name for name, kind in DUCKDB_TYPES.items()}


def shows_values(scene: Scene, table: str, column: str) -> bool:
    """Whether a column's values may stand in a report: nothing of persons, no ids, no free text."""
    info = scene.attributes.get(column) if table == "accounts" else None
    if info is not None and info.level in ("personal", "identifier"):
        return False
    if table not in _OPEN_TABLES and column not in TABLES[table].columns:
        return False
    return not _PERSON.search(column.lower().replace("_", " "))


def figures_of(scene: Scene, table: str, invalid: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Column → its figures; `invalid`: cells of the source that were not of the column's type, and so left empty."""
    columns = scene.columns[table]
    rows = scene.rows[table]
    figures: dict[str, dict[str, Any]] = {}
    empty = _empty(scene, table)
    for chunk in _chunks(list(columns)):
        parts = ", ".join(
            part
            for name in chunk
            for part in (_NOTHING if name in empty else _parts(name, columns[name], exact=rows <= _SAMPLED))
        )
        counts = scene.row(f"SELECT {parts} FROM {scene.relation(table)}")
        for at, name in enumerate(chunk):
            filled, distinct, least, most = counts[4 * at : 4 * at + 4]
            bad = int(invalid.get(name, 0))
            shown = shows_values(scene, table, name)
            figures[name] = {
                "type": _KINDS.get(columns[name], "text"),
                "completeness": round(share_of(filled, rows), 4),
                "filled": int(filled),
                "distinct_about": int(distinct),
                "uniqueness": round(min(share_of(distinct, filled), 1.0), 4),
                "validity": None if not filled + bad else round(filled / (filled + bad), 4),
                "invalid": bad,
                "least": _plain(least) if shown else None,
                "most": _plain(most) if shown else None,
                "levels": [],
                "bins": None,
                "freshness": None,
                "filled_by_outcome": None,
                "drift": None,
            }
    _add_levels(scene, table, figures)
    _add_bins(scene, table, figures)
    return figures


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _CHUNK):
        yield names[start : start + _CHUNK]


_NOTHING = ("count(NULL)", "0", "NULL", "NULL")
"""Nothing is in a column; counted, so that a table without rows has its one row of figures."""


def _empty(scene: Scene, table: str) -> frozenset[str]:
    """The columns without any value: most of an import's, and what is in a column costs far more than whether."""
    names = list(scene.columns[table])
    counts = scene.row(f"SELECT {', '.join(f'count({quote(name)})' for name in names)} FROM {scene.relation(table)}")
    return frozenset(name for name, filled in zip(names, counts, strict=True) if not filled)


def _parts(name: str, kind: str, *, exact: bool) -> tuple[str, ...]:
    """What is counted of a column: filled, distinct (`exact` in tables where that is cheap), least, most."""
    column = quote(name)
    if kind.endswith("[]"):
        return f"count(*) FILTER (len({column}) > 0)", f"approx_count_distinct({column})", "NULL", "NULL"
    ends = kind in ("DOUBLE", "BIGINT", "DATE", "TIMESTAMP")
    return (
        f"count({column})",
        f"count(DISTINCT {column})" if exact else f"approx_count_distinct({column})",
        f"min({column})" if ends else "NULL",
        f"max({column})" if ends else "NULL",
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _source(scene: Scene, table: str) -> str:
    """The table; of a very large one every k-th row by the hash of its place, which is always the same rows."""
    every = scene.rows[table] // _SAMPLED
    return scene.relation(table) + (f" WHERE hash(rowid) % {every + 1} = 0" if every else "")


def _add_levels(scene: Scene, table: str, figures: dict[str, dict[str, Any]]) -> None:
    """The levels of columns that have few, with their rows, the most frequent first."""
    names = [
        name
        for name, figure in figures.items()
        if figure["type"] in ("text", "boolean")
        and 0 < figure["distinct_about"] <= _LEVELS
        and shows_values(scene, table, name)
    ]
    for name in names:
        found = scene.all(
            f"SELECT CAST({quote(name)} AS VARCHAR), count(*) FROM {scene.relation(table)} WHERE {quote(name)} IS "
            f"NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_LEVELS + 1}"
        )
        if len(found) <= _LEVELS and all(len(level) <= _LONGEST_LEVEL for level, _ in found):
            figures[name]["levels"] = [[level, int(rows)] for level, rows in found]


def _add_bins(scene: Scene, table: str, figures: dict[str, dict[str, Any]]) -> None:
    """Tenths of number columns, and the rows in each."""
    names = [
        name
        for name, figure in figures.items()
        if figure["type"] == "number" and figure["distinct_about"] > 2 and shows_values(scene, table, name)
    ]
    edges: dict[str, list[float]] = {}
    for chunk in _chunks(names):
        parts = ", ".join(f"quantile_disc({quote(name)}, {_TENTHS})" for name in chunk)
        found = scene.row(f"SELECT {parts} FROM {_source(scene, table)}")
        edges |= {name: sorted(set(cuts)) for name, cuts in zip(chunk, found, strict=True) if cuts}
    for name, counts in counts_between(scene, table, edges).items():
        figures[name]["bins"] = {"edges": edges[name], "counts": counts}


def counts_between(scene: Scene, table: str, edges: Mapping[str, Sequence[float]]) -> dict[str, list[int]]:
    """Rows of each number column up to its first edge, between each two, and beyond the last."""
    found: dict[str, list[int]] = {}
    for chunk in _chunks(list(edges)):
        parts = [f"count(*) FILTER ({quote(name)} <= {float(edge)!r})" for name in chunk for edge in edges[name]] + [
            f"count({quote(name)})" for name in chunk
        ]
        counts = [int(each) for each in scene.row(f"SELECT {', '.join(parts)} FROM {_source(scene, table)}")]
        at, totals = 0, counts[-len(chunk) :]
        for name, total in zip(chunk, totals, strict=True):
            upto = [*counts[at : at + len(edges[name])], total]
            at += len(edges[name])
            found[name] = [here - before for here, before in zip(upto, [0, *upto], strict=False)]
    return found


def table_freshness(scene: Scene, table: str) -> dict[str, Any] | None:
    """When the rows were last changed (where a column says so), else when what they tell of happened."""
    columns = scene.columns[table]
    modified = next((name for name in columns if _MODIFIED.fullmatch(re.sub(r"[^a-z]", "", name.lower()))), None)
    for name in (modified, *_HAPPENED.get(table, ())):
        if name is not None and columns.get(name) in ("TIMESTAMP", "DATE"):
            found = _ages(scene, table, quote(name), "true")
            if found is not None:
                return {"by": name, "changed": name == modified, **found}
    return None


def _ages(scene: Scene, table: str, column: str, where: str) -> dict[str, Any] | None:
    past = "true" if scene.as_of is None else f"CAST({column} AS DATE) <= $as_of"
    bound = {} if scene.as_of is None else {"as_of": scene.as_of}
    old = "0" if scene.as_of is None else f"count(*) FILTER (CAST({column} AS DATE) <= $as_of - INTERVAL 365 DAY)"
    latest, median, rows, older = scene.row(
        f"SELECT max(CAST({column} AS DATE)), quantile_disc(CAST({column} AS DATE), 0.5), count(*), {old} FROM "
        f"{scene.relation(table)} WHERE {column} IS NOT NULL AND {past} AND {where}",
        **bound,
    )
    if not rows:
        return None
    return {
        "latest": latest.isoformat(),
        "median": median.isoformat(),
        "rows": int(rows),
        "older_than_a_year": None if scene.as_of is None else round(older / rows, 4),
    }


def add_history(scene: Scene, figures: dict[str, dict[str, Any]]) -> None:
    """When each column of `accounts` was last changed, where the history says."""
    if not scene.has("account_history", "field", "changed_at"):
        return
    rows = scene.all(
        "SELECT field, max(CAST(changed_at AS DATE)), quantile_disc(CAST(changed_at AS DATE), 0.5), count(*) FROM "
        f"{scene.relation('account_history')} WHERE field IS NOT NULL AND changed_at IS NOT NULL GROUP BY 1"
    )
    for field, latest, median, count in rows:
        if field in figures:
            figures[field]["freshness"] = {
                "by": "account_history",
                "latest": latest.isoformat(),
                "median": median.isoformat(),
                "rows": int(count),
            }
