"""The three verdicts, and how strong a trait the data could have shown."""

from __future__ import annotations

import re

import numpy as np
import pytest

from idealfit.evidence.estimate import Estimate
from idealfit.patterns.backtest import Backtest
from idealfit.patterns.target import fit_target, targets_of
from idealfit.patterns.verdict import Judgement, Power, decide, power
from patterns.made import drawn, evidence, flag, tools

PASSED = Backtest("later_deals", None, 300, lift=Estimate(1.6, 1.2, 2.1, 300))
FAILED = Backtest("later_deals", None, 300, lift=Estimate(1.1, 0.8, 1.4, 300))
NONE = Backtest("none", None, 0)
STRONG, WEAK = Power(2.0, 0.2, 0.95), Power(2.0, 0.2, 0.4)


def decided(backtest: Backtest, supported: int, strength: Power, *, unit: str = "deal", outcome=None) -> Judgement:
    return decide(evidence([1, 0, 0] * 40 if outcome is None else outcome), backtest, supported, strength, unit=unit)


@pytest.mark.parametrize(
    ("backtest", "supported", "strength", "verdict"),
    [
        (PASSED, 1, STRONG, "profile"),
        (PASSED, 4, WEAK, "profile"),
        (PASSED, 0, STRONG, "no_signal"),
        (PASSED, 0, WEAK, "insufficient"),
        (FAILED, 2, STRONG, "no_signal"),
        (FAILED, 2, WEAK, "insufficient"),
        (NONE, 2, WEAK, "insufficient"),
        (FAILED, 0, STRONG, "no_signal"),
        (NONE, 0, WEAK, "insufficient"),
    ],
)
def test_each_case_has_its_verdict(backtest: Backtest, supported: int, strength: Power, verdict: str) -> None:
    assert decided(backtest, supported, strength).verdict == verdict


def test_a_verdict_is_given_with_its_numbers() -> None:
    said = decided(PASSED, 2, STRONG).reason
    assert "2 supported criteria" in said and "1.60" in said and "1.20 to 2.10" in said and "later deals" in said
    assert decided(PASSED, 1, STRONG).reason.startswith("1 supported criterion.")
    assert "0.80 to 1.40" in decided(FAILED, 2, STRONG).reason
    assert "40 won and 80 lost deals" in decided(NONE, 0, WEAK).reason and "40%" in decided(NONE, 0, WEAK).reason
    assert "120" in decided(NONE, 0, STRONG, unit="customer").reason


def test_what_was_not_shown_over_time_is_said_so() -> None:
    aside = Backtest("accounts_set_aside", None, 300, lift=PASSED.lift)
    assert "not a test of time" in decided(aside, 1, STRONG).reason


@pytest.mark.parametrize("outcome", [[1] * 30, [0] * 30, [-1] * 30, [1]])
def test_one_outcome_has_no_power_and_is_insufficient(outcome: list[int]) -> None:
    strength = power(evidence(outcome), 10)
    assert strength.value == 0
    assert decided(NONE, 0, strength, outcome=outcome).verdict == "insufficient"


def test_without_lost_deals_it_asks_for_them() -> None:
    judged = decided(NONE, 0, WEAK, outcome=[1] * 30)
    assert any(advice.startswith("Lost deals") for advice in judged.collect)


def test_ten_deals_are_too_few_and_it_says_about_how_many_more() -> None:
    made = evidence([1, 0, 0, 1, 0] * 2)
    strength = power(made, 20)
    assert strength.value < 0.2
    judged = decide(made, NONE, 0, strength, unit="deal")
    assert judged.verdict == "insufficient"
    (more,) = [advice for advice in judged.collect if "more closed deals" in advice]
    (number,) = re.findall(r"about ([\d,]+) more", more.lower())
    assert 100 < int(number.replace(",", "")) < 2000


def test_it_asks_for_what_is_missing() -> None:
    gaps = flag("public", [1, 0] * 10)
    made = evidence([1, 0] * 10, gaps, tools("tech", [["okta"]] * 4 + [None] * 16))
    collect = decide(made, NONE, 0, WEAK, unit="deal").collect
    assert any("Tech" in advice and "80" in advice for advice in collect)
    assert any("Dated events" in advice for advice in collect)
    assert len(collect) <= 4


def test_power_grows_with_deals_and_falls_with_the_number_of_tests_and_with_accounts_alike() -> None:
    generator = np.random.default_rng(1)
    won = drawn(generator, np.full(1200, -1.0))
    whole, half = power(evidence(won), 20).value, power(evidence(won[:600]), 20).value
    assert whole > half > power(evidence(won[:600]), 200).value
    account = np.repeat(np.arange(60), 20)
    alike = drawn(generator, generator.normal(0, 1.5, 60)[account] - 1)
    assert power(evidence(alike, account=account), 20).value < power(evidence(alike), 20).value


def test_power_is_how_often_such_a_trait_is_found() -> None:
    n, tests, hits, rounds = 700, 20, 0, 200
    said = []
    for seed in range(rounds):
        generator = np.random.default_rng([7, seed])
        has = (generator.random(n) < 0.2).astype(float)
        made = evidence(drawn(generator, np.log(2) * has - 1.1))
        (target,) = [one for one in targets_of(made) if one.name == "win"]
        fit = fit_target(target, has[:, None], prior_sd=20.0)
        hits += abs(fit.coefficients[1]) / fit.covariance[1, 1] ** 0.5 > 3.02  # 0.05 over 20, two-sided
        said.append(power(made, tests).value)
    assert hits / rounds == pytest.approx(np.mean(said), abs=0.09)


def test_where_no_column_could_be_searched_nothing_is_said_of_signal() -> None:
    rows, nothing = evidence([1, 0, 0] * 400), Power(2.0, 0.2, 0.99, tests=0)
    found = decide(rows, NONE, 0, nothing, unit="deal", unnamed=17)
    assert found.verdict == "insufficient" and "17 columns of the file have no name" in found.reason
    assert "header line" in found.collect[0]
