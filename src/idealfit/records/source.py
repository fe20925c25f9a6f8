"""One folder of files as they are: every table found in them, every file not used with the reason, equal content once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from idealfit.errors import FolderMissing, InputError, Position, UnreadableFile
from idealfit.records.archive import Member, unpack_gzip, unpack_zip
from idealfit.records.delimited import read_delimited
from idealfit.records.jsonlines import read_json
from idealfit.records.raw_table import LINE_COLUMN, RawTable, RejectedRow
from idealfit.records.spreadsheet import read_workbook
from idealfit.store.engine import connect, insert_texts, literal, quote
from idealfit.store.place import LEDGER_NAME

__all__ = ["LINE_COLUMN", "FolderReading", "RawTable", "RejectedRow", "read_folder"]

_DELIMITED = {".csv", ".tsv", ".tab", ".psv"}
_JSON = {".json", ".jsonl", ".ndjson"}
_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_OURS = {".yaml", ".yml"}
_MOST_FILES = 2_000
_WORKBOOK_MARKS = (b"xl/", b"content.xml", b"mimetypeapplication/vnd.oasis")
_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database file",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}

_Found = tuple[list[RawTable], list[tuple[str, str]]]


@dataclass(frozen=True)
class FolderReading:
    """The tables of a folder, by file name; `unused` holds (file, reason) for every file that gave none."""

    tables: tuple[RawTable, ...]
    unused: tuple[tuple[str, str], ...]


def read_folder(
    con: duckdb.DuckDBPyConnection, folder: Path, *, progress: Callable[[str, float], None] | None = None
) -> FolderReading:
    """Every table in `folder` (or in the single file `folder`), loaded into `con` as text.

    Folders inside it are not read (and said). `progress` is called with a file's name and the share done. Raises
    FolderMissing; a file that cannot be used is never an error here: it stands in `unused`.
    """
    folder = Path(folder)
    files = _files(folder)
    total = sum(size for _, size in files) or 1
    done = 0
    tables: list[RawTable] = []
    unused: list[tuple[str, str]] = []
    for path, size in files:
        if progress is not None:
            progress(path.name, done / total)
        found, refused = _read_file(con, path, path.name, asked_for=path == folder)
        tables += found
        unused += refused
        done += size
    if progress is not None:
        progress("", 1.0)
    kept, repeated = _once(con, tables)
    return FolderReading(tuple(kept), tuple(sorted([*unused, *repeated])))


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


def _read_file(con: duckdb.DuckDBPyConnection, path: Path, file: str, *, asked_for: bool = False) -> _Found:
    try:
        return _read_by_content(con, path, file, asked_for=asked_for)
    except InputError as problem:
        line = f" (line {problem.where.line})" if problem.where and problem.where.line else ""
        return [], [(file, f"{problem.what}{line}. {problem.remedy}")]
    except OSError as problem:
        return [], [(file, f"The file cannot be opened ({problem.strerror}). Check its permissions.")]


def _read_by_content(con: duckdb.DuckDBPyConnection, path: Path, file: str, *, asked_for: bool) -> _Found:
    if path.is_dir():
        return [], [(file, "a folder inside the folder is not read. Give it by itself, or move its files up.")]
    if not path.is_file():
        return [], [(file, "not a file")]
    suffix = path.suffix.lower()
    readable = suffix in _DELIMITED | _JSON | _WORKBOOKS | {".zip", ".gz", ".parquet"}
    if file.startswith("~$"):
        return [], [(file, "the lock of a workbook that is open elsewhere")]
    if not readable and not asked_for:
        return [], [(file, f"not a table ({suffix or 'no ending'})")]
    with path.open("rb") as stream:
        head = stream.read(4096)
    for mark, kind in _FOREIGN.items():
        if head.startswith(mark):
            raise UnreadableFile(
                f"The file is {kind}", where=Position(file=file), remedy="Export the table as CSV, Excel or Parquet."
            )
    if head.startswith(b"PAR1"):
        return [_read_parquet(con, path, file)], []
    if head.startswith(b"\x1f\x8b"):
        return _read_packed(con, path, file, suffix)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        is_workbook = suffix in _WORKBOOKS or any(mark in head for mark in _WORKBOOK_MARKS)
        return read_workbook(con, path, file) if is_workbook else _read_packed(con, path, file, ".zip")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return read_workbook(con, path, file)
    return _read_text(con, path, file, suffix, head)


def _read_text(con: duckdb.DuckDBPyConnection, path: Path, file: str, suffix: str, head: bytes) -> _Found:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").lower()
    if suffix in {".zip", ".gz", ".parquet"}:
        raise UnreadableFile(
            f"The file is not what its name says ({suffix}): it is damaged or empty",
            where=Position(file=file),
            remedy="Fetch or export it again.",
        )
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise UnreadableFile(
            "The file is a web page or XML, not a table",
            where=Position(file=file),
            remedy="Open it in a spreadsheet and save it as .xlsx or CSV; a login page in its place means export it anew.",
        )
    if suffix in _JSON:
        return [read_json(con, path, file)], []
    return [read_delimited(con, path, file)], []


def _read_packed(con: duckdb.DuckDBPyConnection, path: Path, file: str, suffix: str) -> _Found:
    tables: list[RawTable] = []
    unused: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="idealfit-") as scratch:
        for member in _members(path, file, suffix, Path(scratch)):
            if not isinstance(member, Member):
                unused.append(member)
            elif member.path.suffix in {".zip", ".gz"}:
                unused.append((member.name, "an archive inside an archive. Unpack it and point to the folder."))
            else:
                found, refused = _read_file(con, member.path, member.name)
                tables += found
                unused += refused
    if not tables and not unused:
        unused.append((file, "the archive is empty"))
    return tables, unused


def _members(path: Path, file: str, suffix: str, scratch: Path) -> Iterator[Member | tuple[str, str]]:
    if suffix == ".zip":
        yield from unpack_zip(path, file, scratch)
    else:
        yield unpack_gzip(path, file, scratch)


def _read_parquet(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> RawTable:
    """A Parquet file as text; `__line__` is the row's number."""
    # Its own connection, since a member of an archive lies where `con` may not read.
    from idealfit.records.grid import Layout, Rows, create_raw_table, finish

    scan = f"read_parquet({literal(str(path.absolute()))})"
    try:
        with connect(path.absolute().parent) as own:
            described = own.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
            names = tuple(str(row[0]) for row in described)
            cells = ", ".join(
                f"coalesce(CAST({_as_json(str(row[0]), str(row[1]))} AS VARCHAR), '')" for row in described
            )
            cursor = own.execute(f"SELECT {cells} FROM {scan}")
            relation = create_raw_table(con, names)
            rows = Rows(file, Layout(names, (), (), 0, 0, ()), lambda _lines, _rows: None)
            while batch := cursor.fetchmany(20_000):
                numbers = range(rows.loaded + 1, rows.loaded + len(batch) + 1)
                insert_texts(con, relation, list(zip(*batch, strict=True)), numbers=numbers)
                rows.loaded += len(batch)
    except duckdb.Error as problem:
        raise UnreadableFile(
            f"The Parquet file cannot be read ({str(problem).splitlines()[0][:100]})",
            where=Position(file=file),
            remedy="Write it again, or export the table as CSV.",
        ) from None
    if rows.loaded == 0:
        con.execute(f"DROP TABLE {quote(relation)}")
        raise UnreadableFile(
            "The file has columns and no rows", where=Position(file=file), remedy="Export it again with its rows."
        )
    return finish(con, relation, rows, ())


def _as_json(name: str, kind: str) -> str:
    """Lists and structures as JSON text, which is what typing understands; everything else as it prints."""
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
    return f"to_json({quote(name)})" if nested else quote(name)


def _once(con: duckdb.DuckDBPyConnection, tables: list[RawTable]) -> tuple[list[RawTable], list[tuple[str, str]]]:
    """Equal content is kept once: the plainest name (a CSV before the zip of it)."""
    kept: dict[str, RawTable] = {}
    repeated: list[tuple[str, str]] = []
    for table in sorted(tables, key=lambda table: ("/" in table.file, table.file)):
        first = kept.setdefault(table.content_sha256, table)
        if first is not table:
            con.execute(f"DROP TABLE {quote(table.relation)}")
            repeated.append((table.file, f"same content as {first.file}"))
    return sorted(kept.values(), key=lambda table: table.file), repeated
