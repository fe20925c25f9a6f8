"""What was handed over is kept in bounds: the newest, and whatever work still needs."""

from __future__ import annotations

import os
from pathlib import Path

from idealfit.store.place import Place
from idealfit.workspace.uploading import prune, uploads


def handed_over(place: Place, number: str, *, days: int, size: int = 10) -> Path:
    folder = uploads(place) / number
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "accounts.csv").write_bytes(b"x" * size)
    then = folder.stat().st_mtime - days * 24 * 3600
    os.utime(folder, (then, then))
    return folder


def left(place: Place) -> set[str]:
    return {one.name for one in uploads(place).iterdir()}


def test_the_oldest_go_and_those_that_work_needs_stay(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for days, number in enumerate(("aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd")):
        handed_over(place, number, days=days)
    handed_over(place, "made-up", days=90)
    assert prune(place, {"dddddddddddd"}, most=2) == 1
    assert left(place) == {"aaaaaaaaaaaa", "bbbbbbbbbbbb", "dddddddddddd", "made-up"}


def test_all_that_is_kept_is_bounded_in_bytes_and_what_broke_off_is_swept(tmp_path: Path) -> None:
    place = Place(tmp_path)
    handed_over(place, "aaaaaaaaaaaa", days=0, size=60)
    handed_over(place, "bbbbbbbbbbbb", days=1, size=60)
    handed_over(place, ".cccccccccccc.tmp", days=0)
    handed_over(place, ".dddddddddddd.tmp", days=2)
    assert prune(place, set(), largest=100) == 2
    assert left(place) == {"aaaaaaaaaaaa", ".cccccccccccc.tmp"}
