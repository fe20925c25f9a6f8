"""Tiers that mean something: measured, in order, and cut by what a team can work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idealfit.errors import EvidenceMissing, UsageError
from idealfit.frontends.cli.app import run
from idealfit.performance.in_order import out_of_order
from idealfit.profile.document import load_profile
from idealfit.store.place import open_place
from idealfit.workspace.published import answer_schema
from idealfit.workspace.tiering import ASKS_NOTHING, NOT_MEASURED, asks_as_found, not_measured, tiers


def tier(name: str, value: float, low: float, high: float, figure: str = "win_rate") -> dict[str, Any]:
    return {"tier": name, figure: {"value": value, "low": low, "high": high, "n": 100}}


def test_an_alarm_is_raised_where_a_lower_tier_is_better_beyond_luck() -> None:
    assert out_of_order([tier("A", 0.3, 0.2, 0.4), tier("B", 0.2, 0.1, 0.3), tier("C", 0.05, 0.0, 0.1)]) == ()
    assert out_of_order([tier("A", 0.2, 0.1, 0.35), tier("B", 0.3, 0.2, 0.4)]) == ()
    (alarm,) = out_of_order([tier("A", 0.2, 0.15, 0.25), tier("B", 0.4, 0.35, 0.46)])
    assert (alarm.higher, alarm.lower, alarm.figure) == ("A", "B", "win_rate")
    assert alarm.low > 0
    assert "B did better than A in win rate" in alarm.told()
    assert [one.figure for one in out_of_order([tier("B", 10, 5, 15, "value"), tier("C", 90, 80, 99, "value")])] == [
        "value"
    ]
    assert out_of_order([{"tier": "A", "win_rate": None}, tier("B", 0.4, 0.3, 0.5)]) == ()


def test_thresholds_fit_what_can_be_worked(made_up: Path) -> None:
    for capacity in (40, 150):
        found = tiers(made_up, capacity=capacity)
        assert found.proposed is not None
        assert 0 < found.proposed.accounts_a <= capacity
        assert found.proposed.accounts_a <= found.proposed.accounts_ab <= 2 * capacity
        assert found.proposed.b <= found.proposed.a
        assert [cut.accounts for cut in found.cuts] == sorted(cut.accounts for cut in found.cuts)
        assert [cut.wins for cut in found.cuts] == sorted(cut.wins or 0 for cut in found.cuts)
    assert found.alarms == ()
    assert [one.tier for one in found.measured][:3] == ["A", "B", "C"]
    assert tiers(made_up).proposed is None
    with pytest.raises(UsageError):
        tiers(made_up, capacity=0)


def test_what_was_measured_is_told_of_the_profile_that_was_judged_only(made_up: Path) -> None:
    profile = load_profile(made_up / "profile.yaml")
    evidence = json.loads((made_up / "evidence.json").read_text(encoding="utf-8"))
    assert not tiers(made_up).of_another
    assert asks_as_found(profile, evidence)
    assert not asks_as_found(profile.model_copy(update={"layers": {}}), evidence)
    assert not asks_as_found(profile, {"criteria": []})
    assert not_measured(profile, evidence) is None
    empty = profile.model_copy(update={"layers": {}})
    assert not_measured(empty, evidence) == ASKS_NOTHING
    otherwise = evidence | {"criteria": [{**one, "points": 99} for one in evidence["criteria"]]}
    assert not_measured(profile, otherwise) == NOT_MEASURED
    assert not_measured(empty, {}) is None


def test_the_command_proposes_and_answers_as_published(made_up: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tiers", str(made_up), "--capacity", "100"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("For 100 accounts a quarter: A from ")
    assert "proposed" in out
    assert run(["tiers", str(made_up), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [error.message for error in Draft202012Validator(answer_schema("tiers")).iter_errors(document)] == []


def test_before_the_first_build_there_is_nothing_to_tell(tmp_path: Path) -> None:
    open_place(tmp_path / "empty", create=True)
    with pytest.raises(EvidenceMissing):
        tiers(tmp_path / "empty")
