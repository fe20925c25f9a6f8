"""The curve of who stays: its steps, its intervals, where it ends."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.evidence.retention import kaplan_meier, retention
from idealfit.evidence.stay_curve import FEWEST_AT_RISK, month_ticks, stay_curve


def test_at_any_month_the_curve_says_what_retention_says() -> None:
    draw = np.random.default_rng(3)
    seen = np.round(draw.uniform(0.5, 36, 300), 1)
    ended = draw.random(300) < 0.4
    curve = stay_curve(seen, ended)
    assert curve is not None and curve.customers == 300 and curve.left == int(ended.sum())
    for month in (1.0, 6.0, 12.0, 24.0):
        share = retention(seen, ended, month)
        assert share is not None
        assert curve.at(month) == pytest.approx((share.value, share.low, share.high), abs=1e-9)
        there = kaplan_meier(seen, ended, month)
        assert there is not None and curve.at_risk(month) == there.at_risk
    assert all(one >= two for one, two in zip(curve.share, curve.share[1:], strict=False))


def test_it_ends_where_too_few_are_left_to_see_and_begins_with_all() -> None:
    seen = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    curve = stay_curve(seen, np.ones(10, dtype=bool))
    assert curve is not None and curve.until == 6.0 and curve.at(6.5) is None
    assert curve.share[0] == 1.0 and curve.at_risk(0) == 10 and curve.at_risk(curve.until) == FEWEST_AT_RISK
    assert stay_curve(seen[:4], np.zeros(4, dtype=bool)) is None
    assert stay_curve(np.full(9, np.nan), np.zeros(9, dtype=bool)) is None


def test_where_nobody_left_there_is_an_interval_all_the_same() -> None:
    curve = stay_curve(np.full(20, 12.0), np.zeros(20, dtype=bool))
    assert curve is not None and curve.share == (1.0,) and 0.7 < curve.low[0] < 0.95


@pytest.mark.parametrize("until", [0.4, 3.0, 11.0, 29.0, 71.9, 400.0])
def test_ticks_are_whole_months_and_few(until: float) -> None:
    ticks = month_ticks(until)
    assert 1 <= len(ticks) <= 8 and ticks[0] == 0 and ticks[-1] <= until and all(one == int(one) for one in ticks)
