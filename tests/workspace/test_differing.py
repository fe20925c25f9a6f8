"""Two versions held against each other on records small enough to count by hand."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from idealfit.errors import NoSuchVersion
from idealfit.frontends.cli.app import run
from idealfit.frontends.cli.differing import summed
from idealfit.patterns.consequence import Consequence, Move
from idealfit.workspace.differing import DiffAnswer, diff, diff_document
from idealfit.workspace.importing import import_records
from small_company import NAMES, small_company

PROFILE = """\
profile: Small ones
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 20 AND 100, points: 10, because: We know them.}
"""
WIDER = PROFILE.replace("AND 100", "AND 200")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty accounts of 20, 27, 34, … employees; every third of the first 36 was won, the others lost."""
    folder = tmp_path_factory.mktemp("small")
    small_company(folder / "data")
    import_records(folder / "data", folder / "w")
    (folder / "w" / "profile.yaml").write_text(WIDER)
    (folder / "w" / "before.yaml").write_text(PROFILE)
    return folder / "w"


@pytest.fixture(scope="module")
def answer(workspace: Path) -> DiffAnswer:
    """The narrower profile against the wider one."""
    return diff(before(workspace), "current", workspace, to=workspace / "moved.csv")


def before(workspace: Path) -> str:
    return str(workspace / "before.yaml")


def test_one_change_is_told_in_accounts_and_in_expected_win_rate(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", before(workspace), "current", str(workspace)]) == 0
    said = capsys.readouterr().out
    # 12 accounts have up to 100 employees and 26 up to 200; 4 of the 12 and 9 of the 26 were won
    assert said.splitlines()[0] == (
        "employees 20–100 → 20–200: 14 accounts enter, 0 leave; expected win rate +1.3 points"  # noqa: RUF001 - a range
    )
    assert "4 of 12 won (33.3%) → 9 of 26 won (34.6%)" in said
    assert "it may as well be none" in said
    assert f"C → A        14  {NAMES[12]}" in said


def test_every_account_and_deal_behind_a_number_can_be_opened(answer: DiffAnswer, workspace: Path) -> None:
    total = answer.total
    assert total is not None
    assert total.deals is not None
    assert set(total.enter) == {f"{number:03}" for number in range(12, 26)}
    assert total.leave == ()
    assert set(total.deals.records["enter won"]) == {f"D{number}" for number in range(12, 26, 3)}
    assert sum(new for _old, new in total.tiers.values()) == sum(old for old, _new in total.tiers.values()) == 40
    with (workspace / "moved.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["account_id"] for row in rows} == set(total.enter)
    assert {(row["tier_before"], row["tier_after"]) for row in rows} == {("C", "A")}
    [effect] = answer.changes
    assert effect.matched is not None
    assert (effect.matched.before, effect.matched.after) == (12, 26)
    document = json.loads(json.dumps(diff_document(answer)))
    jsonschema.validate(document, json.loads((files("idealfit") / "profile/schema/diff.schema.json").read_text()))
    assert document["total"]["deals"]["win_rate_difference"]["value"] == pytest.approx(9 / 26 - 4 / 12, abs=1e-6)
    assert document["changes"][0]["when_after"] == "employees BETWEEN 20 AND 200"


def test_the_other_way_round_the_same_accounts_leave(answer: DiffAnswer, workspace: Path) -> None:
    there, back = answer, diff("current", before(workspace), workspace)
    assert there.total is not None
    assert back.total is not None
    assert set(there.total.enter) == set(back.total.leave)
    assert there.total.deals is not None
    assert back.total.deals is not None
    assert there.total.deals.difference is not None
    assert back.total.deals.difference is not None
    assert there.total.deals.difference.value == pytest.approx(-back.total.deals.difference.value)


def test_several_changes_are_told_together_and_each_by_itself(workspace: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.yaml"
    both.write_text(WIDER + "exclusions:\n  - {id: shops, when: industry = 'retail', because: They never renew.}\n")
    answer = diff(before(workspace), str(both), workspace)
    size, shops = answer.changes
    assert size.alone is not None
    assert shops.alone is not None
    assert answer.total is not None
    assert (len(size.alone.enter), len(size.alone.leave)) == (14, 0)
    assert (len(shops.alone.enter), len(shops.alone.leave)) == (0, 4)
    assert (len(answer.total.enter), len(answer.total.leave)) == (9, 4)


def test_words_move_no_account(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worded = tmp_path / "worded.yaml"
    worded.write_text(WIDER + "language: [pipeline you can defend]\n")
    assert run(["diff", "current", str(worded), str(workspace)]) == 0
    said = capsys.readouterr().out
    assert "no account moves" in said
    assert "Language: now also 'pipeline you can defend'" in said
    assert run(["diff", "current", "current", str(workspace)]) == 0
    assert "they say the same" in capsys.readouterr().out


def test_two_files_need_no_workspace(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["diff", before(workspace), str(workspace / "profile.yaml"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["total"] is None
    assert "No workspace" in document["why_none"]
    assert run(["diff", "1", "2"]) == 4
    with pytest.raises(NoSuchVersion):
        diff("1", "2")


def test_the_first_line_tells_what_moves_though_nobody_enters_or_leaves() -> None:
    def told(*moves: Move, retimed: int = 0) -> str:
        return summed(Consequence((), (), moves, {}, None, retimed))

    assert told(Move("A", "B", ("x", "y"))) == "no account enters or leaves, 2 change tier"
    assert told(Move("C", "excluded", ("x",))) == "no account enters or leaves, 1 becomes excluded"
    assert told(retimed=3) == "no account enters or leaves, 3 get another timing"
    assert told() == "no account enters or leaves"
