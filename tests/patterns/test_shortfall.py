"""What is missing is told in numbers that are right: with so many more, the effect would be seen."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from idealfit.evidence.table import Evidence
from idealfit.patterns.collecting import what_to_collect
from idealfit.patterns.shortfall import power_of, rows_needed, shortfall
from idealfit.records.attribute import KNOWN
from patterns.made import drawn, evidence, number

TESTS = 40


def with_headcount(outcome: np.ndarray, known: float) -> Evidence:
    values = np.where(np.arange(len(outcome)) < known * len(outcome), 100.0 + np.arange(len(outcome)), np.nan)
    headcount = replace(number("employees", values), info=KNOWN["employees"])
    return evidence(outcome, headcount)


@pytest.mark.parametrize("rate", [0.1, 0.25])
def test_with_the_rows_that_are_asked_for_the_effect_is_seen_eighty_times_in_a_hundred(rate: float) -> None:
    rows = rows_needed(rate, TESTS)
    assert power_of(rate, rows, TESTS) == pytest.approx(0.8, abs=1e-6)
    generator = np.random.default_rng(3)
    rest = rate / 1.2
    seen, rounds, many = 0, 400, round(rows)
    for _ in range(rounds):
        has = generator.random(many) < 0.2
        won = generator.random(many) < np.where(has, 2 * rest, rest)
        inside, outside = won[has], won[~has]
        error = np.sqrt(inside.var() / len(inside) + outside.var() / len(outside))
        seen += (inside.mean() - outside.mean()) / error > 3.2272  # 0.05 over 40, two-sided
    assert seen / rounds == pytest.approx(0.8, abs=0.08)


def test_more_deals_or_a_column_that_most_lack_are_named_with_their_numbers() -> None:
    won = drawn(np.random.default_rng(1), np.full(900, -1.1))
    missing = shortfall(with_headcount(won, 0.3), TESTS)
    (gap,) = missing.gaps
    assert gap.known == pytest.approx(0.3, abs=0.01)
    assert gap.power_now < 0.5
    assert gap.power_filled > 0.8
    assert missing.more == 0
    assert gap.more > 500
    (told,) = [text for text in what_to_collect(with_headcount(won, 0.3), missing, TESTS, "deals") if "lack it" in text]
    assert "on the 70% of accounts that lack it would let us see an effect of twice the win rate" in told


def test_too_few_deals_are_told_by_how_many() -> None:
    won = drawn(np.random.default_rng(2), np.full(400, -1.1))
    missing = shortfall(evidence(won), TESTS)
    assert missing.more is not None
    rate = float(won.mean())
    assert power_of(rate, 400 + missing.more, TESTS) == pytest.approx(0.8, abs=0.03)
    first = what_to_collect(evidence(won), missing, TESTS, "deals")[0]
    assert re.match(
        rf"About {missing.more:,} more closed deals would let us see an effect of twice the win rate", first
    )


def test_without_lost_deals_it_says_how_many_would_do() -> None:
    few, many = evidence([1] * 25), evidence([1] * 150)
    assert shortfall(few, TESTS).lost is None
    (asked,) = [text for text in what_to_collect(few, shortfall(few, TESTS), TESTS, "deals") if "Lost" in text]
    assert re.search(r"about \d+ won and \d+ lost ones", asked)
    lost = shortfall(many, TESTS).lost
    assert lost is not None
    assert power_of(150 / (150 + lost), 150 + lost, TESTS) >= 0.8


def test_a_column_that_nearly_all_have_is_no_gap() -> None:
    won = drawn(np.random.default_rng(2), np.full(200, -1.1))
    assert shortfall(with_headcount(won, 0.9), TESTS).gaps == ()
