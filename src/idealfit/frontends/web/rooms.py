"""What every page has at hand: the workspace, its door, and what is worked out once for all requests."""

from __future__ import annotations

import threading
from pathlib import Path

from idealfit.inbound.serving import FreshInbox
from idealfit.workspace.entering import Door
from idealfit.workspace.glancing import Glance, glance
from idealfit.workspace.listing import FreshList


class Rooms:
    """Made once for an application; several requests may ask at once."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.accounts = FreshList(self.workspace)
        self.inbox = FreshInbox(self.workspace)
        self._turn = threading.Lock()
        self._glance: tuple[tuple[int, ...], Glance] | None = None

    @property
    def workspace(self) -> Path:
        """The folder."""
        return self.door.place.root

    def glance(self) -> Glance:
        """By which profile and as of when, as the workspace is now."""
        paths = (self.workspace / "profile.yaml", self.workspace / "profiles", self.workspace / "tables")
        stamp = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)
        with self._turn:
            if self._glance is None or self._glance[0] != stamp:
                self._glance = (stamp, glance(self.door.place))
            return self._glance[1]

    def warm(self) -> None:
        """Work out now what the first page would wait for. Raises what that raises."""
        self.glance()
        self.accounts.now()
