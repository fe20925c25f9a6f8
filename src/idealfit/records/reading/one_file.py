"""One file as it is: what kind it is by its content, the tables in it, and the reason where it gives none."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb

from idealfit.errors import InputError, Position, UnreadableFile
from idealfit.records.reading.archive import Member, unpack_gzip, unpack_zip
from idealfit.records.reading.raw_table import RawTable, shorten

ARCHIVES = {".zip", ".gz"}
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DELIMITED = {".csv", ".tsv", ".tab", ".psv"}
_JSON = {".json", ".jsonl", ".ndjson"}
_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_PACKED = ARCHIVES | _WORKBOOKS | {".parquet"}
_DATABASES = {".sqlite", ".sqlite3", ".db", ".db3"}
_READABLE = _DELIMITED | _JSON | _PACKED | _DATABASES
_WORKBOOK_MARKS = (b"xl/", b"content.xml", b"mimetypeapplication/vnd.oasis")
_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}


class FileReader:
    """Reads files one after another into `con`; what it found stands in `tables` and `unused`.

    `seen` holds the hashes of files read before, with their names; `skip` the names inside archives that are not to be
    opened, with the reason; `scratch` is where archives are unpacked; `begin` hears each name before it is opened. A
    full disk (OSError) and memory that is used up (MemoryError) are no matter of one file alone, and are raised.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        scratch: Path | None = None,
        *,
        seen: dict[str, str] | None = None,
        skip: Mapping[str, str] | None = None,
        begin: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._con = con
        self._scratch = scratch
        self._begin = begin
        self._skip = skip or {}
        self.seen = {} if seen is None else seen
        self.tables: list[RawTable] = []
        self.unused: list[tuple[str, str]] = []

    def read(self, path: Path, file: str, *, asked_for: bool = False) -> None:
        """Take in one file under the name `file`; `asked_for` by name, it is tried whatever its ending."""
        reason = self._skip.get(file) or _no_candidate(path, file, asked_for=asked_for)
        if reason:
            self.unused.append((file, reason))
            return
        self._begin(file)
        before = len(self.tables)
        try:
            sha256 = _file_sha256(path)
            if sha256 in self.seen:
                self.unused.append((file, f"same content as {self.seen[sha256]}"))
                return
            self._read_by_content(path, file)
        except InputError as problem:
            line = f" (line {problem.where.line})" if problem.where and problem.where.line else ""
            self.unused.append((file, f"{problem.what}{line}. {problem.remedy}"))
        except OSError as problem:
            if problem.errno in DISK_FULL:
                raise
            self.unused.append((file, f"The file cannot be opened ({problem.strerror}). Check its permissions."))
        except duckdb.OutOfMemoryException:
            raise MemoryError from None
        except MemoryError:
            raise
        except Exception as problem:  # whatever a reader stumbles over costs its own file, and is told
            self.unused.append((file, _fault(problem)))
        else:
            if len(self.tables) > before:
                self.seen[sha256] = file

    def _read_by_content(self, path: Path, file: str) -> None:
        suffix = path.suffix.lower()
        with path.open("rb") as stream:
            head = stream.read(4096)
        _refuse_foreign(head, suffix, file)
        # Each reader is imported when a file needs it: the child that reads starts for every import.
        if head.startswith(b"PAR1"):
            from idealfit.records.reading.parquet import read_parquet

            self.tables.append(read_parquet(self._con, path, file))
        elif head.startswith(b"\x1f\x8b"):
            self._unpack(path, file, ".gz")
        elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not _is_workbook(head, suffix):
            self._unpack(path, file, ".zip")
        elif head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
            from idealfit.records.reading.spreadsheet import read_workbook

            tables, unused = read_workbook(self._con, path, file)
            self.tables += tables
            self.unused += unused
        elif head.startswith(b"SQLite format 3\x00"):
            from idealfit.records.reading.database import read_sqlite

            tables, unused = read_sqlite(self._con, path, file)
            self.tables += tables
            self.unused += unused
        elif suffix in _JSON:
            from idealfit.records.reading.jsonlines import read_json

            self.tables.append(read_json(self._con, path, file))
        else:
            from idealfit.records.reading.delimited import read_delimited

            self.tables.append(read_delimited(self._con, path, file))

    def _unpack(self, path: Path, file: str, kind: str) -> None:
        found = False
        with tempfile.TemporaryDirectory(prefix="unpacked-", dir=self._scratch) as folder:
            for member in _members(path, file, kind, Path(folder)):
                found = True
                if not isinstance(member, Member):
                    self.unused.append(member)
                elif member.path.suffix in ARCHIVES:
                    reason = "an archive inside an archive. Unpack it and point to the folder."
                    self.unused.append((member.name, reason))
                else:
                    self.read(member.path, member.name)
        if not found:
            self.unused.append((file, "the archive is empty"))


def _fault(problem: Exception) -> str:
    said = shorten(f"{type(problem).__name__}: {problem}", 100)
    return f"the reader failed on it ({said}): our fault, please report it. Save it anew as CSV (UTF-8) to go on."


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
        kind = next((words for words, endings in _NO_TABLES.items() if suffix in endings), None)
        said = f"{kind}, not a table. Export the table as CSV, Excel or Parquet."
        return said if kind else f"not a table ({suffix or 'no ending'})"
    return ""


_NO_TABLES = {
    "a PDF": (".pdf",),
    "a picture": (".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".svg", ".tif", ".tiff", ".bmp"),
    "a text document": (".doc", ".docx", ".odt", ".rtf", ".pages"),
    "a presentation": (".ppt", ".pptx", ".odp", ".key"),
    "a workbook of Numbers": (".numbers",),
}
"""What people hand over by mistake, by its ending."""


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
    database = head.startswith(b"SQLite format 3\x00")
    if (not packed and suffix in _PACKED) or (not database and suffix in _DATABASES):
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
