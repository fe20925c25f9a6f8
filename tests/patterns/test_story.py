"""A segment's money, step by step: every line follows from the ones before, and the price names what it gives up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from idealfit.evidence.economics import Economics, months_within
from idealfit.evidence.table import Evidence
from idealfit.patterns.cross_check import cross_check
from idealfit.patterns.price import price_of
from idealfit.patterns.story import story_of
from idealfit.patterns.telling import price_told, told
from patterns.made import evidence


def company(seed: int = 1, rows: int = 600) -> tuple[Evidence, Economics, np.ndarray]:
    """Half of the deals are of a segment that wins twice as often, pays alike, needs support for nearly all it pays and
    leaves after some months.
    """
    generator = np.random.default_rng(seed)
    segment = np.arange(rows) % 2 == 0
    y = (generator.random(rows) < np.where(segment, 0.5, 0.25)).astype(np.int64)
    won = y == 1
    ended = won & segment & (generator.random(rows) < 0.8)
    months = np.where(won, np.where(ended, generator.integers(3, 9, rows), 24.0), np.nan)
    made = evidence(y, months=months, ended=ended, amount=np.where(won, 12_000.0, np.nan), reach="wins+value+retention")
    yearly = np.where(won, 12_000.0, np.nan)
    support = np.where(won, np.where(segment, 800.0, 100.0) * months, np.nan)
    empty = np.full(rows, np.nan)
    economics = Economics(
        yearly, months, yearly * months / 12, np.where(won, 0.75, np.nan), support, empty, np.full(rows, 30.0), empty,
        0.75, True, 500.0, 24.0, "EUR",
    )  # fmt: skip
    return made, economics, segment


def test_each_line_follows_from_the_lines_before() -> None:
    made, economics, segment = company()
    story = story_of(segment, ~segment, made, economics)
    assert story is not None
    by_name = {step.what: step for step in story.steps}
    for side in ("match", "rest"):
        value = {name: getattr(step, side) for name, step in by_name.items()}
        assert value["left of a year"] == pytest.approx(
            value["revenue a year"] + value["cost of sales a year"] + value["support a year"]
        )
        assert value["left in 24 months"] == pytest.approx(value["left of a year"] * value["months kept of 24"] / 12)
        assert value["cost to win one"] == pytest.approx(-500 / value["win rate"])
        assert value["left per customer in 24 months"] == pytest.approx(
            value["left in 24 months"] + value["cost to win one"]
        )


def test_a_segment_that_wins_and_loses_money_is_told_as_that() -> None:
    made, economics, segment = company()
    story = story_of(segment, ~segment, made, economics)
    assert story is not None
    assert story.plot == "loses money"
    assert story.left[0] < 0 < story.left[1]
    assert "EUR 9,600 a year" in told(story, economics)
    records = story.records["match"]
    assert set(records["customers"]) == set(made.account_id[segment & (made.outcome == 1)])
    assert set(records["left"]) == set(made.account_id[made.ended])


def test_a_story_needs_five_customers_on_either_side() -> None:
    made, economics, segment = company()
    few = np.flatnonzero(segment & (made.outcome == 1))[:4]
    inside = np.isin(np.arange(made.rows), few)
    assert story_of(inside, ~segment, made, economics) is None


def test_the_price_counts_and_names_the_wins_and_adds_up_the_support() -> None:
    made, economics, segment = company()
    price = price_of(segment, made, economics)
    won = segment & (made.outcome == 1)
    assert price["deals_avoided"] == int(segment.sum())
    assert price["won"] == len(price["wins"]) == int(won.sum())
    assert {win["deal_id"] for win in price["wins"]} == set(made.deal_id[won])
    assert price["won_amount"] == 12_000 * int(won.sum())
    assert price["support_cost"] == pytest.approx(float(economics.support[won].sum()))
    assert price["left"] == pytest.approx(price["gross_margin"] - price["support_cost"] - price["cost_to_win"])
    text = price_told(price)
    assert text.startswith(f"Refusing these {int(segment.sum()):,} accounts would have cost {int(won.sum())} wins")
    assert "of support" in text


def test_without_customers_the_price_is_deals_and_days_alone() -> None:
    made, economics, segment = company()
    empty = np.full(made.rows, np.nan)
    bare = replace(economics, yearly=empty, months=empty, revenue=empty, kept_share=empty, support=empty)
    price = price_of(segment, replace(made, amount=empty), bare)
    assert price["revenue"] is None
    assert price["left"] is None
    assert price["days_open"] == 30.0 * int(segment.sum())


def test_months_within_the_horizon_are_the_area_under_the_curve() -> None:
    months, ended = np.array([6.0, 12.0, 24.0, 24.0]), np.array([True, False, False, False])
    # one of four leaves at six months: six whole months, then three quarters of eighteen
    assert months_within(months, ended, 24.0) == pytest.approx(6 + 0.75 * 18)


def test_a_profile_whose_best_customers_leave_sooner_is_warned_of() -> None:
    made, economics, segment = company()
    wrong = cross_check(made, economics, np.where(segment, "A", "C"))
    assert wrong is not None
    assert wrong.holds is False
    assert wrong.warning is not None
    assert "leave sooner" in wrong.warning
    assert wrong.best.customers + wrong.rest.customers == int((made.outcome == 1).sum())
    right = cross_check(made, economics, np.where(segment, "C", "B"))
    assert right is not None
    assert right.holds is True
    assert right.warning is None


def test_a_profile_with_too_few_customers_is_not_cross_checked() -> None:
    made, economics, _segment = company()
    assert cross_check(made, economics, np.full(made.rows, "A")) is None
