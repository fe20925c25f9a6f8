"""What `explain` says of a criterion, in words that fit what its rows are."""

from __future__ import annotations

from typing import Any

from idealfit.frontends.criterion_facts import facts_of

CRITERION: dict[str, Any] = {
    "when": "contract = 'Two year'",
    "grade": "supported",
    "counts": {"match_won": 97, "match_lost": 3, "rest_won": 60, "rest_lost": 40, "accounts": 100},
    "later": {
        "kind": "accounts_set_aside",
        "match_won": 30,
        "match_lost": 1,
        "rest_won": 20,
        "rest_lost": 9,
        "holds": True,
    },
    "influence": {
        "name": "Acme",
        "won": 1,
        "lost": 0,
        "without": {"match_won": 96, "match_lost": 3},
        "odds_ratio": 2.0,
        "odds_ratio_without": 1.9,
    },
}


def test_nobody_won_where_customers_stayed() -> None:
    facts = dict(facts_of(CRITERION, "stayed"))
    assert "won" not in " ".join(facts.values())
    assert facts["one account"].startswith("without Acme (1 of 1 stayed)")
    assert all(len(label) < 16 for label in facts)


def test_what_a_criterion_may_stand_for_is_named_and_what_it_is_judged_by_stands_before_wins() -> None:
    judged = {"of": "nrr", "head": "NRR", "shown": {"match": "120% (104% to 136%)", "rest": ""}}
    facts = facts_of(CRITERION | {"stand_ins": ["revenue", "sector"], "judged": judged})
    assert dict(facts)["may stand for"].startswith("revenue, sector: the records cannot tell")
    assert dict(facts)["NRR"] == "120% (104% to 136%), elsewhere too few to tell"
    assert [label for label, _text in facts].index("NRR") < [label for label, _text in facts].index("matching")


def test_a_question_for_the_call_is_said_of_no_half_samples_and_what_wins_do_not_judge_says_by_what_it_was_found() -> (
    None
):
    asked = dict(facts_of(CRITERION | {"seen": "call", "q_value": 0.02, "stability": 0.0}))
    assert asked["luck"] == "about one in 50 of findings as sure as this is luck"
    unjudged = CRITERION | {
        "later": {**CRITERION["later"], "holds": None},
        "value": {"parts": {"win": 0.1, "amount": -0.6}},
    }
    assert dict(facts_of(unjudged))["set aside"].endswith("not judged by wins, it was found by contracts")
