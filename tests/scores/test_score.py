"""Scores: SQL equals Python to the last digit, and the rules of DESIGN hold on accounts made by hand."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.scores.accounts_at_random import TODAY, Made, coverages, load, made_accounts

from idealfit.profile.document import Profile
from idealfit.records.attribute import LAYERS
from idealfit.scores.score import Score, score_account, score_tables

WHENS = (
    "employees BETWEEN 1 AND 100",
    "revenue / employees > 1",
    "industry IN ('saas', 'okta', 'SECURITY')",
    "\"Country Name\" LIKE '%s%'",
    "is_public",
    "NOT is_public OR seats > 0",
    "founded >= '2026-02-20'",
    "tech IS NULL",
    "uses_any('okta', 'ß')",
    "happened('funding_round', within => '30 days')",
    "not_happened('audit', within => '20 days')",
    "count_of('visit', within => '40 days') >= 2 OR happened('funding_round')",
    "upcoming('audit', within => '30 days')",
    "growth('employees', over => '30 days') >= 0.2",
    "has_role('security')",
    "no_such_column = 'x'",
)


def drawn_profile(draw: st.DrawFn) -> Profile:
    number = iter(range(1000))
    layers: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(LAYERS), unique=True, max_size=4)):
        criteria = []
        for when in draw(st.lists(st.sampled_from(WHENS), max_size=4)):
            one: dict[str, Any] = {"id": f"k{next(number)}", "when": when, "because": "x"}
            one["points"] = draw(st.integers(-20, 20).filter(bool))
            one["group"] = draw(st.sampled_from((None, None, "g")))
            one["known_true_rate"] = draw(st.sampled_from((None, 0.0, 0.1234, 0.5, 1.0)))
            one["half_life"] = draw(st.sampled_from((None, "1 day", "7 days", "30 days")))
            one["seen"] = draw(st.sampled_from(("list", "list", "list", "call")))
            criteria.append(one)
        weight = draw(st.sampled_from((0, 1, 33.333, 35, 1_000_000)))
        layers[name] = {"weight": weight, "active": draw(st.sampled_from((True, True, False))), "criteria": criteria}
    if layers and not any(layer["weight"] for layer in layers.values()):
        next(iter(layers.values()))["weight"] = 7
    exclusions = [
        {"id": f"e{next(number)}", "when": when, "because": "y", "state": draw(st.sampled_from(("typed", "proposed")))}
        for when in draw(st.lists(st.sampled_from(WHENS), max_size=2))
    ]
    ids = [one["id"] for layer in layers.values() for one in layer["criteria"]]
    card = {
        "criteria": [{"id": name, "points": draw(st.integers(-5, 30))} for name in ids[:3]],
        "routes": {40: "ae-same-day", 20: "sdr-two-days"},
    }
    tiers = {"by": draw(st.sampled_from(("fit", "score"))), "A": 60.5, "B": draw(st.sampled_from((20, 33.3)))}
    return Profile.model_validate(
        {"profile": "Drawn", "layers": layers, "exclusions": exclusions, "tiers": tiers, "card": card}
        | {"coverage": draw(coverages)}
    )


profiles = st.composite(drawn_profile)()


def as_row(name: str, score: Score, profile: Profile, version: str) -> dict[str, Any]:
    """A score as the row of the table."""
    reasons = [vars(reason) for reason in score.reasons]
    columns = ("tier", "tier_low", "tier_high", "score", "low", "high", "fit", "timing", "timing_band", "priority")
    row = {"account_id": name} | {column: getattr(score, column) for column in columns}
    row |= {"completeness": score.completeness} | {f"{layer}_score": score.layers[layer] for layer in LAYERS}
    row |= {"excluded_by": list(score.excluded_by), "reasons": reasons, "as_of": TODAY, "profile_version": version}
    row |= {"duplicate_of": None} | {f"c_{key}": score.states[key] for key in ids_of(profile)}
    return row | {"card_points": score.card_points, "route": score.route}


def ids_of(profile: Profile) -> list[str]:
    return [one.id for _, one in profile.criteria] + [one.id for one in profile.exclusions]


def rows(con: duckdb.DuckDBPyConnection, table: str = "scores") -> list[dict[str, Any]]:
    cursor = con.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=40, phases=[Phase.generate])
@given(made=st.lists(made_accounts, min_size=1, max_size=4), profile=profiles)
def test_the_query_gives_what_plain_python_gives(
    con: duckdb.DuckDBPyConnection, made: list[Made], profile: Profile
) -> None:
    load(con, made)
    report = score_tables(con, profile, as_of=TODAY, criteria=True, card=True)
    expected = [
        as_row(
            f"{number:04d}", score_account(profile, one.facts(profile.coverage), TODAY), profile, report.profile_version
        )
        for number, one in enumerate(made)
    ]
    found = rows(con)
    assert found == expected
    assert list(found[0]) == list(expected[0])
    for row in found:
        assert row["score"] is None or row["low"] <= row["score"] <= row["high"]
        assert row["fit"] is None or 0 <= row["fit"] <= 100
