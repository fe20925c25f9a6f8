"""Delimited text files: decoded, cut into records by our own dialect vote, loaded as text.

Python's csv module decides what a record is. A large regular UTF-8 file is then loaded by DuckDB with explicit
settings, and kept only when it found as many rows and characters; else the records themselves are loaded.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import duckdb

from idealfit.records.reading.grid import load_grid
from idealfit.records.reading.large_text import read_large
from idealfit.records.reading.raw_table import RawTable
from idealfit.records.reading.text_file import understand
from idealfit.records.reading.text_records import cut_records

_LARGE_BYTES = 4 << 20
_LONGEST_CELL = 64 << 20


def read_delimited(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> RawTable:
    """The table in the text file at `path`, loaded into `con` under the name `file`. Raises UnreadableFile."""
    csv.field_size_limit(_LONGEST_CELL)
    text = understand(path, file)
    if path.stat().st_size >= _LARGE_BYTES and text.encoding.codec in {"utf-8", "utf-8-sig"}:
        table = read_large(con, text)
        if table is not None:
            return table
    bare: list[int] = []
    table = load_grid(con, file, cut_records(text, bare), text.notes())
    if not bare:
        return table
    told = (
        f"{len(bare)} line{'s' if len(bare) > 1 else ''} with quotes not doubled inside quotes, read as they are meant "
    )
    return replace(table, notes=(*table.notes, told + f"(first: line {bare[0]})"))
