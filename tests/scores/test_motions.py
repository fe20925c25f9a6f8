"""Several profiles, one a motion: each account's score by each, the best of them, and whom two motions want."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from idealfit.errors import UsageError
from idealfit.profile.coverage import Coverage
from idealfit.profile.document import Profile, dump_profile
from idealfit.profile.evaluating import AccountFacts, evaluate
from idealfit.profile.motion import profile_files
from idealfit.profile.parsing import parse
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.scores import motions
from idealfit.scores.currency import with_money
from idealfit.scores.motions import score_motions
from idealfit.scores.score import score_tables
from idealfit.scores.states import criterion_states
from idealfit.store.engine import connect
from idealfit.workspace.scoring import score

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


def test_more_accounts_than_are_compared_at_once_are_told_in_slices_alike(tmp_path: Path, monkeypatch):
    con = connect(tmp_path)
    accounts(con)
    profiles = {"small": SMALL, "large": LARGE}
    whole = score_motions(con, profiles, as_of=DAY, criteria=True, into="whole")
    monkeypatch.setattr(motions, "AT_ONCE", 3)
    assert score_motions(con, profiles, as_of=DAY, criteria=True, into="sliced", aside=tmp_path) == whole
    assert len(list(tmp_path.glob("*.parquet"))) == 2
    assert con.execute("FROM sliced").fetchall() == con.execute("FROM whole").fetchall()
    assert con.execute("DESCRIBE sliced").fetchall() == con.execute("DESCRIBE whole").fetchall()


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


def test_a_file_in_another_currency_is_brought_to_the_profile_s_own_or_is_unknown():
    con = connect()
    con.execute("CREATE TABLE accounts AS SELECT '1' AS account_id, 100.0 AS revenue, 30.0 AS funding")
    coverage = {"currency": "EUR", "rates": {"USD": 0.5}, "rates_as_of": "2026-09-01"}
    whens = {"plain": "revenue >= 50", "more": "revenue > 50", "usd": "revenue = USD 100", "other": "funding > 1"}
    criteria = [{"id": name, "when": when, "points": 5} for name, when in whens.items()]
    asked = Profile.model_validate(
        {"profile": "Money", "coverage": coverage, "layers": {"firmographic": {"criteria": criteria}}}
    )
    units = {
        "revenue": AttributeInfo("revenue", "revenue", "number", unit="USD"),
        "funding": AttributeInfo("funding", "funding", "number", unit="CHF"),
    }
    report = score_tables(con, asked, as_of=DAY, attributes=units, criteria=True)
    states = con.execute("SELECT c_plain, c_more, c_usd, c_other FROM scores").fetchall()
    assert states == [(True, False, True, None)]
    assert report.warnings[0] == "'revenue' is in USD and the profile counts in EUR: converted at 0.5."
    assert "'funding' is in CHF" in report.warnings[1]
    assert "no rate leads there" in report.warnings[1]


def test_columns_in_two_currencies_are_compared_with_amounts_and_never_with_each_other():
    coverage = Coverage(currency="EUR", rates={"USD": 0.5}, amounts={"revenue": "EUR", "funding": "USD"})
    con = connect()
    con.execute("CREATE TABLE accounts AS SELECT '1' AS account_id, 100.0 AS revenue, 30.0 AS funding")
    facts = AccountFacts({"revenue": 100.0, "funding": 30.0}, coverage=coverage)
    for when, expected in (
        ("funding = EUR 15", True),
        ("funding >= USD 31", False),
        ("revenue = USD 200", True),
        ("revenue > funding", None),
        ("revenue + funding > EUR 1", None),
        ("revenue + funding IS NULL", True),
        ("funding > CHF 1", None),
    ):
        predicate = parse(when)
        criterion_states(con, {"asked": predicate}, rows="accounts", as_of=DAY, coverage=coverage)
        assert con.execute("SELECT asked FROM criterion_states").fetchall() == [(expected,)], when
        assert evaluate(predicate, facts, DAY) is expected, when


def test_the_profile_takes_the_currency_the_rates_and_their_day_from_the_company():
    company = Company.model_validate(
        {"currency": "EUR", "rates": {"USD": 0.9, "CHF": [{"from": "2030-01-01", "rate": 1}]}}
    )
    found = with_money(Coverage(roles="all"), company, DAY)
    assert found == Coverage(roles="all", currency="EUR", rates={"USD": 0.9}, rates_as_of=DAY)
    assert with_money(found, company, date(2031, 1, 1)) == found.model_copy(update={"rates": {"CHF": 1.0, "USD": 0.9}})
    own = Coverage(currency="USD", rates={"EUR": 2.0})
    assert with_money(own, company, DAY).rates == {"EUR": 2.0}
    assert with_money(Coverage(), None, DAY) == Coverage()
