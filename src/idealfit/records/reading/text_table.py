"""Rows that a database hands over become a raw table: their columns are known, every row has as many cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.grid import Rows, create_raw_table, finish
from idealfit.records.reading.layout import MOST_COLUMNS, Layout
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable
from idealfit.store.engine import insert_texts, quote


def load_texts(
    con: duckdb.DuckDBPyConnection,
    file: str,
    columns: Sequence[str],
    batches: Iterable[Sequence[Sequence[str]]],
    notes: Sequence[str] = (),
) -> RawTable:
    """The raw table `file` of `batches` of rows ('' is an empty cell); its lines are counted from 1.

    Raises UnreadableFile where there are no rows, or too many columns; what `batches` raises passes through, with
    nothing left in `con`.
    """
    if not 0 < len(columns) <= MOST_COLUMNS:
        raise UnreadableFile(
            f"The table has {len(columns)} columns; 1 to {MOST_COLUMNS} are read",
            where=Position(file=file),
            remedy="Give a query (--query) with only the columns that say something about the companies.",
        )
    names = _distinct(columns)
    relation = create_raw_table(con, names)
    loaded = 0
    try:
        for rows in batches:
            lines = range(loaded + 1, loaded + len(rows) + 1)
            insert_texts(con, relation, list(zip(*rows, strict=True)), numbers=lines)
            loaded += len(rows)
        if not loaded:
            raise UnreadableFile(
                "a table without rows", where=Position(file=file), remedy="Nothing is to be done if that is so."
            )
        layout = Layout(names, (), (), 0, 0, ())
        return finish(con, relation, Rows(file, layout, lambda _lines, _rows: None, loaded=loaded), notes)
    except BaseException:
        con.execute(f"DROP TABLE IF EXISTS {quote(relation)}")
        raise


def _distinct(columns: Sequence[str]) -> tuple[str, ...]:
    """The names, a repeated one (case aside) numbered: a query may name a column twice."""
    taken = {LINE_COLUMN}
    names = []
    for position, raw in enumerate(columns, start=1):
        base = " ".join(raw.split()) or f"column_{position}"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
