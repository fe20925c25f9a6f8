"""What the profile is judged against: company size alone, somebody's own profile, a black box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import bootstrap_by_account
from idealfit.evidence.table import Evidence, Fact, Floats
from idealfit.patterns.backtest_report import Judged, Rival
from idealfit.patterns.best import Best
from idealfit.patterns.decay import within_blocks
from idealfit.patterns.measures import LIFT_LEVEL, gain_by, ordered_lift, rounds_for
from idealfit.patterns.order import places


def rival_of(
    evidence: Evidence, kind: str, name: str, scores: Sequence[Floats], judged: Sequence[Judged], best: Best
) -> Rival:
    """`scores`: one array a judged block, higher is better; each block is ordered by itself, as the profile's is."""
    rows = np.concatenate([one.rows for one in judged])
    won = evidence.outcome[rows] == 1
    gain, counts, _of = gain_by(evidence, best)
    gain, among = gain[rows], np.flatnonzero(counts[rows])
    ours = np.concatenate([one.place for one in judged])
    chance = np.concatenate([one.chance for one in judged])
    score, place = np.concatenate(scores), np.concatenate([places(one) for one in scores])
    block = np.repeat(np.arange(len(judged)), [len(one.rows) for one in judged])
    account, rounds = evidence.account[rows], min(200, rounds_for(rows))

    def auc_of(order: Floats, pick: NDArray[np.int64]) -> float:
        return within_blocks(order[pick], won[pick], block[pick], len(judged))

    def lift_of(order: Floats, pick: NDArray[np.int64]) -> float:
        return ordered_lift(order[among][pick], gain[among][pick])

    return Rival(
        kind,
        name,
        bootstrap_by_account(lambda pick: auc_of(score, pick), account, rounds=rounds),
        bootstrap_by_account(lambda pick: lift_of(place, pick), account[among], rounds=rounds, level=LIFT_LEVEL),
        bootstrap_by_account(lambda pick: auc_of(chance, pick) - auc_of(score, pick), account, rounds=rounds),
        bootstrap_by_account(lambda pick: lift_of(ours, pick) - lift_of(place, pick), account[among], rounds=rounds),
    )


def size_scores(
    evidence: Evidence, facts: Iterable[Fact], train: NDArray[np.int64], test: NDArray[np.int64]
) -> tuple[str, Floats]:
    """The label of the column that says size best by name (employees, else revenue, else another number that says so),
    and the judged rows' place by it, 0 to 1, turned so that more is better on the training rows; '' without one.
    `facts` are those that the profile may use too: a size that was filled in after winning orders wins all too well.
    """
    numbers = [fact for fact in facts if fact.kind == "number" and fact.form == "column"]
    for word in ("employees", "employee", "headcount", "revenue", "size", "seats"):
        for fact in numbers:
            if word in fact.name.lower() or word in fact.info.label.lower():
                values = np.asarray(fact.values, dtype=float)
                return fact.info.label, _turned(values[train], values[test], evidence.outcome[train] == 1)
    return "", np.full(len(test), 0.5)


def _turned(past: Floats, now: Floats, won: NDArray[np.bool_]) -> Floats:
    """Size as a place from 0 to 1, turned so that more is better on the training rows; unknown in the middle."""
    if not np.isfinite(now).any():
        return np.full(len(now), 0.5)
    known = np.isfinite(past)
    turn = 1.0
    if known.any() and (known & won).any() and (known & ~won).any():
        turn = 1.0 if np.median(past[known & won]) >= np.median(past[known & ~won]) else -1.0
    values = np.where(np.isfinite(now), turn * now, np.nan)
    order = np.argsort(np.where(np.isfinite(values), values, -np.inf), kind="stable")
    place = np.empty(len(now))
    place[order] = (np.arange(len(now)) + 0.5) / len(now)
    return np.where(np.isfinite(values), place, 0.5)
