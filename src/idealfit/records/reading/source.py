"""One folder of files as they are: every table in them, every file not used with the reason, equal content once."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from idealfit.errors import FolderMissing, InputError, Position, UnreadableFile
from idealfit.records.reading.archive import Member, unpack_gzip, unpack_zip
from idealfit.records.reading.delimited import read_delimited
from idealfit.records.reading.grid import Layout, Rows, create_raw_table, finish
from idealfit.records.reading.jsonlines import read_json
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable, RejectedRow
from idealfit.records.reading.spreadsheet import read_workbook
from idealfit.store.engine import connect, insert_texts, literal, quote
from idealfit.store.place import LEDGER_NAME

__all__ = ["LINE_COLUMN", "FolderReading", "RawTable", "RejectedRow", "read_folder"]

_DELIMITED = {".csv", ".tsv", ".tab", ".psv"}
_JSON = {".json", ".jsonl", ".ndjson"}
_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_ARCHIVES = {".zip", ".gz"}
_PACKED = _ARCHIVES | _WORKBOOKS | {".parquet"}
_READABLE = _DELIMITED | _JSON | _PACKED
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
    reading = _Reading(con)
    files = _files(folder)
    total = sum(size for _, size in files) or 1
    done = 0
    # Archives last: what they repeat of plain files need not be read again.
    for path, size in sorted(files, key=lambda file: (file[0].suffix.lower() in _ARCHIVES, file[0].name)):
        if progress is not None:
            progress(path.name, done / total)
        reading.read(path, _as_text(path.name), asked_for=path == folder)
        done += size
    if progress is not None:
        progress("", 1.0)
    return reading.result()


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


def _as_text(name: str) -> str:
    """A file's name as text that can be printed and written; bytes that are no UTF-8 become '�'."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_ours(path: Path) -> bool:
    if path.is_dir():
        return (path / LEDGER_NAME).exists()
    return path.suffix.lower() in _OURS or path.name == "company.json"


class _Reading:
    """What has been read so far."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._tables: list[RawTable] = []
        self._unused: list[tuple[str, str]] = []
        self._bytes_seen: dict[str, str] = {}

    def read(self, path: Path, file: str, *, asked_for: bool = False) -> None:
        """Take in one file under the name `file`; `asked_for` by name, it is tried whatever its ending."""
        reason = _no_candidate(path, file, asked_for=asked_for)
        if reason:
            self._unused.append((file, reason))
            return
        before = len(self._tables)
        try:
            sha256 = _file_sha256(path)
            if sha256 in self._bytes_seen:
                self._unused.append((file, f"same content as {self._bytes_seen[sha256]}"))
                return
            self._read_by_content(path, file)
        except InputError as problem:
            line = f" (line {problem.where.line})" if problem.where and problem.where.line else ""
            self._unused.append((file, f"{problem.what}{line}. {problem.remedy}"))
        except OSError as problem:
            self._unused.append((file, f"The file cannot be opened ({problem.strerror}). Check its permissions."))
        else:
            if len(self._tables) > before:
                self._bytes_seen[sha256] = file

    def _read_by_content(self, path: Path, file: str) -> None:
        suffix = path.suffix.lower()
        with path.open("rb") as stream:
            head = stream.read(4096)
        _refuse_foreign(head, suffix, file)
        if head.startswith(b"PAR1"):
            self._tables.append(_read_parquet(self._con, path, file))
        elif head.startswith(b"\x1f\x8b"):
            self._unpack(path, file, ".gz")
        elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not _is_workbook(head, suffix):
            self._unpack(path, file, ".zip")
        elif head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
            tables, unused = read_workbook(self._con, path, file)
            self._tables += tables
            self._unused += unused
        elif suffix in _JSON:
            self._tables.append(read_json(self._con, path, file))
        else:
            self._tables.append(read_delimited(self._con, path, file))

    def _unpack(self, path: Path, file: str, kind: str) -> None:
        found = False
        with tempfile.TemporaryDirectory(prefix="idealfit-") as scratch:
            for member in _members(path, file, kind, Path(scratch)):
                found = True
                if not isinstance(member, Member):
                    self._unused.append(member)
                elif member.path.suffix in _ARCHIVES:
                    reason = "an archive inside an archive. Unpack it and point to the folder."
                    self._unused.append((member.name, reason))
                else:
                    self.read(member.path, member.name)
        if not found:
            self._unused.append((file, "the archive is empty"))

    def result(self) -> FolderReading:
        """All of it, equal content once: under the plainest name (a CSV before a zip of it)."""
        kept: dict[str, RawTable] = {}
        renamed: dict[str, str] = {}
        for table in sorted(self._tables, key=lambda table: ("/" in table.file, table.file)):
            first = kept.setdefault(table.content_sha256, table)
            if first is not table:
                self._con.execute(f"DROP TABLE {quote(table.relation)}")
                renamed[f"same content as {table.file}"] = f"same content as {first.file}"
                self._unused.append((table.file, f"same content as {first.file}"))
        self._unused = [(file, renamed.get(reason, reason)) for file, reason in self._unused]
        return FolderReading(tuple(sorted(kept.values(), key=lambda table: table.file)), tuple(sorted(self._unused)))


def _no_candidate(path: Path, file: str, *, asked_for: bool) -> str:
    """Why the file is not even opened; '' where it may hold a table."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return "a folder inside the folder is not read. Give it by itself, or move its files up."
    if not path.is_file():
        return "not a file"
    if file.startswith("~$"):
        return "the lock of a workbook that is open elsewhere"
    if suffix not in _READABLE and not asked_for:
        return f"not a table ({suffix or 'no ending'})"
    return ""


def _file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_workbook(head: bytes, suffix: str) -> bool:
    return suffix in _WORKBOOKS or any(mark in head for mark in _WORKBOOK_MARKS)


def _refuse_foreign(head: bytes, suffix: str, file: str) -> None:
    """Refuse what is plainly no table: pictures, programs, web pages saved under a table's name."""
    where = Position(file=file)
    for mark, kind in _FOREIGN.items():
        if head.startswith(mark):
            raise UnreadableFile(
                f"The file is {kind}", where=where, remedy="Export the table as CSV, Excel or Parquet."
            )
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise UnreadableFile(
            "The file is a web page or XML, not a table",
            where=where,
            remedy="Open it in a spreadsheet and save it as .xlsx or CSV; if it is a login page, export it anew.",
        )
    packed = head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0"))
    if not packed and suffix in _PACKED:
        raise UnreadableFile(
            f"The file is not what its name says ({suffix}): it is empty, damaged or of another kind",
            where=where,
            remedy="Fetch or export it again; if it is really a CSV, rename it.",
        )


def _members(path: Path, file: str, kind: str, scratch: Path) -> Iterator[Member | tuple[str, str]]:
    if kind == ".zip":
        yield from unpack_zip(path, file, scratch)
    else:
        yield unpack_gzip(path, file, scratch)


def _read_parquet(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> RawTable:
    """A Parquet file as text; `__line__` is the row's number."""
    scan = f"read_parquet({literal(str(path.absolute()))}, file_row_number = true)"
    try:
        # A connection of its own, since a member of an archive lies where `con` may not read.
        with connect(path.absolute().parent) as own:
            described = [(str(row[0]), str(row[1])) for row in own.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()]
            described = [(name, kind) for name, kind in described if name != "file_row_number"]
            relation = create_raw_table(con, [name for name, _ in described])
            try:
                loaded = _load_parquet(con, own, scan, relation, described)
            except BaseException:
                con.execute(f"DROP TABLE {quote(relation)}")
                raise
    except duckdb.Error as problem:
        raise UnreadableFile(
            f"The Parquet file cannot be read ({str(problem).splitlines()[0][:100]})",
            where=Position(file=file),
            remedy="Write it again, or export the table as CSV.",
        ) from None
    if loaded == 0:
        con.execute(f"DROP TABLE {quote(relation)}")
        raise UnreadableFile(
            "The file has columns and no rows", where=Position(file=file), remedy="Export it again with its rows."
        )
    layout = Layout(tuple(name for name, _ in described), (), (), 0, 0, ())
    return finish(con, relation, Rows(file, layout, lambda _lines, _rows: None, loaded=loaded), ())


def _load_parquet(
    con: duckdb.DuckDBPyConnection,
    own: duckdb.DuckDBPyConnection,
    scan: str,
    relation: str,
    described: list[tuple[str, str]],
) -> int:
    """Directly where `con` may read the file, else by way of `own`. The number of rows."""
    cells = [f"CAST({_as_json(name, kind)} AS VARCHAR)" for name, kind in described]
    filled = ", ".join(f"coalesce({cell}, '')" for cell in cells)
    direct = ", ".join(f"nullif({cell}, '')" for cell in cells)
    try:
        done = con.execute(f"INSERT INTO {quote(relation)} SELECT file_row_number + 1, {direct} FROM {scan}").fetchone()
        return int(done[0]) if done else 0
    except duckdb.PermissionException:
        cursor = own.execute(f"SELECT {filled} FROM {scan}")
    loaded = 0
    while batch := cursor.fetchmany(20_000):
        numbers = range(loaded + 1, loaded + len(batch) + 1)
        insert_texts(con, relation, list(zip(*batch, strict=True)), numbers=numbers)
        loaded += len(batch)
    return loaded


def _as_json(name: str, kind: str) -> str:
    """Lists and structures as JSON text, which is what typing understands; everything else as it prints."""
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
    return f"to_json({quote(name)})" if nested else quote(name)
