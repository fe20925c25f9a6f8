"""Spark, with two executors in processes of their own: the same scores, in one pass over each table, in many files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from accounts_at_random import TODAY, Made, load, made_accounts
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_score import WHENS, rows

from idealfit.errors import NoAccountsToScore, OutputExists, SparkRefused
from idealfit.frontends.cli.app import run
from idealfit.profile.document import Profile
from idealfit.scores.engines.motion_statement import Wanted
from idealfit.scores.engines.spark import SparkTarget, score_in_spark
from idealfit.scores.engines.spark_session import SparkAddress, session
from idealfit.scores.engines.spark_tables import tables_in
from idealfit.scores.lying import READ
from idealfit.scores.motions import score_motions
from idealfit.scores.score import score_tables
from idealfit.workspace.scoring import profiles_of
from idealfit.workspace.scoring_elsewhere import score_elsewhere

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LAYERS = ("firmographic", "technographic", "situational", "behavioral")
FURTHER = (
    "\"Country Name\" = '${spark.app.name}' OR industry LIKE '%\\_b'",
    "seen_at >= '2026-02-01' AND year_of(founded) = 2026",
    "count_in(labels) >= 1 AND count_of_tools() >= 1",
    "founded <= as_of - '1 month' OR revenue * 3 - seats > 7.5",
)
SMALL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
"""For Java that runs a minute."""


def whole_profile() -> Profile:
    """Every condition that the tests of scores have, in four layers, with half-lives, groups and exclusions."""
    layers: dict[str, Any] = {layer: {"weight": 10 + at, "criteria": []} for at, layer in enumerate(LAYERS)}
    for number, when in enumerate((*WHENS, *FURTHER)):
        one = {"id": f"k{number}", "when": when, "points": (7 * number) % 19 - 6 or 1, "because": "it's so"}
        one |= {"known_true_rate": 0.1234} | ({"half_life": "7 days"} if number % 3 == 0 else {})
        one |= {"group": "g"} if number % 4 == 0 else {}
        layers[LAYERS[number % 4]]["criteria"].append(one)
    exclusions = [
        {"id": "hard", "when": "industry = 'okta'", "because": "x", "label": 'said: "${no}" \\ ü😀'},
        {"id": "soft", "when": "industry = 'back\\slash' OR seats < 0", "because": "x", "state": "proposed"},
    ]
    coverage = {"default_events": "listed", "events": {"visit": "all"}, "first_record": {"visit": "2026-02-01"}}
    return Profile.model_validate(
        {"profile": "Whole", "layers": layers, "exclusions": exclusions, "coverage": coverage}
    )


def drawn_accounts() -> list[Made]:
    found: list[Made] = []

    @settings(max_examples=60, phases=[Phase.generate], deadline=None, database=None, derandomize=True)
    @given(st.lists(made_accounts, min_size=2, max_size=4))
    def draw(made: list[Made]) -> None:
        found.extend(made)

    draw()
    return found


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    small = {
        "spark.app.name": "somebody's notebook",
        "spark.sql.shuffle.partitions": "2",
        "spark.executor.memory": "512m",
        "spark.driver.extraJavaOptions": SMALL,
        "spark.executor.extraJavaOptions": SMALL,
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    with session(SparkAddress("local-cluster[2,1,1024]", small)) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("company")


@pytest.fixture(scope="module")
def expected(folder: Path) -> list[dict[str, Any]]:
    """The company as Parquet in `folder`, and its scores by DuckDB."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    load(con, drawn_accounts())
    con.execute("ALTER TABLE accounts DROP COLUMN as_of")
    con.execute("UPDATE accounts SET duplicate_of = '0000' WHERE account_id IN ('0001', '0003')")
    con.execute("UPDATE accounts SET duplicate_of = 'nobody' WHERE account_id = '0002'")
    con.execute("UPDATE accounts SET duplicate_of = '0001' WHERE account_id = '0004'")
    con.execute("ALTER TABLE events ALTER occurred_at TYPE TIMESTAMPTZ")
    for name in READ:
        con.execute(f"COPY {name} TO '{folder}/{name}.parquet' (FORMAT parquet)")
    score_tables(con, whole_profile(), as_of=TODAY, criteria=True, version="v")
    return rows(con)


def test_executors_write_the_same_scores_and_read_each_table_once(
    spark: SparkSession, folder: Path, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    profile, target = whole_profile(), tmp_path / "scores"
    tables = tables_in(spark, [profile], str(folder), {})
    wanted = Wanted(TODAY, {"own": "v"}, criteria=True)
    scored = score_in_spark({"own": profile}, tables, spark=spark, wanted=wanted, target=SparkTarget(str(target)))
    outcome = scored.outcomes["own"]
    cursor = duckdb.sql(f"SELECT * FROM '{target}/*.parquet' ORDER BY account_id")
    found = [dict(zip(cursor.columns, row, strict=True)) for row in cursor.fetchall()]
    assert list(found[0]) == list(expected[0])
    assert [row for row in found if row not in expected] == []
    assert outcome.rows == len(found) == len(expected)
    assert sum(outcome.tiers.values()) == len(expected)
    own = [row for row in expected if row["duplicate_of"] is None]
    assert outcome.hits["k0"].true == sum(row["c_k0"] is True for row in own)
    assert [path.name for path in tmp_path.iterdir()] == ["scores"]
    plan = max(plans_of(spark), key=len)
    assert not re.search("CartesianProduct|NestedLoop|Broadcast|Python", plan)
    assert len(re.findall(r"\) Scan parquet", plan)) == len(READ)


def plans_of(spark: SparkSession) -> list[str]:
    """The plans of all that was run so far."""
    runs = spark._jsparkSession.sharedState().statusStore().executionsList()
    return [str(runs.apply(at).physicalPlanDescription()) for at in range(runs.size())]


MOTIONS = {
    "main": """
profile: Found in deals
motion: main
layers:
  firmographic:
    criteria:
      - {id: size, when: employees BETWEEN 1 AND 100, points: 14, because: x, known_true_rate: 0.3}
exclusions: [{id: hard, when: "industry = 'okta'", because: x}]
model:
  {horizon_months: 24, cost: 300.0, level: 0.8,
   win: {intercept: -2.6, effects: {size: 0.7}, errors: {size: 0.2}, variance: 0.4},
   amount: {base: 9000.0, effects: {size: 0.5}, errors: {size: 0.1}, variance: 0.05}}
""",
    "second": """
profile: Written by hand
motion: Second one
sold_to: seats > 0
layers: {firmographic: {criteria: [{id: size, when: employees > 1, points: 3, because: x}]}}
card: {criteria: [{id: size, points: 80}], routes: {70: ae-same-day, 0: nurture}}
""",
}


def test_chances_the_rank_the_card_and_several_motions_are_there_as_here(
    spark: SparkSession, folder: Path, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    motions, company, target = tmp_path / "motions", tmp_path / "company", tmp_path / "scores"
    for path in (motions, company):
        path.mkdir()
    for name, text in MOTIONS.items():
        (motions / f"{name}.yaml").write_text(text, encoding="utf-8")
    own = duckdb.connect()
    own.execute(f"CREATE TABLE accounts AS FROM '{folder}/accounts.parquet'")
    own.execute(
        "CREATE TABLE leads AS SELECT account_id, true AS hand_raised, DATE '2026-02-20' AS created_at, "
        "NULL::DATE AS disqualified_at FROM accounts WHERE account_id LIKE '%1'"
    )
    for name in ("accounts", "leads"):
        own.execute(f"COPY {name} TO '{company}/{name}.parquet' (FORMAT parquet)")
    score_motions(own, profiles_of(motions), as_of=TODAY, criteria=True, card=True)
    before = len(plans_of(spark))
    told = score_elsewhere(
        motions, str(company), on="spark", to=str(target), as_of=TODAY, criteria=True, card=True
    ).told
    cursor = duckdb.sql(f"SELECT * FROM '{target}/*.parquet' ORDER BY account_id")
    found = [dict(zip(cursor.columns, row, strict=True)) for row in cursor.fetchall()]
    assert list(found[0]) == [row[0] for row in own.execute("DESCRIBE scores").fetchall()]
    assert [row for row in found if row not in rows(own)] == []
    assert len(found) == len(expected)
    assert told.motions is not None
    counted = Counter(row["motion"] for row in found if row["duplicate_of"] is None)
    assert {one.motion: one.best_for for one in told.motions.motions} == dict(counted)
    assert len(counted) == 2
    assert told.cards[0].route == "ae-same-day"
    plans = plans_of(spark)[before:]
    assert not re.search("CartesianProduct|NestedLoop|Broadcast|Python", "".join(plans))
    read = ("company/accounts.parquet", "company/leads.parquet")
    assert [sum(table in plan for plan in plans) for table in read] == [1, 1]  # once for both motions


PROFILE = """
profile: Small
as_of: 2026-03-01
layers:
  firmographic:
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 14, because: x}
      - {id: tool, when: uses_any('okta'), points: 6, because: x}
  situational:
    criteria:
      - {id: funded, when: "happened('funding_round', within => '3 days')", points: 8, half_life: 1 day, because: x}
exclusions:
  - {id: old, when: "founded <= '2024-02-29'", because: 3 of 96 won}
"""
COMPANIES = """account_id,name,employees,tech,founded
007,"Ab ""&"" Co",200,Figma; okTA ,2025-02-28
7,,20.0000005,,2024-02-29
8,Cd,many,"a, b",
"""
SIGNALS = """account_id,event_type,occurred_at
007, Funding_Round ,2026-02-28T00:30:00+02:00
8,funding_round,2026-02-28
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of CSV files, with a profile beside them."""
    folder = tmp_path_factory.mktemp("files")
    for name, text in (("profile.yaml", PROFILE), ("accounts.csv", COMPANIES), ("events.csv", SIGNALS)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def earlier_scores(target: Path) -> None:
    """A folder of scores as a run before left it."""
    target.mkdir()
    file = target / "part-0.parquet"
    duckdb.sql(f"COPY (SELECT '1' AS account_id, 'A' AS tier, 'v' AS profile_version) TO '{file}' (FORMAT parquet)")


def test_csv_is_scored_by_command_into_a_folder_that_takes_the_place_of_the_last_one(
    spark: SparkSession, company: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "scores.parquet"
    earlier_scores(target)
    by_command = [str(company / "profile.yaml"), str(company), "--on", "spark", "--to", str(target), "--criteria"]
    assert run(["score", *by_command]) == 0
    told = capsys.readouterr()
    assert "3 accounts scored as of 2026-03-01: A 1, excluded 1, unknown 1." in told.out
    columns = "account_id, tier, fit, timing, c_size, c_tool, c_funded, excluded_by, reasons[1].text"
    found = duckdb.sql(f"SELECT {columns} FROM '{target}/*.parquet' ORDER BY 1").fetchall()
    assert found == [
        ("007", "A", 100.0, 25.0, True, True, True, [], "100 to 500 employees"),
        ("7", "excluded", 7.5, 25.0, False, None, None, ["old"], "excluded: founded not after 29 February 2024"),
        ("8", "unknown", 25.0, 50.0, None, None, True, [], "unknown: 100 to 500 employees"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["scores.parquet"]
    with pytest.raises(OutputExists):
        score_elsewhere(company / "profile.yaml", str(company), on="spark", to=str(company))
    assert (company / "accounts.csv").exists()


def test_what_cannot_be_read_to_the_end_leaves_the_last_result(
    spark: SparkSession, company: Path, tmp_path: Path
) -> None:
    accounts, target = tmp_path / "accounts.parquet", tmp_path / "scores"
    accounts.mkdir()
    duckdb.sql(f"COPY (SELECT '1' AS account_id, 300 AS employees) TO '{accounts}/part-1.parquet'")
    earlier_scores(tmp_path / ".scores.idealfit-old")  # as a run that was killed between two names left it
    whole = (accounts / "part-1.parquet").read_bytes()
    (accounts / "part-2.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SparkRefused) as problem:
        score_elsewhere(company / "profile.yaml", str(tmp_path), on="spark", to=str(target))
    assert "\n" not in problem.value.what
    assert duckdb.sql(f"SELECT account_id FROM '{target}/*.parquet'").fetchall() == [("1",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accounts.parquet", "scores"]


def test_a_table_of_the_catalog_is_scored_into_another(spark: SparkSession, company: Path) -> None:
    spark.sql("CREATE DATABASE crm")
    spark.sql(
        "CREATE TABLE crm.accounts USING parquet AS SELECT 12 AS Account_ID, 300 AS employees, array(1, NULL) tech"
    )
    spark.sql("CREATE TABLE crm.signals USING parquet AS SELECT '12' AS account_id, 'funding_round' AS event_type")
    # as a run that was killed between two names left it
    kept = "CREATE TABLE crm.scores__idealfit_old USING parquet AS SELECT '1' AS account_id"
    spark.sql(f"{kept}, 'A' AS tier, 'v' AS profile_version")
    by_name = {"tables": ["events=crm.signals"], "to": "table:crm.scores", "top": 2}
    result = score_elsewhere(company / "profile.yaml", "crm", on="spark", **by_name)  # type: ignore[arg-type]
    assert (result.report.rows, result.table) == (1, "crm.scores")
    there = [row.tableName for row in spark.sql("SHOW TABLES IN crm").collect() if not row.isTemporary]
    assert sorted(there) == ["accounts", "scores", "signals"]
    (row,) = spark.table("crm.scores").select("account_id", "tier", "reason_1", "reason_2").collect()
    assert tuple(row) == ("12", "B", "size", None)  # 14 of 20 points, of 6 a quarter is hoped for
    with pytest.raises(OutputExists, match="none of scores"):
        score_elsewhere(company / "profile.yaml", "crm.accounts", on="spark", to="table:crm.accounts")
    for place in ("crm.nobody", str(company / "nowhere")):
        with pytest.raises(NoAccountsToScore):
            score_elsewhere(company / "profile.yaml", place, on="spark", to="table:crm.scores")
