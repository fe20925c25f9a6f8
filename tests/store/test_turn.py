"""One run at a time changes a workspace; who waits is told for whom, and a turn ends with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from idealfit.errors import WorkspaceBusy
from idealfit.store.turn import WAITS, refuse_to_wait, taking_turns, whose_turn

HOLDS = """
import sys
from pathlib import Path
from idealfit.store.turn import ASKED_BY, taking_turns
ASKED_BY.set("job 7")
with taking_turns(Path(sys.argv[1]), "a build"):
    print("has it", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the turn in `tmp_path` until it reads a line."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "has it\n"
        yield process
        process.kill()


def test_who_waits_is_told_for_whom_and_goes_on_when_the_other_has_ended(
    other: subprocess.Popen[str], tmp_path: Path
) -> None:
    told: list[str] = []

    def tell(text: str, share: float) -> None:
        assert share == 0
        if not told and other.stdin is not None:
            other.stdin.write("\n")
            other.stdin.flush()
        told.append(text)

    with taking_turns(tmp_path, "an import", tell):
        now = whose_turn(tmp_path)
        assert now is not None and now.what == "an import" and now.whom == f"process {os.getpid()}"
    assert told[0].startswith(f"{WAITS}a build is under way since ")
    assert told[0].endswith(f" UTC (job 7, process {other.pid})")
    assert whose_turn(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_turn_ends_with_its_process_however_it_is_killed(other: subprocess.Popen[str], tmp_path: Path) -> None:
    turn = whose_turn(tmp_path)
    assert turn is not None and turn.what == "a build"
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert whose_turn(tmp_path) is None
    with taking_turns(tmp_path, "an import", refuse_to_wait):
        assert whose_turn(tmp_path) is not None
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_wait_is_refused_with_who_is_at_it(other: subprocess.Popen[str], tmp_path: Path) -> None:
    words = rf"a build is under way since .* \(job 7, process {other.pid}\)"
    with pytest.raises(WorkspaceBusy, match=words), taking_turns(tmp_path, "going back", refuse_to_wait):
        pytest.fail("two had the turn")


def test_what_the_waiting_tells_may_end_it(other: subprocess.Popen[str], tmp_path: Path) -> None:
    def stop(_text: str, _share: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), taking_turns(tmp_path, "an import", stop):
        pytest.fail("two had the turn")
    assert whose_turn(tmp_path) is not None


def test_two_threads_of_one_process_take_turns_too(tmp_path: Path) -> None:
    refused, second = pytest.raises(WorkspaceBusy, match="an import"), taking_turns(tmp_path, "a build", refuse_to_wait)
    with taking_turns(tmp_path, "an import"), refused, second:
        pytest.fail("two had the turn")
