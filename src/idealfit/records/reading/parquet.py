"""Parquet files: every column as text, lists and structures as JSON."""

from __future__ import annotations

from pathlib import Path

import duckdb

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.grid import Rows, create_raw_table, finish
from idealfit.records.reading.layout import Layout
from idealfit.records.reading.raw_table import RawTable
from idealfit.store.engine import literal, quote


def read_parquet(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> RawTable:
    """The Parquet file at `path`, which `con` may read, loaded as text; `__line__` is the row's number.

    Raises UnreadableFile.
    """
    scan = f"read_parquet({literal(str(path.absolute()))}, file_row_number = true)"
    relation = ""
    try:
        described = [(str(row[0]), str(row[1])) for row in con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()]
        described = [(name, kind) for name, kind in described if name != "file_row_number"]
        relation = create_raw_table(con, [name for name, _ in described])
        cells = ", ".join(f"nullif(CAST({_as_json(name, kind)} AS VARCHAR), '')" for name, kind in described)
        done = con.execute(f"INSERT INTO {quote(relation)} SELECT file_row_number + 1, {cells} FROM {scan}").fetchone()
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, UnicodeEncodeError) as problem:
        if relation:
            con.execute(f"DROP TABLE {quote(relation)}")
        raise UnreadableFile(
            f"The Parquet file cannot be read ({str(problem).splitlines()[0][:100]})",
            where=Position(file=file),
            remedy="Write it again under a plain name, or export the table as CSV.",
        ) from None
    loaded = int(done[0]) if done else 0
    if loaded == 0:
        con.execute(f"DROP TABLE {quote(relation)}")
        raise UnreadableFile(
            "The file has columns and no rows", where=Position(file=file), remedy="Export it again with its rows."
        )
    layout = Layout(tuple(name for name, _ in described), (), (), 0, 0, ())
    return finish(con, relation, Rows(file, layout, lambda _lines, _rows: None, loaded=loaded), ())


def _as_json(name: str, kind: str) -> str:
    """Lists and structures as JSON text, which is what typing understands; everything else as it prints."""
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
    return f"to_json({quote(name)})" if nested else quote(name)
