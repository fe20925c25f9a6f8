from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from idealfit.accounts import linkage
from idealfit.records.intake import import_folder
from idealfit.records.report import ImportReport
from idealfit.store.engine import connect, load_tables
from idealfit.store.ledger import PairDecision, open_ledger
from idealfit.store.place import Place, open_place

HEADER = ("account_id", "name", "domain", "country", "city", "industry", "do_not_contact", "parent_id")


def write(folder: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def company(folder: Path) -> None:
    """Acme entered three times, its German daughter, two firms of one name."""
    write(
        folder,
        "accounts.csv",
        HEADER,
        [
            ["1", "Acme Robotics Inc.", "acmerobotics.com", "US", "Boston", "", "false", ""],
            ["2", "ACME ROBOTICS", "https://www.acmerobotics.com/", "US", "", "Machinery", "true", ""],
            ["3", "Acme Robotics", "", "US", "Boston", "", "", ""],
            ["4", "Acme Germany GmbH", "acme-germany.de", "DE", "Berlin", "Machinery", "", "3"],
            ["5", "Bolt", "bolt.eu", "EE", "Tallinn", "", "", ""],
            ["6", "Bolt", "", "US", "Austin", "", "", ""],
        ],
    )
    deals = [
        ["d1", "3", "2024-01-05", "2024-02-01", "Closed Won", "100"],
        ["d2", "2", "2024-01-06", "2024-03-01", "Closed Lost", "5"],
    ]
    write(folder, "deals.csv", ("deal_id", "account_id", "created_at", "closed_at", "stage", "amount"), deals)
    write(folder, "contacts.csv", ("contact_id", "account_id", "title"), [["c1", "3", "CFO"]])
    write(
        folder,
        "events.csv",
        ("event_id", "account_id", "event_type", "occurred_at"),
        [["e1", "2", "funding_round", "2024-01-01"]],
    )
    write(
        folder,
        "activities.csv",
        ("activity_id", "account_id", "activity_type", "occurred_at"),
        [["a1", "3", "call", "2024-01-03"]],
    )
    write(folder, "tickets.csv", ("ticket_id", "account_id", "opened_at"), [["t1", "2", "2024-05-01"]])
    write(folder, "subscriptions.csv", ("subscription_id", "account_id", "started_at"), [["s1", "3", "2024-02-01"]])
    write(
        folder, "invoices.csv", ("invoice_id", "account_id", "issued_at", "amount"), [["i1", "2", "2024-03-01", "10"]]
    )
    write(folder, "account_history.csv", ("account_id", "field", "old_value", "new_value", "changed_at"),
          [["3", "industry", "Food", "Machinery", "2023-01-01"]])  # fmt: skip


def imported(tmp_path: Path, **more: object) -> tuple[ImportReport, Place, duckdb.DuckDBPyConnection]:
    place = open_place(tmp_path / "workspace", create=True)
    report = import_folder(tmp_path / "in", place, **more)  # type: ignore[arg-type]
    con = connect(place.root)
    load_tables(con, place)
    return report, place, con


def survivors(con: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    rows = con.execute("SELECT account_id, duplicate_of FROM accounts WHERE duplicate_of IS NOT NULL").fetchall()
    return dict(rows)


def test_every_row_of_every_table_follows_the_survivor(tmp_path: Path) -> None:
    company(tmp_path / "in")
    report, _, con = imported(tmp_path)
    assert survivors(con) == {"2": "1", "3": "1"} or survivors(con) == {"1": "2", "3": "2"}
    (survivor,) = set(survivors(con).values())
    for table in (
        "deals",
        "contacts",
        "events",
        "activities",
        "tickets",
        "subscriptions",
        "invoices",
        "account_history",
    ):
        assert con.execute(f"SELECT DISTINCT account_id FROM {table}").fetchall() == [(survivor,)], table
    assert con.execute("SELECT parent_id FROM accounts WHERE account_id = '4'").fetchall() == [(survivor,)]
    assert report.tables["accounts"].merged == 2
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())


def test_the_survivors_gaps_are_filled_and_merged_rows_stay_as_they_were(tmp_path: Path) -> None:
    company(tmp_path / "in")
    _, place, con = imported(tmp_path)
    (survivor,) = set(survivors(con).values())
    kept = con.execute(
        "SELECT city, industry IS NOT NULL, do_not_contact FROM accounts WHERE account_id = ?", [survivor]
    )
    assert kept.fetchall() == [("Boston", True, True)]
    assert con.execute("SELECT city FROM accounts WHERE account_id = '2'").fetchall() == (
        [("Boston",)] if survivor == "2" else [(None,)]
    )
    with (place.outputs / "duplicates.csv").open(encoding="utf-8") as file:
        rows = {(row["account_a"], row["account_b"]): row for row in csv.DictReader(file)}
    assert rows["1", "2"]["survivor"] == survivor
    assert "fills" in rows["1", "2"]["fills"]


def test_merges_are_told_as_changes_and_in_a_note(tmp_path: Path) -> None:
    company(tmp_path / "in")
    report, _, _ = imported(tmp_path)
    assert any("2 duplicates merged" in note for note in report.notes)
    assert {change.original for change in report.changes if change.column == "duplicate_of"} == {"2", "3"} or {
        change.original for change in report.changes if change.column == "duplicate_of"
    } == {"1", "3"}


def test_a_decision_is_followed_outlives_a_second_import_and_can_be_taken_back(tmp_path: Path) -> None:
    company(tmp_path / "in")
    _, place, _ = imported(tmp_path)
    ledger = open_ledger(place)
    ledger.decide_pairs(
        [PairDecision("1", "2", "different", "Ana"), PairDecision("5", "6", "same", "Ana", "one owner")]
    )
    for _ in range(2):
        report, _, con = imported(tmp_path)
        found = survivors(con)
        assert found.get("1", "1") != found.get("2", "2")
        assert found == {**found, "6": "5"}
        assert any("2 decisions of people" in note for note in report.notes)
    ledger.decide_pairs([PairDecision("1", "2", None, "Ana"), PairDecision("5", "6", None, "Ana")])
    _, _, con = imported(tmp_path)
    assert len(set(survivors(con).values())) == 1
    assert "6" not in survivors(con)


def test_a_decision_about_accounts_that_are_gone_waits_for_them(tmp_path: Path) -> None:
    company(tmp_path / "in")
    _, place, _ = imported(tmp_path)
    open_ledger(place).decide_pairs([PairDecision("1", "99", "same", "Ana")])
    _, _, con = imported(tmp_path)
    assert "99" not in survivors(con)


def test_nothing_is_merged_above_a_confidence_of_one(tmp_path: Path) -> None:
    company(tmp_path / "in")
    _, _, con = imported(tmp_path, merge_above=1.0)
    assert survivors(con) == {}


def test_company_yaml_says_above_which_confidence_to_merge(tmp_path: Path) -> None:
    company(tmp_path / "in")
    (tmp_path / "in" / "company.yaml").write_text("merge_above: 1.0\n", encoding="utf-8")
    _, _, con = imported(tmp_path)
    assert survivors(con) == {}


def test_without_the_engine_keys_still_merge_and_the_report_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linkage, "is_available", lambda: False)
    company(tmp_path / "in")
    report, _, con = imported(tmp_path)
    assert len(survivors(con)) == 2
    assert any("idealfit[duplicates]" in note for note in report.notes)


def test_the_same_folder_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    company(tmp_path / "in")
    _, place, _ = imported(tmp_path)
    first = (place.outputs / "duplicates.csv").read_bytes()
    snapshots = open_ledger(place).current_snapshots()
    imported(tmp_path)
    assert (place.outputs / "duplicates.csv").read_bytes() == first
    assert open_ledger(place).current_snapshots() == snapshots


def test_hostile_names_stay_text_in_the_file_of_pairs(tmp_path: Path) -> None:
    write(tmp_path / "in", "accounts.csv", HEADER[:3],
          [["=1+1", "=cmd|' /C calc'!A0", "evil.com"], ["+2", "=CMD|' /C calc'!A0", "evil.com"]])  # fmt: skip
    _, place, con = imported(tmp_path)
    assert len(survivors(con)) == 1
    with (place.outputs / "duplicates.csv").open(encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
