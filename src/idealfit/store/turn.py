"""Whose turn it is to change a workspace: one run at a time, and the others wait and say for whom.

A turn is a lock of the system on a file of the workspace, so that it ends with its process, however that ends; what the
file says is for people only. Readers never need one. Where the disk knows no locks, runs go on without: the ledger then
refuses the one that comes second.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from idealfit.errors import WorkspaceBusy
from idealfit.store.place import write_failure

NAME: Final = ".run.turn"
WAITS: Final = "waiting: "
"""So begins what is told while a run waits for its turn."""
ASKED_BY: ContextVar[str] = ContextVar("asked_by", default="")
"""What the runs of this process were asked for by, in the words of others: 'job 7'."""
MADE_TRUE: Final[set[Path]] = set()
"""The folders of the runs that this process has made true, or is making true in a transaction that is under way."""
_LOOKED_EVERY_SECONDS: Final = 0.2
_READ_MOST: Final = 4_000

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Turn:
    """Who changes a workspace now: `what` is done, by `whom`, since when (UTC)."""

    what: str
    whom: str
    since: datetime

    @property
    def told(self) -> str:
        """'a build is under way since 14:02 UTC (process 4711)'."""
        return f"{self.what} is under way since {self.since:%H:%M} UTC ({self.whom})"


@contextmanager
def taking_turns(root: Path, what: str, tell: Tell | None = None) -> Iterator[None]:
    """Be the only run that changes the workspace until the block ends; `what` is told to those who wait. Who waits here
    is told so by `tell`, again and again: whatever it raises ends the waiting.
    """
    file = _taken(root)
    while file is None:
        if tell is not None:
            tell(f"{WAITS}{_told(root)}", 0.0)
        time.sleep(_LOOKED_EVERY_SECONDS)
        file = _taken(root)
    with file:
        whom = ", ".join(filter(None, (ASKED_BY.get(), f"process {os.getpid()}")))
        _say(file, Turn(what, whom, datetime.now(UTC).replace(tzinfo=None, microsecond=0)))
        try:
            yield
        finally:
            _given_back(file, root / NAME)


def _taken(root: Path) -> IO[bytes] | None:
    """The locked file; None where somebody else has it, or has just removed the one that was opened."""
    try:
        file = (root / NAME).open("a+b", buffering=0)
    except OSError as problem:
        raise write_failure(root / NAME, problem) from problem
    if _locked(file) and _is_there(file, root / NAME):
        return file
    file.close()
    return None


def whose_turn(root: Path) -> Turn | None:
    """Who changes the workspace at this moment; None where nobody does. What a killed run left is removed."""
    try:
        with (root / NAME).open("r+b", buffering=0) as file:
            if _locked(file):
                _given_back(file, root / NAME)
                return None
    except OSError:
        return None
    return _said(root)


def refuse_to_wait(told: str, _share: float) -> None:
    """For what is done at once or not at all: raise WorkspaceBusy instead of waiting."""
    raise WorkspaceBusy(
        f"Nothing was changed, for {told.removeprefix(WAITS)}",
        remedy="Wait until that has ended, or end it; then do this again.",
    )


def _told(root: Path) -> str:
    turn = _said(root)
    return "another run is under way" if turn is None else turn.told


def _said(root: Path) -> Turn | None:
    try:
        with (root / NAME).open("rb") as file:
            said = json.loads(file.read(_READ_MOST))
        return Turn(str(said["what"]), str(said["whom"]), datetime.fromisoformat(said["since"]))
    except (OSError, ValueError, KeyError, TypeError):  # not yet written, or of a version to come
        return None


def _say(file: IO[bytes], turn: Turn | None) -> None:
    """For people: where the disk is full, the turn holds all the same."""
    with contextlib.suppress(OSError):
        file.truncate(0)
        if turn is not None:
            file.write(json.dumps(asdict(turn) | {"since": turn.since.isoformat()}).encode())


if sys.platform == "win32":
    import msvcrt

    _FAR: Final = 1 << 30
    """The byte that is locked there, where nobody reads."""

    def _locked(file: IO[bytes]) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _is_there(file: IO[bytes], path: Path) -> bool:
        return True  # a file that is open cannot be removed there

    def _given_back(file: IO[bytes], path: Path) -> None:
        _say(file, None)

else:
    import fcntl

    def _locked(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # no locks on this disk
            return True
        return True

    def _is_there(file: IO[bytes], path: Path) -> bool:
        try:
            return os.path.samestat(os.fstat(file.fileno()), path.stat())
        except FileNotFoundError:
            return False

    def _given_back(file: IO[bytes], path: Path) -> None:
        with contextlib.suppress(OSError):
            if _is_there(file, path):
                path.unlink()  # while it is still locked: whoever opened it looks whether it is there
