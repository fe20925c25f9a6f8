from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from idealfit.records.recognising import stored_texts
from idealfit.records.recognising.stored_texts import StoredTexts, count_texts, spread
from idealfit.store.engine import connect
from idealfit.workspace.importing import import_records
from small_company import fingerprint, small_company


@pytest.fixture
def both() -> tuple[Mapping[str, int], Mapping[str, int]]:
    con = connect()
    con.execute("CREATE TABLE raw (word VARCHAR)")
    con.execute("INSERT INTO raw SELECT CASE WHEN i % 7 = 0 THEN 'often' ELSE 'w' || i END FROM range(500) t(i)")
    con.execute("INSERT INTO raw VALUES (NULL), ('N/A')")
    return count_texts(con, "raw", "word"), count_texts(con, "raw", "word", many=1)


def test_texts_left_in_the_engine_are_those_of_the_dictionary(
    both: tuple[Mapping[str, int], Mapping[str, int]],
) -> None:
    kept, stored = both
    assert isinstance(stored, StoredTexts)
    assert list(stored.items()) == list(kept.items())
    assert (list(stored), list(stored.values()), len(stored)) == (list(kept), list(kept.values()), len(kept))
    assert (stored["often"], stored.get("never"), "N/A" in stored, "never" in stored) == (72, None, True, False)
    assert stored.rows == sum(kept.values())
    with pytest.raises(KeyError):
        stored["never"]


def test_two_walks_at_once_do_not_disturb_each_other(both: tuple[Mapping[str, int], Mapping[str, int]]) -> None:
    stored = both[1]
    assert all(one == other for one, other in zip(stored, stored, strict=True))


def test_a_sample_is_spread_over_the_texts(both: tuple[Mapping[str, int], Mapping[str, int]]) -> None:
    for counts in both:
        sample = spread(counts, 20, without={"n/a"})
        assert 20 <= len(sample) <= 45
        assert "N/A" not in sample
        assert set(sample) <= set(counts)


def test_an_import_is_the_same_whether_texts_are_kept_or_left_in_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = small_company(tmp_path / "data")
    import_records(data, tmp_path / "kept")
    monkeypatch.setattr(stored_texts, "MANY", 10)
    import_records(data, tmp_path / "stored")
    assert fingerprint(tmp_path / "stored") == fingerprint(tmp_path / "kept")
