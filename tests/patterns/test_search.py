"""The search finds what is planted, and in noise it finds nothing, however alike the deals of an account are."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.patterns.candidate import Candidate
from idealfit.patterns.cuts import design
from idealfit.patterns.luck import swapped_residuals
from idealfit.patterns.search import SearchResult, search
from idealfit.patterns.target import fit_target, targets_of
from patterns.made import binned_of, category, drawn, evidence, flag, noise, number, tools


def searched(made, *, seed: int = 1, rounds: int | None = None, only: str = "win") -> SearchResult:
    targets = [target for target in targets_of(made) if target.name == only]
    return search(binned_of(made), targets, seed=seed, rounds=rounds)


def test_in_noise_nothing_is_found_though_the_deals_of_an_account_go_alike() -> None:
    supported, sets = 0, 30
    for seed in range(sets):
        generator = np.random.default_rng([77, seed])
        account = np.sort(generator.integers(0, 60, 900))
        luck = generator.normal(0, 1.0, 60)[account]
        made = evidence(drawn(generator, luck - 0.8), *noise(generator, account), account=account)
        supported += sum(one.supported for one in searched(made, rounds=100).found)
    assert supported <= 1


def test_a_trait_that_triples_the_odds_is_found_and_first() -> None:
    for seed in range(5):
        generator = np.random.default_rng([5, seed])
        account = np.arange(900)
        has = (generator.random(900) < 0.3).astype(float)
        won = drawn(generator, np.log(3) * has - 1.2)
        result = searched(evidence(won, *noise(generator, account), flag("planted", has)), rounds=100)
        first = result.found[0]
        assert first.candidate.key == "planted" and first.supported
        assert (first.z > 0) == (first.candidate.chosen == (1,))


def test_a_range_of_a_number_is_found_about_where_it_lies() -> None:
    generator = np.random.default_rng(8)
    size = np.round(np.exp(generator.normal(5, 1.2, 1200)))
    inside = (size >= 100) & (size < 500)
    won = drawn(generator, np.log(3.5) * inside - 1.5)
    made = evidence(won, *noise(generator, np.arange(1200)), number("headcount", size))
    first = searched(made, rounds=100).found[0]
    assert first.candidate.key == "headcount" and first.supported
    agree = np.mean((first.candidate.mask() == 1) == inside)
    assert max(agree, 1 - agree) > 0.85


def test_levels_that_go_together_are_found_together() -> None:
    generator = np.random.default_rng(9)
    kind = generator.integers(0, 12, 1500)
    won = drawn(generator, np.log(3) * np.isin(kind, [2, 5, 7]) - 1.4)
    made = evidence(won, category("industry", [f"kind {one}" for one in kind]))
    found = searched(made, rounds=100).found
    assert found[0].supported
    names = {found[0].candidate.binned.levels[one] for one in found[0].candidate.chosen}
    good = {"kind 2", "kind 5", "kind 7"}
    names = names if len(names) < 6 else {f"kind {one}" for one in range(12)} - names
    assert good <= names and len(names) <= 4


def test_a_tool_is_found_by_its_name() -> None:
    generator = np.random.default_rng(10)
    has = generator.random(900) < 0.3
    held = [["okta"] * bool(one) + (["jira"] if generator.random() < 0.5 else ["slack"]) for one in has]
    made = evidence(drawn(generator, np.log(3) * has - 1.2), tools("tech", held))
    assert searched(made, rounds=100).found[0].candidate.key == "tech:okta"


def test_what_the_first_find_explains_is_not_found_again() -> None:
    generator = np.random.default_rng(11)
    has = (generator.random(1500) < 0.3).astype(float)
    proxy = np.where(generator.random(1500) < 0.9, has, 1 - has)
    made = evidence(drawn(generator, np.log(3) * has - 1.2), flag("real", has), flag("proxy", proxy))
    supported = [one.candidate.key for one in searched(made, rounds=100).found if one.supported]
    assert supported == ["real"]


def test_a_pattern_that_one_big_account_carries_does_not_survive() -> None:
    generator = np.random.default_rng(12)
    account = np.concatenate([np.zeros(150, dtype=np.int64), np.arange(1, 751)])
    has = np.where(account == 0, 1.0, (np.arange(900) % 40 == 0).astype(float))
    won = np.where(account == 0, 1, drawn(generator, np.full(900, -1.0)))
    found = searched(evidence(won, flag("trait", has), *noise(generator, account), account=account), rounds=100).found
    assert not any(one.supported and one.candidate.key == "trait" for one in found)


def test_facts_shared_by_fewer_than_five_accounts_are_never_candidates() -> None:
    generator = np.random.default_rng(13)
    account = np.repeat(np.arange(45), 20)
    has = (account < 4).astype(float)
    won = np.where(account < 4, 1, drawn(generator, np.full(900, -1.0)))
    made = evidence(won, flag("rare", has), account=account)
    result = searched(made, rounds=50)
    assert result.found == () and result.tests == 0


@pytest.mark.parametrize("families", [1, 3])
def test_swapped_outcomes_keep_the_deals_of_an_account_together(families: int) -> None:
    generator = np.random.default_rng(14)
    account = np.sort(np.concatenate([np.repeat(np.arange(30), families), np.repeat(np.arange(30, 45), 8)]))
    won = drawn(generator, generator.normal(0, 2, 45)[account])
    made = evidence(won, account=account)
    (target,) = [one for one in targets_of(made) if one.name == "win"]
    fit = fit_target(target, target.nuisance)
    swapped = swapped_residuals(fit, target.account, np.random.default_rng(3), 20)
    totals = np.sort(np.bincount(account, fit.residual))
    for row in swapped:
        assert np.allclose(np.sort(np.bincount(account, row)), totals)
        assert row.sum() == pytest.approx(fit.residual.sum())
    assert not np.allclose(swapped[0], swapped[1])


def test_the_same_seed_gives_the_same_answer_and_the_order_of_the_facts_none() -> None:
    generator = np.random.default_rng(15)
    has = (generator.random(600) < 0.3).astype(float)
    facts = [*noise(generator, np.arange(600)), flag("planted", has)]
    won = drawn(generator, np.log(3) * has - 1.2)
    one = searched(evidence(won, *facts), rounds=50)
    again = searched(evidence(won, *facts), rounds=50)
    turned = searched(evidence(won, *facts[::-1]), rounds=50)
    told = [[(each.candidate.key, each.candidate.chosen, each.p_value, each.q_value) for each in result.found]
            for result in (one, again, turned)]  # fmt: skip
    assert told[0] == told[1]
    assert [each[:2] for each in told[2]] == [each[:2] for each in told[0]]


def test_q_values_never_fall_along_the_path() -> None:
    generator = np.random.default_rng(16)
    first, second = (generator.random((2, 1500)) < 0.3).astype(float)
    won = drawn(generator, np.log(3) * first + np.log(2) * second - 1.5)
    made = evidence(won, flag("first", first), flag("second", second), *noise(generator, np.arange(1500)))
    found = searched(made, rounds=100).found
    assert [one.candidate.key for one in found[:2]] == ["first", "second"]
    values = [one.q_value for one in found]
    assert values == sorted(values)
    assert all(0 <= one.p_value <= 1 and 0 <= one.q_value <= 1 for one in found)


def test_what_is_unknown_has_a_column_of_its_own_in_the_fit() -> None:
    has = np.array([1, 0, np.nan, 1, 0, np.nan] * 10)
    made = evidence([1, 0, 1, 1, 0, 0] * 10, flag("trait", has))
    (binned,) = binned_of(made)
    (target,) = [one for one in targets_of(made) if one.name == "win"]
    columns = design([Candidate(binned, (1,))], target)
    assert columns.shape == (60, 3)  # the trait, the gap, time
    assert columns[:3, 0].tolist() == [1, 0, 0.5]
    assert columns[:3, 1].tolist() == [0, 0, 1]


def test_with_many_wins_what_is_sure_lends_nothing_to_what_is_merely_likely() -> None:
    generator = np.random.default_rng(71)
    deals = 2500
    traits = [flag(f"trait {one}", (generator.random(deals) < 0.4).astype(float)) for one in range(5)]
    odds = -1.6 + 0.7 * sum(np.asarray(one.values, dtype=float) for one in traits)
    idle = [flag(f"idle {one}", (generator.random(deals) < 0.4).astype(float)) for one in range(20)]
    found = searched(evidence(drawn(generator, odds), *traits, *idle), rounds=20).found
    assert {one.candidate.key for one in found if one.supported} == {one.name for one in traits}
    # beside five sure ones one or two of twenty idle ones would look likely, if the sure ones counted
    assert not [one.candidate.key for one in found if not one.supported]
