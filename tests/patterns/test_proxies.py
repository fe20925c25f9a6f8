"""Of facts that go together the trait is taken and what follows it is named; what cannot be told apart is unproven."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from idealfit.patterns.candidate import Candidate
from idealfit.patterns.cuts import prepare
from idealfit.patterns.proxies import together, unshaken
from idealfit.patterns.search import SearchResult, search
from idealfit.patterns.target import targets_of
from patterns.made import binned_of, category, drawn, evidence, noise, number, sold

ROWS = 1500


def searched(made) -> SearchResult:
    return search(binned_of(made), [one for one in targets_of(made) if one.name == "win"], seed=1, rounds=100)


def companies(seed: int, effect: float, follows: float):
    """A trait of a category that matters, a copy that agrees with it in a share of `follows`, and noise."""
    generator = np.random.default_rng([31, seed])
    kind = generator.integers(0, 6, ROWS)
    copy = np.where(generator.random(ROWS) < follows, kind, generator.integers(0, 6, ROWS))
    won = drawn(generator, np.log(effect) * np.isin(kind, [1, 4]) - 1.6)
    facts = [category("trade", [f"trade {one}" for one in kind]), category("code", [f"c{one}" for one in copy])]
    return evidence(won, *noise(generator, np.arange(ROWS)), *facts)


def test_what_follows_a_strong_trait_is_never_supported_beside_it() -> None:
    for seed in range(6):
        supported = {one.candidate.key for one in searched(companies(seed, 3.0, 0.8)).found if one.supported}
        assert "trade" in supported and "code" not in supported, seed


def test_an_exact_copy_leaves_neither_supported_and_names_the_other() -> None:
    found = [one for one in searched(companies(3, 3.0, 1.0)).found if one.likely]
    assert len(found) == 1
    assert not found[0].supported
    assert {found[0].candidate.key, *found[0].rivals} == {"trade", "code"}


def test_a_band_read_off_a_number_gives_way_to_the_number() -> None:
    for seed in range(4):
        generator = np.random.default_rng([32, seed])
        size = np.round(np.exp(generator.normal(5, 1.2, ROWS)))
        band = np.searchsorted([50, 150, 400], size)
        won = drawn(generator, np.log(3.0) * ((size >= 90) & (size < 260)) - 1.6)
        facts = [category("office band", [f"band {one}" for one in band]), number("headcount", size)]
        found = searched(evidence(won, *noise(generator, np.arange(ROWS)), *facts)).found
        assert "office band" not in {one.candidate.key for one in found if one.supported}, seed


def test_two_traits_that_go_together_are_both_found() -> None:
    generator = np.random.default_rng(33)
    first = generator.integers(0, 4, 4000)
    second = np.where(generator.random(4000) < 0.4, first, generator.integers(0, 4, 4000))
    won = drawn(generator, np.log(2.5) * (first == 1) + np.log(2.5) * (second == 1) - 1.6)
    made = evidence(
        won, category("trade", [f"t{one}" for one in first]), category("place", [f"p{one}" for one in second])
    )
    assert {one.candidate.key for one in searched(made).found if one.supported} == {"trade", "place"}


def test_facts_of_chance_do_not_go_together() -> None:
    generator = np.random.default_rng(34)
    made = evidence(
        generator.integers(0, 2, 200),
        category("many", [f"m{one}" for one in generator.integers(0, 16, 200)]),
        category("other", [f"o{one}" for one in generator.integers(0, 3, 200)]),
    )
    many, other = binned_of(made)
    assert together(Candidate(other, (0,)), many) < 0.2


def test_a_noisy_band_of_head_count_is_not_proven_by_how_contracts_grow_with_head_count() -> None:
    for seed in range(3):
        generator = np.random.default_rng([35, seed])
        size = np.round(np.exp(generator.normal(5, 1.2, ROWS)))
        band = np.searchsorted([15, 60, 250, 1000], size * np.exp(generator.normal(0, 0.4, ROWS)))
        facts = [number("employees", size), category("office band", [f"band {one}" for one in band])]
        made = sold(generator, drawn(generator, np.full(ROWS, 0.0)), *facts, amount=1000.0 * size**0.5)
        amounts = [one for one in targets_of(made) if one.name == "amount"]
        found = search(binned_of(made), amounts, seed=1, rounds=60).found
        assert {one.candidate.key for one in found if one.supported} == {"employees"}, seed


def test_what_every_list_of_companies_says_is_taken_before_a_column_of_ones_own() -> None:
    supported: list[str] = []
    for seed in range(4):
        made = companies(seed, 2.0, 0.85)
        trade, code = made.facts[-2:]
        found = searched(replace(made, facts=(category("industry", trade.values), code))).found
        supported += [one.candidate.key for one in found if one.supported]
    assert supported.count("industry") >= 3 and "code" not in supported


def test_a_set_that_another_fact_may_stand_for_is_proven_by_contracts_only_where_they_follow_it_beside_that_fact() -> (
    None
):
    generator = np.random.default_rng([36, 1])
    size = np.round(np.exp(generator.normal(5, 1.2, ROWS)))
    turnover = np.round(size * 100 * np.exp(generator.normal(0, 0.5, ROWS)))
    facts = [number("employees", size), number("revenue", turnover)]
    for follows, rivals in ((size, ("employees",)), (turnover, ())):
        made = sold(generator, drawn(generator, np.full(ROWS, 0.0)), *facts, amount=1000.0 * follows**0.5)
        amounts = next(one for one in targets_of(made) if one.name == "amount")
        ready = [each for one in binned_of(made) if (each := prepare(one, amounts)) is not None]
        binned = next(one.binned for one in ready if one.binned.key == "revenue")
        large = Candidate(binned, tuple(range(binned.size // 2, binned.size)))
        assert unshaken(large, ("employees",), ready, amounts, [large]) == rivals
