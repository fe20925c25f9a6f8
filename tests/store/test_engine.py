from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.records.tables import TABLES
from idealfit.store.engine import connect, empty_table_sql, insert_texts, literal, load_tables, quote
from idealfit.store.place import open_place
from idealfit.store.snapshots import publish_tables

ESCAPES = [
    "SELECT * FROM read_csv('{out}/secret.csv')",
    "SELECT * FROM read_text('{in}/../outside/secret.csv')",
    "SELECT * FROM glob('{out}/*')",
    "COPY (SELECT 1) TO '{out}/new.csv'",
    "COPY (SELECT 1) TO '{in}/../outside/new.csv'",
    "ATTACH '{out}/new.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "SELECT * FROM read_parquet('https://example.com/x.parquet')",
    "SELECT * FROM a_python_variable",
]


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return connect(threads=1)


@pytest.mark.parametrize("statement", ESCAPES)
def test_the_engine_is_shut_in(tmp_path: Path, statement: str) -> None:
    a_python_variable = {"x": np.array([1])}
    assert a_python_variable
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.csv").write_text("a\n1\n")
    con = connect(inside)
    with pytest.raises(duckdb.Error):
        con.execute(statement.replace("{out}", str(outside)).replace("{in}", str(inside)))
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]


def test_it_reads_and_writes_in_its_own_folders_with_odd_names(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s a "folder"'
    folder.mkdir()
    con = connect(folder)
    con.execute(f"COPY (SELECT 42 AS x) TO {literal(str(folder / 'x.parquet'))}")
    assert con.execute(f"SELECT x FROM read_parquet({literal(str(folder / 'x.parquet'))})").fetchall() == [(42,)]


def test_numpy_columns_can_be_registered() -> None:
    con = connect()
    con.register("rows", {"number": np.array([1, 2], dtype=np.int64), "word": np.array(["a", "b"])})
    assert con.execute("SELECT * FROM rows").fetchall() == [(1, "a"), (2, "b")]


def test_times_are_utc() -> None:
    zone = connect().execute("SELECT current_setting('TimeZone')").fetchone()
    assert zone == ("UTC",)


@given(st.text(min_size=1).filter(lambda name: "\x00" not in name))
def test_any_name_can_be_quoted(engine: duckdb.DuckDBPyConnection, name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    assert engine.execute(f"SELECT {quote(name)} FROM (SELECT 1 AS {quote(name)})").fetchall() == [(1,)]


cells = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=30))
def test_texts_come_back_as_they_went_in(engine: duckdb.DuckDBPyConnection, rows: list[tuple[str, str]]) -> None:
    con = engine
    con.execute("CREATE OR REPLACE TABLE t (line BIGINT, a VARCHAR, b VARCHAR)")
    insert_texts(con, "t", list(zip(*rows, strict=True)), numbers=range(1, len(rows) + 1))
    wanted = [(line, a or None, b or None) for line, (a, b) in enumerate(rows, start=1)]
    assert con.execute("SELECT * FROM t ORDER BY line").fetchall() == wanted


def test_all_separators_in_the_cells_do_no_harm() -> None:
    con = connect()
    con.execute("CREATE TABLE t (a VARCHAR, b VARCHAR)")
    cell = "\x1f\x1e\x1d\x1c\ue000"
    insert_texts(con, "t", [[cell, "x"], ["", cell]])
    assert con.execute("SELECT * FROM t").fetchall() == [(cell, None), ("x", cell)]


def test_canonical_tables_are_there_whatever_the_workspace_holds(tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    con = connect(place.root)
    con.execute("CREATE TABLE a AS SELECT '007' AS account_id, 'Ü' AS name, 12 AS \"Client Size\"")
    publish_tables(place, con, {"accounts": "a"}, kind="import", command="", as_of=None, summary={})
    other = connect(place.root)
    load_tables(other, place)
    row = other.execute('SELECT account_id, "Client Size", industry, tech FROM accounts').fetchone()
    assert row == ("007", 12, None, None)
    for name, table in TABLES.items():
        described = {column[0] for column in other.execute(f"DESCRIBE {name}").fetchall()}
        assert set(table.columns) <= described
    assert other.execute("SELECT count(*) FROM deals").fetchone() == (0,)


def test_an_empty_table_has_the_canonical_types() -> None:
    con = connect()
    described = con.execute(f"DESCRIBE {empty_table_sql(TABLES['accounts'])}").fetchall()
    kinds = {row[0]: row[1] for row in described}
    assert kinds["tech"] == "VARCHAR[]"
    assert kinds["do_not_contact"] == "BOOLEAN"
