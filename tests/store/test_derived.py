"""A derived file is made once for what it is made from; of older ones the newest stays; a failure leaves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idealfit.errors import WriteFailed
from idealfit.store.derived import FOLDER, derived, derived_path
from idealfit.store.place import Place


def test_a_derived_file_is_made_once_and_the_one_before_it_stays(tmp_path: Path) -> None:
    place = Place(tmp_path)
    made: list[Path] = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text(str(len(made)), encoding="utf-8")

    first = derived(place, "rows", ["a", 1], make)
    assert derived(place, "rows", ["a", 1], make) == first == derived_path(place, "rows", ["a", 1])
    assert len(made) == 1
    os.utime(first, (1, 1))
    second = derived(place, "rows", ["a", 2], make)
    other = derived(place, "rows of others", ["a", 2], make)
    third = derived(place, "rows", ["a", 3], make)
    assert sorted((tmp_path / FOLDER).iterdir()) == sorted([second, other, third]), "who reads the last one can go on"


def test_a_derived_file_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)

    def half(path: Path) -> None:
        path.write_text("half of", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(WriteFailed, match=r"(?i)space"):
        derived(place, "rows", "a", half)
    assert list((tmp_path / FOLDER).iterdir()) == []
