from __future__ import annotations

import pytest

from idealfit.profile.difference import difference
from idealfit.profile.document import load_profile
from idealfit.profile.meaning import same_meaning
from idealfit.profile.parsing import parse

BEFORE = """\
profile: X
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 10, because: a}
      - {id: ind, when: "industry IN ('Software', 'SaaS')", points: 5, because: a}
      - {id: rev, when: "revenue >= 1000000 AND country = 'US'", points: 5, because: a}
  technographic:
    weight: 25
    criteria:
      - {id: okta, when: "uses_any('Okta', 'Azure AD')", points: 4, because: a}
exclusions:
  - {id: gov, when: "ownership = 'government'", because: slow, state: proposed}
objections: [too expensive, no time]
segments: [{id: small, when: employees < 50, lead_with: speed}]
"""
# ruff: noqa: RUF001

CHANGES = [
    ("AND 500", "AND 800", "employees 100–500 → 100–800"),
    ("employees BETWEEN 100 AND 500", "employees >= 200", "employees 100–500 → 200 or more"),
    ("'Software', 'SaaS'", "'saas', 'Fintech'", "industry: also Fintech, no longer Software"),
    (
        "revenue >= 1000000",
        "revenue > 2000000",
        "revenue 1,000,000 or more → more than 2,000,000 (and still: country is US)",
    ),
    ("'Okta', 'Azure AD'", "'Okta', 'Azure AD', 'Ping'", "tools: also Ping"),
    ("points: 4", "points: 7", "uses Okta or Azure AD: 4 → 7 points"),
    ("weight: 25", "weight: 40", "Weight: what it works with 25 → 40"),
    ("state: proposed", "state: accepted, by: Ada", "Exclusion: ownership is government: proposed → accepted by Ada"),
    ("no time", "no budget", "Objections: now also 'no budget'; no longer 'no time'"),
    ("< 50", "< 80", "Segment 'small': employees under 50 → under 80"),
    ("profile: X\n", "profile: X\ntiers: {A: 75}\n", "Tiers: A from 80 → 75"),
    ("profile: X\n", "profile: Y\n", "Name: 'X' → 'Y'"),
]


@pytest.mark.parametrize(("old", "new", "told"), CHANGES, ids=[told for _old, _new, told in CHANGES])
def test_one_thing_that_changed_is_told_in_its_own_words(old: str, new: str, told: str) -> None:
    [change] = difference(load_profile(BEFORE), load_profile(BEFORE.replace(old, new, 1)))
    assert change.text == told


def test_what_came_and_went_is_told_with_its_points_and_layer() -> None:
    line = "      - {id: okta, when: \"uses_any('Okta', 'Azure AD')\", points: 4, because: a}\n"
    new = "      - {id: jobs, when: \"happened('job_post', within => '90 days')\", points: 6, because: a}\n"
    changes = difference(load_profile(BEFORE), load_profile(BEFORE.replace(line, new)))
    assert [(one.kind, one.ids) for one in changes] == [("removed", ("okta", "")), ("added", ("", "jobs"))]
    assert changes[0].text == "No longer a criterion: uses Okta or Azure AD (+4 points, what it works with)"
    assert changes[1].text.startswith("New criterion: ")


def test_each_change_alone_is_the_first_profile_with_that_change() -> None:
    after = load_profile(BEFORE.replace("AND 500", "AND 800").replace("points: 4", "points: 7"))
    size, okta = difference(load_profile(BEFORE), after)
    assert size.alone is not None
    assert okta.alone is not None
    assert {one.id: one.points for _layer, one in size.alone.criteria} == {"size": 10, "ind": 5, "rev": 5, "okta": 4}
    assert "800" in {one.id: one for _layer, one in size.alone.criteria}["size"].when
    assert {one.id: one.points for _layer, one in okta.alone.criteria}["okta"] == 7


def test_the_same_said_otherwise_is_no_change() -> None:
    otherwise = BEFORE.replace("employees BETWEEN 100 AND 500", "EMPLOYEES <= 500 AND employees >= 100")
    otherwise = otherwise.replace("'Software', 'SaaS'", "'saas', ' software'")
    otherwise = (
        otherwise.replace("objections: [too expensive, no time]\n", "") + "objections: [too expensive, no time]\n"
    )
    assert difference(load_profile(BEFORE), load_profile(otherwise)) == ()


def test_a_criterion_under_another_name_is_the_same_criterion() -> None:
    [change] = difference(load_profile(BEFORE), load_profile(BEFORE.replace("id: size", "id: head-count")))
    assert change.bearing == "said"
    assert change.ids == ("size", "head-count")
    moved = BEFORE.replace("id: size", "id: head-count").replace("AND 500", "AND 900")
    [change] = difference(load_profile(BEFORE), load_profile(moved))
    assert change.text == "employees 100–500 → 100–900"


def test_newer_counts_are_on_record_and_change_nothing_that_is_said() -> None:
    newer = BEFORE.replace("points: 10, because: a", "points: 10, because: b, evidence: {n: 3}")
    [change] = difference(load_profile(BEFORE), load_profile(newer))
    assert change.bearing == "recorded"


def test_what_counts_where_nobody_knows_is_scored() -> None:
    newer = BEFORE.replace("points: 10, because: a", "points: 10, because: a, known_true_rate: 0.4")
    [change] = difference(load_profile(BEFORE), load_profile(newer))
    assert change.bearing == "scored"
    assert change.text.endswith("a quarter → 40%")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a > 1 AND b < 2", "b < 2 AND a > 1", True),
        ("1 < a", "a > 1", True),
        ("a = 'x' OR a = 'y'", "a = 'Y' OR a = 'X '", True),
        ("NOT (NOT a > 1)", "a > 1", True),
        ("NOT (a < 2)", "a >= 2", True),
        ("a IN ('x')", "a = 'x'", True),
        ("a > 1", "a >= 1", False),
        ("a > 1 AND b < 2", "a > 1 OR b < 2", False),
        ("uses_any('x', 'y')", "uses_all('x', 'y')", False),
        ("happened('x', within => '30 days')", "happened('x', within => '31 days')", False),
    ],
)
def test_meaning_is_seen_through_order_case_and_brackets(one: str, other: str, same: bool) -> None:
    assert same_meaning(parse(one), parse(other)) is same
