from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from idealfit.store.engine import connect, load_tables
from idealfit.store.ledger import NEWEST_REVISION
from idealfit.store.place import open_place
from idealfit.workspace.importing import import_records
from idealfit.workspace.reviewing import Decided, decide, decisions, duplicates

HEADER = "account_id,name,domain,country,industry,parent_id\n"
ROWS = {
    "1": "1,Acme Robotics,acme.com,US,Machinery,\n",
    "2": "2,Acme Robots,,US,,\n",
    "3": "3,Corda,corda.fr,FR,Food,\n",
    "4": "4,Corda Lyon,,FR,,3\n",
}


def imported(tmp_path: Path, *ids: str, update: bool = False, **rows: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The survivors after an import of these rows, and its notes."""
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / "accounts.csv").write_text(
        HEADER + "".join(rows.get(f"row{one}", ROWS.get(one, "")) for one in ids), encoding="utf-8"
    )
    report = import_records(folder, tmp_path / "w", update=update, replacing=True)
    place = open_place(tmp_path / "w")
    con = connect(place.root)
    load_tables(con, place)
    found = con.execute("SELECT account_id, duplicate_of FROM accounts WHERE duplicate_of IS NOT NULL").fetchall()
    return dict(found), report.notes


def test_a_decision_is_followed_by_an_update_and_its_undoing_too(tmp_path: Path) -> None:
    imported(tmp_path, "1", "2", "3")
    decide(tmp_path / "w", [Decided("1", "2", "same", "Ana")])
    new = "3,Corda,corda.fr,FR,Retail,\n"
    survivors, notes = imported(tmp_path, "3", update=True, row3=new)
    assert survivors == {"2": "1"}
    assert any("1 decision of people" in note for note in notes)
    decide(tmp_path / "w", [Decided("1", "2", "undo", "Ana")])
    assert imported(tmp_path, "3", update=True, row3=new)[0] == {}


def test_a_survivor_that_is_gone_frees_the_other_row_and_the_decision_waits_and_is_told(tmp_path: Path) -> None:
    imported(tmp_path, "1", "2", "3")
    decide(tmp_path / "w", [Decided("1", "2", "same", "Ana")])
    assert imported(tmp_path, "1", "2", "3")[0] == {"2": "1"}
    survivors, notes = imported(tmp_path, "2", "3")
    assert survivors == {}
    assert any("not in these records (1 and 2)" in note for note in notes)
    assert imported(tmp_path, "1", "2", "3")[0] == {"2": "1"}


def test_a_parent_merged_with_its_subsidiary_is_told_and_is_no_parent_of_itself(tmp_path: Path) -> None:
    imported(tmp_path, "3", "4")
    decide(tmp_path / "w", [Decided("3", "4", "same", "Ana")])
    survivors, notes = imported(tmp_path, "3", "4")
    assert survivors == {"4": "3"}
    assert any("3 and 4, one is the parent of the other" in note for note in notes)
    place = open_place(tmp_path / "w")
    con = connect(place.root)
    load_tables(con, place)
    assert con.execute("SELECT count(*) FROM accounts WHERE parent_id = account_id").fetchall() == [(0,)]


def test_a_workspace_of_the_first_ledger_is_brought_up_to_date_and_decides(tmp_path: Path) -> None:
    imported(tmp_path, "1", "2", "3")
    ledger = tmp_path / "w" / "ledger.sqlite"
    with sqlite3.connect(ledger) as connection:  # as the first version left it: no table of decisions
        connection.execute("DROP TABLE duplicate_decisions")
        connection.execute("UPDATE alembic_version SET version_num = 'a001'")
    connection.close()
    queue = duplicates(tmp_path / "w")
    assert queue.decided == 0
    assert (tmp_path / "w" / f"ledger.before-{NEWEST_REVISION}.sqlite").is_file()
    decide(tmp_path / "w", [Decided("1", "2", "same", "Ana")])
    assert [one.by for one in decisions(tmp_path / "w")] == ["Ana"]
    assert imported(tmp_path, "1", "2", "3")[0] == {"2": "1"}


@pytest.mark.parametrize("state", ["different", "cannot tell"])
def test_what_was_set_apart_stays_apart_in_a_newer_export(tmp_path: Path, state: str) -> None:
    twice = {"row2": "2,ACME ROBOTICS,acme.com,US,,\n"}
    assert imported(tmp_path, "1", "2", **twice)[0] == {"2": "1"}
    decide(tmp_path / "w", [Decided("1", "2", state, "Ana")])  # type: ignore[arg-type]
    assert imported(tmp_path, "1", "2", "3", **twice)[0] == {}
