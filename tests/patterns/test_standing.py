"""What was found in all customers is proven after a change only where those won since show it too."""

from __future__ import annotations

import numpy as np

from idealfit.evidence.window import since_day
from idealfit.patterns.search import Found, SearchResult
from idealfit.patterns.standing import DOUBTED_Q, still_seen
from idealfit.patterns.target import targets_of
from patterns.made import START, binned_of, drawn, flag, sold

DEALS, CHANGED = 2400, 1200


def test_what_customers_won_since_do_not_show_is_likely_no_more() -> None:
    generator = np.random.default_rng(81)
    day = np.arange(DEALS, dtype=float) / 2
    lasting, faded, turned = ((generator.random(DEALS) < 0.4).astype(float) for _ in range(3))
    late = day >= CHANGED / 2
    leaving = 0.03 * np.exp(1.2 * lasting + 1.2 * faded * ~late + np.where(late, -1.2, 1.2) * turned)
    won = drawn(generator, np.full(DEALS, 1.0))
    facts = [flag("lasting", lasting), flag("faded", faded), flag("turned", turned)]
    made = sold(generator, won, *facts, hazard=leaving, day=day)
    (churn,) = [one for one in targets_of(made) if one.name == "churn"]
    found = tuple(Found(one.alone(0), churn, 1e-6, 1e-5, 5.0) for one in binned_of(made))
    recent = targets_of(since_day(made, START + np.timedelta64(CHANGED // 2, "D")))
    left = {one.candidate.key: one.q_value for one in still_seen(SearchResult(found, (), 3), recent).found}
    assert left["lasting"] == 1e-5
    assert "turned" not in left
    assert left.get("faded", DOUBTED_Q) >= DOUBTED_Q
