"""The same company from a folder, a SQLite file and a PostgreSQL server; and all that a database may refuse."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest

from idealfit.errors import DatabaseAddressWrong, DatabaseRefused, DatabaseUnreachable, IdealfitError
from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.records.reading.database_url import Database, parse_database
from idealfit.records.reading.postgres import read_postgres
from idealfit.store.engine import connect
from idealfit.store.place import open_place
from postgres_server import PASSWORD, Server, running_server
from small_company import ACCOUNTS, DEALS, small_company

STRANGER = "stranger"
TYPES = {"employees": "integer", "amount": "numeric(12,2)", "created_at": "date", "closed_at": "date"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        with psycopg.connect(running.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE crm")
            connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
        with psycopg.connect(running.url("crm"), autocommit=True) as connection:
            for name, text in (("accounts", ACCOUNTS), ("deals", DEALS)):
                _create(connection, name, text)
            connection.execute("CREATE TABLE alembic_version (version text)")
            connection.execute("CREATE TABLE empty (company text)")
            connection.execute("CREATE VIEW broken AS SELECT name, 1 / (employees - 20) AS revenue FROM accounts")
            connection.execute(
                "CREATE TABLE kinds AS SELECT 1::int AS id, 12345678901234567.125::numeric AS exact, "
                "'2024-01-02 10:00+02'::timestamptz AS zoned, ARRAY['a', 'b c'] AS listed, '{\"x\": 1}'::jsonb AS doc, "
                "true AS yes, '\\x00'::bytea AS raw, NULL::text AS nothing, 'ü'::text AS letter"
            )
        yield running


def _create(connection: psycopg.Connection, name: str, text: str) -> None:  # type: ignore[type-arg]
    rows = list(csv.reader(io.StringIO(text)))
    columns = ", ".join(f"{column} {TYPES.get(column, 'text')}" for column in rows[0])
    connection.execute(f"CREATE TABLE {name} ({columns}, PRIMARY KEY ({rows[0][0]}))")  # type: ignore[arg-type]
    places = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {name} VALUES ({places})", rows[1:])  # type: ignore[arg-type]


def sqlite_company(path: Path) -> Path:
    with sqlite3.connect(path) as database:
        for name, text in (("accounts", ACCOUNTS), ("deals", DEALS)):
            rows = list(csv.reader(io.StringIO(text)))
            columns = ", ".join(f"{column} {TYPES.get(column, 'text')}" for column in rows[0])
            database.execute(f"CREATE TABLE {name} ({columns})")
            database.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows[1:])
    database.close()
    return path


def tables_of(origin: Path | Database, workspace: Path) -> dict[str, list[tuple[object, ...]]]:
    place = open_place(workspace, create=True)
    import_folder(origin, place)
    return {
        path.stem: duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        for path in sorted((workspace / "tables").glob("*.parquet"))
    }


def read(url: str, **chosen: tuple[str, ...]) -> tuple[dict[str, list[tuple[object, ...]]], list[str]]:
    con = connect()
    found, unused = read_postgres(con, parse_database(url, **chosen), progress=lambda _name, _share: None)
    rows = {table.file: con.execute(f"SELECT * FROM {table.relation}").fetchall() for table in found}
    return rows, [f"{name}: {reason}" for name, reason in unused]


def test_a_company_is_the_same_from_files_from_sqlite_and_from_postgres(server: Server, tmp_path: Path) -> None:
    files = tables_of(small_company(tmp_path / "files"), tmp_path / "by files")
    lite = tables_of(sqlite_company(tmp_path / "crm.sqlite"), tmp_path / "by sqlite")
    chosen = parse_database(server.url("crm"), tables=("accounts", "deals"))
    assert files["accounts"]
    assert lite == files
    assert tables_of(chosen, tmp_path / "by postgres") == files


def test_no_file_of_the_workspace_and_no_word_of_the_run_holds_the_password(
    server: Server, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "workspace"
    url = server.url("crm")
    chosen = ["--table", "accounts", "--query", "deals=SELECT * FROM deals"]
    assert run(["build", url, "--workspace", str(workspace), "--verbose", *chosen]) == 0
    assert run(["build", url, "--workspace", str(workspace), "--table", "nowhere"]) == 3
    assert run(["build", server.url("crm", user="nobody"), "--workspace", str(workspace), "--verbose"]) == 4
    told = "".join(capfd.readouterr())
    secrets = [PASSWORD, url.split("@")[0].split(":")[2]]
    files = [path for path in workspace.rglob("*") if path.is_file()]
    assert files
    for secret in secrets:
        assert secret not in told
        assert not [path.name for path in files if secret.encode() in path.read_bytes() or secret in path.name]
    with sqlite3.connect(workspace / "ledger.sqlite") as ledger:
        kept = "\n".join(ledger.iterdump())
    assert f"import postgresql://owner@127.0.0.1:{server.port}/crm" in kept
    assert (workspace / "mappings" / "crm.yaml").is_file()


def test_import_alone_reads_a_database_too(server: Server, tmp_path: Path) -> None:
    path = sqlite_company(tmp_path / "crm.db")
    for number, address in enumerate((server.url("crm"), f"sqlite:///{path}")):
        workspace = tmp_path / f"w{number}"
        assert run(["import", address, "--workspace", str(workspace), "--table", "deals", "--table", "accounts"]) == 0
        assert (workspace / "tables" / "deals.parquet").is_file()
        assert not (workspace / "profile.yaml").exists()
    assert run(["import", str(tmp_path), "--workspace", str(tmp_path / "w9"), "--table", "deals"]) == 2


def test_values_arrive_as_exact_text(server: Server) -> None:
    rows, _ = read(server.url("crm"), tables=("kinds",))
    (row,) = rows["crm#kinds"]
    assert row[1:] == (
        "1",
        "12345678901234567.125",
        "2024-01-02 08:00:00",
        '["a", "b c"]',
        '{"x": 1}',
        "true",
        None,
        "ü",
    )


def test_what_gives_no_table_is_listed_with_its_reason_and_the_rest_is_read(server: Server) -> None:
    rows, unused = read(server.url("crm"))
    assert {"crm#accounts", "crm#deals"} <= set(rows)
    assert "crm#alembic_version: a table that a program keeps about itself" in unused
    assert "crm#empty: a table without rows" in unused
    assert any(line.startswith("crm#broken: ") and "division by zero" in line for line in unused)


def test_a_user_without_rights_is_told_so_for_each_table(server: Server) -> None:
    rows, unused = read(server.url("crm", user="stranger", password=STRANGER))
    assert not rows
    assert "crm#accounts: this user may not read it" in unused


def test_a_query_is_one_table_under_its_own_name(server: Server) -> None:
    rows, _ = read(server.url("crm"), queries=("won=SELECT deal_id FROM deals WHERE outcome = 'won' -- only",))
    assert len(rows["crm#won"]) == 12


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 1; DROP TABLE accounts", "multiple commands"),
        ("DELETE FROM accounts", "no rows to read"),
        ("DELETE FROM accounts RETURNING *", "syntax error"),
        ("WITH gone AS (DELETE FROM accounts RETURNING *) SELECT * FROM gone", "data-modifying"),
        ("SELECT 1) TO PROGRAM 'id' --", "syntax error"),
        ("SELECT nextval('pg_catalog.nothing')", "does not exist"),
        ("COPY accounts TO STDOUT", "no rows to read"),
    ],
)
def test_a_query_only_reads_and_is_only_one(server: Server, query: str, said: str) -> None:
    with pytest.raises(DatabaseRefused, match=said) as fault:
        read(server.url("crm"), queries=(f"deals={query}",))
    assert fault.value.exit_code == 3
    assert len(read(server.url("crm"), tables=("accounts",))[0]["crm#accounts"]) == 40


def test_a_broken_query_is_shown_where_it_breaks(server: Server) -> None:
    with pytest.raises(DatabaseRefused) as fault:
        read(server.url("crm"), queries=("deals=SELECT deal_id,\n  amout FROM deals",))
    assert fault.value.where is not None
    assert (fault.value.where.line, fault.value.where.column, fault.value.where.value) == (2, 3, "amout FROM deals")


def test_a_server_that_is_not_there_or_lets_nobody_in_is_no_fault_of_ours(server: Server) -> None:
    wrong = [
        server.url("crm", password=STRANGER),
        server.url("crm", password=None),
        server.url("nowhere"),
        server.url("crm").replace(f":{server.port}/", ":1/"),
        server.url("crm").replace("127.0.0.1", "no.such.host.invalid"),
    ]
    for url in wrong:
        with pytest.raises(DatabaseUnreachable) as fault:
            read(url)
        assert fault.value.exit_code == 4
        assert PASSWORD not in str(fault.value)


def test_a_password_may_come_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert "crm#accounts" in read(server.url("crm", password=None))[0]


def test_a_table_that_is_asked_for_and_not_there_is_named(server: Server) -> None:
    with pytest.raises(DatabaseRefused, match="no table 'nowhere'"):
        read(server.url("crm"), tables=("nowhere",))


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("mysql://user:canary@host/db", {}),
        ("sqlite://", {}),
        ("postgresql://user:canary@host:port/db", {}),
        ("postgresql://user:canary@host/db", {"queries": ("SELECT 1",)}),
        ("postgresql://user:canary@host/db", {"tables": ("=accounts",)}),
    ],
)
def test_an_address_that_cannot_be_understood_is_refused_without_repeating_it(
    text: str, chosen: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(DatabaseAddressWrong) as fault:
        parse_database(text, **chosen)  # type: ignore[arg-type]
    assert "canary" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        ("postgres://anna:p%40ss@db.example:5433/crm?sslmode=require", "postgresql://anna@db.example:5433/crm", "crm"),
        ("postgresql://anna:p@ss/word@db.example/crm", "postgresql://anna@db.example/crm", "crm"),
        ("postgresql://db.example/crm?user=anna&password=canary", "postgresql://anna@db.example/crm", "crm"),
        ("postgresql:///crm", "postgresql:///crm", "crm"),
        ("postgresql://?service=sales", "postgresql:///", "sales"),
        ("postgresql://[::1]:5432/crm", "postgresql://::1:5432/crm", "crm"),
    ],
)
def test_an_address_is_shown_without_its_password(text: str, address: str, name: str) -> None:
    database = parse_database(text)
    assert (database.address, database.name) == (address, name)
    assert "canary" not in repr(database)


def test_a_sqlite_file_answers_queries_and_names_what_it_lacks(tmp_path: Path) -> None:
    path = sqlite_company(tmp_path / "crm.db")
    query = ("accounts=SELECT * FROM accounts WHERE employees > 100",)
    tables = tables_of(parse_database(f"sqlite:///{path}", queries=query), tmp_path / "workspace")
    assert len(tables["accounts"]) == 28
    for chosen in ({"tables": ("nowhere",)}, {"queries": ("a=SELECT nope FROM accounts",)}):
        with pytest.raises(IdealfitError) as fault:
            tables_of(parse_database(f"sqlite:///{path}", **chosen), tmp_path / "workspace")  # type: ignore[arg-type]
        assert fault.value.exit_code == 3
