"""The messy sets, file by file: read as its truth, wrong, or refused (with the reason); peers in the same run.

Usage: messy.py [DATA], DATA being the folder of data sets (default: $IDEALFIT_REAL_DATA, else ../shared/data). The
truth is the JSON beside a file, the converted file that its authors give, or, for a well-formed CSV without either,
what Python's csv module reads in the encoding that the file is known to have. Files that break the rules have no
truth: for them only what became of them is printed.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

import duckdb

from idealfit.records.reading.source import read_folder
from idealfit.store.engine import connect, quote

Rows = list[list[str]]
BROKEN = {"bad.csv", "bad_skip_lines.csv", "test_skip_lines.csv"}
NO_HEADER = {"no_header_row.csv", "no_header_row2.csv", "no_header_row3.csv"}
ENCODINGS = {
    "test_latin1.csv": "latin-1",
    "test_utf16_big.csv": "utf-16",
    "test_utf16_little.csv": "utf-16",
}
CONVERTED = {
    "dummy.xls": "dummy.csv",
    "dummy.xlsx": "dummy.csv",
    "dummy.tsv": "dummy.csv",
    "sheets.xls": "testxls_converted.csv",
    "sheets.xlsx": "testxlsx_converted.csv",
    "test.xls": "testxls_converted.csv",
    "test.xlsx": "testxlsx_converted.csv",
    "testjson.json": "testjson_converted.csv",
    "testjson_multiline.json": "testjson_multiline_converted.csv",
    "testjson_nested.json": "testjson_nested_converted.csv",
}


def truth_of(path: Path) -> Rows | None:
    """Header and rows that should be read; None where nobody can say."""
    beside = path.with_suffix(".json")
    if path.suffix == ".csv" and beside.exists() and "csvkit" not in path.parent.name:
        if path.name == "location_coordinates.csv":
            return None  # its JSON holds another telephone number, and its bytes are no text of any code page
        told = json.loads(beside.read_text(encoding="utf-8"))
        told = told if isinstance(told, list) else [told]
        return [list(told[0]), *[list(row.values()) for row in told]] if told and isinstance(told[0], dict) else told
    if path.name.startswith("bad") or path.name in BROKEN:
        return None
    source = path.parent / CONVERTED[path.name] if CONVERTED.get(path.name) else path
    if source.suffix != ".csv":
        return None
    mark = {"sniff_limit.csv": ";"}.get(path.name, ",")
    with source.open(encoding=ENCODINGS.get(source.name, "utf-8-sig"), newline="") as stream:
        text = stream.read().replace("\x00", "")
    rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=mark) if row]
    return [[""] * len(rows[0]), *rows] if path.name in NO_HEADER else rows


def plain(rows: Rows) -> Rows:
    """Cells as they can be compared across formats: line ends alike, no cells at the end that all rows lack."""
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    cells = [[_value(cell) for cell in row] for row in cells if any(row)]
    width = max((max((n + 1 for n, cell in enumerate(row) if cell), default=0) for row in cells), default=0)
    return [(row + [""] * width)[:width] for row in cells]


def _value(cell: str) -> str:
    """Numbers and moments as the converted files write them: 1 for 1.0 and True, no midnight, no zone of UTC."""
    cell = {"true": "1", "false": "0", "true ": "1"}.get(cell.lower(), cell)
    cell = cell.replace("T", " ").removesuffix("Z").removesuffix("+00:00").removesuffix(" 00:00:00")
    cell = f"0{cell}" if cell[1:2] == ":" else cell
    try:
        number = float(cell)
    except ValueError:
        return cell
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else cell


def ours(path: Path) -> Rows | str:
    con = connect(path.parent, threads=1)
    reading = read_folder(con, path)
    if not reading.tables:
        return "; ".join(reason for _, reason in reading.unused)
    table = next((table for table in reading.tables if table.file.endswith("#data")), reading.tables[0])
    names = ", ".join(map(quote, table.columns))
    rows = con.execute(f"SELECT {names} FROM {quote(table.relation)} ORDER BY __line__").fetchall()
    header = [""] * len(table.columns) if table.headerless else list(table.columns)
    return [header, *[[cell or "" for cell in row] for row in rows]]


def duckdbs(path: Path) -> Rows | str:
    if path.suffix not in {".csv", ".tsv"}:
        return "not a delimited file"
    try:
        result = duckdb.connect().execute("SELECT * FROM read_csv(?, all_varchar = true)", [str(path)])
        header = [column[0] for column in result.description or []]
        return [header, *[[cell or "" for cell in row] for row in result.fetchall()]]
    except duckdb.Error as problem:
        return str(problem).splitlines()[0]


def verdict(found: Rows | str, truth: Rows | None) -> str:
    headless = bool(truth) and not any((truth or [[]])[0])
    if truth is not None and not headless and len(plain(truth)) < 2:
        return "right" if isinstance(found, str) else "wrong"  # a table without rows is told, not read
    if isinstance(found, str):
        return "refused"
    if truth is None:
        return "read"
    found_rows, wanted = plain(found), plain(truth)
    if headless:
        return "right" if not any(found[0]) and found_rows == wanted else "wrong"
    names_alike = len(found_rows[0]) == len(wanted[0]) and all(
        a.replace(".", "/") == b or a.startswith((b, "column_")) for a, b in zip(found_rows[0], wanted[0], strict=True)
    )
    return "right" if names_alike and found_rows[1:] == wanted[1:] else "wrong"


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("IDEALFIT_REAL_DATA")
    data = Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "data"
    counts: dict[str, list[int]] = {"idealfit": [0, 0, 0], "DuckDB": [0, 0, 0]}
    print(f"{'file':58}{'idealfit':>10}{'DuckDB':>10}")
    for folder in ("messy_csv_spectrum", "messy_sineemore", "messy_csvkit_examples"):
        for path in sorted((data / folder).iterdir()):
            if path.suffix == ".md" or (path.suffix == ".json" and path.with_suffix(".csv").exists()):
                continue
            truth, found = truth_of(path), ours(path)
            told = verdict(found, truth), verdict(duckdbs(path), truth)
            for name, one in zip(counts, told, strict=True):
                if truth is not None:
                    counts[name][("right", "wrong", "refused").index(one)] += 1
            print(f"{folder}/{path.name}"[:57].ljust(58) + "".join(f"{one:>10}" for one in told))
            if told[0] == "refused" or (told[0] == "wrong" and truth is not None):
                print(f"    {found if isinstance(found, str) else (plain(found)[:3], plain(truth or [])[:3])}")
    for name, (right, wrong, refused) in counts.items():
        print(f"{name}: of the files with a truth {right} right, {wrong} wrong, {refused} refused")


if __name__ == "__main__":
    main()
