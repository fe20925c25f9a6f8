"""What to ask of one lead is what the arrays say that all accounts are told by."""

from __future__ import annotations

import numpy as np

from idealfit.inbound.gaining import MOST_WAYS, LeadGains
from idealfit.profile.document import load_profile
from idealfit.scores.learning import Chance, Held, Learner
from idealfit.scores.scorecard import scorecard

PROFILE = """\
profile: Gains
layers:
  firmographic:
    weight: 40
    criteria:
      - {id: size, when: employees > 100, points: 9, because: x, known_true_rate: 0.3}
      - {id: huge, when: employees > 900, points: -7, because: x, known_true_rate: 0.1, group: g}
      - {id: tiny, when: employees < 20, points: -4, because: x, known_true_rate: 0.2, group: g}
  technographic:
    weight: 22.5
    criteria:
      - {id: okta, when: uses('okta'), points: 5, because: x, known_true_rate: 0}
      - {id: jira, when: uses('jira'), points: 6, because: x}
  situational:
    weight: 30
    criteria:
      - {id: funded, when: "happened('funding', within => '90 days')", points: 8, because: x, half_life: 30 days}
exclusions:
  - {id: public, when: "ownership = 'Government'", because: x}
  - {id: agency, when: "industry = 'Agency'", state: proposed, because: x}
tiers: {by: BY, A: 60, B: 35}
"""


def test_one_lead_gains_what_the_arrays_say() -> None:
    draw = np.random.default_rng(7)
    for by in ("fit", "score"):
        profile = load_profile(PROFILE.replace("BY", by))
        plan = scorecard(profile)
        rates = {item.id: item.rate / 1000 for item in plan.items}
        gains, learner = LeadGains(profile, plan, rates), Learner(profile)
        for _ in range(40):
            states = {name: (True, False, None, None)[draw.integers(4)] for name in plan.scored}
            held = Held(states, {"funded": (8000, 4000, 1000)[draw.integers(3)]} if states["funded"] else {})
            unknown = [name for name, state in states.items() if state is None]
            asked = [unknown[:2], unknown[-3:], unknown] if unknown else []
            for learned, (tier, fit) in zip(asked, gains.gains(held, asked), strict=True):
                assert 2 ** len(learned) <= 4 * MOST_WAYS
                chances = []
                for name in learned:
                    rate = rates.get(name, 0.25)
                    ways = [(state, share) for state, share in ((True, rate), (False, 1 - rate)) if share > 0]
                    chances.append(Chance((name,), tuple((w,) for w, _ in ways), tuple(share for _, share in ways)))
                found = learner.gain(held, chances)
                assert abs(found.tier - tier) < 1e-9
                assert abs(found.fit - fit) < 1e-9
