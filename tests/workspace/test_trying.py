"""What a change would do, worked out on kept answers, is what scoring every account with both profiles says."""

from __future__ import annotations

from pathlib import Path

from idealfit.patterns.consequence import Judge
from idealfit.profile.content import Criterion, Profile
from idealfit.profile.document import load_profile
from idealfit.store.place import open_place
from idealfit.workspace.drafting_desk import DraftingDesk
from idealfit.workspace.trying import Workbench


def with_criterion(profile: Profile, one: Criterion) -> Profile:
    layer = profile.layers["firmographic"]
    more = layer.model_copy(update={"criteria": (*layer.criteria, one)})
    return profile.model_copy(update={"layers": {**profile.layers, "firmographic": more}})


def test_a_trial_says_what_scoring_says(made_up: Path) -> None:
    place = open_place(made_up)
    bench = Workbench(place, motion="main")
    before = load_profile(made_up / "profile.yaml")
    kind = bench.con.execute("SELECT MODE(event_type) FROM events").fetchall()[0][0]
    fading = Criterion(
        id="fading", when=f"happened('{kind}', within => '400 days')", points=15, half_life="30 days", grade="assumed"
    )
    after = with_criterion(before, fading).model_copy(update={"tiers": before.tiers.model_copy(update={"A": 55.5})})
    trial = bench.trial(before, after)
    judge = Judge(bench.con, bench.as_of, bench.attributes, bench.evidence, bench.company)
    assert trial.total == judge.consequence(before, after)
    assert trial.total.moves and trial.matching["fading"].true > 0
    closed = [sum(one.closed[side] for one in trial.tiers) for side in (0, 1)]
    assert closed[0] == closed[1] > 0, "every closed deal is in one tier, before and after"
    again = bench.trial(after, before).total
    assert again.enter == trial.total.leave or set(again.enter) == set(trial.total.leave)
    measured = {one.id: one for _layer, one in bench.measured(after, ["fading"]).criteria}["fading"]
    found = trial.matching["fading"]
    assert measured.known_true_rate == round(found.true / (found.true + found.false), 3)
    bench.close()


def test_the_desk_tells_what_columns_hold_and_the_rules_find(made_up: Path) -> None:
    desk = DraftingDesk(open_place(made_up))
    spread = desk.seen.spread("employees")
    assert spread is not None and spread.low <= spread.quarters[1] <= spread.high
    assert sum(count for _from, _to, count in spread.bars) == spread.known
    held = desk.seen.held("industry")
    assert held.known + held.unknown == spread.known + spread.unknown
    assert [count for _value, count in held.values] == sorted((count for _value, count in held.values), reverse=True)
    assert desk.seen.spread("industry") is None and desk.seen.held("no such column").values == ()
    assert "account_id" not in [one.name for one in desk.seen.columns()]
    profile = load_profile(made_up / "profile.yaml")
    twice = with_criterion(profile, profile.criteria[0][1].model_copy(update={"id": "twice"}))
    assert "twice" in " ".join(one.message + one.entry for one in desk.findings(twice))
    desk.close()
    assert desk.findings(profile) == ()
