"""A truth that changes at a date is found, dated and told; one that does not change is left alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from idealfit.evidence.table import Evidence
from idealfit.evidence.window import BEFORE_WINDOW, first_window, since_day, usual_start
from idealfit.patterns.change import Change, find_change, opening_days
from idealfit.patterns.discovery import Discovery, discover
from idealfit.patterns.division import find_divisions
from idealfit.patterns.target import targets_of
from idealfit.patterns.time_document import time_blocks, time_warnings
from patterns.made import START, binned_of, drawn, evidence, flag, noise

DEALS, DAYS, CHANGED = 1800, 720, 480


def world(seed: int, *, changes: bool = True) -> Evidence:
    """Two years and 1,800 deals: `lasting` always wins; `old` until day 480, `new` from then on, or `old` always."""
    generator = np.random.default_rng(seed)
    day = np.sort(generator.integers(0, DAYS, DEALS)).astype(float)
    lasting, old, new = ((generator.random(DEALS) < 0.35).astype(float) for _ in range(3))
    late = (day >= CHANGED) & changes
    odds = -1.6 + 0.9 * lasting + 1.3 * np.where(late, new, old)
    facts = [flag("lasting", lasting), flag("old", old), flag("new", new), *noise(generator, np.arange(DEALS))]
    return evidence(drawn(generator, odds), *facts, day=day)


def change_in(made: Evidence) -> Change | None:
    return find_change(binned_of(made), targets_of(made)[0], opening_days(made), (), seed=1, rounds=80)


def test_the_day_is_found_within_two_months_and_lies_in_its_interval() -> None:
    for seed in range(3):
        found = change_in(world(seed))
        assert found is not None
        off = (found.at - (START + np.timedelta64(CHANGED, "D"))).astype(int)
        assert abs(off) <= 61
        assert found.low <= found.at <= found.high
        assert {"old", "new"} & {one.candidate.key for one in found.moved}


def test_what_moved_is_told_with_its_effect_on_either_side() -> None:
    found = change_in(world(1))
    assert found is not None
    by_key = {one.candidate.key: one for one in found.moved}
    turn = {key: 1 if one.candidate.chosen == (1,) else -1 for key, one in by_key.items()}
    assert turn["old"] * by_key["old"].before > 0.7 > abs(by_key["old"].after)
    assert turn["new"] * by_key["new"].after > 0.7 > abs(by_key["new"].before)


def test_where_nothing_changes_nothing_is_told() -> None:
    assert sum(change_in(world(seed, changes=False)) is not None for seed in range(10, 18)) == 0


def test_a_base_rate_that_rises_is_no_change_of_what_wins() -> None:
    generator = np.random.default_rng(5)
    day = np.sort(generator.integers(0, DAYS, DEALS)).astype(float)
    has = (generator.random(DEALS) < 0.3).astype(float)
    won = drawn(generator, -1.8 + 1.0 * has + 1.2 * (day > 400))
    assert change_in(evidence(won, flag("has", has), *noise(generator, np.arange(DEALS)), day=day)) is None


def test_too_few_deals_are_not_tested() -> None:
    assert change_in(world(1).take(np.arange(0, DEALS, 9))) is None


@cache
def discovered() -> tuple[Evidence, Discovery]:
    made = world(2)
    return made, discover(
        made, attributes={fact.name: fact.info for fact in made.facts}, unit="deal", best="win_rate", seed=1
    )


def test_the_old_truth_is_dropped_the_new_one_found_and_the_lasting_one_kept() -> None:
    made, found = discovered()
    supported = {one.attribute for one in found.patterns if one.grade == "supported"}
    assert {"lasting", "new"} <= supported
    assert "old" not in supported
    assert found.window is not None and found.window.reason == "change"
    assert found.window.closed + found.window.older == made.rows


def test_the_change_is_a_warning_and_every_rate_of_it_reconciles() -> None:
    made, found = discovered()
    attributes = {fact.name: fact.info for fact in made.facts}
    (warning,) = time_warnings(found.changes, (), attributes)
    assert "two profiles" in warning and "2025" in warning
    block = time_blocks(found.window, found.changes, (), made, attributes)
    (change,) = block["changes"]
    for moved in change["moved"]:
        counts = [sum(moved[side]["counts"].values()) for side in ("before", "after")]
        assert sum(counts) == made.rows
        for side in ("before", "after"):
            one = moved[side]
            assert len(one["records"]["won"]) == one["counts"]["match_won"]
            match = one["counts"]["match_won"] + one["counts"]["match_lost"]
            assert one["rates"]["match"] == pytest.approx(one["counts"]["match_won"] / match, rel=1e-4)


def test_criteria_count_only_the_deals_of_the_window() -> None:
    made, found = discovered()
    assert found.window is not None
    inside = (made.outcome >= 0) & (made.opened >= np.datetime64(found.window.since))
    assert int(inside.sum()) == found.window.closed
    for one in found.patterns:
        counts = one.counts
        known = int(np.sum(inside & ~np.isnan(one.candidate.mask())))
        assert counts.match_won + counts.match_lost + counts.rest_won + counts.rest_lost == known


def test_asked_for_a_day_the_data_do_not_decide() -> None:
    made = world(2)
    asked = (START + np.timedelta64(300, "D")).astype(object)
    held, begun = first_window(made, asked)
    assert begun == asked
    early = made.opened < np.datetime64(asked)
    assert np.array_equal(held.outcome == BEFORE_WINDOW, early)
    assert np.array_equal(held.outcome[~early], made.outcome[~early])


def test_five_years_are_the_most_and_undated_deals_stay() -> None:
    made = evidence([1, 0, 1, 0], day=[-1500.0, 100, 200, np.nan])
    held, begun = first_window(made)
    assert begun is not None and begun.year == made.as_of.year - 5
    assert held.outcome.tolist() == [BEFORE_WINDOW, 0, 1, 0]
    assert since_day(made, None) is made


def test_the_usual_window_grows_until_sixty_deals_are_closed() -> None:
    long = evidence([0, 1] * 200, day=np.linspace(-700, 900, 400))
    assert usual_start(long)[1] == 24
    sparse = evidence([0, 1] * 45, day=np.linspace(-700, 900, 90))
    assert usual_start(sparse)[1] > 24
    assert usual_start(evidence([0, 1] * 20))[1] == 0


def products(seed: int, *, differ: bool) -> Evidence:
    generator = np.random.default_rng(seed)
    product = np.where(generator.random(1200) < 0.5, "Alpha", "beta").astype(object)
    has, other = ((generator.random(1200) < 0.35).astype(float) for _ in range(2))
    own = np.where((product == "Alpha") | (not differ), has, other)
    made = drawn(generator, -1.2 + 1.4 * own + 0.5 * (product == "Alpha"))
    facts = [flag("has", has), flag("other", other), *noise(generator, np.arange(1200))]
    return evidence(made, *facts, product=product)


def test_two_products_with_two_profiles_are_told_and_two_with_one_are_not() -> None:
    made = products(1, differ=True)
    (found,) = find_divisions(made, binned_of(made), targets_of(made)[0], (), seed=1)
    assert (found.by, found.value.casefold()) in {("product", "alpha"), ("product", "beta")}
    assert sum(found.deals) == made.rows
    assert {one.candidate.key for one in found.moved} == {"has", "other"}
    attributes = {fact.name: fact.info for fact in made.facts}
    assert "two profiles" in time_warnings((), (found,), attributes)[0]
    for seed in range(2, 6):
        same = products(seed, differ=False)
        assert find_divisions(same, binned_of(same), targets_of(same)[0], (), seed=1) == ()
