"""A run that changes a workspace whole or not at all: its files wait in a folder aside until everything is made.

    with staged(place, "an import") as work:    # `work.outputs` is the folder aside; ledger writes of `work` wait too
        …                                       # whatever is raised here leaves the workspace as it was

One run is under way at a time; the next waits for its turn before it reads anything, and says so.

At the end one transaction of the ledger makes the run true and names the waiting folder; then the files are renamed
into place, while nobody can change the profile. Killed before the transaction, everything is old; killed after it, the
next opening renames what waits.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from idealfit.errors import EnvironmentFault, Position, WorkspaceBusy
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, Staging, is_left_by_a_dead_process, sync_file, sync_folder, write_failure
from idealfit.store.snapshots import refresh_current_tables
from idealfit.store.turn import MADE_TRUE, Tell, taking_turns, whose_turn

_KEY = "publishing"
_UNDER_WAY: set[Path] = set()
"""The folders of the runs of this process that have not ended: what another one left may be finished or removed."""
_FOLDER = re.compile(r"^\.run\.(\d+)\.[0-9a-f]{8}\.tmp$")


@contextmanager
def staged(place: Place, what: str, tell: Tell | None = None) -> Iterator[Place]:
    """A place whose outputs and ledger writes become those of `place` when the block ends without an error. It begins
    when no other run changes the workspace; `tell` is told of the waiting, `what` is told to those who wait for this.

    Raises WriteFailed, and WorkspaceBusy where a file that the run watched (`watch`) was changed meanwhile.
    """
    with taking_turns(place.root, what, tell), _waiting_folder(place) as work:
        yield work


@contextmanager
def _waiting_folder(place: Place) -> Iterator[Place]:
    folder = place.root / f".run.{os.getpid()}.{secrets.token_hex(4)}.tmp"
    try:
        folder.mkdir()
    except OSError as problem:
        raise write_failure(folder, problem) from problem
    work = replace(place, staging=Staging(folder))
    _UNDER_WAY.add(folder)
    try:
        yield work
        try:
            _commit(place, work)
        except OSError as problem:
            raise write_failure(folder, problem) from problem
    finally:
        _UNDER_WAY.discard(folder)
        # what the ledger has made true waits for the next opening, should the disk have refused to rename it
        if not _is_named(place, folder):
            shutil.rmtree(folder, ignore_errors=True)


def watch(place: Place, path: Path) -> None:
    """Let a staged run fail if somebody else changes `path` before it ends."""
    if place.staging is not None:
        place.staging.watched[path] = _fingerprint(path)


def discard(place: Place, *paths: Path) -> None:
    """Remove files of the workspace that are no longer wanted; in a staged run, at its end."""
    if place.staging is not None:
        place.staging.discarded.extend(paths)
        return
    for path in paths:
        path.unlink(missing_ok=True)


def recover(place: Place) -> None:
    """Finish what a killed run had made true, and remove what others left unfinished."""
    ledger = open_ledger(place)
    left = ledger.get_value(_KEY)
    if left and _is_left(place.root / left["folder"]):
        try:
            with ledger.transaction() as connection:
                _end(place, connection, left)
        except OSError as problem:
            raise write_failure(place.root / left["folder"], problem) from problem
    for path in place.root.glob(".run.*.tmp"):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True)
    whose_turn(place.root)


def is_publishing(place: Place) -> bool:
    """Whether the files of a run that the ledger has made true are not all in place yet: some are still the old."""
    return bool(open_ledger(place).get_value(_KEY))


def made_true(place: Place) -> int:
    """How many runs of this process have become true in a workspace. Sure within a transaction of its ledger."""
    return sum(folder.parent == place.root for folder in MADE_TRUE)


def _is_named(place: Place, folder: Path) -> bool:
    """Whether the ledger has made true what waits in `folder`; said so too where the ledger cannot be asked."""
    try:
        named = open_ledger(place).get_value(_KEY)
    except EnvironmentFault:
        return True
    return bool(named) and named["folder"] == folder.name


def _is_left(folder: Path) -> bool:
    match = _FOLDER.match(folder.name)
    if match is None or folder in _UNDER_WAY:
        return False
    return int(match.group(1)) == os.getpid() or is_left_by_a_dead_process(folder, int(match.group(1)))


def _commit(place: Place, work: Place) -> None:
    staging = work.staging
    assert staging is not None  # noqa: S101 - made a few lines above
    _need_unchanged(staging)
    for path in _files(staging.folder):
        sync_file(path)
    # Snapshots first: they are named after their content, so they change nothing until the ledger names them.
    _move_into_place(place, staging.folder, only=place.snapshots.name)
    waits = {
        "folder": staging.folder.name,
        "discarded": [str(path.relative_to(place.root)) for path in staging.discarded],
        "watched": {str(path.relative_to(place.root)): before for path, before in staging.watched.items()},
    }
    ledger = open_ledger(place)
    with ledger.transaction() as connection:
        _need_unchanged(staging)  # once more, now that whoever would change a profile waits for this transaction
        for write in staging.ledger_writes:
            write(connection)
        ledger.put(connection, _KEY, waits)
        MADE_TRUE.add(staging.folder)
    with ledger.transaction() as connection:
        _end(place, connection, waits)
    refresh_current_tables(place)


def _need_unchanged(staging: Staging) -> None:
    for path, before in staging.watched.items():
        if _fingerprint(path) != before:
            raise WorkspaceBusy(
                "This file was changed by somebody else while the run was under way: nothing was written",
                where=Position(file=str(path)),
                remedy="Run it again.",
            )


def _end(place: Place, connection: sa.Connection, waits: dict[str, Any]) -> None:
    """Rename what waits, within a transaction that others who change a profile queue for."""
    folder = place.root / waits["folder"]
    for name, before in waits.get("watched", {}).items():
        if _fingerprint(place.root / name) != before:  # saved since the run was made true: a person's stands
            (folder / name).unlink(missing_ok=True)
    for name in waits["discarded"]:
        (place.root / name).unlink(missing_ok=True)
    _move_into_place(place, folder)
    open_ledger(place).put(connection, _KEY, None)


def _move_into_place(place: Place, folder: Path, *, only: str = "") -> None:
    for path in _files(folder / only):
        target = place.root / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        sync_folder(target.parent)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _fingerprint(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
