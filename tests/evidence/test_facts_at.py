"""The same facts of any accounts at any day, and those that are made of a column."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from evidence.tables import AS_OF, attributes_of, day, engine
from idealfit.evidence.fact import Fact, coded, encode
from idealfit.evidence.facts_at import facts_at

T = date(2025, 6, 1)


def facts(moments: list[tuple[str, date | None]], *, types: Any = None, **tables: Any) -> dict[str, Fact]:
    """The facts of these accounts at these days."""
    con = engine(types=types, **tables)
    con.execute("CREATE TEMP TABLE asked (row_number BIGINT, account_id VARCHAR, t DATE)")
    con.executemany("INSERT INTO asked VALUES (?, ?, ?)", [(row, key, t) for row, (key, t) in enumerate(moments)])
    return {fact.name: fact for fact in facts_at(con, attributes_of(con), as_of=AS_OF, rows="asked")}


def accounts(number: int, **columns: Any) -> list[dict[str, Any]]:
    return [
        {"account_id": f"a{place}", **{name: cells[place % len(cells)] for name, cells in columns.items()}}
        for place in range(number)
    ]


def test_one_account_at_two_days_is_what_it_was_at_each() -> None:
    history = [
        {"account_id": f"a{n}", "field": "employees", "old_value": "10", "new_value": "40", "changed_at": T}
        for n in range(10)
    ]
    visits = [
        {"activity_id": f"v{n}", "account_id": f"a{n}", "activity_type": "visit", "direction": "inbound",
         "occurred_at": T, "channel": None}
        for n in range(10)
    ]  # fmt: skip
    people = [{"contact_id": f"c{n}", "account_id": f"a{n}", "role": "champion", "created_at": T} for n in range(10)]
    before, after = T - timedelta(days=1), T + timedelta(days=20)
    found = facts(
        [("a0", before), ("a0", after), ("a1", None)],
        accounts=accounts(10, employees=[99]), account_history=history, activities=visits, contacts=people,
    )  # fmt: skip
    assert found["employees"].values.tolist() == [10, 40, 99]
    assert found["growth.employees.90"].values[1] == pytest.approx(3.0)
    assert found["growth.employees.90"].values[0] == pytest.approx(0.0)
    assert found["growth.employees.90"].known.tolist() == [True, True, False]
    visited = found["activities.visit"]
    assert visited.values[1][0] == 1 and visited.known.tolist() == [False, True, False]
    assert found["role.champion"].known.tolist() == [False, True, False]
    assert found["employees"].fill_worked is None  # who can see a column is told of the evidence's own rows


def test_a_deadline_counts_once_it_was_known_and_until_it_has_passed() -> None:
    ahead = [
        {"event_id": f"e{n}", "account_id": f"a{n}", "event_type": "audit", "occurred_at": T,
         "known_at": T - timedelta(days=50)}
        for n in range(6)
    ]  # fmt: skip
    unsaid = [{"event_id": "x", "account_id": "a7", "event_type": "audit", "occurred_at": T, "known_at": None}]
    moments: list[tuple[str, date | None]] = [("a0", T - timedelta(days=one)) for one in (51, 50, 20, 0)]
    fact = facts([*moments, ("a7", T - timedelta(days=20))], accounts=accounts(8), events=[*ahead, *unsaid])[
        "upcoming.audit"
    ]
    month = fact.values[:, 0]
    assert month[1:4].tolist() == [0, 1, 0]  # fifty days ahead is beyond a month
    assert fact.values[1][1] == 1
    assert not fact.known[0]  # before the first record
    assert np.isnan(month[4])  # since when it was known nobody says


def test_a_column_that_knows_only_yes_means_no_where_it_is_empty() -> None:
    rows: list[tuple[str, date | None]] = [(f"a{n}", T) for n in range(4)]
    cells = {"exports": [True, None], "public": [True, False, None, True]}
    found = facts(rows, types={"exports": "boolean", "public": "boolean"}, accounts=accounts(4, **cells))
    assert found["exports"].form == "filled" and found["exports"].values.tolist() == [1, 0, 1, 0]
    assert found["public"].form == "column" and found["public"].known.tolist() == [True, True, False, True]


def test_a_parent_is_a_fact_and_its_name_is_not() -> None:
    rows: list[tuple[str, date | None]] = [(f"a{n}", T) for n in range(4)]
    found = facts(rows, accounts=accounts(4, parent_id=["a9", None]))
    assert found["has parent_id"].values.tolist() == [1, 0, 1, 0]
    assert "parent_id" not in found


def test_a_country_has_its_region_and_an_unknown_country_is_in_none() -> None:
    names = ["France", "germany", "Japan", "India", "Atlantis", None]
    rows: list[tuple[str, date | None]] = [(f"a{n}", T) for n in range(6)]
    fact = facts(rows, accounts=accounts(6, country=names))["country by region"]
    europe, asia = "Europe, Middle East and Africa", "Asia and Pacific"
    assert fact.values[:4].tolist() == [europe, europe, asia, asia]
    assert fact.known.tolist() == [True] * 5 + [False]
    assert fact.values[4] not in fact.groups
    assert fact.groups[europe] == ("france", "germany")


def test_what_a_tool_is_for_is_told_of_tools_that_the_source_covers() -> None:
    held = [["HubSpot", "Jira"], ["Salesforce"], ["Okta"], None]
    rows: list[tuple[str, date | None]] = [(f"a{n}", T) for n in range(4)]
    found = facts(rows, accounts=accounts(4, tech=held))
    assert found["number of tools"].values[:3].tolist() == [2, 1, 1]
    assert not found["number of tools"].known[3]
    assert found["kinds of tools"].groups == {"crm": ("hubspot", "salesforce")}
    assert found["kinds of tools"].values.tolist() == [{"crm"}, {"crm"}, frozenset(), None]


def test_details_of_an_event_are_facts_where_there_are_several() -> None:
    rounds = [
        {"event_id": f"e{n}", "account_id": f"a{n}", "event_type": "funding", "occurred_at": day(-200),
         "detail": ("seed", "Series A")[n % 2]}
        for n in range(12)
    ]  # fmt: skip
    same = [one | {"event_id": f"o{n}", "event_type": "office", "detail": "new"} for n, one in enumerate(rounds)]
    rows: list[tuple[str, date | None]] = [("a0", T), ("a1", T)]
    found = facts(rows, accounts=accounts(12), events=[*rounds, *same])
    assert {name for name in found if name.startswith("events.")} == {
        "events.funding", "events.office", "events.funding: seed", "events.funding: series a",
    }  # fmt: skip
    assert found["events.funding: seed"].values[:, -1].tolist() == [1, 0]
    assert found["events.funding: series a"].detail == "Series A"


def test_levels_and_codes_are_those_of_the_texts() -> None:
    levels, codes, spelling = encode([" SaaS", "saas", None, "", "Bank", "SaaS"])
    assert levels == ("bank", "saas")
    assert codes.tolist() == [1, 1, -1, -1, 0, 1]
    assert spelling == {"saas": "SaaS", "bank": "Bank"}
    rows: list[tuple[str, date | None]] = [(f"a{n}", T) for n in range(4)]
    fact = facts(rows, accounts=accounts(4, industry=["b", "a", None, "b"]))["industry"]
    assert coded(fact)[0] == ("a", "b") and coded(fact)[1].tolist() == [1, 0, -1, 1]
    taken = fact.take(np.array([3, 1]))
    assert coded(taken)[1].tolist() == [1, 0] and taken.values.tolist() == ["b", "a"]
