"""Where a table lies among rows of cells: what stands before it, which row is the header, its column names."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.raw_table import LINE_COLUMN, shorten

MOST_COLUMNS = 4_096
_MOST_PREAMBLE = 60
_TYPED = re.compile(
    r"""(?P<date>\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?([T ]\d{1,2}:\d{2}\S*(\s?[AaPp][Mm])?)?)
      | (?P<number>[+-]?[$€£¥]?\s?\d[\d.,' ]*\s?%?[$€£¥]? | [+-]?\d+(\.\d+)?[eE][+-]?\d+)
      | (?P<time>\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)
      | (?P<email>[\w.+-]+@[\w.-]+\.\w{2,})
      | (?P<address>https?://\S+)
      | (?P<phone>[+(]?\d[\d() .+-]{6,})
      | (?P<uuid>[0-9a-fA-F]{8}-[0-9a-fA-F-]{27})
      | (?P<flag>true|false)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_TYPED = 200
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_./-]{5,}")
_HEADER_WORD = re.compile(
    r"\b(id|name|date|type|status|stage|amount|email|e-mail|phone|domain|website|url|country|city|state|region|industry|"
    r"owner|source|created|closed|updated|value|revenue|employees|number|code|title|company|account|deal|description)\b",
    re.IGNORECASE,
)
_UNSEEN = str.maketrans(dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060\x00"))


class Record(NamedTuple):
    """One row as it came: the line where it begins, its cells, and what is wrong with it (or '')."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Layout:
    """Where the table is: the names of its columns, how many records come before its data, and what to tell."""

    columns: tuple[str, ...]
    header: tuple[str, ...]
    unnamed: tuple[int, ...]
    skip: int
    typical: int
    notes: tuple[str, ...]
    headerless: bool = False


def find_layout(sample: Sequence[Record], file: str) -> Layout:
    """Header and columns from the first records. Raises UnreadableFile: nothing in it, header only, a short header."""
    rows = [(index, record) for index, record in enumerate(sample) if any(map(str.strip, record.cells))]
    if not rows:
        raise UnreadableFile(
            "The file is empty", where=Position(file=file), remedy="Export it again, or take it out of the folder."
        )
    width = _usual_width([record for _, record in rows])
    if width > MOST_COLUMNS:
        raise UnreadableFile(
            f"The table has {width} columns; {MOST_COLUMNS} is the most that is read",
            where=Position(file=file, line=rows[0][1].line),
            remedy="Export only the columns that say something about the companies.",
        )
    start = _first_full_row([record for _, record in rows], width)
    at, header = rows[start]
    below = [record.cells for _, record in rows[start + 1 :] if not record.problem][:300]
    named = _looks_like_header(header.cells, below)
    _refuse_short_header([record for _, record in rows], start, width, named, file)
    before = [f"{start} line{'s' if start > 1 else ''} before the table left out"] if start else []
    typical = _typical_filled(below, header.cells)
    if not named:
        columns = tuple(f"column_{number}" for number in range(1, width + 1))
        notes = (*before, f"no header line: columns named column_1 to column_{width}")
        return Layout(columns, (), (), at, typical, notes, headerless=True)
    damaged = [record for _, record in rows[start + 1 :] if record.problem]
    if not below and damaged:
        raise UnreadableFile(
            f"No row below the header can be read: {damaged[0].problem}",
            where=Position(file=file, line=damaged[0].line),
            remedy="Export the table again with quotes doubled inside cells, or as Excel.",
        )
    if not below:
        raise UnreadableFile(
            "The file has a header and no rows",
            where=Position(file=file, line=header.line),
            remedy="Export it again with its rows, or take it out of the folder.",
        )
    names, unnamed, told = _column_names(header.cells)
    return Layout(names, tuple(header.cells), unnamed, at + 1, typical, (*before, *told))


def _usual_width(rows: Sequence[Record]) -> int:
    counts = Counter(len(record.cells) for record in rows if not record.problem)
    if not counts:
        return len(rows[0].cells)
    return max(counts.items(), key=lambda item: (item[1], item[0]))[0]


def filled_cells(cells: Iterable[str]) -> int:
    """How many of the cells hold something."""
    return sum(1 for cell in cells if cell and not cell.isspace())


def _first_full_row(rows: Sequence[Record], width: int) -> int:
    """The first row that is filled well enough to be the header (or the first row of data)."""
    enough = 1 if width == 1 else max(2, math.ceil(width * 0.5))
    for index, record in enumerate(rows[:_MOST_PREAMBLE]):
        comment = record.cells[0].lstrip().startswith("#") and len(record.cells) != width
        if filled_cells(record.cells) >= enough and not comment and not record.problem:
            return index
    return 0


def _looks_like_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Names above values: a vote over the columns. Without good evidence to the contrary, yes."""
    votes = 0.0
    years = _are_years(first)
    for position, raw in enumerate(first):
        cell = raw.strip()
        column = [row[position].strip() for row in below if position < len(row) and row[position].strip()]
        kinds = Counter(map(_kind, column))
        kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
        typed = kind != "" and count >= 0.8 * len(column)
        if not cell:
            votes -= 0.25 if column else 0
        elif _kind(cell):
            # A month above amounts is a name; an amount above amounts is none.
            same = not typed or _kind(cell) == kind
            votes += (-1.5 if typed or not column else -0.75) if same and cell not in years else 0.5
        elif typed or _HEADER_WORD.search(cell.replace("_", " ")):
            votes += 1.5
        elif cell in column:
            # In a short table a value may well be named like its column.
            votes -= 1.0 if len(column) >= 20 else 0.45
        elif _all_codes([cell, *column]):
            votes -= 1.0
        elif "_" in cell:
            votes += 0.5
    return votes > -1


def _kind(value: str) -> str:
    """'number', 'date', …; '' for words."""
    match = _TYPED.fullmatch(value) if len(value) <= _LONGEST_TYPED else None
    return (match.lastgroup or "") if match else ""


def _are_years(first: Sequence[str]) -> set[str]:
    """The cells 2019, 2020, 2021 of a row in which years follow each other, as in the header of a table by year."""
    found = [cell.strip() for cell in first if re.fullmatch(r"(19|20)\d\d", cell.strip())]
    numbers = [int(cell) for cell in found]
    in_steps = len(numbers) > 1 and all(abs(after - before) == 1 for before, after in itertools.pairwise(numbers))
    return set(found) if in_steps else set()


def _all_codes(values: Sequence[str]) -> bool:
    """Whether (nearly) all are identifiers such as 'AW00000001'."""
    codes = sum(_CODE.fullmatch(value) is not None for value in values)
    return len(values) > 1 and codes > 0.8 * len(values) and _CODE.fullmatch(values[0]) is not None


def _refuse_short_header(rows: Sequence[Record], start: int, width: int, named: bool, file: str) -> None:
    """A header with fewer names than the rows have cells would shift every column: refused rather than guessed."""
    above = rows[start - 1] if start else None
    if above is not None and not named and above.line == rows[start].line - 1 and 1 < filled_cells(above.cells) < width:
        header, seen = above, width
    elif named and len(rows[start].cells) < width:
        header, seen = rows[start], width
    else:
        return
    if all(filled_cells(record.cells[len(header.cells) :]) == 0 for record in rows[start + 1 :]):
        return
    raise UnreadableFile(
        f"The header names {len(header.cells)} columns and most rows have {seen} cells",
        where=Position(file=file, line=header.line),
        remedy="Add the missing name to the header, or put text that holds the delimiter into quotes.",
    )


def _typical_filled(below: Sequence[Sequence[str]], header: Sequence[str]) -> int:
    whole = [cells for cells in below if len(cells) >= len(header)]  # a short table may have a longer footer
    counts = sorted(filled_cells(cells) for cells in whole or below) or [filled_cells(header)]
    return counts[len(counts) // 2]


def _column_names(header: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...], list[str]]:
    """Names as written, blanks around them taken off; a blank one is 'column_7', a repeated one gets ' (2)'."""
    taken = {LINE_COLUMN}
    names: list[str] = []
    unnamed: list[int] = []
    repeated: list[str] = []
    for position, raw in enumerate(header):
        name = " ".join(raw.translate(_UNSEEN).split())
        if not name:
            unnamed.append(position)
            name = f"column_{position + 1}"
        base, number = name, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        if number > 1:
            repeated.append(name)
        taken.add(name.casefold())
        names.append(name)
    notes = [f"repeated column names numbered: {shorten(', '.join(repeated))}"] if repeated else []
    return tuple(names), tuple(unnamed), notes
