"""Values through a whole import: the same table resaved, both ends of ranges, missing words, orders of dates."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest

from idealfit.records.intake import import_folder
from idealfit.records.mapping_file import load_mapping
from idealfit.records.report import ImportReport, Question
from idealfit.store.place import open_place
from small_company import NAMES, write

HEADER = ["account_id", "name", "industry", "employees", "revenue", "signed_up", "score"]
ROWS = [
    [
        f"{number:03}",
        NAMES[number],
        ["Retail", "Media"][number % 2],
        1200 + number,
        f"{1000.5 * number + 1234:,.2f}",
        f"2024-{1 + number % 12:02}-{1 + number:02}",
        f"{number}.25",
    ]
    for number in range(28)
]
SWAPPED = str.maketrans(",.", ".,")


def saved(rows: list[list[object]], header: list[str], delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows([header, *rows])
    return text.getvalue()


def with_commas(row: list[object]) -> list[object]:
    return [*row[:4], str(row[4]).translate(SWAPPED), row[5], str(row[6]).translate(SWAPPED)]


def with_day(row: list[object], form: str) -> list[object]:
    year, month, day = str(row[5]).split("-")
    return [*row[:5], form.format(y=year, m=month, d=day), row[6]]


RESAVED: dict[str, str | bytes] = {
    "with decimal commas": saved([with_commas(row) for row in ROWS], HEADER, ";"),
    "with the day first": saved([with_day(row, "{d}/{m}/{y}") for row in ROWS], HEADER),
    "with the month first": saved([with_day(row, "{m}/{d}/{y}") for row in ROWS], HEADER),
    "in German": saved([with_day(with_commas(row), "{d}.{m}.{y}") for row in ROWS], HEADER, ";"),
    "with CRLF and a BOM": ("\ufeff" + saved(ROWS, HEADER, end="\r\n")).encode(),
    "as UTF-16": saved(ROWS, HEADER, "\t").encode("utf-16"),
    "with its columns the other way round": saved([row[::-1] for row in ROWS], HEADER[::-1]),
}


def imported(
    folder: Path, name: str = "accounts", **files: str | bytes
) -> tuple[ImportReport, list[tuple[object, ...]]]:
    report = import_folder(write(folder / "in", **files), open_place(folder / "workspace", create=True))
    columns = ", ".join(f'"{column}"' for column in HEADER)
    path = str(folder / "workspace" / "tables" / f"{name}.parquet")
    present = {row[0] for row in duckdb.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()}
    if not set(HEADER) <= present:
        return report, []
    return report, duckdb.execute(f"SELECT {columns} FROM read_parquet(?) ORDER BY 1", [path]).fetchall()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    return imported(tmp_path_factory.mktemp("plain"), accounts_csv=saved(ROWS, HEADER))[1]


@pytest.mark.parametrize("how", RESAVED)
def test_a_table_resaved_gives_the_same_values(plain: list[tuple[object, ...]], tmp_path: Path, how: str) -> None:
    _, other = imported(tmp_path / "other", accounts_csv=RESAVED[how])
    assert len(plain) == len(ROWS)
    assert plain[3][3:5] == (1203.0, 4235.5)
    assert other == plain


def test_a_range_keeps_both_ends_and_its_text_and_they_are_no_candidates(tmp_path: Path) -> None:
    sizes = ["1-10", "11 - 50", "10,000+", "<5", "70", "10-Jan", "51-200"]
    accounts = "account_id,name,employees\n" + "".join(f'{at},{NAMES[at]},"{size}"\n' for at, size in enumerate(sizes))
    report, _ = imported(tmp_path, accounts_csv=accounts)
    path = str(tmp_path / "workspace" / "tables" / "accounts.parquet")
    rows = duckdb.execute(
        'SELECT employees, employees_low, employees_high, "employees (as in file)" FROM read_parquet(?) '
        "ORDER BY account_id",
        [path],
    ).fetchall()
    assert rows == [
        (5.5, 1, 10, "1-10"),
        (30.5, 11, 50, "11 - 50"),
        (10000, 10000, None, "10,000+"),
        (2.5, None, 5, "<5"),
        (70, 70, 70, None),
        (5.5, 1, 10, "10-Jan"),
        (125.5, 51, 200, "51-200"),
    ]
    for column in ("employees_low", "employees_high", "employees (as in file)"):
        assert report.attributes[column].level != "account"
    assert any("bands that a spreadsheet had turned into dates ('10-Jan' as 1-10)" in note for note in report.notes)
    assert any(change.original == "10-Jan" and change.value == "5.5" for change in report.changes)


def test_words_read_as_no_value_stand_in_the_mapping_and_a_person_s_edit_of_them_holds(tmp_path: Path) -> None:
    accounts = "account_id,name,favourite,plan\n" + "".join(
        f"{at},{NAMES[at]},{['Select', 'Chess', 'Rowing'][at % 3]},{['None', 'Known', 'Unknown'][at % 3]}\n"
        for at in range(12)
    )
    imported(tmp_path, accounts_csv=accounts)
    file = tmp_path / "workspace" / "mappings" / "in.yaml"
    columns = load_mapping(file).files[0].columns
    assert columns["favourite"].missing == ["Select"]
    assert columns["plan"].missing is None
    file.write_text(file.read_text().replace("- Select", "- Rowing"))
    report, _ = imported(tmp_path, accounts_csv=accounts)
    path = str(tmp_path / "workspace" / "tables" / "accounts.parquet")
    found = duckdb.execute("SELECT DISTINCT favourite FROM read_parquet(?) ORDER BY 1", [path]).fetchall()
    assert found == [("Chess",), ("Select",), (None,)]
    assert any("the mapping's 'missing' does not name them: 'Select' (4)" in note for note in report.notes)


def test_the_order_of_dates_is_asked_once_for_a_folder_and_the_answer_is_for_all(tmp_path: Path) -> None:
    accounts = "account_id,name,signed_up_date\n1,Alder,01/02/2024\n2,Birch,03/04/2024\n"
    deals = "deal_id,account_id,created_at,closed_at,outcome\n1,1,05/06/2023,07/08/2023,won\n"
    asked: list[Question] = []

    def answer(question: Question) -> str:
        asked.append(question)
        return "dmy" if question.about == "dates" else question.proposal

    folder = write(tmp_path / "in", accounts_csv=accounts, deals_csv=deals)
    import_folder(folder, open_place(tmp_path / "workspace", create=True), answer=answer)
    assert [question.about for question in asked].count("dates") == 1
    days = duckdb.execute(
        "SELECT strftime(created_at, '%d.%m.'), strftime(closed_at, '%d.%m.') FROM read_parquet(?)",
        [str(tmp_path / "workspace" / "tables" / "deals.parquet")],
    ).fetchall()
    assert days == [("05.06.", "07.08.")]


def test_a_column_that_mixes_the_orders_of_dates_is_named_with_its_rows(tmp_path: Path) -> None:
    days = ["13/01/2024", "14/01/2024", "01/15/2024", "02/03/2024"]
    deals = "deal_id,account_id,created_at,outcome\n" + "".join(f"{at},1,{day},won\n" for at, day in enumerate(days))
    report, _ = imported(tmp_path, accounts_csv="account_id,name\n1,Alder\n", deals_csv=deals)
    assert any("mixes the orders of day and month" in note and "line 4: '01/15/2024'" in note for note in report.notes)
    assert any(problem.value == "02/03/2024" and problem.line == 5 for problem in report.problems)


def test_in_a_flat_file_the_ends_of_a_range_go_with_the_company(tmp_path: Path) -> None:
    rows = "deal_id,account_name,employees,amount,outcome\n" + "".join(
        f"{at},{NAMES[at]},{['1-10', '11-50', '51-200'][at % 3]},{100 * at},{['won', 'lost'][at % 2]}\n"
        for at in range(12)
    )
    import_folder(write(tmp_path / "in", deals_csv=rows), open_place(tmp_path / "workspace", create=True))
    found = duckdb.execute(
        "SELECT DISTINCT employees, employees_low, employees_high FROM read_parquet(?) ORDER BY 1",
        [str(tmp_path / "workspace" / "tables" / "accounts.parquet")],
    ).fetchall()
    assert found == [(5.5, 1, 10), (30.5, 11, 50), (125.5, 51, 200)]
