"""One folder of files as they are: every table in them, every file not used with the reason, equal content once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from idealfit.errors import FolderMissing, Position
from idealfit.records.reading.confinement import missing_limits
from idealfit.records.reading.one_file import ARCHIVES
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable, RejectedRow, printable
from idealfit.records.reading.sandbox import InputFile, read_apart
from idealfit.store.engine import quote
from idealfit.store.place import LEDGER_NAME

__all__ = ["LINE_COLUMN", "FolderReading", "RawTable", "RejectedRow", "read_folder"]

_OURS = {".yaml", ".yml"}
_MOST_FILES = 2_000


@dataclass(frozen=True)
class FolderReading:
    """The tables of a folder, by file name; `unused` holds (file, reason) for every file that gave none; `notes` what
    holds for all of them."""

    tables: tuple[RawTable, ...]
    unused: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


def read_folder(
    con: duckdb.DuckDBPyConnection, folder: Path, *, progress: Callable[[str, float], None] | None = None
) -> FolderReading:
    """Every table in `folder` (or in the single file `folder`), loaded into `con` as text by way of a child process.

    Folders inside it are not read (and said). `progress` is called with a file's name and the share done. Raises
    FolderMissing, and ReaderUnavailable where no child can be started; a file that cannot be used is never an error
    here: it stands in `unused`.
    """
    folder = Path(folder)
    # Archives last: what they repeat of plain files need not be read again.
    found = sorted(_files(folder), key=lambda file: (file[0].suffix.lower() in ARCHIVES, file[0].name))
    files = [InputFile(path, printable(path.name), size, asked_for=path == folder) for path, size in found]
    total = sum(file.size for file in files) or 1

    def begin(index: int) -> None:
        if progress is not None:
            progress(files[index].file, sum(file.size for file in files[:index]) / total)

    since: tuple[int, int, float] = (-1, 0, 0.0)

    def seen(index: int, rows: int, share: float) -> None:
        nonlocal since
        if progress is not None:
            if since[0] != index:
                since = index, rows, time.monotonic()
            _index, first_rows, first_at = since
            gone = time.monotonic() - first_at
            pace = round((rows - first_rows) / gone, -3) if gone > 1 else 0
            rate = f", {pace:,.0f} a second" if pace else ""
            done = sum(file.size for file in files[:index]) + files[index].size * share
            progress(f"{files[index].file}: {rows:,} rows{rate}", done / total)

    tables, unused = read_apart(con, files, progress=begin, seen=seen)
    if progress is not None:
        progress("", 1.0)
    return each_once(con, tables, unused)


def _files(folder: Path) -> list[tuple[Path, int]]:
    """What to look at, with sizes. Our own files, hidden ones and workspaces are passed over."""
    where = Position(file=str(folder))
    try:
        if folder.is_file():
            return [(folder, folder.stat().st_size)]
        if not folder.is_dir():
            raise FolderMissing(
                "There is no such folder or file",
                where=where,
                remedy="Check the name; give the folder with your exports.",
            )
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as problem:
        raise FolderMissing(
            f"The folder cannot be read ({problem.strerror})", where=where, remedy="Check its permissions."
        ) from None
    if len(paths) > _MOST_FILES:
        raise FolderMissing(
            f"The folder holds {len(paths)} files; {_MOST_FILES} is the most that is read",
            where=where,
            remedy="Put the exports into a folder of their own.",
        )
    return [(path, _size(path)) for path in paths if not _is_ours(path)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_ours(path: Path) -> bool:
    if path.is_dir():
        return (path / LEDGER_NAME).exists()
    return path.suffix.lower() in _OURS or path.name == "company.json"


def each_once(con: duckdb.DuckDBPyConnection, tables: list[RawTable], unused: list[tuple[str, str]]) -> FolderReading:
    """All of it, equal content once: under the plainest name (a CSV before a zip of it)."""
    kept: dict[str, RawTable] = {}
    renamed: dict[str, str] = {}
    repeated: list[tuple[str, str]] = []
    for table in sorted(tables, key=lambda table: ("/" in table.file, table.file)):
        first = kept.setdefault(table.content_sha256, table)
        if first is not table:
            con.execute(f"DROP TABLE {quote(table.relation)}")
            renamed[f"same content as {table.file}"] = f"same content as {first.file}"
            repeated.append((table.file, f"same content as {first.file}"))
    listed = [(file, renamed.get(reason, reason)) for file, reason in (*unused, *repeated)]
    notes = tuple(note for note in (missing_limits(),) if note)
    return FolderReading(
        tuple(sorted(kept.values(), key=lambda table: table.file)), tuple(sorted(listed)), notes if kept else ()
    )
