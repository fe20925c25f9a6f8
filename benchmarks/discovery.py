"""Discovery on planted companies of every variant, beside its peers on the same facts in the same run.

    python benchmarks/discovery.py [--variants base,d900] [--seeds 20] [--first 1001] [--to FILE]
                                   [--who ours|peers|NAMES] [--accounts N] [--keep FOLDER] [--tree WORD] [--report]

Ours is a real `idealfit build` in a process of its own; the peers get the facts that it admitted, as they were known
when each deal opened, and rank the same accounts that nobody worked. One JSON line a run is appended to FILE (default
discovery.jsonl in the temporary folder), runs that are there already are not made again, and the table of means over
all lines of the chosen variants and seeds is printed at the end (`--report`: nothing else is done). With `--keep` the
companies stay, so that ours can be run on another day than the peers. `discovery_table.py` says what the columns mean.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from discovery_table import Line, table
from measure import measure
from peer_features import Task, task_of
from peers import PEERS, missing, run_peer
from second_files import write_company
from second_worlds import KINDS
from world_files import write_world
from world_judge import judge_ranking, names_in, plain, precision_and_recall, read_scores
from world_plan import VARIANTS
from worlds import make_world

OURS = "idealfit"
TOO_LATE = ("leakage", "computed", "after_outcome", "self_caused", "deal_level", "identifier", "personal", "constant")
"""Why a column is refused before any of its patterns is looked at."""


@dataclass(frozen=True)
class Chosen:
    """How many accounts, where the companies are kept (None: nowhere), and the word for the tree."""

    accounts: int | None
    keep: Path | None
    tree: str


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
    true = {plain(name) for name in truth["attributes"]}
    too_late = {plain(one["attribute"]) for one in evidence["rejected"] if one["reason"] in TOO_LATE}
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
        "true_refused": len(true & too_late) / len(true) if true else None,
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


def run_seed(variant: str, seed: int, who: Sequence[str], chosen: Chosen) -> Iterable[Line]:
    """One company: one line for each of those asked for (ours under `OURS`)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) if chosen.keep is None else chosen.keep / f"{variant}-{seed}"
        if not (folder / "truth.json").exists():
            make_company(variant, seed, folder, chosen.accounts)
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        key: Line = {"variant": variant, "seed": seed, "accounts": chosen.accounts, "tree": chosen.tree}
        if OURS in who:
            yield key | {"who": OURS} | run_ours(folder, truth)
        task: Task | None = None
        for peer in (one for one in who if one != OURS):
            if task is None:
                task = task_of(_imported(folder), truth["market"]["account_id"])
            yield key | {"who": peer} | run_theirs(peer, task, truth)
        if chosen.keep is not None and OURS in who:  # only the files of the company are worth their place
            shutil.rmtree(folder / "workspace", ignore_errors=True)


def make_company(variant: str, seed: int, folder: Path, accounts: int | None) -> None:
    """The files and the truth of a company, of whichever of the two makers has the variant."""
    if variant in KINDS:
        write_company(variant, seed, folder, accounts)
    else:
        write_world(make_world(seed, variant, accounts), folder)


def _imported(folder: Path) -> Path:
    """A workspace with the company's records: the built one where there is one, else one that was only imported."""
    for name in ("workspace", "imported"):
        if (folder / name).exists():
            return folder / name
    taken = measure("import", str(folder / "data"), "--workspace", str(folder / "imported"), "--quiet")
    if taken.code != 0:
        raise SystemExit(f"import ended with {taken.code} in {folder}")
    return folder / "imported"


def read_lines(path: Path) -> list[Line]:
    """The runs made so far."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def asked() -> argparse.Namespace:
    """The options of the command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--variants", default=",".join(name for name in VARIANTS if name != "large"))
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--first", type=int, default=1001)
    options.add_argument("--to", type=Path, default=Path(tempfile.gettempdir()) / "discovery.jsonl")
    options.add_argument("--who", default="all", help="names ('LightGBM;FasterRisk'), 'ours', 'peers' or 'all'")
    options.add_argument("--accounts", type=int, help="fewer accounts than a variant has, to import faster")
    options.add_argument(
        "--keep", type=Path, help="a folder for the companies, to build them again without making them"
    )
    options.add_argument("--tree", default="", help="a word for the version of the code, kept with each line")
    options.add_argument("--report", action="store_true", help="run nothing, print the table of what is there")
    return options.parse_args()


def wanted(who: str) -> list[str]:
    """Ours and the peers that were asked for, those left out that are not installed (which is printed)."""
    for line in missing():
        print(line)
    absent = {line.split(" is left out")[0] for line in missing()}
    groups = {"all": [OURS, *PEERS], "ours": [OURS], "peers": list(PEERS)}
    return [name for name in groups.get(who) or who.split(";") if name not in absent]


def main() -> int:
    """Run what is not there yet, print the table; 1 where a build failed."""
    options = asked()
    variants = options.variants.split(",")
    seeds = range(options.first, options.first + options.seeds)
    lines = [line for line in read_lines(options.to) if "error" not in line]  # what failed is tried again
    there = {(line["variant"], line["seed"], line["who"]) for line in lines}
    if not options.report:
        who = wanted(options.who)
        chosen = Chosen(options.accounts, options.keep, options.tree)
        for seed in seeds:
            for variant in variants:
                left = [name for name in who if (variant, seed, name) not in there]
                for made in run_seed(variant, seed, left, chosen) if left else ():
                    lines.append(made)
                    with options.to.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(made) + "\n")
                    if "error" in made:
                        print(f"{variant} {seed}: {made['who']}: {made['error']}", flush=True)
    shown = [line for line in lines if line["variant"] in variants and line["seed"] in seeds]
    print(table(shown, variants, (OURS, *PEERS)))
    return int(any(line["who"] == OURS and "error" in line for line in shown))


if __name__ == "__main__":
    sys.exit(main())
