"""How good a ranking of never-worked accounts is, when their hidden outcome is known."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from idealfit.demo.truth import Truth

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """A ranking against the truth, on never-worked accounts.

    `auc`: the chance that an account that would be won stands above one that would be lost (hidden probabilities, so
    without drawing), by the predicted chance of winning where one was given; `best_auc` the same of the truth itself.
    `value`: expected value of the top tenth of the ranking as a share of the best possible one; `chance_value` the
    share that blind choice gets. `decoy`: how common accounts of the segment that wins and leaves are in the top
    tenth, 1 being as common as in the market. `scored`: accounts with a score.
    """

    accounts: int
    scored: int
    auc: float
    best_auc: float
    value: float
    chance_value: float
    decoy: float | None


def judge(truth: Truth, scores: Mapping[str, float], chances: Mapping[str, float] | None = None) -> Judgement:
    """Judge `scores` (account id to a number, more is better); an account without a score stands last.

    `chances`: predicted chances of winning, for the AUC. A ranking by value puts a large contract that is seldom won
    above a small one that is often won, rightly; its order says little about who buys. Default: `scores`.
    """
    chance = np.array([each.win_probability for each in truth.market])
    worth = np.array([each.expected_value for each in truth.market])
    decoy = np.array([each.decoy for each in truth.market], dtype=float)
    shown = np.array([scores.get(each.account_id, -np.inf) for each in truth.market])
    likely = shown if not chances else np.array([chances.get(each.account_id, -np.inf) for each in truth.market])
    found, best, mean = _top_tenth(shown, worth), _top_tenth(worth, worth), float(worth.mean())
    common = float(decoy.mean())
    return Judgement(
        accounts=len(truth.market),
        scored=int(np.isfinite(shown).sum()),
        auc=expected_auc(likely, chance),
        best_auc=expected_auc(chance, chance),
        value=found / best if best > 0 else 1.0,
        chance_value=mean / best if best > 0 else 1.0,
        decoy=_top_tenth(shown, decoy) / common if common > 0 else None,
    )


def expected_auc(scores: Floats, chance: Floats) -> float:
    """AUC when account i is won with probability `chance[i]`: the mean over all outcomes, ties counting half.

    An account is never compared with itself: sum over i ≠ j of p_i (1 - p_j) [s_i > s_j] over sum of p_i (1 - p_j).
    """
    levels, where = np.unique(scores, return_inverse=True)
    won = np.bincount(where, weights=chance, minlength=len(levels))
    lost = np.bincount(where, weights=1 - chance, minlength=len(levels))
    itself = chance * (1 - chance)
    tied = np.bincount(where, weights=itself, minlength=len(levels))
    below = np.cumsum(lost) - lost
    pairs = won.sum() * lost.sum() - itself.sum()
    return float((won * below + (won * lost - tied) / 2).sum() / pairs) if pairs > 0 else 0.5


def _top_tenth(scores: Floats, of: Floats) -> float:
    """Mean of `of` in the top tenth by `scores`; at the edge, tied accounts share the places that are left."""
    places = max(1, len(scores) // 10)
    edge = np.sort(scores)[-places]
    above = scores > edge
    tied = scores == edge
    left = (places - above.sum()) / tied.sum()
    return float((of[above].sum() + left * of[tied].sum()) / places)


def ranking_of(scores_csv: Path) -> dict[str, float]:
    """Account id to a number to rank by, from a workspace's `scores.csv`: `rank` where discovery ran, else `fit`."""
    with scores_csv.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_rank = any(row.get("rank") for row in rows)
    column, sign = ("rank", -1.0) if by_rank else ("fit", 1.0)
    return {row["account_id"].lstrip("'"): sign * float(row[column]) for row in rows if row.get(column)}


def chances_of(scores_csv: Path) -> dict[str, float]:
    """Account id to `p_win`, the predicted chance of winning; empty where discovery made no model."""
    with scores_csv.open(encoding="utf-8", newline="") as file:
        return {row["account_id"].lstrip("'"): float(row["p_win"]) for row in csv.DictReader(file) if row.get("p_win")}
