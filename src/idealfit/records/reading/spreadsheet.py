"""Excel and OpenDocument workbooks: every visible sheet is a table; cells become the text that a person would read."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.archive import check_zip
from idealfit.records.reading.grid import load_grid
from idealfit.records.reading.layout import Record
from idealfit.records.reading.raw_table import RawTable, shorten

_EXACT_DIGITS = 1e15
"""A spreadsheet keeps fifteen digits of a number: a longer identifier has lost its end."""


def read_workbook(
    con: duckdb.DuckDBPyConnection, path: Path, file: str
) -> tuple[list[RawTable], list[tuple[str, str]]]:
    """The tables of the workbook, loaded into `con`, and (sheet, reason) for sheets that are none.

    Raises UnreadableFile when it cannot be opened as a workbook at all.
    """
    with path.open("rb") as stream:
        zipped = stream.read(2) == b"PK"
    if zipped:
        check_zip(path, file)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as problem:
        raise _unreadable(file, problem) from None
    tables: list[RawTable] = []
    unused: list[tuple[str, str]] = []
    with workbook:
        kinds = {sheet.name: sheet for sheet in workbook.sheets_metadata}
        for name in workbook.sheet_names:
            label = f"{file}#{name}"
            if kinds[name].typ != SheetTypeEnum.WorkSheet:
                unused.append((label, "a chart or macro sheet, not a table"))
                continue
            if kinds[name].visible != SheetVisibleEnum.Visible:
                unused.append((label, "a hidden sheet. Unhide it in the workbook to use it."))
                continue
            try:
                tables.append(_read_sheet(con, workbook, name, label))
            except UnreadableFile as problem:
                unused.append((label, f"{problem.what}. {problem.remedy}"))
    return tables, unused


def _read_sheet(con: duckdb.DuckDBPyConnection, workbook: CalamineWorkbook, name: str, label: str) -> RawTable:
    try:
        sheet = workbook.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as problem:
        raise _unreadable(label, problem) from None
    lost = [0]
    table = load_grid(con, label, _records(rows, lost))
    if not lost[0]:
        return table
    warning = f"{lost[0]} number{'s' if lost[0] > 1 else ''} of more than 15 digits: the spreadsheet has lost their end"
    return replace(table, notes=(*table.notes, warning))


def _records(rows: list[list[Any]], lost: list[int]) -> Iterator[Record]:
    for number, row in enumerate(rows, start=1):
        cells = [_text(value, lost) for value in row]
        yield Record(number, cells)


def _text(value: Any, lost: list[int]) -> str:
    """What the cell shows: 7 and not 7.0, a date without midnight, TRUE and FALSE."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if abs(value) >= _EXACT_DIGITS:
            lost[0] += 1
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return "" if value is None else str(value)


def _unreadable(file: str, problem: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"The workbook cannot be opened ({shorten(str(problem))})",
        where=Position(file=file),
        remedy="Open it in a spreadsheet and save it anew as .xlsx or CSV, without a password.",
    )
