"""One statement for a whole profile: run in DuckDB and in a PostgreSQL server it gives what scoring gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot
from accounts_at_random import TODAY, Made, load, made_accounts, predicates
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lying_tables import copied, lying_tables
from test_score import profiles, rows

from idealfit.errors import DatabaseRefused, IdealfitError, NoAccountsToScore, PredicateError
from idealfit.frontends.cli.app import run
from idealfit.profile.document import Profile, load_profile
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate
from idealfit.profile.text import to_text
from idealfit.records.company import Company
from idealfit.records.intake import import_folder
from idealfit.scores.engines.postgres_local import copied_tables
from idealfit.scores.motions import score_motions
from idealfit.scores.score import score_tables
from idealfit.scores.statement import score_statement
from idealfit.scores.written import statement_text
from idealfit.store.place import open_place
from idealfit.workspace.scoring import by_one, profiles_of, score
from idealfit.workspace.scoring_elsewhere import score_elsewhere
from idealfit.workspace.translating import sql
from postgres_server import PASSWORD, Server, running_server

many = st.lists(made_accounts, min_size=1, max_size=8)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def postgres(server: Server) -> Iterator[psycopg.Connection]:  # type: ignore[type-arg]
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        yield connection


def is_text(predicate: Predicate) -> bool:
    """Whether a person could write it: the drawn trees hold more than the language."""
    try:
        parse(to_text(predicate))
    except PredicateError:
        return False
    return True


@st.composite
def asking(draw: st.DrawFn) -> Profile:
    """A profile of conditions drawn from the whole language."""
    drawn = draw(st.lists(predicates.filter(is_text), min_size=3, max_size=5))
    found = [
        {"id": f"k{number}", "when": to_text(one), "points": 1 + number, "because": "x"}
        for number, one in enumerate(drawn)
    ]
    return Profile.model_validate({"profile": "Asked", "layers": {"firmographic": {"criteria": found}}})


def as_told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows by id, their reasons read."""
    read = [row | {"reasons": json.loads(row["reasons"])} for row in rows]
    return sorted(read, key=lambda row: row["account_id"])


def differing(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert [row["account_id"] for row in found] == [row["account_id"] for row in expected]
    pairs = zip(found, expected, strict=True)
    return [
        {key: (row[key], wanted[key]) for key in wanted if row[key] != wanted[key]}
        for row, wanted in pairs
        if row != wanted
    ]


@settings(max_examples=5, phases=[Phase.generate], deadline=None)
@given(made=many, profile=st.one_of(profiles, asking()), merged=st.booleans())
def test_the_statement_gives_the_same_in_duckdb_and_in_postgres(
    con: duckdb.DuckDBPyConnection,
    postgres: psycopg.Connection,  # type: ignore[type-arg]
    made: list[Made],
    profile: Profile,
    merged: bool,
) -> None:
    load(con, made)
    if merged:
        con.execute("UPDATE accounts SET duplicate_of = '0000' WHERE account_id IN ('0001', '0003')")
        con.execute("UPDATE accounts SET duplicate_of = 'nobody' WHERE account_id = '0002'")
    version = score_tables(con, profile, as_of=TODAY, criteria=True).profile_version
    expected = rows(con)
    statement = score_statement(profile, lying_tables(con), as_of=TODAY, version=version, criteria=True)
    cursor = con.execute(statement_text(statement, "duckdb"))
    names = [column[0] for column in cursor.description or []]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert names == list(expected[0])
    assert differing(as_told(found), expected) == []
    copied(con, postgres, "drawn")
    postgres.execute("SET search_path = drawn")
    there = postgres.execute(statement_text(statement, "postgres"))
    names = [column.name for column in there.description or []]
    assert differing(as_told([dict(zip(names, row, strict=True)) for row in there.fetchall()]), expected) == []


# In a server, by command

PROFILE = """
profile: Company's <%> own
as_of: 2026-03-01
layers:
  firmographic:
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 14, because: x}
      - {id: kind, when: "industry LIKE '%sa_s%'", points: 6, because: x}
  situational:
    criteria:
      - {id: funded, when: "happened('funding_round', within => '30 days')", points: 8, half_life: 7 days, because: x}
exclusions:
  - {id: public, when: "ownership = 'Öffentlich'", because: 3 of 96 won}
"""
COMPANIES = """
CREATE SCHEMA crm;
CREATE TABLE crm.accounts (account_id integer, name varchar, employees numeric, industry text, ownership char(12));
INSERT INTO crm.accounts VALUES
    (1, 'Ab', 200, 'SaXS', NULL), (2, 'Bc', 20, NULL, 'öFFENTLICH'), (10, NULL, NULL, '', '');
CREATE TABLE crm.signals (account_id text, "Event_Type" text, occurred_at timestamptz);
INSERT INTO crm.signals VALUES ('1', ' Funding_round', '2026-02-22 00:30+02'), ('2', 'other', '2026-02-01Z');
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "profile.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def companies(server: Server, postgres: psycopg.Connection) -> str:  # type: ignore[type-arg]
    postgres.execute(COMPANIES)
    return server.url("postgres")


def test_accounts_are_scored_where_they_are_into_a_table_or_a_file(
    companies: str,
    postgres: psycopg.Connection,  # type: ignore[type-arg]
    profile: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "scores.parquet"
    by_command = [str(profile), "crm.accounts", "--on", companies, "--table", "events=crm.signals"]
    assert run(["score", *by_command, "--to", str(file), "--criteria"]) == 0
    assert run(["score", *by_command, "--to", "table:crm.scores"]) == 0
    told = capsys.readouterr()
    assert "3 accounts scored as of 2026-03-01: A 1, excluded 1, unknown 1." in told.out
    assert PASSWORD not in told.out + told.err
    columns = "account_id, tier, fit, timing, c_size, c_kind, c_funded, excluded_by"
    found = duckdb.sql(f"SELECT {columns}, reasons[1].text, reasons[3].points FROM '{file}' ORDER BY 1").fetchall()
    # of the evening before in UTC: eight days, one half-life
    assert found[0] == ("1", "A", 100.0, 50.0, True, True, True, [], "100 to 500 employees", 4.0)
    assert found[1][:5] == ("10", "unknown", 17.5, 25.0, None)
    assert (found[2][1], found[2][7], found[2][6]) == ("excluded", ["public"], False)
    there = postgres.execute("SELECT account_id, tier, reasons->0->>'id' FROM crm.scores ORDER BY fit DESC").fetchall()
    assert there[0] == ("1", "A", "size")
    assert run(["score", *by_command, "--to", "table:crm.scores", "--top", "2"]) == 0
    few = postgres.execute("SELECT account_id, reason_1, reason_2 FROM crm.scores ORDER BY fit DESC").fetchall()
    assert few[0] == ("1", "size", "kind")


def test_a_table_that_is_none_of_scores_is_left_alone(companies: str, profile: Path) -> None:
    for table in ("crm.accounts", "crm.signals"):
        with pytest.raises(DatabaseRefused, match="none of scores"):
            score_elsewhere(profile, "crm", on=companies, to=f"table:{table}")


def test_an_old_table_of_scores_stays_where_a_new_one_cannot_be_made(
    companies: str,
    postgres: psycopg.Connection,  # type: ignore[type-arg]
    profile: Path,
) -> None:
    score_elsewhere(profile, "crm", on=companies, to="table:crm.kept")
    postgres.execute("CREATE VIEW crm.on_kept AS SELECT tier FROM crm.kept; INSERT INTO crm.kept (tier) VALUES ('own')")
    with pytest.raises(IdealfitError, match="depend"):
        score_elsewhere(profile, "crm", on=companies, to="table:crm.kept")
    (count,) = postgres.execute("SELECT count(*) FROM crm.kept").fetchone() or (0,)
    assert count == 4


def test_a_run_that_ends_before_its_last_step_leaves_the_old_scores(
    companies: str,
    postgres: psycopg.Connection,  # type: ignore[type-arg]
    profile: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    score_elsewhere(profile, "crm", on=companies, to="table:crm.whole")
    postgres.execute("UPDATE crm.whole SET tier = 'own'")

    def ended(connection: psycopg.Connection, *_: object) -> None:  # type: ignore[type-arg]
        assert connection.execute("SELECT count(*) FROM crm.whole WHERE tier = 'own'").fetchone() == (0,)
        postgres.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])

    monkeypatch.setattr("idealfit.scores.engines.postgres_told.keep_hits", ended)
    with pytest.raises(IdealfitError):
        score_elsewhere(profile, "crm", on=companies, to="table:crm.whole")
    assert postgres.execute("SELECT DISTINCT tier FROM crm.whole").fetchall() == [("own",)]
    assert postgres.execute("SELECT 1 FROM pg_class WHERE relname LIKE 'idealfit%'").fetchall() == []


@pytest.mark.parametrize(("table", "said"), [("crm.nobody", "no table"), ("crm.scores; --", "no table")])
def test_accounts_that_are_not_there_are_told_so(companies: str, profile: Path, table: str, said: str) -> None:
    with pytest.raises(NoAccountsToScore, match=said) as problem:
        score_elsewhere(profile, table, on=companies)
    assert PASSWORD not in str(problem.value)


# Records that are read here, scored there

MAIN = """
profile: Found in deals
motion: main
as_of: 2026-03-01
layers:
  firmographic:
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 14, because: x, known_true_rate: 0.3}
      - {id: kind, when: "industry LIKE '%sa_s%'", points: 6, because: x}
  situational:
    criteria:
      - {id: funded, when: "happened('funding_round', within => '30 days')", points: 8, half_life: 7 days, because: x}
      - {id: growing, when: "growth('employees', over => '90 days') >= 0.1", points: 3, because: x}
exclusions:
  - {id: public, when: "ownership = 'state'", because: 3 of 96 won}
model:
  {horizon_months: 24, cost: 300.0, level: 0.8,
   win: {intercept: -2.6, effects: {size: 0.7, kind: -0.4, funded: 0.3}, errors: {size: 0.2}, variance: 0.4},
   amount: {base: 9000.0, effects: {size: 0.5}, errors: {size: 0.1}, variance: 0.05},
   margin: {base: 0.7, effects: {kind: -0.1}, errors: {}, variance: 0.01},
   months: {base: 0.02, effects: {growing: -0.2}, errors: {growing: 0.1}, variance: 0.02},
   growth: {base: 1.1, effects: {funded: 0.05}, errors: {}, variance: 0.01}}
"""
OTHER = """
profile: Written by hand
motion: Second
sold_to: employees < 300
as_of: 2026-03-01
layers:
  firmographic: {criteria: [{id: size, when: employees < 150, points: 3, because: x}]}
card: {criteria: [{id: size, points: 80}], routes: {70: ae-same-day, 0: nurture}}
"""
HERE = {
    "accounts": """account_id,name,employees,industry,ownership
1,Ab,200,SaaS,private
2,Bc,20,sales,state
3,Cd,,SaXS,private
4,De,140,,
""",
    "events": """account_id,event_type,occurred_at
1,funding_round,2026-02-20
3,funding_round,2026-02-27
4,visit,2026-02-28
""",
    "account_history": """account_id,field,old_value,new_value,changed_at
1,employees,100,200,2026-02-01
4,employees,150,140,2026-01-20
""",
    "leads": """lead_id,account_id,created_at,hand_raised
a,4,2026-02-25,true
b,2,2026-02-25,true
""",
}


@pytest.fixture(scope="module")
def motions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("motions")
    (folder / "main.yaml").write_text(MAIN, encoding="utf-8")
    (folder / "second.yaml").write_text(OTHER, encoding="utf-8")
    return folder


def test_records_that_are_read_here_get_there_what_they_get_here(companies: str, motions: Path, tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    for name, text in HERE.items():
        (records / f"{name}.csv").write_text(text, encoding="utf-8")
    workspace = tmp_path / "workspace"
    import_folder(records, open_place(workspace, create=True))
    score(motions, workspace, to=tmp_path / "here.parquet", criteria=True, card=True)
    told = score_elsewhere(
        motions, str(workspace), on=companies, to=str(tmp_path / "there.parquet"), criteria=True, card=True
    ).told
    here, there = (f"FROM read_parquet('{tmp_path / name}.parquet')" for name in ("here", "there"))
    assert duckdb.sql(f"DESCRIBE {here}").fetchall() == duckdb.sql(f"DESCRIBE {there}").fetchall()
    assert duckdb.sql(f"SELECT * {here} ORDER BY 1").fetchall() == duckdb.sql(f"SELECT * {there} ORDER BY 1").fetchall()
    rows = duckdb.sql(f"SELECT motion, route, p_win IS NULL, motions[1].rank {there} ORDER BY account_id").fetchall()
    # who asked for somebody goes to the first route; who is excluded has no rank
    assert rows == [
        ("Second", "nurture", True, 1),
        ("Second", "ae-same-day", True, None),
        ("main", "nurture", False, 3),
        ("Second", "ae-same-day", True, 2),
    ]
    assert told.motions is not None
    assert [(one.motion, one.best_for) for one in told.motions.motions] == [("main", 1), ("Second", 3)]


def test_a_nul_byte_is_no_match_there_and_refused_in_an_id(companies: str) -> None:
    own = duckdb.connect()
    own.execute(
        "CREATE TABLE accounts AS SELECT '1' AS account_id, 'sa' || chr(0) || 's' AS industry, [chr(0)] AS tech"
    )
    needed = {"accounts": {"account_id", "industry", "tech"}}
    with psycopg.connect(companies) as there:
        copied_tables(there, own, "accounts", needed)  # type: ignore[arg-type]
        row = there.execute("SELECT industry LIKE 'sa_s', tech FROM pg_temp.idealfit_local_accounts").fetchone()
        assert row == (True, ["\ufffd"])
        own.execute("UPDATE accounts SET account_id = '7' || chr(0)")
        with pytest.raises(DatabaseRefused, match="NUL") as problem:
            copied_tables(there, own, "accounts", needed)  # type: ignore[arg-type]
    assert problem.value.where is not None
    assert (problem.value.where.file, problem.value.where.value) == ("accounts.account_id", "7\\0")


def test_hits_that_jumped_since_the_table_of_scores_was_written_are_told(
    companies: str,
    postgres: psycopg.Connection,  # type: ignore[type-arg]
    profile: Path,
) -> None:
    postgres.execute(
        "CREATE SCHEMA other; CREATE TABLE other.accounts AS SELECT n AS account_id, n AS employees, 'x' AS industry "
        "FROM generate_series(1, 400) n"
    )
    there = f"{companies}?schema=other"
    assert score_elsewhere(profile, "accounts", on=there, to="table:kept").report.jumps == ()
    postgres.execute("UPDATE other.accounts SET employees = 9")
    (jump,) = score_elsewhere(profile, "accounts", on=there, to="table:kept").report.jumps
    assert (jump.id, jump.what, jump.of_now) == ("size", "true", 400)
    (said,) = postgres.execute("SELECT obj_description('other.kept'::regclass)").fetchone() or ("",)
    assert said.startswith("Scores by Company's <%> own, as of 2026-03-01, made by idealfit.")


# As it is printed

COMPANY = """
CREATE TABLE accounts AS SELECT CAST(i AS TEXT) AS account_id, NULLIF(MOD(i * 37, 900), 37) AS employees,
    CASE MOD(i, 4) WHEN 0 THEN ' SaaS' WHEN 1 THEN 'sales' WHEN 2 THEN '' END AS industry,
    CASE WHEN MOD(i, 9) = 0 THEN 'state' END AS ownership,
    CASE WHEN MOD(i, 7) = 0 THEN CAST(i - 6 AS TEXT) END AS duplicate_of FROM generate_series(1, 60) AS t(i);
CREATE TABLE events AS SELECT CAST(i AS TEXT) AS account_id, 'funding_round' AS event_type,
    CAST(NULL AS TEXT) AS detail, DATE '2026-03-01' - CAST(i AS INTEGER) AS occurred_at, CAST(NULL AS DATE) AS known_at
    FROM generate_series(1, 50, 3) AS t(i);
CREATE TABLE account_history AS SELECT CAST(i AS TEXT) AS account_id, 'employees' AS field, '10' AS old_value,
    CAST(3 * i AS TEXT) AS new_value, DATE '2026-02-01' AS changed_at FROM generate_series(1, 60, 7) AS t(i);
CREATE TABLE leads AS SELECT CAST(i AS TEXT) AS account_id, MOD(i, 2) = 0 AS hand_raised,
    DATE '2026-02-20' AS created_at, CAST(NULL AS DATE) AS disqualified_at FROM generate_series(1, 60, 5) AS t(i);
"""
"""In the words of DuckDB and of PostgreSQL."""
FOUND = Path(__file__).parent / "golden" / "found.yaml"


def test_what_is_printed_gives_chances_values_the_card_and_the_words_of_scoring(
    postgres: psycopg.Connection,  # type: ignore[type-arg]
) -> None:
    own = duckdb.connect()
    own.execute(COMPANY)
    by_one(own, load_profile(FOUND), date(2026, 3, 1), {}, Company(), criteria=False, card=True)
    expected = rows(own)
    postgres.execute(f"CREATE SCHEMA printed; SET search_path = printed; {COMPANY}")
    for dialect, ask in (("duckdb", own), ("postgres", postgres)):
        made = sql(FOUND, dialect=dialect, card=True, merged=True, texts=True, tables=["leads=leads"])
        there = ask.execute(made.text)  # type: ignore[attr-defined]
        found = [dict(zip(made.columns, row, strict=True)) for row in there.fetchall()]
        for row in found:
            row["card_reasons"] = json.loads(row["card_reasons"])
            most = [one["id"] for one in json.loads(row["reasons"]) if one["state"] == "true"]
            few = [*(name for name in most if name != "public"), None, None, None][:3]
            assert [row.pop(f"reason_{at}") for at in (1, 2, 3)] == few
        assert differing(as_told(found), expected) == []


def test_what_is_printed_of_several_motions_gives_the_best_of_them(
    postgres: psycopg.Connection,  # type: ignore[type-arg]
    motions: Path,
) -> None:
    own = duckdb.connect()
    own.execute(COMPANY)
    score_motions(own, profiles_of(motions), as_of=date(2026, 3, 1), criteria=True)
    expected = [{key: value for key, value in row.items() if key != "motions"} for row in rows(own)]
    assert {row["motion"] for row in expected} == {"main", "Second"}
    postgres.execute(f"CREATE SCHEMA several; SET search_path = several; {COMPANY}")
    for dialect, ask in (("duckdb", own), ("postgres", postgres)):
        made = sql(motions, dialect=dialect, merged=True, texts=True, criteria=True)
        there = ask.execute(made.text)  # type: ignore[attr-defined]
        shown = [name for name in made.columns if not name.startswith("reason_")]
        found = [dict(zip(made.columns, row, strict=True)) for row in there.fetchall()]
        assert differing(as_told([{name: row[name] for name in shown} for row in found]), expected) == []
    read = sqlglot.parse_one(sql(motions, dialect="bigquery").text, read="bigquery")
    assert "motion" in [column.alias_or_name for column in read.selects]  # type: ignore[attr-defined]
