"""An export of changes only (`--update`): its rows take the place of the last import's, all others stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from idealfit.errors import UpdateRefused
from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.assembling.conversion import Converted
from idealfit.records.attribute import COMPANIONS, AttributeInfo
from idealfit.records.comparing.last_import import LastImport, show_last
from idealfit.records.counted import counted
from idealfit.records.mapping import FLAT, ColumnMapping, FileMapping
from idealfit.records.tables import TABLES, ColumnType
from idealfit.store.engine import literal, quote

LAST = "(the last import)"
"""What stands as the file of a row that an update left as it was."""

_AS_IN_FILE = " (as in file)"
_KEPT_BY_ITSELF = frozenset({"account_history", "deal_stages"})
"""Histories are kept at every import, see `growth.keep_history`."""
_REFERENCES = frozenset({"account_id", "account_name", "account_domain", "account_email", "lead_id"})
_READ_WITH_THE_FILE = frozenset({"domain", "account_domain"})
"""Columns that the reading of a file normalises: rows that are kept are not read again, and keep both values."""
_WORKED_OUT = frozenset(name for name, *_ in COMPANIONS) - {"test_record"}
"""Columns that an import works out for all rows, unless a file has them: what the last one worked out would pass for a
file's, so that rows that came would get none and rows that changed would keep the old ones."""
_TELL_OUTCOME = frozenset({"outcome", "stage", "is_won", "is_lost", "is_closed", "won_at", "lost_at"})
_TYPES: Mapping[str, ColumnType] = {
    "DOUBLE": "number",
    "BIGINT": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "VARCHAR[]": "list",
}


def with_last(
    con: duckdb.DuckDBPyConnection, last: LastImport | None, parts: Sequence[Converted]
) -> tuple[list[Converted], list[str]]:
    """The parts of an update with those rows of the last import that it does not replace; what was done, in words.

    A column that the update has not keeps its values; without a last import nothing is added. Raises UpdateRefused
    where rows have no ids to be known by.
    """
    if last is None:
        return list(parts), []
    _need_ids(last, parts)
    views = show_last(con, last)
    whole, notes = list(parts), []
    for table, view in views.items():
        if table in _KEPT_BY_ITSELF or table not in TABLES:
            continue
        own = [at for at, part in enumerate(whole) if part.mapping.table == table]
        key = _key(con, table, [whole[at].relation for at in own])
        relation = f"kept_of_last_{table}"
        anew = _worked_out(last, table, [whole[at] for at in own])
        _keep_rest(con, table, view, [whole[at].relation for at in own], key, relation, anew)
        rest, before = count_of(con, relation), count_of(con, view)
        if own:
            rows = sum(whole[at].rows for at in own)
            notes.append(
                f"update of {table}: {counted(rows, 'row')} came, {before - rest:,} of the last import gave way, "
                f"{rest:,} stay as they were"
            )
        for at in own:
            if key is not None:
                whole[at] = _completed(con, table, view, whole[at], key, anew)
        whole.append(_as_part(con, table, relation, rest, last.report))
    return whole, notes


def _worked_out(last: LastImport, table: str, parts: Sequence[Converted]) -> frozenset[str]:
    """The columns of the last import that no file had: they are worked out again."""
    if table != "accounts":
        return frozenset()
    return _WORKED_OUT - set(last.basis.columns.get(table, {})) - {name for part in parts for name in part.columns}


def _need_ids(last: LastImport, parts: Sequence[Converted]) -> None:
    for part in parts:
        table = part.mapping.table
        keyed = table == FLAT or (table in TABLES and TABLES[table].key is not None)
        known = set(part.columns) & {str(TABLES[table].key) if table != FLAT else ""}
        if table == "accounts":
            known |= set(part.columns) & {"name", "domain"}
        if keyed and (not known or table not in last.basis.stable):
            raise UpdateRefused(
                f"{part.mapping.file} cannot be merged with the last import: its rows have no id to be known by",
                remedy="Export it with its id column, or import the whole without --update.",
            )


def _key(con: duckdb.DuckDBPyConnection, table: str, relations: Sequence[str]) -> str | None:
    """The SQL of a row's id in an update, as it will be given to rows without one; None where the table has no ids."""
    if TABLES[table].key is None or not relations:
        return None
    names = (str(TABLES[table].key), "name", "domain") if table == "accounts" else (str(TABLES[table].key),)
    shared = [name for name in names if all(name in columns_of(con, relation) for relation in relations)]
    return f"coalesce({', '.join(quote(name) for name in shared)})" if shared else None


def _keep_rest(
    con: duckdb.DuckDBPyConnection,
    table: str,
    view: str,
    own: Sequence[str],
    key: str | None,
    relation: str,
    anew: frozenset[str],
) -> None:
    """The rows of the last import that the update does not replace, values as they stood in the file, without the
    columns `anew`."""
    columns = {name: kind for name, kind in columns_of(con, view).items() if name not in anew}
    chosen = []
    for name, kind in columns.items():
        original = name + _AS_IN_FILE
        restored = columns.get(original) == kind and name not in _READ_WITH_THE_FILE
        base = name.removesuffix(_AS_IN_FILE)
        back = name != base and columns.get(base) == kind and base not in _READ_WITH_THE_FILE
        if name != "duplicate_of" and not back:
            chosen.append(f"{quote(original)} AS {quote(name)}" if restored else quote(name))
    gone = "false"
    if key is not None:
        ids = " UNION ALL ".join(f"SELECT {key} AS k FROM {quote(each)} WHERE {key} IS NOT NULL" for each in own)
        gone = f"{quote(str(TABLES[table].key))} IN ({ids})"
    elif own:
        shared = [
            name for name in TABLES[table].columns if name in columns and all(name in columns_of(con, o) for o in own)
        ]
        same = " AND ".join(f"u.{quote(name)} IS NOT DISTINCT FROM l.{quote(name)}" for name in shared) or "false"
        gone = " OR ".join(f"EXISTS (SELECT 1 FROM {quote(each)} u WHERE {same})" for each in own)
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT row_number() OVER () AS __line__, {literal(LAST)} AS "
        f"__file__, {', '.join(chosen)} FROM {quote(view)} l WHERE NOT coalesce({gone}, false)"
    )


def _completed(
    con: duckdb.DuckDBPyConnection, table: str, view: str, part: Converted, key: str, anew: frozenset[str]
) -> Converted:
    """A part of an update with the columns that it has not, but for those `anew`, as they were in the rows that it
    replaces."""
    present, before = columns_of(con, part.relation), columns_of(con, view)
    settled = {"duplicate_of", *anew, *(_REFERENCES if _REFERENCES & set(present) else ())}
    settled |= {"outcome"} if _TELL_OUTCOME & set(present) else set()
    lower = {name.lower() for name in present}
    missing = [
        name
        for name in before
        if name.lower() not in lower and name not in settled and name.removesuffix(_AS_IN_FILE) not in present
    ]
    if not missing:
        return part
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(part.relation)} AS SELECT u.*, "
        f"{', '.join(f'l.{quote(name)}' for name in missing)} FROM (SELECT *, {key} AS __id__ FROM "
        f"{quote(part.relation)}) u LEFT JOIN {quote(view)} l ON l.{quote(str(TABLES[table].key))} = u.__id__ "
        "ORDER BY u.__line__"
    )
    con.execute(f"ALTER TABLE {quote(part.relation)} DROP COLUMN __id__")
    return replace(part, columns={**part.columns, **{name: _TYPES.get(before[name], "text") for name in missing}})


def _as_part(
    con: duckdb.DuckDBPyConnection, table: str, relation: str, rows: int, report: Mapping[str, object]
) -> Converted:
    """What stays of the last import, as if it were a file of its own."""
    told = report.get("attributes" if table == "accounts" else "deal_columns" if table == "deals" else "", {})
    known = {name: AttributeInfo(**info) for name, info in told.items()} if isinstance(told, dict) else {}
    types: dict[str, ColumnType] = {
        name: _TYPES.get(kind, "text") for name, kind in columns_of(con, relation).items() if not name.startswith("__")
    }
    columns = {}
    for name, kind in types.items():
        info = known.get(name)
        level = info.level if info is not None else "deal"
        layer = info.layer if info is not None else "firmographic"
        columns[name] = ColumnMapping(to=name, level=level, layer=layer, type=kind, reason="as in the last import")
    sources = {name: (known[name].source_name if name in known else None) or name for name in types}
    mapping = FileMapping(
        file=LAST,
        table=table,
        columns=columns,
        outcomes={"won": "won", "lost": "lost", "open": "open"} if table == "deals" else {},
    )
    return Converted(mapping, relation, rows, types, sources, (), (), 0, ())
