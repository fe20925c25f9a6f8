from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from idealfit.errors import NoSuchImport, UpdateRefused
from idealfit.evidence.as_known import make_as_known
from idealfit.records.mapping_file import dump_mapping, load_mapping
from idealfit.records.report import ImportReport
from idealfit.store.engine import connect, load_tables
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place
from idealfit.workspace.importing import back_to_import, import_records, past_imports
from small_company import NAMES, fingerprint, write

MONTHS = {1: "2024-01-31", 2: "2024-02-29", 3: "2024-03-31"}


def accounts(
    month: int, *, without: Sequence[int] = (), header: str = "employees", names: Sequence[str] = NAMES
) -> str:
    """Thirty companies; every fifth grows by a hundred heads a month, one gets an industry in February."""
    rows = [
        f"A{i:03},{names[i]},{'' if i == 1 and month == 1 else 'retail'},{50 + i + 100 * (month - 1) * (i % 5 == 0)}\n"
        for i in range(30)
        if i not in without
    ]
    return f"account_id,name,industry,{header}\n" + "".join(rows)


def deals(month: int) -> str:
    """Ten deals a month; one of January is won in March."""
    rows = [
        f"D{m}-{i},A{i:03},2024-{m:02}-{10 + i},{'Closed Won' if (m, i, month) == (1, 0, 3) else 'Demo'},{100 + i}\n"
        for m in range(1, month + 1)
        for i in range(10)
    ]
    return "deal_id,account_id,created_at,stage,amount\n" + "".join(rows)


def month(folder: Path, number: int, **more: str) -> Path:
    return write(folder / f"m{number}", accounts_csv=accounts(number), deals_csv=deals(number), **more)


def run(tmp_path: Path, folder: Path, **more: object) -> ImportReport:
    return import_records(folder, tmp_path / "w", **more)  # type: ignore[arg-type]


def rows(tmp_path: Path, query: str) -> list[tuple[object, ...]]:
    place = open_place(tmp_path / "w")
    con = connect(place.root)
    load_tables(con, place)
    return con.execute(query).fetchall()


def reconciles(report: ImportReport) -> bool:
    return all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())


def snapshots(tmp_path: Path) -> dict[str, str]:
    return open_ledger(open_place(tmp_path / "w")).current_snapshots()


HISTORY = (
    "SELECT field, old_value, new_value, CAST(CAST(changed_at AS DATE) AS VARCHAR), origin FROM account_history "
    "WHERE account_id = '{}' ORDER BY changed_at, field"
)


def test_history_grows_from_one_import_to_the_next_dated_by_the_newer(tmp_path: Path) -> None:
    for number, day in MONTHS.items():
        report = run(tmp_path, month(tmp_path, number), as_of=date.fromisoformat(day))
        assert reconciles(report)
    assert rows(tmp_path, HISTORY.format("A005")) == [
        ("employees", "55.0", "155.0", "2024-02-29", "import"),
        ("employees", "155.0", "255.0", "2024-03-31", "import"),
    ]
    assert ("industry", None, "retail", "2024-02-29", "import") in rows(tmp_path, HISTORY.format("A001"))
    assert rows(tmp_path, "SELECT deal_id, stage, CAST(entered_at AS DATE) FROM deal_stages") == [
        ("D1-0", "Closed Won", date(2024, 3, 31))
    ]
    assert any("6 values of accounts changed since the last import (employees)" in text for text in report.since)


def test_evidence_reads_an_account_as_it_was_in_the_import_before_the_deal_opened(tmp_path: Path) -> None:
    for number, day in MONTHS.items():
        run(tmp_path, month(tmp_path, number), as_of=date.fromisoformat(day))
    place = open_place(tmp_path / "w")
    con = connect(place.root)
    load_tables(con, place)
    con.execute("CREATE TEMP TABLE asked (row_number BIGINT, account_id VARCHAR, t DATE)")
    con.execute(
        "INSERT INTO asked VALUES (1, 'A005', '2024-01-15'), (2, 'A005', '2024-02-28'), (3, 'A005', '2024-03-15'), "
        "(4, 'A005', '2024-04-01'), (5, 'A006', '2024-01-15')"
    )
    make_as_known(con, [("employees", "number")], rows="asked", into="known")
    found = con.execute("SELECT employees FROM known ORDER BY row_number").fetchall()
    assert found == [(55.0,), (55.0,), (155.0,), (255.0,), (56.0,)]


def test_the_same_export_twice_changes_nothing_though_history_has_grown(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1))
    run(tmp_path, month(tmp_path, 2))
    before, kept = fingerprint(tmp_path / "w"), snapshots(tmp_path)
    again = run(tmp_path, tmp_path / "m2")
    assert snapshots(tmp_path) == kept
    assert fingerprint(tmp_path / "w") == before
    assert again.notes[0].startswith("the same records as before")
    assert again.since == ()


def test_a_column_that_comes_goes_or_is_read_otherwise_is_no_change_of_the_accounts(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1))
    write(tmp_path / "m2", accounts_csv=accounts(2, header="Headcount"), deals_csv=deals(2))
    report = run(tmp_path, tmp_path / "m2")
    changed = "SELECT count(*) FROM account_history WHERE field = 'employees' OR account_id <> 'A001'"
    assert rows(tmp_path, changed) == [(0,)]
    assert any("employees" in text and "another header" in text for text in report.since)
    write(tmp_path / "m3", accounts_csv="account_id,name\nA000,Adder\nA001,Basalt\n", deals_csv=deals(3))
    report = run(tmp_path, tmp_path / "m3")
    assert rows(tmp_path, changed) == [(0,)]
    assert any("28 accounts of the last import are not in this one" in text for text in report.since)


def test_a_respelling_and_another_normalising_are_no_changes(tmp_path: Path) -> None:
    lines = "account_id,name,status\n" + "".join(f"A{i},{NAMES[i]},{{}}\n" for i in range(5))
    write(tmp_path / "m1", accounts_csv=lines.replace("{}", "Customer"), deals_csv=deals(1))
    write(tmp_path / "m2", accounts_csv=lines.replace("{}", "customer"), deals_csv=deals(2))
    run(tmp_path, tmp_path / "m1")
    run(tmp_path, tmp_path / "m2")
    assert rows(tmp_path, "SELECT count(*) FROM account_history") == [(0,)]


def test_a_files_own_history_is_merged_with_what_grew_and_nothing_stands_twice(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1), as_of=date(2024, 1, 31))
    history = "account_id,field,old_value,new_value,changed_at\nA005,employees,55,155,2024-02-10\n"
    run(tmp_path, month(tmp_path, 2, account_history_csv=history), as_of=date(2024, 2, 29))
    told = [("employees", "55.0", "155.0", "2024-02-10", "file")]
    assert rows(tmp_path, HISTORY.format("A005")) == told
    kept = snapshots(tmp_path)
    run(tmp_path, tmp_path / "m2", as_of=date(2024, 2, 29))
    assert snapshots(tmp_path) == kept
    report = run(tmp_path, month(tmp_path, 3), as_of=date(2024, 3, 31))
    assert rows(tmp_path, HISTORY.format("A005"))[:1] == told
    assert reconciles(report)


def test_an_older_export_after_a_newer_one_goes_into_the_history_and_takes_no_place(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1), as_of=date(2024, 1, 31))
    run(tmp_path, month(tmp_path, 3), as_of=date(2024, 3, 31))
    report = run(tmp_path, month(tmp_path, 2))
    assert any("this export is older" in text and "--replace" in text for text in report.since)
    assert reconciles(report)
    assert rows(tmp_path, "SELECT count(*) FROM deals") == [(30,)]
    assert rows(tmp_path, HISTORY.format("A005")) == [
        ("employees", "55.0", "155.0", "2024-02-19", "older export"),
        ("employees", "155.0", "255.0", "2024-03-31", "import"),
    ]
    kept = snapshots(tmp_path)
    run(tmp_path, tmp_path / "m2")
    assert snapshots(tmp_path) == kept
    run(tmp_path, tmp_path / "m2", replacing=True)
    assert rows(tmp_path, "SELECT count(*) FROM deals") == [(20,)]


def test_another_as_of_for_the_same_records_is_no_older_export(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 2))
    report = run(tmp_path, tmp_path / "m2", as_of=date(2024, 1, 31))
    assert report.as_of == date(2024, 1, 31)
    assert report.since == ()


def test_another_companys_records_of_the_same_ids_grow_no_history(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1))
    others = accounts(2, names=NAMES[::-1])
    run(tmp_path, write(tmp_path / "other", accounts_csv=others, deals_csv=deals(2)))
    assert rows(tmp_path, "SELECT count(*) FROM account_history") == [(0,)]


def test_ids_made_of_line_numbers_are_not_compared(tmp_path: Path) -> None:
    flat = "industry,size,created_at,outcome,amount\n" + "".join(
        f"{'retail' if i % 2 else 'software'},{i},2024-01-{1 + i % 28:02},{'won' if i % 3 else 'lost'},7\n"
        for i in range(30)
    )
    run(tmp_path, write(tmp_path / "m1", deals_csv=flat))
    run(tmp_path, write(tmp_path / "m2", deals_csv=flat.replace("retail,1,", "software,77,")))
    assert rows(tmp_path, "SELECT count(*) FROM account_history") == [(0,)]


def test_an_update_replaces_its_rows_and_keeps_all_others(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1))
    delta = write(
        tmp_path / "delta",
        accounts_csv="account_id,name,employees\nA005,Fjord,900\nA100,Newcomer,12\n",
        deals_csv="deal_id,account_id,created_at,stage,amount\nD1-0,A000,2024-01-10,Closed Won,777\n"
        "D9,A100,2024-03-01,Demo,5\n",
    )
    report = run(tmp_path, delta, update=True)
    assert reconciles(report)
    assert rows(tmp_path, "SELECT employees, industry FROM accounts WHERE account_id = 'A005'") == [(900.0, "retail")]
    assert rows(tmp_path, "SELECT count(*), count(industry) FROM accounts") == [(31, 29)]
    assert rows(tmp_path, "SELECT count(*), count(*) FILTER (outcome = 'won') FROM deals") == [(11, 1)]
    assert rows(tmp_path, "SELECT account_id FROM deals WHERE deal_id = 'D9'") == [("A100",)]
    assert rows(tmp_path, HISTORY.format("A005"))[0][:3] == ("employees", "55.0", "900.0")
    assert any("update of accounts: 2 rows came, 1 of the last import gave way" in text for text in report.since)
    kept = snapshots(tmp_path)
    run(tmp_path, delta, update=True)
    assert {table: kept[table] for table in ("accounts", "account_history", "deal_stages")} == {
        table: snapshots(tmp_path)[table] for table in ("accounts", "account_history", "deal_stages")
    }


def test_an_update_needs_something_to_update_and_ids(tmp_path: Path) -> None:
    with pytest.raises(UpdateRefused, match="nothing to update"):
        run(tmp_path, month(tmp_path, 1), update=True)
    run(tmp_path, tmp_path / "m1")
    before = fingerprint(tmp_path / "w")
    nameless = write(tmp_path / "delta", deals_csv="account_id,created_at,stage,amount\nA000,2024-02-10,Demo,777\n")
    with pytest.raises(UpdateRefused, match="no id"):
        run(tmp_path, nameless, update=True)
    assert fingerprint(tmp_path / "w") == before


def test_an_import_can_be_gone_back_to_and_forward_again(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1))
    first, quality = snapshots(tmp_path), (tmp_path / "w" / "quality.json").read_bytes()
    run(tmp_path, month(tmp_path, 3))
    second = snapshots(tmp_path)
    numbers = [one.number for one in past_imports(tmp_path / "w")]
    done = back_to_import(tmp_path / "w", numbers[1], by="Ann", because="the wrong file")
    assert snapshots(tmp_path) == first
    assert (tmp_path / "w" / "quality.json").read_bytes() == quality
    assert (done.current, done.by, done.because) == (True, "Ann", "the wrong file")
    assert [one.current for one in past_imports(tmp_path / "w")] == [True, False, False]
    back_to_import(tmp_path / "w", numbers[0], by="Ann", because="it was right")
    assert snapshots(tmp_path) == second
    with pytest.raises(NoSuchImport):
        back_to_import(tmp_path / "w", 99, by="Ann", because="no such")


def test_history_grows_from_the_import_that_was_gone_back_to(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1), as_of=date(2024, 1, 31))
    wrong = accounts(1).replace(",5", ",9")
    run(tmp_path, write(tmp_path / "wrong", accounts_csv=wrong, deals_csv=deals(2)), as_of=date(2024, 2, 28))
    back_to_import(tmp_path / "w", past_imports(tmp_path / "w")[1].number, by="Ann", because="the wrong file")
    run(tmp_path, month(tmp_path, 2), as_of=date(2024, 2, 29))
    assert rows(tmp_path, HISTORY.format("A005")) == [("employees", "55.0", "155.0", "2024-02-29", "import")]


DATED = {"accounts_2024-01-31_csv": accounts(1), "accounts_2024-02-29_csv": accounts(2), "accounts_csv": accounts(3)}


def test_dated_older_exports_of_one_folder_become_history(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", **DATED, deals_csv=deals(3))
    report = run(tmp_path, folder, as_of=date(2024, 3, 31))
    assert reconciles(report)
    assert (report.tables["accounts"].read, report.tables["accounts"].kept) == (90, 30)
    assert rows(tmp_path, HISTORY.format("A005")) == [
        ("employees", "55.0", "155.0", "2024-02-29", "older export"),
        ("employees", "155.0", "255.0", "2024-03-31", "older export"),
    ]
    assert any("newest of 3 exports of accounts" in note for note in report.notes)
    kept = snapshots(tmp_path)
    run(tmp_path, folder, as_of=date(2024, 3, 31))
    assert snapshots(tmp_path) == kept


def test_a_folder_to_which_an_export_is_added_every_month_tells_each_change_once(tmp_path: Path) -> None:
    for number, day in MONTHS.items():
        write(tmp_path / "in", **{f"accounts_{day}_csv": accounts(number)}, deals_csv=deals(number))
        run(tmp_path, tmp_path / "in")
    assert [row[1:4] for row in rows(tmp_path, HISTORY.format("A005"))] == [
        ("55.0", "155.0", "2024-02-29"),
        ("155.0", "255.0", "2024-03-31"),
    ]


def test_older_exports_of_deals_give_their_stages_and_missing_ones_are_told(tmp_path: Path) -> None:
    older = deals(2) + "D7,A001,2024-01-02,Demo,9\n"
    folder = write(tmp_path / "in", accounts_csv=accounts(3), deals_csv=deals(3), **{"deals 2024-02-29_csv": older})
    report = run(tmp_path, folder, as_of=date(2024, 3, 31))
    assert reconciles(report)
    assert rows(tmp_path, "SELECT deal_id, stage, origin FROM deal_stages") == [("D1-0", "Closed Won", "older export")]
    assert report.tables["deals"].rejected == 1
    assert any(problem.value == "D7" and "older export" in problem.reason for problem in report.problems)


def test_files_of_one_table_by_year_are_its_parts_and_no_older_exports(tmp_path: Path) -> None:
    lines = deals(2).splitlines(keepends=True)
    folder = write(
        tmp_path / "in",
        accounts_csv=accounts(1),
        deals_2023_csv="".join(lines[:11]),
        deals_2024_csv="".join([lines[0], *lines[11:]]),
    )
    report = run(tmp_path, folder)
    assert report.tables["deals"].kept == 20
    assert rows(tmp_path, "SELECT count(*) FROM deal_stages") == [(0,)]


def test_a_column_that_says_when_a_file_was_exported_dates_it(tmp_path: Path) -> None:
    def dated(number: int) -> str:
        head, *lines = accounts(number).splitlines()
        return "\n".join([f"{head},Exported at", *(f"{line},{MONTHS[number]}" for line in lines)]) + "\n"

    folder = write(tmp_path / "in", deals_csv=deals(3), accounts_csv=dated(1), accounts_new_csv=dated(2))
    run(tmp_path, folder)
    assert rows(tmp_path, HISTORY.format("A005"))[0][1:4] == ("55.0", "155.0", "2024-02-29")


def test_a_persons_mapping_says_that_a_dated_file_is_a_part(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", **DATED, deals_csv=deals(3))
    run(tmp_path, folder)
    path = tmp_path / "w" / "mappings" / "in.yaml"
    mapping = load_mapping(path)
    entry = mapping.for_file("accounts_2024-01-31.csv")
    assert entry is not None
    assert entry.exported == "2024-01-31"
    entry.exported = "part"
    path.write_text(dump_mapping(mapping), encoding="utf-8")
    shutil.rmtree(tmp_path / "w" / "tables")
    report = run(tmp_path, folder)
    assert any("newest of 2 exports of accounts" in note for note in report.notes)


def test_a_workspace_of_before_histories_grew_is_compared_by_its_tables(tmp_path: Path) -> None:
    run(tmp_path, month(tmp_path, 1))
    open_ledger(open_place(tmp_path / "w")).set_value("import_basis", None)
    run(tmp_path, month(tmp_path, 2))
    assert rows(tmp_path, "SELECT count(*) FROM account_history WHERE field = 'employees'") == [(6,)]


def test_an_update_leaves_the_web_addresses_of_all_others_as_they_were_read(tmp_path: Path) -> None:
    lines = [f"A{i},{NAMES[i]},https://www.company{i}.com" for i in range(4)]
    run(tmp_path, write(tmp_path / "all", accounts_csv="\n".join(["account_id,name,domain", *lines, ""])))
    delta = "account_id,name,domain\nA0,Adder,https://www.other.com\n"
    run(tmp_path, write(tmp_path / "delta", accounts_csv=delta), update=True)
    found = rows(tmp_path, 'SELECT account_id, domain, "domain (as in file)" FROM accounts ORDER BY 1')
    assert found[0] == ("A0", "other.com", "https://www.other.com")
    assert found[1] == ("A1", "company1.com", "https://www.company1.com")
    assert rows(tmp_path, "SELECT account_id, field FROM account_history") == [("A0", "domain")]


def test_an_update_works_out_the_codes_of_rows_that_came_and_of_rows_that_changed(tmp_path: Path) -> None:
    header = "account_id,name,country,industry\n"
    run(tmp_path, write(tmp_path / "all", accounts_csv=header + "A1,One,Germany,Retail\nA2,Two,France,Retail\n"))
    delta = write(tmp_path / "delta", accounts_csv=header + "A2,Two,Norway,Retail\nA3,Three,Japan,Retail\n")
    run(tmp_path, delta, update=True)
    run(tmp_path, write(tmp_path / "next", accounts_csv=header + "A4,Four,Italy,Retail\n"), update=True)
    found = rows(tmp_path, "SELECT country_code, nace IS NOT NULL FROM accounts ORDER BY account_id")
    assert found == [("DE", True), ("NO", True), ("JP", True), ("IT", True)]
