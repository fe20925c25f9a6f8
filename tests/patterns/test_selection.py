"""Who was ever worked: the map over the market, and the mark on a score where nobody like it was."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.tables import AS_OF, day, engine
from idealfit.patterns.selection import add_selection
from idealfit.profile.content import Profile
from idealfit.scores.score import score_tables

PROFILE = Profile.model_validate(
    {
        "profile": "Banks",
        "motion": "main",
        "status": "draft",
        "layers": {
            "firmographic": {
                "weight": 100,
                "criteria": [
                    {"id": "bank", "when": "industry = 'Bank'", "points": 10, "seen": "list", "because": "made up"},
                    {"id": "pain", "when": "region = 'North'", "points": 0, "seen": "call", "because": "made up"},
                ],
            }
        },
    }
)


def account(number: int, industry: str | None, employees: int, country: str = "DE") -> dict[str, Any]:
    own = {"account_id": f"a{number:03d}", "name": f"Company {number}", "industry": industry, "employees": employees}
    return {**own, "country": country, "region": "North" if number < 30 else "South"}


def company() -> tuple[Any, dict[str, Any]]:
    """Twenty banks and twenty shops of 100 people, of whom we worked every bank and no shop; and eight huge banks,
    never worked.
    """
    accounts = [account(one, "Bank" if one < 20 else "Shop", 100) for one in range(40)]
    accounts += [account(40 + one, "Bank", 9000) for one in range(8)]
    deals = [
        {"deal_id": f"d{one}", "account_id": f"a{one:03d}", "outcome": "won" if one % 4 == 0 else "lost",
         "created_at": day(one), "closed_at": day(one + 9)}
        for one in range(20)
    ]  # fmt: skip
    con = engine(accounts=accounts, deals=deals)
    con.execute(
        "CREATE TABLE evidence_rows AS SELECT account_id, CAST(outcome = 'won' AS INTEGER) AS y FROM deals ORDER BY 1"
    )
    score_tables(con, PROFILE, as_of=AS_OF, criteria=True, into="states")
    con.execute("CREATE TABLE scores AS SELECT account_id, duplicate_of, tier FROM states")
    return con, add_selection(con, PROFILE, states="states", scores="scores")


@pytest.fixture(scope="module")
def made() -> tuple[Any, dict[str, Any]]:
    return company()


def trait(selection: dict[str, Any], level: str) -> dict[str, Any]:
    return next(one for one in selection["traits"] if one["level"] == level)


def test_the_totals_and_the_levels_of_a_dimension_are_all_companies(made: tuple[Any, dict[str, Any]]) -> None:
    _con, found = made
    assert (found["accounts"], found["worked"], found["closed"], found["won"]) == (48, 20, 20, 5)
    for dimension in found["dimensions"]:
        levels = [one for one in found["traits"] if one["kind"] == "dimension" and one["of"] == dimension]
        assert sum(one["accounts"] for one in levels) == 48
        assert sum(one["worked"] for one in levels) == 20
    assert sum(one["accounts"] for one in found["cells"]) == 48


def test_where_nobody_was_worked_there_is_no_evidence(made: tuple[Any, dict[str, Any]]) -> None:
    _con, found = made
    assert trait(found, "Shop")["extrapolated"]
    assert trait(found, "5,000 or more employees")["extrapolated"]
    assert not trait(found, "Bank")["extrapolated"]
    assert found["extrapolated"] == 28


def test_a_score_is_marked_by_how_many_like_it_were_worked_to_an_end(made: tuple[Any, dict[str, Any]]) -> None:
    con, _found = made
    marks = dict(con.execute("SELECT account_id, extrapolated FROM scores").fetchall())
    assert [marks[one] for one in ("a000", "a025", "a045")] == [False, True, True]
    like = con.execute("SELECT worked_like_it FROM scores WHERE account_id = 'a000'").fetchall()[0][0]
    assert like == 20


def test_a_question_for_the_call_says_nothing_of_who_was_chosen(made: tuple[Any, dict[str, Any]]) -> None:
    _con, found = made
    assert [one["of"] for one in found["traits"] if one["kind"] == "criterion"] == ["bank"]
    assert "20 were ever worked" in found["sentence"]
    assert "28 are like hardly anybody" in found["sentence"]
