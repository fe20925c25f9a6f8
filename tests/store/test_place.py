from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from idealfit.errors import NotAWorkspace, WorkspaceMissing, WriteFailed
from idealfit.store.place import open_place, sweep, write_aside, write_bytes, write_text


def test_it_makes_a_workspace_where_there_is_nothing(tmp_path: Path) -> None:
    place = open_place(tmp_path / "deep" / "w", create=True)
    assert place.ledger.is_file()
    assert open_place(tmp_path / "deep" / "w") == place


def test_it_makes_a_workspace_in_an_empty_folder(tmp_path: Path) -> None:
    assert open_place(tmp_path, create=True).ledger.is_file()


def test_it_refuses_a_folder_that_holds_something_else_and_leaves_it_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("photos")
    with pytest.raises(NotAWorkspace) as caught:
        open_place(tmp_path, create=True)
    assert caught.value.code == "IF302"
    assert caught.value.exit_code == 4
    assert "--workspace" in caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


def test_it_refuses_a_file_as_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("")
    with pytest.raises(NotAWorkspace):
        open_place(tmp_path / "w", create=True)


@pytest.mark.parametrize("there", [True, False])
def test_it_says_that_there_is_no_workspace(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "w"
    if there:
        folder.mkdir()
    with pytest.raises(WorkspaceMissing):
        open_place(folder)
    assert folder.exists() == there


def test_a_failing_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "profile.yaml"
    write_text(target, "old")

    def fail(aside: Path) -> None:
        aside.write_text("half of the ne")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(WriteFailed, match="old one is intact") as caught:
        write_aside(target, fail)
    assert "space" in caught.value.remedy
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["profile.yaml"]


def test_it_writes_bytes_and_text_as_they_are(tmp_path: Path) -> None:
    write_bytes(tmp_path / "new" / "a", b"\x00\r\n")
    assert (tmp_path / "new" / "a").read_bytes() == b"\x00\r\n"
    write_text(tmp_path / "b", "ü\r\n")
    assert (tmp_path / "b").read_bytes() == "ü\r\n".encode()


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    write_text(tmp_path / ("n" * 255), "x")
    assert (tmp_path / ("n" * 255)).read_text() == "x"


def test_it_sweeps_what_killed_writers_left_and_nothing_else(tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    orphan = place.root / f".scores.csv.{int(dead.stdout)}.0123abcd.tmp"
    live = place.root / f".scores.csv.{os.getppid()}.0123abcd.tmp"
    theirs = place.root / "notes.tmp"
    old = place.root / f".page.html.{os.getppid()}.0123abcd.tmp"
    for path in (orphan, live, theirs, old):
        path.write_text("half")
    os.utime(old, (0, 0))
    assert sweep(place) == 2
    assert not orphan.exists()
    assert not old.exists()
    assert live.exists()
    assert theirs.exists()
    orphan.write_text("half")
    write_text(place.root / "scores.csv", "x")
    assert (orphan.exists(), live.exists()) == (False, True)
