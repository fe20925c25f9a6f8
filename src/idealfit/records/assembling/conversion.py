"""One file's texts become typed columns under their new names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from idealfit.accounts.column_type import Typed
from idealfit.accounts.domain import company_domain, registrable_domain
from idealfit.accounts.moment import Order
from idealfit.accounts.quantity import is_plain_number
from idealfit.records.assembling.column_notes import column_notes, lines_of
from idealfit.records.assembling.column_typing import (
    base_table,
    decided_decimal,
    decided_order,
    meant_type,
    typed_column,
)
from idealfit.records.assembling.companions import companions_of
from idealfit.records.assembling.scaling import scaled
from idealfit.records.mapping import FileMapping
from idealfit.records.reading.raw_table import LINE_COLUMN, shorten
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.guess_words import CARRIERS, WORDS
from idealfit.records.report import CellProblem, Change
from idealfit.records.tables import AS_IN_FILE, DUCKDB_TYPES, TABLES, ColumnType
from idealfit.store.engine import insert_texts, literal, quote

_NEVER_NEGATIVE = frozenset({"employees", "revenue", "founded_year"})
__all__ = ["Converted", "base_table", "convert_file", "new_names"]

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
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words of a column (by its header) that were read as no value, where nobody had said which."""
    changes: tuple[Change, ...] = ()
    invalid: Mapping[str, int] = field(default_factory=dict)
    """Cells of a column (by its new name) that are not of its type, where there are any."""


def _map_table(con: duckdb.DuckDBPyConnection, name: str, keys: list[str], values: list[str]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(name)} (k VARCHAR, v VARCHAR)")
    if keys:
        insert_texts(con, name, [keys, values])


def _free_values(con: duckdb.DuckDBPyConnection, index: int, columns: int) -> None:
    """Drop what the columns of file `index` were read with: a row for every distinct text of each."""
    for number in range(columns):
        for what in ("map", "ends", "money"):
            con.execute(f"DROP TABLE IF EXISTS {quote(f'{what}_{index}_{number}')}")


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


def _problems(con: duckdb.DuckDBPyConnection, profile: FileProfile, header: str, typed: Typed) -> list[CellProblem]:
    """The cells that are not of their column's type, with their lines (at most 500 a column)."""
    if not typed.bad:
        return []
    found = lines_of(con, profile, header, list(typed.bad)[:_SHOWN_PROBLEMS], _SHOWN_PROBLEMS)
    kind = {"date": "date", "timestamp": "date"}.get(typed.type, typed.type)
    return [
        CellProblem(profile.file, line, header, shorten(text), f"cell left empty: not a {kind}") for line, text in found
    ]


def new_names(mapping: FileMapping) -> dict[str, str]:
    """Header → new column name; a kept header that would hide a canonical name gets ' (in file)'."""
    table = base_table(mapping)
    canonical = TABLES[table].columns if table in TABLES else {}
    meanings = {name.lower() for name in (*canonical, *WORDS.get(table, {}))}
    if table in CARRIERS:
        meanings |= set(TABLES["accounts"].columns)
    names: dict[str, str] = {}
    taken = {"__line__", "__file__", "duplicate_of"}  # these are ours: what they say was never in a file
    for header, column in sorted(mapping.columns.items(), key=lambda item: item[1].to == item[0]):
        if column.to is None:
            continue
        name = column.to
        if name.lower() in taken or (name == header and name not in meanings and name.lower() in meanings):
            name = f"{header} (in file)"
        serial = 2
        while name.lower() in taken:
            name, serial = f"{header} ({serial})", serial + 1
        taken.add(name.lower())
        names[header] = name
    return {header: names[header] for header in mapping.columns if header in names}


def _of_address(header: str) -> list[str]:
    """What is kept of an e-mail address: its domain, and a hash to know it again by."""
    address = f"lower(trim(r.{quote(header)}))"
    domain = f"CASE WHEN contains({address}, '@') THEN split_part({address}, '@', -1) END"
    return [f"{domain} AS email_domain", f"sha256({address}) AS email_hash"]


def _with_personal(mapping: FileMapping) -> FileMapping:
    """The mapping with every column about persons kept under its header."""
    columns = {
        header: column
        if column.to is not None or column.level != "personal"
        else column.model_copy(update={"to": header})
        for header, column in mapping.columns.items()
    }
    return mapping.model_copy(update={"columns": columns})


def _as_it_came(profile: FileProfile, header: str, name: str) -> dict[str, tuple[str, ColumnType]]:
    """The id beside a label that was put in its place while reading."""
    original = profile.raw.originals.get(header)
    return {} if original is None else {name + AS_IN_FILE: (f"nullif(trim(r.{quote(original)}), '')", "text")}


def _address_as_written(header: str) -> str:
    """The SQL of a web address as it stands in the file; the person of an e-mail address is withheld."""
    return f"regexp_replace(nullif(trim(r.{quote(header)}), ''), '[^\\s,;<>:]+@', '…@', 'g')"


def _as_domains(profile: FileProfile, header: str, name: str) -> tuple[Typed, bool]:
    """The domains of a column of addresses, and whether any of a company's own was written otherwise."""
    domains = {
        text: company_domain(text) if name == "account_email" or "@" in text else registrable_domain(text)
        for text in profile.counts[header]
    }
    typed = Typed("text", {text: domain for text, domain in domains.items() if domain})
    return typed, name != "account_email" and any(domain != text for text, domain in domains.items())


def _withheld(profile: FileProfile, mapping: FileMapping) -> int:
    """How many cells of persons are not kept."""
    return sum(
        profile.known(header)
        for header, column in mapping.columns.items()
        if column.level == "personal" and header in profile.counts
    )


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
    mapping = _with_personal(mapping) if keep_personal else mapping
    order = decided_order(profile, mapping) or fallback
    decimal = decided_decimal(profile, mapping)
    selected, joins, problems, notes = [], [], [], []
    columns: dict[str, ColumnType] = {}
    unsure: list[tuple[str, Order]] = []
    missing: dict[str, tuple[str, ...]] = {}
    invalid: dict[str, int] = {}
    names = new_names(mapping)
    for number, (header, name) in enumerate(names.items()):
        if header not in profile.counts:
            continue
        typed = typed_column(profile, table, header, mapping.columns[header], order, decimal)
        target = meant_type(table, header, mapping.columns[header])
        kind: ColumnType = target if target is not None and name in WORDS.get(table, {}) else typed.type
        if name in ("domain", "account_domain", "account_email") and mapping.columns[header].normalise:
            typed, changed = _as_domains(profile, header, name)
            if changed:
                selected.append(f"{_address_as_written(header)} AS {quote(name + AS_IN_FILE)}")
                columns[name + AS_IN_FILE] = "text"
        value, join = _expression(con, header, typed, kind, f"map_{index}_{number}")
        value, factor, told = scaled(value, mapping, header, name) if kind == "number" else (value, 1, [])
        notes += told
        if name in _NEVER_NEGATIVE and kind == "number":
            value = f"CASE WHEN {value} >= 0 THEN {value} END"
        if name == "email":
            selected += _of_address(header)
            columns |= {"email_domain": "text", "email_hash": "text"}
            if not keep_personal:
                continue
        selected.append(f"{value} AS {quote(name)}")
        columns[name] = kind
        more, more_joins = companions_of(
            con, header, name, typed, value, factor=factor, key=f"{index}_{number}", taken=names.values()
        )
        for new, (sql, new_kind) in {**more, **_as_it_came(profile, header, name)}.items():
            selected.append(f"{sql} AS {quote(new)}")
            columns[new] = new_kind
        joins += [each for each in (join, *more_joins) if each]
        problems += _problems(con, profile, header, typed)
        if typed.bad:
            invalid[name] = sum(typed.bad.values())
        notes += column_notes(con, profile, header, mapping.columns[header], typed)
        if typed.missing and mapping.columns[header].missing is None:
            missing[header] = tuple(dict.fromkeys(text.strip() for text in typed.missing))
        if typed.type in ("date", "timestamp") and not typed.order_sure and typed.order is not None:
            unsure.append((header, typed.order))
    relation = f"typed_{index}"
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT r.{quote(LINE_COLUMN)} AS __line__, "
        f"{literal(profile.file)} AS __file__"
        f"{''.join(', ' + part for part in selected)} FROM {quote(profile.raw.relation)} r {' '.join(joins)} ORDER BY 1"
    )
    _free_values(con, index, len(names))
    withheld = 0 if keep_personal else _withheld(profile, mapping)
    return Converted(
        mapping,
        relation,
        profile.rows,
        columns,
        {name: header for header, name in names.items()},
        tuple(problems),
        tuple(notes),
        withheld,
        tuple(unsure),
        missing,
        invalid=invalid,
    )
