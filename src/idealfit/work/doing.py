"""Doing the jobs that were asked for, in a process of their own: `python -m idealfit.work.doing WORKSPACE`.

The process takes one job after the other until none waits. Where it is killed, the workspace is as it was before the
job or as it is after it, for each of these acts is staged; the job is then `lost`, and can be asked for again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from idealfit.errors import EnvironmentFault, IdealfitError, InternalError, NoSuchJob, Position, WorkspaceBusy
from idealfit.store import jobs
from idealfit.store.jobs import DONE, FAILED, LOST, RUNNING, STOPPED, WAITING, Job, now_utc
from idealfit.store.ledger import open_ledger
from idealfit.store.place import LEDGER_NAME, Place, open_place
from idealfit.store.staging import made_true
from idealfit.store.turn import ASKED_BY, WAITS

__all__ = [
    "DONE",
    "FAILED",
    "KINDS",
    "LOST",
    "RUNNING",
    "STOPPED",
    "WAITING",
    "Job",
    "JobStopped",
    "ask_again",
    "ask_for",
    "ask_once",
    "found",
    "now_utc",
    "recent",
    "start",
    "stop",
    "work",
]

MODULE = "idealfit.work.doing"
"""This one, which is called otherwise where it is the program."""
HEARTBEAT_SECONDS = 5.0
GRACE_SECONDS = 5.0
"""So long may a job go on to its next step after it was asked to stop; then its process ends in the middle of it."""
_TOLD_EVERY_SECONDS = 0.4
SCORED_AGAIN = 3
"""So often accounts are scored again at once where the profile was changed meanwhile."""

Progress = Callable[[str, float], None]


class JobStopped(Exception):
    """Raised within a job, by its own telling of progress, once somebody has asked for it to stop."""


def ask_for(workspace: Path, kind: str, arguments: Mapping[str, Any], *, begin: bool = True) -> int:
    """Ask for a job of one of the `KINDS` and, unless told otherwise, start a process that does it; its number.

    Raises NoSuchJob for another kind, and what opening the workspace raises.
    """
    if kind not in KINDS:
        raise NoSuchJob(
            f"There is no work of the kind {kind!r}",
            remedy=f"Ask for one of: {', '.join(KINDS)}.",
            where=Position(kind),
        )
    place = open_place(workspace, create=True)
    with open_ledger(place).transaction() as connection:
        number = jobs.ask(connection, kind, arguments)
    if begin:
        start(place.root)
    return number


def ask_once(workspace: Path, kind: str, arguments: Mapping[str, Any] | None = None) -> int:
    """Ask for a job, unless the same one waits to be begun: its number then. Two who ask at once get one job."""
    with open_ledger(open_place(workspace)).transaction() as connection:
        waits = jobs.waiting(connection, kind, arguments or {})
        number = jobs.ask(connection, kind, arguments or {}) if waits is None else waits
    start(workspace)
    return number


def ask_again(workspace: Path, job_id: int) -> int:
    """Ask for what an ended job was asked for, unless the same waits or is under way: its number then. Of a job that
    has not ended, nothing is asked: its own number. Raises NoSuchJob.
    """
    one = found(workspace, job_id)
    if not one.ended:
        return one.job_id
    with open_ledger(open_place(workspace)).transaction() as connection:
        waits = jobs.waiting(connection, one.kind, one.arguments, running=True)
        number = jobs.ask(connection, one.kind, one.arguments) if waits is None else waits
    start(workspace)
    return number


def start(workspace: Path) -> None:
    """Start a process that does what waits in this workspace, and goes on when this one ends."""
    process = subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-P", "-m", MODULE, str(workspace)],  # -P: nothing of the folder that one happens to be in
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, name="reaping", daemon=True).start()


def stop(workspace: Path, job_id: int) -> None:
    """Ask for a job to stop. Raises NoSuchJob."""
    found(workspace, job_id)
    with open_ledger(open_place(workspace)).transaction() as connection:
        jobs.ask_to_stop(connection, job_id)


def found(workspace: Path, job_id: int) -> jobs.Job:
    """A job of the workspace by its number, as it stands; where its process is gone, that is noted first.

    Raises NoSuchJob.
    """
    ledger = workspace / LEDGER_NAME
    one = jobs.job(ledger, job_id) if ledger.exists() else None
    if one is None:
        raise NoSuchJob(
            f"There is no job {job_id} in this workspace",
            remedy="The list of jobs shows which there are.",
            where=Position(str(workspace), value=str(job_id)),
        )
    if one.state == jobs.RUNNING and one.lease_until is not None and one.lease_until <= jobs.now_utc():
        with open_ledger(open_place(workspace)).transaction() as connection:
            jobs.end_lost(connection)
        return jobs.job(ledger, job_id) or one
    return one


def recent(workspace: Path, *, limit: int = 50) -> tuple[Job, ...]:
    """The last jobs of a workspace, newest first."""
    return jobs.jobs(workspace / LEDGER_NAME, limit=limit)


def work(workspace: Path) -> int:
    """Do what waits, one job after the other, until nothing waits or another process is at it; how many were done."""
    place = open_place(workspace)
    ledger = open_ledger(place)
    done = 0
    while True:
        with ledger.transaction() as connection:
            one = jobs.claim(connection)
        if one is None:
            return done
        _do(place, one)
        done += 1


def _do(place: Place, one: jobs.Job) -> None:
    asked = ASKED_BY.set(f"job {one.job_id}")
    telling = _Telling(place, one.job_id)
    state, result, problem = jobs.FAILED, None, None
    try:
        result = KINDS[one.kind](place.root, one.arguments, telling.progress)
        state = jobs.DONE
    except JobStopped:
        state = jobs.STOPPED
    except IdealfitError as fault:
        problem = fault.as_told()
    except Exception as fault:
        problem = InternalError(
            f"idealfit met a fault of its own ({type(fault).__name__})",
            remedy="Nothing published before was changed. The same act on the command line, with --verbose, shows the "
            "trace to report.",
        ).as_dict()
    finally:
        telling.end()
        ASKED_BY.reset(asked)
    with open_ledger(place).transaction() as connection:
        jobs.finish(connection, one.job_id, state, result=result, problem=problem)


class _Telling:
    """Tells the ledger how far a job is, also while one step takes long; ends the process of one that does not stop."""

    def __init__(self, place: Place, job_id: int) -> None:
        self._place = place
        self._waits = False
        self._ledger = open_ledger(place)
        self._job_id = job_id
        self._now: tuple[str, float] = ("", 0.0)
        self._over = threading.Event()
        self._stop = threading.Event()
        self._runs = made_true(place)
        self._beat = threading.Thread(target=self._go_on, name="telling", daemon=True)
        self._beat.start()

    def progress(self, what: str, share: float) -> None:
        """What is done now and the share done; raises JobStopped where the job is to stop."""
        self._now = (what, share)
        if self._stop.is_set():
            raise JobStopped

    def end(self) -> None:
        self._over.set()
        self._beat.join()

    def _go_on(self) -> None:
        told, waited = None, 0.0
        while not self._over.wait(_TOLD_EVERY_SECONDS):
            waited += _TOLD_EVERY_SECONDS
            if told == self._now and waited < HEARTBEAT_SECONDS and not self._stop.is_set():
                continue
            if not self._tell():
                self._stop.set()
                if self._over.wait(GRACE_SECONDS):
                    return
                self._give_up()
            told, waited = self._now, 0.0

    def _tell(self) -> bool:
        try:
            what, share = self._now
            with self._ledger.transaction() as connection:
                if self._waits and not what.startswith(WAITS):  # what is left is foretold by the work alone
                    jobs.begin_now(connection, self._job_id)
                self._waits = what.startswith(WAITS)
                return jobs.tell(connection, self._job_id, what, share)
        except EnvironmentFault:  # another writer took long, or the disk is full: the work itself will say so
            return True

    def _give_up(self) -> None:
        """End the process in the middle of its work, unless that has just been published."""
        with self._ledger.transaction() as connection:  # nothing can be published while this is looked at
            if made_true(self._place) != self._runs:
                return
            jobs.finish(connection, self._job_id, jobs.STOPPED)
            if any(one.state == WAITING for one in recent(self._place.root)):
                start(self._place.root)  # in a group of its own: it outlives this process, and does what waited for it
        if os.getpgrp() == os.getpid():  # with the processes that read files for this one
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os._exit(0)


def _import(workspace: Path, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    from idealfit.workspace.importing import import_records

    report = import_records(
        Path(arguments["folder"]),
        workspace,
        mapping=_path(arguments.get("mapping")),
        update=bool(arguments.get("update")),
        as_of=_day(arguments.get("as_of")),
        progress=progress,
    )
    return {"tables": {name: _counts(count) for name, count in report.tables.items()}}


def _build(workspace: Path, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    from idealfit.workspace.building import build

    made = build(
        Path(arguments["folder"]),
        workspace,
        mapping=_path(arguments.get("mapping")),
        best=arguments.get("best"),
        update=bool(arguments.get("update")),
        as_of=_day(arguments.get("as_of")),
        progress=progress,
    )
    return {
        "tables": {name: _counts(count) for name, count in made.report.tables.items()},
        "verdict": made.evidence["verdict"],
        "proposed": made.proposed,
    }


def _score(workspace: Path, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    from idealfit.workspace.scoring_anew import score_anew

    for _ in range(SCORED_AGAIN):
        try:
            made = score_anew(workspace, beside=arguments.get("beside"), progress=progress)
            break
        except WorkspaceBusy:  # the profile was changed while it was read: what counts is what it says now
            continue
    else:
        made = score_anew(workspace, beside=arguments.get("beside"), progress=progress)
    return {"scored": made.scores.rows, "tiers": dict(made.scores.tiers), "version": made.version}


def _demo(workspace: Path, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    from idealfit.demo import make_company, write_truth

    source = workspace / "uploads" / "made-up"
    progress("making up a company", 0.0)
    truth = make_company(source, int(arguments.get("seed", 7)))
    write_truth(workspace / "uploads" / "made-up.truth.json", truth)
    return _build(workspace, {**arguments, "folder": str(source)}, progress)


def _propose(workspace: Path, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    from idealfit.workspace.upload_columns import propose_columns
    from idealfit.workspace.uploading import found_upload

    upload = found_upload(open_place(workspace), str(arguments["upload"]))
    return {"upload": upload.number, "files": propose_columns(upload, progress)}


KINDS: dict[str, Callable[[Path, Mapping[str, Any], Progress], Mapping[str, Any]]] = {
    "propose": _propose,
    "import": _import,
    "build": _build,
    "demo": _demo,
    "score": _score,
}
"""What can be asked for, by its name; each takes the workspace, the arguments of the job and where to tell progress."""


def _counts(count: Any) -> dict[str, int]:
    return {name: getattr(count, name) for name in ("read", "kept", "merged", "rejected")}


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


if __name__ == "__main__":
    work(Path(sys.argv[1]))
