# ruff: noqa: E501 - the rows stand as they would in a file
"""Exports made by code, each with the accounts and deals that it holds, or the words with which it must be refused."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import xlsxwriter

from old_workbook import old_workbook

Row = tuple[object, ...]


@dataclass(frozen=True)
class Export:
    """Files by name; the rows that must come out (`tables`: 'deals: outcome, amount' → rows in the order of the file);
    what the report must say (`told`, regular expressions); or, where nothing can be made of it, `refused`.
    """

    files: Mapping[str, bytes]
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    told: Sequence[str] = ()
    refused: Sequence[str] = ()
    unsaid: Sequence[str] = ()


ZOO: dict[str, Export] = {}


def _add(
    name: str,
    files: Mapping[str, str | bytes],
    tables: Mapping[str, Sequence[Row]] | None = None,
    **more: Sequence[str],
) -> None:
    assert name not in ZOO, name
    plain = {file: content.encode() if isinstance(content, str) else content for file, content in files.items()}
    ZOO[name] = Export(plain, tables or {}, **more)


# --- One list of companies, saved in many ways -------------------------------------------------------------------

HEADER = ("Customer No", "Company", "Website", "Industry", "Employees", "Country")
LATIN: tuple[tuple[str, ...], ...] = (
    ("00017", "Müller & Söhne GmbH", "mueller-soehne.de", "Software", "120", "Germany"),
    ("00018", "Société Générale d'Élagage", "elagage.fr", "Forestry", "45", "France"),
    ("00123", "Ibérica de Ñandúes S.A.", "nandues.es", "Farming", "8", "Spain"),
    ("00124", "Åkerström & Bjørn AB", "akerstrom.se", "Software", "300", "Sweden"),
    ("00200", "Café Crème Sàrl", "cafecreme.ch", "Catering", "17", "Switzerland"),
    ("00201", "Grüße aus Köln KG", "gruesse-koeln.de", "Retail", "64", "Germany"),
    ("00999", "Plain Tools Ltd", "plaintools.co.uk", "Retail", "1500", "United Kingdom"),
    ("01000", "Öresund Façades A/S", "oresundfacades.dk", "Construction", "210", "Denmark"),
)
CENTRAL = (
    ("00017", "Żółty Łącznik Sp. z o.o.", "zoltylacznik.pl", "Software", "120", "Poland"),
    ("00018", "Příbramské Strojírny s.r.o.", "pribramstroj.cz", "Engineering", "45", "Czechia"),
    ("00123", "Šumavské Dřevo a.s.", "sumavadrevo.cz", "Forestry", "8", "Czechia"),
    ("00124", "Győri Gépgyár Kft.", "gyorigep.hu", "Engineering", "300", "Hungary"),
    ("00200", "Świętokrzyskie Młyny S.A.", "swietomlyn.pl", "Food", "17", "Poland"),
    ("00201", "Ľubovnianske Závody", "lubovna.sk", "Retail", "64", "Slovakia"),
)
JAPANESE = (
    ("00017", "株式会社青空システム", "aozora.co.jp", "ソフトウェア", "120", "日本"),
    ("00018", "東京精密機械株式会社", "tokyokikai.co.jp", "製造業", "45", "日本"),
    ("00123", "有限会社さくら物流", "sakura-butsuryu.jp", "物流", "8", "日本"),
    ("00124", "北海道乳業株式会社", "hokkaidonyugyo.jp", "食品", "300", "日本"),
)
CHINESE = (
    ("00017", "上海云帆科技有限公司", "yunfan.cn", "软件", "120", "中国"),
    ("00018", "北京长城机械制造有限公司", "changchengjx.cn", "制造业", "45", "中国"),
    ("00123", "广州白云物流有限公司", "baiyunwuliu.cn", "物流", "8", "中国"),
    ("00124", "深圳前海贸易有限公司", "qianhaimaoyi.cn", "贸易", "300", "中国"),
)


def _csv(
    rows: Sequence[Sequence[str]],
    header: Sequence[str] = HEADER,
    *,
    by: str = ",",
    end: str = "\r\n",
    quoted: bool = False,
) -> str:
    def cell(text: str) -> str:
        return (
            '"' + text.replace('"', '""') + '"'
            if quoted or any(mark in text for mark in (by, '"', "\n", "\r"))
            else text
        )

    return "".join(by.join(map(cell, row)) + end for row in (header, *rows))


def _known(rows: Sequence[Sequence[str]]) -> dict[str, Sequence[Row]]:
    return {"accounts: account_id, name, domain, employees": [(row[0], row[1], row[2], float(row[4])) for row in rows]}


def _list(
    name: str,
    data: str | bytes,
    rows: Sequence[Sequence[str]] = LATIN,
    *,
    file: str = "customers.csv",
    **more: Sequence[str],
) -> None:
    _add(name, {file: data}, _known(rows), **more)


_BASE = _csv(LATIN)
_list("UTF-8", _BASE)
_list("UTF-8 with a mark", b"\xef\xbb\xbf" + _BASE.encode())
_list("UTF-8 with two marks", b"\xef\xbb\xbf" * 2 + _BASE.encode())
_list("UTF-16 LE with a mark", b"\xff\xfe" + _BASE.encode("utf-16-le"))
_list("UTF-16 BE with a mark", b"\xfe\xff" + _BASE.encode("utf-16-be"))
_list("UTF-16 LE without a mark", _BASE.encode("utf-16-le"))
_list("UTF-16 BE without a mark", _BASE.encode("utf-16-be"))
_list("UTF-32 with a mark", _BASE.encode("utf-32"))
_list(
    "UTF-16 with tabs, as 'Unicode text' from a spreadsheet",
    b"\xff\xfe" + _csv(LATIN, by="\t").encode("utf-16-le"),
    file="customers.txt.csv",
)
_list("cp1252", _BASE.encode("cp1252"), told=("cp1252",))
_list("MacRoman", _csv(LATIN, end="\r").encode("mac-roman"), told=("mac",))
_list("Latin-2", _csv(CENTRAL).encode("iso8859-2"), CENTRAL, told=("(?i)8859|latin|1250",))
_list("cp1250", _csv(CENTRAL, by=";").encode("cp1250"), CENTRAL, told=("1250",))
_list("Shift-JIS", _csv(JAPANESE).encode("shift-jis"), JAPANESE, told=("(?i)shift|932",))
_list("EUC-JP", _csv(JAPANESE).encode("euc-jp"), JAPANESE, told=("(?i)euc",))
_list("GBK", _csv(CHINESE).encode("gbk"), CHINESE, told=("(?i)gb",))
_list("sep= line", "sep=;\r\n" + _csv(LATIN, by=";"))
_list("sep= line after a mark, in UTF-16", b"\xff\xfe" + ("sep=\t\r\n" + _csv(LATIN, by="\t")).encode("utf-16-le"))
_list("semicolons", _csv(LATIN, by=";"))
_list("tabs", _csv(LATIN, by="\t"), file="customers.tsv")
_list("pipes", _csv(LATIN, by="|"), file="customers.psv")
_list("tabs under .csv", _csv(LATIN, by="\t"))
_list("everything quoted", _csv(LATIN, quoted=True))
_list("CR alone", _csv(LATIN, end="\r"))
_list("LF alone and none at the end", _csv(LATIN, end="\n").rstrip("\n"))
_list(
    "mixed line ends",
    "".join(line + ("\r\n", "\n", "\r")[i % 3] for i, line in enumerate(_csv(LATIN, end="\n").splitlines())),
)
_list("a comma at the end of every line", _csv(LATIN).replace("\r\n", ",\r\n"))
_list("commas at the end of rows only", _csv(LATIN).replace("\r\n", ",\r\n").replace("Country,\r\n", "Country\r\n"))
_list("NUL bytes within", _csv(LATIN).replace("Plain Tools", "Plain\x00 Tools").replace("Catering", "\x00Catering"))
_list("blank lines between", _csv(LATIN, end="\r\n\r\n"))
_list("blanks around cells", _csv([[f" {cell} " for cell in row] for row in LATIN], end="\n"))
_list("a Ctrl-Z at the end", _csv(LATIN).encode() + b"\x1a")
_list(
    "titles and filters above",
    "Customer list\r\nGenerated on,2026-03-01 09:00\r\nFilter: Country is not empty\r\n\r\n" + _BASE,
)
_list(
    "footer and copyright below",
    _BASE + "\r\nConfidential Information - Do Not Distribute\r\nGenerated by: Ann 01/03/2026 09:00\r\n8 records\r\n",
    told=("(?i)foot|below|end of the|after the|note",),
)
_list("a row of totals", _BASE + "Total,,,,2264,\r\n", told=("(?i)total",))
_list("a row of totals in German", _BASE + "Gesamt,,,,2264,\r\n", told=("(?i)gesamt|total",))
_list(
    "the header again in the middle",
    "\r\n".join([*_BASE.splitlines()[:5], _BASE.splitlines()[0], *_BASE.splitlines()[5:], ""]),
    told=("(?i)header",),
)
_list("gz", gzip.compress(_BASE.encode(), mtime=0), file="customers.csv.gz")
_list(
    "cells with line breaks",
    _csv([(*row, f"first line\nsecond line of {row[0]}") for row in LATIN], (*HEADER, "Notes")),
)
_list(
    "doubled quotes in names",
    _csv([(row[0], f'"{row[1]}" Holding', *row[2:]) for row in LATIN]),
    [(row[0], f'"{row[1]}" Holding', *row[2:]) for row in LATIN],
)
_list(
    "quotes escaped by a backslash",
    _csv([(row[0], f"§{row[1]}§ Holding", *row[2:]) for row in LATIN], quoted=True).replace("§", '\\"'),
    [(row[0], f'"{row[1]}" Holding', *row[2:]) for row in LATIN],
)
_list(
    "200 columns",
    _csv([(*row, *(f"v{i}" for i in range(194))) for row in LATIN], (*HEADER, *(f"extra {i}" for i in range(194)))),
)
_list("numbers as formulas to keep zeros", _csv([(f'="{row[0]}"', *row[1:]) for row in LATIN], quoted=True))
_list("numbers behind an apostrophe", _csv([(f"'{row[0]}", *row[1:]) for row in LATIN]))
_list(
    "duplicate and blank headers",
    _csv(
        [(row[0], row[1], row[2], row[3], row[4], row[5], f"x{row[0]}", "note") for row in LATIN],
        ("Customer No", "Company", "Website", "Industry", "Employees", "Country", "Company", ""),
    ),
    told=("(?i)repeated",),
)
_list("columns in another order", _csv([tuple(reversed(row)) for row in LATIN], tuple(reversed(HEADER))))
_list("headers in capitals with underscores", _csv(LATIN, tuple(name.upper().replace(" ", "_") for name in HEADER)))


def _zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


_list(
    "zip with folders",
    _zipped(
        {
            "export/2026/customers.csv": _BASE,
            "__MACOSX/export/._customers.csv": "\x00\x05\x16\x07",
            "export/readme.txt": "hello",
        }
    ),
    file="export.zip",
)

# --- The same list as workbooks, Parquet, JSON, a database -------------------------------------------------------


def _workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 1, 1)})
    fill(book)
    book.close()
    return buffer.getvalue()


def _fill(sheet: xlsxwriter.worksheet.Worksheet, rows: Sequence[Sequence[object]], top: int = 0) -> None:
    for at, row in enumerate(rows, start=top):
        for column, value in enumerate(row):
            sheet.write(at, column, value)


_TYPED = [HEADER, *((*row[:4], int(row[4]), row[5]) for row in LATIN)]


def _titles(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Customers")
    sheet.merge_range(0, 0, 0, 5, "Customers of the north")
    sheet.write(1, 0, "As of 1 March 2026")
    _fill(sheet, _TYPED, top=3)
    sheet.write(13, 0, "Total")
    sheet.write_formula(13, 4, "=SUM(E5:E12)", None, 2264)


def _several(book: xlsxwriter.Workbook) -> None:
    _fill(book.add_worksheet("Read me"), [["This workbook holds our customers"]])
    _fill(book.add_worksheet("Customers"), _TYPED)
    hidden = book.add_worksheet("Old customers")
    _fill(hidden, [HEADER, ("77777", "Gone Ltd", "gone.com", "Retail", 5, "France")])
    hidden.hide()
    book.add_worksheet("Sheet4")


def _merged(book: xlsxwriter.Workbook) -> None:
    """A group label over two columns each, above the header."""
    sheet = book.add_worksheet("Customers")
    sheet.merge_range(0, 0, 0, 2, "Identity")
    sheet.merge_range(0, 3, 0, 5, "Traits")
    _fill(sheet, _TYPED, top=1)


_list("Excel with titles and totals", _workbook(_titles), file="customers.xlsx", told=("(?i)total",))
_list("Excel with several sheets, one hidden", _workbook(_several), file="book.xlsx", told=("hidden sheet",))
_list("Excel with merged cells above the header", _workbook(_merged), file="customers.xlsx")
_list("Excel of 1997", old_workbook("Customers", _TYPED), file="customers.xls")


def _cell_of_ods(value: object) -> str:
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    text = str(value).replace("&", "&amp;")
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Customers">'
    + "".join("<table:table-row>" + "".join(map(_cell_of_ods, row)) + "</table:table-row>" for row in _TYPED)
    + "</table:table></office:spreadsheet></office:body></office:document-content>"
)
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/></manifest:manifest>'
)
_list(
    "OpenDocument",
    _zipped({"mimetype": _MIME, "content.xml": _ODS, "META-INF/manifest.xml": _MANIFEST}),
    file="customers.ods",
)
_objects = [
    {
        "id": row[0],
        "company": {"name": row[1], "website": row[2]},
        "industry": row[3],
        "employees": int(row[4]),
        "tech": ["aws", "okta"],
    }
    for row in LATIN
]
_list(
    "nested JSON lines",
    "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in _objects),
    file="accounts.jsonl",
)
_list("JSON array", json.dumps(_objects, indent=1), file="accounts.json")
_list("JSON under a key", json.dumps({"count": 8, "results": _objects}), file="accounts.json")


def _file_made(make: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        make(path)
        return path.read_bytes()


def _parquet(path: Path) -> None:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE t (account_id VARCHAR, name VARCHAR, domain VARCHAR, employees BIGINT, tech VARCHAR[], last_activity_at TIMESTAMP, revenue DECIMAL(12,2))"
    )
    for row in LATIN:
        con.execute(
            "INSERT INTO t VALUES (?, ?, ?, ?, ['aws', 'okta'], TIMESTAMP '2025-12-31 23:30:00', 1000.50)",
            [row[0], row[1], row[2], int(row[4])],
        )
    con.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def _sqlite(path: Path) -> None:
    con = sqlite3.connect(path)
    con.execute(
        "CREATE TABLE customers (customer_no TEXT, company TEXT, website TEXT, industry TEXT, employees INTEGER, country TEXT)"
    )
    con.executemany("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?)", LATIN)
    con.execute(
        "CREATE TABLE deals (deal_id INTEGER, customer_no TEXT, stage TEXT, amount REAL, created_at TEXT, closed_at TEXT)"
    )
    con.execute("INSERT INTO deals VALUES (1, '00017', 'Closed Won', 10.5, '2025-01-02', '2025-02-03')")
    con.commit()
    con.close()


_add(
    "Parquet with lists and timestamps",
    {"accounts.parquet": _file_made(_parquet)},
    {
        "accounts: account_id, name, employees, tech, last_activity_at, revenue": [
            (row[0], row[1], float(row[4]), ["aws", "okta"], "2025-12-31 23:30:00", 1000.5) for row in LATIN
        ]
    },
)
_add(
    "SQLite file",
    {"crm.sqlite": _file_made(_sqlite)},
    {
        **_known(LATIN),
        "deals: deal_id, account_id, outcome, amount, closed_at": [("1", "00017", "won", 10.5, "2025-02-03")],
    },
)

# --- Identifiers -------------------------------------------------------------------------------------------------

_LONG = ("100000000000000017", "100000000000000018", "100000000000000019")
_add(
    "ids of 18 digits",
    {"accounts.csv": "id,name\n" + "".join(f"{each},Company {i}\n" for i, each in enumerate(_LONG))},
    {"accounts: account_id, name": [(each, f"Company {i}") for i, each in enumerate(_LONG)]},
)
_add(
    "ids that a spreadsheet has ruined",
    {
        "accounts.csv": "id,name,employees\n"
        + "".join(f"1.23E+17,Company {name},{i}\n" for i, name in enumerate(("Ash", "Birch", "Cedar", "Dogwood")))
    },
    {"accounts: name": [("Company Ash",), ("Company Birch",), ("Company Cedar",), ("Company Dogwood",)]},
    told=(r"1\.23E\+17",),
)
_PLAIN = (
    ("Ash Ltd", "ash.com"),
    ("Birch Ltd", "birch.com"),
    ("Cedar Ltd", "cedar.com"),
    ("Dogwood Ltd", "dogwood.com"),
)
_add(
    "account ids as floats, deals with whole ones",
    {
        "accounts.csv": "account_id,name\n" + "".join(f"{i}.0,{name}\n" for i, (name, _) in enumerate(_PLAIN, 121)),
        "deals.csv": "deal_id,account_id,created_at,closed_at,outcome\nd1,121,2025-01-02,2025-02-03,won\nd2,124,2025-01-03,2025-02-04,lost\n",
    },
    {"accounts a JOIN deals d USING (account_id): deal_id, a.name": [("d1", "Ash Ltd"), ("d2", "Dogwood Ltd")]},
)
_add(
    "deals that lost the zeros of their account ids",
    {
        "accounts.csv": "account_id,name\n" + "".join(f"{i:06},{name}\n" for i, (name, _) in enumerate(_PLAIN, 121)),
        "deals.csv": "deal_id,account_id,created_at,closed_at,outcome\nd1,121,2025-01-02,2025-02-03,won\nd2,124,2025-01-03,2025-02-04,lost\n",
    },
    {
        "accounts: account_id": [("000121",), ("000122",), ("000123",), ("000124",)],
        "deals: deal_id, outcome": [("d1", "won"), ("d2", "lost")],
    },
    told=("(?i)zeros|121",),
)

# --- Values ------------------------------------------------------------------------------------------------------


def _deals(
    dates: Sequence[tuple[str, str]],
    *,
    by: str = ",",
    amounts: Sequence[str] = (),
    header: str = "deal_id,account_id,created_at,closed_at,outcome,amount",
) -> dict[str, str]:
    accounts = "account_id,name\n" + "".join(f"a{i},{name}\n" for i, (name, _) in enumerate(_PLAIN))
    rows = "".join(
        by.join([f"d{i}", f"a{i % 4}", opened, closed, ("won", "lost")[i % 2], amounts[i] if amounts else "10"]) + "\n"
        for i, (opened, closed) in enumerate(dates)
    )
    return {"accounts.csv": accounts, "deals.csv": header.replace(",", by) + "\n" + rows}


_DAYS = ((2025, 1, 2, 13), (2025, 2, 3, 28), (2025, 3, 4, 5), (2025, 11, 12, 30))


def _dated(name: str, write: Callable[[int, int, int], str], **more: Sequence[str]) -> None:
    pairs = [(write(y, m, d), write(y, m, e)) for y, m, d, e in _DAYS]
    _add(
        name,
        _deals(pairs, by=";"),
        {"deals: created_at, closed_at": [(f"{y}-{m:02}-{d:02}", f"{y}-{m:02}-{e:02}") for y, m, d, e in _DAYS]},
        **more,
    )


_dated("dates year first", lambda y, m, d: f"{y}-{m:02}-{d:02}")
_dated("dates year first with slashes", lambda y, m, d: f"{y}/{m}/{d}")
_dated("dates day first", lambda y, m, d: f"{d:02}/{m:02}/{y}")
_dated("dates month first", lambda y, m, d: f"{m}/{d}/{y}")
_dated("dates month first with two digits of the year", lambda y, m, d: f"{m}/{d}/{y % 100}")
_dated("dates with dots", lambda y, m, d: f"{d}.{m}.{y}")
_dated("dates in figures", lambda y, m, d: f"{y}{m:02}{d:02}")
_dated(
    "dates with English months", lambda y, m, d: f"{d:02}-{('Jan', 'Feb', 'Mar')[m - 1] if m < 4 else 'Nov'}-{y % 100}"
)
_dated(
    "dates with German months",
    lambda y, m, d: f"{d}. {('Januar', 'Februar', 'März')[m - 1] if m < 4 else 'November'} {y}",
)
_dated(
    "dates with French months",
    lambda y, m, d: f"{d} {('janvier', 'février', 'mars')[m - 1] if m < 4 else 'novembre'} {y}",
)
_dated("dates in Japanese", lambda y, m, d: f"{y}年{m}月{d}日")
_dated("dates with a clock and a zone", lambda y, m, d: f"{y}-{m:02}-{d:02}T00:00:00.000+00:00")
_dated(
    "dates as Unix milliseconds",
    lambda y, m, d: str(int((datetime(y, m, d) - datetime(1970, 1, 1)).total_seconds() * 1000)),
)
_dated(
    "dates as serial numbers of a spreadsheet",
    lambda y, m, d: str((datetime(y, m, d) - datetime(1899, 12, 30)).days),
    told=("(?i)serial|spreadsheet",),
)
_add(
    "dates that may be either order",
    _deals([("02/03/2025", "04/05/2025"), ("01/02/2025", "06/07/2025"), ("03/04/2025", "08/09/2025")]),
    {"deals: deal_id": [("d0",), ("d1",), ("d2",)]},
    told=("(?i)day|order|d/m|month",),
)

_AMOUNTS = (1234.5, 20000.0, 999.99, 1000000.0)


def _money(
    name: str, texts: Sequence[str], wanted: Sequence[object] = _AMOUNTS, *, by: str = ";", **more: Sequence[str]
) -> None:
    pairs = [(f"{y}-{m:02}-{d:02}", f"{y}-{m:02}-{e:02}") for y, m, d, e in _DAYS]
    _add(
        name,
        _deals(pairs, by=by, amounts=texts),
        {"deals: amount": [(each if i % 2 == 0 or each else None,) for i, each in enumerate(wanted)]},
        **more,
    )


_money("money with decimal commas", ("1.234,50", "20.000,00", "999,99", "1.000.000,00"))
_money("money with blanks for thousands", ("1 234,50 €", "20 000,00 €", "999,99 €", "1 000 000,00 €"))
_money("money with narrow blanks", ("1\u202f234,50 €", "20\u202f000,00 €", "999,99 €", "1\u202f000\u202f000,00 €"))
_money("money in Swiss writing", ("CHF 1'234.50", "CHF 20'000.00", "CHF 999.99", "CHF 1'000'000.00"))
_money("money in Indian writing", ("₹1,234.50", "₹20,000.00", "₹999.99", "₹10,00,000.00"))
_money("quoted numbers with commas", ('"1,234.50"', '"20,000.00"', '"999.99"', '"1,000,000.00"'), by=",")
_money("money with M and k", ("$1.2345k", "$20k", "$999.99", "$1M"))
_add(
    "money with another symbol in each row",
    _deals(
        [("2025-01-02", "2025-01-13"), ("2025-02-03", "2025-02-28"), ("2025-03-04", "2025-03-05")],
        by=";",
        amounts=("€1,000.00", "$2,000.00", "£3,000.00"),
    ),
    {"deals: amount, currency": [(1000.0, "EUR"), (2000.0, "USD"), (3000.0, "GBP")]},
    told=("(?i)no rate|currenc",),
)
_add(
    "percents and parentheses",
    {
        "accounts.csv": "account_id,name,Gross margin (%),Net result\n"
        + "".join(f'a{i},{name},{40 + i}%,"({1 + i},500.00)"\n' for i, (name, _) in enumerate(_PLAIN))
    },
    {
        'accounts: account_id, "Gross margin (%)", "Net result"': [
            (f"a{i}", 40.0 + i, -1500.0 - 1000 * i) for i in range(4)
        ]
    },
)
_add(
    "companies that are active or not, which says nothing of buying",
    {
        "companies.csv": "id,name,website,industry,status,state,rank\n"
        + "".join(
            f"c{i},{name},{domain},Retail,{('Active', 'Inactive')[i % 2]},{('TX', 'CA')[i % 2]},{i + 1}\n"
            for i, (name, domain) in enumerate(_PLAIN)
        )
    },
    {
        'accounts: account_id, status, "record status", state, region': [
            (f"c{i}", None, ("Active", "Inactive")[i % 2], ("TX", "CA")[i % 2], None) for i in range(4)
        ]
    },
    told=("may be said of the record",),
)
_add(
    "customers that are active or not",
    {
        "customers.csv": "id,name,website,industry,status\n"
        + "".join(
            f"c{i},{name},{domain},Retail,{('Active', 'Inactive')[i % 2]}\n" for i, (name, domain) in enumerate(_PLAIN)
        )
    },
    {"accounts: account_id, status": [(f"c{i}", ("customer", "former")[i % 2]) for i in range(4)]},
)
_add(
    "ranges of employees",
    {
        "accounts.csv": 'account_id,name,employees\na0,Ash Ltd,"1,000 - 4,999"\na1,Birch Ltd,501 to 1000 employees\na2,Cedar Ltd,"10,000+"\na3,Dogwood Ltd,11-50\n'
    },
    {
        "accounts: account_id, employees_low, employees_high": [
            ("a0", 1000.0, 4999.0),
            ("a1", 501.0, 1000.0),
            ("a2", 10000.0, None),
            ("a3", 11.0, 50.0),
        ]
    },
)
_add(
    "booleans in five languages",
    {
        "accounts.csv": "account_id,name,Has fleet,Hat Lager,A un parc,Tiene flota,Tem frota\n"
        + "".join(
            f"a{i},{name}," + (("yes,ja,oui,sí,sim", "no,nein,non,no,não")[i % 2]) + "\n"
            for i, (name, _) in enumerate(_PLAIN)
        )
    },
    {
        'accounts: account_id, "Has fleet", "Hat Lager", "A un parc", "Tiene flota", "Tem frota"': [
            (f"a{i}", *[i % 2 == 0] * 5) for i in range(4)
        ]
    },
)

# --- Other languages ---------------------------------------------------------------------------------------------

_WON_LOST = {
    "deals: account_id, outcome, amount, created_at, closed_at": [
        ("00017", "won", 1000.5, "2025-02-01", "2025-03-14"),
        ("00018", "lost", 500.5, "2025-02-13", "2025-03-25"),
        ("00123", "open", 700.5, "2025-03-06", None),
    ]
}
_ABROAD = (
    ("00017", "Akazien", "Software", "1.120", "1.000.000,00"),
    ("00018", "Buchen", "Handel", "20", "20.500,50"),
    ("00123", "Cedern", "Handel", "45", "3.500,00"),
)


def _abroad(name: str, accounts: tuple[str, str], deals: tuple[str, str], results: Sequence[str]) -> None:
    rows = "".join(";".join(row) + "\n" for row in _ABROAD)
    days = (("01/02/2025", "14/03/2025"), ("13/02/2025", "25/03/2025"), ("06/03/2025", ""))
    body = "".join(
        f"{i + 1};{_ABROAD[i][0]};{days[i][0]};{days[i][1]};{result};{('1.000,50', '500,50', '700,50')[i]}\n"
        for i, result in enumerate(results)
    )
    _add(
        name,
        {accounts[0]: accounts[1] + "\n" + rows, deals[0]: deals[1] + "\n" + body},
        {
            **_WON_LOST,
            "accounts: account_id, name, industry, employees, revenue": [
                (
                    row[0],
                    row[1],
                    row[2],
                    float(row[3].replace(".", "")),
                    float(row[4].replace(".", "").replace(",", ".")),
                )
                for row in _ABROAD
            ],
        },
    )


_abroad(
    "German headers",
    ("Kunden.csv", "Kundennummer;Firma;Branche;Mitarbeiter;Umsatz (EUR)"),
    ("Verkaufschancen.csv", "Nr.;Kundennummer;Erstellt am;Abgeschlossen am;Ergebnis;Betrag"),
    ("Gewonnen", "Verloren", "Offen"),
)
_abroad(
    "French headers",
    ("Comptes.csv", "N° client;Raison sociale;Secteur d'activité;Effectif;Chiffre d'affaires"),
    ("Opportunités.csv", "N°;N° client;Date de création;Date de clôture;Étape;Montant"),
    ("Gagnée", "Perdue", "En cours"),
)
_abroad(
    "Spanish headers",
    ("Cuentas.csv", "Código de cliente;Razón social;Sector;Nº de empleados;Facturación"),
    ("Oportunidades.csv", "Nº;Código de cliente;Fecha de creación;Fecha de cierre;Estado;Importe"),
    ("Ganada", "Perdida", "Abierta"),
)
_abroad(
    "Portuguese headers",
    ("Clientes.csv", "Código do cliente;Razão social;Setor;Número de funcionários;Faturamento"),
    ("Oportunidades.csv", "Nº;Código do cliente;Data de criação;Data de fechamento;Situação;Valor"),
    ("Ganho", "Perdido", "Em aberto"),
)
_abroad(
    "Italian headers",
    ("Clienti.csv", "Codice cliente;Ragione sociale;Settore;Numero dipendenti;Fatturato"),
    ("Trattative.csv", "N.;Codice cliente;Data creazione;Data chiusura;Esito;Importo"),
    ("Vinta", "Persa", "Aperta"),
)
_abroad(
    "Dutch headers",
    ("Klanten.csv", "Klantnummer;Bedrijfsnaam;Branche;Aantal medewerkers;Omzet"),
    ("Verkoopkansen.csv", "Nr;Klantnummer;Aanmaakdatum;Sluitingsdatum;Fase;Bedrag"),
    ("Gewonnen", "Verloren", "Open"),
)
_add(
    "Japanese headers",
    {
        "取引先.csv": "取引先ID,会社名,業種,従業員数,国\n"
        + "".join(",".join([row[0], row[1], row[3], row[4], row[5]]) + "\n" for row in JAPANESE),
        "商談.csv": '商談ID,取引先ID,作成日,完了日,フェーズ,金額\n1,00017,2025/02/01,2025/03/14,受注,"1,000"\n2,00018,2025/02/13,2025/03/25,失注,500\n3,00123,2025/03/06,,提案,700\n',
    },
    {
        "accounts: account_id, name, employees": [(row[0], row[1], float(row[4])) for row in JAPANESE],
        "deals: account_id, outcome, closed_at": [
            ("00017", "won", "2025-03-14"),
            ("00018", "lost", "2025-03-25"),
            ("00123", "open", None),
        ],
    },
)

# --- How deals find their accounts, and how they ended -----------------------------------------------------------

_ORGS = "account_id,name,domain,industry\n" + "".join(
    f"a{i},{name},{domain},{('Software', 'Retail')[i % 2]}\n" for i, (name, domain) in enumerate(_PLAIN)
)
_LINKED = {"deals: deal_id, account_id, outcome": [("d1", "a0", "won"), ("d2", "a1", "lost"), ("d3", "a3", "won")]}
_add(
    "deals by name alone",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,company,created_at,closed_at,outcome\nd1,ASH LTD,2025-01-02,2025-02-03,won\nd2,Birch Ltd.,2025-01-03,2025-02-04,lost\nd3,dogwood,2025-01-04,2025-02-05,won\n",
    },
    _LINKED,
)
_add(
    "deals by domain alone",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,website,created_at,closed_at,outcome\nd1,https://www.ash.com/about,2025-01-02,2025-02-03,won\nd2,birch.com,2025-01-03,2025-02-04,lost\nd3,shop.dogwood.com,2025-01-04,2025-02-05,won\n",
    },
    _LINKED,
)
_add(
    "deals by e-mail alone",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,contact_email,created_at,closed_at,outcome\nd1,pat@ash.com,2025-01-02,2025-02-03,won\nd2,lee@birch.com,2025-01-03,2025-02-04,lost\nd3,kim@dogwood.com,2025-01-04,2025-02-05,won\nd4,someone@gmail.com,2025-01-04,2025-02-05,won\n",
    },
    {"deals: deal_id, account_id, outcome": [*_LINKED["deals: deal_id, account_id, outcome"], ("d4", None, "won")]},
)
_add(
    "stage words in Swedish, Polish and Turkish",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,account_id,created_at,closed_at,stage\nd1,a0,2025-01-02,2025-02-03,Vunnen\nd2,a1,2025-01-03,2025-02-04,Förlorad\nd3,a3,2025-01-04,,Förhandling\n",
    },
    {"deals: deal_id, outcome": [("d1", "won"), ("d2", "lost"), ("d3", "open")]},
)
_add(
    "stage words in Polish",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,account_id,created_at,closed_at,stage\nd1,a0,2025-01-02,2025-02-03,Wygrana\nd2,a1,2025-01-03,2025-02-04,Przegrana\nd3,a3,2025-01-04,,Negocjacje\n",
    },
    {"deals: deal_id, outcome": [("d1", "won"), ("d2", "lost"), ("d3", "open")]},
)
_add(
    "won and lost in two columns",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,account_id,created_at,closed_at,Won,Lost\nd1,a0,2025-01-02,2025-02-03,TRUE,FALSE\nd2,a1,2025-01-03,2025-02-04,FALSE,TRUE\nd3,a3,2025-01-04,,FALSE,FALSE\n",
    },
    {"deals: deal_id, outcome": [("d1", "won"), ("d2", "lost"), ("d3", "open")]},
)
_add(
    "closed and won in two columns",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,account_id,created_at,closed_at,IsClosed,IsWon\nd1,a0,2025-01-02,2025-02-03,1,1\nd2,a1,2025-01-03,2025-02-04,1,0\nd3,a3,2025-01-04,,0,0\n",
    },
    {"deals: deal_id, outcome": [("d1", "won"), ("d2", "lost"), ("d3", "open")]},
)
_add(
    "probability alone",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,account_id,created_at,close_date,Probability (%)\nd1,a0,2025-01-02,2025-02-03,100\nd2,a1,2025-01-03,2025-02-04,0\nd3,a3,2025-01-04,2025-02-05,40\n",
    },
    {"deals: deal_id, outcome": [("d1", "won"), ("d2", "lost"), ("d3", "open")]},
    told=("(?i)probability",),
)
_add(
    "a close date in the future",
    {
        "accounts.csv": _ORGS,
        "deals.csv": "deal_id,account_id,created_at,closed_at,stage\nd1,a0,2025-01-02,2025-02-03,Closed Won\nd2,a1,2025-01-03,2025-02-04,Closed Lost\nd3,a3,2025-01-04,2099-12-31,Negotiation\n",
    },
    {
        "deals: deal_id, outcome, closed_at": [
            ("d1", "won", "2025-02-03"),
            ("d2", "lost", "2025-02-04"),
            ("d3", "open", "2099-12-31"),
        ]
    },
)
_add(
    "subscriptions with MRR",
    {
        "customers.csv": _ORGS,
        "subscriptions.csv": "Subscription ID,Customer ID,Start Date,Cancelled At,MRR,Status\ns1,a0,2024-01-01,,100,active\ns2,a1,2024-02-01,2024-09-01,50,canceled\ns3,a3,2024-03-01,,1500,active\n",
    },
    {
        "subscriptions: subscription_id, account_id, started_at, ended_at, arr_current": [
            ("s1", "a0", "2024-01-01", None, 1200.0),
            ("s2", "a1", "2024-02-01", "2024-09-01", 600.0),
            ("s3", "a3", "2024-03-01", None, 18000.0),
        ]
    },
)
_add(
    "invoices alone",
    {
        "invoices.csv": "Invoice No,Customer No,Customer,Date,Total\n"
        + "".join(f"R{i:04},K00{1 + i % 3},{_PLAIN[i % 3][0]},2025-{1 + i:02}-15,{100 + i}.50\n" for i in range(9))
    },
    {
        "accounts: account_id, name": [("K001", "Ash Ltd"), ("K002", "Birch Ltd"), ("K003", "Cedar Ltd")],
        "invoices: invoice_id, account_id, issued_at, amount": [
            (f"R{i:04}", f"K00{1 + i % 3}", f"2025-{1 + i:02}-15", 100.5 + i) for i in range(9)
        ],
    },
)
_add(
    "customers beside a market",
    {
        "customers.csv": "name,domain\nAsh Ltd,ash.com\nBirch Ltd,birch.com\n",
        "market.csv": "name,domain,industry,employees\n"
        + "".join(
            f"{name},{domain},{('Software', 'Retail')[i % 2]},{10 * (i + 1)}\n"
            for i, (name, domain) in enumerate((*_PLAIN, ("Elm Ltd", "elm.com"), ("Fir Ltd", "fir.com")))
        ),
    },
    {
        "accounts WHERE duplicate_of IS NULL: name, coalesce(status, 'prospect')": [
            ("Ash Ltd", "customer"),
            ("Birch Ltd", "customer"),
            ("Cedar Ltd", "prospect"),
            ("Dogwood Ltd", "prospect"),
            ("Elm Ltd", "prospect"),
            ("Fir Ltd", "prospect"),
        ]
    },
)
_add(
    "HubSpot companies and deals by associated company name",
    {
        "hubspot-crm-exports-all-companies-2026-03-01.csv": "Record ID,Company name,Company owner,Create Date,Phone Number,Last Activity Date,City,Country/Region,Industry\n9001,Ash Ltd,Ann,2024-01-01 10:00,,2025-01-01 10:00,Leeds,United Kingdom,COMPUTER_SOFTWARE\n9002,Birch Ltd,Ann,2024-01-01 10:00,,2025-01-01 10:00,Lyon,France,RETAIL\n",
        "hubspot-crm-exports-all-deals-2026-03-01.csv": "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Associated Company\n7001,Ash - new,Closed Won (Sales Pipeline),2025-03-04 16:00,Ann,1000,Ash Ltd\n7002,Birch - new,Closed Lost (Sales Pipeline),2025-03-05 16:00,Ann,500,Birch Ltd\n7003,Nobody,Appointment Scheduled (Sales Pipeline),2026-03-05 16:00,Ann,500,\n",
    },
    {
        "deals: deal_id, account_id, outcome": [
            ("7001", "9001", "won"),
            ("7002", "9002", "lost"),
            ("7003", None, "open"),
        ]
    },
)
_add(
    "HubSpot deals with several associated companies",
    {
        "companies.csv": "Record ID - Company,Company name,Company Domain Name\n9001,Ash Ltd,ash.com\n9002,Birch Ltd,birch.com\n",
        "deals.csv": "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Associated Company IDs,Associated Company\n7001,x,Closed Won,2025-03-04 16:00,2025-01-04 16:00,1000,9001;9002,Ash Ltd;Birch Ltd\n7002,y,Closed Lost,2025-03-05 16:00,2025-01-05 16:00,500,9002,Birch Ltd\n",
    },
    {"deals: deal_id, outcome": [("7001", "won"), ("7002", "lost")]},
    told=("(?i)several|ambiguous|fits? (?:2|two)|7001|more than one|first",),
)
_add(
    "Salesforce report with filters and footer",
    {
        "report1709280000000.csv": "Opportunity ID,Account ID,Account Name,Opportunity Name,Stage,Fiscal Period,Amount,Probability (%),Age,Close Date,Created Date,Lead Source,Type\n006A,001A,Ash Ltd,x,Closed Won,Q1-2025,1000.00,100,30,04/03/2025,01/02/2025,Web,New Business\n006B,001B,Birch Ltd,y,Closed Lost,Q1-2025,500.00,0,20,25/03/2025,13/02/2025,Web,New Business\n006C,001A,Ash Ltd,z,Prospecting,Q1-2026,700.00,10,5,31/03/2026,06/03/2025,Web,Existing Business\n\n\nPipeline by account\nCopyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\nConfidential Information - Do Not Distribute\nGenerated By:  Ann 01/03/2026 09:00\nExample Ltd\n",
    },
    {
        "deals: deal_id, account_id, outcome, created_at": [
            ("006A", "001A", "won", "2025-02-01"),
            ("006B", "001B", "lost", "2025-02-13"),
            ("006C", "001A", "open", "2025-03-06"),
        ],
        "accounts: account_id, name": [("001A", "Ash Ltd"), ("001B", "Birch Ltd")],
    },
)
_add(
    "Pipedrive deals with organisations in another file",
    {
        "organizations-1-1.csv": "Organization - ID,Organization - Name,Organization - Label,Organization - Address\n1,Ash Ltd,,1 High St\n2,Birch Ltd,,2 High St\n",
        "deals-1-1.csv": "Deal - ID,Deal - Title,Deal - Value,Deal - Status,Deal - Stage,Deal - Deal created,Deal - Deal closed on,Deal - Organization\n1,x,1000,Won,Offer,2025-02-01 09:00:00,2025-03-04 10:00:00,Ash Ltd\n2,y,500,Lost,Offer,2025-02-02 09:00:00,2025-03-05 10:00:00,Birch Ltd\n",
    },
    {
        "deals: deal_id, account_id, outcome, closed_at": [
            ("1", "1", "won", "2025-03-04 10:00:00"),
            ("2", "2", "lost", "2025-03-05 10:00:00"),
        ]
    },
)


def _dated_sheet(book: xlsxwriter.Workbook) -> None:
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    _fill(
        book.add_worksheet("Accounts"),
        [("account_id", "name"), *((f"{i:03}", name) for i, (name, _) in enumerate(_PLAIN))],
    )
    sheet = book.add_worksheet("Deals")
    _fill(sheet, [("deal_id", "account_id", "created_at", "closed_at", "stage", "amount")])
    for at, (y, m, d, e) in enumerate(_DAYS, start=1):
        _fill(sheet, [(at, f"{at - 1:03}", None, None, ("Closed Won", "Closed Lost")[at % 2], 1000.5)], top=at)
        sheet.write_datetime(at, 2, datetime(y, m, d), day)
        sheet.write_datetime(at, 3, datetime(y, m, e), day)


_add(
    "Excel with two tables and real dates",
    {"crm.xlsx": _workbook(_dated_sheet)},
    {
        "deals: deal_id, account_id, created_at, closed_at, outcome": [
            (str(i + 1), f"{i:03}", f"{y}-{m:02}-{d:02}", f"{y}-{m:02}-{e:02}", ("lost", "won")[i % 2])
            for i, (y, m, d, e) in enumerate(_DAYS)
        ]
    },
)

# --- What holds too little, or is no table -----------------------------------------------------------------------

_add(
    "no header",
    {"customers.csv": "".join(",".join(row) + "\n" for row in LATIN)},
    {"accounts: account_id, name": [(row[0], row[1]) for row in LATIN]},
    told=("(?i)no header",),
)
_add(
    "one column of names",
    {"customers.csv": "Company\n" + "".join(f"{name}\n" for name, _ in _PLAIN)},
    {"accounts: name": [(name,) for name, _ in _PLAIN]},
)
_add(
    "one column of domains without a header",
    {"domains.csv": "".join(f"{domain}\n" for _, domain in _PLAIN)},
    refused=("domains.csv", "fits none of the tables"),
)
_add("header alone", {"accounts.csv": "account_id,name\n"}, refused=("accounts.csv", "without rows|no rows"))
_add("empty file", {"accounts.csv": b""}, refused=("accounts.csv", "empty"))
_add(
    "a PDF under .csv",
    {"accounts.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"},
    refused=("accounts.csv", "PDF", "(?i)export"),
)
_add(
    "a web page under .xls",
    {"accounts.xls": "<html><body><table><tr><td>Company</td></tr><tr><td>Ash Ltd</td></tr></table></body></html>"},
    refused=("accounts.xls", "web page", "(?i)save|export"),
)
_add(
    "a JSON error under .csv",
    {"accounts.csv": '{"error": "unauthorised", "message": "Your session has expired, sign in"}'},
    refused=("accounts.csv",),
)
_add(
    "a picture under .xlsx", {"accounts.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(200)}, refused=("accounts.xlsx", "picture")
)
_add("a cut workbook", {"accounts.xlsx": _workbook(_titles)[:3000]}, refused=("accounts.xlsx",))
_add(
    "persons without companies",
    {
        "people.csv": "First name,Last name,Phone,Birthday\n"
        + "".join(f"Pat{i},Doe{i},+44 20 7946 {i:04},1990-01-{i + 1:02}\n" for i in range(9))
    },
    refused=("people.csv",),
)
_add(
    "a quote that never closes",
    {
        "accounts.csv": "account_id,name,city\n"
        + 'a0,"Ash Ltd,Leeds\n'
        + "".join(f"a{i},Company {chr(65 + i)},Leeds\n" for i in range(1, 9))
    },
    {"accounts WHERE account_id <> 'a0': account_id, name": [(f"a{i}", f"Company {chr(65 + i)}") for i in range(1, 9)]},
)
_add(
    "a row with a cell too many",
    {
        "accounts.csv": "account_id,name,city\n"
        + "".join(f"a{i},Company {chr(65 + i)},Leeds\n" for i in range(8))
        + "a8,Jay, Kay and Co,Leeds\n"
    },
    {"accounts WHERE account_id <> 'a8': account_id, name": [(f"a{i}", f"Company {chr(65 + i)}") for i in range(8)]},
    told=("cells|columns",),
)
