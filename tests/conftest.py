"""What every test may use."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeAlias

# Two test processes on two cores: what numpy would do on more threads is waited for, not computed. Before numpy starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import duckdb
import pytest
from hypothesis import HealthCheck, settings

from idealfit.frontends.cli.app import run
from ready_made import as_users_have_it, copy_ledgers, read_by_forks
from units import UnitScheduling, unit_of

ROOT = Path(__file__).resolve().parent.parent
NO_REAL_DATA = "the real data is absent"

Once: TypeAlias = Callable[[str, Callable[[Path], None]], Path]

# The same examples on every run, and no failure because a shared machine was slow.
settings.register_profile(
    "idealfit", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("idealfit")


CONNECT = duckdb.connect


def connect_for_few_rows(*arguments: Any, **settings: Any) -> duckdb.DuckDBPyConnection:
    """The engine on one thread, unless the test says how many: for a few rows the others only wait, and busily."""
    con = CONNECT(*arguments, **settings)
    if "threads" not in settings.get("config", {}):
        con.execute("SET threads = 1")
    return con


# What is made once for many tests is made as users have it (see `once`), and so is all that runs in its own process.
duckdb.connect = connect_for_few_rows
# That a disk has really written cannot be seen as long as the machine runs; that the file is open can.
os.fsync = os.fstat  # type: ignore[assignment]
# The engine looks for pandas at every value that is bound to a query, in each of the many folders that tests come from.
sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
read_by_forks()
copy_ledgers()


def real_data_folder() -> Path:
    """$IDEALFIT_REAL_DATA, else ../shared/data beside the checkout; it need not exist."""
    return Path(os.environ.get("IDEALFIT_REAL_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of data sets that nobody here wrote; where it is absent a test that asks for it is counted."""
    folder = real_data_folder()
    if not folder.is_dir():
        pytest.skip(NO_REAL_DATA)
    return folder


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, make)`: a folder that is made once a run, by whichever of the test processes asks for it first."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "once"
    shared.mkdir(exist_ok=True)

    def folder_of(name: str, make: Callable[[Path], None]) -> Path:
        folder, made = shared / name, shared / f"{name}.made"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(duckdb, "connect", CONNECT)
                    as_users_have_it(patch)
                    make(folder)
                made.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def real_build(real_data: Path, once: Once) -> Callable[[str], Path]:
    """`real_build(name)`: the workspace of one of the real sets, built from its files as they are."""

    def workspace_of(name: str) -> Path:
        def build(workspace: Path) -> None:
            assert run(["build", str(real_data / name), "--workspace", str(workspace), "--quiet"]) == 0

        return once(name, build)

    return workspace_of


@pytest.fixture(scope="session")
def made_up(once: Once) -> Path:
    """The workspace of a made-up company with 900 deals and 2,700 accounts, built once a run: to be looked at only."""
    from idealfit.demo import make_company
    from idealfit.workspace.building import build

    def make(folder: Path) -> None:
        make_company(folder / "data", 3, deals=900, accounts=2700)
        build(folder / "data", folder / "workspace")

    return once("made-up", make) / "workspace"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


SLOW = ("truths", "house", "crashes", "journeys", "workspace", "comparing", "attacks", "frontends", "properties")
"""Folders whose tests take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What stays in one process begins first, the longest of it at the head, then slow tests: single and quick ones are
    left for the end, where no process then waits for the other."""
    items.sort(key=lambda item: (unit_of(item.nodeid) == item.nodeid, item.path.parent.name not in SLOW))
    # What is there by now stays there to the end: it need not be looked through for what can go, again and again.
    gc.collect()
    gc.freeze()
    # Looked through at every 700 new things (as is the default), it is hardly ever something that can go.
    gc.set_threshold(50_000, 20, 20)


MEASURED = {"profile", "scores", "evidence", "patterns", "properties"}
"""Folders whose tests are measured for coverage: what has a threshold is measured by the tests of its own."""
AT_WORK = {"test_placing.py", "test_finding_out.py", "test_correcting.py"}
"""Tests elsewhere that are measured: what an account is told, what to find out and values by hand, put to work."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measuring takes two thirds more time: it is done where its figures are used (`house/run_tests.py`)."""
    plugin: Any = item.config.pluginmanager.getplugin("_cov")
    controller = getattr(plugin, "cov_controller", None)
    measured = item.path.relative_to(ROOT / "tests").parts[0] in MEASURED or item.path.name in AT_WORK
    if controller is None or measured:
        return (yield)
    controller.pause()
    try:
        return (yield)
    finally:
        controller.resume()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """What is made once for several tests is made in one process, which then runs them all."""
    return UnitScheduling(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """No test is left out silently: one line for each reason, with a count."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in sorted(reasons.items()):
        where = " (looked in $IDEALFIT_REAL_DATA, else ../shared/data)" if reason == NO_REAL_DATA else ""
        terminalreporter.write_line(f"{count} test{'s' * (count != 1)} not run: {reason}{where}")
