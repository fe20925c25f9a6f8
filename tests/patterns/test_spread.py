"""How far companies differ is estimated without choosing anything, and the errors of a model widen its intervals."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.patterns.spread import spread_of
from idealfit.patterns.target import targets_of
from patterns.made import binned_of, category, drawn, evidence, flag


def spread(deviation: float, seed: int) -> float:
    generator = np.random.default_rng([seed, 4])
    rows = 2500
    facts = [category(f"c{one}", generator.choice(list("abcdef"), rows)) for one in range(6)]
    facts += [flag(f"f{one}", generator.random(rows) < 0.3) for one in range(12)]
    odds = sum(
        generator.normal() * ((fact.values == "a") if fact.kind == "category" else fact.values) for fact in facts
    )
    odds = (odds - odds.mean()) / odds.std() * deviation
    made = evidence(drawn(generator, odds - 1.2), *facts)
    (target,) = [one for one in targets_of(made) if one.name == "win"]
    return spread_of(binned_of(made), target)


@pytest.mark.parametrize(("deviation", "low", "high"), [(0.0, 0.0, 0.2), (1.0, 0.6, 1.3)])
def test_the_spread_that_was_planted_is_found(deviation: float, low: float, high: float) -> None:
    assert low <= np.mean([spread(deviation, seed) for seed in range(4)]) <= high
