"""Pairs: found where the parts alone do not explain it, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.patterns.candidate import both
from idealfit.patterns.search import Found, search
from idealfit.patterns.target import targets_of
from idealfit.patterns.value import value_effects
from idealfit.profile.parsing import to_text
from patterns.made import binned_of, category, drawn, evidence, flag


def pairs_found(seed: int, *, together: float = 0.0, each: float = 0.0, rows: int = 1500) -> list[Found]:
    """The pairs found among eight flags, when two of them add `each` and both at once `together` more."""
    generator = np.random.default_rng(seed)
    flags = (generator.random((8, rows)) < 0.4).astype(float)
    won = drawn(generator, -1.5 + each * (flags[0] + flags[1]) + together * flags[0] * flags[1])
    made = evidence(won, *(flag(f"trait {number}", values) for number, values in enumerate(flags)))
    binned = binned_of(made, [f"trait {number}" for number in range(8)])
    targets = [one for one in targets_of(made) if one.name == "win"]
    return [one for one in search(binned, targets, seed=1).found if one.candidate.binned.shape == "pair"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_traits_that_matter_only_together_are_found_as_a_pair(seed: int) -> None:
    (pair,) = pairs_found(seed, together=1.8)
    assert pair.z > 3
    assert pair.supported
    assert to_text(pair.candidate.predicate()) in {
        '"trait 0" = TRUE AND "trait 1" = TRUE',
        '"trait 1" = TRUE AND "trait 0" = TRUE',
    }


def test_a_pair_whose_parts_say_nothing_alone_is_found_with_all_its_levels() -> None:
    generator = np.random.default_rng(8)
    rows = 2500
    has = (generator.random(rows) < 0.4).astype(float)
    kind = generator.integers(0, 6, rows)
    good = np.isin(kind, [1, 4]).astype(float)
    won = drawn(generator, -1.6 + 2.8 * (has - 0.4) * (good - 1 / 3))
    idle = [flag(f"idle {number}", (generator.random(rows) < 0.3).astype(float)) for number in range(12)]
    made = evidence(won, *idle, flag("brand", has), category("focus", [f"k{one}" for one in kind]))
    targets = [one for one in targets_of(made) if one.name == "win"]
    names = [*(one.name for one in idle), "brand", "focus"]
    found = search(binned_of(made, names), targets, seed=1, rounds=20).found
    (pair,) = [one for one in found if one.candidate.binned.shape == "pair" and one.supported]
    said = to_text(pair.candidate.predicate())
    assert "brand = TRUE" in said
    assert "focus IN ('k1', 'k4')" in said or "focus IN ('k4', 'k1')" in said


def test_two_traits_that_each_matter_are_no_pair() -> None:
    assert sum(len(pairs_found(seed, each=1.0)) for seed in range(10, 22)) <= 1


def test_noise_is_no_pair() -> None:
    assert sum(len(pairs_found(seed)) for seed in range(30, 60)) <= 2


def test_a_pair_is_false_where_either_part_is_and_unknown_only_where_that_decides() -> None:
    made = evidence(
        [1, 0] * 20,
        flag("one", np.array([1.0, 0.0, np.nan, np.nan] * 10)),
        flag("other", np.array([1.0, np.nan, 0.0, 1.0] * 10)),
    )
    one, other = binned_of(made, ["one", "other"])
    assert np.array_equal(both(one.alone(0), other.alone(0)).mask()[:4], [1.0, 0.0, 0.0, np.nan], equal_nan=True)


def test_a_part_of_a_pair_is_left_out_where_it_would_point_the_other_way_beside_it() -> None:
    generator = np.random.default_rng(5)
    one, other = (generator.random((2, 2000)) < 0.4).astype(float)
    won = drawn(generator, -1.6 + 2.2 * one * other - 0.5 * one)
    made = evidence(won, flag("one", one), flag("other", other))
    targets = [target for target in targets_of(made) if target.name == "win"]
    found = search(binned_of(made, ["one", "other"]), targets, seed=1).found
    assert "one" in {each.candidate.key for each in found}
    effects = value_effects(found, targets, best="win_rate", horizon=24.0).effects
    assert any(effect.candidate.binned.shape == "pair" and effect.value > 0 for effect in effects)
    assert "one" not in {effect.candidate.key for effect in effects}
