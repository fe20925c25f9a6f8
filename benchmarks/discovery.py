"""Discovery on planted companies of every variant, beside its peers on the same facts in the same run.

    python benchmarks/discovery.py [--variants base,d900] [--seeds 20] [--first 1001] [--to FILE] [--peers NAME,…|none]
                                   [--accounts N]

Ours is a real `idealfit build` in a process of its own; the peers get the facts that it admitted, as they were known
when each deal opened, and rank the same accounts that nobody worked. One JSON line a run is appended to FILE (default
discovery.jsonl in the temporary folder), runs that are there already are not made again, and the table of means over
all lines of the chosen variants and seeds is printed at the end.

Columns: n; AUC by the hidden chance of winning (the truth's own in the first line); value: what the top tenth would
bring, as a share of the best tenth (no order at all in the first line); decoy: how common the segment that wins and
leaves is in the top tenth (1 = as in the market); terms; precision and recall of attributes (ours: of supported
criteria; `used` counts suggestive ones too); profile: how often that was the verdict; s: seconds. Without signal what
counts is `terms`: all of them are invented.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measure import measure
from peer_features import Task, task_of
from peers import PEERS, missing, run_peer
from world_files import write_world
from world_judge import judge_ranking, names_in, precision_and_recall, read_scores
from world_plan import VARIANTS
from worlds import make_world

Line = dict[str, Any]
OURS = "idealfit"


def run_ours(folder: Path, truth: Mapping[str, Any]) -> Line:
    """Build, and judge what came of it."""
    workspace = folder / "workspace"
    taken = measure("build", str(folder / "data"), "--workspace", str(workspace), "--quiet")
    if taken.code != 0:
        return {"error": f"build ended with {taken.code}", "seconds": taken.seconds}
    evidence = json.loads((workspace / "evidence.json").read_text(encoding="utf-8"))
    criteria = [one for one in evidence["criteria"] if one.get("seen") != "call" and one["grade"] != "assumed"]
    supported = [names_in(one["when"]) for one in criteria if one["grade"] == "supported"]
    precision, recall = precision_and_recall(truth, supported)
    refused = {one["attribute"] for one in evidence["rejected"]}
    used = {name for one in criteria for name in names_in(one["when"])}
    leaks = [name for name, kind in truth["traps"].items() if kind == "leak"]
    return asdict(judge_ranking(truth, *read_scores(workspace / "scores.csv"))) | {
        "verdict": evidence["verdict"],
        "terms": len(criteria),
        "supported": len(supported),
        "invented": sum(precision_and_recall(truth, [one])[0] == 0 for one in supported),
        "precision": precision,
        "recall": recall,
        "used": precision_and_recall(truth, [names_in(one["when"]) for one in criteria])[1],
        "leaks_refused": sum(name in refused for name in leaks) / len(leaks),
        "leaks_used": sorted({name.lower() for name in leaks} & used),
        "seconds": taken.seconds,
    }


def run_theirs(name: str, task: Task, truth: Mapping[str, Any]) -> Line:
    """One peer, judged by the same measures; a peer that fails says so and the others go on."""
    started = time.perf_counter()
    try:
        found = run_peer(name, task)
    except Exception as fault:
        return {"error": f"{type(fault).__name__}: {str(fault)[:200]}"}
    chance = dict(zip(task.accounts, found.chance.tolist(), strict=True))
    precision, recall = precision_and_recall(truth, [set(one) for one in found.used])
    return asdict(judge_ranking(truth, chance, chance)) | {
        "terms": found.terms,
        "precision": precision,
        "recall": recall,
        "seconds": time.perf_counter() - started,
    }


def run_seed(variant: str, seed: int, wanted: Iterable[str], accounts: int | None) -> Iterable[Line]:
    """One company: one line for ours and for each of the wanted peers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_world(make_world(seed, variant, accounts), folder)
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        key: Line = {"variant": variant, "seed": seed}
        yield key | {"who": OURS} | run_ours(folder, truth)
        task: Task | None = None
        for peer in wanted:
            if task is None:
                task = task_of(folder / "workspace", truth["market"]["account_id"])
            yield key | {"who": peer} | run_theirs(peer, task, truth)


def table(lines: Iterable[Line]) -> str:
    """Means by variant and by who."""
    rows = [line for line in lines if "error" not in line]
    heads = ("n", "AUC", "value", "decoy", "terms", "precision", "recall", "used", "profile", "s")
    out = []
    for variant in dict.fromkeys(line["variant"] for line in rows):
        mine = [line for line in rows if line["variant"] == variant]
        ours = [line for line in mine if line["who"] == OURS]
        ceiling = f"{variant} (truth {_shown(_mean(ours, 'best_auc'), 3)}, blind {_shown(_mean(ours, 'blind'), 2)})"
        out.append(f"{ceiling:46}" + "".join(f"{head:>10}" for head in heads))
        for who in dict.fromkeys(line["who"] for line in mine):
            own = [line for line in mine if line["who"] == who]
            cells = [str(len(own)), _shown(_mean(own, "auc"), 3)]
            cells += [_shown(_mean(own, key), 2) for key in ("value", "decoy")]
            cells += [_shown(_mean(own, "terms"), 1)]
            cells += [_shown(_mean(own, key), 2) for key in ("precision", "recall", "used")]
            profiles = sum(line.get("verdict") == "profile" for line in own)
            cells += [f"{profiles}/{len(own)}" if who == OURS else "", _shown(_mean(own, "seconds"), 0)]
            out.append(f"  {who:44}" + "".join(f"{cell:>10}" for cell in cells))
        if ours:
            told = sum(line["supported"] for line in ours)
            true = sum(round((line["precision"] or 0) * line["supported"]) for line in ours)
            none = sum(line["supported"] == 0 for line in ours)
            out.append(
                f"  supported criteria that are true: {true} of {told}; seeds without any: {none} of {len(ours)}\n"
            )
    return "\n".join(out)


def _mean(lines: list[Line], key: str) -> float | None:
    known = [float(line[key]) for line in lines if line.get(key) is not None]
    return sum(known) / len(known) if known else None


def _shown(value: float | None, places: int) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def read_lines(path: Path) -> list[Line]:
    """The runs made so far."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> int:
    """Run what is not there yet, print the table; 1 where a build failed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--variants", default=",".join(name for name in VARIANTS if name != "large"))
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--first", type=int, default=1001)
    options.add_argument("--to", type=Path, default=Path(tempfile.gettempdir()) / "discovery.jsonl")
    options.add_argument("--peers", default="all", help="names separated by commas; 'all' or 'none'")
    options.add_argument("--accounts", type=int, help="fewer accounts than a variant has, for a quick look")
    chosen = options.parse_args()
    variants = chosen.variants.split(",")
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    for line in missing():
        print(line)
    absent = {line.split(" is left out")[0] for line in missing()}
    asked = list(PEERS) if chosen.peers == "all" else [] if chosen.peers == "none" else chosen.peers.split(",")
    wanted = [name for name in asked if name not in absent]
    lines = read_lines(chosen.to)
    lines = [line for line in lines if "error" not in line]  # what failed is tried again
    there = {(line["variant"], line["seed"], line["who"]) for line in lines}
    for seed in seeds:
        for variant in variants:
            left = [name for name in wanted if (variant, seed, name) not in there]
            if (variant, seed, OURS) in there and not left:
                continue
            for made in run_seed(variant, seed, left, chosen.accounts):
                if (variant, seed, made["who"]) in there:
                    continue
                lines.append(made)
                with chosen.to.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(made) + "\n")
                if "error" in made:
                    print(f"{variant} {seed}: {made['who']}: {made['error']}", flush=True)
    shown = [line for line in lines if line["variant"] in variants and line["seed"] in seeds]
    print(table(shown))
    return int(any(line["who"] == OURS and "error" in line for line in shown))


if __name__ == "__main__":
    sys.exit(main())
