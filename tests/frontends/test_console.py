from __future__ import annotations

import io
import json
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from idealfit.errors import UsageError
from idealfit.frontends.cli import console
from idealfit.frontends.cli.console import ProgressBar, Screen, aligned, as_json, shown_path
from idealfit.frontends.cli.questions import asker, choose
from idealfit.frontends.cli.reading import as_date
from idealfit.store.turn import WAITS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def look_at(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Puts a terminal in the place of stdout (called inside a test: pytest sets stdout anew before each)."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return screen


def test_aligned_columns_put_numbers_to_the_right_and_cut_nothing() -> None:
    long = "x" * 200
    assert aligned(("name", "n"), [("ab", 12000), (long, 7)]) == [
        "name".ljust(200) + "       n",
        "ab".ljust(200) + "  12,000",
        long + "       7",
    ]


def test_in_a_pipe_there_is_no_colour_and_no_drawing(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    screen.headline("Verdict", "bold red")
    screen.heading("Records")
    screen.table(("table", "read"), [("deals", 1234)])
    assert capsys.readouterr().out == "Verdict\n\nRecords\n  table   read\n  deals  1,234\n"


def test_on_a_terminal_there_is_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = look_at(monkeypatch)
    Screen().headline("Verdict", "bold red")
    Screen().table(("table", "read"), [("[red]deals", 1234)])
    assert "\x1b[" in terminal.getvalue()
    assert "[red]deals" in terminal.getvalue(), "a value is never read as a style"


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = look_at(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    Screen().headline("Verdict", "red")
    assert "\x1b[31m" not in terminal.getvalue()


def test_a_dumb_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = look_at(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    Screen().headline("Verdict", "red")
    assert terminal.getvalue() == "Verdict\n"


def test_quiet_prints_the_first_line_only(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(quiet=True)
    screen.headline("Verdict")
    screen.line("more")
    screen.table(("a",), [(1,)])
    screen.document({"a": 1})
    assert capsys.readouterr().out == "Verdict\n"


def test_json_prints_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(json=True)
    screen.headline("Verdict")
    screen.line("more")
    screen.table(("a",), [(1,)])
    screen.document({"a": date(2026, 9, 30)})
    assert json.loads(capsys.readouterr().out) == {"a": "2026-09-30"}


def test_json_writes_dataclasses_paths_and_sets() -> None:
    @dataclass(frozen=True)
    class Count:
        read: int
        files: tuple[Path, ...]

    assert json.loads(as_json({"t": Count(3, (Path("a.csv"),)), "s": {1}})) == {
        "t": {"read": 3, "files": ["a.csv"]},
        "s": [1],
    }


def test_a_path_below_here_is_shown_from_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "a" / "b.csv") == "a/b.csv"
    assert shown_path(tmp_path.parent / "c.csv") == str(tmp_path.parent / "c.csv")


def test_the_bar_is_drawn_on_a_terminal_once_the_work_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(console, "BAR_AFTER_SECONDS", 0.01)
    with ProgressBar(Screen()) as progress:
        progress("reading deals", 0.5)
        drawn = threading.Event()
        for _ in range(3000):
            if "reading deals" in stderr.getvalue():
                drawn.set()
                break
            drawn.wait(0.02)
        assert drawn.is_set()
        progress("reading more", 2.0)


@pytest.mark.parametrize("screen", [Screen(), Screen(quiet=True)])
def test_no_bar_in_a_pipe(screen: Screen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(console, "BAR_AFTER_SECONDS", 0.0)
    with ProgressBar(screen) as progress:
        progress("reading", 0.1)
        threading.Event().wait(0.05)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("quiet", [False, True])
def test_that_it_waits_is_said_once_in_a_pipe_too(quiet: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar(Screen(quiet=quiet)) as progress:
        for _ in range(3):
            progress(f"{WAITS}a build is under way since 14:02 UTC (job 7)", 0.0)
        progress("reading", 0.1)
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == (0 if quiet else 1)
    assert quiet or err.startswith("Waiting: a build is under way since 14:02 UTC (job 7). ")


@pytest.mark.parametrize(
    ("typed", "chosen"), [("", "a"), ("2", "b"), ("B", "b"), ("7", "a"), ("nonsense", "a"), (" 1 ", "a")]
)
def test_enter_and_anything_unknown_take_the_proposal(typed: str, chosen: str) -> None:
    assert choose(typed, ["a", "b"]) == chosen


@dataclass(frozen=True)
class FakeQuestion:
    text: str
    proposal: str
    alternatives: tuple[str, ...]


def test_a_question_shows_its_proposal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: "2")
    ask = asker(ProgressBar(Screen()))
    assert ask(FakeQuestion("What is 'size'?", "head count", ("a code", "head count"))) == "a code"  # type: ignore[arg-type]
    out = capsys.readouterr().out
    assert out.index("1) head count") < out.index("2) a code")


def test_a_day_is_year_month_day() -> None:
    assert as_date("2026-09-30") == date(2026, 9, 30)
    assert as_date(None) is None
    with pytest.raises(UsageError, match=r"30\.9\.2026"):
        as_date("30.9.2026")
