"""Outcomes as models: against closed forms, by how well they find planted numbers, and how accounts widen them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from idealfit.evidence.estimate import intraclass_correlation
from idealfit.patterns.target import Target, fit_target, targets_of
from patterns.made import drawn, evidence, sold


def target(name: str, made) -> Target:
    return next(one for one in targets_of(made) if one.name == name)


def test_a_fit_of_one_trait_gives_the_log_odds_ratio_of_its_table() -> None:
    # 30 of 50 won with it, 20 of 80 without
    has = np.array([1.0] * 50 + [0.0] * 80)
    won = np.array([1] * 30 + [0] * 20 + [1] * 20 + [0] * 60)
    fit = fit_target(target("win", evidence(won)), has[:, None], prior_sd=100.0)
    assert fit.coefficients[1] == pytest.approx(math.log((30 / 20) / (20 / 60)), abs=1e-3)
    assert math.sqrt(fit.covariance[1, 1]) == pytest.approx(math.sqrt(1 / 30 + 1 / 20 + 1 / 20 + 1 / 60), abs=1e-3)


def test_a_prior_shrinks_and_a_narrow_one_shrinks_more() -> None:
    has = np.array([1.0] * 50 + [0.0] * 80)
    won = np.array([1] * 30 + [0] * 20 + [1] * 20 + [0] * 60)
    ratios = [
        fit_target(target("win", evidence(won)), has[:, None], prior_sd=sd).coefficients[1] for sd in (9, 0.5, 0.1)
    ]
    assert ratios[0] > ratios[1] > ratios[2] > 0


def test_leaving_is_counted_by_the_months_seen() -> None:
    generator = np.random.default_rng(1)
    has = (generator.random(3000) < 0.5).astype(float)
    made = sold(generator, np.ones(3000, dtype=np.int64), hazard=np.where(has == 1, 0.06, 0.02))
    churn = target("churn", made)
    fit = fit_target(churn, has[churn.rows][:, None], prior_sd=9.0)
    assert fit.coefficients[1] == pytest.approx(math.log(3), abs=0.15)
    assert math.exp(fit.coefficients[0]) == pytest.approx(0.02, rel=0.15)


def test_the_value_of_a_contract_is_compared_by_its_logarithm() -> None:
    generator = np.random.default_rng(2)
    has = (generator.random(1000) < 0.5).astype(float)
    made = sold(generator, np.ones(1000, dtype=np.int64), amount=np.where(has == 1, 20_000.0, 10_000.0))
    amount = target("amount", made)
    assert fit_target(amount, has[amount.rows][:, None], prior_sd=9.0).coefficients[1] == pytest.approx(
        math.log(2), abs=0.1
    )


def test_each_outcome_is_a_target_only_where_enough_is_known() -> None:
    generator = np.random.default_rng(3)
    won = drawn(generator, np.zeros(200))
    assert [one.name for one in targets_of(evidence(won, cycle=np.nan))] == ["win"]
    everything = sold(generator, won, margin=0.7)
    assert {one.name for one in targets_of(everything)} == {"win", "churn", "amount", "margin", "cycle"}
    assert "churn" not in {one.name for one in targets_of(replace(everything, ended=np.zeros(200, dtype=bool)))}
    assert {one.name for one in targets_of(replace(everything, reach="wins"))} == {"win", "margin", "cycle"}
    few = sold(generator, np.array([1] * 15 + [0] * 100), margin=0.7)
    assert {one.name for one in targets_of(few)} == {"win"}


def test_open_deals_are_no_outcome() -> None:
    made = evidence([1, 0, -1] * 10)
    assert target("win", made).rows.tolist() == [row for row in range(30) if row % 3 < 2]


def test_deals_without_dates_have_no_time() -> None:
    assert not target("win", evidence([1, 0] * 10, day=np.full(20, np.nan))).nuisance.any()
    dated = target("win", evidence([1, 0] * 10)).nuisance[:, 0]
    assert dated[0] < 0 < dated[-1]


def test_accounts_whose_deals_go_alike_widen_the_error() -> None:
    generator = np.random.default_rng(4)
    account = np.repeat(np.arange(60), 15)
    has = (np.arange(60) < 30).astype(float)[account]
    won = drawn(generator, generator.normal(0, 1.5, 60)[account])
    alike = fit_target(target("win", evidence(won, account=account)), has[:, None], prior_sd=9.0)
    single = fit_target(target("win", evidence(won)), has[:, None], prior_sd=9.0)
    assert alike.coefficients[1] == pytest.approx(single.coefficients[1])
    assert math.sqrt(alike.covariance[1, 1]) > 1.8 * math.sqrt(single.covariance[1, 1])


def test_correlation_within_accounts_is_found_and_never_negative() -> None:
    generator = np.random.default_rng(5)
    account = np.repeat(np.arange(400), 5)
    shared = generator.normal(0, 1, 400)[account] * math.sqrt(0.3)
    own = generator.normal(0, 1, 2000) * math.sqrt(0.7)
    ones = np.ones(2000)
    assert intraclass_correlation(shared + own, ones, account) == pytest.approx(0.3, abs=0.05)
    assert intraclass_correlation(own, ones, np.arange(2000)) == 0
    apart = np.tile([1.0, -1.0], 1000)
    assert intraclass_correlation(apart, ones, np.repeat(np.arange(1000), 2)) == 0


def test_the_false_alarms_of_a_fit_are_as_many_as_it_says_though_accounts_hold_many_deals() -> None:
    alarms = 0
    for seed in range(100):
        generator = np.random.default_rng([6, seed])
        account = np.repeat(np.arange(50), 12)
        has = (generator.random(50) < 0.4).astype(float)[account]
        won = drawn(generator, generator.normal(0, 1, 50)[account] - 0.5)
        fit = fit_target(target("win", evidence(won, account=account)), has[:, None], prior_sd=9.0)
        alarms += abs(fit.coefficients[1]) / math.sqrt(fit.covariance[1, 1]) > 1.96
    assert alarms / 100 < 0.1


def test_how_a_deal_came_is_adjusted_for_and_not_found() -> None:
    generator = np.random.default_rng(8)
    referred = generator.random(1200) < 0.4
    has = (generator.random(1200) < np.where(referred, 0.7, 0.2)).astype(float)
    won = drawn(generator, 1.6 * referred - 1.4)
    source = np.where(referred, "Referral", "cold call").astype(object)
    apart = target("win", evidence(won, source=source))
    together = target("win", evidence(won))
    assert apart.nuisance.shape[1] == together.nuisance.shape[1] + 1
    adjusted = fit_target(apart, np.column_stack([has, apart.nuisance]), prior_sd=3.0).coefficients[1]
    plain = fit_target(together, np.column_stack([has, together.nuisance]), prior_sd=3.0).coefficients[1]
    assert plain > 0.4
    assert abs(adjusted) < 0.25


def test_a_rare_source_is_no_column() -> None:
    source = np.array(["web"] * 195 + ["fair"] * 5, dtype=object)
    assert target("win", evidence([1, 0] * 100, source=source)).nuisance.shape[1] == 1


def test_the_false_alarms_of_a_measured_outcome_stay_as_many_with_half_as_many_columns_as_customers() -> None:
    generator = np.random.default_rng(5)
    alarms = []
    for _ in range(60):
        columns = (generator.random((30, 15)) < 0.4).astype(float)
        amount = Target(
            "amount",
            "gaussian",
            np.arange(30),
            generator.normal(9, 1, 30),
            np.ones(30),
            np.arange(30),
            np.zeros((30, 0)),
        )
        fit = fit_target(amount, columns, prior_sd=5.0)
        alarms.append(np.mean(np.abs(fit.coefficients[1:]) / np.sqrt(np.diag(fit.covariance)[1:]) > 2.2))
    assert np.mean(alarms) < 0.07
