"""A large regular text, loaded by the engine with explicit settings, and kept only where it found what others found.

The first part is read by the csv module too, cell by cell; of the rest the records are counted in its bytes, and rows
that need judgement (without values, the header once more, footers) are looked for. Where anything differs the caller
reads the records themselves.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator
from typing import Any

import duckdb

from idealfit.records.reading.grid import (
    SAMPLE_ROWS,
    TAIL_ROWS,
    Rows,
    create_raw_table,
    finish,
    footer_reason,
    sort_rows,
    take,
)
from idealfit.records.reading.layout import Record, find_layout
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable
from idealfit.records.reading.record_starts import find_record_starts
from idealfit.records.reading.text_file import TextFile
from idealfit.records.reading.text_records import cut_records
from idealfit.store.engine import literal, quote

JUDGED_CHARACTERS = 16 << 20
_LONGEST_LINE = 16 << 20
"""Left to itself the engine holds sixteen such lines at a time in a buffer, a quarter of a gigabyte each: two do not
fit into what the reader may take."""


def read_large(con: duckdb.DuckDBPyConnection, text: TextFile) -> RawTable | None:
    """The table of a regular UTF-8 text, loaded by the engine; None where the records have to be read one by one."""
    if not text.plain or text.dialect.quote != '"' or not text.dialect.delimiter.isascii():
        return None
    starts = find_record_starts(text.path, text.dialect.delimiter)
    if starts is None:
        return None
    records = cut_records(text, [])
    sample = take(records, SAMPLE_ROWS)
    layout = find_layout(sample, text.file)
    numbers = array("q")
    characters = 0

    def count(lines: list[int], rows: list[list[str]]) -> None:
        nonlocal characters
        numbers.extend(lines)
        characters += sum(len("".join(row)) for row in rows)

    rows = Rows(text.file, layout, count)
    sort_rows(_judged(itertools.chain(sample[layout.skip :], records)), rows)
    if not rows.regular or not numbers:
        return None
    starts = starts[starts >= numbers[0]]
    if len(starts) < len(numbers) or list(starts[: len(numbers)]) != list(numbers):
        return None
    relation = create_raw_table(con, layout.columns)
    try:
        _copy_in(con, text, relation, layout.columns, starts)
        judged = _judged_counts(con, relation, layout.columns, numbers[-1]) == (len(numbers), characters)
        if judged and _rest_is_regular(con, relation, rows, len(starts)):
            rows.loaded = len(starts)
            return finish(con, relation, rows, text.notes())
    except (duckdb.Error, UnicodeEncodeError):
        # Not allowed to read there, or of another opinion than the csv module: the records are loaded themselves.
        pass
    con.execute(f"DROP TABLE {quote(relation)}")
    return None


def _judged(records: Iterator[Record]) -> Iterator[Record]:
    characters = 0
    for record in records:
        yield record
        characters += sum(map(len, record.cells)) + len(record.cells)
        if characters > JUDGED_CHARACTERS:
            return


def _copy_in(
    con: duckdb.DuckDBPyConnection, text: TextFile, relation: str, columns: tuple[str, ...], starts: Any
) -> None:
    kinds = ", ".join(f"{literal(f'c{position}')}: 'VARCHAR'" for position in range(len(columns)))
    scan = (
        f"read_csv({literal(str(text.path))}, auto_detect = false, header = false, skip = {int(starts[0]) - 1},"
        f" delim = {literal(text.dialect.delimiter)}, quote = {literal(text.dialect.quote)},"
        f" escape = {literal(text.dialect.quote)}, nullstr = '', max_line_size = {_LONGEST_LINE},"
        f" buffer_size = {2 * _LONGEST_LINE}, columns = {{{kinds}}})"
    )
    con.register("raw_lines", {"line": starts})
    try:
        con.execute(f"INSERT INTO {quote(relation)} SELECT * FROM raw_lines POSITIONAL JOIN (SELECT * FROM {scan})")
    finally:
        con.unregister("raw_lines")


def _judged_counts(
    con: duckdb.DuckDBPyConnection, relation: str, columns: tuple[str, ...], last: int
) -> tuple[int, int]:
    """Rows and characters in the part that was read twice."""
    lengths = " + ".join(f"coalesce(sum(length({quote(name)})), 0)" for name in columns)
    where = f"WHERE {quote(LINE_COLUMN)} <= {last}"
    found = con.execute(f"SELECT count(*), {lengths} FROM {quote(relation)} {where}").fetchone()
    return (int(found[0]), int(found[1])) if found else (-1, -1)


def _rest_is_regular(con: duckdb.DuckDBPyConnection, relation: str, rows: Rows, count: int) -> bool:
    """Whether the engine found `count` rows, each on a line, and none that would have been set aside or left out."""
    layout = rows.layout
    line, first = quote(LINE_COLUMN), quote(layout.columns[0])
    cells = ", ".join(map(quote, layout.columns))
    again = " AND ".join(
        f"{quote(name)} IS NOT DISTINCT FROM nullif(?, '')"
        for name, _ in zip(layout.columns, layout.header, strict=False)
    )
    ruled = f"regexp_full_match({first}, '[-=_+:|~*\\s]{{3,}}')"
    found = con.execute(
        f"SELECT count(*), count({line}), count(*) FILTER ({first} IS NULL AND trim(concat_ws('', {cells})) = ''),"
        f" count(*) FILTER ({again or 'false'}), count(*) FILTER ({ruled}) FROM {quote(relation)}",
        list(layout.header),
    ).fetchone()
    if found is None or found != (count, count, 0, 0, 0):
        return False
    tail = con.execute(f"SELECT {line}, {cells} FROM {quote(relation)} ORDER BY 1 DESC LIMIT {TAIL_ROWS}").fetchall()
    records = [Record(row[0], [cell or "" for cell in row[1:]]) for row in tail]
    return not footer_reason(records[0], len(layout.columns), rows)
