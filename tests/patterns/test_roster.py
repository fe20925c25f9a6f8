"""Names for a page that numbers cannot fill yet: the grid of customers, what they share, whom to ask."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.tables import AS_OF, attributes_of, day, engine, evidence_of
from idealfit.patterns.drafting import coverage_of
from idealfit.patterns.roster import companies_of, grid_of, interviews_of, shared_by
from idealfit.profile.parsing import parse
from idealfit.scores.states import criterion_states

ACCOUNTS: list[dict[str, Any]] = [
    {"account_id": "a", "name": "Ada", "industry": "SaaS", "employees": 120, "tech": ["Okta", "Jira"], "public": True},
    {"account_id": "b", "name": "Bob", "industry": "saas ", "employees": 180, "tech": ["okta"], "public": True},
    {"account_id": "c", "name": "Cid", "industry": "SaaS", "employees": 90, "tech": ["Okta"], "public": False},
    {"account_id": "d", "name": "Dee", "industry": "Retail", "employees": 5000, "tech": ["Jira"], "public": True},
    {"account_id": "e", "name": "Eve", "industry": "Retail", "employees": None, "tech": None, "public": False},
    {"account_id": "f", "name": "Fay", "industry": "Bank", "employees": 9000, "tech": ["Jira"], "status": "former"},
    {"account_id": "g", "name": "Gus", "industry": "SaaS", "employees": 150, "status": "customer"},
    {"account_id": "h", "name": "Hal", "industry": "Bank", "employees": 70_000, "status": "prospect"},
]


def deal(account: str, outcome: str, amount: float | None = None, number: int = 1) -> dict[str, Any]:
    own = {"deal_id": f"{account}{number}", "account_id": account, "outcome": outcome, "amount": amount}
    return {**own, "created_at": day(number), "closed_at": day(number + 9)}


DEALS = [
    deal("a", "won", 100),
    deal("b", "won", 300),
    deal("c", "won", 200),
    deal("c", "lost", None, 2),
    deal("d", "lost"),
    deal("e", "lost", 900),
    deal("e", "won", 50, 2),
]


@pytest.fixture
def con() -> Any:
    return engine(types={"public": "boolean"}, accounts=ACCOUNTS, deals=DEALS, subscriptions=[
        {"subscription_id": "s", "account_id": "e", "started_at": day(20), "ended_at": day(90), "arr_start": 50}
    ])  # fmt: skip


def test_customers_come_first_then_who_left_then_the_rest(con: Any) -> None:
    evidence, rows = evidence_of(con)
    found = companies_of(con, evidence, rows.unit)
    assert [(one.name, one.outcome) for one in found] == [
        ("Bob", "customer"),
        ("Cid", "customer"),
        ("Ada", "customer"),
        ("Gus", "customer"),
        ("Eve", "former"),
        ("Fay", "former"),
        ("Dee", "lost"),
    ]


def test_the_grid_names_them_with_what_is_mostly_known(con: Any) -> None:
    evidence, rows = evidence_of(con)
    grid = grid_of(con, companies_of(con, evidence, rows.unit), evidence.facts)
    assert grid["total"] == len(grid["rows"]) == 7
    assert {"industry", "employees"} <= set(grid["traits"])
    assert len(grid["traits"]) <= 6
    bob = grid["rows"][0]
    assert (bob["account_id"], bob["outcome"]) == ("b", "customer")
    assert dict(zip(grid["traits"], bob["values"], strict=True))["employees"] == "180"
    eve = dict(zip(grid["traits"], grid["rows"][4]["values"], strict=True))
    assert eve["employees"] is None


def test_the_best_customers_are_asked_first_then_who_left_and_who_said_no(con: Any) -> None:
    evidence, rows = evidence_of(con)
    asked = interviews_of(companies_of(con, evidence, rows.unit))
    assert [one["name"] for one in asked] == ["Bob", "Cid", "Ada", "Gus", "Eve", "Fay", "Dee"]
    assert all(one["why"] and len(one["ask"]) >= 2 for one in asked)


def test_what_customers_share_is_counted_as_its_criterion_counts_it(con: Any) -> None:
    evidence, rows = evidence_of(con)
    companies = companies_of(con, evidence, rows.unit)
    shared = shared_by(con, companies, evidence.facts, attributes_of(con))
    assert {"industry", "tech"} <= {one["attribute"] for one in shared}
    predicates = {f"s{number}": parse(one["when"]) for number, one in enumerate(shared)}
    criterion_states(con, predicates, rows="accounts", as_of=AS_OF, coverage=coverage_of(con))
    states = {row[0]: row[1:] for row in con.execute("SELECT * FROM criterion_states").fetchall()}
    good = [one.account_id for one in companies if one.outcome == "customer"]
    others = [one.account_id for one in companies if one.outcome != "customer"]
    for place, one in enumerate(shared):
        said = [sum(states[account][place] is True for account in side) for side in (good, others)]
        assert [one["counts"]["good"], one["counts"]["others"]] == said, one["when"]
        assert one["counts"]["good"] <= one["counts"]["of"] <= len(good)


def test_two_customers_share_nothing_worth_a_word(con: Any) -> None:
    con.execute("DELETE FROM accounts WHERE account_id IN ('a', 'b', 'g')")
    evidence, rows = evidence_of(con)
    companies = companies_of(con, evidence, rows.unit)
    assert sum(one.outcome == "customer" for one in companies) < 3
    assert shared_by(con, companies, evidence.facts, attributes_of(con)) == []
    assert grid_of(con, [], evidence.facts)["rows"] == []
