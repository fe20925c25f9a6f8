from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import WorkspaceBusy
from idealfit.store import staging
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place, write_text
from idealfit.store.snapshots import publish_tables, table_path
from idealfit.store.staging import staged, watch

RUN = """
import os, signal, sys
from pathlib import Path
from idealfit.store import staging
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place, write_text

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

place = open_place(Path(sys.argv[1]))
with staging.staged(place, "a run") as work:
    write_text(work.outputs / "a.txt", "new a")
    write_text(work.outputs / "folder" / "b.txt", "new b")
    open_ledger(work).set_value("run", "new")
    if sys.argv[2] == "before":
        killed()
    move = staging._move_into_place
    staging._move_into_place = lambda place, folder, only="": move(place, folder, only=only) if only else killed()
"""


def publish(place, numbers: str) -> None:
    con = duckdb.connect()
    select = f"SELECT * FROM (VALUES {numbers}) t(n)"
    publish_tables(place, con, {"accounts": select}, kind="import", command="", as_of=date(2026, 1, 1), summary={})


def content(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and "ledger" not in path.name}


def test_nothing_is_seen_until_the_run_is_over_and_then_all_of_it(tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    with staged(place, "a run") as work:
        write_text(work.outputs / "folder" / "b.txt", "b")
        publish(work, "(1), (2)")
        open_ledger(work).set_value("run", 1)
        assert open_ledger(work).current_snapshots().keys() == {"accounts"}
        assert table_path(work, "accounts") is not None
        assert open_ledger(place).current_snapshots() == {}
        assert open_ledger(place).get_value("run") is None
        assert not (place.root / "folder").exists()
    assert (place.root / "folder" / "b.txt").read_text() == "b"
    assert open_ledger(place).get_value("run") == 1
    path = table_path(place, "accounts")
    assert path is not None
    assert duckdb.connect().execute(f"SELECT sum(n) FROM '{path}'").fetchall() == [(3,)]
    assert (place.tables / "accounts.parquet").samefile(path)
    assert not list(place.root.glob(".run*"))


def test_a_run_that_fails_leaves_not_a_trace(tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    publish(place, "(1)")
    before = content(place.root)
    with pytest.raises(ZeroDivisionError), staged(place, "a run") as work:
        write_text(work.outputs / "a.txt", "a")
        publish(work, "(7)")
        raise ZeroDivisionError
    assert content(place.root) == before


def test_a_file_that_somebody_else_changes_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    write_text(place.root / "profile.yaml", "mine")
    with pytest.raises(WorkspaceBusy), staged(place, "a run") as work:
        watch(work, place.root / "profile.yaml")
        write_text(work.outputs / "profile.yaml", "ours")
        write_text(place.root / "profile.yaml", "mine, changed")
    assert (place.root / "profile.yaml").read_text() == "mine, changed"


@pytest.mark.parametrize(("moment", "said"), [("before", "old"), ("after", "new")])
def test_killed_before_it_is_true_a_run_never_was_and_after_it_is_finished_at_the_next_opening(
    moment: str, said: str, tmp_path: Path
) -> None:
    place = open_place(tmp_path / "w", create=True)
    write_text(place.root / "a.txt", "old a")
    open_ledger(place).set_value("run", "old")
    subprocess.run([sys.executable, "-c", RUN, str(place.root), moment], check=False)
    assert list(place.root.glob(".run*"))
    place = open_place(tmp_path / "w")
    assert open_ledger(place).get_value("run") == said
    assert (place.root / "a.txt").read_text() == f"{said} a"
    assert (place.root / "folder" / "b.txt").exists() == (said == "new")
    assert not list(place.root.glob(".run*"))


def test_what_is_saved_at_the_moment_a_run_becomes_true_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = open_place(tmp_path / "w", create=True)
    write_text(place.root / "profile.yaml", "old")
    end = staging._end

    def saved_first(*given: object) -> None:
        write_text(place.root / "profile.yaml", "a person's")
        end(*given)

    monkeypatch.setattr(staging, "_end", saved_first)
    with staged(place, "a run") as work:
        watch(work, place.root / "profile.yaml")
        write_text(work.outputs / "profile.yaml", "the run's")
        write_text(work.outputs / "scores.csv", "new")
        assert staging.made_true(place) == 0
    assert (place.root / "profile.yaml").read_text() == "a person's"
    assert (place.root / "scores.csv").read_text() == "new"
    assert not list(place.root.glob(".run*")) and staging.made_true(place) == 1


def test_who_changes_a_profile_waits_until_all_files_of_a_run_are_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = open_place(tmp_path / "w", create=True)
    move, locked = staging._move_into_place, []

    def looked_at(*given: object, only: str = "") -> None:
        if not only:
            with closing(sqlite3.connect(place.ledger, timeout=0)) as other:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
                locked.append(True)
        move(*given, only=only)

    monkeypatch.setattr(staging, "_move_into_place", looked_at)
    with staged(place, "a run") as work:
        write_text(work.outputs / "a.txt", "a")
    assert locked == [True]
    assert (place.root / "a.txt").read_text() == "a"
