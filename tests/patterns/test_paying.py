"""Few deals tell who pays more: the number that contracts follow becomes steps, others become none."""

from __future__ import annotations

from typing import Any

import numpy as np

from evidence.tables import attributes_of, day, engine, evidence_of
from idealfit.patterns.hypothesis import FEW_WINS, MOST, with_paying
from idealfit.patterns.paying import paying
from idealfit.profile.content import Criterion, Layer, Profile
from idealfit.records.attribute import KNOWN


def steps(*, follows: bool, deals: int = 40) -> list[dict[str, Any]]:
    """Contracts of `deals` companies among 200, which grow as the square root of head count, or have nothing to do with
    it.
    """
    generator = np.random.default_rng(5)
    size = np.rint(np.exp(generator.normal(5, 1, 200))) + 1
    noise = np.exp(generator.normal(0, 0.3, 200))
    rows = [{"account_id": f"a{one:03d}", "employees": int(size[one]), "machines": one % 37} for one in range(200)]
    closed = [
        {
            "deal_id": f"d{one:03d}",
            "account_id": f"a{one:03d}",
            "outcome": "won" if one % 3 == 0 else "lost",
            "created_at": day(one),
            "closed_at": day(one + 30),
            "amount": round(float((size[one] ** 0.5 if follows else 10.0) * 1000 * noise[one])),
        }
        for one in range(deals)
    ]
    con = engine(types={"machines": "number"}, accounts=rows, deals=closed)
    evidence, _unit = evidence_of(con)
    return paying(con, evidence, evidence.facts, attributes_of(con))


def test_contracts_that_grow_with_size_become_steps_with_the_deals_behind_them() -> None:
    found = steps(follows=True)
    assert [one["attribute"] for one in found] == ["employees"] * len(found)
    assert len(found) >= 2
    assert all(one["effect"] > 0 and one["pays"] > 1.2 and one["by_luck"] < 0.05 for one in found)
    first = found[0]
    counts = first["counts"]
    assert counts["match_won"] + counts["match_lost"] + counts["rest_won"] + counts["rest_lost"] == 40
    assert len(first["records"]["won"]) == counts["match_won"]
    assert first["with"] + first["without"] == 40


def test_contracts_that_follow_nothing_make_no_step_nor_do_too_few() -> None:
    assert steps(follows=False) == []
    assert steps(follows=True, deals=11) == []


def document(**other: Any) -> dict[str, Any]:
    counts = {"match_won": 6, "match_lost": 4, "match_open": 0, "rest_won": 6, "rest_lost": 24, "accounts": 10}
    found = [
        {
            "id": f"trait-{one}",
            "layer": "firmographic",
            "attribute": f"trait_{one}",
            "points": 20 - one,
            "seen": "list",
            "exclusion": False,
            "because": "6 of 10 won, elsewhere 6 of 30.",
            "counts": counts,
            "value": {"log_effect": 1.5 - 0.1 * one},
        }
        for one in range(6)
    ]
    made = {"verdict": "insufficient", "best": "value", "sample": {"won": 13}, "rejected": [], "warnings": []}
    made |= {"backtest": {"kind": "later_deals", "calibration": {"slope": 0.9}}}
    return made | {"criteria": found, "customers": {"paying": steps(follows=True)}} | other


def drafted() -> Profile:
    criteria = tuple(
        Criterion(id=f"trait-{one}", when=f"trait_{one} = TRUE", points=9, because="x") for one in range(6)
    )
    effects = {one.id: 1.0 for one in criteria}
    model = {
        "win": {"intercept": -1.0, "effects": effects},
        "amount": {"base": 9000.0, "effects": dict.fromkeys(effects, 0.0)},
    }
    return Profile(profile="P", layers={"firmographic": Layer(weight=54, criteria=criteria)}, model=model)


def test_a_hypothesis_of_few_customers_puts_who_pays_first_and_holds_back_what_was_found() -> None:
    given = document()
    profile, made = with_paying(drafted(), given, KNOWN)
    paid = len(given["customers"]["paying"])
    kept = [one["id"] for one in made["criteria"]]
    assert len(kept) == MOST
    assert kept[paid:] == [f"trait-{one}" for one in range(MOST - paid)]
    assert {one["attribute"] for one in made["rejected"]} == {f"trait_{one}" for one in range(MOST - paid, 6)}
    points = {one.id: one.points for _layer, one in profile.criteria}
    assert points == {one["id"]: one["points"] for one in made["criteria"]}
    assert profile.model is not None
    win, amount = profile.model["win"], profile.model["amount"]
    assert {name: win["effects"][name] for name in kept[paid:]} == dict.fromkeys(kept[paid:], 0.4)
    assert set(win["effects"]) == set(kept)
    assert {name for name, effect in amount["effects"].items() if effect > 0} == set(kept[:paid])
    assert amount["base"] < 9000


def test_what_no_earlier_profile_has_tried_is_held_back_once() -> None:
    for backtest in ({"kind": "none"}, {"kind": "later_deals", "calibration": {"slope": None}}):
        profile, _made = with_paying(drafted(), document(backtest=backtest), KNOWN)
        assert profile.model is not None
        assert profile.model["win"]["effects"]["trait-0"] == 1.0


def test_below_ten_wins_a_hypothesis_has_few_points() -> None:
    for won, most in ((6, 5), (10, 15)):
        profile, _made = with_paying(drafted(), document(sample={"won": won}), KNOWN)
        assert max(abs(one.points) for _layer, one in profile.criteria) == most


def test_many_wins_a_proven_profile_and_another_choice_of_best_stay_as_they_are() -> None:
    for other in ({"sample": {"won": FEW_WINS + 1}}, {"verdict": "profile"}, {"best": "win_rate"}):
        given = document(**other)
        assert with_paying(drafted(), given, KNOWN)[1] is given
