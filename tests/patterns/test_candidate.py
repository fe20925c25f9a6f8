"""How a fact is cut, which sets may become a criterion, and how each is written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idealfit.evidence.table import WINDOWS
from idealfit.patterns.candidate import Candidate, bin_fact
from idealfit.profile.parsing import to_text
from patterns.made import category, event, flag, number, tools


def only(fact, account=None):
    (binned,) = bin_fact(fact, np.arange(len(fact.values)) if account is None else account)
    return binned


def written(binned) -> set[str]:
    return {to_text(binned.alone(row).predicate()) for row in range(len(binned.members))}


def test_numbers_are_cut_at_places_that_people_say() -> None:
    generator = np.random.default_rng(1)
    binned = only(number("employees", np.round(np.exp(generator.normal(5, 1.5, 800)))))
    cuts = [low for low, _high in binned.edges][1:]
    assert len(cuts) > 8
    for cut in cuts:
        digits = f"{cut:.0f}".rstrip("0")
        assert len(digits) <= 2, cut


def test_years_are_cut_at_years() -> None:
    generator = np.random.default_rng(2)
    binned = only(number("founded_year", generator.integers(1950, 2024, 800)))
    cuts = [low for low, _high in binned.edges][1:]
    assert len(cuts) > 8
    assert all(cut == round(cut) and 1950 < cut < 2024 for cut in cuts)


def test_a_number_of_few_values_is_cut_at_each_of_them() -> None:
    binned = only(number("seats", [1, 2, 5] * 10))
    assert written(binned) == {"seats = 1", "seats = 2", "seats = 5", "seats < 5", "seats >= 2"}


def test_the_cuts_are_of_accounts_and_not_of_deals() -> None:
    # one giant with half of the deals must not pull every cut to itself
    sizes = np.concatenate([np.full(300, 90_000.0), np.arange(300) + 1])
    account = np.concatenate([np.zeros(300, dtype=np.int64), np.arange(1, 301)])
    binned = only(number("employees", sizes), account)
    assert len(binned.edges) > 8


def test_an_interval_never_holds_everything_and_all_of_its_candidates_differ() -> None:
    binned = only(number("employees", np.arange(400)))
    assert len(written(binned)) == len(binned.members)
    assert (binned.members.sum(1) < binned.size).all()


def test_unknown_is_in_no_set() -> None:
    binned = only(number("employees", [np.nan, *range(40)]))
    for row in range(len(binned.members)):
        mask = binned.alone(row).mask()
        assert np.isnan(mask[0]) and not np.isnan(mask[1:]).any()
        other = binned.alone(row).complement().mask()
        assert np.isnan(other[0]) and np.array_equal(mask[1:] + other[1:], np.ones(40))


@pytest.mark.parametrize("value", [np.nan, 7.0])
def test_a_number_that_says_nothing_is_not_cut(value: float) -> None:
    assert bin_fact(number("employees", np.full(50, value)), np.arange(50)) == ()


def test_levels_need_five_accounts_and_the_rest_is_never_a_candidate_alone() -> None:
    values = ["a"] * 10 + ["b"] * 10 + ["c"] * 4 + [None] * 3
    binned = only(category("industry", values))
    assert binned.levels == ("a", "b")
    assert written(binned) == {"industry = 'a'", "industry = 'b'"}
    assert to_text(Candidate(binned, (0, 2)).predicate()) == "industry <> 'b'"
    assert to_text(Candidate(binned, (2,)).predicate()) == "industry NOT IN ('a', 'b')"
    assert Candidate(binned, (2,)).mask()[20:24].tolist() == [1] * 4
    assert np.isnan(Candidate(binned, (2,)).mask()[24:]).all()


def test_five_deals_of_one_account_are_not_five_accounts() -> None:
    values = ["a"] * 30 + ["b"] * 30
    account = np.concatenate([np.zeros(30, dtype=np.int64), np.arange(1, 31)])
    assert bin_fact(category("industry", values), account) == ()
    assert bin_fact(flag("public", [1.0] * 30 + [0.0] * 30), account) == ()


def test_a_level_is_written_as_it_was_mostly_spelled() -> None:
    fact = category("industry", ["saas"] * 10 + ["o'neill"] * 10, spelling={"saas": "SaaS", "o'neill": "O'Neill"})
    assert written(only(fact)) == {"industry = 'SaaS'", "industry = 'O''Neill'"}


def test_a_yes_or_no_has_one_candidate_with_two_sides() -> None:
    binned = only(flag("is public", [1, 0, np.nan] * 10))
    assert to_text(binned.alone(0).predicate()) == '"is public" = TRUE'
    assert to_text(binned.alone(0).complement().predicate()) == '"is public" = FALSE'


def test_a_list_has_a_candidate_for_each_tool_of_five_accounts() -> None:
    held = [["okta", "jira"]] * 10 + [["jira"]] * 10 + [["rare", "slack"]] * 4 + [["zoom"]] * 4 + [None] * 4
    made = bin_fact(tools("tech", held), np.arange(32))
    assert {one.key for one in made} == {"tech:okta", "tech:jira"}
    okta = next(one for one in made if one.key == "tech:okta")
    assert to_text(okta.alone(0).predicate()) == "uses('okta')"
    assert to_text(okta.alone(0).complement().predicate()) == "NOT uses('okta')"
    assert np.isnan(okta.alone(0).mask()[28:]).all()


def windows(last: np.ndarray) -> np.ndarray:
    """One event each, so many days before the deal; NaN for none."""
    counts = np.stack([(last < days).astype(float) for days in WINDOWS], 1)
    return np.concatenate([counts, (~np.isnan(last)).astype(float)[:, None]], 1)


def test_an_event_has_a_candidate_for_each_window_that_tells_deals_apart() -> None:
    last = np.array([10.0, 40, 80, 100, 150, 300, 400, np.nan, np.nan] * 10)
    binned = only(event("events.funding", windows(last)))
    months = {f"happened('funding', within => '{days} days')" for days in WINDOWS}
    assert written(binned) == {*months, "happened('funding')"}
    assert "not_happened('funding', within => '30 days')" in {
        to_text(binned.alone(row).complement().predicate()) for row in range(len(binned.members))
    }
    rare = only(event("events.funding", windows(np.array([10.0, np.nan] * 10))))
    assert len(rare.members) == len(WINDOWS) + 1


def test_repeated_events_are_counted() -> None:
    seen = [[0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2], [2, 3, 3, 3, 3, 3]]
    counts = np.array(seen * 10, dtype=float)
    binned = only(event("events.visit", counts))
    assert "count_of('visit', within => '60 days') >= 3" in written(binned)


def test_a_window_that_begins_before_the_records_is_unknown_where_nothing_is_seen_in_it() -> None:
    counts = windows(np.array([10.0, np.nan, np.nan] * 10))
    for place in (WINDOWS.index(180), WINDOWS.index(365)):
        counts[2::3, place] = np.nan  # half a year before the third deal nothing was recorded yet
    binned = only(event("events.funding", counts))
    by_text = {to_text(binned.alone(row).predicate()): binned.alone(row) for row in range(len(binned.members))}
    month, year = (by_text[f"happened('funding', within => '{days} days')"] for days in (30, 180))
    assert month.mask()[:3].tolist() == [1, 0, 0]
    assert year.mask()[:2].tolist() == [1, 0] and np.isnan(year.mask()[2])
    assert year.complement().mask()[:2].tolist() == [0, 1] and np.isnan(year.complement().mask()[2])


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-5, 5)), min_size=12, max_size=60))
@settings(max_examples=60)
def test_every_interval_holds_the_numbers_that_it_says(values: list[float | None]) -> None:
    rounded = [np.nan if one is None else round(float(one), 6) for one in values]
    for binned in bin_fact(number("n", rounded), np.arange(len(rounded))):
        for row in range(len(binned.members)):
            candidate = binned.alone(row)
            said = to_text(candidate.predicate())
            for value, inside in zip(rounded, candidate.mask(), strict=True):
                assert np.isnan(inside) == np.isnan(value)
                if not np.isnan(value):
                    assert bool(inside) == holds(said, value), (said, value)


@given(st.lists(st.integers(-60, 300), min_size=12, max_size=80), st.sampled_from([1, 10]))
@settings(max_examples=40)
def test_every_interval_of_whole_numbers_holds_the_ones_that_it_says(values: list[int], step: int) -> None:
    for binned in bin_fact(number("n", [float(one * step) for one in values]), np.arange(len(values))):
        for row in range(len(binned.members)):
            said = to_text(binned.alone(row).predicate())
            for value, inside in zip(values, binned.alone(row).mask(), strict=True):
                assert bool(inside) == holds(said, value * step), (said, value)


def holds(said: str, value: float) -> bool:
    """A written interval, read by hand."""
    words = said.split()
    if words[1] == "BETWEEN":
        return float(words[2]) <= value <= float(words[4])
    edge = float(words[2])
    return {"<": value < edge, ">=": value >= edge, "=": value == edge}[words[1]]
