"""Immutable tables: Parquet files named after their content, made true by a row in the ledger.

Publishing: every table is written aside, synced and renamed to its content's name; then one transaction of the ledger
makes all of them current at once; then `tables/` shows them. Killed before the transaction, the old tables are true;
after it, the new ones, and `tables/` is mended when the workspace is opened next.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from idealfit.errors import Position, WorkspaceDamaged, WriteFailed
from idealfit.store.engine import literal, quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, aside_path, sync_file, sync_folder, write_aside, write_failure

_ORPHAN_AGE_SECONDS = 24 * 3600


def publish_tables(
    place: Place,
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, str],
    *,
    kind: str,
    command: str,
    as_of: date | None,
    summary: Mapping[str, Any],
    instead_of: Mapping[str, str] | None = None,
) -> None:
    """Make `tables` (name → a relation of `con`, or a SELECT) the current tables of the workspace, all at once.

    Tables that an earlier run of the same `kind` published and this one does not are no longer current. `con` must be
    allowed to write in the workspace. Row order is kept. Raises WriteFailed, and WorkspaceBusy where other snapshots
    than `instead_of` have become current meanwhile; the old tables are then as they were.
    """
    snapshots = {name: _write_snapshot(place, con, name, relation) for name, relation in sorted(tables.items())}
    open_ledger(place).publish(
        snapshots, kind=kind, command=command, as_of=as_of, summary=summary, instead_of=instead_of
    )
    if place.staging is None:
        refresh_current_tables(place)


def table_path(place: Place, table: str) -> Path | None:
    """The Parquet file of the table's current snapshot; None where the workspace has no such table."""
    return current_paths(place).get(table)


def current_paths(place: Place) -> dict[str, Path]:
    """Table → Parquet file, according to the ledger. Raises WorkspaceDamaged where a file is gone."""
    return snapshot_paths(place, _current(place))


def snapshot_paths(place: Place, snapshots: Mapping[str, str]) -> dict[str, Path]:
    """Table → Parquet file, of tables and the ids of their snapshots. Raises WorkspaceDamaged where a file is gone."""
    paths = {name: _snapshot_path(place, name, snapshot) for name, snapshot in snapshots.items()}
    for name, path in paths.items():
        if not path.is_file():
            raise WorkspaceDamaged(
                f"The current snapshot of '{name}' is gone",
                where=Position(file=str(path)),
                remedy="Restore the workspace folder from a backup, or run 'idealfit build' again.",
            )
    return paths


def refresh_current_tables(place: Place) -> None:
    """Let `tables/` show exactly the current snapshots, and remove old files that no ledger row ever named.

    A snapshot that is gone is left to whoever needs it: opening the workspace must stay possible, to build it anew.
    """
    current = {name: _snapshot_path(place, name, snapshot) for name, snapshot in _current(place).items()}
    for name, snapshot in current.items():
        shown = place.tables / f"{name}.parquet"
        if snapshot.is_file() and not _shows(shown, snapshot):
            write_aside(shown, lambda aside, source=snapshot: _link_or_copy(source, aside))  # type: ignore[misc]
    if place.tables.is_dir():
        for path in place.tables.glob("*.parquet"):
            if path.stem not in current:
                path.unlink(missing_ok=True)
    _sweep_snapshots(place)


def _current(place: Place) -> dict[str, str]:
    return open_ledger(place).current_snapshots()


def _snapshot_path(place: Place, table: str, snapshot_id: str) -> Path:
    waiting = place.outputs / place.snapshots.name / table / f"{snapshot_id}.parquet"
    there = place.snapshots / table / waiting.name
    return there if there.is_file() else waiting


def _write_snapshot(place: Place, con: duckdb.DuckDBPyConnection, name: str, relation: str) -> tuple[str, int, str]:
    """Write one table; its id, number of rows and SHA-256. Content that is there already is not written again."""
    folder = place.outputs / place.snapshots.name / name
    aside = aside_path(folder / f"{name}.parquet")
    source = (
        relation if relation.lstrip()[:7].upper() in {"SELECT ", "SELECT\n"} else f"SELECT * FROM {quote(relation)}"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done = con.execute(f"COPY ({source}) TO {literal(str(aside))} (FORMAT parquet, COMPRESSION zstd)").fetchone()
        sha256 = _file_sha256(aside)
        target = _snapshot_path(place, name, sha256[:20])
        if not target.exists():
            aside.chmod(0o444)
            sync_file(aside)
            aside.replace(target)
            sync_folder(folder)
    except OSError as problem:
        raise write_failure(folder, problem) from problem
    except duckdb.IOException as problem:
        raise WriteFailed(
            f"The table '{name}' could not be written; the old one is intact",
            where=Position(file=str(folder)),
            remedy=f"See that there is room on the disk and that the folder may be written to ({problem}).",
        ) from problem
    finally:
        aside.unlink(missing_ok=True)
    return sha256[:20], int(done[0]) if done else 0, sha256


def _file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _shows(shown: Path, snapshot: Path) -> bool:
    try:
        if shown.samefile(snapshot):
            return True
        return shown.stat().st_size == snapshot.stat().st_size and _file_sha256(shown) == _file_sha256(snapshot)
    except FileNotFoundError:
        return False


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links, or a limit on them
        shutil.copyfile(source, target)


def _sweep_snapshots(place: Place) -> None:
    """Remove snapshot files that no ledger row ever named, a day after: a young one may be about to be named."""
    if not place.snapshots.is_dir():
        return
    known = {(name, snapshot) for name, snapshot in open_ledger(place).known_snapshots()}
    for path in place.snapshots.glob("*/*.parquet"):
        if (path.parent.name, path.stem) not in known and time.time() - path.stat().st_mtime > _ORPHAN_AGE_SECONDS:
            path.unlink(missing_ok=True)
