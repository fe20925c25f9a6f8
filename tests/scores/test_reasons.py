"""The words of a criterion: what it asks, and that it does not hold, as a rep would say it."""

from __future__ import annotations

from typing import cast

import pytest

from idealfit.profile.content import Criterion, Exclusion, Layer, Profile
from idealfit.scores.account_told import plain_texts, turns_in_words
from idealfit.scores.missing import Thing
from idealfit.scores.reasons import wordings
from idealfit.scores.turning import Change, How, Turn


def profile_of(*criteria: Criterion, exclusions: tuple[Exclusion, ...] = ()) -> Profile:
    return Profile(
        profile="Words", layers={"firmographic": Layer(weight=1, criteria=criteria)}, exclusions=list(exclusions)
    )


@pytest.mark.parametrize(
    ("when", "holds", "fails"),
    [
        ("country <> 'United States'", "country is not United States", "country is United States"),
        ("uses('Keran')", "uses Keran", "does not use Keran"),
        ("NOT uses('Keran')", "does not use Keran", "uses Keran"),
        ("employees BETWEEN 100 AND 500", "100 to 500 employees", "fewer than 100 or more than 500 employees"),
        (
            "employees > 50 AND uses('Okta')",
            "more than 50 employees and uses Okta",
            "at most 50 employees or does not use Okta",
        ),
    ],
)
def test_what_does_not_hold_is_said_without_a_not_before_it(when: str, holds: str, fails: str) -> None:
    found = wordings(profile_of(Criterion(id="one", when=when, points=5)))["one"]
    assert (found.true, found.false, found.unknown) == (holds, fails, f"unknown: {holds}")


def test_a_name_that_somebody_gave_is_denied_by_name_unless_it_denies_something_itself() -> None:
    named = Criterion(id="named", when="uses('Okta')", points=5, label="Okta house")
    denial = Criterion(id="denial", when="country <> 'France'", points=5, label="Not in France")
    told = wordings(profile_of(named, denial))
    assert told["named"].false == "not: Okta house"
    assert told["denial"].false == "country is France"


def test_what_is_asked_stands_without_the_state_of_an_exclusion() -> None:
    barred = Exclusion(id="barred", when="uses('Keran')", because="x")
    told = wordings(profile_of(Criterion(id="one", when="uses('Okta')", points=5), exclusions=(barred,)))
    assert told["barred"].false == "does not use Keran"
    assert plain_texts(told) == {"one": "uses Okta", "barred": "uses Keran"}


def test_a_change_says_what_is_found_or_ends_and_never_denies_a_denial() -> None:
    told = wordings(
        profile_of(
            Criterion(id="abroad", when="country <> 'France'", points=5),
            Criterion(id="tool", when="uses('Keran')", points=5),
        )
    )
    ends = {"abroad": False, "tool": False}
    for how, words in (
        ("find out", ("country is France", "does not use Keran")),
        ("can happen", ("country is France", "no longer: uses Keran")),
    ):
        turn = Turn("C", (Change((Thing("column", "country"),), cast(How, how), ends),), None)
        assert turns_in_words([turn], {}, told)[0].changes[0].texts == words
