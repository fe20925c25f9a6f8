"""A table as it came: every cell text, every row either loaded or set aside with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LINE_COLUMN = "__line__"
"""The column of a raw relation that holds the line (or sheet row) in the file, from 1."""


@dataclass(frozen=True)
class RejectedRow:
    """A row set aside. `value` is what stood there, shortened."""

    file: str
    line: int
    column: str | None
    value: str
    reason: str


@dataclass(frozen=True)
class RawTable:
    """One table of one file, loaded into a DuckDB connection.

    `file` is the name within the folder that was read ('x.zip/y.csv', 'book.xlsx#Sheet1'). `relation` is the table in
    the connection: the columns `columns`, all VARCHAR with empty cells NULL, after `__line__`. `rows_read` = rows in
    the relation + `rejected`. `content_sha256` is of headers and cells, whatever file they came in. Where the file has
    no header line (`headerless`) the columns are 'column_1', 'column_2', …. Where the cells of a column were made
    readable (an id became the label that another file gives it), `originals` names the column of the relation that has
    the cells as they came.
    """

    file: str
    columns: tuple[str, ...]
    relation: str
    rows_read: int
    rejected: tuple[RejectedRow, ...]
    notes: tuple[str, ...]
    content_sha256: str
    headerless: bool = False
    originals: Mapping[str, str] = field(default_factory=dict)


def shorten(text: str, length: int = 120) -> str:
    """`text` on one line, cut to `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def printable(name: str) -> str:
    """A file's name without control characters, reversed text and bytes that are no text: each becomes '�'."""
    return "".join(character if character.isprintable() else "�" for character in name)


WIDE = 200
"""So many columns are handed over in one file; more would not fit the memory that writing them takes."""


def parts_of(columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The columns of a table as it is handed over, the line first, in parts of at most 200."""
    whole = (LINE_COLUMN, *columns)
    return [whole[start : start + WIDE] for start in range(0, len(whole), WIDE)]


def part_name(name: str, number: int) -> str:
    """The file of the part `number` of a table that is handed over as `name`."""
    return f"{name}.parquet" if number == 0 else f"{name}.{number}.parquet"
