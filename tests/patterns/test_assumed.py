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


def test_nothing_is_assumed_where_something_was_found_or_a_test_had_its_chance() -> None:
    profile = Profile(profile="Best-fit")
    for given in (
        document(verdict="profile"),
        document(verdict="no_signal"),
        document(criteria=[{"id": "size"}]),
        document(sample={"won": FEW_WINS + 1}),
    ):
        assert with_assumed(profile, given, KNOWN) == (profile, given)
