"""The best cut of a fact: a level that stands out is not lost among all the sets that there are of many levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from idealfit.patterns.cuts import Searchable, best_cut, calibrate, prepare
from idealfit.patterns.target import fit_target, targets_of
from patterns.made import binned_of, category, drawn, evidence

LEVELS = np.array([f"level {number:02}" for number in range(12)], dtype=object)


def ready_of(effect: float, seed: int, n: int = 500):
    generator = np.random.default_rng(seed)
    held = LEVELS[generator.integers(0, len(LEVELS), n)]
    made = evidence(drawn(generator, effect * (held == LEVELS[3]) - 1.5), category("kind", held))
    win = targets_of(made)[0]
    fit = fit_target(win, win.nuisance)
    found = [ready for one in binned_of(made) if (ready := prepare(one, win)) is not None]
    (ready,) = calibrate(found, win, fit, np.random.default_rng(seed), 100)
    return ready, fit


def as_one_law(ready: Searchable) -> Searchable:
    """With the law of sets of many levels for all of them."""
    return replace(ready, luck=(ready.luck[-1],) * len(ready.luck))


def test_one_level_of_many_is_found_by_itself_and_more_surely_than_among_all_sets() -> None:
    ready, fit = ready_of(1.6, 3)
    candidate, p_value, z = best_cut(ready, fit)
    assert [candidate.binned.levels[bin_] for bin_ in candidate.chosen] == ["level 03"]
    assert z > 0 and p_value < 0.01
    assert p_value < 0.2 * best_cut(as_one_law(ready), fit)[1]


def test_luck_is_not_called_sure_more_often_than_it_should_be() -> None:
    chances = np.array([best_cut(*ready_of(0.0, 100 + seed, 300))[1] for seed in range(60)])
    assert np.sum(chances < 0.05) <= 7
    assert np.all((chances > 0) & (chances <= 1))
