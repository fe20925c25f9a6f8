"""What stands beside a number: both ends of its range, the text that it was read from, the currency that it is in."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from idealfit.accounts.column_type import Typed
from idealfit.records.recognising.guess_words import currency_in
from idealfit.records.recognising.header_unit import says_own_unit
from idealfit.records.tables import AS_IN_FILE, ColumnType
from idealfit.store.engine import insert_texts, literal, quote


def currency_column(name: str) -> str:
    """The helper column that says what the money in `name` is in; it is dropped when the tables are finished."""
    return f"__currency_{name}"


def with_companions(names: Collection[str]) -> set[str]:
    """`names` and what may stand beside each: it goes where its column goes."""
    return {f"{name}{end}" for name in names for end in ("", "_low", "_high", AS_IN_FILE)}


def companions_of(
    con: duckdb.DuckDBPyConnection,
    header: str,
    name: str,
    typed: Typed,
    value: str,
    *,
    factor: int,
    key: str,
    taken: Collection[str],
) -> tuple[dict[str, tuple[str, ColumnType]], list[str]]:
    """The columns that stand beside `name`: new column → (its SQL, its type), and the joins that they need.

    `value` is the SQL of the number itself, `key` sets this column's temporary tables apart, `taken` are names that a
    companion must not have.
    """
    found, join = _range_columns(con, header, name, typed, value, factor=factor, map_name=f"ends_{key}", taken=taken)
    joins = [join] if join else []
    currency, join = _currency_of_cells(con, header, name, typed, f"money_{key}")
    if currency:
        found[currency_column(name)] = (currency, "text")
    return found, [*joins, join] if join else joins


def _range_columns(
    con: duckdb.DuckDBPyConnection,
    header: str,
    name: str,
    typed: Typed,
    value: str,
    *,
    factor: int,
    map_name: str,
    taken: Collection[str],
) -> tuple[dict[str, tuple[str, ColumnType]], str]:
    """For a column of ranges: new column → (its SQL, its type), and the join that they need ('' without ranges).

    `<name>_low` and `<name>_high` are both ends (NULL where it is open; a plain number is both), `<name> (as in file)`
    is the text of a range. `value` is the SQL of the middle; a name in `taken` is not made.
    """
    if not typed.spans:
        return {}, ""
    times = [1 if says_own_unit(text) else factor for text in typed.spans]
    ends_of = list(zip(typed.spans.values(), times, strict=True))
    lows = ["" if low is None else repr(low * each) for (low, _), each in ends_of]
    highs = ["" if high is None else repr(high * each) for (_, high), each in ends_of]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(map_name)} (k VARCHAR, low VARCHAR, high VARCHAR)")
    insert_texts(con, map_name, [list(typed.spans), lows, highs])
    ends = quote(map_name)
    found: dict[str, tuple[str, ColumnType]] = {
        f"{name}_{end}": (f"CASE WHEN {ends}.k IS NULL THEN {value} ELSE CAST({ends}.{end} AS DOUBLE) END", "number")
        for end in ("low", "high")
    } | {f"{name}{AS_IN_FILE}": (f"CASE WHEN {ends}.k IS NOT NULL THEN trim(r.{quote(header)}) END", "text")}
    lower = {other.lower() for other in taken}
    return {
        new: how for new, how in found.items() if new.lower() not in lower
    }, f"LEFT JOIN {ends} ON {ends}.k = r.{quote(header)}"


def _currency_of_cells(
    con: duckdb.DuckDBPyConnection, header: str, name: str, typed: Typed, map_name: str
) -> tuple[str, str]:
    """The SQL of what a money column is in, row by row: what its cells say, else its header; and the join for it.

    ('', '') where neither names a currency: then it is no money, or money of a currency that nobody names.
    """
    named = currency_in(header)
    if typed.type != "number" or not (typed.currencies or named):
        return "", ""
    known = literal(named) if named else "NULL"
    if not typed.currencies:
        return f"CASE WHEN r.{quote(header)} IS NOT NULL THEN {known} END", ""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(map_name)} (k VARCHAR, v VARCHAR)")
    insert_texts(con, map_name, [list(typed.currencies), list(typed.currencies.values())])
    each = quote(map_name)
    return f"coalesce({each}.v, {known})", f"LEFT JOIN {each} ON {each}.k = r.{quote(header)}"
