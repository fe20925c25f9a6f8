"""Questions to a workspace: what is true of a criterion, an attribute, any group of accounts."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from idealfit.errors import EvidenceMissing, NoSuchAttribute, NoSuchCriterion, PredicateError
from idealfit.frontends.cli.app import run
from idealfit.store.place import open_place
from idealfit.workspace.asking import audit, cohort, explain, why_not


@pytest.fixture
def asked(made_up: Path) -> Path:
    """A workspace of a made-up company."""
    return made_up


def evidence_of(workspace: Path) -> dict:
    return json.loads((workspace / "evidence.json").read_text())


def test_a_cohort_of_a_criterion_has_the_counts_and_records_of_the_evidence(asked: Path) -> None:
    for one in [each for each in evidence_of(asked)["criteria"] if each["seen"] == "list"]:
        made = cohort(asked, one["when"]).cohort
        counts = one["counts"]
        assert (made.matching.won, made.matching.lost, made.matching.open) == (
            counts["match_won"],
            counts["match_lost"],
            counts["match_open"],
        )
        assert (made.others.won, made.others.lost) == (counts["rest_won"], counts["rest_lost"])
        assert set(made.matching.records["won"]) == set(one["records"]["won"])


def test_the_three_sides_of_a_cohort_are_all_deals(asked: Path) -> None:
    made = cohort(asked, "employees >= 100").cohort
    sides = (made.matching, made.others, made.unknown)
    sample = evidence_of(asked)["sample"]
    assert sum(side.won for side in sides) == sample["won"]
    assert sum(side.lost for side in sides) == sample["lost"]
    assert sum(made.market) == 2700
    rate = made.matching.win_rate
    assert rate is not None
    assert math.isclose(rate.value, made.matching.won / (made.matching.won + made.matching.lost))


def test_a_criterion_can_be_named_by_its_id(asked: Path) -> None:
    one = next(each for each in evidence_of(asked)["criteria"] if each["seen"] == "list")
    assert cohort(asked, one["id"]).when == one["when"]


def test_a_statement_with_a_misspelt_column_is_refused_with_the_nearest(asked: Path) -> None:
    with pytest.raises(PredicateError, match="employes") as fault:
        cohort(asked, "employes >= 100")
    assert "employees" in fault.value.remedy


def test_a_criterion_is_explained_with_the_companies_behind_it(asked: Path) -> None:
    one = evidence_of(asked)["criteria"][0]
    answer = explain(asked, one["id"])
    assert answer.criterion == one
    assert [key for key, _name in answer.accounts["won"]] == one["records"]["won"]
    with pytest.raises(NoSuchCriterion):
        explain(asked, "no-such-criterion")


def test_a_column_refused_for_any_reason_has_an_answer(asked: Path) -> None:
    document = evidence_of(asked)
    # One column for each reason: an answer reads the workspace anew.
    for one in {str(one["reason"]): one for one in document["rejected"]}.values():
        assert (one["reason"], one["proof"]) in why_not(asked, one["attribute"]).refused
    used = document["criteria"][0]
    assert used["id"] in why_not(asked, used["attribute"].upper()).used
    with pytest.raises(NoSuchAttribute):
        why_not(asked, "no such column at all")


def test_an_empty_workspace_says_what_to_do_first(tmp_path: Path) -> None:
    open_place(tmp_path / "empty", create=True)
    with pytest.raises(EvidenceMissing):
        explain(tmp_path / "empty", "size")


def test_the_commands_print_and_give_json(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = evidence_of(asked)["criteria"][0]
    place = ["--workspace", str(asked)]
    assert run(["cohort", "employees >= 100", *place]) == 0
    assert "elsewhere" in capsys.readouterr().out
    assert run(["explain", one["id"], *place]) == 0
    assert one["when"] in capsys.readouterr().out
    assert run(["why-not", "name", *place, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["attribute"] == "name"
    assert run(["why-not", "nam", *place]) == 2
    assert "name" in capsys.readouterr().err


OWN = """
profile: Our own idea
motion: main
status: hypothesis
layers:
  firmographic:
    weight: 35
    criteria:
{criteria}
      - {{id: nowhere, when: mood = 'sunny', points: 4, because: We think so.}}
exclusions:
  - {{id: huge, when: employees >= 100000000, because: We think so.}}
"""


def test_somebody_s_own_profile_is_held_against_the_deals(
    asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [one for one in evidence_of(asked)["criteria"] if one["grade"] == "supported" and one["seen"] == "list"]
    best = max((one for one in found if one["polarity"] == "seek"), key=lambda one: one["interval"]["low"])
    file = tmp_path / "own.yaml"
    turned = f"NOT ({best['when']})"
    criteria = "\n".join(
        f"      - {{id: {name}, when: {json.dumps(when)}, points: 10, because: We think so.}}"
        for name, when in (("best", best["when"]), ("noise", "founded_year >= 1990"))
    )
    file.write_text(OWN.format(criteria=criteria))
    answer = audit(asked, file)
    by_id = {one.id: one for one in answer.audit.criteria}
    assert by_id["best"].finding in {"confirmed", "wins, then leaves or costs"}
    assert by_id["best"].counts.match_won == best["counts"]["match_won"]
    assert by_id["nowhere"].finding == "not known"
    assert by_id["huge"].finding == "too few to tell"
    assert answer.absent == ("mood",)
    assert best["id"] not in {one["id"] for one in answer.silent}
    assert answer.audit.ordering is not None
    file.write_text(OWN.format(criteria=f"      - {{id: best, when: {json.dumps(turned)}, points: 10, because: So.}}"))
    assert audit(asked, file).audit.criteria[0].finding == "points the wrong way"
    assert run(["audit", str(file), "--workspace", str(asked)]) == 0
    assert "points the wrong way" in capsys.readouterr().out
