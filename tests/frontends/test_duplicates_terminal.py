"""The queue of duplicates as a person meets it: on a terminal, one key an answer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.store.place import open_place
from idealfit.workspace.reviewing import decisions
from terminal import Terminal


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    rows = [["account_id", "name", "country"]]
    for at, name in enumerate(("Bolt", "Corda", "Delmar")):
        rows += [[f"{at}a", name, "EE"], [f"{at}b", name, "US"]]
    with (tmp_path / "in" / "accounts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    import_folder(tmp_path / "in", open_place(tmp_path / "w", create=True))
    return tmp_path / "w"


def test_a_person_answers_undoes_puts_off_and_stops(workspace: Path) -> None:
    with Terminal("duplicates", str(workspace)) as terminal:
        terminal.until("Who decides?")
        terminal.type("Ana\n")
        for place, key in (("1 of 3", "s"), ("2 of 3", "d"), ("3 of 3", "u"), ("2 of 3", ""), ("3 of 3", "q")):
            terminal.until(place)
            terminal.until("q quit: ")
            terminal.type(f"{key}\n")
        terminal.until("kept; the next")
        assert terminal.ended() == 0
    assert [(one.account_a, one.state, one.by) for one in decisions(workspace)] == [("0a", "same", "Ana")]


def test_who_gives_no_name_only_looks(workspace: Path) -> None:
    with Terminal("duplicates", str(workspace)) as terminal:
        terminal.until("Who decides?")
        terminal.type("\n")
        assert terminal.ended() == 0
    assert decisions(workspace) == ()


def test_ctrl_c_ends_the_queue_and_keeps_what_was_answered(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Raised where Python raises it, not sent: a run whose own starter ignores or blocks the signal would never hear it.
    typed = iter(("d", KeyboardInterrupt))

    def one_answer(_question: str) -> str:
        answer = next(typed)
        if answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        return str(answer)

    monkeypatch.setattr("builtins.input", one_answer)
    monkeypatch.setattr("idealfit.frontends.cli.duplicates.can_ask", lambda: True)
    assert run(["duplicates", str(workspace), "--by", "Bo"]) == 0
    assert "Traceback" not in capsys.readouterr().out
    assert [one.state for one in decisions(workspace)] == ["different"]


def test_the_end_of_what_is_typed_is_an_end(workspace: Path) -> None:
    with Terminal("duplicates", str(workspace), "--by", "Bo") as terminal:
        terminal.until("q quit: ")
        terminal.type("\x04")
        terminal.ended()
        assert "Traceback" not in terminal.shown
    assert decisions(workspace) == ()
