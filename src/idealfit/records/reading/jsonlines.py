"""JSON: a list of objects, an object that holds one (an API's answer), one object a line, or a list of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.encoding import find_encoding
from idealfit.records.reading.grid import Rows, create_raw_table, finish, load_grid
from idealfit.records.reading.layout import MOST_COLUMNS, Layout, Record
from idealfit.records.reading.raw_table import RawTable, RejectedRow, shorten
from idealfit.store.engine import insert_texts, quote

_LIST_KEYS = ("records", "results", "data", "items", "values", "rows")
_BATCH_ROWS = 10_000
_DEEPEST = 2
"""Objects inside objects become 'owner.name', this deep; what is deeper stays JSON text."""


def read_json(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> RawTable:
    """The table in the JSON file at `path`, loaded into `con`. Raises UnreadableFile where it holds no objects."""
    encoding = find_encoding(path, file)
    text = path.read_bytes().decode(encoding.codec, encoding.errors).lstrip("\ufeff")
    notes: list[str] = [encoding.note] if encoding.note else []
    rejected: list[RejectedRow] = []
    entries = list(_entries(text, file, rejected))
    if entries and all(_is_row(entry) for _, entry in entries):
        return load_grid(con, file, (Record(line, [_text(cell) for cell in entry]) for line, entry in entries), notes)
    objects = [(line, entry) for line, entry in entries if isinstance(entry, dict)]
    for line, entry in entries:
        if not isinstance(entry, dict):
            rejected.append(RejectedRow(file, line, None, shorten(json.dumps(entry)), "no object with named values"))
    if not objects:
        raise UnreadableFile(
            "The JSON holds no list of objects",
            where=Position(file=file),
            remedy='Export it as a list of objects ([{"name": …}, …]), one object a line, or as CSV.',
        )
    return _load(con, file, objects, rejected, notes)


def _entries(text: str, file: str, rejected: list[RejectedRow]) -> Iterator[tuple[int, Any]]:
    """(line or number of the entry, entry)."""
    try:
        whole = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as problem:
        yield from _lines(text, file, rejected, problem)
        return
    if isinstance(whole, dict):
        lists = [key for key in _LIST_KEYS if isinstance(whole.get(key), list)]
        lists = lists or [key for key, value in whole.items() if _is_table(value)]
        whole = whole[lists[0]] if lists else [whole]
    if not isinstance(whole, list):
        whole = [whole]
    yield from enumerate(whole, start=1)


def _is_row(entry: Any) -> bool:
    """Whether it is a list of plain values, as where a table is written as a list of rows, the header first."""
    return isinstance(entry, list) and not any(isinstance(cell, (list, dict)) for cell in entry)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _lines(text: str, file: str, rejected: list[RejectedRow], problem: Exception) -> Iterator[tuple[int, Any]]:
    read = 0
    bad: list[RejectedRow] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            bad.append(RejectedRow(file, number, None, shorten(line), "no JSON"))
            continue
        read += isinstance(entry, dict)
        yield number, entry
    if read < len(bad) or read == 0:
        line_number = problem.lineno if isinstance(problem, json.JSONDecodeError) else None
        raise UnreadableFile(
            f"This is no JSON ({shorten(str(problem))})",
            where=Position(file=file, line=line_number),
            remedy="Export it again; a file that was cut off has to be fetched again.",
        )
    rejected.extend(bad)


def _load(
    con: duckdb.DuckDBPyConnection,
    file: str,
    objects: list[tuple[int, dict[str, Any]]],
    rejected: list[RejectedRow],
    notes: list[str],
) -> RawTable:
    flat = [(line, _flatten(entry)) for line, entry in objects]
    columns: dict[str, str] = {}
    for _, row in flat:
        for key in row:
            columns.setdefault(key.casefold(), key)
    if not columns or len(columns) > MOST_COLUMNS:
        raise UnreadableFile(
            f"The objects have {len(columns)} different names",
            where=Position(file=file),
            remedy="Export a table: the same names in every object.",
        )
    names = tuple(columns.values())
    rows = Rows(file, Layout(names, (), (), 0, 0, ()), lambda _lines, _rows: None, rejected=rejected)
    relation = create_raw_table(con, names)
    try:
        for start in range(0, len(flat), _BATCH_ROWS):
            batch = flat[start : start + _BATCH_ROWS]
            folded = [{key.casefold(): value for key, value in row.items()} for _, row in batch]
            cells = [[row.get(key, "") for row in folded] for key in columns]
            insert_texts(con, relation, cells, numbers=[line for line, _ in batch])
        rows.loaded = len(flat)
        return finish(con, relation, rows, notes)
    except BaseException:
        con.execute(f"DROP TABLE {quote(relation)}")
        raise


def _flatten(entry: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    row: dict[str, str] = {}
    for key, value in entry.items():
        name = f"{prefix}{key}" or "column"
        if isinstance(value, dict) and depth < _DEEPEST:
            row.update(_flatten(value, f"{name}.", depth + 1))
        else:
            row[name] = _text(value)
    return row


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # A lone surrogate can be written in JSON and is no character.
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False) if value else ""
