"""What learning is expected to change: every way gone through, none forgotten, held against plain enumeration."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from idealfit.profile.document import load_profile
from idealfit.profile.parsing import parse
from idealfit.scores.expected_value import shares_of
from idealfit.scores.learning import Chance, Held, Learner, values_of
from idealfit.scores.likelihood import fitted
from idealfit.scores.missing import Thing, probes_of, things_of
from idealfit.scores.one_account import reckoned
from idealfit.scores.scorecard import scorecard
from idealfit.scores.worth import worth_of

PROFILE = """\
profile: Everything at once
layers:
  firmographic:
    weight: 40
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 8, known_true_rate: 0.3}
      - {id: big, when: employees > 500, points: -5, known_true_rate: 0.2}
      - {id: paid, when: revenue > 5, points: 6, known_true_rate: 0.5}
  technographic:
    weight: 30
    criteria:
      - {id: okta, when: "uses('okta')", points: 5, group: login, known_true_rate: 0.4}
      - {id: auth, when: "uses('auth0')", points: 3, group: login, known_true_rate: 0.25}
  situational:
    weight: 30
    criteria:
      - {id: funded, when: "happened('funding', within => '90 days')", points: 7, half_life: 30 days}
exclusions:
  - {id: bank, when: "industry = 'bank'", because: Never.}
  - {id: slow, when: "style = 'tender'", because: Perhaps., state: proposed}
tiers: {by: fit, A: 70, B: 40}
model:
  horizon_months: 24
  cost: 100
  win: {intercept: -1.0, effects: {size: 0.8, okta: 0.5, bank: -1.0}}
  amount: {base: 1000, effects: {size: 0.4}}
  months: {base: 0.05, effects: {okta: -0.3}}
"""
CHANCES = (
    Chance(("big", "size"), ((False, False), (False, True), (True, False)), (0.5, 0.3, 0.2)),
    Chance(("paid",), ((True,), (False,)), (0.5, 0.5)),
    Chance(("okta", "auth"), ((True, True), (True, False), (False, False)), (0.2, 0.2, 0.6)),
    Chance(("bank",), ((True,), (False,)), (0.1, 0.9)),
    Chance(("slow",), ((True,), (False,)), (0.3, 0.7)),
    Chance(("funded",), ((True,), (False,)), (0.25, 0.75)),
)


def told(seed: int) -> tuple[Held, list[Chance]]:
    """An account, and some of what is unknown of it to be learned."""
    draw = random.Random(seed)  # noqa: S311 - an example, no secret
    states: dict[str, bool | None] = {}
    for chance in CHANCES:
        known = draw.random() < 0.4
        way = draw.choice(chance.ways)
        states |= {name: way[at] if known else None for at, name in enumerate(chance.ids)}
    open_ones = [chance for chance in CHANCES if states[chance.ids[0]] is None]
    full = {"funded": 3500} if states["funded"] else {}
    return Held(states, full), draw.sample(open_ones, draw.randint(0, len(open_ones)))


@pytest.mark.parametrize("seed", range(40))
def test_the_expectation_is_the_sum_over_every_way_scored_by_itself(seed: int) -> None:
    profile = load_profile(PROFILE)
    plan = scorecard(profile)
    held, chances = told(seed)
    found = Learner(profile, place=150.0).gain(held, chances)
    now = reckoned(plan, held.states, held.full)
    worth = worth_of(profile, held.states)
    assert worth is not None
    assert worth.value is not None
    tier = priority = fit = value = informed = blind = 0.0
    tiers: dict[str, float] = {}
    for ways in itertools.product(*(range(len(chance.ways)) for chance in chances)):
        share = 1.0
        states = dict(held.states)
        for chance, way in zip(chances, ways, strict=True):
            share *= chance.probabilities[way]
            states |= dict(zip(chance.ids, chance.ways[way], strict=True))
        then = reckoned(plan, states, held.full)
        there = worth_of(profile, states)
        assert there is not None
        assert there.value is not None
        tiers[then.tier] = tiers.get(then.tier, 0.0) + share
        tier += share * (then.tier != now.tier)
        priority += share * (then.priority != now.priority)
        fit += share * abs((then.fit or 0) - (now.fit or 0)) / 10
        value += share * abs(there.value - worth.value)
        out = "bank" in then.excluded_by and not held.states["bank"]
        informed += share * (150.0 if out else max(there.value, 150.0))
        blind += share * (150.0 if out else there.value)
    assert found.tier == pytest.approx(tier, abs=1e-12)
    assert found.priority == pytest.approx(priority, abs=1e-12)
    assert found.fit == pytest.approx(fit, abs=1e-9)
    assert found.tiers == pytest.approx(tiers)
    assert found.value == pytest.approx(value, abs=1e-6)
    assert found.worth == pytest.approx(
        0.0 if held.states["bank"] else max(0.0, informed - max(blind, 150.0)), abs=1e-6
    )


def test_a_trait_that_no_known_account_has_counts_for_nothing_where_it_is_unknown() -> None:
    profile = load_profile(PROFILE.replace("points: 8, known_true_rate: 0.3", "points: 8, known_true_rate: 0.0"))
    unknown, without = (worth_of(profile, {"size": state, "okta": False, "bank": False}) for state in (None, False))
    assert shares_of(profile)["size"] == 0.0
    assert shares_of(profile)["funded"] == 0.25  # of which nothing is known
    assert unknown == without


def test_learning_nothing_changes_nothing_and_the_value_is_that_of_the_scores() -> None:
    profile = load_profile(PROFILE)
    held, _some = told(3)
    gain = Learner(profile, place=150.0).gain(held, [])
    assert (gain.tier, gain.priority, gain.fit, gain.value, gain.worth) == (0.0, 0.0, 0.0, 0.0, 0.0)
    sums = np.array([[0.3, 0.4, -0.3]])
    states = {"size": True, "okta": True, "bank": True}
    worth = worth_of(profile, states)
    assert worth is not None
    assert values_of(profile.model or {}, ("win", "amount", "months"), sums)[0] == pytest.approx(worth.value)


def test_what_turns_out_together_keeps_each_rate_and_never_what_was_never_seen() -> None:
    ways = np.array([[False, False], [False, True], [True, False]])
    shares = fitted(ways, np.array([50.0, 30.0, 20.0]), [0.4, 0.1])
    assert shares.sum() == pytest.approx(1)
    assert shares[2] == pytest.approx(0.4)
    assert shares[1] == pytest.approx(0.1)
    impossible = fitted(ways, np.array([50.0, 30.0, 20.0]), [0.9, 0.9])
    assert impossible.tolist() == [0.5, 0.3, 0.2]


def test_only_the_parts_that_are_unknown_have_to_be_learned() -> None:
    predicates = {
        "both": parse("employees > 10 AND industry = 'saas'"),
        "ratio": parse("revenue / employees > 5"),
        "tools": parse("uses('okta')"),
    }
    probes = probes_of(predicates)
    size, industry = probes.parts["both"][0][0], probes.parts["both"][1][0]
    empty = {thing.name: column for thing, column in probes.parts["ratio"][0][1]}
    answers: dict[str, bool | None] = dict.fromkeys(probes.asked)
    assert probes.missing("both", answers) == {Thing("column", "employees"), Thing("column", "industry")}
    assert probes.missing("both", answers | {size: True}) == {Thing("column", "industry")}
    assert probes.missing("both", answers | {industry: True}) == {Thing("column", "employees")}
    assert probes.missing("ratio", answers | {empty["revenue"]: False, empty["employees"]: True}) == {
        Thing("column", "employees")
    }
    assert probes.missing("tools", answers) == {Thing("tools", "tech")}
    assert things_of(parse("growth('employees', over => '90 days') > 0 OR has_role('cto')")) == (
        Thing("history", "employees"),
        Thing("people", "contacts"),
    )
