"""What `explain` says of a criterion, in words that fit what its rows are."""

from __future__ import annotations

from typing import Any

from idealfit.frontends.cli.explaining import facts_of

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
