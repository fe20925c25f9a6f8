"""A second import, from which history grows, that is killed, meets a full disk at every step, or has company."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from test_killed_builds import seen

from idealfit.errors import EnvironmentFault
from idealfit.store import staging, turn
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place
from idealfit.workspace.importing import back_to_import, import_records, past_imports
from small_company import ACCOUNTS, fingerprint, small_company, write

GO = "from pathlib import Path; from idealfit.workspace.importing import import_records, back_to_import; "
IMPORT = GO + "import sys; import_records(Path(sys.argv[1]), Path(sys.argv[2]))"
BACK = GO + "import sys; back_to_import(Path(sys.argv[1]), 1, by='Ann', because='wrong')"


def start(code: str, *arguments: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    # a group of its own, so that the child which reads the files is killed with it
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def what_is_there(workspace: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Once whoever comes next has opened the workspace: its current snapshots, and the files for people."""
    return open_ledger(open_place(workspace)).current_snapshots(), seen(workspace)


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The second export, the workspace after the first import and that after both."""
    folder = tmp_path_factory.mktemp("broken")
    import_records(small_company(folder / "data"), folder / "old")
    grown = "".join(f"{line}9\n" if at % 4 == 1 else f"{line}\n" for at, line in enumerate(ACCOUNTS.splitlines()))
    write(folder / "data", accounts_csv=grown)
    shutil.copytree(folder / "old", folder / "new")
    import_records(folder / "data", folder / "new")
    assert (folder / "new" / "tables" / "account_history.parquet").is_file()
    return folder / "data", folder / "old", folder / "new"


@pytest.mark.parametrize("number", range(3))
def test_a_killed_import_leaves_the_history_of_before_or_of_after(
    number: int, two_months: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    data, old, new = two_months
    workspace = Path(shutil.copytree(old, tmp_path / "w"))
    process = start(IMPORT, data, workspace)
    begun = time.monotonic()
    while process.poll() is None and not list(workspace.glob(".run.*.tmp")) and time.monotonic() < begun + 600:
        time.sleep(0.01)
    time.sleep(random.Random(number).uniform(0, 1.5))  # noqa: S311 a moment, no secret
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert what_is_there(workspace) in (what_is_there(old), what_is_there(new))
    import_records(data, workspace)
    assert what_is_there(workspace) == what_is_there(new)


def test_two_imports_at_once_leave_one_history(two_months: tuple[Path, Path, Path], tmp_path: Path) -> None:
    data, old, new = two_months
    workspace = Path(shutil.copytree(old, tmp_path / "w"))
    for process in [start(IMPORT, data, workspace) for _ in range(2)]:
        _, err = process.communicate(timeout=6000)
        assert process.returncode == 0, err
    assert what_is_there(workspace) == what_is_there(new)


def test_where_the_disk_knows_no_locks_an_import_that_another_one_overtook_writes_nothing_and_says_so(
    two_months: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "_locked", lambda _file: True)
    data, old, _ = two_months
    workspace = Path(shutil.copytree(old, tmp_path / "w"))
    other = write(tmp_path / "other", accounts_csv=ACCOUNTS.replace("retail", "logistics"))
    overtaken = False

    def told(what: str, _share: float) -> None:
        nonlocal overtaken
        if what == "writing tables" and not overtaken:
            overtaken = True
            import_records(other, workspace, replacing=True)

    with pytest.raises(EnvironmentFault, match="Another import"):
        import_records(data, workspace, progress=told)
    industries = what_is_there(workspace)
    again = Path(shutil.copytree(old, tmp_path / "again"))
    import_records(other, again, replacing=True)
    assert industries == what_is_there(again)


@contextmanager
def disk_that_fails(at: int, under: Path) -> Iterator[Callable[[], int]]:
    """From the `at`-th on, every writing call on a file in `under` fails for want of space; how many there were."""
    calls = 0
    patched = pytest.MonkeyPatch()

    def failing(name: str, owner: Any) -> None:
        real = getattr(owner, name)

        def call(first: Any, *rest: Any, **more: Any) -> Any:
            nonlocal calls
            if isinstance(first, int) or str(first).startswith(str(under)):
                calls += 1
                if calls >= at:
                    raise OSError(errno.ENOSPC, "No space left on device")
            return real(first, *rest, **more)

        patched.setattr(owner, name, call)

    for name in ("mkdir", "replace", "write_bytes", "chmod"):
        failing(name, Path)
    for name in ("fsync", "link"):
        failing(name, os)
    try:
        yield lambda: calls
    finally:
        patched.undo()


def until_it_succeeds(act: Callable[[], object], workspace: Path, allowed: list[object], *, every: int) -> int:
    """Let `act` meet a full disk at step 1, 1 + every, … until it succeeds; what is there must be allowed each time."""
    step, kept = 1, workspace.with_name("kept")
    shutil.copytree(workspace, kept)
    while True:
        with disk_that_fails(step, workspace) as calls:
            try:
                act()
            except EnvironmentFault as fault:
                assert fault.remedy
            else:
                assert calls() < step
                return step
        assert what_is_there(workspace) in allowed, f"step {step}"
        shutil.rmtree(workspace)
        shutil.copytree(kept, workspace)
        step += every


def test_a_full_disk_at_any_step_of_an_import_leaves_the_old_or_the_new(
    two_months: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    data, old, new = two_months
    workspace = Path(shutil.copytree(old, tmp_path / "w"))
    allowed = [what_is_there(old), what_is_there(new)]
    # every step in the nightly run: IDEALFIT_EVERY_STEP=1
    every = 1 if os.environ.get("IDEALFIT_EVERY_STEP") else 9
    until_it_succeeds(lambda: import_records(data, workspace), workspace, list(allowed), every=every)
    assert what_is_there(workspace) == what_is_there(new)


def test_a_full_disk_at_any_step_of_going_back_leaves_one_import_or_the_other(
    two_months: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, _, new = two_months
    workspace = Path(shutil.copytree(new, tmp_path / "w"))
    first = past_imports(workspace)[-1].number
    gone = Path(shutil.copytree(new, tmp_path / "gone"))
    back_to_import(gone, first, by="Ann", because="wrong")
    allowed = [what_is_there(new), what_is_there(gone)]
    until_it_succeeds(
        lambda: back_to_import(workspace, first, by="Ann", because="wrong"), workspace, list(allowed), every=1
    )
    assert what_is_there(workspace) == what_is_there(gone)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_going_back_that_is_killed_was_never_begun_or_is_ended_at_the_next_opening(
    moment: str, two_months: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, _, new = two_months
    workspace = Path(shutil.copytree(new, tmp_path / "w"))
    kill = "import os, signal; from idealfit.store import staging; real = staging._move_into_place; "
    when = "only" if moment == "before" else "not only"
    kill += (
        "staging._move_into_place = lambda place, folder, only='': "
        f"os.kill(os.getpid(), signal.SIGKILL) if {when} else real(place, folder, only=only); "
    )
    process = start(kill + BACK, workspace)
    process.communicate(timeout=600)
    assert process.returncode == -signal.SIGKILL
    gone = Path(shutil.copytree(new, tmp_path / "gone"))
    back_to_import(gone, past_imports(gone)[-1].number, by="Ann", because="wrong")
    assert what_is_there(workspace) == what_is_there(new if moment == "before" else gone)
    assert not list(workspace.glob(".run.*.tmp"))


def test_nothing_is_left_under_way(two_months: tuple[Path, Path, Path]) -> None:
    assert set() == staging._UNDER_WAY
    assert fingerprint(two_months[2])
