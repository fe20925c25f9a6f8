"""The files of the scores: the same rows as the table, whole or not at all, and no formulas."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import WriteFailed
from idealfit.profile.document import Profile
from idealfit.scores.files import write_scores
from idealfit.scores.score import score_tables
from idealfit.store.delimited_output import cell
from idealfit.store.engine import connect

SIZE = {"id": "size", "when": "employees > 10", "points": 5, "label": '=big, "huge"'}
PROFILE = Profile.model_validate(
    {
        "profile": "Files",
        "layers": {
            "firmographic": {
                "criteria": [{"id": "size", "when": "employees > 10", "points": 5, "label": '=big, "huge"'}]
            }
        },
        "exclusions": [{"id": "gov", "when": "ownership = 'gov'", "because": "x"}],
    }
)


def scored(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "CREATE TABLE accounts AS SELECT * FROM (VALUES ('=1+1', 20.0, 'gov'), ('007', 5.0, NULL), ('-x', NULL, 'a'))"
        " t(account_id, employees, ownership)"
    )
    score_tables(con, PROFILE, as_of=date(2026, 1, 1), criteria=True)


def test_both_files_hold_the_rows_of_the_table(tmp_path: Path) -> None:
    con = connect(tmp_path)
    scored(con)
    write_scores(con, "scores", tmp_path / "scores.parquet", tmp_path / "scores.csv")
    table = con.execute("SELECT * FROM scores").fetchall()
    assert con.execute(f"SELECT * FROM read_parquet('{tmp_path / 'scores.parquet'}')").fetchall() == table
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert lines == [[cell(value) for value in row] for row in table]
    assert [line[0] for line in lines] == ["'-x", "007", "'=1+1"]
    assert json.loads(lines[0][header.index("reasons")])[0]["state"] == "unknown"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scores.csv", "scores.parquet"]


def test_reasons_are_text_for_whoever_reads_the_parquet(tmp_path: Path) -> None:
    con = connect(tmp_path)
    scored(con)
    write_scores(con, "scores", tmp_path / "scores.parquet")
    (kind,) = con.execute(f"SELECT typeof(reasons) FROM read_parquet('{tmp_path / 'scores.parquet'}')").fetchmany(1)[0]
    assert kind == 'STRUCT(id VARCHAR, layer VARCHAR, state VARCHAR, points DOUBLE, "text" VARCHAR)[]'


def test_the_same_scores_give_the_same_bytes(tmp_path: Path) -> None:
    for folder, threads in (("a", 1), ("b", 2)):
        con = connect(tmp_path, threads=threads)
        scored(con)
        write_scores(con, "scores", tmp_path / folder / "s.parquet", tmp_path / folder / "s.csv")
    for name in ("s.parquet", "s.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_every_kind_of_value_is_the_cell_that_python_writes(tmp_path: Path) -> None:
    con = connect(tmp_path)
    con.execute(
        "CREATE TABLE odd AS SELECT ' =1' AS \"=name\", 1.5 AS d, -3::DOUBLE AS whole, 'NaN'::DOUBLE AS nan, "
        "true AS yes, TIMESTAMP '2026-01-02 03:04:05' AS at, ['=a', 'ü'] AS list, "
        "NULL AS nothing, '''=x' AS marked, 1e20 AS big"
    )
    write_scores(con, "odd", None, tmp_path / "odd.csv")
    with (tmp_path / "odd.csv").open(encoding="utf-8", newline="") as file:
        header, line = csv.reader(file)
    assert header[0] == "'=name"
    moment = datetime(2026, 1, 2, 3, 4, 5)
    values = [" =1", 1.5, -3.0, float("nan"), True, moment, ["=a", "ü"], None, "'=x", 1e20]
    assert line == [cell(value) for value in values]


def test_a_write_that_is_refused_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    con = connect(tmp_path / "elsewhere")
    scored(con)
    with pytest.raises(WriteFailed):
        write_scores(con, "scores", tmp_path / "here" / "scores.parquet")
    assert list((tmp_path / "here").iterdir()) == []
