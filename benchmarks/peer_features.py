"""What the peers get: the facts that discovery was given, as they were known, of deals and of the accounts to rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import WINDOWS, Evidence, Fact, gather_evidence
from idealfit.patterns.leakage import admit
from idealfit.records.intake import load_attributes
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place
from idealfit.workspace.asking import gathered

Floats: TypeAlias = NDArray[np.float64]
LEAST_HOLDERS, MOST_LEVELS = 5, 40


@dataclass(frozen=True)
class Feature:
    """One column for a peer: `train` and `judge` are numbers (NaN unknown), or level numbers of a category (-1)."""

    name: str
    attribute: str
    kind: Literal["number", "category", "flag"]
    train: Floats
    judge: Floats
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """A peer's task: features, won or lost of the closed deals, and the accounts to rank."""

    features: tuple[Feature, ...]
    won: NDArray[np.int64]
    accounts: tuple[str, ...]

    @property
    def train_rows(self) -> int:
        return len(self.won)


def task_of(workspace: Path, accounts: Sequence[str]) -> Task:
    """The task on a built workspace: its closed deals against `accounts`, on the last day."""
    place = open_place(workspace)
    attributes = load_attributes(place)
    con = connect(place.root)
    load_tables(con, place)
    rows, then, as_of = gathered(con, place, attributes, None)
    con.execute("CREATE OR REPLACE TEMP TABLE evidence_rows AS SELECT * FROM evidence_rows WHERE FALSE")
    known = [row[0] for row in con.execute("SELECT account_id FROM accounts").fetchall()]
    wanted = sorted(set(accounts) & set(known))
    con.execute("CREATE TEMP TABLE wanted AS SELECT UNNEST($names) AS account_id", {"names": wanted})
    con.execute(
        """
        INSERT INTO evidence_rows BY NAME
        SELECT ROW_NUMBER() OVER (ORDER BY account_id) AS row_number, account_id AS deal_id, account_id, 0 AS y,
               $as_of AS t FROM wanted
        """,
        {"as_of": as_of},
    )
    now = gather_evidence(con, as_of=as_of, attributes=attributes, reach=rows.reach)
    con.close()
    return make_task(then, now, [fact.name for fact in admit(then, attributes).listed])


def make_task(then: Evidence, now: Evidence, names: Sequence[str]) -> Task:
    """Features of the named facts of closed deals (`then`) and of the accounts to rank (`now`)."""
    closed = np.flatnonzero(then.outcome >= 0)
    trained = then.take(closed)
    ranked = {fact.name: fact for fact in now.facts}
    features = [
        feature
        for fact in trained.facts
        if fact.name in set(names) and fact.name in ranked
        for feature in _features(fact, ranked[fact.name])
    ]
    return Task(tuple(features), trained.outcome, tuple(str(name) for name in now.account_id))


def _features(then: Fact, now: Fact) -> list[Feature]:
    attribute = then.name.split(".", 1)[1] if then.kind == "event" else then.info.source_name or then.name
    if then.kind in ("number", "boolean", "role"):
        kind: Any = "number" if then.kind == "number" else "flag"
        name = f"role:{then.name.split('.', 1)[1]}" if then.kind == "role" else attribute
        return [Feature(name, name, kind, then.values.astype(float), now.values.astype(float))]
    if then.kind == "event":
        return [
            Feature(
                f"{attribute} {days}",
                attribute,
                "number",
                then.values[:, index].astype(float),
                now.values[:, index].astype(float),
            )
            for index, days in enumerate(WINDOWS)
            if days in (30, 90, 180, 365)
        ]
    if then.kind == "list":
        return _members(then, now)
    levels, counts = np.unique(then.values[then.known].astype(str), return_counts=True)
    kept = [str(level) for level in levels[np.argsort(-counts)] if counts[levels == level][0] >= LEAST_HOLDERS]
    place = {level: index for index, level in enumerate(kept[:MOST_LEVELS])}
    train, judge = (np.array([float(place.get(value, -1)) for value in fact.values]) for fact in (then, now))
    return [Feature(attribute, attribute, "category", train, judge, tuple(place))] if len(place) > 1 else []


def _members(then: Fact, now: Fact) -> list[Feature]:
    """A flag for every member of a list."""
    counts: dict[str, int] = {}
    for row in np.flatnonzero(then.known):
        for member in then.values[row]:
            counts[member] = counts.get(member, 0) + 1
    made = []
    for member in sorted(member for member, count in counts.items() if count >= LEAST_HOLDERS):
        sides = [
            np.array([np.nan if value is None else float(member in value) for value in fact.values])
            for fact in (then, now)
        ]
        name = f"tech:{then.spelling.get(member, member)}"
        made.append(Feature(name, name, "flag", sides[0], sides[1]))
    return made


def binary(task: Task, cuts: int = 5) -> tuple[Floats, Floats, list[tuple[str, str]]]:
    """Yes/no columns: levels, flags, and 'at least' for quantiles of numbers; unknown is no. With (name, attribute)."""
    train, judge, names = [], [], []
    for feature in task.features:
        if feature.kind == "category":
            for index, level in enumerate(feature.levels):
                train.append(feature.train == index)
                judge.append(feature.judge == index)
                names.append((f"{feature.name} = {level}", feature.attribute))
            continue
        known = feature.train[~np.isnan(feature.train)]
        marks = (
            [0.5]
            if feature.kind == "flag"
            else np.unique(np.quantile(known, np.linspace(0, 1, cuts + 1)[1:-1])).tolist()
            if len(known)
            else []
        )
        for mark in marks:
            with np.errstate(invalid="ignore"):
                train.append(feature.train >= mark)
                judge.append(feature.judge >= mark)
            names.append((f"{feature.name} >= {mark:g}", feature.attribute))
    used = [index for index, column in enumerate(train) if LEAST_HOLDERS <= column.sum() <= len(column) - LEAST_HOLDERS]
    return (
        np.stack([train[index] for index in used], 1).astype(float),
        np.stack([judge[index] for index in used], 1).astype(float),
        [names[index] for index in used],
    )
