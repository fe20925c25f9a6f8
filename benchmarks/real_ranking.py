"""Recorded and published sets with outcomes: our profile against LightGBM and scorecards, on the same split.

    python benchmarks/real_ranking.py [--root FOLDER] [--sets NAME,…] [--rows N] [--peers NAME,…]

FOLDER is $IDEALFIT_REAL_DATA where it is not given. Three tenths of each set are held out: the latest by date where
the set has one, else drawn at random. Ours is `idealfit build` on the rest and `idealfit score` on what is held out,
without the outcome. The peers get the columns that ours admitted (neither refused by name nor as leakage), and once
more all columns but ids and the outcome: the difference is what it costs to be honest. Columns: AUC and Brier score on
the rows held out, and how many terms. The bar: AUC within 0.02 of LightGBM on the same columns with at most twenty
criteria, and a smaller Brier score than every scorecard.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from measure import measure
from peer_features import LEAST_HOLDERS, MOST_LEVELS, Feature, Floats, Task
from peers import PEERS, missing, run_peer

HELD_OUT = 0.3
NUMBERED = "row"
AFTER_ADMISSION = frozenset(("unsupported", "proxy_of", "unstable", "single_account", "churns", "costly", "constant"))
"""Reasons of refusal that are found by looking at the outcome: a column refused for them was admitted."""


@dataclass(frozen=True)
class RealSet:
    """One flat set: its file, the column of the outcome with the values that are good and all that count, its id, a
    date to split by, columns that only a won row has, and the file and key of the accounts where they lie apart.
    `as_tables`: its rows are no companies or name none, so they are given as accounts and deals; without a `key` they
    are numbered."""

    folder: str
    file: str
    outcome: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    key: str = ""
    dated: str = ""
    same: tuple[str, ...] = ()
    joined: tuple[str, str] = ("", "")
    delimiter: str = ","
    as_tables: bool = False


SETS = (
    RealSet("ibm_telco_churn", "Telco-Customer-Churn.csv", "Churn", ("No",), ("Yes",), key="customerID"),
    RealSet("ibm_sales_win_loss", "WA_Fn-UseC_-Sales-Win-Loss.csv", "Opportunity Result", ("Won",), ("Loss",),
            key="Opportunity Number"),
    RealSet("xeducation_leads", "Leads.csv", "Converted", ("1",), ("0",), key="Prospect ID", same=("Lead Number",),
            as_tables=True),
    RealSet("uci_bank_marketing", "bank-additional/bank-additional-full.csv", "y", ("yes",), ("no",), delimiter=";",
            as_tables=True),
    RealSet("german_credit", "germancredit.csv", "creditability", ("good",), ("bad",), as_tables=True),
    RealSet("yc_companies", "yc_companies.csv", "status", ("Acquired", "Public"), ("Inactive",), key="id",
            same=("name", "slug", "former_names", "website", "one_liner", "long_description", "url", "launched_at",
                  "top_company", "isHiring", "stage"), as_tables=True),
    RealSet("olist_funnel", "olist_funnel_joined.csv", "won", ("1", "True", "true"), ("0", "False", "false"),
            key="mql_id", dated="first_contact_date", same=(
                "seller_id", "sdr_id", "sr_id", "won_date", "business_segment", "lead_type", "lead_behaviour_profile",
                "has_company", "has_gtin", "average_stock", "business_type", "declared_product_catalog_size",
                "declared_monthly_revenue", "seller_state", "total_orders", "total_revenue", "avg_price",
                "product_variety", "avg_review", "low_review_pct", "avg_delivery_days", "late_delivery_pct",
                "unique_customers", "items_per_order", "ever_delivered")),
    RealSet("maven_crm", "sales_pipeline.csv", "deal_stage", ("Won",), ("Lost",), key="opportunity_id",
            dated="engage_date", same=("close_value", "close_date"), joined=("accounts.csv", "account")),
)  # fmt: skip


@dataclass(frozen=True)
class Split:
    """A set read and split: headers, rows, which are held out, and whether each is good."""

    heads: list[str]
    rows: list[list[str]]
    held: np.typing.NDArray[np.bool_]
    good: np.typing.NDArray[np.int64]


def read_set(real: RealSet, root: Path, most: int) -> Split:
    """Read, join the accounts where they lie apart, leave out rows without an outcome, split."""
    heads, rows = _table(root / real.folder / real.file, real.delimiter)
    if not real.key:
        heads, rows = [NUMBERED, *heads], [[f"row-{number:06}", *row] for number, row in enumerate(rows)]
    if real.joined[0]:
        other, found = _table(root / real.folder / real.joined[0])
        at = other.index(real.joined[1])
        by_key = {row[at]: row for row in found}
        extra = [index for index in range(len(other)) if index != at]
        here = heads.index(real.joined[1])
        rows = [row + [by_key.get(row[here], [""] * len(other))[index] for index in extra] for row in rows]
        heads = heads + [other[index] for index in extra]
    outcome = heads.index(real.outcome)
    rows = [row for row in rows if row[outcome] in (*real.good, *real.bad)]
    rng = np.random.default_rng(1)
    order = rng.permutation(len(rows))[:most]
    rows = [rows[int(index)] for index in order]
    if real.dated:
        day = heads.index(real.dated)
        rows.sort(key=lambda row: row[day])
    held = np.arange(len(rows)) >= round((1 - HELD_OUT) * len(rows))
    good = np.array([int(row[outcome] in real.good) for row in rows])
    return Split(heads, rows, held, good)


def _table(path: Path, delimiter: str = ",") -> tuple[list[str], list[list[str]]]:
    reader = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig", errors="replace")), delimiter=delimiter)
    heads = next(reader)
    return heads, [row for row in reader if len(row) == len(heads)]


def run_ours(real: RealSet, split: Split, folder: Path) -> tuple[str, Floats | None, int, list[str]]:
    """(verdict, chances of the rows held out, criteria, columns refused before the outcome was looked at)."""
    outcome = {split.heads.index(real.outcome)} | {split.heads.index(name) for name in real.same if name in split.heads}
    for name, rows, hidden in (("train", ~split.held, set()), ("held", split.held, outcome)):
        _write(folder / name, real, split, rows, hidden)
    workspace = folder / "workspace"
    built = measure("build", str(folder / "train"), "--workspace", str(workspace), "--quiet")
    if built.code:
        return f"refused ({built.code})", None, 0, []
    evidence = json.loads((workspace / "evidence.json").read_text(encoding="utf-8"))
    refused = [one["attribute"] for one in evidence["rejected"] if one["reason"] not in AFTER_ADMISSION]
    profile = YAML(typ="safe").load((workspace / "profile.yaml").read_text(encoding="utf-8"))
    scores = folder / "scores.csv"
    done = measure("score", str(workspace / "profile.yaml"), str(folder / "held"), "--criteria", "--to", str(scores))
    if done.code or not profile.get("model"):
        return str(evidence["verdict"]), None, len(evidence["criteria"]), refused
    chances = dict(_chances(profile, scores))
    key = split.heads.index(real.key or NUMBERED)
    base = 1 / (1 + math.exp(-float(profile["model"]["win"]["intercept"])))
    found = [chances.get(row[key], base) for row, held in zip(split.rows, split.held, strict=True) if held]
    return str(evidence["verdict"]), np.array(found), len(profile["model"]["win"]["effects"]), refused


def _write(folder: Path, real: RealSet, split: Split, rows: Iterable[Any], hidden: set[int]) -> None:
    """The rows wanted, without the hidden columns: as they came, or as accounts and (where the outcome may be seen)
    deals."""
    folder.mkdir(parents=True)
    wanted = [row for row, taken in zip(split.rows, rows, strict=True) if taken]
    outcome, key = split.heads.index(real.outcome), split.heads.index(real.key or NUMBERED)
    never = {outcome, *(split.heads.index(name) for name in real.same)} if real.as_tables else hidden
    kept = [index for index in range(len(split.heads)) if index not in never]
    heads = ["account_id" if real.as_tables and index == key else split.heads[index] for index in kept]
    path = folder / ("accounts.csv" if real.as_tables else Path(real.file).name)
    _save(path, heads, ([row[index] for index in kept] for row in wanted))
    if real.as_tables and not hidden:
        said = ([f"d-{row[key]}", row[key], "won" if row[outcome] in real.good else "lost"] for row in wanted)
        _save(folder / "deals.csv", ["deal_id", "account_id", "outcome"], said)


def _save(path: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        writer.writerows(rows)


def _chances(profile: dict[str, Any], scores: Path) -> Iterator[tuple[str, float]]:
    """The chance of winning of each scored row, from the model in the profile; unknown counts its known share."""
    model = profile["model"]["win"]
    shares = {
        one["id"]: float(one.get("known_true_rate") or 0.25)
        for layer in profile["layers"].values()
        for one in layer.get("criteria") or ()
    }
    states = {"true": 1.0, "false": 0.0}
    with scores.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            linear = float(model["intercept"])
            for name, effect in model["effects"].items():
                linear += float(effect) * states.get(row.get(f"c_{name}", ""), shares.get(name, 0.25))
            yield row["account_id"], 1 / (1 + math.exp(-linear))


def task_of(real: RealSet, split: Split, left_out: Sequence[str]) -> Task:
    """The peers' task on all columns but those left out, the id and the outcome."""
    never = {name.lower() for name in (real.outcome, real.key or NUMBERED, *real.same, *left_out)}
    features = []
    for index, name in enumerate(split.heads):
        if name.lower() in never:
            continue
        cells = [row[index].strip() for row in split.rows]
        feature = _feature(name, cells, split.held)
        if feature is not None:
            features.append(feature)
    names = tuple(str(row) for row in np.flatnonzero(split.held))
    return Task(tuple(features), split.good[~split.held], names)


def _feature(name: str, cells: list[str], held: np.typing.NDArray[np.bool_]) -> Feature | None:
    numbers = np.array([_number(cell) for cell in cells])
    filled = np.array([cell != "" for cell in cells])
    if filled.any() and float(np.mean(~np.isnan(numbers[filled]))) >= 0.95 and len(np.unique(numbers[filled])) > 2:
        return Feature(name, name, "number", numbers[~held], numbers[held])
    levels: dict[str, int] = {}
    for cell, out in zip(cells, held, strict=True):
        if cell and not out:
            levels[cell] = levels.get(cell, 0) + 1
    kept = sorted((level for level in levels if levels[level] >= LEAST_HOLDERS), key=lambda level: -levels[level])
    if len(kept) < 2:
        return None
    place = {level: index for index, level in enumerate(kept[:MOST_LEVELS])}
    codes = np.array([float(place.get(cell, -1)) for cell in cells])
    return Feature(name, name, "category", codes[~held], codes[held], tuple(place))


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def auc(chance: Floats, good: np.typing.NDArray[np.int64]) -> float:
    """Area under the curve; ties count half."""
    levels, where = np.unique(chance, return_inverse=True)
    ones = np.bincount(where, weights=good, minlength=len(levels))
    zeros = np.bincount(where, weights=1 - good, minlength=len(levels))
    return float((ones * (np.cumsum(zeros) - zeros / 2)).sum() / (ones.sum() * zeros.sum()))


def _line(name: str, chance: Floats, good: np.typing.NDArray[np.int64], terms: int, all_too: str, said: str) -> str:
    brier = float(np.mean((np.clip(chance, 0, 1) - good) ** 2))
    return f"  {name:26}{auc(chance, good):8.3f}{brier:9.4f}{terms:7}   {all_too:18}{said}"


def run_set(real: RealSet, root: Path, most: int, wanted: Sequence[str]) -> None:
    """Print the block of one set."""
    split = read_set(real, root, most)
    good = split.good[split.held]
    base = float(split.good[~split.held].mean())
    print(
        f"\n{real.folder}: {int((~split.held).sum()):,} rows to learn from, {len(good):,} held out"
        f"{' (the latest)' if real.dated else ''}; {base:.1%} good; a constant has a Brier score of "
        f"{float(np.mean((base - good) ** 2)):.4f}\n  {'':26}{'AUC':>8}{'Brier':>9}{'terms':>7}   all columns"
    )
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        verdict, chance, terms, refused = run_ours(real, split, Path(folder))
        took = time.perf_counter() - started
    if chance is None:
        print(f"  {'idealfit':26}{verdict}: no chances are given ({took:.0f} s)")
    else:
        print(_line("idealfit", chance, good, terms, "", f"{verdict} ({took:.0f} s)"), flush=True)
    honest, everything = task_of(real, split, refused), task_of(real, split, ())
    print(f"  refused before the outcome was looked at: {', '.join(refused) or 'nothing'}")
    for name in wanted:
        try:
            if not honest.features:
                raise ValueError("no column is left")
            found = run_peer(name, honest)
            full = run_peer(name, everything).chance
            both = f"{auc(full, good):.3f} {float(np.mean((np.clip(full, 0, 1) - good) ** 2)):.4f}"
            print(_line(name, found.chance, good, found.terms, both, ""), flush=True)
        except Exception as fault:
            print(f"  {name:26}{type(fault).__name__}: {str(fault)[:120]}", flush=True)


def main() -> int:
    """Print a block a set."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--root", type=Path, default=Path(os.environ.get("IDEALFIT_REAL_DATA", "../shared/data")))
    options.add_argument("--sets", default=",".join(real.folder for real in SETS))
    options.add_argument("--rows", type=int, default=20_000, help="at most so many rows of a set, drawn at random")
    options.add_argument("--peers", default="LightGBM,OptBinning scorecard,FasterRisk,L1 logistic, 20 terms")
    chosen = options.parse_args()
    if not chosen.root.is_dir():
        print(f"There is no folder of sets at {chosen.root}: give it with --root, or set IDEALFIT_REAL_DATA.")
        return 2
    lines = missing()
    print("\n".join(lines) if lines else "All peers are here.")
    absent = {line.split(" is left out")[0] for line in lines}
    wanted = [name for name in PEERS if name in chosen.peers and name not in absent]
    for real in SETS:
        if real.folder in chosen.sets.split(","):
            run_set(real, chosen.root, chosen.rows, wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
