"""How many rows of the file that is being read have been seen, told now and then to whoever listens.

The process that reads files says it to the one that asked for them; where nobody listens, nothing is told. A file may
be gone through more than once: what was told does not go back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

TOLD_EVERY_SECONDS = 0.5


@dataclass
class _Told:
    """Who listens, when they were told last, and what."""

    listener: Callable[[int, float], None] | None = None
    at: float = 0.0
    rows: int = 0
    share: float = 0.0


_told = _Told()


def listen(listener: Callable[[int, float], None] | None) -> None:
    """From now on `listener` hears the rows seen of the next file and the share of its reading that is done."""
    _told.listener, _told.at, _told.rows, _told.share = listener, time.monotonic(), 0, 0.0


def seen(rows: int, share: float = 0.0) -> None:
    """So many rows have been seen, and `share` of the reading is done; told where the last time is a while ago."""
    _told.rows, _told.share = max(rows, _told.rows), max(share, _told.share)
    if _told.listener is not None and time.monotonic() - _told.at >= TOLD_EVERY_SECONDS:
        _told.at = time.monotonic()
        _told.listener(_told.rows, _told.share)
