"""Files read in a child process that is shut in: whatever a file does to its reader, this process and the other files
go on, and the file is listed with what happened.

One child reads all files; it is started again after a file that ended it. What it hands over is looked at before use.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from idealfit.errors import Position, ReaderUnavailable, WriteFailed
from idealfit.records.reading.confinement import DISK_IS_FULL, OUT_OF_MEMORY, Limits
from idealfit.records.reading.grid import free_name
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable, RejectedRow, part_name, parts_of, shorten
from idealfit.store.engine import literal, quote
from idealfit.store.scratch import make_scratch_folder

COMMAND = (sys.executable, "-P", "-m", "idealfit.records.reading.confined")
_LONGEST_EVENT = 64 << 20
_MOST_SKIPPED = 20
"""So many members of one archive may end the reader before the archive is given up."""
_WAITS_PER_SECOND = 10
"""Processor seconds that a file may take, times this, are what the clock on the wall may show: machines are shared."""
_KEPT = re.compile(r"^(PATH|LANG|LC_\w+|TZ|HOME|PYTHON\w+|COVERAGE_\w+|SYSTEMROOT|LD_LIBRARY_PATH|VIRTUAL_ENV)$")
_TABLE = re.compile(r"^t\d{1,9}$")


@dataclass(frozen=True)
class InputFile:
    """A file to read, under the name `file`; `asked_for` by name, it is tried whatever its ending."""

    path: Path
    file: str
    size: int
    asked_for: bool = False


@dataclass
class _Run:
    """What the children have said so far."""

    folder: Path
    limits: Limits
    tables: list[RawTable] = field(default_factory=list)
    unused: list[tuple[str, str]] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    skip: dict[str, str] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    next_table: int = 0


def read_apart(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[InputFile],
    *,
    limits: Limits | None = None,
    progress: Callable[[int], None] = lambda _index: None,
    seen: Callable[[int, int, float], None] = lambda _index, _rows, _share: None,
    command: Sequence[str] = COMMAND,
) -> tuple[list[RawTable], list[tuple[str, str]]]:
    """The tables of `files`, loaded into `con`, and (file, reason) for all that gave none.

    `progress` hears the index of each file before it is read, `seen` while a large one is: its index, the rows so far,
    the share of it that is done (0 where that is not known). Raises ReaderUnavailable where no child can be started,
    WriteFailed where the disk is full.
    """
    run = _Run(make_scratch_folder(), limits or Limits())
    silent = 0
    try:
        while len(run.done) < len(files):
            before = len(run.done), len(run.skip)
            said = _read_on(con, files, run, (progress, seen), command)
            silent = 0 if (len(run.done), len(run.skip)) != before else silent + 1
            if silent > 1:
                raise ReaderUnavailable(
                    f"The process that reads files cannot be started ({said})",
                    where=Position(file=command[0]),
                    remedy="Check that Python may start processes here and has 2 GB of memory; then run it again.",
                )
    finally:
        shutil.rmtree(run.folder, ignore_errors=True)
    return run.tables, run.unused


def _read_on(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[InputFile],
    run: _Run,
    told: tuple[Callable[[int], None], Callable[[int, int, float], None]],
    command: Sequence[str],
) -> str:
    """One child, for the files not done yet, until it ends. What ended it, where no file is to blame for it."""
    order = {
        "folder": str(run.folder),
        "limits": asdict(run.limits),
        "files": [
            {"index": index, **asdict(file), "path": str(file.path.absolute())}
            for index, file in enumerate(files)
            if index not in run.done
        ],
        "seen": run.seen,
        "skip": run.skip,
        "first": run.next_table,
    }
    at: int | None = None
    inside = ""
    tables: list[str] = []
    unused: list[tuple[str, str]] = []
    with _child(run.folder, order, command) as child:
        for event in _events(child, run.limits, files):
            if "begin" in event:
                at, tables, unused = int(event["begin"]), [], []
                inside = files[at].file
                told[0](at)
            elif "inside" in event:
                inside = str(event["inside"])
            elif "rows" in event and at is not None:
                told[1](at, int(event["rows"]), float(event.get("share") or 0.0))
            elif "table" in event:
                tables.append(str(event["table"]))
                run.next_table += 1
            elif "unused" in event:
                unused.append((str(event["unused"][0]), str(event["unused"][1])))
            elif at is not None and event.get("end") == at:
                run.unused += unused
                run.seen = event["seen"]
                run.done.add(at)
                try:
                    run.tables += [_take_over(con, run.folder, name) for name in tables]
                except (ValueError, KeyError, TypeError, OSError, duckdb.Error):
                    run.unused.append((files[at].file, "what its reader made of it is no table. Export it again."))
                at = None
        child.wait()
        said = _what_ended(child.returncode, run.limits, files[at].size if at is not None else 0)
    if child.returncode == DISK_IS_FULL:
        raise WriteFailed(
            "There is no space for the tables that are being read",
            where=Position(file=str(run.folder.parent)),
            remedy="Free space on that disk, or name another folder in the variable TMPDIR.",
        )
    if at is not None:
        _blame(files[at].file, at, inside, said, run)
    return said


def _blame(file: str, at: int, inside: str, said: str, run: _Run) -> None:
    """A member of an archive is passed over when the archive is read again; any other file is given up."""
    member = inside != file and inside not in run.skip
    if member and sum(name.startswith(f"{file}/") for name in run.skip) < _MOST_SKIPPED:
        run.skip[inside] = said
        return
    run.unused.append((file, said))
    run.done.add(at)


@contextmanager
def _child(folder: Path, order: dict[str, Any], command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The child, with its order given; it is ended with the block, however that ends."""
    kept = {name: value for name, value in os.environ.items() if _KEPT.match(name)}
    try:
        child = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**kept, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)},
        )
    except OSError as problem:
        raise ReaderUnavailable(
            f"The process that reads files cannot be started ({problem.strerror})",
            where=Position(file=command[0]),
            remedy="Check that Python may start processes here; then run it again.",
        ) from None
    try:
        assert child.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            child.stdin.write(json.dumps(order).encode("ascii") + b"\n")
            child.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already; its exit code says how
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _events(child: subprocess.Popen[bytes], limits: Limits, files: Sequence[InputFile]) -> Iterator[dict[str, Any]]:
    """What the child says, until it ends or is silent for longer than any of its files may take."""
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    longest = _WAITS_PER_SECOND * limits.seconds_for(max(file.size for file in files))
    while True:
        watch = threading.Timer(longest, child.kill)
        watch.daemon = True
        watch.start()
        try:
            line = child.stdout.readline(_LONGEST_EVENT)
        finally:
            watch.cancel()
        if not line.endswith(b"\n"):
            return
        try:
            event = json.loads(line)
        except ValueError:
            return
        if isinstance(event, dict):
            yield event


def _what_ended(code: int, limits: Limits, size: int) -> str:
    """Why the child ended while it read a file, with what to do."""
    if code == -getattr(signal, "SIGXCPU", 24):
        seconds = limits.seconds_for(size)
        return f"reading it took more than {seconds} seconds of processor time. Save it as CSV (UTF-8), or split it."
    if code in (OUT_OF_MEMORY, -signal.SIGABRT):
        memory = limits.memory >> 20
        return f"reading it takes more than the {memory:,} MB of memory it may have. Save it as CSV (UTF-8)."
    if code == -getattr(signal, "SIGKILL", 9):
        return "its reader was ended from outside, as systems do when memory runs out. Free memory and run it again."
    if code < 0:
        return f"its reader crashed (signal {-code}): the file is damaged or made to harm. Export it again."
    return f"its reader ended before its time (exit code {code}). Export it again, best as CSV (UTF-8)."


def _take_over(con: duckdb.DuckDBPyConnection, folder: Path, name: str) -> RawTable:
    """Load one table of the child's into `con`, if it is what the child says it is."""
    if not _TABLE.match(name):
        raise ValueError(name)
    told = json.loads((folder / f"{name}.json").read_text(encoding="ascii"))
    table = RawTable(
        **told
        | {
            "columns": tuple(map(str, told["columns"])),
            "relation": free_name(con),
            "rejected": tuple(RejectedRow(**row) for row in told["rejected"]),
            "notes": tuple(shorten(str(note), 400) for note in told["notes"]),
        }
    )
    paths = [folder / part_name(name, number) for number in range(len(parts_of(table.columns)))]
    if any(path.is_symlink() or not path.is_file() for path in paths):
        raise ValueError(name)
    scans = " POSITIONAL JOIN ".join(f"read_parquet({literal(str(path))})" for path in paths)
    con.execute(f"CREATE TABLE {quote(table.relation)} AS SELECT * FROM {scans}")
    for path in paths:
        path.unlink()
    described = con.execute(f"DESCRIBE {quote(table.relation)}").fetchall()
    found = [(row[0], row[1]) for row in described]
    wanted = [(LINE_COLUMN, "BIGINT"), *((column, "VARCHAR") for column in table.columns)]
    count = con.execute(f"SELECT count(*) FROM {quote(table.relation)}").fetchone()
    if found != wanted or count != (table.rows_read - len(table.rejected),):
        raise ValueError(name)
    return table
