"""Who may look at a workspace in a browser: a one-time link opens a session, and a session can be ended at once."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from idealfit.errors import Position, WorkspaceDamaged
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.sessions import NOTED_EVERY, end_session, new_link, note_seen, now_utc, open_session, seen_at

LONGEST_KEY = 200
"""Characters of a key that are looked at: ours have 43."""


@dataclass(frozen=True)
class Door:
    """The door of one workspace. Keys are 256 random bits as text; only their hashes are kept."""

    place: Place

    def link(self) -> str:
        """The key of a new link, which opens one session."""
        with open_ledger(self.place).transaction() as connection:
            return new_link(connection)

    def enter(self, link: str) -> str | None:
        """The key of the session that a link opens; None where the link was used, has expired, or never was."""
        if not 0 < len(link) <= LONGEST_KEY:
            return None
        with open_ledger(self.place).transaction() as connection:
            return open_session(connection, link)

    def knows(self, key: str) -> bool:
        """Whether the session is open now. Raises WorkspaceDamaged where the ledger cannot be read."""
        if not 0 < len(key) <= LONGEST_KEY:
            return False
        try:
            seen = seen_at(self.place.ledger, key)
        except sqlite3.Error as problem:
            raise WorkspaceDamaged(
                "The ledger of this workspace cannot be read",
                where=Position(file=self.place.ledger.name),
                remedy="Restore the folder from a backup, or build into a new one.",
            ) from problem
        if seen is None:
            return False
        if now_utc() - seen > NOTED_EVERY:
            with open_ledger(self.place).transaction() as connection:
                note_seen(connection, key)
        return True

    def leave(self, key: str) -> None:
        """End the session."""
        if 0 < len(key) <= LONGEST_KEY:
            with open_ledger(self.place).transaction() as connection:
                end_session(connection, key)


def door_of(workspace: Path, *, create: bool = False) -> Door:
    """The door of a workspace; with `create`, of a new one where there is none. Raises what `open_place` raises."""
    return Door(open_place(workspace, create=create))
