"""A run that changes a workspace whole or not at all: its files wait in a folder aside until everything is made.

    with staged(place) as work:      # `work.outputs` is the folder aside; ledger writes of `work` wait too
        …                            # whatever is raised here leaves the workspace as it was

At the end one transaction of the ledger makes the run true and names the waiting folder; then the files are renamed
into place. Killed before the transaction, everything is old; killed after it, the next opening renames what waits.
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

from idealfit.errors import EnvironmentFault, Position, WorkspaceBusy
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, Staging, is_left_by_a_dead_process, sync_file, sync_folder, write_failure
from idealfit.store.snapshots import refresh_current_tables

_KEY = "publishing"
_UNDER_WAY: set[Path] = set()
"""The folders of the runs of this process that have not ended: what another one left may be finished or removed."""
_FOLDER = re.compile(r"^\.run\.(\d+)\.[0-9a-f]{8}\.tmp$")


@contextmanager
def staged(place: Place) -> Iterator[Place]:
    """A place whose outputs and ledger writes become those of `place` when the block ends without an error.

    Raises WriteFailed, and WorkspaceBusy where a file that the run watched (`watch`) was changed meanwhile.
    """
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
    left = open_ledger(place).get_value(_KEY)
    if left and _is_left(place.root / left["folder"]):
        _discard_all(place, left["discarded"])
        try:
            _move_into_place(place, place.root / left["folder"])
        except OSError as problem:
            raise write_failure(place.root / left["folder"], problem) from problem
        open_ledger(place).set_value(_KEY, None)
    for path in place.root.glob(".run.*.tmp"):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True)


def is_publishing(place: Place) -> bool:
    """Whether the files of a run that the ledger has made true are not all in place yet: some are still the old."""
    return bool(open_ledger(place).get_value(_KEY))


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
    for path, before in staging.watched.items():
        if _fingerprint(path) != before:
            raise WorkspaceBusy(
                "This file was changed by somebody else while the run was under way: nothing was written",
                where=Position(file=str(path)),
                remedy="Run it again.",
            )
    ledger, discarded = open_ledger(place), [str(path.relative_to(place.root)) for path in staging.discarded]
    for path in _files(staging.folder):
        sync_file(path)
    # Snapshots first: they are named after their content, so they change nothing until the ledger names them.
    _move_into_place(place, staging.folder, only=place.snapshots.name)
    with ledger.transaction() as connection:
        for write in staging.ledger_writes:
            write(connection)
        ledger.put(connection, _KEY, {"folder": staging.folder.name, "discarded": discarded})
    _discard_all(place, discarded)
    _move_into_place(place, staging.folder)
    ledger.set_value(_KEY, None)
    refresh_current_tables(place)


def _discard_all(place: Place, names: list[str]) -> None:
    for name in names:
        (place.root / name).unlink(missing_ok=True)


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
