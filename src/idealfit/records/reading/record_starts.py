"""Where the records of a large regular text begin, found in its bytes: a count that owes nothing to the engine's.

Quotes are paired, and each must open behind a delimiter and close before one; line ends count outside quotes.
Whatever is odd (a bare quote, an empty line, a carriage return alone, a NUL, a cell guarded against formulas) makes the
file one for the slow reader.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from idealfit.records.reading.pace import seen

_CHUNK_BYTES = 16 << 20
PART_DONE = 0.4
"""So much of the reading is done when the records have been counted; the engine loads them afterwards."""
_QUOTE, _LF, _CR, _GUARD, _EQUALS = 34, 10, 13, 39, 61
_FORMULAS = (*b"=+-@\t\r\n0123456789", 0xEF)
_BOM = b"\xef\xbb\xbf"


def find_record_starts(path: Path, delimiter: str) -> Any | None:
    """The lines (from 1) on which records begin, as an array of 64-bit numbers; None where the file is not regular.

    For text in UTF-8 with '"' as its quote, doubled inside cells, and a delimiter of one byte.
    """
    import numpy as np  # heavy, and needed by large files only

    mark = ord(delimiter)
    starts = [np.array([1], dtype=np.int64)]
    line, parity, ends_crlf = 1, 0, -1
    before = np.array([_LF, _LF], dtype=np.uint8)
    size = max(1, path.stat().st_size)
    with path.open("rb") as stream:
        if stream.read(len(_BOM)) != _BOM:
            stream.seek(0)
        carried = b""
        while True:
            chunk = stream.read(_CHUNK_BYTES)
            data = carried + chunk
            if not chunk:
                data += b"\n" if data and not data.endswith(b"\n") else b""
                data += b"\n"  # so that the last byte has one behind it
            if len(data) < 2:
                break
            found = _scan(np, np.frombuffer(data, dtype=np.uint8), before, mark, parity)
            if found is None:
                return None
            ends, outside, parity, crlf = found
            if crlf >= 0:
                if ends_crlf >= 0 and crlf != ends_crlf:
                    return None
                ends_crlf = crlf
            starts.append(line + 1 + np.flatnonzero(outside).astype(np.int64))
            line += len(ends)
            seen(line, PART_DONE * stream.tell() / size)
            before = np.frombuffer((bytes(before) + data[:-1])[-2:], dtype=np.uint8)
            carried = data[-1:]
            if not chunk:
                break
    return np.concatenate(starts)[:-1] if parity == 0 else None


def _scan(np: Any, data: Any, before: Any, mark: int, parity: int) -> tuple[Any, Any, int, int] | None:
    """Line ends, which of them end records, the new parity, and whether they are all CRLF (1), all LF (0), none (-1).

    The last byte of `data` is only looked at from the one before it. None where something is odd.
    """
    body, padded = data[:-1], np.concatenate([before, data])
    quotes = np.flatnonzero(body == _QUOTE)
    ends = np.flatnonzero(body == _LF)
    outside = (np.searchsorted(quotes, ends) + parity) % 2 == 0
    last, last_but_one = padded[ends + 1], padded[ends]
    crlf = last == _CR
    empty = outside & ((last == _LF) | (crlf & (last_but_one == _LF)))
    crlf = crlf[outside]
    mixed = len(crlf) > 0 and not (crlf == crlf[0]).all()
    if empty.any() or mixed or _has_odd_bytes(np, body, data, padded, mark):
        return None
    if not _are_paired(np, quotes, data, padded, mark, parity):
        return None
    return ends, outside, (parity + len(quotes)) % 2, int(crlf[0]) if len(crlf) else -1


def _has_odd_bytes(np: Any, body: Any, data: Any, padded: Any, mark: int) -> bool:
    """NULs, carriage returns alone, and cells that begin with a quote mark before what could be a formula or a number,
    or that are a formula of one text (="00017")."""
    returns, guards = np.flatnonzero(body == _CR), np.flatnonzero(body == _GUARD)
    first = np.isin(padded[guards + 1], (mark, _LF, _QUOTE))
    guarded = first & np.isin(data[guards + 1], _FORMULAS)
    texts = np.flatnonzero(body == _EQUALS)
    texts = np.isin(padded[texts + 1], (mark, _LF, _QUOTE)) & (data[texts + 1] == _QUOTE)
    return bool((body == 0).any() or (data[returns + 1] != _LF).any() or guarded.any() or texts.any())


def _are_paired(np: Any, quotes: Any, data: Any, padded: Any, mark: int, parity: int) -> bool:
    """Whether every quote opens behind a delimiter, a line end or a quote, and closes before one."""
    opens = (np.arange(len(quotes)) + parity) % 2 == 0
    opened = np.isin(padded[quotes + 1], (mark, _LF, _QUOTE))
    closed = np.isin(data[quotes + 1], (mark, _LF, _CR, _QUOTE))
    return bool(np.where(opens, opened, closed).all())
