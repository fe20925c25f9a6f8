from __future__ import annotations

import gzip
import json
import os
import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from idealfit.errors import FolderMissing
from idealfit.records.reading import pace
from idealfit.records.reading.one_file import FileReader
from idealfit.records.reading.source import FolderReading, RawTable, read_folder
from idealfit.store.engine import connect, quote
from idealfit.store.place import open_place

TABLE = "id,name\n1,Acme\n2,Beta\n"


def read(folder: Path) -> tuple[duckdb.DuckDBPyConnection, FolderReading]:
    con = connect(folder if folder.is_dir() else folder.parent, threads=1)
    reading = read_folder(con, folder)
    for table in reading.tables:
        count = con.execute(f"SELECT count(*) FROM {quote(table.relation)}").fetchone()
        assert count == (table.rows_read - len(table.rejected),), table.file
    return con, reading


def rows(con: duckdb.DuckDBPyConnection, table: RawTable) -> list[tuple[str | None, ...]]:
    names = ", ".join(map(quote, table.columns))
    return con.execute(f"SELECT {names} FROM {quote(table.relation)} ORDER BY __line__").fetchall()


def unused(reading: FolderReading) -> dict[str, str]:
    return dict(reading.unused)


def make_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Accounts")
        sheet.write_row(0, 0, ["Report of accounts"])
        sheet.write_row(2, 0, ["id", "size", "since", "seen", "active", "share"])
        for row, size in enumerate((7, 120), start=3):
            sheet.write_string(row, 0, f"00{row}")
            sheet.write_number(row, 1, size)
            sheet.write_datetime(row, 2, date(2024, 2, 29), book.add_format({"num_format": "yyyy-mm-dd"}))
            when = datetime(2024, 2, 29, 13, 5)
            sheet.write_datetime(row, 3, when, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
            sheet.write_boolean(row, 4, True)
            sheet.write_number(row, 5, 0.25)
        book.add_worksheet("Nothing")
        hidden = book.add_worksheet("Secret")
        hidden.write_row(0, 0, ["id", "name"])
        hidden.write_row(1, 0, ["1", "x"])
        hidden.hide()


def test_a_workbook_is_read_sheet_by_sheet_as_text(tmp_path: Path) -> None:
    make_workbook(tmp_path / "book.xlsx")
    con, reading = read(tmp_path)
    (table,) = reading.tables
    assert table.file == "book.xlsx#Accounts"
    assert rows(con, table)[0] == ("003", "7", "2024-02-29", "2024-02-29 13:05:00", "TRUE", "0.25")
    assert con.execute(f"SELECT __line__ FROM {table.relation} ORDER BY 1").fetchall() == [(4,), (5,)]
    assert "empty" in unused(reading)["book.xlsx#Nothing"]
    assert "hidden" in unused(reading)["book.xlsx#Secret"]


def test_numbers_beyond_fifteen_digits_in_a_workbook_are_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "ids.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write_row(1, 0, [123456789012345678, "Acme"])
    _, reading = read(tmp_path)
    assert "more than 15 digits" in reading.tables[0].notes[-1]


def test_a_workbook_under_a_csv_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    make_workbook(tmp_path / "accounts.csv")
    _, reading = read(tmp_path)
    assert [table.file for table in reading.tables] == ["accounts.csv#Accounts"]


def test_a_zip_of_a_table_beside_it_is_used_once(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(TABLE)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("deals.csv", TABLE)
        archive.writestr("other dialect.csv", TABLE.replace(",", ";"))
        archive.writestr("more.csv", TABLE + "3,Core\n")
    _, reading = read(tmp_path)
    assert [table.file for table in reading.tables] == ["a.zip/more.csv", "deals.csv"]
    assert unused(reading)["a.zip/deals.csv"] == "same content as deals.csv"
    assert unused(reading)["a.zip/other dialect.csv"] == "same content as deals.csv"


def test_gzip_json_lines_and_parquet_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TABLE.encode()))
    (tmp_path / "b.jsonl").write_text(
        '{"id": "007", "n": 1.50}\n{"id": "008", "tags": ["x", "y"], "who": {"name": "Ü"}}\n'
    )
    (tmp_path / "c.json").write_text(
        json.dumps({"total": 1, "results": [{"id": 1, "Ok": True}, {"ID": 2, "Ok": None}]})
    )
    con = connect(tmp_path)
    con.execute(f"COPY (SELECT '007' AS id, [1, 2] AS list, DATE '2024-01-02' AS d, '' AS e) TO '{tmp_path}/d.parquet'")
    con, reading = read(tmp_path)
    tables = {table.file: table for table in reading.tables}
    assert rows(con, tables["a.csv.gz/a.csv"]) == [("1", "Acme"), ("2", "Beta")]
    assert tables["b.jsonl"].columns == ("id", "n", "tags", "who.name")
    assert rows(con, tables["b.jsonl"]) == [("007", "1.5", None, None), ("008", None, '["x", "y"]', "Ü")]
    assert rows(con, tables["c.json"]) == [("1", "true"), ("2", None)]
    assert rows(con, tables["d.parquet"]) == [("007", "[1,2]", "2024-01-02", None)]


def test_a_parquet_file_inside_a_zip_is_read(tmp_path: Path) -> None:
    connect(tmp_path).execute(f"COPY (SELECT 'a' AS id, '' AS x, 'y' AS z) TO '{tmp_path}/d.parquet'")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "d.parquet", "d.parquet")
    (tmp_path / "d.parquet").unlink()
    con, reading = read(tmp_path)
    assert rows(con, reading.tables[0]) == [("a", None, "y")]


def test_broken_json_lines_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"id": 1}\n{"id": 2\n[3]\n{"id": 4}\n{"id": 5}\n')
    _, reading = read(tmp_path)
    assert reading.tables[0].rows_read == 5
    assert sorted(row.line for row in reading.tables[0].rejected) == [2, 3]


def test_bad_files_among_good_ones_are_listed_with_reason_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(TABLE)
    bad = {
        "empty.csv": b"",
        "header.csv": b"id,name\n",
        "random.csv": os.urandom(5000),
        "random.xlsx": os.urandom(5000),
        "fake.xlsx": b"PK\x03\x04" + os.urandom(500),
        "old.xls": b"\xd0\xcf\x11\xe0" + os.urandom(3000),
        "page.xls": b"<html><table><tr><td>1</td></tr></table></html>",
        "login.csv": b"<!DOCTYPE html><html>Sign in</html>",
        "cut.zip": b"PK\x03\x04broken",
        "cut.csv.gz": gzip.compress(b"id,name\n1,2\n" * 99)[:40],
        "no.parquet": b"PAR1 and nothing more",
        "text.json": b"{'single': 'quotes'}",
        "strings.json": b'["a", "b"]',
        "paper.pdf": b"%PDF-1.7",
        "paper.csv": b"%PDF-1.7",
        "README.md": b"# Read me",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder").mkdir()
    (tmp_path / "company.yaml").write_text("as_of: 2024-01-01\n")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    open_place(tmp_path / "w", create=True)
    _, reading = read(tmp_path)
    assert [table.file for table in reading.tables] == ["good.csv"]
    assert set(unused(reading)) == {*bad, "folder"}
    assert all(len(reason) > 10 for reason in unused(reading).values())


def test_one_file_is_read_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "table.txt").write_text(TABLE)
    _, reading = read(tmp_path / "table.txt")
    assert reading.tables[0].file == "table.txt"
    assert unused(read(tmp_path)[1]) == {"table.txt": "not a table (.txt)"}


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing) as caught:
        read(tmp_path / "nowhere")
    assert caught.value.exit_code == 3


def test_the_order_of_files_does_not_matter_and_progress_ends_at_one(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.csv"):
        (tmp_path / name).write_text(TABLE.replace("Acme", name))
    seen: list[float] = []
    reading = read_folder(connect(tmp_path), tmp_path, progress=lambda _name, share: seen.append(share))
    assert [table.file for table in reading.tables] == ["a.csv", "b.csv", "c.csv"]
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_every_set_of_real_data_is_read_or_refused_with_a_reason(real_data: Path) -> None:
    expected = {
        "maven_crm": (4, 8927),
        "adventureworks_reseller": (3, 1367),
        "ravenstack": (5, 33_100),
        "zoho_crm": (9, 21_989),
        "messy_csvkit_examples": (57, None),
        "messy_sineemore": (14, None),
    }
    for name, (count, total) in expected.items():
        _, reading = read(real_data / name)
        assert len(reading.tables) == count, name
        if total is not None:
            assert sum(table.rows_read for table in reading.tables) == total, name
            assert not any(table.rejected for table in reading.tables), name


def test_the_zip_beside_the_ibm_table_is_used_once(real_data: Path) -> None:
    _, reading = read(real_data / "ibm_sales_win_loss")
    assert [(table.rows_read, len(table.columns)) for table in reading.tables] == [(78_025, 19)]
    assert sum(reason.startswith("same content as") for reason in unused(reading).values()) == 1


def test_of_a_large_file_the_rows_so_far_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "TOLD_EVERY_SECONDS", 0.0)
    (tmp_path / "accounts.csv").write_text("name,employees\n" + "".join(f"Company {i},{i}\n" for i in range(25_000)))
    told: list[tuple[int, float]] = []
    pace.listen(lambda rows, share: told.append((rows, share)))
    try:
        FileReader(duckdb.connect()).read(tmp_path / "accounts.csv", "accounts.csv")
    finally:
        pace.listen(None)
    assert told == sorted(told)
    assert 0 < told[0][0] <= told[-1][0] <= 25_001 and 0 <= told[-1][1] < 1
