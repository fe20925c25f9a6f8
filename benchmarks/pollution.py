"""A hundred kinds of pollution: what we read, what DuckDB's sniffing `read_csv` reads, what Python's Sniffer reads.

Usage: pollution.py [--kind TEXT] [--show]. Each file is scored like the published Pollock benchmark does: one point for
reading it at all, and precision, recall and F1 of header, records and cells: ten at most. Cells are compared without
blanks at their ends and with line ends alike; `lost` counts records of the truth that stand neither in the table nor
among the rows set aside.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

from idealfit.errors import InputError
from idealfit.records.reading.delimited import read_delimited
from idealfit.store.engine import connect, quote
from polluted import Polluted, Row, pollute, tables

Found = tuple[Row, list[Row], int]


def ours(path: Path) -> Found:
    """Header, rows and the number of rows set aside, as idealfit reads the file."""
    with connect(path.parent, threads=1) as con:
        table = read_delimited(con, path, path.name)
        names = ", ".join(map(quote, table.columns))
        rows = con.execute(f"SELECT {names} FROM {quote(table.relation)} ORDER BY __line__").fetchall()
    header = () if table.headerless else table.columns
    return header, [tuple(cell or "" for cell in row) for row in rows], len(table.rejected)


def duckdbs(path: Path) -> Found:
    with duckdb.connect() as con:
        result = con.execute("SELECT * FROM read_csv(?, all_varchar = true)", [str(path)])
        header = tuple(column[0] for column in result.description or [])
        rows = [tuple(cell or "" for cell in row) for row in result.fetchall()]
    if all(name.startswith("column") and name[6:].isdigit() for name in header):
        header = ()
    return header, rows, 0


def pythons(path: Path) -> Found:
    text = path.read_bytes().decode("utf-8-sig")
    sniffer = csv.Sniffer()
    dialect = sniffer.sniff(text[:20_000])
    rows = [tuple(row) for row in csv.reader(text.splitlines(keepends=True), dialect) if row]
    return (rows[0], rows[1:], 0) if sniffer.has_header(text[:20_000]) else ((), rows, 0)


READERS = {"idealfit": ours, "DuckDB": duckdbs, "Sniffer": pythons}


def score(truth: Polluted, found: Found | None) -> tuple[float, int]:
    """Ten points at most, and the records lost without a word."""
    rows = [_plain(row) for row in truth.truth.rows]
    if found is None:
        return 0.0, 0
    seen = [_plain(row) for row in found[1]]
    points = 1.0
    header, wanted = _plain(_unnumbered(found[0], truth.truth.header)), _plain(truth.truth.header)
    points += _measures(Counter(enumerate(header)), Counter(enumerate(wanted)))
    points += _measures(Counter(seen), Counter(rows))
    points += _measures(Counter(itertools.chain(*seen)), Counter(itertools.chain(*rows)))
    return points, max(0, len(rows) - len(seen) - found[2])


def _unnumbered(found: Row, wanted: Row) -> Row:
    """Names that had to be made up or numbered to be told apart count as what they stand for."""
    told = []
    for position, name in enumerate(found):
        real = wanted[position] if position < len(wanted) else None
        made_up = real is not None and (
            (not real and name.lower().startswith(("column", "unnamed")))
            or (name.startswith(real) and name[len(real) :].strip(" ()_").isdigit())
        )
        told.append(real if made_up and real is not None else name)
    return tuple(told)


def _plain(row: Iterable[str]) -> Row:
    """Cells without blanks at the ends, breaks as one blank; the row without empty cells at its end."""
    cells = [" ".join(cell.replace("\x00", "").replace("\ufeff", "").replace("\u200b", "").split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _measures(found: Counter[object], wanted: Counter[object]) -> float:
    """Precision + recall + F1."""
    if not found and not wanted:
        return 3.0
    both = (found & wanted).total()
    precision = both / found.total() if found else 0.0
    recall = both / wanted.total() if wanted else 0.0
    return precision + recall + (2 * precision * recall / (precision + recall) if both else 0.0)


def read(reader: str, path: Path) -> Found | None:
    try:
        return READERS[reader](path)
    except (InputError, duckdb.Error, csv.Error, UnicodeError, ValueError, StopIteration) as problem:
        if isinstance(problem, InputError):
            print(f"    refused: {problem}")
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", default="")
    parser.add_argument("--show", action="store_true", help="print what was read wrongly")
    chosen = parser.parse_args()
    points: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    lost = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "polluted.csv"
        for table in tables():
            for each in pollute(table):
                if chosen.kind not in each.kind:
                    continue
                path.write_bytes(each.data)
                for reader in READERS:
                    found = read(reader, path)
                    gained, silent = score(each, found)
                    points[each.kind][reader].append(gained)
                    if reader == "idealfit":
                        lost += silent
                        if gained < 9.999 and chosen.show:
                            _show(table.name, each, found, gained)
    print(f"{'kind':44}" + "".join(f"{reader:>10}" for reader in READERS))
    for kind, gained in points.items():
        print(f"{kind:44}" + "".join(f"{_mean(gained[reader]):10.2f}" for reader in READERS))
    print(
        f"{f'{len(points)} kinds, mean':44}"
        + "".join(f"{_mean([_mean(gained[reader]) for gained in points.values()]):10.3f}" for reader in READERS)
    )
    print(f"records lost without a word: {lost}")


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _show(base: str, each: Polluted, found: Found | None, gained: float) -> None:
    print(f"--- {each.kind} ({base}): {gained:.2f}")
    if found is None:
        return
    print("    header", found[0] if _plain(found[0]) != _plain(each.truth.header) else "right")
    seen, wanted = Counter(map(_plain, found[1])), Counter(map(_plain, each.truth.rows))
    print("    too much", list((seen - wanted).elements())[:3], "missing", list((wanted - seen).elements())[:3])


if __name__ == "__main__":
    main()
