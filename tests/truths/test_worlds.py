"""The planted companies of the benchmarks: what they hide is what happens in them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from world_judge import expected_auc, judge_ranking, names_in, precision_and_recall
from world_plan import VARIANTS, draw_plan
from world_truth import truth_of
from worlds import LAST, World, make_world


def _seen(world: World) -> tuple[np.ndarray, np.ndarray]:
    """The hidden chance of the accounts of the last year's closed deals, and whether each was won."""
    deals = world.deals
    late = ~deals.open & (deals.opened > LAST - 365)
    return world.chance[deals.account[late]], deals.won[late]


def test_a_seed_makes_the_same_company_again() -> None:
    one, two = (make_world(5, "d900", accounts=2_000) for _ in range(2))
    assert np.array_equal(one.deals.won, two.deals.won)
    assert np.array_equal(one.value, two.value)
    assert not np.array_equal(one.chance, make_world(6, "d900", accounts=2_000).chance)


def test_every_variant_draws_names_and_traits_of_its_own() -> None:
    for variant in VARIANTS:
        one, two = draw_plan(1, variant), draw_plan(2, variant)
        assert {trait.attribute for trait in one.truth} != {trait.attribute for trait in two.truth}


def test_accounts_with_a_high_hidden_chance_are_won_more_often() -> None:
    chance, won = _seen(make_world(3, "base", accounts=9_000))
    top = chance >= np.quantile(chance, 0.8)
    assert won[top].mean() > 2 * won[~top].mean()


def test_what_is_planted_together_is_nothing_alone() -> None:
    world = make_world(2, "interaction", accounts=9_000)
    pair = next(trait for trait in world.plan.truth if trait.parts)
    flag = world.market.flags[pair.parts[0].attribute]
    linear = np.log(world.chance / (1 - world.chance))
    alone = abs(linear[flag].mean() - linear[~flag].mean())
    inside = flag & np.isin(world.market.categories[pair.parts[1].attribute], pair.parts[1].levels)
    assert alone < 0.1
    assert linear[inside].mean() - linear[~inside].mean() > 0.3


def test_nothing_planted_leaves_nothing_to_find() -> None:
    world = make_world(4, "none", accounts=4_000)
    ids = np.array([str(number) for number in range(world.market.size)], dtype=object)
    assert truth_of(world, ids)["attributes"] == []
    assert np.ptp(world.chance) < 1e-9


def test_the_truth_itself_is_the_best_ranking_and_blind_choice_is_blind() -> None:
    world = make_world(7, "c25", accounts=2_000)
    ids = np.array([str(number) for number in range(world.market.size)], dtype=object)
    truth = truth_of(world, ids)
    market = truth["market"]
    value = dict(zip(market["account_id"], market["value"], strict=True))
    chance = dict(zip(market["account_id"], market["chance"], strict=True))
    best = judge_ranking(truth, value, chance)
    assert best.value == 1.0
    assert best.auc == best.best_auc > 0.6
    assert expected_auc(np.zeros(50), np.linspace(0.1, 0.9, 50)) == 0.5
    assert judge_ranking(truth, {}, {}).value == best.blind


def test_names_are_read_from_predicates_as_the_truth_writes_them() -> None:
    assert names_in("\"Sells Online\" = TRUE AND uses('Okta')") == {"sells online", "tech:okta"}
    assert names_in("count_of('docs_visit', within => '60 days') >= 2") == {"docs visit"}
    assert names_in("has_role('founder') AND employees BETWEEN 20 AND 90") == {"role:founder", "employees"}
    truth = {"attributes": ["employees", "tech:Okta"]}
    assert precision_and_recall(truth, [{"employees"}, {"revenue"}]) == (0.5, 0.5)
