"""Builds that are killed, and builds at the same time: the workspace is the old one or the new one, never between."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from idealfit.store.place import open_place
from idealfit.workspace.building import build
from small_company import ACCOUNTS, DEALS, fingerprint, small_company, write

BUILD = [sys.executable, "-m", "idealfit", "build"]


def start(data: Path, workspace: Path) -> subprocess.Popen[str]:
    command = [*BUILD, str(data), "--workspace", str(workspace), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> None:
    _, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert err == ""


def seen(workspace: Path) -> dict[str, str]:
    """What is there for people, without snapshots that nothing names yet."""
    return {
        name: digest
        for name, digest in fingerprint(workspace).items()
        if not name.startswith((".run.", "snapshots")) and not name.endswith(".tmp")
    }


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path, float]:
    """The exports of today, the workspace of yesterday and that of today, and how long a build takes."""
    folder = tmp_path_factory.mktemp("crashes")
    data = small_company(folder / "data")
    begun = time.monotonic()
    finish(start(data, folder / "old"))
    seconds = time.monotonic() - begun
    write(data, accounts_csv=ACCOUNTS + "940,Newcomer,retail,77\n", deals_csv=DEALS.replace("D3,", "D300,"))
    shutil.copytree(folder / "old", folder / "new")
    build(data, folder / "new")
    return data, folder / "old", folder / "new", seconds


@pytest.mark.parametrize("number", range(3))
def test_a_killed_build_leaves_the_old_workspace_or_the_new_one(
    number: int, before_and_after: tuple[Path, Path, Path, float], tmp_path: Path
) -> None:
    data, old, new, seconds = before_and_after
    workspace = Path(shutil.copytree(old, tmp_path / "w"))
    share = random.Random(number).uniform(0.4, 1.0)  # noqa: S311 a moment, no secret
    process = start(data, workspace)
    time.sleep(share * seconds)
    process.kill()
    process.communicate()
    # files are renamed one by one after the ledger made them true: whoever opens the workspace next ends what is left
    open_place(workspace)
    assert seen(workspace) in (seen(old), seen(new))
    build(data, workspace)
    assert seen(workspace) == seen(new)
    assert not list(workspace.rglob("*.tmp"))


def test_two_builds_at_once_both_end_well_and_leave_a_whole_workspace(
    before_and_after: tuple[Path, Path, Path, float], tmp_path: Path
) -> None:
    data, old, new, _ = before_and_after
    workspace = Path(shutil.copytree(old, tmp_path / "w"))
    both = [start(data, workspace) for _ in range(2)]
    for process in both:
        finish(process)
    assert seen(workspace) == seen(new)
