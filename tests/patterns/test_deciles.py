"""The judged deals in parts: none is lost, and what the best bring is counted from them."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.patterns.deciles import FEW, parts_of
from idealfit.patterns.order import places


def test_parts_hold_every_deal_and_a_good_order_brings_more_at_first() -> None:
    draw = np.random.default_rng(5)
    score = draw.normal(size=400)
    won = draw.random(400) < 1 / (1 + np.exp(-2 * score))
    worth = np.where(won, 100.0, 0.0)
    parts = parts_of(
        places(score), won, won.astype(float), np.ones(400, dtype=bool), worth, draw.random(400), np.arange(400)
    )
    assert [one.number for one in parts] == list(range(1, 11))
    assert sum(one.deals for one in parts) == 400 and sum(one.won for one in parts) == int(won.sum())
    first, last = parts[0], parts[-1]
    assert first.lift is not None and first.lift.low > 1.2 and last.lift is not None
    assert last.lift.value == pytest.approx(1) and last.captured == pytest.approx(1) and last.reached == 1
    assert first.value is not None and first.value.value == pytest.approx(100 * first.won / first.deals)
    assert first.size_lift is not None and first.size_lift < first.lift.value


def test_deals_that_cannot_be_told_apart_stay_together_and_few_are_not_told() -> None:
    won = np.arange(80) % 2 == 0
    every, account = np.ones(80, dtype=bool), np.arange(80)
    parts = parts_of(places(np.zeros(80)), won, won.astype(float), every, None, None, account)
    assert [one.deals for one in parts] == [80] and parts[0].value is None
    few = slice(FEW - 1)
    order = places(np.arange(FEW - 1.0))
    assert parts_of(order, won[few], won[few].astype(float), every[few], None, None, account[few]) == ()
