"""Runs that several files look at, made once."""

from __future__ import annotations

import pytest

from patterns.planted import Run, run, tables


@pytest.fixture(scope="session")
def planted_run() -> Run:
    """A company with a planted truth and its traps."""
    return run(tables(1))


@pytest.fixture(scope="session")
def empty_run() -> Run:
    """The same company, where nothing known of an account goes with anything."""
    return run(tables(1, signal=False))


@pytest.fixture(scope="session")
def small_run() -> Run:
    """Ten deals and a few accounts beside them."""
    return run(tables(3, deals=10, market=15))
