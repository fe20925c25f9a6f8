"""A planted truth must be found by `idealfit build`, and where nothing is planted nothing may be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from idealfit.demo import Comparison, Truth, compare, judge, make_company, ranking_of, render


def built(folder: Path, seed: int, *, recipe: str = "plain", signal: bool = True) -> tuple[Truth, dict[str, Any]]:
    truth = make_company(folder / "data", seed, deals=900, accounts=2700, recipe=recipe, signal=signal)  # type: ignore[arg-type]
    command = [sys.executable, "-m", "idealfit", "build", str(folder / "data"), "--workspace", str(folder / "w")]
    done = subprocess.run([*command, "--quiet"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return truth, json.loads((folder / "w" / "evidence.json").read_text(encoding="utf-8"))


def used(comparison: Comparison, *kinds: str) -> set[str]:
    return {row.trait.attribute for row in comparison.rows if row.trait.kind in kinds and row.status == "fooled"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("plain")
    return folder, *built(folder, 31)


def test_what_was_planted_is_found_with_900_deals(plain: tuple[Path, Truth, dict[str, Any]]) -> None:
    _, truth, evidence = plain
    comparison = compare(truth, evidence)
    told = "\n".join(render(comparison))
    assert comparison.verdict == "profile", told
    assert (comparison.precision or 0) >= 0.75, told
    assert (comparison.recall_main or 0) >= 0.5, told


def test_no_trap_becomes_a_criterion(plain: tuple[Path, Truth, dict[str, Any]]) -> None:
    _, truth, evidence = plain
    comparison = compare(truth, evidence)
    assert used(comparison, "leak", "computed", "self_caused", "deal") == set()
    leak = next(row for row in comparison.rows if row.trait.kind == "leak")
    assert leak.status == "refused" and leak.detail


def test_the_ranking_beats_chance_on_accounts_that_nobody_worked(plain: tuple[Path, Truth, dict[str, Any]]) -> None:
    folder, truth, _ = plain
    found = judge(truth, ranking_of(folder / "w" / "scores.csv"))
    assert found.scored == found.accounts
    assert found.auc > 0.58
    assert found.value > 1.5 * found.chance_value
    assert found.decoy is not None and found.decoy < 1


def test_where_nothing_is_planted_there_is_no_profile(tmp_path: Path) -> None:
    truth, evidence = built(tmp_path, 32, signal=False)
    comparison = compare(truth, evidence)
    assert comparison.verdict in ("no_signal", "insufficient")
    assert not any(each["grade"] == "supported" for each in evidence["criteria"])


def test_another_recipe_is_found_as_well(tmp_path: Path) -> None:
    truth, evidence = built(tmp_path, 33, recipe="messy")
    comparison = compare(truth, evidence)
    told = "\n".join(render(comparison))
    assert comparison.verdict == "profile", told
    assert (comparison.precision or 0) >= 0.75, told
    assert used(comparison, "leak", "computed", "self_caused", "deal") == set(), told
