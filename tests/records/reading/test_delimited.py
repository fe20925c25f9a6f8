from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idealfit.errors import UnreadableFile
from idealfit.records.reading import delimited
from idealfit.records.reading.delimited import read_delimited
from idealfit.records.reading.raw_table import RawTable
from idealfit.store.engine import connect, quote

TABLE = "id,name,city\n001,Acme,Köln\n002,Łódź Tools,Łódź\n003,Müller & Söhne,Zürich\n"
WESTERN = "id,name,city\n001,Acme,Köln\n002,Málaga Tools,Málaga\n003,Müller & Söhne,Zürich\n"


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return connect(tmp_path_factory.getbasetemp(), threads=1)


def read(con: duckdb.DuckDBPyConnection, folder: Path, data: str | bytes, name: str = "x.csv") -> RawTable:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    table = read_delimited(con, path, name)
    count = con.execute(f"SELECT count(*) FROM {quote(table.relation)}").fetchone()
    assert count is not None
    assert table.rows_read == count[0] + len(table.rejected)
    return table


def rows(con: duckdb.DuckDBPyConnection, table: RawTable) -> list[tuple[str | None, ...]]:
    names = ", ".join(map(quote, table.columns))
    return con.execute(f"SELECT {names} FROM {quote(table.relation)} ORDER BY __line__").fetchall()


def lines(con: duckdb.DuckDBPyConnection, table: RawTable) -> list[int]:
    return [row[0] for row in con.execute(f"SELECT __line__ FROM {quote(table.relation)} ORDER BY 1").fetchall()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x1f"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end_gives_the_same_table(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, delimiter: str, end: str
) -> None:
    table = read(con, tmp_path, TABLE.replace(",", delimiter).replace("\n", end))
    plain = read(con, tmp_path, TABLE, "plain.csv")
    assert rows(con, table) == rows(con, plain)
    assert rows(con, table)[0] == ("001", "Acme", "Köln")
    assert table.content_sha256 == plain.content_sha256
    assert lines(con, table) == [2, 3, 4]


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "iso8859_2"]
)
def test_every_encoding_of_the_same_text_gives_the_same_table(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, codec: str
) -> None:
    text = TABLE + "004,Żółta Łąka Sp. z o.o.,Kraków\n005,Kościół Święty,Wałbrzych\n006,Gęś Spółka,Częstochowa\n"
    text = text.replace("Söhne", "Söhne")
    table = read(con, tmp_path, text.encode(codec))
    assert rows(con, table)[3] == ("004", "Żółta Łąka Sp. z o.o.", "Kraków")


def test_western_text_is_read_as_cp1252_and_that_is_said(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, WESTERN.encode("cp1252"))
    assert rows(con, table)[2] == ("003", "Müller & Söhne", "Zürich")
    assert any("cp1252" in note for note in table.notes)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("shift_jis", "株式会社サンプル"),
        ("gb18030", "示例科技有限公司"),
        ("big5", "範例科技股份有限公司"),
        ("euc_kr", "주식회사 예시"),
        ("cp1251", "Пример и партнёры"),
    ],
)
def test_other_scripts_in_old_code_pages_are_recognised(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, codec: str, name: str
) -> None:
    text = "id,name\n" + "".join(f"{number:03d},{name}\n" for number in range(20))
    assert rows(con, read(con, tmp_path, text.encode(codec)))[0] == ("000", name)


def test_a_few_foreign_bytes_do_not_spoil_utf8(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    data = ("id,name\n" + "".join(f"{number},Łódź {number}\n" for number in range(20))).encode() + b"99,M\xfcller\n"
    table = read(con, tmp_path, data)
    assert rows(con, table)[0] == ("0", "Łódź 0")
    assert rows(con, table)[-1] == ("99", "Müller")
    assert table.notes == ("UTF-8 except 1 byte, read as cp1252",)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"id,name\n", "header and no rows"),
        (bytes(range(256)) * 40, "no text"),
        (b"id,name,size\n1,Acme,big,5\n2,Beta,small,6\n3,Core,small,7\n", "names 3 columns and most rows have 4"),
    ],
)
def test_what_holds_no_table_is_refused_with_a_remedy(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, data: bytes, what: str
) -> None:
    with pytest.raises(UnreadableFile, match=what) as caught:
        read(con, tmp_path, data)
    assert caught.value.remedy
    assert caught.value.where is not None
    assert caught.value.where.file == "x.csv"


def test_a_longer_row_is_rejected_unless_its_extra_cells_are_empty(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = read(con, tmp_path, "a,b,c\n1,2,3\n4,5,6,,\n7,8,9,10\n11,12\n13,14,15\n")
    assert rows(con, table) == [("1", "2", "3"), ("4", "5", "6"), ("11", "12", None), ("13", "14", "15")]
    assert [(row.line, row.reason) for row in table.rejected] == [(4, "4 cells where the header has 3")]
    assert "7 | 8 | 9 | 10" in table.rejected[0].value
    assert any("1 row shorter than the header" in note and "line 5" in note for note in table.notes)


def test_a_header_whose_every_line_ends_with_a_comma_stays_a_header(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = read(con, tmp_path, "id,name,\n1,Acme,\n2,Beta,\n")
    assert table.columns == ("id", "name")
    assert rows(con, table) == [("1", "Acme"), ("2", "Beta")]


def test_duplicate_and_blank_names_are_numbered(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "Name,name,,Name,__line__\na,b,c,d,1\ne,f,g,h,2\n")
    assert table.columns == ("Name", "name (2)", "column_3", "Name (3)", "__line__ (2)")


def test_lines_before_the_table_are_left_out_and_counted(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "Accounts of the last year\nMade by nobody\n\nid,name,city\n1,Acme,Bonn\n2,Beta,Ulm\n")
    assert table.columns == ("id", "name", "city")
    assert lines(con, table) == [5, 6]
    assert "2 lines before the table left out" in table.notes


def test_the_separator_line_of_excel_is_obeyed(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "sep=;\r\nid;name\r\n1;a,b\r\n2;c,d\r\n")
    assert rows(con, table) == [("1", "a,b"), ("2", "c,d")]
    assert lines(con, table) == [3, 4]


def test_totals_and_footers_are_set_aside_with_their_reason(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = "id,name,amount\n" + "".join(f"{number},Firm {number},10\n" for number in range(9))
    table = read(con, tmp_path, text + 'Total,,90\n\n"Copyright (c) Some CRM, Inc."\nGenerated by a person\n')
    assert [(row.line, row.reason) for row in table.rejected] == [
        (11, "a total below the table"),
        (13, "a footer below the table"),
        (14, "a footer below the table"),
    ]
    assert table.rows_read == 12


def test_a_company_called_total_stays(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "name,city,size\nAcme,Bonn,3\nBeta,Ulm,4\nTotal,Paris,100000\n")
    assert rows(con, table)[-1] == ("Total", "Paris", "100000")


def test_a_last_row_that_was_cut_off_is_kept_and_told(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "id,name,city\n1,Acme,Bonn\n2,Beta,Ulm\n3,Co")
    assert rows(con, table)[-1] == ("3", "Co", None)
    assert any("shorter" in note for note in table.notes)


def test_a_repeated_header_is_set_aside(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "id,name\n1,Acme\nid,name\n2,Beta\n")
    assert [row.reason for row in table.rejected] == ["the header once more"]


def test_a_second_table_is_set_aside(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = (
        "id,name,city,size\n1,Acme,Bonn,3\n2,Beta,Ulm,4\n3,Core,Kiel,9\n\ncolour,count,share\nred,5,0.2\nblue,7,0.3\n"
    )
    table = read(con, tmp_path, text)
    assert len(rows(con, table)) == 3
    assert all("second table" in row.reason for row in table.rejected)


def test_a_table_without_header_gets_numbered_columns(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "1|AW001|245-555-0173|Road\n2|AW002|170-555-0127|Road\n3|AW003|279-555-0130|Touring\n")
    assert table.columns == ("column_1", "column_2", "column_3", "column_4")
    assert table.headerless
    assert table.rows_read == 3
    assert any("no header line" in note for note in table.notes)


def test_a_value_named_like_its_column_does_not_cost_the_header(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "a,b,c\n1,b,c\n2,b,c\n3,b,c\n")
    assert table.columns == ("a", "b", "c")


def test_years_as_columns_do_not_cost_the_header(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "account_id,country,2024,2025\nA1,DE,10,20\nA2,FR,30,40\n")
    assert table.columns == ("account_id", "country", "2024", "2025")


@pytest.mark.parametrize("heads", ["2024-01,2024-02,2024-03", "01/2024,02/2024,03/2024", "2019,2020,2021", "Q1,Q2,Q3"])
def test_a_table_by_month_or_year_keeps_its_header(con: duckdb.DuckDBPyConnection, tmp_path: Path, heads: str) -> None:
    table = read(con, tmp_path, f"firm,{heads}\nAcme,10,20,30\nBeta,30,40,50\nCore,5,6,7\n")
    assert table.columns == ("firm", *heads.split(","))


def test_quoted_line_breaks_stay_in_their_cell(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, 'id,note\n1,"two\nlines"\n2,"a ""quoted"" word"\n3,"x,y"\n')
    assert rows(con, table) == [("1", "two\nlines"), ("2", 'a "quoted" word'), ("3", "x,y")]
    assert lines(con, table) == [2, 4, 5]


def test_a_quote_that_is_never_closed_costs_one_line(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = "id,name,city\n" + "".join(f"{number},Firm,Bonn\n" for number in range(2, 6))
    table = read(con, tmp_path, text + '6,"Firm,Bonn\n' + "".join(f"{number},Firm,Bonn\n" for number in range(7, 50)))
    assert table.rows_read == 48
    assert [(row.line, row.reason) for row in table.rejected] == [(6, "a quote is opened and not closed properly")]


def test_two_open_quotes_do_not_swallow_what_is_between(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    middle = "".join(f"{number},Firm,Bonn\n" for number in range(3, 40))
    table = read(con, tmp_path, f'id,name,city\n1,A,Ulm\n2,"Firm,Bonn\n{middle}40,"Firm,Bonn\n41,B,Kiel\n')
    assert table.rows_read == 41
    assert [row.line for row in table.rejected] == [3, 41]


def test_a_file_of_open_quotes_has_no_quotes(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "id,part,price\n" + "".join(f'{n},"wide {n},3\n' for n in range(101)))
    assert rows(con, table)[100] == ("100", '"wide 100', "3")


def test_many_open_quotes_in_a_long_file_cost_one_line_each(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = "".join(f'{n},"Firm,Ulm\n' if n % 40 == 39 else f"{n},Firm,Ulm\n" for n in range(10_000))
    table = read(con, tmp_path, "id,name,city\n" + text)
    assert (table.rows_read, len(table.rejected)) == (10_000, 250)


def test_inches_inside_a_cell_are_no_quotes(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, 'id,part,price\n1,5" pipe,3\n2,7" pipe,4\n')
    assert rows(con, table) == [("1", '5" pipe', "3"), ("2", '7" pipe', "4")]


def test_backslash_before_a_quote_is_understood(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, 'id,name\n1,"the \\"best\\", they say"\n2,"plain"\n3,"also \\"good\\", so"\n')
    assert rows(con, table)[0] == ("1", 'the "best", they say')


def test_decimal_commas_between_semicolons_stay_whole(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "id;amount;share\n1;1.234,50;0,5\n2;99,00;0,25\n")
    assert rows(con, table)[0] == ("1", "1.234,50", "0,5")


def test_nul_characters_are_taken_out_and_told(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "id,name\n1,Ac\x00me\n2,Beta\n")
    assert rows(con, table)[0] == ("1", "Acme")
    assert any("NUL" in note for note in table.notes)


def test_the_guard_against_formulas_is_taken_off_again(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = read(con, tmp_path, "id,name\n1,'=SUM(A1)\n2,'s-Hertogenbosch BV\n3,'@home\n")
    assert [row[1] for row in rows(con, table)] == ["=SUM(A1)", "'s-Hertogenbosch BV", "@home"]


def test_leading_zeros_long_numbers_and_words_stay_as_written(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = 'id,big,word,empty,quoted\n007,123456789012345678,None,,""\n008,1.23E+17,NULL,,"NA"\n'
    table = read(con, tmp_path, text)
    assert rows(con, table)[0] == ("007", "123456789012345678", "None", None, None)
    assert rows(con, table)[1] == ("008", "1.23E+17", "NULL", None, "NA")
    assert any("1 value of 'big' written like 1.23E+17" in note for note in table.notes)


def test_a_table_of_a_thousand_columns_is_read(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(1_000))
    assert len(read(con, tmp_path, f"{names}\n{','.join('1' * 1_000)}\n").columns) == 1_000


def test_a_table_of_ten_thousand_columns_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(10_000))
    with pytest.raises(UnreadableFile, match="10000 columns; 4096"):
        read(con, tmp_path, f"{names}\n{','.join('1' * 10_000)}\n")


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_large_file_by_the_engine_is_the_same_as_by_its_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quoting: int
) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, quoting=quoting)  # type: ignore[arg-type]
        writer.writerow(["id", "name", "note"])
        writer.writerows([f"{n:06d}", f"Mü {n}", 'a "b"\nc, d' if n % 50 == 0 else ""] for n in range(5000))
    slow = read_delimited(connect(tmp_path), path, "large.csv")
    monkeypatch.setattr(delimited, "_LARGE_BYTES", 0)
    by_records = []
    monkeypatch.setattr(delimited, "load_grid", lambda *_: by_records.append(1))
    con = connect(tmp_path)
    fast = read_delimited(con, path, "large.csv")
    assert not by_records
    assert fast.content_sha256 == slow.content_sha256
    assert lines(con, fast)[:3] == [2, 4, 5]


def test_where_the_engine_may_not_read_the_records_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.csv"
    path.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(delimited, "_LARGE_BYTES", 0)
    con = connect()
    assert len(rows(con, read_delimited(con, path, "large.csv"))) == 3


cells = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="'") | st.just("\n"),
    max_size=6,
)


@settings(max_examples=40)
@given(
    table=st.lists(st.tuples(cells, cells), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_with_quotes_comes_back(
    con: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    table: list[tuple[str, str]],
    delimiter: str,
    end: str,
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerows([["account_id", "name", "city"], *([f"id{n}", *row] for n, row in enumerate(table))])
    read_back = read_delimited(con, path, "round.csv")
    wanted = [(f"id{n}", *(cell or None for cell in row)) for n, row in enumerate(table)]
    assert rows(con, read_back) == wanted
    con.execute(f"DROP TABLE {quote(read_back.relation)}")


@given(st.binary(max_size=200) | st.text(alphabet="a1,;\"'\n\r\t \\=", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_and_no_row_is_lost(
    con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        table = read_delimited(con, path, "any.csv")
    except UnreadableFile as problem:
        assert problem.remedy
        return
    count = con.execute(f"SELECT count(*) FROM {quote(table.relation)}").fetchone()
    assert count == (table.rows_read - len(table.rejected),)
    con.execute(f"DROP TABLE {quote(table.relation)}")


def test_naughty_strings_come_back_as_they_are(con: duckdb.DuckDBPyConnection, tmp_path: Path, real_data: Path) -> None:
    strings = json.loads((real_data / "messy_blns" / "blns.json").read_text(encoding="utf-8"))
    path = tmp_path / "naughty.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerows([["account_id", "name"], *([f"id{n}", text] for n, text in enumerate(strings))])
    table = read_delimited(con, path, "naughty.csv")
    wanted = [(f"id{n}", text.replace("\x00", "") or None) for n, text in enumerate(strings)]
    assert rows(con, table) == wanted


def test_the_messy_examples_agree_with_their_json(con: duckdb.DuckDBPyConnection, real_data: Path) -> None:
    compared = 0
    for path in sorted((real_data / "messy_csv_spectrum").glob("*.csv")):
        if path.name == "location_coordinates.csv":
            continue  # its JSON holds another telephone number
        truth = json.loads(path.with_suffix(".json").read_text())
        table = read_delimited(con, path, path.name)
        found = [dict(zip(table.columns, (cell or "" for cell in row), strict=True)) for row in rows(con, table)]
        truth = truth if isinstance(truth, list) else [truth]
        assert json.dumps(found).replace("\\r\\n", "\\n") == json.dumps(truth).replace("\\r\\n", "\\n"), path.name
        compared += 1
    assert compared >= 10
