from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import WorkspaceDamaged
from idealfit.store.engine import connect, load_tables
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.snapshots import publish_tables, table_path

# For each line 'number version' on stdin: fork a writer that kills itself at the n-th step that changes something on
# the disk or in the ledger (before or after it), and print how it ended.
KILLED_WRITERS = """
import os, pathlib, signal, sys
from pathlib import Path
from idealfit.store import ledger, place as places, snapshots
from idealfit.store.engine import connect

def deadly(act, number, calls):
    def step():
        calls[0] += 1
        if calls[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
    def call(*arguments, **options):
        step()
        done = act(*arguments, **options)
        step()
        return done
    return call

def write(root, number, version):
    place = places.open_place(root)
    con = connect(root, threads=1)
    con.execute(f"CREATE TABLE a AS SELECT 'a' || range AS account_id, '{version}' AS name FROM range(1000)")
    con.execute(f"CREATE TABLE d AS SELECT 'd' || range AS deal_id, '{version}' AS stage FROM range(1000)")
    calls = [0]
    for owner, name in (
        (os, "fsync"), (os, "link"), (pathlib.Path, "replace"), (pathlib.Path, "unlink"), (pathlib.Path, "chmod"),
        (ledger, "_insert_run"), (ledger, "_make_current"), (ledger.Ledger, "publish"),
    ):
        setattr(owner, name, deadly(getattr(owner, name), number, calls))
    snapshots.publish_tables(
        place, con, {"accounts": "a", "deals": "d"}, kind="import", command="", as_of=None, summary={}
    )

for line in sys.stdin:
    number, version = line.split()
    child = os.fork()
    if child == 0:
        write(Path(sys.argv[1]), int(number), version)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def publish(place: Place, version: str, *, tables: tuple[str, ...] = ("accounts", "deals")) -> None:
    con = connect(place.root)
    queries = {
        "accounts": f"SELECT 'a' || range AS account_id, '{version}' AS name FROM range(1000)",
        "deals": f"SELECT 'd' || range AS deal_id, '{version}' AS stage FROM range(1000)",
    }
    chosen = {name: queries[name] for name in tables}
    publish_tables(place, con, chosen, kind="import", command="", as_of=None, summary={})


def versions(place: Place) -> tuple[set[str], set[str], int]:
    con = connect(place.root)
    load_tables(con, place)
    names = {row[0] for row in con.execute("SELECT DISTINCT name FROM accounts").fetchall()}
    stages = {row[0] for row in con.execute("SELECT DISTINCT stage FROM deals").fetchall()}
    count = con.execute("SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM deals)").fetchone()
    return names, stages, count[0] if count else 0


def shown(place: Place) -> set[str]:
    con = connect(place.root)
    paths = [str(path) for path in sorted(place.tables.glob("*.parquet"))]
    return {
        row[0]
        for path in paths
        for row in con.execute(f"SELECT DISTINCT {column(path)} FROM read_parquet(?)", [path]).fetchall()
    }


def column(path: str) -> str:
    return "name" if path.endswith("accounts.parquet") else "stage"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return open_place(tmp_path / "w", create=True)


def test_what_is_published_is_current_and_shown(place: Place) -> None:
    publish(place, "old")
    publish(place, "new")
    assert versions(place) == ({"new"}, {"new"}, 2000)
    assert shown(place) == {"new"}
    path = table_path(place, "accounts")
    assert path is not None
    assert path.parent == place.snapshots / "accounts"
    assert table_path(place, "usage") is None


def test_equal_content_is_stored_once(place: Place) -> None:
    publish(place, "old")
    first = table_path(place, "accounts")
    publish(place, "old")
    assert table_path(place, "accounts") == first
    assert len(list((place.snapshots / "accounts").iterdir())) == 1


def test_equal_content_is_equal_bytes_whatever_the_number_of_threads(place: Place, tmp_path: Path) -> None:
    ids = set()
    query = "SELECT 'a' || range AS account_id, range % 7 AS x FROM range(300000) ORDER BY range"
    for threads in (1, 2, 4):
        con = connect(place.root, threads=threads)
        publish_tables(place, con, {"accounts": query}, kind="import", command="", as_of=None, summary={})
        ids.add(open_ledger(place).current_snapshots()["accounts"])
    assert len(ids) == 1


def test_a_table_that_is_not_published_again_is_no_longer_current(place: Place) -> None:
    publish(place, "old")
    publish(place, "new", tables=("accounts",))
    assert versions(place) == ({"new"}, set(), 1000)
    assert [path.name for path in place.tables.iterdir()] == ["accounts.parquet"]


def test_a_failing_table_leaves_everything_as_it_was(place: Place) -> None:
    publish(place, "old")
    con = connect(place.root)
    broken = {"accounts": "SELECT 'new' AS name", "deals": "SELECT CAST('x' AS INTEGER) AS stage"}
    with pytest.raises(duckdb.ConversionException):
        publish_tables(place, con, broken, kind="import", command="", as_of=None, summary={})
    assert versions(place) == ({"old"}, {"old"}, 2000)
    assert shown(place) == {"old"}
    assert not list(place.root.rglob("*.tmp"))


def test_a_snapshot_that_is_gone_is_named(place: Place) -> None:
    publish(place, "old")
    path = table_path(place, "deals")
    assert path is not None
    path.unlink()
    place = open_place(place.root)
    with pytest.raises(WorkspaceDamaged, match="'deals' is gone"):
        load_tables(connect(place.root), place)
    publish(place, "new")
    assert versions(place) == ({"new"}, {"new"}, 2000)


def test_snapshots_that_no_ledger_row_names_are_swept_after_a_day(place: Place) -> None:
    publish(place, "old")
    young = place.snapshots / "accounts" / "00000000000000000000.parquet"
    old = place.snapshots / "accounts" / "11111111111111111111.parquet"
    for path in (young, old):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    open_place(place.root)
    assert young.exists()
    assert not old.exists()
    assert versions(place)[2] == 2000


def test_a_writer_killed_anywhere_leaves_the_old_state_or_the_new_one(place: Place) -> None:
    publish(place, "v0")
    state = {"v0"}
    killed = kept = published = 0
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WRITERS, str(place.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        for number in range(1, 100, 2):
            writers.stdin.write(f"{number} v{number}\n")
            writers.stdin.flush()
            ended = int(writers.stdout.readline())
            place = open_place(place.root)
            names, stages, count = versions(place)
            assert names == stages
            assert len(names) == 1
            assert names <= state | {f"v{number}"}
            assert count == 2000
            assert shown(place) == names
            assert not list(place.root.rglob("*.tmp"))
            kept += names == state
            published += names != state
            state = names
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            killed += 1
        writers.stdin.close()
    # The test is worth something only where kills hit before and after the step that counts.
    assert killed >= 15
    assert kept >= 5
    assert published >= 3
    assert ended == 0
