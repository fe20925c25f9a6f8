"""The inbox of a workspace that may be built again while it is asked: always the newest, made when first needed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from idealfit.inbound.answer import Inbox
from idealfit.inbound.company_index import is_made
from idealfit.store.place import open_place


class FreshInbox:
    """Gives the inbox of a workspace, made anew when its records or its profiles have changed since."""

    def __init__(self, workspace: Path, prepare: Callable[[], None] = lambda: None) -> None:
        """Raises what `open_place` raises; the inbox itself is made when it is first asked for. `prepare` may
        make the index of its companies before, elsewhere.
        """
        self._prepare = prepare
        self._place = open_place(workspace)
        self.workspace = self._place.root
        self._profiles = self.workspace / "profiles"
        self._turn = threading.Lock()
        self._made: tuple[tuple[int, ...], Inbox] | None = None

    def now(self) -> Inbox:
        """The inbox as the workspace is now. Raises what `Inbox` raises."""
        stamp = self._stamp()
        made = self._made
        if made is not None and made[0] == stamp:
            return made[1]
        with self._turn:
            if self._made is None or self._made[0] != stamp:
                if not is_made(self._place):
                    self._prepare()
                self._made = (stamp, Inbox(self.workspace))
            return self._made[1]

    def ready(self) -> Inbox | None:
        """The inbox as the workspace is now, where it has been made already; else None, at once."""
        made = self._made
        return made[1] if made is not None and made[0] == self._stamp() else None

    def _stamp(self) -> tuple[int, ...]:
        """When what an answer depends on was last written. Asked at every lead: as few questions as can be."""
        fixed = (self.workspace / "tables", self.workspace / "profile.yaml", self._profiles)
        motions: list[Path] = []
        with contextlib.suppress(OSError):
            motions = sorted(path for path in self._profiles.iterdir() if path.suffix == ".yaml")
        return tuple(map(_written, (*fixed, *motions)))


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
