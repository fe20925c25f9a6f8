"""Work that takes a while, as rows of the ledger: asked for, claimed by one process, told of as it goes, ended once.

A process that works renews its lease; where it dies, the lease runs out and the job is `lost`, whoever looks next. In a
workspace one job runs at a time: the others wait in the order in which they were asked for. Every function that writes
works within a transaction of the ledger, which a writer begins with a lock; readers never wait.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

LEASE = timedelta(seconds=30)
"""Renewed every few seconds while a process works; so long after it died, its job counts as lost."""
WAITING, RUNNING, DONE, FAILED, STOPPED, LOST = "waiting", "running", "done", "failed", "stopped", "lost"
ENDED = frozenset({DONE, FAILED, STOPPED, LOST})
LARGEST_NUMBER = 2**63 - 1
"""SQLite knows no greater ones; an address may hold any."""

_metadata = sa.MetaData()
_jobs = sa.Table(
    "jobs",
    _metadata,
    sa.Column("job_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text),
    sa.Column("arguments", sa.JSON),
    sa.Column("state", sa.Text),
    sa.Column("asked_at", sa.DateTime),
    sa.Column("began_at", sa.DateTime),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("lease_until", sa.DateTime),
    sa.Column("what", sa.Text),
    sa.Column("share", sa.Float),
    sa.Column("stop_asked", sa.Boolean),
    sa.Column("result", sa.JSON),
    sa.Column("problem", sa.JSON),
)


@dataclass(frozen=True)
class Job:
    """A piece of work: what was asked for (`kind`, `arguments`), where it stands (`state`; `what` it does now and the
    `share` done, 0 to 1), when (UTC), and what came out (`result`, or `problem` in the words of an error).
    """

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    state: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    lease_until: datetime | None
    what: str
    share: float
    stop_asked: bool
    result: Mapping[str, Any] | None
    problem: Mapping[str, Any] | None

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


def ask(connection: sa.Connection, kind: str, arguments: Mapping[str, Any], *, now: datetime | None = None) -> int:
    """Ask for a job; its number."""
    row = {"kind": kind, "arguments": dict(arguments), "state": WAITING, "asked_at": now or now_utc()}
    made = connection.execute(_jobs.insert().values(**row, what="", share=0.0, stop_asked=False))
    return int((made.inserted_primary_key or (0,))[0])


def waiting(connection: sa.Connection, kind: str, arguments: Mapping[str, Any], *, running: bool = False) -> int | None:
    """The number of a job that was asked for in the same words and has not begun; with `running`, or is under way."""
    states = (WAITING, RUNNING) if running else (WAITING,)
    rows = connection.execute(
        sa.select(_jobs.c.job_id, _jobs.c.arguments)
        .where(_jobs.c.kind == kind, _jobs.c.state.in_(states))
        .order_by(_jobs.c.job_id)
    )
    return next((int(row.job_id) for row in rows if row.arguments == dict(arguments)), None)


def claim(connection: sa.Connection, *, now: datetime | None = None) -> Job | None:
    """Take the job that has waited longest, unless one is running; None where there is nothing to take."""
    moment = now or now_utc()
    end_lost(connection, now=moment)
    running = sa.select(_jobs.c.job_id).where(_jobs.c.state == RUNNING).exists()
    oldest = sa.select(sa.func.min(_jobs.c.job_id)).where(_jobs.c.state == WAITING).scalar_subquery()
    taken = connection.execute(
        _jobs.update()
        .where(_jobs.c.job_id == oldest, ~running)
        .values(state=RUNNING, began_at=moment, lease_until=moment + LEASE)
        .returning(*_jobs.c)
    ).first()
    return None if taken is None else Job(**taken._mapping)


def tell(connection: sa.Connection, job_id: int, what: str, share: float, *, now: datetime | None = None) -> bool:
    """Say how far a job is, which renews its lease. False where it is to stop: somebody asked, or it was given up."""
    kept = connection.execute(
        _jobs.update()
        .where(_jobs.c.job_id == job_id, _jobs.c.state == RUNNING)
        .values(what=what, share=min(max(share, 0.0), 1.0), lease_until=(now or now_utc()) + LEASE)
        .returning(_jobs.c.stop_asked)
    ).first()
    return kept is not None and not kept.stop_asked


def begin_now(connection: sa.Connection, job_id: int, *, now: datetime | None = None) -> None:
    """A running job has begun at this moment only: until now it waited for its turn."""
    this = (_jobs.c.job_id == job_id) & (_jobs.c.state == RUNNING)
    connection.execute(_jobs.update().where(this).values(began_at=now or now_utc()))


def finish(
    connection: sa.Connection,
    job_id: int,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    problem: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> bool:
    """End a running job as DONE, FAILED or STOPPED; False where it had ended already."""
    ended = connection.execute(
        _jobs.update()
        .where(_jobs.c.job_id == job_id, _jobs.c.state == RUNNING)
        .values(state=state, ended_at=now or now_utc(), lease_until=None, result=result, problem=problem)
    )
    return bool(ended.rowcount)


def ask_to_stop(connection: sa.Connection, job_id: int, *, now: datetime | None = None) -> None:
    """A waiting job is stopped at once, a running one is asked to; of one that has ended, nothing changes."""
    this = _jobs.c.job_id == job_id
    connection.execute(
        _jobs.update().where(this, _jobs.c.state == WAITING).values(state=STOPPED, ended_at=now or now_utc())
    )
    connection.execute(_jobs.update().where(this, _jobs.c.state == RUNNING).values(stop_asked=True))


def end_lost(connection: sa.Connection, *, now: datetime | None = None) -> int:
    """Give up the jobs whose process is gone; how many."""
    moment = now or now_utc()
    gone = connection.execute(
        _jobs.update()
        .where(_jobs.c.state == RUNNING, _jobs.c.lease_until <= moment)
        .values(state=LOST, ended_at=moment, lease_until=None)
    )
    return gone.rowcount


def job(ledger: Path, job_id: int) -> Job | None:
    """A job by its number; None where there is none. Raises sqlite3.Error where the ledger cannot be read."""
    found = _read(ledger, "WHERE job_id = ?", (job_id,)) if 0 < job_id <= LARGEST_NUMBER else ()
    return found[0] if found else None


def jobs(ledger: Path, *, limit: int = 50) -> tuple[Job, ...]:
    """The last jobs, newest first. Raises sqlite3.Error where the ledger cannot be read."""
    return _read(ledger, "ORDER BY job_id DESC LIMIT ?", (limit,))


def _read(ledger: Path, rest: str, values: tuple[int, ...]) -> tuple[Job, ...]:
    names = ", ".join(column.name for column in _jobs.c)
    with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(f"SELECT {names} FROM jobs {rest}", values).fetchall()
    return tuple(_job(row) for row in rows)


def _job(row: sqlite3.Row) -> Job:
    def moment(name: str) -> datetime | None:
        return None if row[name] is None else datetime.fromisoformat(row[name])

    def document(name: str) -> Any:
        return None if row[name] is None else json.loads(row[name])

    asked = moment("asked_at")
    assert asked is not None  # noqa: S101 - the column is not null
    return Job(
        job_id=row["job_id"],
        kind=row["kind"],
        arguments=document("arguments"),
        state=row["state"],
        asked_at=asked,
        began_at=moment("began_at"),
        ended_at=moment("ended_at"),
        lease_until=moment("lease_until"),
        what=row["what"],
        share=row["share"],
        stop_asked=bool(row["stop_asked"]),
        result=document("result"),
        problem=document("problem"),
    )


def now_utc() -> datetime:
    """This moment in UTC, as the ledger writes it."""
    return datetime.now(UTC).replace(tzinfo=None)
