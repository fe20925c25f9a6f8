"""Ctrl-C while a command waits for its turn, and while it works: a plain line, exit code 130, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from idealfit.store.place import open_place
from idealfit.store.turn import refuse_to_wait, taking_turns
from small_company import fingerprint, small_company

AS_IT_WAS = "Interrupted. The workspace is as it was before this run."
AS_IN_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
BUILDS = "from idealfit.frontends.cli.app import main; main()"
SAYS_SO = """
def stays(*_, **__):
    import sys, threading
    sys.stderr.write("at work\\n")
    sys.stderr.flush()
    threading.Event().wait(900)
"""
WHILE_IT_READS = "import idealfit.records.intake as m; m.import_folder = stays\n"
WHILE_IT_COMPUTES = """
def computes(*_, **__):
    import duckdb, sys
    sys.stderr.write("at work\\n")
    sys.stderr.flush()
    duckdb.sql("SELECT sum(hash(a.range * b.range)) FROM range(100000000) a, range(100000) b").fetchall()
import idealfit.records.intake as m; m.import_folder = computes
"""
WHEN_IT_IS_DONE = """
import idealfit.frontends.cli.build as m
from idealfit.frontends.cli.console import Screen
Screen.headline = stays
"""


def started(program: str, data: Path, workspace: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", AS_IN_A_TERMINAL + program + BUILDS, "build", str(data), "-w", str(workspace)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def interrupted(process: subprocess.Popen[str], first: str) -> list[str]:
    """The lines that follow the `first` one, once Ctrl-C has reached every process of the command."""
    with process:
        assert process.stderr is not None
        said = [process.stderr.readline()]
        os.killpg(process.pid, signal.SIGINT)
        said += process.stderr.read().splitlines()
    assert said[0].startswith(first) and process.returncode == 130, said
    return [line for line in said[1:] if line]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return small_company(tmp_path / "data")


def test_ctrl_c_ends_the_waiting_for_another_run(data: Path, tmp_path: Path) -> None:
    open_place(tmp_path / "w", create=True)
    with taking_turns(tmp_path / "w", "a build"):
        process = started("", data, tmp_path / "w")
        assert interrupted(process, "Waiting: a build is under way") == [AS_IT_WAS]
    with taking_turns(tmp_path / "w", "an import", refuse_to_wait):
        assert not list((tmp_path / "w").glob(".run.*.tmp"))


@pytest.mark.parametrize("while_it", [WHILE_IT_READS, WHILE_IT_COMPUTES])
def test_ctrl_c_while_it_works_leaves_everything_as_it_was(while_it: str, data: Path, tmp_path: Path) -> None:
    process = started(SAYS_SO + while_it, data, tmp_path / "w")
    assert interrupted(process, "at work") == [AS_IT_WAS]
    assert {name for name in fingerprint(tmp_path / "w") if not name.startswith("ledger")} <= {".gitignore", "format"}


def test_ctrl_c_after_the_work_does_not_say_that_nothing_happened(data: Path, tmp_path: Path) -> None:
    process = started(SAYS_SO + WHEN_IT_IS_DONE, data, tmp_path / "w")
    assert interrupted(process, "at work") == ["Interrupted. What it had done by then stays."]
    assert (tmp_path / "w" / "profile.yaml").is_file()
