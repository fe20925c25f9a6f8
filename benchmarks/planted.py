"""`idealfit build` on companies with a planted truth: what it finds, what it invents, how its ranking fares.

Usage: planted.py [--seeds N] [--first SEED] [--deals 2400,900] [--recipes plain,messy]. Each company is built in a
process of its own; the last block of a recipe is the same companies with nothing planted.
Columns: verdict; supported and suggestive criteria; `real`: share of the supported ones that were planted; `found`:
share of the planted traits used (`strong`: of those that 900 deals should show); AUC of the chance of winning on
accounts that nobody worked, and what the truth itself would get; value of the top tenth as a share of the best possible
(and by blind choice); `decoy`: how common the segment that wins and leaves is in the top tenth (1 = as in the market).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from idealfit.demo import Comparison, Judgement, chances_of, compare, judge, make_company, ranking_of
from measure import measure

HEADER = (
    f"{'company':24}{'verdict':>13}{'supp':>6}{'sugg':>6}{'real':>6}{'found':>7}{'strong':>8}"
    f"{'AUC':>7}{'(best)':>8}{'value':>7}{'(blind)':>9}{'decoy':>7}{'s':>6}"
)


@dataclass(frozen=True)
class Run:
    """One built company."""

    name: str
    comparison: Comparison
    judgement: Judgement
    supported: int
    suggestive: int
    seconds: float


def run(seed: int, recipe: str, deals: int, *, signal: bool) -> Run:
    """Make, build, compare, judge."""
    with tempfile.TemporaryDirectory() as folder:
        data, workspace = Path(folder) / "data", Path(folder) / "workspace"
        truth = make_company(data, seed, deals=deals, recipe=recipe, signal=signal)  # type: ignore[arg-type]
        taken = measure("build", str(data), "--workspace", str(workspace), "--quiet")
        if taken.code != 0:
            sys.exit(f"build ended with {taken.code} on seed {seed}, {recipe}, {deals} deals")
        evidence = json.loads((workspace / "evidence.json").read_text(encoding="utf-8"))
        scores = workspace / "scores.csv"
        judged = judge(truth, ranking_of(scores), chances_of(scores))
    grades = [each["grade"] for each in evidence["criteria"] if each.get("seen") != "call"]
    return Run(
        f"{recipe} {seed}, {deals} deals{'' if signal else ', none'}",
        compare(truth, evidence),
        judged,
        grades.count("supported"),
        grades.count("suggestive"),
        taken.seconds,
    )


def line(each: Run) -> str:
    """One row of the table."""
    found, judged = each.comparison, each.judgement
    return (
        f"{each.name:24}{found.verdict:>13}{each.supported:6}{each.suggestive:6}"
        f"{share(found.precision):>6}{share(found.recall):>7}{share(found.recall_main):>8}"
        f"{judged.auc:7.3f}{judged.best_auc:8.3f}{judged.value:7.2f}{judged.chance_value:9.2f}"
        f"{share(judged.decoy):>7}{each.seconds:6.0f}"
    )


def share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def block(seeds: range, recipe: str, deals: int, *, signal: bool) -> int:
    """A block of seeds and its means; 1 when its verdicts are not what they should be."""
    runs = []
    for seed in seeds:
        runs.append(run(seed, recipe, deals, signal=signal))
        print(line(runs[-1]), flush=True)
    profiles = sum(each.comparison.verdict == "profile" for each in runs)
    print(
        f"{'  mean':24}{f'{profiles} of {len(runs)}':>13}"
        f"{mean([each.supported for each in runs]):6.1f}{mean([each.suggestive for each in runs]):6.1f}"
        f"{share(mean([each.comparison.precision for each in runs])):>6}"
        f"{share(mean([each.comparison.recall for each in runs])):>7}"
        f"{share(mean([each.comparison.recall_main for each in runs])):>8}"
        f"{mean([each.judgement.auc for each in runs]):7.3f}{mean([each.judgement.best_auc for each in runs]):8.3f}"
        f"{mean([each.judgement.value for each in runs]):7.2f}"
        f"{mean([each.judgement.chance_value for each in runs]):9.2f}"
        f"{share(mean([each.judgement.decoy for each in runs])):>7}\n"
    )
    return int(profiles < 0.9 * len(runs)) if signal else int(profiles > 0)


def main() -> int:
    """Prints the table; 1 when fewer than nine in ten planted companies, or any without signal, get a profile."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--first", type=int, default=101)
    options.add_argument("--deals", default="2400,900")
    options.add_argument("--recipes", default="plain,messy")
    chosen = options.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    sizes = [int(size) for size in chosen.deals.split(",")]
    print(HEADER)
    wrong = 0
    for recipe in chosen.recipes.split(","):
        for deals in sizes:
            wrong |= block(seeds, recipe, deals, signal=True)
        wrong |= block(seeds, recipe, min(sizes), signal=False)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
