"""The inbound card: the same criteria as the layers, points added up, and who answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from idealfit.profile.document import Profile
from idealfit.profile.evaluating import AccountFacts
from idealfit.scores.card import card_words, with_card
from idealfit.scores.score import score_account, score_tables
from idealfit.store.engine import connect

FIELD = {"industry": 20, "size": 15, "stack": 10, "funded": 20, "hiring": 15}
WHENS = {
    "industry": ("firmographic", "industry = 'saas'"),
    "size": ("firmographic", "employees BETWEEN 50 AND 500"),
    "stack": ("technographic", "uses('okta')"),
    "funded": ("situational", "happened('funding_round', within => '180 days')"),
    "hiring": ("situational", "happened('job_posting', within => '90 days')"),
}
DAY = date(2026, 9, 30)


def field_profile(**parts: Any) -> Profile:
    layers: dict[str, Any] = {}
    for name, (layer, when) in WHENS.items():
        layers.setdefault(layer, {"criteria": []})["criteria"].append({"id": name, "when": when, "points": 5})
    coverage = {"default_events": "all", "tech": {"tools": ["okta"]}}
    return Profile.model_validate({"profile": "Inbound", "layers": layers, "coverage": coverage, **parts})


def field_card() -> dict[str, Any]:
    return {
        "criteria": [{"id": name, "points": points} for name, points in FIELD.items()],
        "routes": {70: "ae-same-day", 40: "sdr-two-days", 0: "nurture"},
    }


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = connect()
    con.execute(
        "CREATE TABLE accounts AS SELECT * FROM (VALUES "
        "('a', 'SaaS', 120.0, ['Okta'], NULL), ('b', 'SaaS', 120.0, NULL, NULL), ('c', 'bank', NULL, ['Ping'], NULL), "
        "('d', 'bank', 9.0, ['Ping'], NULL), ('e', 'bank', 9.0, NULL, 'd'), ('own', 'SaaS', 120.0, ['Okta'], NULL)) "
        "AS t(account_id, industry, employees, tech, duplicate_of)"
    )
    con.execute(
        "CREATE TABLE events AS SELECT 'a' AS account_id, kind AS event_type, NULL::VARCHAR AS detail, "
        "TIMESTAMP '2026-08-01' AS occurred_at, NULL::TIMESTAMP AS known_at "
        "FROM (VALUES ('funding_round'), ('job_posting')) AS t(kind)"
    )
    con.execute(
        "CREATE TABLE leads AS SELECT * FROM (VALUES "
        "('d', true, TIMESTAMP '2026-09-20', NULL::TIMESTAMP), ('c', true, TIMESTAMP '2025-01-01', NULL), "
        "('own', true, NULL, NULL)) AS t(account_id, hand_raised, created_at, disqualified_at)"
    )
    return con


def cards(con: duckdb.DuckDBPyConnection, profile: Profile) -> dict[str, Any]:
    score_tables(con, profile, as_of=DAY, card=True, into="carded")
    found = con.execute("SELECT account_id, card_points, route, card_most FROM carded").fetchall()
    return {name: tuple(rest) for name, *rest in found}


def test_the_card_of_the_field_routes_by_its_points_and_answers_a_raised_hand_first(con):
    barred = [{"id": "own", "when": "account_id = 'own'", "because": "It is us"}]
    found = cards(con, field_profile(card=field_card(), exclusions=barred))
    assert found["a"] == (80, "ae-same-day", 80)
    assert found["b"] == (35, "nurture", 45)  # the stack is unknown: with it 45, and an SDR within two days
    assert found["c"] == (0, "nurture", 15)  # asked long ago
    assert found["d"] == (0, "ae-same-day", 0)  # asked ten days ago
    assert found["e"] == (0, "ae-same-day", 0)  # the same company
    assert found["own"] == (45, "excluded", 45)  # asked, and is excluded


def test_a_profile_without_a_card_gets_one_whose_points_add_up_to_a_hundred(con):
    profile = with_card(field_profile())
    assert profile.card is not None
    assert sum(entry.points for entry in profile.card.criteria) == 100
    assert profile.card.routes[70] == "ae-same-day"
    assert cards(con, field_profile())["a"][:2] == (100, "ae-same-day")
    assert with_card(Profile(profile="Empty")).card is None


def test_the_card_of_a_lead_is_told_line_by_line():
    facts = AccountFacts({"industry": "SaaS", "employees": 700, "tech": None}, coverage=field_profile().coverage)
    card = score_account(field_profile(card=field_card()), facts, DAY).card
    assert card is not None
    assert [(one.id, one.state, one.points) for one in card.reasons] == [
        *(("industry", "true", 20), ("funded", "false", 0), ("size", "false", 0), ("hiring", "false", 0)),
        ("stack", "unknown", 10),
    ]
    assert card_words(card) == "20 points (up to 30): industry is saas +20; not known: uses Okta +10"
