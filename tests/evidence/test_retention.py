"""Kaplan-Meier by hand, against a published table, and by how often its interval holds the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from idealfit.evidence.retention import hazard, kaplan_meier, restricted_mean, retention

# Freireich et al. 1963, the 6-MP arm of the leukaemia trial, in every textbook; a plus there is a censored one here
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
ENDED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)


@pytest.mark.parametrize(
    ("at", "share", "error"),
    [
        (6, 0.857, 0.076),
        (7, 0.807, 0.087),
        (10, 0.753, 0.096),
        (13, 0.690, 0.107),
        (16, 0.627, 0.114),
        (23, 0.448, 0.135),
    ],
)
def test_it_gives_the_textbooks_shares_and_standard_errors(at: float, share: float, error: float) -> None:
    curve = kaplan_meier(WEEKS, ENDED, at)
    assert curve is not None
    assert round(curve.share, 3) == share
    assert round(curve.share * math.sqrt(curve.greenwood), 3) == error


def test_it_is_what_one_computes_by_hand() -> None:
    # five customers: left after 100 and 300 days, still there after 200, 400, 500 → 4/5 * 2/3
    days, ended = np.array([100.0, 200, 300, 400, 500]), np.array([True, False, True, False, False])
    curve = kaplan_meier(days, ended, 365)
    assert curve is not None
    assert curve.share == pytest.approx(4 / 5 * 2 / 3)
    assert curve.greenwood == pytest.approx(1 / (5 * 4) + 1 / (3 * 2))
    assert (curve.at_risk, curve.ended) == (2, 2)
    estimate = retention(days, ended)
    assert estimate is not None
    spread = 1.959964 * math.sqrt(1 / 20 + 1 / 6) / abs(math.log(8 / 15))
    assert estimate.low == pytest.approx((8 / 15) ** math.exp(spread), rel=1e-5)
    assert estimate.high == pytest.approx((8 / 15) ** math.exp(-spread), rel=1e-5)


def test_censored_customers_are_not_counted_as_kept_nor_as_lost() -> None:
    days, ended = np.array([100.0, 10, 10, 10, 400]), np.array([True, False, False, False, False])
    estimate = retention(days, ended)
    assert estimate is not None
    assert estimate.value == 0.5


def test_a_curve_that_does_not_reach_a_year_is_no_estimate() -> None:
    assert retention(np.array([100.0, 200, 300]), np.array([True, False, False])) is None
    assert retention(np.array([]), np.array([], dtype=bool)) is None


def test_when_all_or_none_have_left_the_interval_still_has_a_width() -> None:
    kept = retention(np.array([400.0] * 5 + [10.0] * 100), np.zeros(105, dtype=bool))
    assert kept is not None and kept.value == 1 and kept.low == pytest.approx(0.5655, abs=1e-4)
    gone = retention(np.array([10.0, 20.0, 30.0]), np.ones(3, dtype=bool))
    assert gone is not None and gone.value == 0 and gone.high > 0.5


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    draws = np.random.default_rng(11)
    held, rounds = 0, 500
    for _ in range(rounds):
        stays, seen = draws.exponential(800, 60), draws.uniform(30, 900, 60)
        estimate = retention(np.minimum(stays, seen), stays <= seen)
        assert estimate is not None
        held += estimate.low <= math.exp(-365 / 800) <= estimate.high
    assert 0.925 <= held / rounds <= 0.985


def test_of_whom_nothing_was_seen_says_nothing_and_months_are_read_as_months() -> None:
    months, ended = np.array([3.0, 20, np.nan, 30, 14]), np.array([True, False, False, False, True])
    kept = retention(months, ended, 12.0)
    assert kept is not None
    assert (kept.value, kept.n) == (0.75, 4)
    assert retention(np.array([np.nan]), np.array([False]), 12.0) is None


def test_the_restricted_mean_is_the_area_under_the_curve_counted_by_hand() -> None:
    # of four, one leaves at 2, one is seen until 3, one leaves at 4, one is seen until 6:
    # 1 until 2, 3/4 until 4, 3/8 from there
    seen, ended = np.array([2.0, 3.0, 4.0, 6.0]), np.array([True, False, True, False])
    whole = restricted_mean(seen, ended, 6)
    assert whole is not None
    assert whole.value == pytest.approx(2 + 2 * 0.75 + 2 * 0.375)
    # still to come after 2: 1.5 + 0.75; after 4: 0.75; Greenwood's terms 1/(4*3) and 1/(2*1)
    error = math.sqrt(2.25**2 / 12 + 0.75**2 / 2)
    assert whole.value - whole.low == pytest.approx(1.959964 * error)
    part = restricted_mean(seen, ended, 3)
    assert part is not None
    assert part.value == pytest.approx(2 + 0.75)


def test_the_restricted_mean_agrees_with_the_textbooks_data() -> None:
    made = restricted_mean(WEEKS, ENDED, 35)
    assert made is not None
    # the areas of the table above; and the standard error that statistical packages print for it
    assert made.value == pytest.approx(23.287, abs=0.01)
    assert (made.value - made.low) / 1.959964 == pytest.approx(2.827, abs=0.02)


def test_a_curve_that_ends_early_says_how_far_it_was_read() -> None:
    made = restricted_mean(np.array([3.0, 5.0]), np.array([True, False]), 24)
    assert made is not None
    assert (made.value, made.unit) == (4.0, "of 5 months")


def test_where_nobody_left_all_months_are_kept_and_the_interval_still_has_a_width() -> None:
    made = restricted_mean(np.full(10, 30.0), np.zeros(10, dtype=bool), 24)
    assert made is not None
    assert made.value == made.high == 24
    assert 15 < made.low < 20


def test_the_rate_of_leaving_has_the_exact_interval_of_a_count() -> None:
    made = hazard(np.array([10.0, 20.0, 70.0, np.nan]), np.array([True, False, True, True]))
    assert made is not None
    assert made.value == pytest.approx(0.02)
    assert (made.low * 100, made.high * 100) == (pytest.approx(0.2422, abs=1e-3), pytest.approx(7.2247, abs=1e-3))


def test_the_interval_of_the_restricted_mean_holds_the_truth() -> None:
    rng = np.random.default_rng(3)
    truth, held, rounds = (1 - math.exp(-24 * 0.04)) / 0.04, 0, 400
    for _ in range(rounds):
        life, window = rng.exponential(25, 60), rng.uniform(5, 60, 60)
        made = restricted_mean(np.minimum(life, window), life <= window, 24)
        assert made is not None
        held += made.low <= truth <= made.high
    assert 0.92 <= held / rounds <= 0.98
