"""How many rows of the file that is being read have been seen, told now and then to whoever listens.

The process that reads files says it to the one that asked for them; where nobody listens, nothing is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TOLD_EVERY_SECONDS = 0.5

_listener: Callable[[int, float | None], None] | None = None
_told_at = 0.0


def listen(listener: Callable[[int, float | None], None] | None) -> None:
    """From now on `listener` hears the rows seen of a file and the share of it that is done (None: unknown)."""
    global _listener, _told_at
    _listener, _told_at = listener, time.monotonic()


def seen(rows: int, share: float | None = None) -> None:
    """So many rows have been seen; told where the last time is a while ago."""
    global _told_at  # noqa: PLW0603
    if _listener is None or time.monotonic() - _told_at < TOLD_EVERY_SECONDS:
        return
    _told_at = time.monotonic()
    _listener(rows, share)
