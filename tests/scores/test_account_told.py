"""The parts of a score add up; the smallest change is the smallest; what sets two accounts apart adds up."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idealfit.profile.content import Criterion, Exclusion, Layer, Profile, Tiers
from idealfit.profile.document import load_profile
from idealfit.records.attribute import KNOWN
from idealfit.scores.alike import alike
from idealfit.scores.learning import Held
from idealfit.scores.missing import Thing, things_of
from idealfit.scores.neighbours import compared
from idealfit.scores.one_account import reckoned
from idealfit.scores.parts import AXES, parts_of
from idealfit.scores.scorecard import scorecard
from idealfit.scores.scored_before import hits_in, read_scores
from idealfit.scores.turning import HOWS, turns_of
from idealfit.scores.worth import worth_of

FIT = ("firmographic", "technographic")


@st.composite
def scored(draw: st.DrawFn) -> tuple[Profile, dict[str, bool | None], dict[str, int]]:
    """A profile of any weights, points and groups, and what holds of an account."""
    layers = {}
    for layer in (*FIT, "situational"):
        size = draw(st.integers(1, 4))
        criteria = [
            Criterion(
                id=f"{layer[0]}{number}",
                when=f"happened('e{number}', within => '90 days')",
                points=draw(st.integers(-20, 20).filter(bool)),
                known_true_rate=draw(st.sampled_from([0.0, 0.1, 0.25, 0.333, 1.0])),
                group=draw(st.sampled_from([None, f"{layer}-g"])),
                half_life="30 days" if layer == "situational" else None,
            )
            for number in range(size)
        ]
        layers[layer] = Layer(weight=draw(st.sampled_from([0.001, 1, 7.5, 33.333, 35, 1000])), criteria=tuple(criteria))
    profile = Profile(profile="Any", layers=layers)
    states = {one.id: draw(st.sampled_from([True, False, None])) for _layer, one in profile.criteria}
    full = {
        one.id: one.points * draw(st.integers(0, 1000))
        for layer, one in profile.criteria
        if states[one.id] and layer == "situational"
    }
    return profile, states, full


@settings(max_examples=60)
@given(scored())
def test_the_parts_add_up_to_the_score_of_every_account(made: tuple) -> None:
    profile, states, full = made
    plan = scorecard(profile)
    found = reckoned(plan, states, full)
    for axis in AXES:
        parts = parts_of(plan, states, full, axis)
        assert parts is not None
        assert parts.total == getattr(found, axis)
        assert parts.start + sum(parts.adds.values()) == parts.total
        assert {name for name, add in parts.adds.items() if add} <= {
            one for one, state in states.items() if state is not False
        }


def test_the_parts_add_up_to_what_a_build_has_written(made_up: Path) -> None:
    profile = load_profile(made_up / "profile.yaml")
    plan = scorecard(profile)
    with duckdb.connect() as con:
        read_scores(con, made_up / "scores.parquet", plan)
        columns = [f"c_{name}" for name in plan.scored]
        names = ", ".join(f'"{column}"' for column in columns)
        rows = con.execute(f"SELECT fit, timing, score, {names} FROM scores ORDER BY account_id").fetchall()
        hits = hits_in(con, plan)
    assert sum(vars(next(iter(hits.values()))).values()) <= len(rows)
    for row in rows[::25]:
        states = dict(zip(plan.scored, row[3:], strict=True))
        for axis, shown in zip(AXES, row[:3], strict=True):
            parts = parts_of(plan, states, {}, axis)
            assert parts is not None
            assert (parts.start + sum(parts.adds.values())) / 10 == shown


TURNING = Profile(
    profile="Turning",
    layers={
        "firmographic": Layer(
            weight=60,
            criteria=(
                Criterion(id="size", when="employees BETWEEN 100 AND 500", points=8, known_true_rate=0.3),
                Criterion(id="big", when="employees > 1000", points=-6, known_true_rate=0.1),
                Criterion(id="home", when="country = 'Italy'", points=9),
                Criterion(id="paid", when="revenue > 5", points=5),
            ),
        ),
        "technographic": Layer(
            weight=40,
            criteria=(
                Criterion(id="okta", when="uses('okta')", points=4, group="login"),
                Criterion(id="auth", when="uses('auth0')", points=6, group="login"),
                Criterion(id="cto", when="has_role('cto')", points=3),
            ),
        ),
    },
    exclusions=(
        Exclusion(id="freeze", when="happened('layoff', within => '90 days')", because="Why.", state="proposed"),
    ),
    tiers=Tiers(A=70, B=45),
)
SEEN = {
    ("big", "size"): [(False, False), (False, True), (True, False)],
    ("auth", "okta"): [(False, False), (True, False), (False, True), (True, True)],
}


def seen_ways(ids: tuple[str, ...]) -> list[tuple[bool, ...]]:
    return SEEN.get(ids) or list(itertools.product((True, False), repeat=len(ids)))


@pytest.mark.parametrize("seed", range(25))
def test_no_smaller_set_of_changes_reaches_the_tier(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - an example, no secret
    plan = scorecard(TURNING)
    states: dict[str, bool | None] = {name: draw.choice([True, False, None]) for name in plan.scored}
    if states["size"] and states["big"]:
        states["big"] = False
    held = Held(states, {})
    missing = {name: frozenset(things_of(plan.scored[name])) for name, state in states.items() if state is None}
    turns = {turn.tier: turn for turn in turns_of(plan, held, missing, KNOWN, seen_ways)}
    now = reckoned(plan, states).tier
    assert now not in turns
    families = [("big", "size"), ("auth", "okta"), ("paid",), ("cto",), ("freeze",), ("home",)]
    fewest: dict[str, int] = {}
    choices = []
    for family in families:
        allowed = [None]
        for way in seen_ways(family):
            other = dict(zip(family, way, strict=True))
            fixed = family == ("home",) and states["home"] is not None
            if not fixed and any(states[name] is not state for name, state in other.items()):
                allowed.append(other)
        choices.append(allowed)
    for chosen in itertools.product(*choices):
        then = dict(states)
        for other in chosen:
            then |= other or {}
        tier = reckoned(plan, then).tier
        count = sum(other is not None for other in chosen)
        fewest[tier] = min(fewest.get(tier, 99), count)
    for tier, turn in turns.items():
        changed = {name: state for change in turn.changes for name, state in change.criteria.items()}
        assert reckoned(plan, {**states, **changed}).tier == tier
        assert "home" not in changed or states["home"] is None
        assert len(turn.changes) == fewest[tier]
    reachable = {tier for tier, count in fewest.items() if count <= 3} - {now}
    assert reachable <= set(turns)


def test_what_can_be_learned_is_told_before_what_only_time_changes() -> None:
    plan = scorecard(TURNING)
    states = dict.fromkeys(plan.scored, False) | {"home": True, "size": None, "big": False, "auth": True, "okta": True}
    turns = turns_of(plan, Held(states, {}), {"size": frozenset({Thing("column", "employees")})}, KNOWN, seen_ways)
    assert HOWS[0] == "find out"
    assert {change.how for turn in turns for change in turn.changes} <= set(HOWS)


MODEL = {
    "horizon_months": 24,
    "cost": 50,
    "win": {"intercept": -1.2, "effects": {f"c{number}": 0.1 * number - 0.4 for number in range(10)}},
    "amount": {"base": 5000, "effects": {"c1": 0.3, "c7": -0.2}},
    "months": {"base": 0.04, "effects": {"c2": 0.5}},
}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("unit", ["value", "chance", "fit"])
def test_what_sets_two_accounts_apart_adds_up_to_the_difference(seed: int, unit: str) -> None:
    draw = random.Random(seed)  # noqa: S311 - an example, no secret
    criteria = tuple(Criterion(id=f"c{number}", when=f"a{number} = 1", points=number + 1) for number in range(10))
    profile = Profile(profile="Apart", layers={"firmographic": Layer(weight=1, criteria=criteria)}, model=MODEL)
    plan = scorecard(profile)
    mine, theirs = (Held({name: draw.choice([True, False, None]) for name in plan.scored}, {}) for _ in range(2))
    found = compared(profile, plan, mine, theirs, "2", "Other", unit)
    assert sum(found.shares.values()) == pytest.approx(found.difference, abs=1e-9)
    assert found.mine - found.theirs == pytest.approx(found.difference, abs=1e-9)
    if mine.states != theirs.states:  # what rounding leaves is no criterion's that says the same of both
        assert all(mine.states[name] is not theirs.states[name] for name in found.shares)
    if unit == "value":
        worth = worth_of(profile, mine.states)
        assert worth is not None
        assert found.mine == pytest.approx(worth.value, abs=0.006)


ALIKE = """
CREATE TABLE scores AS SELECT * FROM (VALUES
    ('1', NULL::TEXT, true, false), ('2', NULL, true, false), ('3', NULL, true, true), ('4', NULL, false, NULL),
    ('5', NULL, true, false)) AS t(account_id, duplicate_of, c_size, c_saas);
CREATE TABLE accounts AS SELECT * FROM (VALUES
    ('1', 'Own', 'Software', 200.0, ['Okta'], NULL::TEXT), ('2', 'Twin', 'software', 220.0, ['okta'], NULL),
    ('3', 'Cousin', 'Software', 320.0, ['Slack'], NULL), ('4', 'Stranger', 'Bank', 9.0, ['Slack'], NULL),
    ('5', 'Never worked', 'Software', 200.0, ['Okta'], NULL))
    AS t(account_id, name, industry, employees, tech, duplicate_of);
CREATE TABLE deals AS SELECT * FROM (VALUES
    ('2', '{first}', 'new_business', TIMESTAMP '2025-02-01'), ('3', '{second}', 'new_business', TIMESTAMP '2025-03-01'),
    ('4', 'lost', 'new_business', NULL)) AS t(account_id, outcome, deal_type, closed_at);
"""


def test_who_is_like_an_account_has_nothing_to_do_with_what_became_of_them() -> None:
    criteria = (
        Criterion(id="size", when="employees > 100", points=5),
        Criterion(id="saas", when="industry = 'saas'", points=5),
    )
    plan = scorecard(Profile(profile="Alike", layers={"firmographic": Layer(weight=1, criteria=criteria)}))
    told = {}
    for first, second in (("won", "lost"), ("lost", "won")):
        with duckdb.connect() as con:
            con.execute(ALIKE.format(first=first, second=second))
            won, lost = alike(con, plan, "1")
        told |= {(first, one.account_id): one for one in (*won, *lost)}
        assert [one.outcome for one in won] == ["won"]
    assert told["won", "2"].likeness == told["lost", "2"].likeness > told["won", "3"].likeness
    twin = told["won", "2"]
    assert twin.criteria == ("size",)
    assert set(twin.attributes) == {"industry", "employees", "tech"}
    assert ("won", "4") not in told
    assert ("won", "5") not in told


def test_the_tier_in_the_middle_is_reached_by_a_smaller_step_of_one_change() -> None:
    profile = Profile.model_validate(
        {
            "profile": "Tools",
            "layers": {
                "firmographic": {
                    "criteria": [{"id": f"t{n}", "when": f"uses('tool {n}')", "points": 5} for n in range(4)]
                }
            },
            "tiers": {"by": "fit", "A": 80, "B": 50},
        }
    )
    plan = scorecard(profile)
    held = Held(dict.fromkeys(plan.scored, False), {})
    tools = {turn.tier: turn.changes for turn in turns_of(plan, held, {}, {}, lambda _ids: [])}
    # all four tools make it an A, two of them a B: one change of the tools in use either way
    assert {tier: len(changes) for tier, changes in tools.items()} == {"A": 1, "B": 1}
    assert sum(tools["B"][0].criteria.values()) in (2, 3)
