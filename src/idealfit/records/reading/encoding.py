"""Which encoding a text file is in: a mark at its start, UTF-8 if every byte agrees, else the likeliest code page."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.code_page import find_code_page

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20
_BINARY_SHARE = 0.02
_CONTROL = re.compile(rb"[\x02-\x08\x0e-\x19\x1c-\x1e\x7f]")
_MULTI_BYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Encoding:
    """A codec, how it treats bytes that do not fit (`errors`), and what a person should know of it (or '')."""

    codec: str
    errors: str = "strict"
    note: str = ""


def find_encoding(path: Path, file: str) -> Encoding:
    """The encoding of the text at `path`. Raises UnreadableFile where it is empty or no text at all."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(
            "The file is empty",
            where=Position(file=file),
            remedy="Export it again, or take it out of the folder.",
        )
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return _checked(Encoding(codec), path, file)
    wide = _utf16_without_mark(head)
    if wide:
        return _checked(Encoding(wide, note=f"read as {wide}"), path, file)
    _refuse_binary(head, file)
    if _decodes(path, "utf-8"):
        return Encoding("utf-8")
    return _not_utf8(path)


def _checked(encoding: Encoding, path: Path, file: str) -> Encoding:
    if _decodes(path, encoding.codec):
        return encoding
    if encoding.codec == "utf-8-sig":
        return _not_utf8(path, marked=True)
    raise UnreadableFile(
        f"The file begins as {encoding.codec.upper()} and does not go on so: it is damaged or cut off",
        where=Position(file=file),
        remedy="Export it again, best as 'CSV UTF-8'.",
    )


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a zero in every second byte."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > 0.7 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.7 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


def _refuse_binary(head: bytes, file: str) -> None:
    controls = len(_CONTROL.findall(head))
    if controls > max(3, _BINARY_SHARE * len(head)) or head.count(0) > max(8, 0.1 * len(head)):
        raise UnreadableFile(
            "The file holds bytes that are no text: it is not a table, whatever its name says",
            where=Position(file=file),
            remedy="Export the table as CSV (UTF-8) or Excel; a damaged download has to be fetched again.",
        )


def _not_utf8(path: Path, *, marked: bool = False) -> Encoding:
    """Old code pages, and UTF-8 with a few foreign bytes in it."""
    good, bad, sample = _odd_lines(path)
    if marked or (good > 0 and good >= 10 * bad) or (good >= 10 and good >= 3 * bad):
        codec = "utf-8-sig" if marked else "utf-8"
        note = f"UTF-8 except {bad} byte{'s' if bad != 1 else ''}, read as cp1252"
        return Encoding(codec, "cp1252-byte", note)
    codec = find_code_page(sample)
    if not _decodes(path, codec):
        codec = "cp1252" if _decodes(path, "cp1252") else "latin-1"
    return Encoding(codec, note=_unsure(codec))


def _unsure(codec: str) -> str:
    return f"not UTF-8: read as {codec}, please check names with accents"


def _odd_lines(path: Path) -> tuple[int, int, bytes]:
    """UTF-8 sequences of several bytes, bytes outside them, and a sample of the lines that hold either."""
    good = bad = 0
    sample: list[bytes] = []
    size = 0
    with path.open("rb") as stream:
        for line in stream:
            if line.isascii():
                continue
            sequences = [found for found in _MULTI_BYTE.findall(line) if _is_utf8(found)]
            good += len(sequences)
            bad += len(_HIGH_BYTE.findall(line)) - sum(map(len, sequences))
            if size < _SAMPLE_BYTES:
                sample.append(line[:4096])
                size += len(sample[-1])
    return good, bad, b"".join(sample)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decodes(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


def _as_cp1252(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return problem.object[problem.start : problem.start + 1].decode("cp1252", errors="replace"), problem.start + 1


codecs.register_error("cp1252-byte", _as_cp1252)
