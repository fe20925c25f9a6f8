from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from idealfit.store.place import open_place
from idealfit.workspace.kept_answer import kept_answer
from idealfit.workspace.overseeing import Overview, overview


def _never() -> Overview:
    raise AssertionError("it was kept")


@pytest.fixture
def workspace(made_up: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_up, tmp_path / "w", ignore=shutil.ignore_patterns("cache")))


def test_what_was_made_of_the_same_files_comes_back_the_same(workspace: Path) -> None:
    place = open_place(workspace)
    found = kept_answer(place, "overview", Overview, lambda: overview(place))
    assert kept_answer(place, "overview", Overview, _never) == found
    assert found == overview(place)


@pytest.mark.parametrize(
    "name",
    ["profile.yaml", "scores.parquet", "score_history.parquet", "evidence.json", "pipeline.csv", "neglected.csv"],
)
def test_a_file_written_anew_is_read_anew(workspace: Path, name: str) -> None:
    place = open_place(workspace)
    kept_answer(place, "overview", Overview, lambda: overview(place))
    path = workspace / name
    written = path.stat()
    os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns + 1))
    with pytest.raises(AssertionError, match="it was kept"):
        kept_answer(place, "overview", Overview, _never)


def test_a_changed_profile_is_what_the_overview_tells(workspace: Path) -> None:
    place = open_place(workspace)
    before = kept_answer(place, "overview", Overview, lambda: overview(place))
    path = workspace / "profile.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(one for one in lines if not one.startswith("status:")) + "\n", encoding="utf-8")
    (workspace / "motion.proposed.yaml").write_text("profile: another\n", encoding="utf-8")
    after = kept_answer(place, "overview", Overview, lambda: overview(place))
    assert (before.proposal, after.proposal) == (False, True)
    assert after == overview(place)


def test_what_cannot_be_read_is_made_anew_and_kept(workspace: Path) -> None:
    place = open_place(workspace)
    found = kept_answer(place, "overview", Overview, lambda: overview(place))
    (kept,) = (workspace / "cache").glob("overview-*.json")
    for broken in (b"", b"{}", b"\xff\x00", kept.read_bytes()[:-20]):
        kept.write_bytes(broken)
        assert kept_answer(place, "overview", Overview, lambda: overview(place)) == found
        assert kept_answer(place, "overview", Overview, _never) == found


def test_nothing_is_kept_of_files_that_somebody_wrote_meanwhile(workspace: Path) -> None:
    place = open_place(workspace)

    def made() -> Overview:
        found = overview(place)
        (workspace / "evidence.json").write_text("{}", encoding="utf-8")
        return found

    kept_answer(place, "overview", Overview, made)
    assert not list((workspace / "cache").glob("overview-*.json"))


def test_a_disk_that_refuses_does_not_keep_the_page_from_being_shown(workspace: Path) -> None:
    (workspace / "cache").write_text("no folder", encoding="utf-8")
    place = open_place(workspace)
    assert kept_answer(place, "overview", Overview, lambda: overview(place)) == overview(place)
