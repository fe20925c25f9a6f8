"""DuckDB as the engine: in memory, shut in to the folders it is given, its settings locked.

Nothing of a user's reaches it as SQL text: values are bound, names pass `quote`, paths pass `literal`.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from idealfit.errors import Position, WorkspaceDamaged
from idealfit.records.tables import DUCKDB_TYPES, TABLES, Table
from idealfit.store.place import Place
from idealfit.store.scratch import scratch_root

_SEPARATORS = ("\x1f", "\x1e", "\x1d", "\x1c", "\ue000")
_BATCH_CELLS = 400_000


def connect(
    *folders: Path, memory: str = "2GB", threads: int | None = None, files: Sequence[Path] = ()
) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that may read and write in `folders` (and below) and in our scratch folders only,
    and single `files`.

    UTC, no extensions, no network, no Python variables as tables; `register` works. `memory` caps its buffers.
    """
    con = duckdb.connect()
    folders = (*folders, scratch_root())
    allowed = sorted({str(path) for folder in folders for path in (Path(folder).absolute(), Path(folder).resolve())})
    spill = Path(tempfile.gettempdir()) / f"idealfit-spill-{os.getpid()}"
    settings = [
        "SET TimeZone = 'UTC'",
        f"SET memory_limit = {literal(memory)}",
        f"SET temp_directory = {literal(str(spill))}",
        "SET enable_progress_bar = false",
        "SET python_enable_replacements = false",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        f"SET allowed_paths = [{', '.join(literal(str(path.absolute())) for path in files)}]",
        f"SET allowed_directories = [{', '.join(literal(path + os.sep) for path in allowed)}]",
        "SET enable_external_access = false",
    ]
    if threads is not None:
        settings.insert(0, f"SET threads = {int(threads)}")
    for setting in [*settings, "SET lock_configuration = true"]:
        con.execute(setting)
    return con


def quote(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as an SQL string, for the places where DuckDB takes no bound value (paths in views, settings)."""
    return "'" + text.replace("'", "''") + "'"


def empty_table_sql(table: Table) -> str:
    """A query without rows that has the canonical columns of `table`."""
    columns = ", ".join(f"NULL::{DUCKDB_TYPES[kind]} AS {quote(name)}" for name, kind in table.columns.items())
    return f"SELECT {columns} WHERE false"


def load_tables(con: duckdb.DuckDBPyConnection, place: Place, paths: Mapping[str, Path] | None = None) -> None:
    """One view per canonical table over the workspace's current snapshots, or over those at `paths`.

    A table that the workspace lacks is empty, a canonical column that a snapshot lacks is NULL; other columns are kept.
    Raises WorkspaceDamaged where a snapshot that the ledger names is gone or unreadable.
    """
    from idealfit.store.snapshots import current_paths  # it needs `literal` and `quote` from here

    paths = current_paths(place) if paths is None else paths
    for name, table in TABLES.items():
        source = _snapshot_sql(con, table, paths[name]) if name in paths else empty_table_sql(table)
        con.execute(f"CREATE OR REPLACE VIEW {quote(name)} AS {source}")


def _snapshot_sql(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> str:
    scan = f"read_parquet({literal(str(path))})"
    try:
        present = {row[0].lower() for row in con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}
    except duckdb.Error as problem:
        raise WorkspaceDamaged(
            f"The current snapshot of '{table.name}' cannot be read",
            where=Position(file=str(path)),
            remedy="Restore the workspace folder from a backup, or run 'idealfit build' again.",
        ) from problem
    missing = [
        f"NULL::{DUCKDB_TYPES[kind]} AS {quote(column)}"
        for column, kind in table.columns.items()
        if column not in present
    ]
    return f"SELECT {', '.join(['*', *missing])} FROM {scan}"


def insert_texts(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int] | None = None,
) -> None:
    """Append rows given column by column to `table`, whose columns are VARCHAR; '' becomes NULL.

    `numbers`, when given, fills a BIGINT column that comes first. About a microsecond a cell: each column travels as
    one joined text, where an array of Python objects takes forty times as long.
    """
    height = len(columns[0]) if columns else 0
    step = max(1, _BATCH_CELLS // max(1, len(columns)))
    for start in range(0, height, step):
        chunk = [column[start : start + step] for column in columns]
        separator = _separator(chunk)
        # A text a column and not a value a cell: to bind a value costs 0.1 ms, since optional packages are looked for.
        bound = [separator.join(column) for column in chunk]
        parts = [f"nullif(unnest(string_split(?, {literal(separator)})), '')"] * len(bound)
        if numbers is not None:
            bound.insert(0, " ".join(map(str, numbers[start : start + step])))
            parts.insert(0, "CAST(unnest(string_split(?, ' ')) AS BIGINT)")
        con.execute(f"INSERT INTO {quote(table)} SELECT {', '.join(parts)}", bound)


def _separator(columns: Sequence[Sequence[str]]) -> str:
    """A text that occurs in no cell and cannot arise where two cells meet."""
    for separator in _SEPARATORS:
        if not any(separator in cell for column in columns for cell in column):
            return separator
    everything = set(itertools.chain.from_iterable(itertools.chain.from_iterable(columns)))
    return next(chr(code) for code in range(0xF0000, 0x10FFFE) if chr(code) not in everything)
