"""What an order takes beside what is proven: as far as it foretells accounts that were set aside, and no further."""

from __future__ import annotations

import numpy as np

from idealfit.patterns.candidate import Candidate
from idealfit.patterns.further import Room, further_sets
from idealfit.patterns.target import targets_of
from patterns.made import binned_of, drawn, evidence, flag, number

PLENTY = Room({"firmographic": 5}, 20)


def test_weak_traits_that_add_up_are_taken_together() -> None:
    generator = np.random.default_rng(1)
    traits = [(generator.random(1500) < 0.4).astype(float) for _ in range(6)]
    won = drawn(generator, sum(0.5 * one for one in traits) - 1.2)
    made = evidence(won, *(flag(f"trait_{place}", one) for place, one in enumerate(traits)))
    win = targets_of(made)[0]
    taken = further_sets((), binned_of(made), win, PLENTY, seed=1)
    assert len(taken) == 5, "a layer has room for five"
    again = further_sets((), binned_of(made), win, PLENTY, seed=1)
    assert [one.key for one in taken] == [one.key for one in again], "the same seed takes the same"
    none = Room({"firmographic": 5, "value": 5}, 0)
    assert further_sets((), binned_of(made), win, none, seed=1) == ()


def test_the_steps_of_a_graded_number_are_taken_beside_one_that_was_found() -> None:
    generator = np.random.default_rng(2)
    price = generator.random(2000) * 16
    made = evidence(drawn(generator, 0.3 * (price - 8)), number("price", price))
    (binned,) = binned_of(made)
    found = Candidate(binned, tuple(range(8, binned.size)))
    taken = further_sets((found,), [binned], targets_of(made)[0], PLENTY, seed=1)
    assert {one.key for one in taken} == {"price"}
    assert 1 <= len(taken) <= 2, "three of one column at most, with the one that was found"


def test_nothing_is_taken_of_luck() -> None:
    taken = []
    for seed in range(3):
        generator = np.random.default_rng([3, seed])
        won = (generator.random(600) < 0.3).astype(int)
        made = evidence(won, *(number(f"n{place}", generator.random(600)) for place in range(6)))
        taken.append(len(further_sets((), binned_of(made), targets_of(made)[0], PLENTY, seed=1)))
    assert taken == [0, 0, 0]


def test_too_few_wins_judge_no_path() -> None:
    generator = np.random.default_rng(4)
    has = (generator.random(200) < 0.5).astype(float)
    won = drawn(generator, 3 * has - 3)
    made = evidence(won, flag("trait", has))
    assert int(won.sum()) < 60
    assert further_sets((), binned_of(made), targets_of(made)[0], PLENTY, seed=1) == ()
