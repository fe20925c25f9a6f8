"""Scores in arrays are those of one account, to the last digit, whatever the states."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.profile.document import load_profile
from idealfit.scores.many_accounts import tiered
from idealfit.scores.one_account import reckoned
from idealfit.scores.scorecard import scorecard

TEXT = """
profile: Arrays
layers:
  firmographic:
    weight: {weight}
    criteria:
      - {{id: a, when: employees > 5, points: 7, known_true_rate: 0.153}}
      - {{id: b, when: employees > 50, points: 5, group: size}}
      - {{id: c, when: employees > 500, points: -3, group: size}}
      - {{id: d, when: country = 'DE', points: -4}}
  situational:
    weight: 12.5
    criteria:
      - {{id: e, when: "happened('x', within => '90 days')", points: 9, half_life: 30 days}}
  need:
    weight: 0
    criteria:
      - {{id: f, when: revenue > 5, points: 2}}
exclusions:
  - {{id: g, when: country = 'FR', because: No., state: accepted}}
  - {{id: h, when: country = 'IT', because: No., state: proposed}}
tiers: {{by: {by}, A: 62.3, B: 41, least_completeness: 0.5}}
"""


@pytest.mark.parametrize(("by", "weight"), [("fit", 20), ("score", 35.125), ("score", 1_000_000)])
def test_arrays_say_what_one_account_says(by: str, weight: float) -> None:
    plan = scorecard(load_profile(TEXT.format(by=by, weight=weight)))
    rows, order = 600, np.random.default_rng(7)
    states = {name: order.integers(-1, 2, rows).astype(np.int8) for name in plan.scored}
    full = {"e": order.choice([9000, 4500, 2250, 1125], rows)}
    found = tiered(plan, states, full, rows=rows)
    for row in range(rows):
        known = {name: None if state[row] < 0 else bool(state[row]) for name, state in states.items()}
        one = reckoned(plan, known, {"e": int(full["e"][row])})
        told = (found.tier[row], found.band[row], found.fit[row], found.timing[row])
        assert told == (one.tier, one.timing_band, one.fit, one.timing)


def test_a_profile_without_criteria_knows_no_tier() -> None:
    found = tiered(scorecard(load_profile("profile: Nothing\n")), {}, rows=2)
    assert found.tier.tolist() == ["unknown", "unknown"] and found.band.tolist() == ["unknown", "unknown"]
