"""A planted truth must be found by `idealfit build`, and where nothing is planted nothing may be.

A few companies stand for many: `make bench` goes through more of them and prints how much was found. The bounds here
lie below what those runs show, so that only a real loss breaks them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import Once
from doc_pages import run_tutorial
from idealfit.demo import (
    Comparison,
    Truth,
    chances_of,
    compare,
    judge,
    make_company,
    ranking_of,
    read_truth,
    render,
    write_truth,
)
from idealfit.frontends.cli.app import run

TRAPS = ("leak", "computed", "self_caused", "deal")
MESSY = ("messy", 33, 900)
MESSY_WITHOUT_SIGNAL = ("messy", 35, 900)


@dataclass(frozen=True)
class Built:
    """A made-up company after `idealfit build`."""

    truth: Truth
    evidence: dict[str, Any]
    scores: Path

    @property
    def comparison(self) -> Comparison:
        return compare(self.truth, self.evidence)

    @property
    def told(self) -> str:
        return "\n".join(render(self.comparison))


def built(once: Once, recipe: Any, seed: int, deals: int, *, signal: bool = True) -> Built:
    """The company of this seed; made and built once a run."""

    def make(folder: Path) -> None:
        truth = make_company(folder / "data", seed, deals=deals, accounts=3 * deals, recipe=recipe, signal=signal)
        write_truth(folder / "truth.json", truth)
        assert run(["build", str(folder / "data"), "--workspace", str(folder / "w"), "--quiet"]) == 0

    folder = once(f"planted-{recipe}-{seed}-{deals}-{signal}", make)
    evidence = json.loads((folder / "w" / "evidence.json").read_text(encoding="utf-8"))
    return Built(read_truth(folder / "truth.json"), evidence, folder / "w" / "scores.csv")


def of_tutorial(once: Once, name: str) -> Built:
    """A company of 2,400 deals from the tutorial's own run: `demo` with a planted truth, or `nothing`."""
    folder = run_tutorial(once) / "here" / name
    evidence = json.loads((folder / "idealfit" / "evidence.json").read_text(encoding="utf-8"))
    return Built(read_truth(folder / "truth.json"), evidence, folder / "idealfit" / "scores.csv")


def planted(once: Once, company: str) -> Built:
    """One of the two companies with a planted truth: `large` is the tutorial's, `messy` has three exports of a CRM."""
    return of_tutorial(once, "demo") if company == "large" else built(once, *MESSY)


def used(comparison: Comparison, *kinds: str) -> set[str]:
    return {row.trait.attribute for row in comparison.rows if row.trait.kind in kinds and row.status == "fooled"}


def test_with_2400_deals_most_of_what_was_planted_is_found(once: Once) -> None:
    found = planted(once, "large")
    assert found.comparison.verdict == "profile", found.told
    assert (found.comparison.precision or 0) >= 0.7, found.told
    assert (found.comparison.recall or 0) >= 0.6, found.told
    assert (found.comparison.recall_main or 0) >= 0.75, found.told


def test_with_900_deals_of_a_messy_export_something_real_is_found_and_little_else(once: Once) -> None:
    found = planted(once, "messy")
    assert found.comparison.verdict == "profile", found.told
    assert (found.comparison.precision or 0) >= 0.6, found.told
    assert (found.comparison.recall_main or 0) >= 0.4, found.told


@pytest.mark.parametrize("company", ["large", "messy"])
def test_no_trap_becomes_a_criterion(once: Once, company: str) -> None:
    found = planted(once, company)
    assert used(found.comparison, *TRAPS) == set(), found.told
    leak = next(row for row in found.comparison.rows if row.trait.kind == "leak")
    assert leak.status == "refused" and leak.detail


@pytest.mark.parametrize(
    ("company", "auc", "value"),
    [("large", 0.66, 3.0), ("messy", 0.58, 1.5)],
    ids=["large", "messy"],
)
def test_the_ranking_beats_chance_on_accounts_that_nobody_worked(
    once: Once, company: str, auc: float, value: float
) -> None:
    found = planted(once, company)
    judged = judge(found.truth, ranking_of(found.scores), chances_of(found.scores))
    assert judged.scored == judged.accounts
    assert judged.auc > auc
    assert judged.value > value * judged.chance_value
    if company == "large":
        assert judged.decoy is not None and judged.decoy < 0.8, "a segment that wins and leaves is sought"


@pytest.mark.parametrize("company", [None, MESSY_WITHOUT_SIGNAL], ids=["large", "messy"])
def test_where_nothing_is_planted_nothing_is_supported(once: Once, company: tuple[str, int, int] | None) -> None:
    found = built(once, *company, signal=False) if company else of_tutorial(once, "nothing")
    assert found.comparison.verdict in ("no_signal", "insufficient"), found.told
    assert [each["when"] for each in found.evidence["criteria"] if each["grade"] == "supported"] == []
