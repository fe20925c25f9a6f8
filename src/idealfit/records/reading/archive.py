"""Zip and gzip files: the directory is looked at first, limits hold while inflating, names inside are only shown.

Members are written under names of our own in a folder of our own, so that no name in an archive ever becomes a path.
"""

from __future__ import annotations

import gzip
import itertools
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from idealfit.errors import ArchiveRefused, Position
from idealfit.records.reading.raw_table import printable, shorten

MOST_ENTRIES = 2_000
MOST_INFLATED = 4 << 30
MOST_RATIO = 100
_HARMLESS_BYTES = 1 << 20
"""What any file may inflate to, whatever its ratio: a megabyte of blanks harms nobody."""
_CHUNK_BYTES = 1 << 20
_END_BYTES = 66_000
_LONGEST_ENTRY = 2_000
_MANY = 0xFFFF
_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}


@dataclass(frozen=True)
class Member:
    """One file out of an archive: its name as it may be shown, and where it lies now."""

    name: str
    path: Path


def check_zip(path: Path, file: str) -> None:
    """Look at the directory of a zip (or an .xlsx). Raises ArchiveRefused: too many, too big, overlapping, damaged."""
    _checked_entries(path, file)


def _checked_entries(path: Path, file: str) -> list[zipfile.ZipInfo]:
    where = Position(file=file)
    _refuse_long_directory(path, where)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeDecodeError, ValueError) as problem:
        raise ArchiveRefused(
            f"The archive is damaged ({shorten(str(problem))})", where=where, remedy="Fetch or export it again."
        ) from None
    if len(entries) > MOST_ENTRIES:
        raise _too_many(f"{len(entries)} files", where)
    packed, inflated = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
    size = path.stat().st_size
    if inflated > MOST_INFLATED or _bomb(inflated, min(packed, size)):
        raise ArchiveRefused(
            f"The archive would inflate from {size:,} to {inflated:,} bytes, more than {MOST_RATIO} : 1 or 4 GB",
            where=where,
            remedy="If you trust it, unpack it yourself and point to the folder.",
        )
    spans = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
    if any(end > following for (_, end), (following, _) in itertools.pairwise(spans)):
        raise ArchiveRefused(
            "Files in the archive overlap: it was made to harm", where=where, remedy="Do not use it; ask its sender."
        )
    return entries


def _refuse_long_directory(path: Path, where: Position) -> None:
    """Look at the end of the archive, which tells the length of its directory, before that is read."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _END_BYTES))
        end = stream.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 16:
        return
    count, length = struct.unpack_from("<H", end, at + 10)[0], struct.unpack_from("<I", end, at + 12)[0]
    if count > MOST_ENTRIES or length > MOST_ENTRIES * _LONGEST_ENTRY:
        raise _too_many("more than 65,000 files" if count == _MANY else f"{count} files", where)


def _too_many(told: str, where: Position) -> ArchiveRefused:
    return ArchiveRefused(
        f"The archive holds {told}; {MOST_ENTRIES} is the most that is read",
        where=where,
        remedy="Unpack it and point to the folder with the tables.",
    )


def _bomb(inflated: int, packed: int) -> bool:
    return inflated > max(_HARMLESS_BYTES, MOST_RATIO * packed)


def unpack_zip(path: Path, file: str, into: Path) -> Iterator[Member | tuple[str, str]]:
    """Each file of the zip, unpacked into the folder `into`, or (name, reason) for one that cannot be.

    Raises ArchiveRefused for the archive as a whole.
    """
    entries = _checked_entries(path, file)
    budget = MOST_INFLATED
    with zipfile.ZipFile(path) as archive:
        for number, entry in enumerate(entries):
            name = f"{file}/{_shown(entry.filename)}"
            if entry.is_dir() or "__MACOSX/" in entry.filename:
                continue
            if entry.flag_bits & 1:
                yield name, "it is encrypted. Unpack it with its password and point to the folder."
                continue
            if entry.compress_type not in _PLAIN_METHODS:
                yield name, "it is packed in a way that is not read here. Unpack it and point to the folder."
                continue
            target = into / f"member_{number}{_suffix(entry.filename)}"
            limit = min(budget, max(_HARMLESS_BYTES, MOST_RATIO * entry.compress_size))
            try:
                with archive.open(entry) as source:
                    budget -= _inflate(source, target, limit, name)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as problem:
                _raise_full_disk(problem)
                target.unlink(missing_ok=True)
                yield name, f"it is damaged ({shorten(str(problem))}). Fetch the archive again."
                continue
            yield Member(name, target)
            target.unlink(missing_ok=True)


def unpack_gzip(path: Path, file: str, into: Path) -> Member:
    """The file inside a .gz. Raises ArchiveRefused."""
    inner = file.removesuffix(".gz")
    target = into / f"member_0{_suffix(inner)}"
    limit = min(MOST_INFLATED, max(_HARMLESS_BYTES, MOST_RATIO * path.stat().st_size))
    try:
        with gzip.open(path) as source:
            _inflate(source, target, limit, file)
    except (OSError, EOFError, zlib.error) as problem:
        _raise_full_disk(problem)
        raise ArchiveRefused(
            f"The archive is damaged ({shorten(str(problem))})",
            where=Position(file=file),
            remedy="Fetch or export it again.",
        ) from None
    return Member(f"{file}/{Path(inner).name}", target)


def _raise_full_disk(problem: Exception) -> None:
    """A full disk is no fault of the archive; gzip's own errors carry no number."""
    if isinstance(problem, OSError) and problem.errno is not None:
        raise problem


def _inflate(source: IO[bytes] | gzip.GzipFile, target: Path, limit: int, file: str) -> int:
    """Copy, counting; the directory of an archive may lie about sizes. The number of bytes."""
    written = 0
    with target.open("wb") as stream:
        while chunk := source.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > limit:
                raise ArchiveRefused(
                    f"The archive inflates to more than {limit:,} bytes, beyond {MOST_RATIO} : 1 or 4 GB",
                    where=Position(file=file),
                    remedy="If you trust it, unpack it yourself and point to the folder.",
                )
            stream.write(chunk)
    return written


def _shown(name: str) -> str:
    """A member's name as it may be printed: one line, no control characters, no reversed text."""
    return shorten(printable(name), 160)


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= 9 else ""
