"""Records cut from the lines of a text by Python's csv module, which decides what a record is.

Where quotes are wrong they are mended if their meaning is plain, and cost their own line if it is not.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.dialect import Dialect
from idealfit.records.reading.layout import Record
from idealfit.records.reading.text_file import TextFile

_LONGEST_RECORD_LINES = 20_000
_MOST_MENDED = 200
_MENDED_SHARE = 0.05


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


def cut_records(text: TextFile, bare: list[int]) -> Iterator[Record]:
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
