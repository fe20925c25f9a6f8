"""Rates and medians: against published figures, by hand, and by how often their intervals hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.evidence.estimate import Estimate, bootstrap_by_account, design_effect, median, rate
from idealfit.evidence.wilson import wilson_bounds


def clustered(draws: np.random.Generator, accounts: int, each: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """The account of every deal, and what its account adds to it."""
    groups = np.repeat(np.arange(accounts), each)
    return groups, draws.normal(0, spread, accounts)[groups]


def test_one_deal_an_account_gives_wilsons_interval() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 15 of 148 gives 0.0624 to 0.1605
    for won, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        estimate = rate(np.arange(n) < won, np.arange(n))
        assert estimate is not None
        assert (round(estimate.low, 4), round(estimate.high, 4)) == (low, high)
        assert (estimate.n, estimate.accounts, estimate.value) == (n, n, won / n)


def test_none_of_none_is_no_estimate_and_all_or_nothing_has_a_one_sided_interval() -> None:
    nobody = np.array([], dtype=np.int64)
    assert rate(nobody.astype(bool), nobody) is None
    assert median(nobody.astype(float), nobody, "days") is None
    never = rate(np.zeros(10, dtype=bool), np.arange(10))
    assert never is not None and never.low == 0 and never.high == pytest.approx(0.2775, abs=1e-4)


def test_copies_of_a_deal_in_its_account_say_nothing_new() -> None:
    won = np.arange(40) % 4 == 0
    once = rate(won, np.arange(40))
    copied = rate(np.repeat(won, 25), np.repeat(np.arange(40), 25))
    assert once is not None and copied is not None
    assert design_effect(np.repeat(won, 25), np.repeat(np.arange(40), 25)) == pytest.approx(25 * 40 / 39)
    assert copied.n == 1000 and copied.accounts == 40
    assert copied.low < once.low and once.high < copied.high
    assert copied.high - copied.low < 1.1 * (once.high - once.low)


def test_three_accounts_that_lost_everything_are_three_observations_not_three_hundred() -> None:
    estimate = rate(np.zeros(300, dtype=bool), np.repeat(np.arange(3), 100))
    assert estimate is not None
    assert estimate.high > 0.5


def test_a_single_account_tells_almost_nothing() -> None:
    estimate = rate(np.arange(100) < 30, np.zeros(100, dtype=np.int64))
    assert estimate is not None
    assert estimate.high - estimate.low > 0.8


@pytest.mark.parametrize(("accounts", "each", "spread"), [(15, 1, 0.0), (85, 40, 0.6), (20, 10, 0.8)])
def test_the_intervals_hold_the_truth_about_as_often_as_they_say(accounts: int, each: int, spread: float) -> None:
    draws = np.random.default_rng(20260630)
    truth = float((1 / (1 + np.exp(0.8 - np.random.default_rng(1).normal(0, spread, 100_000)))).mean())
    held = {"rate": 0, "median": 0}
    rounds = 400
    for _ in range(rounds):
        groups, added = clustered(draws, accounts, each, spread)
        share = rate(draws.random(len(groups)) < 1 / (1 + np.exp(0.8 - added)), groups)
        middle = median(np.exp(added + draws.normal(size=len(groups))), groups, "days")
        assert share is not None and middle is not None
        held["rate"] += share.low <= truth <= share.high
        held["median"] += middle.low <= 1 <= middle.high
    assert 0.92 <= held["rate"] / rounds <= 0.985
    assert held["median"] / rounds >= 0.92


def test_an_interval_that_took_deals_for_independent_would_miss() -> None:
    draws = np.random.default_rng(5)
    truth = float((1 / (1 + np.exp(0.8 - np.random.default_rng(1).normal(0, 0.6, 100_000)))).mean())
    held = 0
    for _ in range(300):
        groups, added = clustered(draws, 85, 100, 0.6)
        won = draws.random(len(groups)) < 1 / (1 + np.exp(0.8 - added))
        low, high = wilson_bounds(float(won.mean()), len(won), 1.96)
        held += low <= truth <= high
    assert held / 300 < 0.7


def test_the_order_of_the_deals_does_not_matter_for_a_median_with_ties() -> None:
    values = np.array([5.0] * 10 + [1, 2, 9, 12])
    groups = np.arange(14) // 2
    order = np.random.default_rng(3).permutation(14)
    assert median(values, groups, "days") == median(values[order], groups[order], "days")


def test_a_single_value_is_its_own_interval_and_says_that_it_is_one() -> None:
    assert median(np.array([7.0]), np.array([0]), "days") == Estimate(7.0, 7.0, 7.0, 1, 0.95, 1, "days")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.floats(0, 1e6)), min_size=1, max_size=60))
def test_a_value_lies_in_its_interval_and_a_share_between_nought_and_one(
    deals: list[tuple[bool, int, float]],
) -> None:
    won, groups, values = (np.array(column) for column in zip(*deals, strict=True))
    share, middle = rate(won, groups), median(values, groups, "EUR")
    assert share is not None and middle is not None
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert middle.low <= middle.value <= middle.high
    assert middle.as_dict().keys() == {"value", "low", "high", "n", "accounts", "unit"}


def test_resampling_keeps_the_deals_of_an_account_together() -> None:
    groups = np.repeat(np.arange(20), 30)
    won = (groups % 2 == 0).astype(float)  # every deal of an account goes the same way
    alike = bootstrap_by_account(lambda rows: float(np.mean(won[rows])), groups, rounds=300)
    apart = bootstrap_by_account(lambda rows: float(np.mean(won[rows])), np.arange(600), rounds=300)
    assert alike is not None and apart is not None
    assert (alike.value, alike.n, alike.accounts) == (0.5, 600, 20)
    assert alike.high - alike.low > 3 * (apart.high - apart.low)
    assert alike.high - alike.low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(20), rel=0.25)


def test_resampling_depends_on_the_seed_alone() -> None:
    values = np.random.default_rng(1).normal(size=50)
    once, again, other = (
        bootstrap_by_account(lambda rows: float(np.mean(values[rows])), np.arange(50), rounds=100, seed=seed)
        for seed in (3, 3, 4)
    )
    assert once == again != other


def test_what_is_no_number_has_no_estimate_and_what_seldom_is_one_no_ends() -> None:
    groups = np.arange(10)
    assert bootstrap_by_account(lambda _rows: float("nan"), groups) is None
    whole = bootstrap_by_account(lambda rows: 1.0 if len(np.unique(rows)) == 10 else float("nan"), groups, rounds=50)
    assert whole is not None and (whole.low, whole.high) == (float("-inf"), float("inf"))


def test_gaps_are_left_out_of_a_median() -> None:
    values = np.array([1.0, np.nan, 3.0, 5.0, np.nan])
    middle = median(values, np.arange(5), "days")
    assert middle is not None and (middle.value, middle.n, middle.accounts) == (3.0, 3, 3)
    assert median(np.full(4, np.nan), np.arange(4)) is None
