"""The ledger: a small SQLite file (WAL) that says which snapshots are true, what ran, and which profiles were frozen.

Every method is one transaction. One that may write is begun with BEGIN IMMEDIATE: it waits for another writer and never
acts on stale rows. One that only reads sees the rows of one moment, and neither waits nor makes anybody wait.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from idealfit.errors import Position, WorkspaceBusy, WorkspaceDamaged, WorkspaceTooNew
from idealfit.store import migrations
from idealfit.store.place import Place, write_aside, write_failure
from idealfit.store.versions import ProfileDecision, ProfileVersion, decisions_of, versions_of

NEWEST_REVISION = "a008"
_WAIT_MILLISECONDS = 30_000
_READS = "idealfit_reads"

_metadata = sa.MetaData()
_runs = sa.Table(
    "runs",
    _metadata,
    sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text),
    sa.Column("command", sa.Text),
    sa.Column("as_of", sa.Date),
    sa.Column("at", sa.DateTime),
    sa.Column("written_by", sa.Text),
    sa.Column("summary", sa.JSON),
)
_snapshots = sa.Table(
    "snapshots",
    _metadata,
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("snapshot_id", sa.Text, primary_key=True),
    sa.Column("rows", sa.BigInteger),
    sa.Column("sha256", sa.Text),
    sa.Column("run_id", sa.Integer),
)
_current = sa.Table(
    "current_tables",
    _metadata,
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("snapshot_id", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("run_id", sa.Integer),
)
_written = sa.Table(
    "written_profiles",
    _metadata,
    sa.Column("motion", sa.Text, primary_key=True),
    sa.Column("content_sha256", sa.Text),
    sa.Column("at", sa.DateTime),
)
_values = sa.Table(
    "named_values",
    _metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON),
    sa.Column("at", sa.DateTime),
)
_decisions = sa.Table(
    "duplicate_decisions",
    _metadata,
    sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_a", sa.Text),
    sa.Column("account_b", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("by", sa.Text),
    sa.Column("because", sa.Text),
    sa.Column("at", sa.DateTime),
)


@dataclass(frozen=True)
class Run:
    """One command that wrote to the workspace. `at` is UTC."""

    run_id: int
    kind: str
    command: str
    as_of: date | None
    at: datetime
    written_by: str
    summary: dict[str, Any]


@dataclass(frozen=True)
class PairDecision:
    """What a person said of two accounts (`account_a` < `account_b`), in a state's words; None takes it back."""

    account_a: str
    account_b: str
    state: str | None
    by: str
    because: str | None = None


class Ledger:
    """The workspace's ledger; made by `open_ledger`. Connections live for one transaction, so nothing is to close."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._engine = _engine(place.ledger)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is kept, or nothing. Raises WorkspaceBusy, WorkspaceDamaged, WriteFailed."""
        with self._begun(self._engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction in which nothing is written: beside a writer it sees what was kept before. Raises
        WorkspaceBusy, WorkspaceDamaged.
        """
        with self._begun(_only_reading(self._engine)) as connection:
            yield connection

    @contextmanager
    def _begun(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except (sa.exc.OperationalError, sa.exc.DatabaseError) as problem:
            raise _ledger_problem(self.place, problem) from problem

    def _write(self, write: Callable[[sa.Connection], object]) -> None:
        """Do it now, in a transaction of its own; or in a staged run, at its end with all else."""
        if self.place.staging is not None:
            self.place.staging.ledger_writes.append(write)
            return
        with self.transaction() as connection:
            write(connection)

    def record_run(self, kind: str, command: str, as_of: date | None, summary: Mapping[str, Any]) -> int:
        """Note a run; its number, which is 0 in a staged run: it has none yet."""
        if self.place.staging is not None:
            self._write(lambda connection: _insert_run(connection, kind, command, as_of, summary))
            return 0
        with self.transaction() as connection:
            return _insert_run(connection, kind, command, as_of, summary)

    def latest_runs(self, limit: int = 20) -> tuple[Run, ...]:
        """The last runs, newest first."""
        return self._runs_where(sa.true(), limit)

    def runs_of_kind(self, kind: str) -> tuple[Run, ...]:
        """Every run of one kind, newest first."""
        return self._runs_where(_runs.c.kind == kind, None)

    def _runs_where(self, condition: sa.ColumnElement[bool], limit: int | None) -> tuple[Run, ...]:
        query = sa.select(_runs).where(condition).order_by(_runs.c.run_id.desc()).limit(limit)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Run(**row._mapping) for row in rows)

    def publish(
        self,
        snapshots: Mapping[str, tuple[str, int, str]],
        *,
        kind: str,
        command: str,
        as_of: date | None,
        summary: Mapping[str, Any],
        instead_of: Mapping[str, str] | None = None,
    ) -> None:
        """A run and its snapshots (table → id, rows, SHA-256) in one transaction: they become the current tables of
        this `kind`, in place of all it had; the run's summary says which they are (`tables`: table → id).

        `instead_of` are the current snapshots that the run was made from: where others have become current meanwhile
        (and not the same ones as these), WorkspaceBusy is raised and nothing is written.
        """
        named = {table: found[0] for table, found in snapshots.items()}

        def write(connection: sa.Connection) -> None:
            if instead_of is not None:
                _need_unchanged(self.place, connection, instead_of, named)
            run_id = _insert_run(connection, kind, command, as_of, {**summary, "tables": named})
            _make_current(connection, run_id, snapshots, kind)

        if self.place.staging is not None:
            self.place.staging.snapshots.update(named)
        self._write(write)

    def current_snapshots(self) -> dict[str, str]:
        """Table → id of its current snapshot; in a staged run that has published, of those that will be current."""
        if self.place.staging is not None and self.place.staging.snapshots:
            return dict(self.place.staging.snapshots)
        with self.reading() as connection:
            return _current_ids(connection)

    def known_snapshots(self) -> dict[tuple[str, str], tuple[int, str]]:
        """(table, snapshot id) → (rows, SHA-256), all that ever were current."""
        with self.reading() as connection:
            rows = connection.execute(sa.select(_snapshots)).all()
        return {(row.table_name, row.snapshot_id): (row.rows, row.sha256) for row in rows}

    def profile_versions(self, motion: str) -> tuple[ProfileVersion, ...]:
        """The frozen versions of a motion's profile, oldest first."""
        with self.reading() as connection:
            return versions_of(connection, motion)

    def profile_decisions(self, motion: str) -> tuple[ProfileDecision, ...]:
        """What people decided about a motion's profile, oldest first."""
        with self.reading() as connection:
            return decisions_of(connection, motion)

    def write(self, write: Callable[[sa.Connection], object]) -> None:
        """Do `write` in one transaction: now, or in a staged run at its end with all else."""
        self._write(write)

    def record_written_profile(self, motion: str, content_sha256: str) -> None:
        """Note what `build` itself wrote, so that a person's change is seen later."""

        def write(connection: sa.Connection) -> None:
            connection.execute(_written.delete().where(_written.c.motion == motion))
            connection.execute(_written.insert().values(motion=motion, content_sha256=content_sha256, at=_now()))

        self._write(write)

    def last_written_profile(self, motion: str) -> str | None:
        """The SHA-256 that `build` itself wrote last; None when it never did."""
        with self.reading() as connection:
            found = connection.execute(sa.select(_written.c.content_sha256).where(_written.c.motion == motion)).scalar()
        return None if found is None else str(found)

    def decide_pairs(
        self,
        decisions: Sequence[PairDecision],
        look: Callable[[tuple[PairDecision, ...]], None] = lambda _standing: None,
    ) -> None:
        """Keep what people decided about pairs, all of it or nothing; what was said before stays in the table. `look`
        is shown what stands until then, while nobody else can decide: whatever it raises refuses all of it.
        """

        def write(connection: sa.Connection) -> None:
            look(_standing(connection))
            if decisions:
                connection.execute(_decisions.insert(), [{**vars(one), "at": _now()} for one in decisions])

        self._write(write)

    def pair_decisions(self, *, as_said: bool = False) -> tuple[PairDecision, ...]:
        """The decision that stands of each pair, sorted by the accounts' ids; or `as_said`, the latest last."""
        with self.reading() as connection:
            return _standing(connection, as_said=as_said)

    def set_value(self, key: str, value: Any) -> None:
        """Keep a JSON value under `key`."""
        self._write(lambda connection: self.put(connection, key, value))

    def put(self, connection: sa.Connection, key: str, value: Any) -> None:
        """`set_value` within a transaction that is under way."""
        connection.execute(_values.delete().where(_values.c.key == key))
        connection.execute(_values.insert().values(key=key, value=value, at=_now()))

    def get_value(self, key: str) -> Any:
        """The JSON value under `key`; None when there is none."""
        with self.reading() as connection:
            return self.get(connection, key)

    def get(self, connection: sa.Connection, key: str) -> Any:
        """`get_value` within a transaction that is under way."""
        return connection.execute(sa.select(_values.c.value).where(_values.c.key == key)).scalar()


def open_ledger(place: Place) -> Ledger:
    """The ledger of a place that `open_place` has opened."""
    return Ledger(place)


def prepare_ledger(place: Place) -> None:
    """Make the ledger, or bring an older one up to date (a copy of it is kept first).

    Raises WorkspaceTooNew, WorkspaceDamaged, WorkspaceBusy.
    """
    revision = _revision(place)
    if revision == NEWEST_REVISION:
        return
    steps = Path(migrations.__file__).parent / "versions"
    if revision is not None and not any(path.name.startswith(f"{revision}_") for path in steps.glob("*.py")):
        raise WorkspaceTooNew(
            f"This workspace was written by a newer idealfit (its ledger is at '{revision}')",
            where=Position(file=str(place.ledger)),
            remedy="Install that version or a newer one, or choose another folder with --workspace.",
        )
    if revision is not None:
        write_aside(place.root / f"ledger.before-{NEWEST_REVISION}.sqlite", lambda aside: _copy_ledger(place, aside))
    _migrate(place)


def _migrate(place: Place) -> None:
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    with Ledger(place).transaction() as connection:
        settings.attributes["connection"] = connection
        # Two processes may have come this far: the second one finds the work done.
        command.upgrade(settings, "head")


def _copy_ledger(place: Place, target: Path) -> None:
    source = sqlite3.connect(place.ledger)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    shutil.copymode(place.ledger, target)


def _revision(place: Place) -> str | None:
    """The step that the ledger is at; None when nothing has been made yet."""
    if not place.ledger.exists() or place.ledger.stat().st_size == 0:
        return None
    try:
        with _only_reading(_engine(place.ledger)).begin() as connection:
            if "alembic_version" not in sa.inspect(connection).get_table_names():
                return None
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except sa.exc.DatabaseError as problem:
        raise _ledger_problem(place, problem) from problem
    return None if found is None else str(found)


def _engine(path: Path) -> sa.Engine:
    return _engine_at(str(path.absolute()))


@lru_cache(maxsize=32)
def _engine_at(path: str) -> sa.Engine:
    """It holds no connection, only statements put into words: an import opens its ledger ten times, a page twice."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=path),
        poolclass=sa.NullPool,
        connect_args={"timeout": _WAIT_MILLISECONDS / 1000},
    )
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    # sqlite3's own transaction handling would begin later, and no writer IMMEDIATE: switched off.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_WAIT_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _only_reading(engine: sa.Engine) -> sa.Engine:
    return engine.execution_options(**{_READS: True})


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(_READS) else "BEGIN IMMEDIATE")


def _ledger_problem(place: Place, problem: sa.exc.DBAPIError) -> Exception:
    said = str(problem.orig)
    where = Position(file=str(place.ledger))
    if "locked" in said or "busy" in said:
        return WorkspaceBusy(
            "Another process has been writing to this workspace for more than half a minute",
            where=where,
            remedy="Wait until it is done, or end it, and run this again.",
        )
    if "full" in said or "I/O" in said or "readonly" in said:
        return write_failure(place.ledger, OSError(28 if "full" in said else 5, said))
    if isinstance(problem, sa.exc.IntegrityError):
        return problem
    return WorkspaceDamaged(
        f"The ledger of this workspace cannot be read ({said})",
        where=where,
        remedy="Restore the folder from a backup, or build into a new one with --workspace.",
    )


def _insert_run(
    connection: sa.Connection, kind: str, command: str, as_of: date | None, summary: Mapping[str, Any]
) -> int:
    from idealfit import __version__

    row = {"kind": kind, "command": command, "as_of": as_of, "summary": dict(summary)}
    return _new_key(connection.execute(_runs.insert().values(**row, at=_now(), written_by=__version__)))


def _current_ids(connection: sa.Connection) -> dict[str, str]:
    rows = connection.execute(sa.select(_current.c.table_name, _current.c.snapshot_id)).all()
    return {row.table_name: row.snapshot_id for row in rows}


def _need_unchanged(
    place: Place, connection: sa.Connection, before: Mapping[str, str], wanted: Mapping[str, str]
) -> None:
    """Refuse to write over what another run has published since `before` was read."""
    now = _current_ids(connection)
    if now not in (dict(before), dict(wanted)):
        raise WorkspaceBusy(
            "Another import into this workspace ended while this one was under way: nothing was written",
            where=Position(file=str(place.root)),
            remedy="Run it again; it will then be compared with what is there now.",
        )


def _standing(connection: sa.Connection, *, as_said: bool = False) -> tuple[PairDecision, ...]:
    last: dict[tuple[str, str], PairDecision] = {}
    for row in connection.execute(sa.select(_decisions).order_by(_decisions.c.decision_id)):
        key = (row.account_a, row.account_b)
        last.pop(key, None)  # what is said anew is said last
        last[key] = PairDecision(*key, row.state, row.by, row.because)
    return tuple(last[key] for key in (last if as_said else sorted(last)) if last[key].state is not None)


def _make_current(
    connection: sa.Connection, run_id: int, snapshots: Mapping[str, tuple[str, int, str]], kind: str
) -> None:
    connection.execute(_current.delete().where((_current.c.kind == kind) | _current.c.table_name.in_(list(snapshots))))
    for table, (snapshot_id, rows, sha256) in sorted(snapshots.items()):
        key = (_snapshots.c.table_name == table) & (_snapshots.c.snapshot_id == snapshot_id)
        if connection.execute(sa.select(_snapshots.c.rows).where(key)).first() is None:
            connection.execute(
                _snapshots.insert().values(
                    table_name=table, snapshot_id=snapshot_id, rows=rows, sha256=sha256, run_id=run_id
                )
            )
        connection.execute(
            _current.insert().values(table_name=table, snapshot_id=snapshot_id, kind=kind, run_id=run_id)
        )


def _new_key(result: sa.CursorResult[Any]) -> int:
    key = result.inserted_primary_key
    if key is None:  # pragma: no cover - SQLite always gives one
        raise RuntimeError("the ledger gave no key")
    return int(key[0])


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
