"""The account that speaks most for a pattern, open deals, and an attribute value by value: all from the records."""

from __future__ import annotations

import numpy as np

from idealfit.patterns.audited_tiers import audited_tiers
from idealfit.patterns.by_value import values_of
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.checks import influence_of, open_deals_of
from patterns.made import binned_of, category, evidence, flag, number, tools


def test_the_heaviest_account_is_named_and_the_counts_without_it_are_right() -> None:
    generator = np.random.default_rng(1)
    account = np.concatenate([np.full(40, 0), np.arange(1, 401)])
    trait = np.concatenate([np.ones(40), (generator.random(400) < 0.3).astype(float)])
    y = np.concatenate([np.ones(40), (generator.random(400) < 0.3).astype(float)]).astype(np.int64)
    made = evidence(y, flag("trait", trait), account=account)
    (binned,) = binned_of(made)
    found = influence_of(Candidate(binned, (1,)), made)
    assert found is not None
    assert (found["account_id"], found["won"], found["lost"]) == ("a00000", 40, 0)
    others = (trait == 1) & (account != 0)
    assert found["without"]["match_won"] == int((others & (y == 1)).sum())
    assert found["odds_ratio_without"] < found["odds_ratio"]


def test_open_deals_say_whether_something_is_a_fact_or_filled_in_later() -> None:
    generator = np.random.default_rng(2)
    y = np.concatenate([(generator.random(600) < 1 / 3).astype(np.int64), np.full(200, -1)])
    for share_open, says in ((0.3, "fact"), (0.05, "leak")):
        trait = generator.random(800) < np.select([y == 1, y == 0], [0.8, 0.05], share_open)
        (binned,) = binned_of(made := evidence(y, flag("trait", trait.astype(float))))
        found = open_deals_of(Candidate(binned, (1,)), made)
        assert found is not None
        assert found["says"] == says


def test_the_values_of_an_attribute_are_all_deals() -> None:
    generator = np.random.default_rng(3)
    y = generator.integers(-1, 2, 300)
    colour = [None if one == 0 else f"c{one}" for one in generator.integers(0, 20, 300)]
    size = np.where(generator.random(300) < 0.2, np.nan, np.round(np.exp(generator.normal(5, 1, 300))))
    facts = (category("colour", colour), number("size", size), flag("sso", generator.integers(0, 2, 300)))
    made = evidence(y, *facts)
    for fact in facts:
        lines = values_of(fact, made)
        assert sum(one.won + one.lost + one.open for one in lines) == 300
        ids = [code for one in lines for found in one.records.values() for code in found]
        assert sorted(ids) == sorted(made.deal_id)
    held = tools("tech", [["okta"] if place % 2 else ["okta", "jira"] for place in range(300)])
    assert [one.value for one in values_of(held, evidence(y, held))][:2] == ["okta", "jira"]


def test_the_tiers_of_an_audit_are_all_deals() -> None:
    generator = np.random.default_rng(4)
    y = generator.integers(-1, 2, 300)
    lines = audited_tiers(evidence(y), generator.choice(np.array(["A", "C", "unknown"]), 300))
    assert [one.tier for one in lines] == ["A", "C", "unknown"]
    assert sum(one.deals for one in lines) == 300
    assert all(one.won + one.lost + one.open == one.deals for one in lines)
