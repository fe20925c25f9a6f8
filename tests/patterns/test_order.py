"""What an order says of chances: over the deals that it was learned from, as many are won as were."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.patterns.order import chances_of, intercept_for
from idealfit.patterns.value import value_effects
from patterns.made import binned_of, drawn, evidence, flag


def test_bold_effects_do_not_move_the_mean_chance() -> None:
    sums = np.random.default_rng(1).normal(0.5, 2.0, 4000)
    for rate in (0.05, 0.3, 0.9):
        assert np.mean(1 / (1 + np.exp(-(intercept_for(sums, rate) + sums)))) == pytest.approx(rate, abs=1e-6)
    assert intercept_for(np.zeros(0), 0.5) == pytest.approx(0.0, abs=1e-6)


def test_a_profile_that_found_nothing_says_the_rate_of_all() -> None:
    made = evidence(drawn(np.random.default_rng(2), np.full(100, -1.0)), flag("trait", np.arange(100) % 2))
    model = value_effects((), (), best="value", horizon=24.0)
    full, rows = {one.key: one for one in binned_of(made)}, np.arange(100)
    assert np.allclose(chances_of(model, full, rows[:70], rows[70:]), model.base_rate)
