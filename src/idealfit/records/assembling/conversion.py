"""One file's texts become typed columns under their new names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from idealfit.accounts.column_type import Typed, as_texts, as_wanted, decide
from idealfit.accounts.domain import company_domain, registrable_domain
from idealfit.accounts.moment import Order
from idealfit.accounts.quantity import MISSING_ANYWHERE, is_plain_number
from idealfit.records.mapping import FLAT, ColumnMapping, FileMapping
from idealfit.records.reading.raw_table import LINE_COLUMN, shorten
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.guess_words import WORDS, factor_in, wanted_type
from idealfit.records.report import CellProblem, Change
from idealfit.records.tables import DUCKDB_TYPES, TABLES, ColumnType
from idealfit.store.engine import insert_texts, literal, quote

_PLACEHOLDERS = frozenset(
    {
        "select",
        "-",
        "--",
        "?",
        "not specified",
        "unspecified",
        "not available",
        "(blank)",
        "undefined",
        "-none-",
        "--none--",
    }
)
_NO_ATTRIBUTE = _PLACEHOLDERS | {"unknown", "unknown / non-applicable"}
_DESCRIBING = frozenset(
    {"industry", "sub_industry", "country", "region", "city", "business_model", "ownership", "funding_stage"}
)
_NEVER_NEGATIVE = frozenset({"employees", "revenue", "founded_year"})
_MONEY = frozenset({"amount", "revenue", "arr_start", "arr_current", "mrr", "cost"})
_SHOWN_PROBLEMS = 500


@dataclass(frozen=True)
class Converted:
    """A typed file: `relation` has `__line__`, `__file__` and `columns` (new name → type)."""

    mapping: FileMapping
    relation: str
    rows: int
    columns: Mapping[str, ColumnType]
    sources: Mapping[str, str]
    problems: tuple[CellProblem, ...]
    notes: tuple[str, ...]
    withheld: int
    unsure_dates: tuple[tuple[str, Order], ...]
    changes: tuple[Change, ...] = ()


def base_table(mapping: FileMapping) -> str:
    """The canonical table whose meanings a file's columns have."""
    return "deals" if mapping.table == FLAT else mapping.table


def _column_type(table: str, header: str, column: ColumnMapping) -> ColumnType | None:
    """The type that a column must have; None where its values decide."""
    to = column.to or header
    if to in WORDS.get(table, {}):
        return wanted_type(table, to)
    if column.level == "account" and to in TABLES["accounts"].columns and table in ("deals", "leads", "invoices"):
        return TABLES["accounts"].columns[to]
    return column.type


def typed_column(profile: FileProfile, table: str, header: str, column: ColumnMapping, fallback: Order | None) -> Typed:
    """The type and values of one column."""
    wanted = _column_type(table, header, column)
    key = (header, wanted, column.to in _DESCRIBING, tuple(column.missing), column.format, fallback)
    if key not in profile.typed:
        profile.typed[key] = _typed(profile, header, column, wanted, fallback)
    return profile.typed[key]


def _typed(
    profile: FileProfile, header: str, column: ColumnMapping, wanted: ColumnType | None, fallback: Order | None
) -> Typed:
    counts = profile.counts[header]
    extra = frozenset(word.strip().lower() for word in column.missing)
    decided = decide(header, counts, fallback=fallback) if wanted is None else None
    if wanted == "text" or (decided is not None and decided.type == "text"):
        words = MISSING_ANYWHERE | extra | (_NO_ATTRIBUTE if column.to in _DESCRIBING else _PLACEHOLDERS)
        return as_texts(counts, missing_words=words)
    counts = {text: rows for text, rows in counts.items() if text.strip().lower() not in extra} if extra else counts
    if wanted is None:
        return decide(header, counts, fallback=fallback) if extra or decided is None else decided
    return as_wanted(counts, wanted, order=column.format, fallback=fallback, name=header)


def decided_order(profile: FileProfile, mapping: FileMapping) -> Order | None:
    """The order of day and month that at least one date column of a file decides."""
    for header, column in mapping.columns.items():
        if column.to is not None and header in profile.counts:
            typed = typed_column(profile, base_table(mapping), header, column, None)
            if typed.type in ("date", "timestamp") and typed.order in ("dmy", "mdy") and typed.order_sure:
                return typed.order
    return None


def _map_table(con: duckdb.DuckDBPyConnection, name: str, keys: list[str], values: list[str]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(name)} (k VARCHAR, v VARCHAR)")
    if keys:
        insert_texts(con, name, [keys, values])


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return "\x1f".join(str(member) for member in value) or "\x1f"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _expression(
    con: duckdb.DuckDBPyConnection, header: str, typed: Typed, kind: ColumnType, map_name: str
) -> tuple[str, str]:
    """The SQL that gives a column's typed value, and the join that it needs ('' for none)."""
    column = f"r.{quote(header)}"
    if typed.values is None:
        words = ", ".join(literal(word.strip().lower()) for word in typed.missing)
        text = f"trim({column})"
        return (
            f"CASE WHEN lower({text}) IN ({words}) THEN NULL ELSE nullif({text}, '') END"
            if words
            else f"nullif({text}, '')"
        ), ""
    if kind == "number" and all(is_plain_number(text.strip()) for text in typed.values) and typed.decimal == ".":
        return f"TRY_CAST(trim({column}) AS DOUBLE)", ""
    _map_table(con, map_name, list(typed.values), [_as_text(value) for value in typed.values.values()])
    value = f"{quote(map_name)}.v"
    if kind == "list":
        value = f"list_filter(string_split({value}, chr(31)), lambda x: x <> '')"
    elif kind != "text":
        value = f"CAST({value} AS {DUCKDB_TYPES[kind]})"
    return value, f"LEFT JOIN {quote(map_name)} ON {quote(map_name)}.k = {column}"


def _problems(
    con: duckdb.DuckDBPyConnection, profile: FileProfile, header: str, typed: Typed, map_name: str
) -> list[CellProblem]:
    """The cells that are not of their column's type, with their lines (at most 500 a column)."""
    if not typed.bad:
        return []
    texts = list(typed.bad)[:_SHOWN_PROBLEMS]
    _map_table(con, map_name, texts, [""] * len(texts))
    found = con.execute(
        f"SELECT r.{quote(LINE_COLUMN)}, r.{quote(header)} FROM {quote(profile.raw.relation)} r "
        f"WHERE r.{quote(header)} IN (SELECT k FROM {quote(map_name)}) ORDER BY 1 LIMIT {_SHOWN_PROBLEMS}"
    ).fetchall()
    kind = {"date": "date", "timestamp": "date"}.get(typed.type, typed.type)
    return [
        CellProblem(profile.file, line, header, shorten(text), f"cell left empty: not a {kind}") for line, text in found
    ]


def new_names(mapping: FileMapping) -> dict[str, str]:
    """Header → new column name; a kept header that would hide a canonical name gets ' (as in file)'."""
    table = base_table(mapping)
    canonical = TABLES[table].columns if table in TABLES else {}
    meanings = {name.lower() for name in (*canonical, *WORDS.get(table, {}))}
    if table in ("deals", "leads", "invoices"):
        meanings |= set(TABLES["accounts"].columns)
    names: dict[str, str] = {}
    taken = {"__line__", "__file__", "duplicate_of"}  # these are ours: what they say was never in a file
    for header, column in sorted(mapping.columns.items(), key=lambda item: item[1].to == item[0]):
        if column.to is None:
            continue
        name = column.to
        if name.lower() in taken or (name == header and name not in meanings and name.lower() in meanings):
            name = f"{header} (as in file)"
        serial = 2
        while name.lower() in taken:
            name, serial = f"{header} ({serial})", serial + 1
        taken.add(name.lower())
        names[header] = name
    return {header: names[header] for header in mapping.columns if header in names}


def convert_file(
    con: duckdb.DuckDBPyConnection,
    profile: FileProfile,
    mapping: FileMapping,
    index: int,
    *,
    fallback: Order | None,
    keep_personal: bool,
) -> Converted:
    """The typed form of a file as relation `typed_<index>`; cells that are not of their type are NULL and listed."""
    table = base_table(mapping)
    if keep_personal:
        mapping = mapping.model_copy(
            update={
                "columns": {
                    h: c if c.to is not None or c.level != "personal" else c.model_copy(update={"to": h})
                    for h, c in mapping.columns.items()
                }
            }
        )
    order = decided_order(profile, mapping) or fallback
    selected, joins, problems, notes = [], [], [], []
    columns: dict[str, ColumnType] = {}
    unsure: list[tuple[str, Order]] = []
    names = new_names(mapping)
    for number, (header, name) in enumerate(names.items()):
        if header not in profile.counts:
            continue
        typed = typed_column(profile, table, header, mapping.columns[header], order)
        target = _column_type(table, header, mapping.columns[header])
        kind: ColumnType = target if target is not None and name in WORDS.get(table, {}) else typed.type
        if name in ("domain", "account_domain", "account_email"):
            read = company_domain if name == "account_email" else registrable_domain
            domains = {text: read(text) for text in profile.counts[header]}
            typed = Typed("text", {text: domain for text, domain in domains.items() if domain})
        value, join = _expression(con, header, typed, kind, f"map_{index}_{number}")
        factor = factor_in(header) if name in _MONEY else 1
        if factor > 1:
            value = f"({value}) * {factor}"
            notes.append(f"{profile.file}, '{header}': read as {'millions' if factor > 1000 else 'thousands'}")
        if name in _NEVER_NEGATIVE and kind == "number":
            value = f"CASE WHEN {value} >= 0 THEN {value} END"
        if name == "email":
            address = f"lower(trim(r.{quote(header)}))"
            selected.append(
                f"CASE WHEN contains({address}, '@') THEN split_part({address}, '@', -1) END AS email_domain"
            )
            selected.append(f"sha256({address}) AS email_hash")
            columns |= {"email_domain": "text", "email_hash": "text"}
            if not keep_personal:
                continue
        selected.append(f"{value} AS {quote(name)}")
        columns[name] = kind
        if join:
            joins.append(join)
        problems += _problems(con, profile, header, typed, "map_bad")
        notes += _column_notes(profile, header, name, typed)
        if typed.type in ("date", "timestamp") and not typed.order_sure and typed.order is not None:
            unsure.append((header, typed.order))
    relation = f"typed_{index}"
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT r.{quote(LINE_COLUMN)} AS __line__, "
        f"{literal(profile.file)} AS __file__"
        f"{''.join(', ' + part for part in selected)} FROM {quote(profile.raw.relation)} r {' '.join(joins)} ORDER BY 1"
    )
    withheld = (
        0
        if keep_personal
        else sum(
            profile.known(header)
            for header, column in mapping.columns.items()
            if column.level == "personal" and header in profile.counts
        )
    )
    sources = {name: header for header, name in names.items()}
    return Converted(
        mapping, relation, profile.rows, columns, sources, tuple(problems), tuple(notes), withheld, tuple(unsure)
    )


def _column_notes(profile: FileProfile, header: str, name: str, typed: Typed) -> list[str]:
    """What happened to a column's values that a person should know."""
    where = f"{profile.file}, '{header}'"
    notes = []
    if typed.bad:
        examples = ", ".join(repr(shorten(text, 30)) for text in list(typed.bad)[:3])
        notes.append(
            f"{where}: {sum(typed.bad.values())} cells are not a {typed.type} and were left empty ({examples})"
        )
    words = {text: rows for text, rows in typed.missing.items() if text.strip().lower() not in MISSING_ANYWHERE}
    if words:
        told = ", ".join(f"{text!r} ({rows})" for text, rows in list(words.items())[:4])
        notes.append(f"{where}: read as no value: {told}")
    if typed.ranged:
        notes.append(f"{where}: {typed.ranged} ranges were read as their middle (open ones as their lower end)")
    if typed.type in ("date", "timestamp") and typed.order in ("dmy", "mdy"):
        order = "day-month-year" if typed.order == "dmy" else "month-day-year"
        notes.append(
            f"{where}: dates read as {order}, "
            f"{'decided from all values' if typed.order_sure else 'which no value decides'}"
        )
    return notes
