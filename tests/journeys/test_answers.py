"""How the commands answer: JSON of everything, on a terminal, in a pipe."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from small_company import small_company, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    assert run(["build", str(small_company(folder / "data")), "--workspace", str(folder / "w"), "--quiet"]) == 0
    return folder


COMMANDS = [
    (["build", "data", "-w", "w"], 0),
    (["build", "nowhere", "-w", "w"], 2),
    (["build", "data", "-w", "data"], 4),
    (["score", "w/profile.yaml", "data"], 0),
    (["score", "w/profile.yaml", "nowhere"], 3),
    (["check", "w/profile.yaml", "w"], 0),
    (["check", "w/profile.yaml"], 0),
    (["check", "nowhere.yaml"], 3),
    (["save", "-w", "w", "--because", "agreed"], 0),
    (["save", "-w", "nowhere", "--because", "agreed"], 4),
    (["save", "-w", "w"], 2),
    (["accept", "nobody", "-w", "w", "--by", "Lena", "--because", "agreed"], 2),
    (["build"], 2),
    (["nonsense"], 2),
]


@pytest.mark.parametrize(("arguments", "code"), COMMANDS, ids=[" ".join(each[0]) for each in COMMANDS])
def test_json_is_one_document_whatever_happens(
    arguments: list[str],
    code: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    assert run([*arguments, "--json"]) == code
    out, err = capsys.readouterr()
    answer = json.loads(out, parse_constant=lambda text: pytest.fail(f"{text} is no JSON"))
    assert err == ""
    assert isinstance(answer, dict)
    assert ("error" in answer) == (code != 0)


def test_in_a_pipe_the_verdict_comes_first_and_then_what_was_taken_as_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", str(folder / "data"), "-w", str(folder / "w")]) == 0
    out = capsys.readouterr().out
    titles = ["Verdict:", "Taken as read", "Records", "Not used", "Lists", "What to do next", "Written to"]
    places = [out.index(title) for title in titles]
    assert places == sorted(places)
    assert "\x1b" not in out
    assert len(out.splitlines()) < 80


def test_quiet_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", str(folder / "data"), "-w", str(folder / "w"), "--quiet"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def on_a_terminal(arguments: list[str], typed: str) -> str:
    """What a person sees who runs `arguments` and types `typed` at every question."""
    import pty

    child, screen = pty.fork()
    if child == 0:  # pragma: no cover - the other process
        os.execv(sys.executable, [sys.executable, "-m", "idealfit", *arguments])  # noqa: S606
    seen = b""
    while True:
        try:
            part = os.read(screen, 65536)
        except OSError:  # the other end is gone
            break
        if not part:
            break
        seen += part
        if part.endswith(b"]: "):
            os.write(screen, typed.encode())
    os.waitpid(child, 0)
    return seen.decode(errors="replace")


def test_on_a_terminal_at_most_three_questions_are_asked_and_enter_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    days = [f"0{1 + i % 9}/0{1 + i % 7}/2024" for i in range(40)]
    data = write(
        tmp_path / "data",
        accounts_csv="account_id,name,founded_on,checked_on,industry\n"
        + "".join(f"{i},Firm {i},{day},{day},{'ab'[i % 2]}\n" for i, day in enumerate(days)),
        deals_csv="deal_id,account_id,created_at,closed_at,outcome\n"
        + "".join(f"D{i},{i},{day},{day},{('won', 'lost', 'lost')[i % 3]}\n" for i, day in enumerate(days)),
    )
    seen = on_a_terminal(["build", str(data), "-w", str(tmp_path / "w")], "\n")
    questions = re.findall(r"^\d\. .*\?", seen, flags=re.MULTILINE)
    assert 1 <= len(questions) <= 3
    assert "Enter takes the first." in seen
    assert "month-day-year" in seen
    assert "Verdict: " in seen
    assert "Traceback" not in seen
