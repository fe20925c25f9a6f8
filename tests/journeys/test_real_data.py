"""The main job on records that nobody here wrote, the files as they are, without a mapping."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SETS = ("maven_crm", "ravenstack", "ibm_sales_win_loss")
DEAL_SIDE = {"route to market", "elapsed days in sales stage", "sales stage change count", "total days identified"}
OUTPUTS = {
    "profile.yaml",
    "profile.html",
    "profile.pdf",
    "profile.md",
    "scores.parquet",
    "scores.csv",
    "targets.csv",
    "not_targeted.csv",
    "winback.csv",
    "neglected.csv",
    "pipeline.csv",
    "evidence.json",
    "quality.json",
}


@pytest.fixture(params=SETS)
def built(request: pytest.FixtureRequest, real_build: Callable[[str], Path]) -> tuple[str, Path, dict[str, Any]]:
    """One of the sets, built: its name, the workspace and evidence.json."""
    workspace = real_build(request.param)
    return request.param, workspace, json.loads((workspace / "evidence.json").read_text())


def test_a_build_runs_to_a_verdict_and_writes_everything(built: tuple[str, Path, dict[str, Any]]) -> None:
    _, workspace, evidence = built
    assert evidence["verdict"] in {"profile", "insufficient", "no_signal"}
    assert {path.name for path in workspace.iterdir() if path.is_file()} >= OUTPUTS


def test_each_set_is_read_for_what_it_is(built: tuple[str, Path, dict[str, Any]]) -> None:
    name, _, evidence = built
    sample = evidence["sample"]
    if name == "maven_crm":
        # 8,800 deals, of which 1,425 open ones name no account: they are kept, and say nothing of who buys
        assert sample["deals"] == 7375
        assert sample["won"] == 4238
        assert sample["lost"] == 2473
    elif name == "ibm_sales_win_loss":
        assert 77_000 <= sample["deals"] <= 78_025
        assert evidence["time"] == "none"
        assert evidence["backtest"]["kind"] == "accounts_set_aside"
        assert {criterion["attribute"].casefold() for criterion in evidence["criteria"]} & DEAL_SIDE == set()
    else:
        assert evidence["reach"] == "customers"


def test_a_set_without_signal_gets_an_honest_no_and_another_does_not(built: tuple[str, Path, dict[str, Any]]) -> None:
    name, _, evidence = built
    if name == "maven_crm":
        assert evidence["verdict"] == "no_signal"
    if name == "ibm_sales_win_loss":
        assert evidence["verdict"] == "profile"


def test_no_cell_of_a_list_can_become_a_formula(built: tuple[str, Path, dict[str, Any]]) -> None:
    _, workspace, _ = built
    for path in workspace.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert not cell.startswith(("=", "@", "\t")), (path.name, cell)
                    if cell.startswith(("+", "-")):
                        float(cell)
