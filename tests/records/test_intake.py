from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import CompanyFileUnreadable, InputError, MappingUnreadable, NoAccounts, NothingKept
from idealfit.records.intake import ImportReport, import_folder, load_attributes, load_report
from idealfit.records.mapping_file import dump_mapping, load_mapping
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import Place, open_place


def write(folder: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def small_company(folder: Path) -> None:
    write(
        folder,
        "accounts.csv",
        ["account_id", "name", "domain", "employees", "country", "tech", "status", "Compliance"],
        [
            ["001", "North", "north.com", "1,000 - 2,000", "US", "okta;slack", "Customer", "SOC 2"],
            ["002", "South", "south.com", "40", "US", "slack", "Prospect", ""],
            ["003", "North, Inc.", "north.com", "", "US", "", "", ""],
            ["", "", "", "7", "", "", "", ""],
        ],
    )
    write(
        folder,
        "deals.csv",
        ["deal_id", "account_id", "created_at", "closed_at", "stage", "amount"],
        [
            ["d1", "001", "2024-01-05", "2024-02-01", "Closed Won", "$1,200.00"],
            ["d2", "002", "2024-01-07", "soon", "Closed Lost", "0"],
            ["d3", "003", "2024-03-01", "2030-01-01", "Demo", "7"],
            ["d4", "", "2024-03-02", "", "Demo", ""],
            ["d1", "001", "2024-01-05", "2024-02-01", "Closed Won", "$1,200.00"],
        ],
    )


def run(tmp_path: Path, folder: Path, **more: object) -> tuple[ImportReport, Place, duckdb.DuckDBPyConnection]:
    place = open_place(tmp_path / "workspace", create=True)
    report = import_folder(folder, place, **more)  # type: ignore[arg-type]
    con = connect(place.root)
    load_tables(con, place)
    return report, place, con


def reconciles(report: ImportReport) -> bool:
    return all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    report, _, con = run(tmp_path, tmp_path / "in")
    assert reconciles(report)
    assert (report.tables["accounts"].read, report.tables["accounts"].merged, report.tables["accounts"].rejected) == (
        4,
        1,
        1,
    )
    assert (report.tables["deals"].read, report.tables["deals"].merged) == (5, 1)
    assert con.execute("SELECT count(*) FROM accounts").fetchall() == [(3,)]


def test_a_duplicate_keeps_its_row_and_its_deals_go_to_the_survivor(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    _, _, con = run(tmp_path, tmp_path / "in")
    assert con.execute("SELECT duplicate_of FROM accounts WHERE account_id = '003'").fetchall() == [("001",)]
    assert con.execute("SELECT account_id FROM deals WHERE deal_id = 'd3'").fetchall() == [("001",)]


def test_values_are_typed_and_a_bad_cell_costs_the_cell_not_the_row(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    report, place, con = run(tmp_path, tmp_path / "in")
    assert con.execute("SELECT employees, tech, status FROM accounts WHERE account_id = '001'").fetchall() == [
        (1500.0, ["okta", "slack"], "customer")
    ]
    assert con.execute("SELECT outcome, amount, closed_at FROM deals WHERE deal_id = 'd2'").fetchall() == [
        ("lost", None, None)
    ]
    assert any(
        problem.line == 3 and problem.column == "closed_at" and problem.value == "soon" for problem in report.problems
    )
    rejects = (place.root / "rejects" / "in.csv").read_text(encoding="utf-8")
    assert "soon" in rejects
    assert "without id, name and domain" in rejects


def test_as_of_is_the_latest_past_date_and_never_a_deadline(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    report, _, _ = run(tmp_path, tmp_path / "in")
    assert str(report.as_of) == "2024-03-02"


def test_the_same_folder_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    first, place, _ = run(tmp_path, tmp_path / "in")
    saved = (place.root / "mappings" / "in.yaml").read_bytes()
    second = import_folder(tmp_path / "in", place)
    assert any("nothing has changed" in note for note in second.notes)
    assert (place.root / "mappings" / "in.yaml").read_bytes() == saved
    assert second.tables == first.tables


def test_a_persons_edit_of_the_saved_mapping_wins(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    _, place, _ = run(tmp_path, tmp_path / "in")
    path = place.root / "mappings" / "in.yaml"
    mapping = load_mapping(path)
    entry = mapping.for_file("accounts.csv")
    assert entry is not None
    entry.columns["Compliance"].level = "deal"
    path.write_text(dump_mapping(mapping), encoding="utf-8")
    assert load_attributes(place)["Compliance"].level == "deal"
    assert import_folder(tmp_path / "in", place).attributes["Compliance"].level == "deal"


def test_map_overrides_the_guess(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    given = tmp_path / "map.yaml"
    given.write_text(
        "source: mine\nfiles:\n  - file: deals.csv\n    table: unused\n    reason: last year's\n", encoding="utf-8"
    )
    report, _, _ = run(tmp_path, tmp_path / "in", mapping=given)
    assert "deals" not in report.tables
    assert ("deals.csv", "last year's") in report.unused


def test_names_addresses_and_phones_of_persons_are_withheld_and_counted(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    write(
        tmp_path / "in",
        "contacts.csv",
        ["contact_id", "account_id", "First Name", "Email", "title"],
        [["c1", "001", "Ann", "Ann@North.com", "CTO"]],
    )
    report, place, con = run(tmp_path, tmp_path / "in")
    names = [row[0] for row in con.execute("DESCRIBE contacts").fetchall()]
    assert not {"First Name", "email", "Email"} & set(names)
    assert con.execute("SELECT email_domain, length(email_hash) FROM contacts").fetchall() == [("north.com", 64)]
    assert any("2 cells with names" in note for note in report.notes)
    written = b"".join(path.read_bytes() for path in place.root.rglob("*") if path.is_file())
    assert b"Ann@North" not in written


def test_ambiguous_dates_are_asked_about_and_the_answer_is_used(tmp_path: Path) -> None:
    write(tmp_path / "in", "accounts.csv", ["account_id", "name"], [["1", "A"], ["2", "B"]])
    write(
        tmp_path / "in",
        "deals.csv",
        ["deal_id", "account_id", "created_at", "stage"],
        [["d1", "1", "03/04/2024", "Won"], ["d2", "2", "05/06/2024", "Lost"]],
    )
    asked = []
    report, _, con = run(tmp_path, tmp_path / "in", answer=lambda question: asked.append(question.about) or "dmy")
    assert asked == ["dates"]
    assert con.execute("SELECT month(created_at) FROM deals ORDER BY deal_id").fetchall() == [(4,), (6,)]
    assert reconciles(report)


def test_without_an_answer_the_safe_reading_is_told_first(tmp_path: Path) -> None:
    write(tmp_path / "in", "accounts.csv", ["account_id", "name"], [["1", "A"]])
    write(
        tmp_path / "in",
        "deals.csv",
        ["deal_id", "account_id", "created_at", "stage"],
        [["d1", "1", "03/04/2024", "Won"]],
    )
    report, _, _ = run(tmp_path, tmp_path / "in")
    assert report.notes[0].startswith("not asked")


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("notes.csv", b"", NoAccounts),
        ("accounts.csv", b"account_id,name\n", NoAccounts),
        ("accounts.csv", b"account_id,name,domain,employees\n,,,4\n,,,5\n", NothingKept),
        ("weather.csv", b"day,rain\n2024-01-01,4\n", NoAccounts),
        ("company.yaml", b"gross_margin: [", CompanyFileUnreadable),
        ("company.yaml", b"gross_margin: lots\n", CompanyFileUnreadable),
        ("company.yaml", b"grossmargin: 1\n", CompanyFileUnreadable),
        ("accounts.csv", bytes(range(256)) * 20, InputError),
    ],
)
def test_bad_input_is_a_clear_error_and_leaves_the_workspace_as_it_was(
    tmp_path: Path, name: str, content: bytes, error: type[InputError]
) -> None:
    small_company(tmp_path / "good")
    _, place, _ = run(tmp_path, tmp_path / "good")
    before = load_report(place)
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / name).write_bytes(content)
    with pytest.raises(error) as caught:
        import_folder(folder, place)
    assert caught.value.remedy
    assert load_report(place) == before


def test_a_mapping_with_an_unknown_table_is_refused_with_the_list(tmp_path: Path) -> None:
    small_company(tmp_path / "in")
    given = tmp_path / "map.yaml"
    given.write_text("source: x\nfiles:\n  - {file: deals.csv, table: dealz}\n", encoding="utf-8")
    with pytest.raises(MappingUnreadable, match="dealz"):
        run(tmp_path, tmp_path / "in", mapping=given)


def test_accounts_of_one_id_and_other_content_are_merged_and_told(tmp_path: Path) -> None:
    write(
        tmp_path / "in",
        "accounts.csv",
        ["account_id", "name", "country", "employees"],
        [["1", "A", "", "5"], ["1", "A", "FR", "6"], ["2", "B", "", ""]],
    )
    report, _, con = run(tmp_path, tmp_path / "in")
    assert con.execute("SELECT country, employees FROM accounts WHERE account_id = '1'").fetchall() == [("FR", 5.0)]
    assert any("repeat an id" in note for note in report.notes)
    assert reconciles(report)
