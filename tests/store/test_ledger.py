from __future__ import annotations

import sqlite3
import threading
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from idealfit.errors import WorkspaceDamaged, WorkspaceTooNew
from idealfit.store.ledger import NEWEST_REVISION, open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.versions import freeze
from ready_made import as_users_have_it


@pytest.fixture(autouse=True)
def made_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    as_users_have_it(monkeypatch)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return open_place(tmp_path / "w", create=True)


def test_it_keeps_runs_newest_first(place: Place) -> None:
    ledger = open_ledger(place)
    first = ledger.record_run("import", "idealfit build x", date(2026, 9, 30), {"rows": 3, "names": ["Ü"]})
    second = ledger.record_run("score", "idealfit score", None, {})
    runs = open_ledger(place).latest_runs()
    assert [run.run_id for run in runs] == [second, first]
    assert runs[1].summary == {"rows": 3, "names": ["Ü"]}
    assert runs[1].as_of == date(2026, 9, 30)


def test_snapshots_of_a_kind_replace_all_of_that_kind_and_no_other(place: Place) -> None:
    ledger = open_ledger(place)
    published = partial(ledger.publish, command="", as_of=None, summary={})
    published({"accounts": ("a1", 5, "s"), "deals": ("d1", 2, "s")}, kind="import")
    published({"scores": ("s1", 5, "s")}, kind="score")
    published({"accounts": ("a2", 6, "s")}, kind="import")
    assert ledger.current_snapshots() == {"accounts": "a2", "scores": "s1"}
    assert ledger.known_snapshots()["deals", "d1"] == (2, "s")


def test_a_profile_saved_twice_is_one_version(place: Place) -> None:
    ledger = open_ledger(place)

    def saved(digest: str, text: str, because: str) -> tuple[int, bool]:
        with ledger.transaction() as connection:
            return freeze(connection, motion="default", content_sha256=digest, text=text, author="Sam", because=because)

    first, _ = saved("aa", "profile: A", "first try")
    assert saved("aa", "profile: A", "again") == (first, False)
    second, _ = saved("bb", "profile: B", "after Q3")
    back, _ = saved("aa", "profile: A", "back to the first")
    assert [version.version_id for version in ledger.profile_versions("default")] == [first, second, back]
    assert ledger.profile_versions("other") == ()


def test_it_remembers_what_build_wrote_last(place: Place) -> None:
    ledger = open_ledger(place)
    assert ledger.last_written_profile("default") is None
    ledger.record_written_profile("default", "aa")
    ledger.record_written_profile("default", "bb")
    assert ledger.last_written_profile("default") == "bb"


def test_values_are_json_by_name(place: Place) -> None:
    ledger = open_ledger(place)
    assert ledger.get_value("import") is None
    ledger.set_value("import", {"rows": [1, 2.5, None, "'; DROP TABLE runs; --"]})
    ledger.set_value("import'; --", 1)
    assert ledger.get_value("import") == {"rows": [1, 2.5, None, "'; DROP TABLE runs; --"]}


def test_many_writers_wait_for_each_other_and_lose_nothing(place: Place) -> None:
    def write() -> None:
        for _ in range(10):
            open_ledger(place).record_run("test", "", None, {})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(open_ledger(place).latest_runs(100)) == 40


def test_a_workspace_from_a_newer_version_is_refused_and_untouched(place: Place) -> None:
    connection = sqlite3.connect(place.ledger)
    connection.execute("UPDATE alembic_version SET version_num = 'z999'")
    connection.commit()
    connection.close()
    before = place.ledger.read_bytes()
    with pytest.raises(WorkspaceTooNew, match="newer idealfit") as caught:
        open_place(place.root)
    assert caught.value.code == "IF303"
    assert place.ledger.read_bytes() == before


def test_a_ledger_that_is_no_database_is_refused(place: Place) -> None:
    place.ledger.write_bytes(b"this is not a database" * 100)
    with pytest.raises(WorkspaceDamaged):
        open_place(place.root)


def test_a_ledger_that_was_killed_before_its_first_table_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "ledger.sqlite").touch()
    place = open_place(tmp_path / "w")
    assert open_ledger(place).current_snapshots() == {}


def test_the_newest_step_is_the_last_one_in_the_folder() -> None:
    from idealfit.store import migrations

    steps = sorted((Path(migrations.__file__).parent / "versions").glob("[a-z]*_*.py"))
    assert steps[-1].name.startswith(f"{NEWEST_REVISION}_")


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_kept_before(place: Place) -> None:
    ledger = open_ledger(place)
    ledger.set_value("said", "before")
    with ledger.transaction() as connection:
        ledger.put(connection, "said", "now")
        assert open_ledger(open_place(place.root)).get_value("said") == "before"
    assert ledger.get_value("said") == "now"


def test_a_ledger_named_from_where_one_stands_is_that_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        open_ledger(open_place(Path("w"), create=True)).set_value("is", name)
    told = [open_ledger(open_place(tmp_path / name / "w")).get_value("is") for name in ("one", "two")]
    assert told == ["one", "two"]
