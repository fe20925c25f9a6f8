"""What every page has at hand: the workspace, its door, and what is worked out once for all requests."""

from __future__ import annotations

from pathlib import Path

from idealfit.workspace.entering import Door


class Rooms:
    """Made once for an application; several requests may ask at once."""

    def __init__(self, door: Door) -> None:
        self.door = door

    @property
    def workspace(self) -> Path:
        """The folder."""
        return self.door.place.root

    def warm(self) -> None:
        """Work out now what the first page would wait for."""
