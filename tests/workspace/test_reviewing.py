from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from idealfit.errors import DecisionUnreadable, NoSuchPair, UsageError
from idealfit.records.intake import import_folder
from idealfit.store.place import open_place
from idealfit.workspace.reviewing import (
    Decided,
    PairDecision,
    Queue,
    decide,
    decisions,
    duplicates,
    read_decisions,
    still_waiting,
    write_queue,
)

ROWS = [
    ["1", "Brightwater Analytics", "US", "Boston", "617 555 0134"],
    ["2", "Brigthwater Analytics", "US", "Boston", ""],
    ["3", "Bolt", "EE", "Tallinn", ""],
    ["4", "Bolt", "US", "Austin", ""],
    ["5", "Corda", "FR", "Lyon", ""],
]


def folder_with(folder: Path) -> None:
    folder.mkdir()
    with (folder / "accounts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["account_id", "name", "country", "city", "company_phone"], *ROWS])
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        header = ["deal_id", "account_id", "created_at", "closed_at", "stage", "amount"]
        csv.writer(file).writerows([header, ["d1", "4", "2024-01-05", "2024-02-01", "Closed Won", "900"]])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("reviewing")
    folder_with(root / "in")
    import_folder(root / "in", open_place(root / "w", create=True))
    return root / "w"


@pytest.fixture
def workspace(made: Path) -> Path:
    """The workspace, without decisions."""
    with sqlite3.connect(made / "ledger.sqlite") as connection:
        connection.execute("DELETE FROM duplicate_decisions")
    connection.close()
    return made


def ids(queue: Queue) -> list[tuple[str, str]]:
    return [(one.account_a, one.account_b) for one in queue.pairs]


def test_the_most_valuable_pair_comes_first_with_both_sides_and_the_reasons(workspace: Path) -> None:
    queue = duplicates(workspace)
    assert ids(queue) == [("3", "4"), ("1", "2")]
    first = queue.pairs[0]
    assert (first.deals, first.amount, first.state) == (1, 900.0, "cannot tell")
    assert (first.a["city"], first.b["city"]) == ("Tallinn", "Austin")
    assert first.held is not None and "countries" in first.held
    assert (queue.waiting, queue.to_apply) == (2, 0)
    assert ids(duplicates(workspace, limit=1)) == [("3", "4")]


def test_a_decided_pair_leaves_the_queue_and_an_undone_one_comes_back(workspace: Path) -> None:
    decide(workspace, [Decided("4", "3", "different", "Ana", "two firms")])
    queue = duplicates(workspace)
    assert ids(queue) == [("1", "2")]
    assert still_waiting(workspace) == 1
    assert (queue.decided, queue.to_apply) == (1, 1)
    assert [(one.account_a, one.state, one.because) for one in decisions(workspace)] == [
        ("3", "different", "two firms")
    ]
    decide(workspace, [Decided("3", "4", "undo", "Ana")])
    assert len(ids(duplicates(workspace))) == still_waiting(workspace) == 2
    assert decisions(workspace) == ()


def test_what_cannot_be_decided_is_refused_and_nothing_of_it_is_kept(workspace: Path) -> None:
    good = Decided("1", "2", "same", "Ana")
    for bad, error in (
        (Decided("1", "99", "same", "Ana"), NoSuchPair),
        (Decided("3", "4", "undo", "Ana"), NoSuchPair),
        (Decided("3", "3", "same", "Ana"), UsageError),
        (Decided("3", "4", "same", " "), UsageError),
    ):
        with pytest.raises(error):
            decide(workspace, [good, bad])
    assert decisions(workspace) == ()


def test_a_queue_written_filled_in_and_read_back_decides(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "queue.csv"
    write_queue(duplicates(workspace), path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][0], rows[1][1] = "Cannot_Tell", "'=who knows"
    rows[2][0] = "same"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    decide(workspace, read_decisions(path, by="Ana"))
    assert [(one.account_a, one.state, one.because) for one in decisions(workspace)] == [
        ("1", "same", None),
        ("3", "cannot tell", "=who knows"),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"decision,account_a,account_b\nsame,1,2\nmaybe,3,4\n", 3),
        (b"account_a,account_b\n1,2\n", 1),
        (b"\xff\xfe\x00", None),
        (b"", 1),
    ],
)
def test_a_file_that_says_something_else_is_refused_with_the_line(
    content: bytes, line: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "queue.csv"
    path.write_bytes(content)
    with pytest.raises(DecisionUnreadable) as problem:
        read_decisions(path, by="Ana")
    assert problem.value.where is not None
    assert problem.value.where.line == line


def test_a_workspace_imported_before_pairs_were_kept_has_an_empty_queue(tmp_path: Path) -> None:
    open_place(tmp_path / "w", create=True)
    assert duplicates(tmp_path / "w").waiting == 0


def test_decisions_that_contradict_each_other_are_refused_whole(workspace: Path) -> None:
    decide(workspace, [Decided("1", "2", "same", "Ana"), Decided("2", "5", "same", "Ana")])
    for verdict in ("different", "cannot tell"):
        with pytest.raises(UsageError, match="1, 2, 5 are one company"):
            decide(workspace, [Decided("3", "4", "same", "Bo"), Decided("5", "1", verdict, "Bo")])  # type: ignore[arg-type]
    assert len(decisions(workspace)) == 2
    decide(workspace, [Decided("2", "5", "undo", "Ana"), Decided("5", "1", "different", "Bo")])
    assert [(one.account_a, one.account_b, one.state) for one in decisions(workspace)] == [
        ("1", "2", "same"),
        ("1", "5", "different"),
    ]


def test_what_stands_is_looked_at_while_nobody_else_can_decide(workspace: Path) -> None:
    decide(workspace, [Decided("3", "4", "same", "Ana")])

    def look(standing: Mapping[tuple[str, str], PairDecision]) -> None:
        assert standing["3", "4"].by == "Ana"
        waits = pytest.raises(sqlite3.OperationalError, match="locked")
        with closing(sqlite3.connect(workspace / "ledger.sqlite", timeout=0)) as other, waits:
            other.execute("BEGIN IMMEDIATE")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        decide(workspace, [Decided("3", "4", "different", "Bo")], look)
    assert [(one.state, one.by) for one in decisions(workspace)] == [("same", "Ana")]
