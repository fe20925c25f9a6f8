"""Delimited text files: decoded, cut into records by our own dialect vote, loaded as text.

Python's csv module decides what a record is. A large regular UTF-8 file is then loaded by DuckDB with explicit
settings, and kept only when it found as many rows and characters; else the records themselves are loaded.
"""

from __future__ import annotations

import csv
import itertools
import re
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.dialect import Dialect
from idealfit.records.reading.grid import (
    SAMPLE_ROWS,
    Record,
    Rows,
    create_raw_table,
    find_layout,
    finish,
    load_grid,
    sort_rows,
    take,
)
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable
from idealfit.records.reading.text_file import TextFile, understand
from idealfit.store.engine import literal, quote

_LARGE_BYTES = 4 << 20
_LONGEST_RECORD_LINES = 20_000
_MOST_MENDED = 200
_MENDED_SHARE = 0.05
_LONGEST_CELL = 64 << 20


def read_delimited(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> RawTable:
    """The table in the text file at `path`, loaded into `con` under the name `file`. Raises UnreadableFile."""
    csv.field_size_limit(_LONGEST_CELL)
    text = understand(path, file)
    if path.stat().st_size >= _LARGE_BYTES and text.encoding.codec in {"utf-8", "utf-8-sig"}:
        table = _read_large(con, text)
        if table is not None:
            return table
    bare: list[int] = []
    table = load_grid(con, file, _records(text, bare), text.notes())
    if not bare:
        return table
    told = (
        f"{len(bare)} line{'s' if len(bare) > 1 else ''} with quotes not doubled inside quotes, read as they are meant "
    )
    return replace(table, notes=(*table.notes, told + f"(first: line {bare[0]})"))


class _Lines:
    """Lines that can be given back, counted; `taken` holds those of the record being read."""

    def __init__(self, lines: Iterator[str], first: int) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.next_line = first
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.next_line += 1
        self.taken.append(line)
        if len(self.taken) > _LONGEST_RECORD_LINES:
            raise csv.Error("record too long")
        return line

    def give_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.next_line -= len(lines)
        self.taken = []


def _records(text: TextFile, bare: list[int]) -> Iterator[Record]:
    """The records of the file. A quote that is opened and never closed costs its own line, not the rest of the file.

    `bare` takes the lines whose quotes inside quotes were not doubled.
    """
    lines = _Lines(text.lines(), 1 + text.skip)
    options = text.dialect.reader_options()
    reader = csv.reader(lines, **options)
    read = mended = 0
    while True:
        start = lines.next_line
        lines.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        if cells is not None and _is_whole(lines.taken, text.dialect):
            read += 1
            if len(lines.taken) == 1 and _has_odd_cell(lines.taken[0], cells, text.dialect):
                meant = _cut_at_delimiters(lines.taken[0], text.dialect)
                bare += [start] if meant else []
                cells = meant or cells
            yield Record(start, cells)
            continue
        meant = _cut_at_delimiters(lines.taken[0], text.dialect)
        if meant and len(meant) > 1:
            bare.append(start)
            lines.give_back(lines.taken[1:])
            reader = csv.reader(lines, **options)
            yield Record(start, meant)
            continue
        mended += 1
        if mended > _MOST_MENDED and mended > _MENDED_SHARE * read:
            raise UnreadableFile(
                f"{mended} lines open a quote and do not close it",
                where=Position(file=text.file, line=start),
                remedy="Export the table again with quotes doubled inside cells, or as Excel.",
            )
        first = lines.taken[0]
        lines.give_back(lines.taken[1:])
        reader = csv.reader(lines, **options)
        yield Record(start, [first.strip()], "a quote is opened and not closed properly")


def _is_whole(lines: list[str], dialect: Dialect) -> bool:
    """Whether the lines are one record, which is in doubt where quotes cross lines or do not come in pairs."""
    if len(lines) == 1 and not (dialect.quote and lines[0].count(dialect.quote) % 2):
        return True
    try:
        found = list(csv.reader(lines, **dialect.reader_options(strict=True)))
    except csv.Error:
        return False
    return len(found) == 1


def _has_odd_cell(line: str, cells: list[str], dialect: Dialect) -> bool:
    """Whether a cell kept a quote that nothing doubled, as where quotes inside quotes stand bare."""
    mark = dialect.quote
    if not mark or mark not in line:
        return False
    return any(cell.count(mark) % 2 if mark * 2 in line else mark in cell for cell in cells)


def _cut_at_delimiters(line: str, dialect: Dialect) -> list[str] | None:
    """The cells of a line whose quotes inside cells are not doubled: quotes close where a delimiter or the end follows.

    None where the line obeys the rules, or where that makes no sense of it either.
    """
    try:
        for _ in csv.reader([line], **dialect.reader_options(strict=True)):
            return None
    except csv.Error:
        pass
    mark, end = re.escape(dialect.quote), re.escape(dialect.delimiter)
    blank = " ?" if dialect.skip_blank else ""
    text = line.rstrip("\r\n")
    pattern = rf"{blank}(?:{mark}(.*?){mark}(?={end}|$)|((?!{mark})[^{end}]*))(?:{end}|$)"
    cells: list[str] = []
    position = 0
    while position <= len(text):
        found = re.compile(pattern).match(text, position)
        if found is None:
            return None
        cells.append(
            found.group(2) if found.group(1) is None else found.group(1).replace(dialect.quote * 2, dialect.quote)
        )
        position = found.end()
        if position == len(text) and not found.group().endswith(dialect.delimiter):
            return cells
    return [*cells, ""]


def _read_large(con: duckdb.DuckDBPyConnection, text: TextFile) -> RawTable | None:
    """By DuckDB, when the file is regular and DuckDB agrees with the csv module; else None."""
    if not text.plain:
        return None
    records = _records(text, [])
    sample = take(records, SAMPLE_ROWS)
    layout = find_layout(sample, text.file)
    numbers = array("q")
    characters = 0

    def count(lines: list[int], rows: list[list[str]]) -> None:
        nonlocal characters
        numbers.extend(lines)
        characters += sum(len("".join(row)) for row in rows)

    rows = Rows(text.file, layout, count)
    sort_rows(itertools.chain(sample[layout.skip :], records), rows)
    if not rows.regular or not numbers:
        return None
    relation = create_raw_table(con, layout.columns)
    try:
        _copy_in(con, text, relation, layout.columns, numbers)
        if _counts(con, relation, layout.columns) == (rows.loaded, characters):
            return finish(con, relation, rows, text.notes())
    except duckdb.Error:
        # Not allowed to read there, or of another opinion than the csv module: the records are loaded themselves.
        pass
    con.execute(f"DROP TABLE {quote(relation)}")
    return None


def _copy_in(
    con: duckdb.DuckDBPyConnection, text: TextFile, relation: str, columns: tuple[str, ...], numbers: array[int]
) -> None:
    kinds = ", ".join(f"{literal(f'c{position}')}: 'VARCHAR'" for position in range(len(columns)))
    scan = (
        f"read_csv({literal(str(text.path))}, auto_detect = false, header = false, skip = {numbers[0] - 1},"
        f" delim = {literal(text.dialect.delimiter)}, quote = {literal(text.dialect.quote)},"
        f" escape = {literal(text.dialect.quote)}, nullstr = '', max_line_size = 16777216, columns = {{{kinds}}})"
    )
    import numpy as np  # heavy, and needed by large files only

    con.register("raw_lines", {"line": np.frombuffer(numbers, dtype=np.int64)})
    try:
        con.execute(f"INSERT INTO {quote(relation)} SELECT * FROM raw_lines POSITIONAL JOIN (SELECT * FROM {scan})")
    finally:
        con.unregister("raw_lines")


def _counts(con: duckdb.DuckDBPyConnection, relation: str, columns: tuple[str, ...]) -> tuple[int, int]:
    lengths = " + ".join(f"coalesce(sum(length({quote(name)})), 0)" for name in columns)
    found = con.execute(f"SELECT count({quote(LINE_COLUMN)}), count(*), {lengths} FROM {quote(relation)}").fetchone()
    if found is None or found[0] != found[1]:
        return -1, -1
    return int(found[1]), int(found[2])
