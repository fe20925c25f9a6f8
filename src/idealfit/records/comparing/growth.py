"""History that grows by itself: what differs between two exports of one company becomes rows with the day of the newer.

A change between two exports happened at some time between them; it is dated with the day of the newer one, by which it
was known to be true. For evidence, which asks what was known the day before a deal opened, that is the careful day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.store.engine import literal, quote

IMPORT, OLDER_EXPORT, FILE = "import", "older export", "file"
"""Where a row of a history is from (`origin`): two imports compared, a dated older export, or a file of history."""

DERIVED = ""
"""Where a dictionary of how columns were read says how those were that are in no file: the version of idealfit."""

_AS_IN_FILE = " (as in file)"
_OURS = frozenset({"account_id", "duplicate_of"})
_ENOUGH = 20
_IDENTITY = {
    "account_history": {
        "account_id": "VARCHAR",
        "field": "VARCHAR",
        "old_value": "VARCHAR",
        "new_value": "VARCHAR",
        "changed_at": "TIMESTAMP",
    },
    "deal_stages": {"deal_id": "VARCHAR", "stage": "VARCHAR", "entered_at": "TIMESTAMP"},
}
_SERIES = {
    "account_history": ("account_id, lower(field)", "new_value", "changed_at"),
    "deal_stages": ("deal_id", "stage", "entered_at"),
}
"""What one series of values is, its value, and when the value began."""


@dataclass(frozen=True)
class Grown:
    """How many values changed, in how many columns, and the columns that could not be compared, with the reason."""

    changes: int
    fields: tuple[str, ...]
    not_compared: Mapping[str, str]


def start(con: duckdb.DuckDBPyConnection) -> None:
    """Empty tables `grown_account_history` and `grown_deal_stages`, which the comparisons fill."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE grown_account_history (account_id VARCHAR, field VARCHAR, old_value VARCHAR, "
        "new_value VARCHAR, changed_at TIMESTAMP, origin VARCHAR)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE grown_deal_stages (deal_id VARCHAR, stage VARCHAR, entered_at TIMESTAMP, "
        "origin VARCHAR)"
    )


def as_text(column: str, kind: str) -> str:
    """The SQL of a value as a history holds it: lists in one order, joined by ';'."""
    if kind == "VARCHAR[]":
        return f"nullif(array_to_string(list_sort({column}), ';'), '')"
    return f"CAST({column} AS VARCHAR)"


def comparable(
    con: duckdb.DuckDBPyConnection,
    older: str,
    newer: str,
    read_older: Mapping[str, str] | None,
    read_newer: Mapping[str, str] | None,
) -> tuple[dict[str, str], dict[str, str]]:
    """The columns of accounts whose values can be compared (name → type), and those that cannot, with the reason.

    `read_older`, `read_newer`: how each column was read; None where both were read in one run, alike.
    """
    before, now = columns_of(con, older), columns_of(con, newer)
    alike: dict[str, str] = {}
    skipped: dict[str, str] = {}
    for name in sorted(set(before) | set(now)):
        if name in _OURS or name.startswith("__") or name.endswith(_AS_IN_FILE):
            continue
        if name not in now or name not in before:
            skipped[name] = "was not in the one before" if name in now else "is not in the newer one"
        elif before[name] != now[name]:
            skipped[name] = "its values are of another type"
        elif _read_as(read_older, name) != _read_as(read_newer, name):
            skipped[name] = "it is read in another way, or from another header"
        else:
            alike[name] = now[name]
    for relation, reason in ((older, "was empty in the one before"), (newer, "is empty in the newer one")):
        for name in _empty(con, relation, list(alike)):
            if alike.pop(name, None) is not None and not _empty(con, newer if relation == older else older, [name]):
                skipped[name] = reason
    return alike, skipped


def _read_as(read: Mapping[str, str] | None, name: str) -> str | None:
    return None if read is None else read.get(name, read.get(DERIVED))


def _empty(con: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    counts = con.execute(f"SELECT {', '.join(f'count({quote(name)})' for name in names)} FROM {quote(relation)}")
    return [name for name, count in zip(names, counts.fetchall()[0], strict=True) if not count]


def different(con: duckdb.DuckDBPyConnection, older: str, newer: str, name: str, kind: str) -> tuple[str, str, str]:
    """The SQL of the value before (of `o`), the value now (of `n`), and of the condition that it changed: as it is
    normalised and as it stands in the file, so that neither a respelling nor another normalising is a change."""
    before, now = as_text(f"o.{quote(name)}", kind), as_text(f"n.{quote(name)}", kind)
    changed = f"{before} IS DISTINCT FROM {now}"
    original = name + _AS_IN_FILE
    sides = []
    for alias, relation in (("o", older), ("n", newer)):
        kept = columns_of(con, relation).get(original)
        sides.append(as_text(f"{alias}.{quote(original if kept else name)}", kept or kind))
    return before, now, f"{changed} AND {sides[0]} IS DISTINCT FROM {sides[1]}"


def grow_accounts(
    con: duckdb.DuckDBPyConnection, older: str, newer: str, columns: Mapping[str, str], day: date, origin: str
) -> Grown:
    """Add what changed between two tables of accounts to `grown_account_history`, dated `day`.

    A column of dates most of whose values changed was read in another order, and is left out.
    """
    total, fields, skipped = 0, [], {}
    common = con.execute(f"SELECT count(*) FROM {quote(older)} JOIN {quote(newer)} USING (account_id)").fetchall()[0][0]
    for name, kind in columns.items():
        before, now, changed = different(con, older, newer, name, kind)
        where = f"FROM {quote(older)} o JOIN {quote(newer)} n USING (account_id) WHERE {changed}"
        if kind in ("DATE", "TIMESTAMP"):
            rows = con.execute(f"SELECT count(*) {where}").fetchall()[0][0]
            if rows >= _ENOUGH and rows > 0.5 * common:
                skipped[name] = "most of its dates are other ones: they were read in another order"
                continue
        done = con.execute(
            f"INSERT INTO grown_account_history SELECT n.account_id, {literal(name)}, {before}, {now}, "
            f"CAST({literal(day.isoformat())} AS TIMESTAMP), {literal(origin)} {where}"
        ).fetchall()[0][0]
        if done:
            total += done
            fields.append(name)
    return Grown(total, tuple(fields), skipped)


def grow_stages(con: duckdb.DuckDBPyConnection, older: str, newer: str, day: date, origin: str) -> int:
    """Add the deals whose stage changed between two tables of deals to `grown_deal_stages`; how many."""
    before, now = columns_of(con, older), columns_of(con, newer)
    if before.get("stage") != "VARCHAR" or now.get("stage") != "VARCHAR":
        return 0
    _, _, changed = different(con, older, newer, "stage", "VARCHAR")
    return int(
        con.execute(
            "INSERT INTO grown_deal_stages SELECT n.deal_id, n.stage, "
            f"CAST({literal(day.isoformat())} AS TIMESTAMP), {literal(origin)} "
            f"FROM {quote(older)} o JOIN {quote(newer)} n USING (deal_id) WHERE n.stage IS NOT NULL AND {changed}"
        ).fetchall()[0][0]
    )


def keep_history(con: duckdb.DuckDBPyConnection, table: str, given: str | None, kept: str | None) -> tuple[str, int]:
    """The history `table` with all that is known: the rows `given` by files, those `kept` from the last import, and
    those that grew. The relation ('' where there is no history) and how many rows stand in it beside the given ones.

    A grown row that says what the row before it said already is left out; no row stands twice.
    """
    if kept is not None:
        kept = _without_the_same_day(con, table, kept)
    others = [relation for relation in (kept, f"grown_{table}") if relation is not None]
    if not any(_not_among(con, table, relation, given) for relation in others):
        return given or "", 0
    selects, types = [], dict(_IDENTITY[table])
    for at, relation in enumerate([given, *others] if given else ["", *others]):
        if not relation:
            continue
        found = columns_of(con, relation)
        names = [name for name in found if name != "origin" and types.setdefault(name, found[name]) == found[name]]
        told = f"coalesce(origin, '{FILE}')" if "origin" in found else f"'{FILE}'"
        shown = ", ".join(quote(name) for name in names)
        selects.append(f"SELECT {_missing(table, names)}{shown}, {told} AS origin, {at} AS part FROM {quote(relation)}")
    extras = sorted(name for name in types if name not in _IDENTITY[table])
    columns = ", ".join(quote(name) for name in (*_IDENTITY[table], *extras, "origin"))
    series, value, moment = _SERIES[table]
    relation = f"whole_{table}"
    first = f"CASE origin WHEN '{FILE}' THEN 0 WHEN '{OLDER_EXPORT}' THEN 1 ELSE 2 END"
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS WITH every AS ({' UNION ALL BY NAME '.join(selects)}), "
        "once AS (SELECT * FROM every QUALIFY part = 0 OR row_number() OVER "
        f"(PARTITION BY {', '.join(_IDENTITY[table])} ORDER BY part, {first}) = 1), "
        f"news AS (SELECT *, row_number() OVER w > 1 AND lag({value}) OVER w IS NOT DISTINCT FROM {value} AS said "
        f"FROM once WINDOW w AS (PARTITION BY {series} ORDER BY {moment}, {first}, {columns})) "
        f"SELECT {columns} FROM news WHERE NOT (said AND origin <> '{FILE}') ORDER BY {series}, {moment}, {columns}"
    )
    return relation, count_of(con, relation) - (count_of(con, given) if given else 0)


def _missing(table: str, names: Sequence[str]) -> str:
    return "".join(f"NULL::{kind} AS {name}, " for name, kind in _IDENTITY[table].items() if name not in names)


def _not_among(con: duckdb.DuckDBPyConnection, table: str, relation: str, given: str | None) -> bool:
    """Whether `relation` has a row that is not among the given ones."""
    sides = []
    for each in (relation, given):
        if each is not None:
            present = columns_of(con, each)
            names = (name if name in present else f"NULL::{kind}" for name, kind in _IDENTITY[table].items())
            sides.append(f"SELECT {', '.join(names)} FROM {quote(each)}")
    return bool(con.execute(f"SELECT 1 FROM ({' EXCEPT '.join(sides)}) LIMIT 1").fetchall())


def _without_the_same_day(con: duckdb.DuckDBPyConnection, table: str, kept: str) -> str:
    """The kept rows without those of an import of the same day, whose changes and the new ones are one change."""
    grown, ours = f"grown_{table}", "origin" in columns_of(con, kept)
    if not ours or not count_of(con, grown):
        return kept
    same = "k.account_id = g.account_id AND k.field = g.field AND k.changed_at = g.changed_at"
    if table == "deal_stages":
        same = "k.deal_id = g.deal_id AND k.entered_at = g.entered_at"
    same += f" AND k.origin = '{IMPORT}'"
    relation = f"kept_{table}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(relation)} AS SELECT * FROM {quote(kept)} k "
        f"WHERE NOT EXISTS (SELECT 1 FROM {quote(grown)} g WHERE {same})"
    )
    if table == "account_history":
        con.execute(f"UPDATE {quote(grown)} AS g SET old_value = k.old_value FROM {quote(kept)} k WHERE {same}")
        con.execute(f"DELETE FROM {quote(grown)} WHERE old_value IS NOT DISTINCT FROM new_value")
    return relation
