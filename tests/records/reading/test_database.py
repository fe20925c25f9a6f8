"""SQLite files as they come: useful ones, damaged ones, and ones made to do harm."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from idealfit.errors import UnreadableFile
from idealfit.records.reading.database import read_sqlite
from idealfit.records.reading.source import FolderReading, read_folder
from idealfit.store.engine import connect


def database(path: Path, script: str) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


ACCOUNTS = "CREATE TABLE accounts (id TEXT, name TEXT, employees REAL, ok BOOLEAN); " + "".join(
    f"INSERT INTO accounts VALUES ('00{number}', 'Böb & {number}', {number}.0, {number % 2}); " for number in range(5)
)


def rows_of(folder: Path) -> tuple[FolderReading, dict[str, list[tuple[object, ...]]]]:
    con = connect(folder)
    reading = read_folder(con, folder)
    return reading, {
        table.file: con.execute(f"SELECT * FROM {table.relation} ORDER BY 1").fetchall() for table in reading.tables
    }


def test_tables_and_views_of_a_database_in_the_folder_are_read_as_their_cells_would_be_written(tmp_path: Path) -> None:
    script = ACCOUNTS + "CREATE VIEW small AS SELECT id, employees FROM accounts WHERE employees < 2;"
    database(tmp_path / "crm.sqlite3", script)
    reading, rows = rows_of(tmp_path)
    assert rows["crm.sqlite3#accounts"][1] == (2, "001", "Böb & 1", "1", "true")
    assert rows["crm.sqlite3#small"] == [(1, "000", "0"), (2, "001", "1")]
    assert reading.unused == ()


def test_what_is_no_table_of_records_is_listed_with_its_reason(tmp_path: Path) -> None:
    script = (
        ACCOUNTS + "CREATE TABLE empty (x); CREATE TABLE alembic_version (v); INSERT INTO alembic_version VALUES (1);"
    )
    database(tmp_path / "crm.db", script)
    reading, rows = rows_of(tmp_path)
    assert list(rows) == ["crm.db#accounts"]
    assert dict(reading.unused) == {
        "crm.db#empty": "a table without rows",
        "crm.db#alembic_version": "a table that a program keeps about itself",
    }


def test_a_hostile_database_costs_its_own_views_and_does_nothing(tmp_path: Path) -> None:
    script = ACCOUNTS + (
        "CREATE VIEW loads AS SELECT load_extension('/etc/passwd') AS x;"
        "CREATE VIEW looks AS SELECT * FROM pragma_database_list;"
        "CREATE VIEW broken AS SELECT * FROM nowhere;"
        "CREATE VIEW huge AS SELECT zeroblob(1000000000) AS x;"
        "CREATE TRIGGER t AFTER INSERT ON accounts BEGIN DELETE FROM accounts; END;"
        'CREATE TABLE "a""b; DROP TABLE accounts; --" (x); INSERT INTO "a""b; DROP TABLE accounts; --" VALUES (7);'
    )
    path = database(tmp_path / "evil.db", script)
    before = path.read_bytes()
    reading, rows = rows_of(tmp_path)
    assert len(rows["evil.db#accounts"]) == 5
    assert rows['evil.db#a"b; DROP TABLE accounts; --'] == [(1, "7")]
    assert {name for name, _ in reading.unused} == {f"evil.db#{view}" for view in ("loads", "looks", "broken", "huge")}
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["evil.db"]


def test_a_view_without_an_end_is_given_up(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
    script = f"{ACCOUNTS}CREATE VIEW rows AS {endless}; CREATE VIEW silent AS {endless} WHERE x < 0;"
    con = connect(tmp_path)
    tables, unused = read_sqlite(con, database(tmp_path / "crm.db", script), "crm.db", seconds=0.3)
    assert [table.file for table in tables] == ["crm.db#accounts"]
    assert [name for name, reason in unused if "gave no end" in reason] == ["crm.db#rows", "crm.db#silent"]
    assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(1,)]


def test_a_damaged_database_is_told_and_nothing_else_suffers(tmp_path: Path) -> None:
    path = database(tmp_path / "crm.db", ACCOUNTS)
    path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 3000)
    (tmp_path / "short.db").write_bytes(b"SQLite format 3\x00")
    (tmp_path / "thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0 nothing")
    (tmp_path / "accounts.csv").write_text("account_id,name\n1,Alder\n2,Birch\n")
    reading, rows = rows_of(tmp_path)
    assert "accounts.csv" in rows
    assert {name.split("#")[0] for name, _ in reading.unused} >= {"short.db", "thumbs.db"}


def test_what_is_no_database_at_all_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 200)
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_sqlite(connect(tmp_path), path, "crm.db")


def test_changes_that_are_not_in_the_file_yet_are_told(tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "crm.db")
    writer.execute("PRAGMA journal_mode = WAL")
    writer.executescript(ACCOUNTS)
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    writer.execute("INSERT INTO accounts VALUES ('9', 'late', 1, 1)")
    writer.commit()
    tables, unused = read_sqlite(connect(tmp_path), tmp_path / "crm.db", "crm.db")
    writer.close()
    assert [table.rows_read for table in tables] == [5]
    assert unused[0][0] == "crm.db-wal"
