"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
NO_REAL_DATA = "the real data is absent"

# The same examples on every run, and no failure because a shared machine was slow.
settings.register_profile(
    "idealfit", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("idealfit")


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
def root() -> Path:
    """The checkout."""
    return ROOT


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line, with a count, when tests could not run for want of the real data."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_REAL_DATA in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(
            f"{count} tests not run: {NO_REAL_DATA} (looked in $IDEALFIT_REAL_DATA, else ../shared/data)"
        )
