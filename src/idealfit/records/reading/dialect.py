"""How a delimited text is written: our own vote over delimiter, quote, escape and the blank after a delimiter.

Every combination that the sample could mean is tried; the best one makes rows of one width, cells that look like
values, and leaves no quotes at the edges of cells. An engine's own sniffing loses headers and rows, silently.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

_DELIMITERS = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 1.0,
    "\x1f": 1.0,
    "\x01": 1.0,
    "~": 0.9,
    "^": 0.9,
    "¦": 0.9,
    "§": 0.9,
    ":": 0.6,
    " ": 0.45,
}
_PLAIN = re.compile(
    r"""[+-]?[$€£¥]?\s?\d[\d.,' ]*\s?%?[$€£¥]?      # numbers, money, shares
      | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2})?\S*)?  # dates
      | \d{1,2}:\d{2}(:\d{2})?
      | [\w.+-]+@[\w.-]+\.\w+                         # e-mail addresses
      | (https?://)?[\w-]+(\.[\w-]+)+(/\S*)?          # hosts
      | [\w&'().#/+-]+(\s[\w&'().,#/+-]+){0,5}        # a few words
    """,
    re.VERBOSE,
)
_HABIT = 0.2
_SEP_LINE = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How cells are set apart. Without `quote` nothing is quoted; a doubled quote is one, unless `escape` is set."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_blank: bool = False

    def reader_options(self, *, strict: bool = False) -> dict[str, Any]:
        """The same, as Python's csv module takes it."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote or None,
            "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            "doublequote": not self.escape,
            "escapechar": self.escape or None,
            "skipinitialspace": self.skip_blank,
            "strict": strict,
        }


def separator_line(line: str) -> str | None:
    """The delimiter that Excel's first line 'sep=;' names; None where `line` is no such line."""
    match = _SEP_LINE.match(line.rstrip("\r\n"))
    return match.group(1) if match else None


def find_dialect(lines: list[str], delimiter: str | None = None) -> Dialect:
    """The dialect that makes the most regular table of `lines` (a sample, line ends kept); `delimiter` where known."""
    best, best_score = Dialect(delimiter or ","), -1.0
    for dialect in _candidates(lines, delimiter):
        score = _score(lines, dialect)
        if score > best_score + 1e-9:
            best, best_score = dialect, score
    return best


def dialect_score(lines: list[str], dialect: Dialect) -> float:
    """0 to 1: how regular a table `lines` make in this dialect."""
    return _score(lines, dialect)


def _candidates(lines: list[str], delimiter: str | None) -> list[Dialect]:
    text = "".join(lines)
    delimiters = [delimiter] if delimiter else [mark for mark in _DELIMITERS if mark in text]
    if not delimiter and set(delimiters) <= {" ", ":"}:
        delimiters.append(",")  # one column of words
    quotes = [mark for mark in ('"', "'") if mark in text] or ['"']
    if quotes == ["'"]:
        quotes = ['"', "'"]
    if sum(line.count('"') % 2 for line in lines) > _HABIT * len(lines):
        quotes.append("")  # quotes that nothing closes, line after line, quote nothing
    found = []
    for mark, quote in itertools.product(delimiters or [","], quotes):
        blanks = (False, True) if quote and f"{mark} {quote}" in text and mark != " " else (False,)
        escapes = ("", "\\") if quote and "\\" + quote in text else ("",)
        found += [Dialect(mark, quote, escape, blank) for escape, blank in itertools.product(escapes, blanks)]
    return found


def _score(lines: list[str], dialect: Dialect) -> float:
    """0 to 1: agreement of widths, times the shares of cells that look like values and that have no stray quotes."""
    try:
        rows = [row for row in csv.reader(lines, **dialect.reader_options()) if any(row)]
    except csv.Error:
        return 0.0
    if not rows:
        return 0.0
    widths = Counter(len(row) for row in rows)
    width, agreeing = max(widths.items(), key=lambda item: (item[1] * (1 if item[0] == 1 else 1.5), item[0]))
    cells = [cell for row in rows[:300] for cell in row if cell]
    odd = sum(_has_stray_quote(cell, dialect) for cell in cells)
    broken = sum("\n" in cell or "\r" in cell for cell in cells)
    plain = sum(len(cell) <= 200 and _PLAIN.fullmatch(cell.strip()) is not None for cell in cells)
    total = max(1, len(cells))
    agreement = agreeing / len(rows)
    # One column always agrees with itself: it wins only where no delimiter makes a table.
    shape = 0.12 if width == 1 else agreement**1.5 * (1 - 0.3 / width) * _DELIMITERS.get(dialect.delimiter, 1.0)
    worth = shape * (0.5 + 0.5 * plain / total) * (1 - odd / total) ** 2 * (1 - 0.5 * broken / total)
    # Where all is equal the usual way is right.
    if broken and _breaks_rules(lines, dialect):
        worth *= 0.6
    if dialect.delimiter in " :" and len(rows[0]) < width:
        worth *= 0.2  # names of one word above values of several are one column
    usual = dialect.quote == '"' and not dialect.escape
    return worth * (1.0 if usual else 0.97 if dialect.quote else 0.85)


def _breaks_rules(lines: list[str], dialect: Dialect) -> bool:
    """Whether quotes close in the middle of a cell; that the sample ends inside one breaks no rule."""
    try:
        for _ in csv.reader(lines, **dialect.reader_options(strict=True)):
            pass
    except csv.Error as problem:
        return "unexpected end" not in str(problem)
    return False


def _has_stray_quote(cell: str, dialect: Dialect) -> bool:
    trimmed = cell.strip()
    for mark in ('"', "'"):
        if len(trimmed) > 1 and trimmed[0] == mark and trimmed[-1] == mark:
            return True
        # Where a backslash marks the quotes inside a cell, a cell may well begin with one.
        begins = trimmed.startswith(mark) and not dialect.escape
        if mark == dialect.quote and (begins or trimmed.count(mark) % 2 == 1):
            return True
    return bool(dialect.quote and not dialect.escape and "\\" + dialect.quote in cell)
