"""Several profiles, one a motion: each account's score by each, the best of them, and whom two motions want."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from idealfit.errors import UsageError
from idealfit.profile.document import Profile, dump_profile
from idealfit.profile.motion import profile_files
from idealfit.records.company import Company
from idealfit.scores.motions import score_motions
from idealfit.scores.score import score_tables
from idealfit.scoring import score
from idealfit.store.engine import connect

DAY = date(2026, 9, 30)


def motion(name: str, when: str, tiers: str = "firmographic") -> Profile:
    criteria = [{"id": "size", "when": when, "points": 5}]
    return Profile.model_validate({"profile": name.upper(), "motion": name, "layers": {tiers: {"criteria": criteria}}})


SMALL, LARGE = motion("small", "employees < 50"), motion("large", "employees >= 40")


def accounts(con, rows: str = "('1', 20.0), ('2', 45.0), ('3', 400.0), ('4', NULL)") -> None:
    con.execute(f"CREATE OR REPLACE TABLE accounts AS SELECT * FROM (VALUES {rows}) AS t(account_id, employees)")


def test_every_account_has_its_best_motion_and_what_each_says():
    con = connect()
    accounts(con)
    found = score_motions(con, {"small": SMALL, "large": LARGE}, as_of=DAY)
    rows = con.execute("SELECT account_id, motion, tier, [m.motion || ' ' || m.tier FOR m IN motions] FROM scores")
    assert rows.fetchall() == [
        ("1", "small", "A", ["small A", "large C"]),
        ("2", "small", "A", ["small A", "large A"]),  # both alike: the first one that was named
        ("3", "large", "A", ["small C", "large A"]),
        ("4", "small", "unknown", ["small unknown", "large unknown"]),
    ]
    assert [(one.motion, one.best_for) for one in found.motions] == [("small", 3), ("large", 1)]
    (pair,) = found.overlaps
    assert [getattr(pair, part).accounts for part in ("both", "only_first", "only_second", "neither", "unknown")] == [
        *(1, 1, 1, 0, 1)
    ]


def test_a_folder_of_profiles_scores_by_each_of_them(tmp_path: Path):
    (tmp_path / "profiles").mkdir()
    for one in (SMALL, LARGE):
        (tmp_path / "profiles" / f"{one.motion}.yaml").write_text(dump_profile(one), encoding="utf-8")
    (tmp_path / "accounts.csv").write_text("account_id,name,employees\n1,Aco,20\n2,Bco,400\n", encoding="utf-8")
    result = score(tmp_path, tmp_path / "accounts.csv", card=True, as_of=DAY)
    assert result.motions is not None
    assert dict(zip([row[0] for row in result.best], result.best_motion, strict=True)) == {"1": "small", "2": "large"}
    assert {line.account_id: line.route for line in result.cards} == {"1": "ae-same-day", "2": "ae-same-day"}
    score(tmp_path, tmp_path / "accounts.csv", criteria=True, as_of=DAY, to=tmp_path / "scores.parquet")
    states = "SELECT account_id, c_small__size, c_large__size FROM read_parquet($path) ORDER BY account_id"
    con = connect(tmp_path)
    assert con.execute(states, {"path": str(tmp_path / "scores.parquet")}).fetchall() == [
        ("1", True, False),
        ("2", False, True),
    ]
    with pytest.raises(UsageError):
        profile_files(tmp_path / "nowhere")


def test_an_amount_is_compared_at_the_company_s_rate_of_the_day_and_unknown_without_one():
    con = connect()
    con.execute("CREATE TABLE accounts AS SELECT '1' AS account_id, 9.5::DOUBLE AS revenue")
    asked = Profile.model_validate(
        {
            "profile": "Money",
            "layers": {
                "firmographic": {
                    "criteria": [
                        {"id": code.lower(), "when": f"revenue >= {code} 10", "points": 5}
                        for code in ("EUR", "USD", "CHF")
                    ]
                }
            },
        }
    )
    rates = {"usd": [{"from": "2020-01-01", "rate": 2}, {"from": "2026-01-01", "rate": 0.9}]}
    company = Company.model_validate({"currency": "EUR", "rates": rates})
    report = score_tables(con, asked, as_of=DAY, company=company, criteria=True)
    assert con.execute("SELECT c_eur, c_usd, c_chf FROM scores").fetchall() == [(False, True, None)]
    assert any("no rate leads from CHF to EUR" in line for line in report.warnings)
    score_tables(con, asked, as_of=date(2025, 1, 1), company=company, criteria=True)
    assert con.execute("SELECT c_usd FROM scores").fetchall() == [(False,)]
    report = score_tables(con, asked, as_of=DAY, criteria=True)
    assert con.execute("SELECT c_eur FROM scores").fetchall() == [(None,)]
    assert any("nobody says which currency" in line for line in report.warnings)


def test_a_motion_that_is_not_sold_to_such_accounts_is_the_best_of_none_of_them():
    con = connect()
    accounts(con)
    small = SMALL.model_copy(update={"sold_to": "employees >= 40"})
    score_motions(con, {"small": small, "large": LARGE}, as_of=DAY)
    rows = con.execute("SELECT account_id, motion FROM scores ORDER BY account_id")
    assert rows.fetchall() == [("1", "large"), ("2", "small"), ("3", "small"), ("4", "small")]
