"""Writing CSV that no spreadsheet takes for formulas, and reading such a cell back.

A text that begins, after blanks, with a sign that a spreadsheet acts on gets an apostrophe before it; so does a text
that already begins with apostrophes and such a sign, so that taking one apostrophe off again is always right. Every
field is quoted, quotes are doubled, lines end with LF, the encoding is UTF-8. Numbers are no text and keep their sign.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

TRIGGERS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet calculate, or start a new cell (OWASP, CSV injection), and the full-width forms."""
GUARD = "'"
BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
ACTS = f"^{GUARD}*[{BLANKS}]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
"""A text that acts, with or without guards before it; the same pattern serves Python and the engine."""
_ACTS = re.compile(ACTS)


def guarded(text: str) -> str:
    """`text` as a cell that stays text: with an apostrophe before it where it needs one."""
    return GUARD + text if _ACTS.match(text) else text


def unguarded(cell: str) -> str:
    """The text behind a guarded cell: `unguarded(guarded(t)) == t` for every text."""
    return cell[1:] if cell.startswith(GUARD) and _ACTS.match(cell) else cell


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write `rows` under the header `columns`; returns how many rows. NULL is an empty cell.

    Dates are ISO 8601, booleans true and false, lists and dictionaries JSON. The file is written where it is told to
    be: whoever needs it whole or not at all writes aside and renames.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([guarded(column) for column in columns])
        for row in rows:
            writer.writerow([cell(value) for value in row])
            count += 1
    return count


def cell(value: object) -> str:  # noqa: PLR0911 - one case a kind of value
    """`value` as the text of a cell."""
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case bool():
            return "true" if value else "false"
        case float():
            return "" if math.isnan(value) else _number(value)
        case int() | Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case list() | tuple() | dict():
            return guarded(json.dumps(value, ensure_ascii=False, default=_plain, separators=(",", ":")))
        case _:
            return guarded(str(value))


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)
