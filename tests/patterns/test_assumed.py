from typing import Any

from idealfit.patterns.assumed import FEW_WINS, POINTS, with_assumed
from idealfit.profile.content import Profile
from idealfit.profile.document import dump_profile, load_profile
from idealfit.records.attribute import KNOWN

SHARED = [
    {
        "attribute": "industry",
        "when": "industry = 'Retail'",
        "sentence": "industry is Retail",
        "counts": {"good": 8, "of": 12, "others": 1, "of_others": 4},
    },
    {
        "attribute": "tech",
        "when": "uses('Okta')",
        "sentence": "uses Okta",
        "counts": {"good": 7, "of": 9, "others": 0, "of_others": 0},
    },
]


def document(**changes: Any) -> dict[str, Any]:
    return {
        "verdict": "insufficient",
        "criteria": [],
        "sample": {"won": 12},
        "customers": {"shared": SHARED},
        **changes,
    }


def test_what_few_customers_share_becomes_assumed_criteria_with_equal_points() -> None:
    profile, made = with_assumed(Profile(profile="Best-fit"), document(), KNOWN)
    again = load_profile(dump_profile(profile))
    assert [(layer, one.id, one.points, one.grade) for layer, one in again.criteria] == [
        ("firmographic", "industry", POINTS, "assumed"),
        ("technographic", "tools-in-use", POINTS, "assumed"),
    ]
    assert {layer: part.weight for layer, part in again.layers.items()} == {"firmographic": 3.0, "technographic": 3.0}
    assert [one["grade"] for one in made["criteria"]] == ["assumed", "assumed"]
    assert made["criteria"][0]["counts"] == {
        "match_won": 8,
        "match_lost": 1,
        "match_open": 0,
        "rest_won": 4,
        "rest_lost": 3,
        "accounts": 9,
    }
    assert made["criteria"][1]["rates"] == {"match": 1.0, "rest": 1.0, "known_true_rate": None}


def test_what_was_found_comes_first_weighs_more_and_keeps_its_column() -> None:
    found = [{"id": "size", "attribute": "industry", "points": 4, "seen": "list"}]
    question = {"id": "stack", "attribute": "stack", "points": 0, "seen": "call"}
    profile, made = with_assumed(Profile(profile="Best-fit"), document(criteria=[*found, question]), KNOWN)
    assert [one["id"] for one in made["criteria"]] == ["size", "stack", "tools-in-use"]
    assert made["criteria"][-1]["points"] == 2
    assert [one.id for _layer, one in profile.criteria] == ["tools-in-use"]
    six = [{"id": f"found-{number}", "attribute": f"x{number}", "points": 3} for number in range(6)]
    assert with_assumed(profile, document(criteria=six), KNOWN)[1]["criteria"] == six


def test_against_a_market_list_points_go_by_the_effect_and_the_reason_says_how_common_it_is() -> None:
    counts = {
        "good": 8,
        "of": 12,
        "others": 1,
        "of_others": 4,
        "fast": 2,
        "of_fast": 3,
        "market": 150,
        "of_market": 1000,
    }
    shared = [
        {**SHARED[0], "counts": counts, "effect": 1.2, "pays": 1.8},
        {**SHARED[1], "counts": counts, "effect": 0.4, "pays": 1.0},
    ]
    profile, made = with_assumed(
        Profile(profile="Best-fit"), document(customers={"shared": shared}, warnings=["First."]), KNOWN
    )
    first, second = (one for _layer, one in profile.criteria)
    assert first.points == 5 > second.points >= 1
    assert first.known_true_rate == 0.15
    assert "8 of 12 customers have it, and 15 in 100 companies on the list" in first.because
    assert "2 of 3 who decided fast against us; they pay about 1.8 times as much" in first.because
    assert "pay" not in second.because
    assert "firmographic 35" in made["warnings"][0]
    assert profile.model is None


def test_nothing_is_assumed_where_something_is_proven_or_a_test_had_its_chance() -> None:
    profile = Profile(profile="Best-fit")
    for given in (
        document(verdict="profile"),
        document(verdict="no_signal"),
        document(sample={"won": FEW_WINS + 1}),
    ):
        assert with_assumed(profile, given, KNOWN) == (profile, given)
