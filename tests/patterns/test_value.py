"""From effects on winning, staying, price and cost to one effect on value, and from that to points and exclusions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.evidence.table import Evidence
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.points import integer_points, is_exclusion, tier_cuts
from idealfit.patterns.search import Found, search
from idealfit.patterns.target import TargetName, targets_of
from idealfit.patterns.value import COUNTED, Best, Effect, ValueModel, months_kept, value_effects
from patterns.made import binned_of, category, drawn, flag, noise, number, sold


def model_of(made: Evidence, best: Best = "value", names: tuple[TargetName, ...] | None = None) -> ValueModel:
    wanted = names or tuple(dict.fromkeys(("win", "churn", *COUNTED[best])))
    targets = [one for one in targets_of(made) if one.name in wanted]
    found = search(binned_of(made), targets, seed=1, rounds=60).found
    return value_effects(found, targets, best=best, horizon=24.0)


def effects_of(model: ValueModel, key: str) -> list[Effect]:
    return [one for one in model.effects if one.candidate.key == key]


def halves(generator: np.random.Generator, n: int = 1500, share: float = 0.3) -> np.ndarray:
    has: np.ndarray = (generator.random(n) < share).astype(float)
    return has


def upside(effect: Effect) -> float:
    """The value of having it, whichever side the effect is written of."""
    return effect.value if effect.candidate.chosen == (1,) else -effect.value


def test_what_wins_and_then_leaves_is_worth_less_than_the_rest() -> None:
    generator = np.random.default_rng(1)
    has = halves(generator)
    made = sold(generator, drawn(generator, 0.7 * has - 1), flag("hype", has), hazard=np.where(has == 1, 0.25, 0.02))
    (effect,) = effects_of(model_of(made), "hype")
    assert upside(effect) < -0.3
    win, _error = effect.by_target["win"]
    assert win * (1 if effect.candidate.chosen == (1,) else -1) > 0.3
    (by_wins,) = effects_of(model_of(made, "win_rate"), "hype")
    assert upside(by_wins) > 0.2


def test_what_support_eats_is_worth_less_than_the_rest() -> None:
    generator = np.random.default_rng(2)
    has = halves(generator)
    won = drawn(generator, 0.5 * has - 1)
    made = sold(generator, won, flag("needy", has), margin=np.where(has == 1, 0.15, 0.8))
    (effect,) = effects_of(model_of(made), "needy")
    assert upside(effect) < -0.5


def test_what_pays_more_is_worth_more_though_it_wins_no_more_often() -> None:
    generator = np.random.default_rng(3)
    has = halves(generator)
    made = sold(
        generator, drawn(generator, np.full(1500, -0.7)), flag("big", has), amount=np.where(has, 30_000, 10_000)
    )
    (effect,) = effects_of(model_of(made), "big")
    assert upside(effect) == pytest.approx(math.log(3), abs=0.35)
    assert all(abs(one.value) < 0.2 for one in effects_of(model_of(made, "win_rate"), "big"))


def test_a_fact_has_at_most_one_set_to_seek_and_one_to_avoid() -> None:
    for seed in range(6):
        generator = np.random.default_rng([4, seed])
        size = np.round(np.exp(generator.normal(5, 1.3, 1500)))
        kind = generator.integers(0, 10, 1500)
        log_odds = (
            1.3 * ((size > 100) & (size < 400)) - 1.2 * (size > 1500) + 1.1 * np.isin(kind, [1, 4]) - 1.0 * (kind == 7)
        )
        made = sold(
            generator,
            drawn(generator, log_odds - 1.2),
            number("employees", size),
            category("industry", kind),
            hazard=np.where(kind == 4, 0.15, 0.03),
        )
        model = model_of(made)
        by_key: dict[str, list[float]] = {}
        for one in model.effects:
            by_key.setdefault(one.candidate.key, []).append(one.value)
        assert {"employees", "industry"} <= set(by_key)
        for values in by_key.values():
            assert len(values) <= 2
            assert len(values) < 2 or values[0] * values[1] < 0
        for key in by_key:
            chosen = [set(one.candidate.chosen) for one in effects_of(model, key)]
            assert len(chosen) == 1 or not chosen[0] & chosen[1]


def test_a_level_that_wins_is_kept_beside_one_that_wins_and_leaves() -> None:
    generator = np.random.default_rng([50, 0])
    kind = generator.integers(0, 5, 1500)
    won = drawn(generator, np.log(3) * (kind == 0) + np.log(2.5) * (kind == 4) - 1.6)
    made = sold(
        generator, won, category("industry", [f"k{one}" for one in kind]), hazard=np.where(kind == 4, 0.15, 0.02)
    )
    targets = {one.name: one for one in targets_of(made)}
    (binned,) = binned_of(made)

    def found(target: TargetName, *levels: str) -> Found:
        chosen = tuple(sorted(binned.levels.index(one) for one in levels))
        return Found(Candidate(binned, chosen), targets[target], 0.001, 0.001, 4.0)

    both = [targets["win"], targets["churn"]]
    model = value_effects([found("win", "k0", "k4"), found("churn", "k4")], both, best="value", horizon=24.0)
    said = {tuple(binned.levels[one] for one in each.candidate.chosen): each.value for each in model.effects}
    assert set(said) == {("k0",), ("k4",)}
    assert said["k0",] > 0.2 and said["k4",] < -0.2


def test_a_proxy_of_a_stronger_trait_is_left_out() -> None:
    generator = np.random.default_rng(5)
    has = halves(generator)
    proxy = np.where(generator.random(1500) < 0.92, has, 1 - has)
    made = sold(generator, drawn(generator, 1.2 * has - 1.2), flag("real", has), flag("proxy", proxy))
    assert {one.candidate.key for one in model_of(made).effects} == {"real"}


def test_a_proxy_that_was_found_for_another_outcome_is_left_out_of_the_model() -> None:
    generator = np.random.default_rng(15)
    has = halves(generator)
    proxy = np.where(generator.random(1500) < 0.92, has, 1 - has)
    made = sold(generator, drawn(generator, 1.2 * has - 1.2), flag("real", has), flag("proxy", proxy))
    (win,) = [one for one in targets_of(made) if one.name == "win"]
    found = [Found(one.alone(0), win, 0.001, 0.001, 3.0) for one in binned_of(made)]
    assert {one.candidate.key for one in found} == {"real", "proxy"}
    assert [one.candidate.key for one in value_effects(found, [win], best="value", horizon=24).effects] == ["real"]


def test_it_is_said_of_the_smaller_side() -> None:
    generator = np.random.default_rng(6)
    size = np.round(np.exp(generator.normal(5, 1.2, 1500)))
    made = sold(generator, drawn(generator, 1.4 * (size >= 400) - 1.3), number("employees", size))
    (effect,) = effects_of(model_of(made), "employees")
    assert np.nanmean(effect.candidate.mask()) < 0.5
    assert effect.value > 0


def test_in_noise_there_is_hardly_anything_and_it_is_small() -> None:
    generator = np.random.default_rng(7)
    made = sold(generator, drawn(generator, np.full(900, -0.8)), *noise(generator, np.arange(900)))
    model = model_of(made)
    assert not any(one.supported for one in model.effects)
    assert all(abs(one.value) < 0.6 for one in model.effects)


def test_without_anything_found_the_model_says_the_base_rate() -> None:
    generator = np.random.default_rng(8)
    made = sold(generator, drawn(generator, np.full(400, -0.8)))
    model = model_of(made)
    assert model.effects == ()
    assert model.base_rate == pytest.approx(float(np.mean(made.outcome == 1)))
    left, months = made.ended.sum(), np.nansum(made.months)
    assert model.hazard == pytest.approx(left / months)


def test_months_kept_is_the_area_under_the_curve() -> None:
    time = np.linspace(0, 24, 20_001)
    for hazard in (0.01, 0.1, 1.0):
        assert months_kept(hazard, 24) == pytest.approx(float(np.trapezoid(np.exp(-hazard * time), time)), rel=1e-4)
    assert months_kept(0.0, 24) == 24


def proven(value: float, error: float, *, q_value: float = 0.001) -> Effect:
    generator = np.random.default_rng(9)
    has = halves(generator, 400)
    made = sold(generator, drawn(generator, 2 * has - 1.5), flag("trait", has))
    targets = [one for one in targets_of(made) if one.name == "win"]
    (first, *_rest) = search(binned_of(made), targets, seed=1, rounds=50).found
    one = type(first)(first.candidate, first.target, q_value, q_value, first.z)
    return Effect(first.candidate, {}, value, error, (one,))


def test_walking_away_is_proposed_only_where_even_the_better_end_is_worth_little() -> None:
    assert is_exclusion(proven(-1.2, 0.2))
    assert not is_exclusion(proven(-1.2, 0.9))
    assert not is_exclusion(proven(-0.3, 0.01))
    assert not is_exclusion(proven(1.2, 0.1))
    assert not is_exclusion(proven(-1.2, 0.2, q_value=0.2))


effects = st.lists(st.floats(-3, 3).filter(lambda value: abs(value) >= 0.05), min_size=1, max_size=20)


@given(effects)
def test_points_are_small_integers_in_the_order_of_the_effects(values: list[float]) -> None:
    points = integer_points(values)
    assert len(points) == len(values)
    assert all(isinstance(one, int) and 1 <= abs(one) <= 20 for one in points)
    assert all(one * value > 0 for one, value in zip(points, values, strict=True))
    assert 6 <= max(abs(one) for one in points) <= 20
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranked = [points[index] for index in order]
    assert ranked == sorted(ranked)


def test_no_effects_have_no_points_and_equal_ones_have_the_same() -> None:
    assert integer_points([]) == []
    assert len(set(integer_points([0.4, 0.4, 0.4]))) == 1
    assert integer_points([0.0, 0.0]) == [1, 1]


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=200))
def test_a_tier_begins_at_a_score_that_somebody_has_and_never_holds_everyone(scores: list[int]) -> None:
    cut_a, cut_b = tier_cuts(np.array(scores, dtype=float))
    if len(set(scores)) == 1:
        assert (cut_a, cut_b) == (math.inf, math.inf)
        return
    assert cut_a >= cut_b > min(scores)
    assert {cut_a, cut_b} <= {float(one) for one in scores}


def test_about_fifteen_in_a_hundred_are_a_and_forty_a_or_b() -> None:
    scores = np.random.default_rng(1).normal(size=2000)
    cut_a, cut_b = tier_cuts(scores)
    assert np.mean(scores >= cut_a) == pytest.approx(0.15, abs=0.01)
    assert np.mean(scores >= cut_b) == pytest.approx(0.40, abs=0.01)


def test_where_nearly_all_stay_a_strong_trait_is_not_lost_and_points_follow_the_log_odds() -> None:
    generator = np.random.default_rng(31)
    rate = generator.random(4000) * 16
    won = drawn(generator, 6.5 - 0.35 * rate)
    assert won.mean() > 0.88
    model = model_of(sold(generator, won, number("rate", rate)), "win_rate", ("win",))
    assert effects_of(model, "rate"), "no trait can add a tenth to value, and the loss is of few"
    for effect in model.effects:
        assert effect.strength == effect.by_target["win"][0]
        assert abs(effect.value) < abs(effect.strength)
