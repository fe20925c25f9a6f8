"""The desks at which profiles are edited, one a motion, kept for the same records; one request at a time at each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from idealfit.workspace.drafting_desk import DraftingDesk

if TYPE_CHECKING:
    from idealfit.store.place import Place

SEEN_OVER = ("tables", "evidence.json", "quality.json", "mappings")


class Desks:
    """Made once for an application."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._turn = threading.RLock()
        self._desk: tuple[tuple[object, ...], DraftingDesk] | None = None

    @contextmanager
    def at(self, motion: str | None) -> Iterator[DraftingDesk]:
        """The desk of a motion, for one request; the others wait. Records that have changed get a new one."""
        paths = [self._place.root / name for name in SEEN_OVER]
        now = (motion, *(path.stat().st_mtime_ns if path.exists() else 0 for path in paths))
        with self._turn:
            if self._desk is None or self._desk[0] != now:
                if self._desk is not None:
                    self._desk[1].close()
                self._desk = None
                self._desk = (now, DraftingDesk(self._place, motion=motion))
            yield self._desk[1]
