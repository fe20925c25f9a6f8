"""The last quarters worked again: everything adds up to the records, and the label says how far to believe it."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest

from idealfit.errors import UsageError
from idealfit.frontends.cli.app import run
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place
from idealfit.workspace.asking import cohort
from idealfit.workspace.replaying import ReplayAnswer, replay


def reconciled(answer: ReplayAnswer, workspace: Path) -> None:
    """Worked, skipped and not told are, quarter by quarter, the new-business deals of the tables."""
    con = connect(workspace)
    load_tables(con, open_place(workspace))
    for one in answer.replay.quarters:
        opened = {
            str(row[0])
            for row in con.execute(
                "SELECT deal_id FROM deals WHERE CAST(created_at AS DATE) BETWEEN ? AND ? "
                "AND COALESCE(deal_type, 'new_business') = 'new_business' AND account_id IS NOT NULL",
                [one.start, one.end],
            ).fetchall()
        }
        found = [code for part in (one.worked, one.skipped, one.untold) for code in part.records]
        assert len(found) == len(set(found)) == one.deals
        assert set(found) <= opened
        assert len(opened) - one.deals <= 0.1 * len(opened)  # never worked, or of test records
    con.close()
    assert sum(one.deals for one in answer.replay.quarters) == answer.replay.total.deals


def evidence_of(workspace: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((workspace / "evidence.json").read_text())
    return document


def test_a_quarter_is_worked_by_what_was_known_before_it(made_up: Path) -> None:
    answer = replay(made_up, quarters=1)
    assert answer.built == "before each quarter"
    assert answer.flattered is not None
    reconciled(answer, made_up)
    worked, skipped = answer.replay.total.worked, answer.replay.total.skipped
    assert worked.deals and skipped.deals
    assert {one.tier for one in answer.replay.total.given_up} <= {"C", "excluded"}


def test_todays_profile_is_called_built_on_these_deals(made_up: Path) -> None:
    answer = replay(made_up, profile=made_up / "profile.yaml", quarters=4, tier="A")
    assert answer.built == "on these deals"
    assert answer.flattered is None
    reconciled(answer, made_up)
    kept = [level.total.worked.won for level in answer.replay.levels]
    assert kept == sorted(kept)
    assert answer.replay.total.worked.won > answer.replay.total.by_chance


def test_a_typed_profile_is_replayed_at_a_capacity(made_up: Path, tmp_path: Path) -> None:
    typed = tmp_path / "typed.yaml"
    typed.write_text(
        "profile: Typed\nlayers:\n  firmographic:\n    weight: 1\n    criteria:\n"
        "      - {id: size, when: employees >= 100, points: 5, because: we think so}\n"
    )
    answer = replay(made_up, profile=typed, quarters=2, capacity=15)
    assert answer.built == "not known"
    reconciled(answer, made_up)
    assert {one.worked.deals for one in answer.replay.quarters} == {15}


def test_the_command_prints_ids_and_json_reconciles(made_up: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["replay", "-w", str(made_up), "--profile", str(made_up / "profile.yaml"), "--quarters", "1"]
    assert run([*arguments, "--records"]) == 0
    printed = capsys.readouterr().out
    assert "Not a test: the profile was built on these very deals" in printed
    assert run([*arguments, "--json"]) == 0
    total = json.loads(capsys.readouterr().out)["replay"]["total"]
    ids = [code for side in ("worked", "skipped", "untold") for code in total[side]["records"]]
    assert len(ids) == len(set(ids)) == sum(total["tiers"].values())
    assert all(code in printed for code in ids)


@pytest.mark.parametrize("wrong", [{"tier": "D"}, {"quarters": 0}, {"capacity": 0}])
def test_what_cannot_be_replayed_is_refused(made_up: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        replay(made_up, **wrong)


def test_an_exclusions_price_and_the_cross_check_are_those_of_the_records(made_up: Path) -> None:
    document = evidence_of(made_up)
    for one in document["criteria"]:
        if one["exclusion"]:
            price = one["price"]
            assert price["won"] == one["counts"]["match_won"] == len(one["wins"])
            assert price["deals_avoided"] == one["counts"]["match_won"] + one["counts"]["match_lost"]
            assert [win["deal_id"] for win in one["wins"]] != []
            assert {win["deal_id"] for win in one["wins"]} == set(one["records"]["won"])
    check = document["cross_check"]
    tiers = sum(tier["customers"] for tier in check["tiers"])
    assert tiers == check["best"]["customers"] + check["rest"]["customers"] == document["sample"]["customers"]


def test_every_figure_of_an_answer_opens_to_ids(made_up: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = evidence_of(made_up)["criteria"][0]
    assert run(["explain", first["id"], "-w", str(made_up), "--records"]) == 0
    printed = capsys.readouterr().out
    assert all(code in printed for outcome in ("won", "lost", "open") for code in first["records"][outcome])
    assert "one account" in printed
    assert "the same" in printed
    assert run(["audit", str(made_up / "profile.yaml"), "-w", str(made_up), "--records"]) == 0
    printed = capsys.readouterr().out
    assert all(code in printed for code in first["records"]["won"])


def test_where_the_build_counted_who_advances_so_do_its_questions(made_up: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    copytree(made_up, workspace, ignore=ignore_patterns("*.html", "*.pdf", "scores.*"))
    con = connect(workspace)
    load_tables(con, open_place(workspace))
    stage, reached = con.execute(
        "SELECT stage, COUNT(DISTINCT deal_id) FROM deal_stages GROUP BY stage ORDER BY 2 DESC, 1 LIMIT 1 OFFSET 1"
    ).fetchall()[0]
    con.close()
    document = evidence_of(workspace)
    (workspace / "evidence.json").write_text(
        json.dumps(document | {"progress": {"stage": stage}, "best": "progress", "unit": "advance"})
    )
    answer = cohort(workspace, "employees >= 100")
    sides = (answer.cohort.matching, answer.cohort.others, answer.cohort.unknown)
    assert answer.unit == "advance"
    assert document["sample"]["won"] < sum(side.won for side in sides) <= reached
    again = replay(workspace, profile=workspace / "profile.yaml", quarters=1)
    assert again.unit == "advance"
    total = again.replay.total
    assert sum(part.won for part in (total.worked, total.skipped, total.untold)) <= reached
