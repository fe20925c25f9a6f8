"""A delimited text file, understood before its records are cut: encoding, line ends, dialect, what stands around."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from idealfit.records.reading.dialect import Dialect, dialect_score, find_dialect, separator_line
from idealfit.records.reading.encoding import Encoding, find_encoding

_SAMPLE_CHARACTERS = 200_000
_SAMPLE_LINES = 600
_LONG_MARKS = ("|~|", "~|~", "|^|", "^|^", "||", "::", ";;", "~~", "^^", "@@", "##", "<>", "\t|\t", ", ")
"""Delimiters of several characters that exports are known to have."""
_STAND_IN = "\x1f"
_RARE_ENDS = ("\x1e", "\u2028", "\x85")
"""What ends records in texts that have no line ends at all."""
_NAMES = {",": "comma", "\t": "tab", " ": "blank", "\x1f": "unit separator", "\x01": "control-A"}


@dataclass(frozen=True)
class TextFile:
    """A delimited file, understood: `skip` lines ('sep=;') come before its records.

    `mark` is a delimiter of several characters, which stands in the dialect as one. `end` ends records where line ends
    do not. In a `wrapped` file every record is one quoted cell, which holds the record.
    """

    path: Path
    file: str
    encoding: Encoding
    dialect: Dialect
    skip: int = 0
    mark: str = ""
    end: str = ""
    wrapped: bool = False

    @property
    def plain(self) -> bool:
        """Whether the bytes of the file are its records as they are, in a dialect that every reader understands."""
        usual = self.dialect.quote and not self.dialect.escape and not self.dialect.skip_blank
        return bool(usual) and not (self.mark or self.end or self.wrapped)

    def lines(self) -> Iterator[str]:
        """Its lines, ends kept: \\n, \\r\\n and \\r each end one."""
        with self.path.open("rb") as raw:
            stream = io.TextIOWrapper(raw, self.encoding.codec, self.encoding.errors, newline="")
            yield from self.prepared(line for number, line in enumerate(stream) if number >= self.skip)

    def prepared(self, lines: Iterable[str]) -> Iterator[str]:
        """`lines` of the file as the csv module can take them."""
        if self.end:
            lines = (part + "\n" for line in lines for part in line.split(self.end))
        if self.wrapped:
            lines = _unwrapped(lines)
        if self.mark:
            lines = (line.replace(self.mark, _STAND_IN) for line in lines)
        return iter(lines)

    def notes(self) -> list[str]:
        """What a person should know of how it was read."""
        told = [self.encoding.note] if self.encoding.note else []
        if self.wrapped:
            told.append("every line was one quoted cell: the quotes around the lines were taken off")
        if self.mark or self.dialect.delimiter != ",":
            told.append(f"delimiter {self.mark or _NAMES.get(self.dialect.delimiter, repr(self.dialect.delimiter))}")
        if self.dialect.quote == "'":
            told.append("single quotes around cells")
        if self.dialect.escape:
            told.append("backslash before quotes inside cells")
        return told


def understand(path: Path, file: str) -> TextFile:
    """How the text at `path` is written. Raises UnreadableFile where it is empty or no text."""
    text = TextFile(path, file, find_encoding(path, file), Dialect())
    sample = _sample(text)
    end = next((end for end in _RARE_ENDS if len(sample) == 1 and sample[0].count(end) > 1), "")
    text = replace(text, end=end)
    sample = list(text.prepared(sample))
    delimiter = separator_line(sample[0]) if sample else None
    text = replace(text, skip=1 if delimiter else 0)
    sample = sample[text.skip :]
    if _is_wrapped(sample):
        text = replace(text, wrapped=True)
        sample = list(text.prepared(sample))
    known = delimiter or ("\t" if path.suffix.lower() in {".tsv", ".tab"} and any("\t" in s for s in sample) else None)
    dialect = find_dialect(sample, known)
    mark = "" if known else _long_mark(sample, dialect)
    if mark:
        dialect = find_dialect([line.replace(mark, _STAND_IN) for line in sample], _STAND_IN)
    return replace(text, dialect=dialect, mark=mark)


def _sample(text: TextFile) -> list[str]:
    sample: list[str] = []
    size = 0
    for line in text.lines():
        sample.append(line)
        size += len(line)
        if size > _SAMPLE_CHARACTERS or len(sample) >= _SAMPLE_LINES:
            break
    return sample


def _long_mark(lines: list[str], dialect: Dialect) -> str:
    """A delimiter of several characters that makes a better table than `dialect` does; '' where none does."""
    best, best_score = "", dialect_score(lines, dialect) + 0.02
    for mark in _LONG_MARKS:
        filled = [line for line in lines if line.strip()]
        if sum(mark in line for line in filled) < 0.8 * len(filled) or any(_STAND_IN in line for line in filled):
            continue
        replaced = [line.replace(mark, _STAND_IN) for line in lines]
        score = dialect_score(replaced, find_dialect(replaced, _STAND_IN))
        if score > best_score:
            best, best_score = mark, score
    return best


def _is_wrapped(lines: list[str]) -> bool:
    """Whether every record is one quoted cell with delimiters in it, from the header on."""
    filled = [line for line in lines if line.strip()]
    if len(filled) < 2 or not filled[0].startswith('"') or not filled[0].rstrip("\r\n").endswith('"'):
        return False
    try:
        records = [row for row in csv.reader(lines, strict=True) if row]
    except csv.Error as problem:
        if "unexpected end" not in str(problem):
            return False
        records = [row for row in csv.reader(lines) if row]
    if any(len(row) > 1 for row in records[:-1]) or len(records) < 2:
        return False
    inside = [row[0] + "\n" for row in records]
    dialect = find_dialect(inside)
    counts = [line.count(dialect.delimiter) for line in inside]
    return counts[0] > 0 and dialect.delimiter != " " and all(count >= counts[0] for count in counts[:-1])


def _unwrapped(lines: Iterable[str]) -> Iterator[str]:
    for row in csv.reader(lines):
        yield from io.StringIO("".join(row) + "\n", newline="\n")
