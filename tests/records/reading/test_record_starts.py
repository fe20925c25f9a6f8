from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.records.reading import record_starts
from idealfit.records.reading.record_starts import find_record_starts


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_starts, "_CHUNK_BYTES", 7)


def starts(folder: Path, data: bytes) -> list[int] | None:
    path = folder / "starts.csv"
    path.write_bytes(data)
    found = find_record_starts(path, ",")
    return None if found is None else found.tolist()


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a,b\n1,2\n3,4\n", [1, 2, 3]),
        (b"a,b\n1,2\n3,4", [1, 2, 3]),
        (b"a,b\r\n1,2\r\n", [1, 2]),
        (b'\xef\xbb\xbf"a",b\n1,2\n', [1, 2]),
        (b'a,b\n"x\ny",2\n3,4\n', [1, 2, 4]),
        (b'a,b\n"x\n\n""y""\n",2\n3,4\n', [1, 2, 6]),
        (b'a,b\n"",""\n3,4\n', [1, 2, 3]),
    ],
)
def test_the_lines_on_which_records_begin(tmp_path: Path, data: bytes, lines: list[int]) -> None:
    assert starts(tmp_path, data) == lines


@pytest.mark.parametrize(
    "data",
    [
        b'a,b\n5" pipe,2\n',
        b'a,b\n"x"y,2\n',
        b'a,b\n"open,2\n',
        b"a,b\n\n1,2\n",
        b"a,b\r\n\r\n1,2\r\n",
        b"a,b\n1,2\r\n",
        b"a,b\r1,2\r",
        b"a,b\n1,\x002\n",
        b"a,b\n1,'=2\n",
        b"a,b\n1,2\n\n",
    ],
)
def test_what_is_odd_is_for_the_slow_reader(tmp_path: Path, data: bytes) -> None:
    assert starts(tmp_path, data) is None


cell = st.text(alphabet='ab "\n,é', max_size=5)


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_the_records_of_any_written_table_are_found(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]], end: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "starts.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    lines, line = [], 1
    for row in table:
        lines.append(line)
        line += 1 + sum(text.count("\n") for text in row)
    assert starts(path.parent, path.read_bytes()) == lines
