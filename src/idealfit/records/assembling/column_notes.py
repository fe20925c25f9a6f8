"""What happened to the values of one column, as sentences: cells left empty, words read as no value, ranges, dates."""

from __future__ import annotations

import duckdb

from idealfit.accounts.column_type import Typed
from idealfit.accounts.missing import MISSING_ANYWHERE, propose_words
from idealfit.records.counted import counted
from idealfit.records.mapping import ColumnMapping
from idealfit.records.reading.raw_table import LINE_COLUMN, shorten
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.store.engine import insert_texts, quote

_ORDERS = {"dmy": "day-month-year", "mdy": "month-day-year", "ydm": "year-day-month"}
_KINDS = {"timestamp": "a date", "boolean": "a yes or no"}
_EXAMPLES = 3


def lines_of(
    con: duckdb.DuckDBPyConnection, profile: FileProfile, header: str, texts: list[str], most: int
) -> list[tuple[int, str]]:
    """The first `most` (line, text) of a file where `header` has one of `texts`."""
    con.execute("CREATE OR REPLACE TEMP TABLE texts_to_find (k VARCHAR)")
    insert_texts(con, "texts_to_find", [texts])
    return con.execute(
        f"SELECT r.{quote(LINE_COLUMN)}, r.{quote(header)} FROM {quote(profile.raw.relation)} r "
        f"WHERE r.{quote(header)} IN (SELECT k FROM texts_to_find) ORDER BY 1 LIMIT {int(most)}"
    ).fetchall()


def column_notes(
    con: duckdb.DuckDBPyConnection, profile: FileProfile, header: str, column: ColumnMapping, typed: Typed
) -> list[str]:
    """What a person should know of how a column's values were read."""
    where = f"{profile.file}, '{header}'"
    notes = []
    if typed.bad:
        examples = ", ".join(repr(shorten(text, 30)) for text in list(typed.bad)[:_EXAMPLES])
        kind = _KINDS.get(typed.type, f"a {typed.type}")
        notes.append(
            f"{where}: left empty, for {kind} cannot be read from them: {counted(sum(typed.bad.values()), 'cell')} "
            f"({examples})"
        )
    notes += _missing_notes(profile, where, header, column, typed)
    if typed.spans:
        rows = sum(profile.counts[header][text] for text in typed.spans)
        notes.append(
            f"{where}: {counted(rows, 'range')} read as the middle (open ones as the lower end); both ends stand "
            "beside it"
        )
    if typed.damaged:
        examples = ", ".join(
            f"{text!r} as {typed.spans[text][0]:.0f}-{typed.spans[text][1]:.0f}"
            for text in list(typed.damaged)[:_EXAMPLES]
        )
        notes.append(
            f"{where}: {sum(typed.damaged.values())} cells are bands that a spreadsheet had turned into dates "
            f"({examples}), since the other values are bands"
        )
    if typed.type in ("date", "timestamp"):
        notes += _date_notes(con, profile, where, header, typed)
    return notes


def _missing_notes(profile: FileProfile, where: str, header: str, column: ColumnMapping, typed: Typed) -> list[str]:
    words = {text: rows for text, rows in typed.missing.items() if text.strip().lower() not in MISSING_ANYWHERE}
    notes = []
    if words:
        told = ", ".join(
            f"{shorten(text, 30)!r} ({rows:,}{': ' + typed.reasons[text] if text in typed.reasons else ''})"
            for text, rows in list(words.items())[:4]
        )
        notes.append(f"{where}: read as no value: {told}")
    if column.missing is not None and typed.type == "text":
        proposed = propose_words(profile.counts[header], blanks=profile.rows - profile.known(header))
        new = [word for word in proposed if word.text not in typed.missing]
        if new:
            told = ", ".join(f"{word.text!r} ({word.rows})" for word in new[:4])
            notes.append(f"{where}: kept as values, since the mapping's 'missing' does not name them: {told}")
    return notes


def _date_notes(
    con: duckdb.DuckDBPyConnection, profile: FileProfile, where: str, header: str, typed: Typed
) -> list[str]:
    notes = []
    if typed.order in _ORDERS:
        how = "decided from all values" if typed.order_sure else "which no value decides"
        notes.append(f"{where}: dates read as {_ORDERS[typed.order]}, {how}")
    if typed.mixed and typed.order in _ORDERS:
        found = lines_of(con, profile, header, list(typed.mixed)[:200], _EXAMPLES)
        told = ", ".join(f"line {line}: {text!r}" for line, text in found)
        both = sum(rows for text, rows in typed.bad.items() if text not in typed.mixed)
        left = f"; {both} cells that could be either were left empty" if both else ""
        notes.append(
            f"{where}: mixes the orders of day and month: {sum(typed.mixed.values())} cells are not "
            f"{_ORDERS[typed.order]} and were read the other way ({told}){left}"
        )
    if typed.serials:
        notes.append(f"{where}: {counted(typed.serials, 'number')} read as days counted as spreadsheets do, since 1900")
    if typed.firsts:
        notes.append(f"{where}: {typed.firsts} cells name a month, week or quarter only and stand for its first day")
    return notes
