"""How a ranking and a list of criteria fare against the truth of a planted company."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

_TOOLS = re.compile(r"\buses(?:_any|_all)?\(([^)]*)\)", re.IGNORECASE)
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_CALLED = re.compile(r"\b(?:happened|not_happened|count_of|upcoming|growth)\(\s*'([^']+)'", re.IGNORECASE)
_ROLE = re.compile(r"\bhas_role\(\s*'([^']+)'", re.IGNORECASE)
_WORDS = frozenset(("and", "or", "not", "in", "is", "null", "between", "true", "false", "like"))


@dataclass(frozen=True)
class Ranked:
    """A ranking of the accounts never worked.

    `auc`: the chance that an account that would be won stands above one that would not, by predicted chance, over all
    outcomes that the hidden chances allow; `best_auc` the same of the hidden chances. `brier`: the expected Brier score
    of the predicted chances (None where no chances are predicted), `best_brier` that of the hidden ones. `value`:
    expected value of the top tenth, as a share of the best tenth there is; `blind` that of no order; `above` what of
    the room between the two an order gains, so that companies where any order is worth something can be compared with
    companies where none is. `decoy`: how common the segment that wins and leaves is in the top tenth, 1 being as common
    as in the market.
    """

    auc: float
    best_auc: float
    value: float
    blind: float
    decoy: float | None
    above: float | None
    brier: float | None
    best_brier: float


def judge_ranking(truth: Mapping[str, Any], rank: Mapping[str, float], chance: Mapping[str, float]) -> Ranked:
    """Judge a ranking (account to a number, more is better) and predicted chances; who has none stands last."""
    market = truth["market"]
    names = market["account_id"]
    hidden, value = np.array(market["chance"]), np.array(market["value"])
    decoy = np.array(market["decoy"], dtype=float)
    order = np.array([rank.get(name, -np.inf) for name in names])
    likely = np.array([chance.get(name, -np.inf) for name in names])
    best, common = top_tenth(value, value), float(decoy.mean())
    reached, blind = top_tenth(order, value) / best, float(value.mean()) / best
    return Ranked(
        auc=expected_auc(likely, hidden),
        best_auc=expected_auc(hidden, hidden),
        value=reached,
        blind=blind,
        decoy=top_tenth(order, decoy) / common if common > 0 else None,
        above=(reached - blind) / (1 - blind) if blind < 0.999 else None,
        brier=expected_brier(likely, hidden),
        best_brier=float((hidden * (1 - hidden)).mean()),
    )


def expected_brier(predicted: Floats, chance: Floats) -> float | None:
    """Mean squared error of predicted chances when account i is won with probability chance[i].

    Those without a prediction are left out; None where what was predicted are no chances, or nine tenths have none.
    """
    known = np.isfinite(predicted)
    if known.mean() < 0.1 or (predicted[known] < 0).any() or (predicted[known] > 1).any():
        return None
    hidden = chance[known]
    return float(((predicted[known] - hidden) ** 2 + hidden * (1 - hidden)).mean())


def expected_auc(scores: Floats, chance: Floats) -> float:
    """AUC when account i is won with probability chance[i]; ties count half, nobody is compared with itself."""
    levels, where = np.unique(scores, return_inverse=True)
    won, lost, itself = (
        np.bincount(where, weights=weights, minlength=len(levels))
        for weights in (chance, 1 - chance, chance * (1 - chance))
    )
    below = np.cumsum(lost) - lost
    pairs = won.sum() * lost.sum() - itself.sum()
    return float((won * below + (won * lost - itself) / 2).sum() / pairs) if pairs > 0 else 0.5


def top_tenth(scores: Floats, of: Floats) -> float:
    """Mean of `of` in the top tenth by `scores`; accounts tied at the edge share the places that are left."""
    places = max(1, len(scores) // 10)
    edge = np.sort(scores)[-places]
    above, tied = scores > edge, scores == edge
    left = (places - above.sum()) / tied.sum()
    return float((of[above].sum() + left * of[tied].sum()) / places)


def read_scores(path: Path) -> tuple[dict[str, float], dict[str, float]]:
    """A workspace's `scores.csv` as (ranking, chances): by `rank` where discovery made one, else by fit."""
    rank: dict[str, float] = {}
    fit: dict[str, float] = {}
    chance: dict[str, float] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["account_id"]
            for into, column, sign in ((rank, "rank", -1.0), (fit, "fit", 1.0), (chance, "p_win", 1.0)):
                if row.get(column):
                    into[name] = sign * float(row[column])
    order = rank or fit
    return order, chance or order


def plain(name: str) -> str:
    """A name as it is compared: lower case, one blank between words."""
    return re.sub(r"[^a-z0-9:]+", " ", name.lower()).strip()


def names_in(when: str) -> set[str]:
    """What a predicate speaks of: columns, 'tech:' tools, 'role:' roles and types of event, as in the truth."""
    tools = [tool for inside in _TOOLS.findall(when) for tool in _TEXT.findall(inside)]
    rest = re.sub(r"\b\w+\([^)]*\)", " ", when)
    quoted = re.findall(r'"([^"]+)"', rest)
    bare = re.findall(r"[A-Za-z_]\w*", re.sub(r"\"[^\"]+\"", " ", _TEXT.sub(" ", rest)))
    found = [f"tech:{tool}" for tool in tools] + [f"role:{role}" for role in _ROLE.findall(when)]
    found += [*_CALLED.findall(when), *quoted, *(word for word in bare if word.lower() not in _WORDS)]
    return {plain(name) for name in found}


def precision_and_recall(truth: Mapping[str, Any], used: Iterable[set[str]]) -> tuple[float | None, float | None]:
    """The share of terms that speak of nothing but true attributes, and of true attributes that are spoken of."""
    true = {plain(name) for name in truth["attributes"]}
    terms = [{plain(name) for name in term} for term in used]
    good = sum(term <= true for term in terms)
    found = set().union(*terms) & true if terms else set()
    return (good / len(terms) if terms else None), (len(found) / len(true) if true else None)
