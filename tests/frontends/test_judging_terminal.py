"""Two people judge the same accounts at a terminal, one of them on two days, and are told where they part."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from idealfit.errors import UsageError
from idealfit.frontends.cli.app import run
from idealfit.workspace.importing import import_records
from idealfit.workspace.judgement_sheet import VERDICT, WHY, read_sheet
from idealfit.workspace.sitting import agree_now, judge, round_of, sit_down
from small_company import small_company
from terminal import Terminal

PROFILE = """\
profile: Small ones
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 20 AND 100, points: 10, because: We know them.}
      - {id: shops, when: industry = 'retail', points: 4, because: They ask for it.}
  behavioral:
    weight: 15
    criteria:
      - {id: looks, when: "count_of('pricing_page', within => '60 days') >= 2", points: 5, because: They look.}
"""
SIZE, SHOPS = "20 to 100 employees", "industry is retail"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judging")
    small_company(folder / "data")
    import_records(folder / "data", folder / "w")
    (folder / "w" / "profile.yaml").write_text(PROFILE)
    return folder / "w"


@pytest.fixture
def workspace(imported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(imported, tmp_path / "w")


def answer(terminal: Terminal, verdict: str, numbers: str = "1", why: str = "") -> None:
    for question, said in (("q stop: ", verdict), ("the others are not): ", numbers), ("nothing to add) ", why)):
        terminal.until(question)
        terminal.type(f"{said}\n")


def test_a_person_judges_stops_goes_on_and_goes_back(workspace: Path) -> None:
    with Terminal("agree", str(workspace), "--as", "Ada") as terminal:
        terminal.until("1 of 10")
        terminal.until("q stop: ")
        shown = terminal.shown
        terminal.type("perhaps\n")
        terminal.until("q stop: ")
        terminal.type("a\n")
        terminal.until("the others are not): ")
        terminal.type("9\n")
        terminal.until("Type numbers from 1 to 3")
        terminal.type("1 3?\n")
        terminal.until("nothing to add) ")
        terminal.type("=as I remember them\n")
        terminal.until("2 of 10")
        terminal.until("q stop: ")
        terminal.type("q\n")
        terminal.until("1 of 10 judged")
        assert terminal.ended() == 0
        assert "tier" not in shown
    [(first, row)] = [one for one in read_sheet(sit_down(workspace, "Ada").file).items() if one[1][VERDICT]]
    said = [row[VERDICT], row[WHY], row[f"{SIZE}?"], row[f"{SHOPS}?"]]
    assert said == ["A", "'=as I remember them", "yes", "cannot tell"]
    with Terminal("agree", str(workspace), "--as", "Ada") as terminal:
        terminal.until("You have judged 1 of them")
        terminal.until("2 of 10")
        terminal.until("q stop: ")
        terminal.type("b!\n")
        terminal.until("1 of 10")
        answer(terminal, "no", "")
        for place in range(2, 11):
            terminal.until(f"{place} of 10")
            answer(terminal, "b")
        terminal.until("10 of 10 judged")
        terminal.until("somebody else")
        assert terminal.ended() == 0
    assert read_sheet(sit_down(workspace, "Ada").file)[first][VERDICT] == "no"


def filled(workspace: Path, person: str, others: dict[str, tuple[str, bool]]) -> None:
    seat = sit_down(workspace, person)
    for card in seat.cards:
        verdict, holds = others.get(card.account, ("B", True))
        seat = judge(seat, card.account, verdict, true=[SIZE] if holds else [])


def test_what_two_people_judged_is_told_with_the_criterion_behind_it(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(workspace, "Ada", {})
    one = sit_down(workspace, "Bo").cards[0].account
    with pytest.raises(UsageError, match="bo has 10 to go"):
        agree_now(workspace)
    filled(workspace, "Bo", {one: ("no", False)})
    assert run(["agree", str(workspace)]) == 0
    told = capsys.readouterr().out
    assert "ada and bo agree on 90% of 10 accounts" in told
    assert re.search(rf"ada B, bo no, .* they read differently: {SIZE}\?", told)


def test_nothing_on_a_card_tells_what_the_profile_or_time_says_of_it(workspace: Path) -> None:
    [card, *_] = sit_down(workspace, "Ada").cards
    words = {"tier", "fit", "score", "points", "outcome", "won", "lost", "stage", "status", "amount", "p_win"}
    assert not words & {word for key in card.known for word in key.casefold().split()}
    assert {"name", "employees", "industry", "pricing page"} <= set(card.known)


def test_a_changed_profile_begins_a_new_round_and_no_answer_is_lost(workspace: Path) -> None:
    filled(workspace, "Ada", {})
    (workspace / "profile.yaml").write_text(PROFILE.replace("AND 100", "AND 400"))
    assert round_of(workspace).complete == ()
    (workspace / "profile.yaml").write_text(PROFILE)
    assert [path.name for path in round_of(workspace).complete] == ["agree-ada.csv"]


def test_without_a_terminal_it_says_how_to_use_sheets(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["agree", str(workspace), "--as", "Ada"]) == 2
    assert "--rep NAME --rep NAME" in capsys.readouterr().err
