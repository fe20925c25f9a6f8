"""Files made to harm, each given to the reader: what is said, how long it takes, how much memory the child takes more.

Usage: bombs.py. A plain file of three rows is read first, for comparison.
"""

from __future__ import annotations

import gzip
import io
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from idealfit.records.reading.source import read_folder
from idealfit.store.engine import connect

ZEROS = b"0" * (200 << 20)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def lying() -> bytes:
    """The directory says that the file inflates to 1,000 bytes."""
    data = bytearray(zipped({"a.csv": ZEROS}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    return bytes(data)


def overlapping() -> bytes:
    """Two names for the bytes of one file."""
    data = bytearray(zipped({"a.csv": b"id\n1\n" * 9999, "b.csv": b"id\n2\n"}, zipfile.ZIP_STORED))
    at = data.rfind(b"PK\x01\x02")
    data[at + 42 : at + 46] = struct.pack("<I", 0)
    return bytes(data)


def workbook(sheet: bytes) -> bytes:
    """A workbook whose only sheet is `sheet`."""
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write_row(0, 0, ["id", "name"])
    with zipfile.ZipFile(plain) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**members, "xl/worksheets/sheet1.xml": sheet})


def entities() -> bytes:
    """The billion laughs, in a sheet."""
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "laugh">{steps}]>'
    cell = '<c r="A1" t="inlineStr"><is><t>&l9;</t></is></c>'
    space = "http" + "://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{head}<worksheet xmlns="{space}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'.encode()


def far_cells() -> bytes:
    """Two cells, at the far corners of a sheet."""
    space = "http" + "://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


BOMBS: dict[str, Callable[[], tuple[str, bytes]]] = {
    "a plain file": lambda: ("plain.csv", b"id,name\n1,Acme\n2,Beta\n3,Core\n"),
    "zip, 1000 : 1": lambda: ("ratio.zip", zipped({"a.csv": ZEROS})),
    "zip, lying sizes": lambda: ("lying.zip", lying()),
    "zip, overlapping": lambda: ("overlap.zip", overlapping()),
    "zip in zip in zip": lambda: ("nested.zip", zipped({"b.zip": zipped({"c.zip": zipped({"a.csv": ZEROS})})})),
    "zip, 100,000 entries": lambda: (
        "many.zip",
        zipped(dict.fromkeys(map(str, range(100_000)), b""), zipfile.ZIP_STORED),
    ),
    "gzip, 1000 : 1": lambda: ("ratio.csv.gz", gzip.compress(ZEROS)),
    "xlsx, 1000 : 1": lambda: ("ratio.xlsx", workbook(ZEROS)),
    "xlsx, entities": lambda: ("laughs.xlsx", workbook(entities())),
    "xlsx, far corners": lambda: ("corners.xlsx", workbook(far_cells())),
    "csv, one quote, then 200 MB": lambda: ("open.csv", b'a,b\n1,"' + ZEROS),
    "csv, 200 MB of commas": lambda: ("commas.csv", b"a,b\n" + b"," * (200 << 20)),
    "json, deeply nested": lambda: ("deep.json", b"[" * 1_000_000),
}


def measured(folder: Path) -> None:
    """Read the folder, print what was said, the time and the child's peak."""
    started = time.perf_counter()
    reading = read_folder(connect(folder), folder)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> (20 if sys.platform == "darwin" else 10)
    said = "; ".join(reason for _, reason in reading.unused) or f"{len(reading.tables)} table read"
    print(f"{seconds:7.2f}{peak:8d}  {said[:110]}")


def main() -> None:
    if len(sys.argv) > 1:
        measured(Path(sys.argv[1]))
        return
    print(f"{'file':30}{'bytes':>12}{'s':>7}{'MB':>8}  what is said")
    for name, make in BOMBS.items():
        with tempfile.TemporaryDirectory() as folder:
            file, data = make()
            (Path(folder) / file).write_bytes(data)
            told = subprocess.run([sys.executable, __file__, folder], capture_output=True, text=True, check=False)
            print(f"{name:30}{len(data):12,}{told.stdout.rstrip() or told.stderr[-200:]}", flush=True)


if __name__ == "__main__":
    main()
