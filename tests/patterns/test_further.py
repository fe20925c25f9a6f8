"""What an order takes beside what is proven: what comes nearest to all that the facts say, and nothing of luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from idealfit.patterns.candidate import Binned, Candidate
from idealfit.patterns.further import Order, Room, further_sets
from idealfit.patterns.target import Target, targets_of
from patterns.made import binned_of, category, drawn, evidence, flag, number

PLENTY = Room({"firmographic": 5}, 20)


def _order(chosen: Sequence[Candidate], binned: Sequence[Binned], win: Target, room: Room = PLENTY) -> Order:
    order = further_sets(chosen, binned, win, room, seed=1)
    assert order is not None
    return order


def test_weak_traits_that_add_up_are_taken_together() -> None:
    generator = np.random.default_rng(1)
    traits = [(generator.random(1500) < 0.4).astype(float) for _ in range(6)]
    won = drawn(generator, 0.5 * np.sum(traits, 0) - 1.2)
    made = evidence(won, *(flag(f"trait_{place}", one) for place, one in enumerate(traits)))
    win = targets_of(made)[0]
    taken = _order((), binned_of(made), win).sets
    assert len(taken) == 5, "a layer has room for five"
    again = _order((), binned_of(made), win).sets
    assert [one.key for one in taken] == [one.key for one in again], "the same seed takes the same"
    none = Room({"firmographic": 5, "value": 5}, 0)
    assert _order((), binned_of(made), win, none).sets == ()
    beside = Room({"firmographic": 5, "need": 5}, 20)
    layers = [one.binned.fact.info.layer for one in _order((), binned_of(made), win, beside).sets]
    assert layers.count("need") == 1, "where no name tells a layer, what finds no room stands under need"


def test_the_steps_of_a_graded_number_are_taken_beside_one_that_was_found() -> None:
    generator = np.random.default_rng(2)
    price = generator.random(2000) * 16
    made = evidence(drawn(generator, 0.3 * (price - 8)), number("price", price))
    (binned,) = binned_of(made)
    found = Candidate(binned, tuple(range(8, binned.size)))
    order = _order((found,), [binned], targets_of(made)[0])
    assert {one.key for one in order.sets} == {"price"}
    assert 1 <= len(order.sets) <= 2, "three of one column at most, with the one that was found"
    effects = order.effects((found, *order.sets), [1.0, *(0.1 if max(one.chosen) > 8 else -0.1 for one in order.sets)])
    low, high = found.mask() == 0, found.mask() == 1
    told = np.column_stack([one.mask() for one in (found, *order.sets)]) @ effects
    assert 1.8 < told[high].mean() - told[low].mean() < 3.0, "the halves lie 2.4 apart"


def test_the_effects_are_as_bold_as_accounts_never_seen_bear_out() -> None:
    """Forty levels that do not differ: the best and the worst of them differ much by luck, and that must be known."""
    generator = np.random.default_rng(5)
    codes, trait = generator.integers(0, 40, 9000), (generator.random(9000) < 0.4).astype(float)
    won = drawn(generator, 0.9 * trait - 1.0)
    made = evidence(won, category("code", [f"c{one}" for one in codes]), flag("trait", trait))
    learned, unseen = np.arange(800), np.arange(800, 9000)
    full = binned_of(made)
    order = _order((), [one.take(learned) for one in full], targets_of(made.take(learned))[0])
    signs = [1.0 if np.corrcoef(one.mask(), won[learned])[0, 1] > 0 else -1.0 for one in order.sets]
    effects = order.effects(order.sets, signs)
    masks = np.stack([one.over({fact.key: fact for fact in full}).mask()[unseen] for one in order.sets], 1)
    told = masks @ effects
    high = told > np.median(told)
    rates = [float(np.clip(won[unseen][side].mean(), 0.01, 0.99)) for side in (high, ~high)]
    apart = float(np.log(rates[0] / (1 - rates[0])) - np.log(rates[1] / (1 - rates[1])))
    assert 0.7 < apart / (told[high].mean() - told[~high].mean()) < 1.4


def test_an_effect_never_turns_round_beside_the_others() -> None:
    generator = np.random.default_rng(6)
    trait = (generator.random(1200) < 0.4).astype(float)
    nearly = np.where(generator.random(1200) < 0.1, 1 - trait, trait)
    made = evidence(drawn(generator, trait - 1), flag("trait", trait), flag("nearly", nearly))
    order = _order((), binned_of(made), targets_of(made)[0])
    both = [Candidate(one, (1,)) for one in binned_of(made)]
    for signs in ([1.0, 1.0], [1.0, -1.0], [-1.0, 1.0]):
        effects = order.effects(both, signs)
        assert [effect * sign > 0 for effect, sign in zip(effects, signs, strict=True)] == [True, True]


def test_nothing_is_taken_of_luck() -> None:
    for seed in range(3):
        generator = np.random.default_rng([3, seed])
        won = (generator.random(600) < 0.3).astype(int)
        made = evidence(won, *(number(f"n{place}", generator.random(600)) for place in range(6)))
        assert further_sets((), binned_of(made), targets_of(made)[0], PLENTY, seed=1) is None


def test_too_few_wins_judge_no_order() -> None:
    generator = np.random.default_rng(4)
    has = (generator.random(200) < 0.5).astype(float)
    won = drawn(generator, 3 * has - 3)
    made = evidence(won, flag("trait", has))
    assert int(won.sum()) < 60
    assert further_sets((), binned_of(made), targets_of(made)[0], PLENTY, seed=1) is None
