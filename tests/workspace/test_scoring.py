from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import OutputNotSupported
from idealfit.frontends.cli.app import run
from idealfit.workspace.scoring import score

PROFILE = """\
profile: Mid-size companies
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 10, because: Two of us can serve them.}
exclusions:
  - {id: public-sector, when: industry = 'government', because: Tenders take longer than our runway.}
"""
ACCOUNTS = """\
account_id,name,industry,employees
001,Harbour Freight Lines,logistics,240
002,Small Town Bakery,food,12
003,City of Elmstead,government,300
004,Quiet Company,software,
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(PROFILE)
    return path


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS)
    return path


def test_a_profile_by_hand_scores_accounts_without_any_deals(profile: Path, accounts: Path, tmp_path: Path) -> None:
    to = tmp_path / "out" / "scores.csv"
    result = score(profile, accounts, to=to, as_of=date(2026, 9, 30))
    assert {tier: count for tier, count in result.report.tiers.items() if count} == {
        "A": 1,
        "C": 1,
        "excluded": 1,
        "unknown": 1,
    }
    assert [row[:3] for row in result.best] == [
        ("001", "Harbour Freight Lines", "A"),
        ("004", "Quiet Company", "unknown"),
        ("002", "Small Town Bakery", "C"),
        ("003", "City of Elmstead", "excluded"),
    ]
    with to.open(newline="") as file:
        rows = {row["account_id"]: row for row in csv.DictReader(file)}
    assert rows["001"]["fit"] == "100"
    assert json.loads(rows["003"]["excluded_by"]) == ["public-sector"]
    assert rows["001"]["as_of"] == "2026-09-30"


def test_parquet_keeps_the_types_and_criteria_their_three_values(profile: Path, accounts: Path, tmp_path: Path) -> None:
    to = tmp_path / "scores.parquet"
    score(profile, accounts, to=to, as_of=date(2026, 9, 30), criteria=True)
    rows = duckdb.sql(f"SELECT account_id, c_size, as_of FROM '{to}' ORDER BY account_id").fetchall()
    assert [row[:2] for row in rows] == [("001", True), ("002", False), ("003", True), ("004", None)]


def test_another_format_is_refused_before_anything_is_read(profile: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputNotSupported, match=r"\.csv or \.parquet"):
        score(profile, tmp_path / "nowhere.csv", to=tmp_path / "scores.xlsx")


def test_the_command_shows_what_a_tier_could_be(
    profile: Path, accounts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["score", str(profile), str(accounts), "--as-of", "2026-09-30"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("4 accounts scored as of 2026-09-30: A 1")
    assert "unknown (could be A to C)" in out
    assert run(["score", str(profile), str(accounts), "--as-of", "2026-09-30", "--json", "--card"]) == 0
    assert json.loads(capsys.readouterr().out)["report"]["rows"] == 4


def test_a_workspace_is_scored_anew_by_its_own_profile_again_and_again(
    profile: Path, accounts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "w"
    assert run(["import", str(accounts), "--workspace", str(workspace), "--as-of", "2026-09-30", "-q"]) == 0
    own = workspace / "profile.yaml"
    own.write_text(PROFILE.replace("layers:", "motion: direct\nlayers:", 1))
    for least, tiers in (("100", "A 1, C 1, excluded 1, unknown 1"), ("10", "A 2, excluded 1, unknown 1")):
        own.write_text(own.read_text().replace("BETWEEN 100", f"BETWEEN {least}"))
        capsys.readouterr()
        assert run(["score", str(workspace), "-q"]) == 0
        assert tiers in capsys.readouterr().out
    assert run(["account", "002", "-w", str(workspace)]) == 0
    assert "the profile changed" in capsys.readouterr().out
    assert run(["score", str(workspace), "--card"]) == 2
    assert run(["score", str(profile)]) == 2
