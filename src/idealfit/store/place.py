"""The one place on disk: a workspace folder, and the only way in which a file is written.

A file is written aside, synced, renamed and its folder synced: whoever looks sees the old file or the new one, whatever
is killed in between. What a killed writer leaves is a `*.tmp` file, swept when the workspace is opened next.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from idealfit.errors import (
    NotAWorkspace,
    Position,
    WorkspaceMissing,
    WorkspaceNotWritable,
    WriteFailed,
)

if TYPE_CHECKING:
    import sqlalchemy as sa

LEDGER_NAME = "ledger.sqlite"
_ORPHAN = re.compile(r"^\..+\.(\d+)\.[0-9a-f]{8}\.tmp$")
_ORPHAN_AGE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Staging:
    """What a run has made that waits until all of it is there (see `staging.staged`): files in `folder`, the snapshots
    that will be current, writes to the ledger; besides files that nobody may change meanwhile (path → hash), and files
    that are no longer wanted.
    """

    folder: Path
    snapshots: dict[str, str] = field(default_factory=dict)
    ledger_writes: list[Callable[[sa.Connection], object]] = field(default_factory=list)
    watched: dict[Path, str | None] = field(default_factory=dict)
    discarded: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A workspace folder. `root` is absolute; with `staging`, what is written waits aside."""

    root: Path
    staging: Staging | None = None

    @property
    def outputs(self) -> Path:
        """Where files are to be written: the folder itself, or in a staged run the one in which they wait."""
        return self.root if self.staging is None else self.staging.folder

    @property
    def ledger(self) -> Path:
        """The SQLite file that says what is true."""
        return self.root / LEDGER_NAME

    @property
    def snapshots(self) -> Path:
        """Immutable tables, one folder a table."""
        return self.root / "snapshots"

    @property
    def tables(self) -> Path:
        """The current table of each name, for people and other programs."""
        return self.root / "tables"


def open_place(root: Path, *, create: bool = False) -> Place:
    """The workspace at `root`; with `create`, made where there is none (or where there is an empty folder).

    Raises WorkspaceMissing, NotAWorkspace (the folder holds something else), WorkspaceNotWritable, and from the ledger
    WorkspaceTooNew and WorkspaceDamaged. Sweeps what killed writers left.
    """
    # Imported late: the ledger and the snapshots import this module for their writing.
    from idealfit.store.ledger import prepare_ledger
    from idealfit.store.snapshots import refresh_current_tables
    from idealfit.store.staging import recover

    place = Place(Path(root).expanduser().absolute())
    _check_folder(place, create=create)
    prepare_ledger(place)
    sweep(place)
    recover(place)
    refresh_current_tables(place)
    return place


def _check_folder(place: Place, *, create: bool) -> None:
    root = place.root
    where = Position(file=str(root))
    if not root.exists():
        if not create:
            raise WorkspaceMissing(
                "There is no workspace here", where=where, remedy="Run 'idealfit build DIR' first, or name its folder."
            )
        try:
            root.mkdir(parents=True)
        except OSError as problem:
            raise WorkspaceNotWritable(
                f"The workspace folder cannot be made: {problem.strerror}",
                where=where,
                remedy="Choose a folder that you may write to with --workspace.",
            ) from None
    if not root.is_dir():
        raise NotAWorkspace(
            "This is a file, not a workspace folder", where=where, remedy="Choose another folder with --workspace."
        )
    if not os.access(root, os.W_OK | os.X_OK):
        raise WorkspaceNotWritable(
            "The workspace folder cannot be written to",
            where=where,
            remedy="Change its permissions, or choose another folder with --workspace.",
        )
    if not place.ledger.exists():
        if any(root.iterdir()):
            raise NotAWorkspace(
                "This folder exists and is not a workspace: nothing was written",
                where=where,
                remedy="Choose another folder with --workspace; an empty or a new one is made a workspace.",
            )
        if not create:
            raise WorkspaceMissing(
                "This folder is empty: there is no workspace in it", where=where, remedy="Run 'idealfit build' first."
            )


def sweep(place: Place) -> int:
    """Remove what killed writers left; the number of files removed. A file of a process that lives is left alone."""
    swept = 0
    for folder in (place.root, place.tables, place.root / "mappings", place.root / "rejects", place.root / "profiles"):
        swept += _sweep_folder(folder)
    if place.snapshots.is_dir():
        for folder in sorted(place.snapshots.iterdir()):
            swept += _sweep_folder(folder)
    return swept


def _sweep_folder(folder: Path, names: str = ".*.tmp") -> int:
    if not folder.is_dir():
        return 0
    swept = 0
    for path in folder.glob(names):
        match = _ORPHAN.match(path.name)
        if match and path.is_file() and is_left_by_a_dead_process(path, int(match.group(1))):
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def is_left_by_a_dead_process(path: Path, pid: int) -> bool:
    """Whether the process that wrote `path` is gone, or must be, after a day."""
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return False
    if age > _ORPHAN_AGE_SECONDS:
        return True
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def write_aside(path: Path, write: Callable[[Path], None]) -> None:
    """Make `path` by `write(temporary path)`, so that a reader sees the old file or the new one and nothing between.

    Raises WriteFailed when the disk refuses; the old file is then as it was.
    """
    path = Path(path)
    aside = aside_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep_folder(path.parent, f".{glob.escape(path.name[:80])}.*.tmp")
        write(aside)
        sync_file(aside)
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        raise write_failure(path, problem) from problem
    finally:
        aside.unlink(missing_ok=True)


def aside_path(path: Path) -> Path:
    """A name beside `path` for the file while it is being written: hidden, with our process id, ending in `.tmp`."""
    # A long name plus our ending could pass the 255 bytes that file systems allow.
    return path.parent / f".{path.name[:80]}.{os.getpid()}.{secrets.token_hex(4)}.tmp"


def write_failure(path: Path, problem: OSError) -> WriteFailed:
    """The error for a write that the disk refused."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "Free some space (a build needs about twice the size of its input) and run it again."
    else:
        remedy = "See that the folder exists and may be written to, then run it again."
    reason = problem.strerror or str(problem)
    return WriteFailed(
        f"The file could not be written: {reason}; the old one is intact", where=Position(file=str(path)), remedy=remedy
    )


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with its line ends as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data`."""

    def write(aside: Path) -> None:
        aside.write_bytes(data)

    write_aside(path, write)


def sync_file(path: Path) -> None:
    """Ask the disk to keep what was written to `path`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep the names in `folder`."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    sync_file(folder)
