from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from idealfit.frontends.cli.duplicates import review, side_by_side
from idealfit.records.intake import import_folder
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place
from idealfit.workspace.reviewing import Decided, WaitingPair


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("duplicates")
    (root / "in").mkdir()
    with (root / "in" / "accounts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["account_id", "name", "country"], ["1", "Bolt", "EE"], ["2", "Bolt", "US"], ["3", "Corda", "FR"]]
        )
    import_folder(root / "in", open_place(root / "w", create=True))
    return root / "w"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert run(["duplicates", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_it_lists_decides_and_takes_back(workspace: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "1 pair of accounts may be one company and waits" in said(capsys, workspace)
    assert json.loads(said(capsys, workspace, "--json"))["pairs"][0]["account_a"] == "1"
    assert "kept" in said(capsys, workspace, "--different", "1", "2", "--by", "Ana", "--because", "two firms")
    assert "No pair" in said(capsys, workspace)
    assert "two firms" in said(capsys, workspace, "--decided")
    said(capsys, workspace, "--undo", "1", "2", "--by", "Ana")
    assert "1 pair is in" in said(capsys, workspace, "--to", tmp_path / "queue.csv")
    text = (tmp_path / "queue.csv").read_text(encoding="utf-8").replace('"","",', '"same","",', 1)
    (tmp_path / "queue.csv").write_text(text, encoding="utf-8")
    said(capsys, workspace, "--from", tmp_path / "queue.csv", "--by", "Ana")
    assert [one.state for one in open_ledger(open_place(workspace)).pair_decisions()] == ["same"]
    said(capsys, workspace, "--undo", "2", "1", "--by", "Ana")


def test_nobody_decides_without_a_name(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["duplicates", str(workspace), "--same", "1", "2"]) == 2
    assert "--by" in capsys.readouterr().err


def test_an_account_that_is_not_there_is_named(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["duplicates", str(workspace), "--same", "1", "77", "--by", "Ana"]) == 2
    assert "'77'" in capsys.readouterr().err


def waiting(one: str, other: str) -> WaitingPair:
    return WaitingPair(
        one, other, "cannot tell", 0.5, "name", "same name", None, 0, 0.0, {"name": one}, {"name": other}
    )


def answers(*typed: str) -> Iterator[str]:
    yield from typed


def reviewed(*typed: str) -> tuple[int, list[tuple[str, str]]]:
    kept: list[Decided] = []
    replies = answers(*typed)
    pairs = [waiting("a", "b"), waiting("c", "d"), waiting("e", "f")]
    count = review(pairs, kept.append, by="Ana", ask=lambda _text: next(replies))
    return count, [(one.account_a, one.verdict) for one in kept]


def test_each_key_decides_and_the_last_answer_can_be_undone() -> None:
    assert reviewed("s", "D", "c") == (3, [("a", "same"), ("c", "different"), ("e", "cannot tell")])
    assert reviewed("s", "u", "d", "q") == (1, [("a", "same"), ("a", "undo"), ("a", "different")])
    assert reviewed("", "?", "u", "s", "q") == (1, [("c", "same")])
    assert reviewed("q") == (0, [])


def test_two_accounts_stand_side_by_side_and_nothing_in_them_moves_the_cursor() -> None:
    lines = side_by_side(waiting("Acme\x1b[2J", "acme\x1b[2j"), "1 of 1")
    assert "\x1b" not in "".join(lines)
    assert " = " in lines[2]


def test_what_holds_a_pair_back_is_said_once() -> None:
    pair = WaitingPair("a", "b", "cannot tell", 0.5, "name", "one name; other domain", "other domain", 1, 0.0, {}, {})
    lines = side_by_side(pair, "1 of 1")
    assert lines[1] == "1 of 1: cannot tell, probability 0.500; 1 deal"
    assert lines[-1] == "  why: one name; but: other domain"


def test_leaving_at_a_question_keeps_what_was_decided(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = answers("Ana", "s")

    def type_in(_question: str) -> str:
        reply = next(typed, None)
        if reply is None:
            raise KeyboardInterrupt
        return reply

    monkeypatch.setattr("builtins.input", type_in)
    monkeypatch.setattr("idealfit.frontends.cli.duplicates.can_ask", lambda: True)
    assert "The decision is kept" in said(capsys, workspace)
    said(capsys, workspace, "--undo", "1", "2", "--by", "Ana")
    assert "Nothing was decided" in said(capsys, workspace, "--by", "Ana")
