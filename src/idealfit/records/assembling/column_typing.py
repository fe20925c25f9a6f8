"""Which type each column of a file gets: its meaning's, else its values'; what it leaves open its neighbours decide."""

from __future__ import annotations

from collections.abc import Iterator

from idealfit.accounts.column_type import Typed, as_texts, as_wanted, decide
from idealfit.accounts.moment import Order
from idealfit.accounts.quantity import DecimalMark, decides_mark
from idealfit.records.mapping import FLAT, ColumnMapping, FileMapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.guess_words import CARRIERS, WORDS, wanted_type
from idealfit.records.tables import TABLES, ColumnType

_DESCRIBING = frozenset(
    {"industry", "sub_industry", "country", "region", "city", "business_model", "ownership", "funding_stage"}
)


def base_table(mapping: FileMapping) -> str:
    """The canonical table whose meanings a file's columns have."""
    return "deals" if mapping.table == FLAT else mapping.table


def meant_type(table: str, header: str, column: ColumnMapping) -> ColumnType | None:
    """The type that a column must have; None where its values decide."""
    to = column.to or header
    if to in WORDS.get(table, {}):
        return wanted_type(table, to)
    if column.level == "account" and to in TABLES["accounts"].columns and table in CARRIERS:
        return TABLES["accounts"].columns[to]
    return column.type


def typed_column(
    profile: FileProfile,
    table: str,
    header: str,
    column: ColumnMapping,
    fallback: Order | None,
    decimal: DecimalMark | None = None,
) -> Typed:
    """The type and values of one column; `fallback` and `decimal` are what its neighbours say of the order of dates and
    of the decimal mark, for a column that leaves them open."""
    wanted = meant_type(table, header, column)
    missing = None if column.missing is None else tuple(column.missing)
    key = (header, wanted, column.to in _DESCRIBING, missing, column.format, column.normalise)
    if key not in profile.typed:
        profile.typed[key] = _typed(profile, header, column, wanted, None, None)
    typed = profile.typed[key]
    dates = typed.type in ("date", "timestamp") and not typed.order_sure and fallback is not None
    marks = typed.type == "number" and decimal not in (None, typed.decimal)
    if dates or (marks and decides_mark(profile.counts[header]) is None):
        helped = (*key, fallback, decimal)
        if helped not in profile.typed:
            profile.typed[helped] = _typed(profile, header, column, wanted, fallback, decimal)
        return profile.typed[helped]
    return typed


def _typed(
    profile: FileProfile,
    header: str,
    column: ColumnMapping,
    wanted: ColumnType | None,
    fallback: Order | None,
    decimal: DecimalMark | None,
) -> Typed:
    counts = profile.counts[header]
    missing = None if column.missing is None else frozenset(word.strip().lower() for word in column.missing)
    if missing is None and not column.normalise:
        missing = frozenset()
    blanks = profile.rows - profile.known(header)
    if wanted is None:
        return decide(
            header, counts, order=column.format, fallback=fallback, missing=missing, decimal=decimal, blanks=blanks
        )
    if wanted == "text":
        return as_texts(counts, missing=missing, blanks=blanks, describing=column.to in _DESCRIBING)
    return as_wanted(
        counts, wanted, order=column.format, fallback=fallback, name=header, missing=missing, decimal=decimal
    )


def _typed_columns(profile: FileProfile, mapping: FileMapping) -> Iterator[tuple[str, Typed]]:
    """Every mapped column by its header, as its own values type it."""
    for header, column in mapping.columns.items():
        if column.to is not None and header in profile.counts:
            yield header, typed_column(profile, base_table(mapping), header, column, None)


def decided_order(profile: FileProfile, mapping: FileMapping) -> Order | None:
    """The order of day and month that the date columns of a file decide; None where none does, or two disagree."""
    found = {
        typed.order
        for _, typed in _typed_columns(profile, mapping)
        if typed.type in ("date", "timestamp") and typed.order in ("dmy", "mdy") and typed.order_sure
    }
    return found.pop() if len(found) == 1 else None


def decided_decimal(profile: FileProfile, mapping: FileMapping) -> DecimalMark | None:
    """The decimal mark that the number columns of a file decide; None where none does, or two disagree."""
    found = {
        decides_mark(profile.counts[header])
        for header, typed in _typed_columns(profile, mapping)
        if typed.type == "number"
    } - {None}
    return found.pop() if len(found) == 1 else None
