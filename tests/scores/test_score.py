"""Scores: SQL equals Python to the last digit, and the rules of DESIGN hold on accounts made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from accounts_at_random import TODAY, Made, coverages, load, made_accounts
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from idealfit.errors import NoAccountsToScore
from idealfit.profile.coverage import Coverage
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
    if not any(layer["weight"] for layer in layers.values() if layer["active"]):
        layers = {name: layer | {"weight": 7} for name, layer in layers.items()}
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
    row |= {"card_points": score.card_points, "route": score.route}
    assert score.card is not None
    return row | {"card_most": score.card.most, "card_reasons": [vars(reason) for reason in score.card.reasons]}


def ids_of(profile: Profile) -> list[str]:
    return [one.id for _, one in profile.criteria] + [one.id for one in profile.exclusions]


def rows(con: duckdb.DuckDBPyConnection, table: str = "scores") -> list[dict[str, Any]]:
    cursor = con.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=25, phases=[Phase.generate])
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
    for row, wanted in zip(found, expected, strict=True):
        differing = {key: (row[key], wanted[key]) for key in wanted if row[key] != wanted[key]}
        assert not differing
    assert list(found[0]) == list(expected[0])
    for row in found:
        assert row["score"] is None or row["low"] <= row["score"] <= row["high"]
        assert row["fit"] is None or 0 <= row["fit"] <= 100


# Rules, on accounts made by hand


def profile_of(**parts: Any) -> Profile:
    return Profile.model_validate({"profile": "By hand", **parts})


def criterion(name: str, when: str, points: int, **more: Any) -> dict[str, Any]:
    return {"id": name, "when": when, "points": points, "because": "x", **more}


def firmographic(*criteria: dict[str, Any]) -> dict[str, Any]:
    return {"firmographic": {"weight": 35, "criteria": list(criteria)}}


def accounts(con: duckdb.DuckDBPyConnection, *values: str, columns: str) -> None:
    con.execute(f"CREATE OR REPLACE TABLE accounts AS SELECT * FROM (VALUES {', '.join(values)}) t({columns})")


@pytest.fixture
def empty() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_the_arithmetic_is_that_of_the_design(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(
        empty, "('1', 200, 'saas')", "('2', 200, NULL)", "('3', 5, 'x')", columns="account_id, employees, industry"
    )
    size = criterion("size", "employees BETWEEN 100 AND 500", 14)
    kind = criterion("kind", "industry = 'SaaS'", 6, known_true_rate=0.5)
    score_tables(empty, profile_of(layers=firmographic(size, kind)), as_of=TODAY)
    first, second, third = rows(empty)
    assert (first["fit"], first["tier"], first["firmographic_score"]) == (100.0, "A", 5.0)
    # 14 of 20 and half of the other 6
    assert (second["fit"], second["low"], second["high"]) == (85.0, 70.0, 100.0)
    assert (second["tier"], second["tier_low"], second["tier_high"]) == ("A", "B", "A")
    assert second["completeness"] == 0.7
    assert (third["fit"], third["tier"], third["completeness"]) == (0.0, "C", 1.0)


def test_too_little_known_is_unknown_only_where_it_could_change_the_tier(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(empty, "('1', NULL::INTEGER)", columns="account_id, employees")
    score_tables(empty, profile_of(layers=firmographic(criterion("size", "employees > 1", 5))), as_of=TODAY)
    (row,) = rows(empty)
    assert (row["tier"], row["tier_low"], row["tier_high"], row["priority"]) == ("unknown", "C", "A", "unknown")


def test_a_typed_exclusion_excludes_and_a_proposed_one_caps_at_c(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(empty, "('1', 9, 'gov')", "('2', 9, 'ngo')", "('3', 9, NULL)", columns="account_id, employees, ownership")
    profile = profile_of(
        layers=firmographic(criterion("size", "employees > 1", 5)),
        exclusions=[
            {"id": "gov", "when": "ownership = 'gov'", "because": "3 of 96 won"},
            {"id": "ngo", "when": "ownership = 'ngo'", "because": "churns", "state": "proposed"},
        ],
    )
    score_tables(empty, profile, as_of=TODAY)
    excluded, capped, unsure = rows(empty)
    assert (excluded["tier"], excluded["excluded_by"], excluded["priority"]) == ("excluded", ["gov"], "excluded")
    assert (capped["tier"], capped["excluded_by"], capped["tier_high"]) == ("C", [], "C")
    assert capped["reasons"][0]["text"].startswith("proposed exclusion: ")
    assert unsure["tier"] == "A"
    assert [reason["text"].split(":")[0] for reason in unsure["reasons"][1:]] == ["check before you call"] * 2


def test_of_alternatives_only_the_best_counts(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(empty, "('1', 9)", columns="account_id, employees")
    both = [criterion(f"g{n}", f"employees > {n}", n, group="g") for n in (3, 8)]
    other = criterion("other", "employees > 100", 8)
    score_tables(empty, profile_of(layers=firmographic(*both, other)), as_of=TODAY)
    assert rows(empty)[0]["fit"] == 50.0


@pytest.mark.parametrize(("ago", "points"), [(0, 8.0), (29, 8.0), (30, 4.0), (60, 2.0), (90, 1.0), (400, 0.0)])
def test_points_halve_with_every_whole_half_life(empty: duckdb.DuckDBPyConnection, ago: int, points: float) -> None:
    accounts(empty, "('1')", columns="account_id")
    empty.execute(
        "CREATE TABLE events AS SELECT '1' AS account_id, 'visit' AS event_type, NULL::VARCHAR AS detail, "
        "?::TIMESTAMP AS occurred_at, NULL::TIMESTAMP AS known_at",
        [TODAY - timedelta(days=ago)],
    )
    visited = criterion("visited", "happened('visit')", 8, half_life="30 days")
    score_tables(empty, profile_of(layers={"behavioral": {"weight": 1, "criteria": [visited]}}), as_of=TODAY)
    (row,) = rows(empty)
    assert row["reasons"][0]["points"] == points
    assert row["timing"] == float(int(1000 * points / 8 + 0.5)) / 10
    assert (row["fit"], row["tier"], row["completeness"]) == (None, "unknown", None)


def test_a_merged_duplicate_keeps_its_line_and_has_its_survivors_score(empty: duckdb.DuckDBPyConnection) -> None:
    lines = ("('b', 9, NULL)", "('a', NULL, 'b')", "('c', 1, 'gone')")
    accounts(empty, *lines, columns="account_id, employees, duplicate_of")
    report = score_tables(empty, profile_of(layers=firmographic(criterion("size", "employees > 1", 5))), as_of=TODAY)
    found = [(row["account_id"], row["fit"], row["duplicate_of"]) for row in rows(empty)]
    assert found == [("a", 100.0, "b"), ("b", 100.0, None), ("c", 0.0, "gone")]
    assert report.rows == 3
    assert report.hits["size"].true == 1


def test_a_profile_without_fit_layers_has_no_fit_and_every_tier_is_unknown(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(empty, "('1', 9)", columns="account_id, employees")
    report = score_tables(empty, profile_of(), as_of=TODAY)
    (row,) = rows(empty)
    assert (row["tier"], row["fit"], row["score"], row["timing_band"]) == ("unknown", None, None, "unknown")
    assert row["reasons"] == []
    assert report.warnings == (
        "No fit layer has a scored criterion and a weight: fit is empty and every tier is unknown.",
    )


def test_a_column_that_is_not_there_is_unknown_and_the_near_one_is_suggested(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(empty, "('1', 9)", columns="account_id, employees")
    report = score_tables(empty, profile_of(layers=firmographic(criterion("size", "employes > 1", 5))), as_of=TODAY)
    assert rows(empty)[0]["reasons"][0]["state"] == "unknown"
    assert "did you mean 'employees'?" in report.warnings[0]


def test_criteria_that_no_list_shows_are_never_scored(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(empty, "('1', 9)", columns="account_id, employees")
    asked = criterion("asked", "employees < 5", 20, seen="call")
    profile = profile_of(layers=firmographic(criterion("size", "employees > 1", 5), asked))
    score_tables(empty, profile, as_of=TODAY, criteria=True)
    (row,) = rows(empty)
    assert (row["fit"], row["c_asked"]) == (100.0, False)


def test_it_refuses_without_accounts(empty: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NoAccountsToScore):
        score_tables(empty, profile_of(), as_of=date(2026, 1, 1))


def test_names_and_texts_of_users_never_become_sql(empty: duckdb.DuckDBPyConnection) -> None:
    name = 'a"; DROP TABLE accounts; --'
    quoted = name.replace('"', '""')
    empty.execute(f"CREATE TABLE accounts AS SELECT '1' AS account_id, 'x''); DROP TABLE accounts; --' AS \"{quoted}\"")
    when = f"\"{quoted}\" = 'x''); DROP TABLE accounts; --'"
    score_tables(empty, profile_of(layers=firmographic(criterion("odd", when, 5))), as_of=TODAY)
    assert rows(empty)[0]["fit"] == 100.0


def test_coverage_says_whether_silence_is_a_no(empty: duckdb.DuckDBPyConnection) -> None:
    accounts(empty, "('1', ['okta'])", columns="account_id, tech")
    profile = profile_of(
        layers=firmographic(criterion("aws", "uses('AWS')", 5), criterion("gcp", "uses('gcp')", 5)),
        coverage=Coverage.model_validate({"tech": {"tools": ["aws"]}}).model_dump(),
    )
    score_tables(empty, profile, as_of=TODAY, criteria=True)
    assert (rows(empty)[0]["c_aws"], rows(empty)[0]["c_gcp"]) == (False, None)


def test_our_own_system_before_its_first_record_knows_nothing_whatever_else_is_listed(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    accounts(empty, "('1')", columns="account_id")
    empty.execute(
        "CREATE TABLE events AS SELECT '1' AS account_id, 'other' AS event_type, NULL::VARCHAR AS detail, "
        "TIMESTAMP '2026-02-01' AS occurred_at, NULL::TIMESTAMP AS known_at"
    )
    profile = profile_of(
        layers=firmographic(criterion("audit", "not_happened('audit', within => '20 days')", 5)),
        coverage={"events": {"audit": "all"}, "first_record": {"audit": "2026-02-26"}},
    )
    score_tables(empty, profile, as_of=TODAY, criteria=True)
    assert rows(empty)[0]["c_audit"] is None


def test_a_word_that_no_record_has_is_told_with_the_nearest_one():
    con = duckdb.connect(config={"threads": 1})
    con.execute(
        "CREATE TABLE accounts AS SELECT '1' AS account_id, 'Software' AS industry, ['Okta'] AS tech, ['DE'] AS markets"
    )
    con.execute(
        "CREATE TABLE events AS SELECT '1' AS account_id, 'funding_round' AS event_type, NULL::VARCHAR AS detail, "
        "TIMESTAMP '2026-01-01' AS occurred_at, NULL::TIMESTAMP AS known_at"
    )
    whens = ("industry = 'sofware'", "uses('otka')", "happened('fundinground')", "industry = ' SOFTWARE'", "name = 'x'")
    criteria = [criterion(f"k{number}", when, 5) for number, when in enumerate(whens)]
    warnings = score_tables(con, profile_of(layers={"firmographic": {"criteria": criteria}}), as_of=TODAY).warnings
    assert [line for line in warnings if "did you mean" in line] == [
        "Criterion 'k0': no account has the industry 'sofware'; did you mean 'Software'?",
        "Criterion 'k1': no account uses 'otka'; did you mean 'Okta'?",
        "Criterion 'k2': no event is of the type 'fundinground'; did you mean 'funding_round'?",
    ]
