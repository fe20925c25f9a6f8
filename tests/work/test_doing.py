"""Jobs are done in a process of their own, tell how far they are, stop when asked, and leave old or new."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from idealfit.errors import NoSuchJob
from idealfit.store import jobs
from idealfit.store.place import open_place
from idealfit.store.snapshots import current_paths
from idealfit.work import doing
from idealfit.workspace.importing import past_imports

ACCOUNTS = "account_id,name,employees\n" + "".join(f"{i},Company {i},{10 + i}\n" for i in range(30))
DEADLINE_SECONDS = 900
"""So long a busy machine may take for what takes a second; nothing waits for it where all is well."""


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "accounts.csv").write_text(ACCOUNTS)
    return tmp_path / "exports"


def ended(workspace: Path, number: int) -> jobs.Job:
    until = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < until:
        one = doing.found(workspace, number)
        if one.ended:
            return one
        time.sleep(0.1)
    pytest.fail(f"job {number} did not end: {one}")


def test_an_import_is_done_in_another_process_and_its_result_is_kept(exports: Path, tmp_path: Path) -> None:
    number = doing.ask_for(tmp_path / "w", "import", {"folder": str(exports)})
    one = ended(tmp_path / "w", number)
    assert one.state == jobs.DONE, one.problem
    assert one.result == {"tables": {"accounts": {"read": 30, "kept": 30, "merged": 0, "rejected": 0}}}
    assert "accounts" in current_paths(open_place(tmp_path / "w"))


def test_a_mistake_of_the_user_is_told_with_its_code_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    number = doing.ask_for(tmp_path / "w", "import", {"folder": str(tmp_path / "nothing")}, begin=False)
    assert doing.work(tmp_path / "w") == 1
    one = doing.found(tmp_path / "w", number)
    assert one.state == jobs.FAILED and one.problem is not None
    assert one.problem["code"].startswith("IF") and one.problem["remedy"]
    assert one.problem["file"] == "nothing"
    assert str(tmp_path) not in str(one.problem)


def test_our_own_fault_is_told_without_a_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_workspace: Path, _arguments: Mapping[str, Any], _progress: doing.Progress) -> Mapping[str, Any]:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(doing.KINDS, "import", breaks)
    number = doing.ask_for(tmp_path / "w", "import", {}, begin=False)
    doing.work(tmp_path / "w")
    one = doing.found(tmp_path / "w", number)
    assert one.problem is not None and one.problem["code"] == "IF900"
    assert "secret detail" not in str(one.problem)


def test_a_job_stops_at_its_next_step(exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def goes_on(workspace: Path, _arguments: Mapping[str, Any], progress: doing.Progress) -> Mapping[str, Any]:
        doing.stop(workspace, number)
        until = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < until:
            progress("counting", 0.5)
            time.sleep(0.05)
        return {}

    monkeypatch.setitem(doing.KINDS, "import", goes_on)
    monkeypatch.setattr(doing, "GRACE_SECONDS", float(DEADLINE_SECONDS))
    number = doing.ask_for(tmp_path / "w", "import", {}, begin=False)
    doing.work(tmp_path / "w")
    one = doing.found(tmp_path / "w", number)
    assert (one.state, one.what, one.result) == (jobs.STOPPED, "counting", None)


def test_a_job_that_does_not_come_to_a_next_step_is_ended_with_its_process_and_the_next_begins(
    exports: Path, tmp_path: Path
) -> None:
    number = doing.ask_for(tmp_path / "w", "import", {}, begin=False)
    behind = doing.ask_for(tmp_path / "w", "import", {"folder": str(exports)}, begin=False)
    program = (
        "import sys, time; from pathlib import Path; from idealfit.work import doing;"
        "doing.GRACE_SECONDS = 0.2; w = Path(sys.argv[1]);"
        f"doing.KINDS['import'] = lambda *_: (doing.stop(w, {number}), time.sleep({DEADLINE_SECONDS}));"
        "doing.work(w)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "w")],
        check=False,
        start_new_session=True,
        timeout=DEADLINE_SECONDS,
    )
    assert done.returncode != 1
    assert doing.found(tmp_path / "w", number).state == jobs.STOPPED
    assert ended(tmp_path / "w", behind).state == jobs.DONE


def test_a_killed_job_is_lost_and_the_records_are_as_they_were(exports: Path, tmp_path: Path) -> None:
    doing.ask_for(tmp_path / "w", "import", {"folder": str(exports)}, begin=False)
    assert doing.work(tmp_path / "w") == 1
    before = past_imports(tmp_path / "w")
    number = doing.ask_for(tmp_path / "w", "import", {"folder": str(exports)}, begin=False)
    program = (
        "import os, sys; from datetime import timedelta; from pathlib import Path;"
        "from idealfit.store import jobs; from idealfit.work import doing;"
        "from idealfit.records import intake; jobs.LEASE = timedelta(0);"
        "intake.import_folder = lambda *_, **__: os._exit(9); doing.work(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "w")], check=False)
    assert done.returncode == 9
    assert doing.found(tmp_path / "w", number).state == jobs.LOST
    assert past_imports(tmp_path / "w") == before


def test_what_there_is_not_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSuchJob, match="of the kind"):
        doing.ask_for(tmp_path / "w", "cook", {})
    with pytest.raises(NoSuchJob, match="no job 7"):
        doing.found(tmp_path / "w", 7)
    assert list(tmp_path.iterdir()) == []


def test_what_is_asked_for_twice_at_once_is_one_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doing, "start", lambda _workspace: None)
    failed = doing.ask_for(tmp_path / "w", "import", {"folder": str(tmp_path / "nothing")}, begin=False)
    assert doing.ask_again(tmp_path / "w", failed) == failed  # it has not ended
    assert doing.work(tmp_path / "w") == 1
    again = doing.ask_again(tmp_path / "w", failed)
    assert again != failed and doing.ask_again(tmp_path / "w", failed) == again
    assert doing.ask_once(tmp_path / "w", "import", {"folder": str(tmp_path / "nothing")}) == again
    assert doing.ask_once(tmp_path / "w", "import", {"folder": "another"}) not in (failed, again)
