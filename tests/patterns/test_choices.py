"""One search, several choices of best: what each finds of planted traits, and what the classical recipe makes of them.

Planted: `wholesale` wins and leaves; `audited` wins; `partnered` customers grow; `large` ones sign large contracts and
win no more often than others; `plain` does nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from idealfit.evidence.follow_up import FollowUp
from idealfit.evidence.table import Evidence
from idealfit.patterns.best import parse_best
from idealfit.patterns.choice_trial import trial_of
from idealfit.patterns.choices import Comparison, compare_choices, turning
from idealfit.patterns.classical import Classical, classical_recipe
from patterns.made import evidence, flag

N = 1600


@lru_cache(maxsize=1)
def company() -> Evidence:
    rng = np.random.default_rng(11)
    wholesale, audited, partnered, large, plain = (rng.random(N) < share for share in (0.2, 0.25, 0.3, 0.2, 0.7))
    odds = -1.1 + 0.9 * wholesale + 1.0 * audited
    won = rng.random(N) < 1 / (1 + np.exp(-odds))
    life = rng.exponential(1 / (0.015 * np.exp(2.0 * wholesale)))
    seen = np.minimum(life, 24 + rng.random(N))
    amount = np.round(np.exp(9 + 1.2 * large + rng.normal(0, 0.4, N)))
    made = evidence(
        won.astype(int),
        *(flag(name, values) for name, values in (("wholesale", wholesale), ("audited", audited),
                                                  ("partnered", partnered), ("large", large), ("plain", plain))),
        day=np.arange(N) * 0.6,
        reach="wins+value+retention",
        amount=np.where(won, amount, np.nan),
        months=np.where(won, seen, np.nan),
        ended=won & (life <= seen),
    )  # fmt: skip
    kept = won & (seen >= 12)
    later = amount * np.exp(0.25 * partnered + rng.normal(0, 0.1, N)) * kept
    began = made.opened.astype("datetime64[D]")
    unknown = np.full(N, np.nan)
    followed = FollowUp(
        np.where(won, amount, np.nan),
        np.where(won, later, np.nan),
        np.where(won, began + 365, np.datetime64("NaT", "D")),
        unknown,
        np.full(N, np.datetime64("NaT", "D")),
        unknown,
        "changes",
    )
    return replace(made, started=np.where(won, began, np.datetime64("NaT", "D")), arr=amount * won, follow_up=followed)


@lru_cache(maxsize=1)
def compared() -> Comparison:
    bests = [parse_best(text) for text in ("value", "win_rate", "retention", "nrr", "nps", "retention & nrr > 110%")]
    return compare_choices(company(), bests, attributes={}, unit="deal", seed=3)


def said(best: str) -> dict[str, str]:
    one = next(each for each in compared().choices if each.choice.text == best)
    return {pattern.attribute: pattern.polarity for pattern in one.patterns}


def test_each_choice_finds_its_own_traits() -> None:
    assert said("win_rate") == {"wholesale": "seek", "audited": "seek"}
    assert said("retention") == {"wholesale": "exclude"}
    assert said("nrr") == {"wholesale": "exclude", "partnered": "seek"}
    assert said("value")["wholesale"] == "exclude"
    assert {"audited", "large", "partnered"} <= set(said("value"))
    assert said("retention ∩ nrr > 110%")["partnered"] == "seek"
    assert "plain" not in {trait.attribute for trait in compared().traits}


def test_a_choice_that_the_records_cannot_answer_says_why() -> None:
    nps = next(one for one in compared().choices if one.choice.text == "nps")
    assert nps.patterns == ()
    assert "survey" in nps.why_not


def test_a_trait_that_wins_and_leaves_is_told_as_such_and_turns_its_sign() -> None:
    trait = next(one for one in compared().traits if one.attribute == "wholesale")
    assert set(trait.polarity.values()) == {"seek", "exclude"}
    assert trait.turns == "wins and leaves"
    win, churn = trait.outcomes["win"], trait.outcomes["churn"]
    assert win[0] == pytest.approx(0.9, abs=3 * win[1])
    assert churn[0] == pytest.approx(2.0, abs=3 * churn[1])
    grown = next(one for one in compared().traits if one.attribute == "partnered").outcomes["growth"]
    assert grown[0] == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({"win": (0.9, 0.2), "churn": (1.0, 0.2)}, "wins and leaves"),
        ({"win": (-0.9, 0.2), "churn": (-1.0, 0.2)}, "rarely wins, but stays"),
        ({"win": (0.9, 0.2), "churn": (0.1, 0.2)}, ""),
        ({"win": (0.1, 0.2), "churn": (1.0, 0.2), "margin": (0.5, 0.1)}, "costs less to serve and leaves"),
        ({"win": (0.9, 0.2), "churn": (-1.0, 0.2)}, ""),
    ],
)
def test_only_what_is_sure_turns(outcomes: dict[str, tuple[float, float]], words: str) -> None:
    assert turning(outcomes) == words


def test_by_value_later_deals_are_worth_most_and_by_win_rate_most_are_won() -> None:
    trial = trial_of(company(), compared().binned, compared().choices, seed=3)
    assert trial is not None
    made = {one.name: one for one in trial.yields}
    value, wins, everyone = made["value"], made["win_rate"], made["everyone"]
    assert value.worth is not None
    assert wins.worth is not None
    assert everyone.worth is not None
    assert value.worth.value > wins.worth.value > everyone.worth.value
    assert wins.won > value.won
    assert value.customers.kept_year is not None
    assert wins.customers.kept_year is not None
    assert value.customers.kept_year.value > wins.customers.kept_year.value
    assert "nps" not in made


@lru_cache(maxsize=1)
def recipe() -> Classical:
    return classical_recipe(company(), compared().binned)


def test_the_recipe_takes_the_largest_and_what_they_share() -> None:
    made = {one.candidate.binned.fact.name: one for one in recipe().traits}
    assert len(recipe().rows) == 25
    amounts = company().amount
    assert np.nanmin(amounts[recipe().rows]) == np.sort(amounts[np.isfinite(amounts)])[-25]
    assert "large" in made
    assert made["large"].held >= 23


def test_it_is_told_what_the_recipe_gets_wrong() -> None:
    made = {one.candidate.binned.fact.name: one for one in recipe().traits}
    # they are large because the largest were picked: large companies win no more often than others
    assert made["large"].finding == "as common among lost deals"
    assert recipe().also_best is not None
    assert recipe().also_best < 25


def test_a_trait_of_the_recipe_that_wins_and_leaves_is_found_out() -> None:
    rows = np.flatnonzero((company().outcome == 1) & (company().facts[0].values == 1))[:25]
    big = replace(company(), arr=np.where(np.isin(np.arange(N), rows), 1e7, company().arr))
    made = {one.candidate.binned.fact.name: one.finding for one in classical_recipe(big, compared().binned).traits}
    assert made["wholesale"] == "wins and leaves"
