"""The queue of duplicates as a person meets it: on a terminal, one key an answer."""

from __future__ import annotations

import csv
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import pytest

from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.reviewing import decisions
from idealfit.store.place import open_place

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
PATIENCE = 600.0


class Terminal:
    """A command at a pseudo-terminal: what it has shown, and a person who types."""

    def __init__(self, *arguments: str) -> None:
        self.shown = ""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "idealfit", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "COLUMNS": "120", "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, text: str) -> None:
        """Wait until `text` is shown, from what has not been waited for yet."""
        end = time.monotonic() + PATIENCE
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if select.select([self._ours], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self._ours, 4096).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    break
        assert text in self.shown, self.shown
        self.shown = self.shown.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def ended(self) -> int:
        return self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        # A test that has failed leaves nothing running behind, which would fail another one.
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
        os.close(self._ours)


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
