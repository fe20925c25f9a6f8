"""How far people agree who judged the same accounts: percent, kappa with its interval, and on what they part."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from idealfit.evidence.estimate import Estimate, bootstrap_by_account

ROUNDS = 2000


@dataclass(frozen=True)
class Agreement:
    """The judgements of two or more people on the same things. `share`: of all pairs of judgements, how many are the
    same; `kappa`: that beyond what chance would give (Cohen's for two people, Fleiss' for more), with the interval from
    resampling accounts; None where everybody always said the same word (chance alone would agree then). `beyond`: it
    in a word.
    """

    things: int
    people: int
    share: float
    kappa: Estimate | None
    method: str
    beyond: str = ""


def agreement(judged: Sequence[Sequence[str]], *, seed: int = 1) -> Agreement | None:
    """The agreement on `judged`: one entry a thing, the word of each person in the same order, '' for none. Things that
    not everybody judged are left out; None where none remains.

    Cohen 1960 for two people; Fleiss 1971 for more.
    """
    whole = [tuple(words) for words in judged if len(words) > 1 and all(words)]
    if not whole:
        return None
    people = len(whole[0])
    kappa = _cohen if people == 2 else _fleiss
    pairs = [one == other for words in whole for one, other in combinations(words, 2)]
    found = bootstrap_by_account(
        lambda rows: kappa([whole[row] for row in rows]), np.arange(len(whole)), rounds=ROUNDS, seed=seed
    )
    if found is not None and not math.isfinite(found.low):
        found = replace(found, low=-1.0, high=1.0)  # too few samples tell: it may lie anywhere that a kappa can
    method = "Cohen" if kappa is _cohen else "Fleiss"
    word = "" if found is None else kappa_words(found.value)
    return Agreement(len(whole), people, sum(pairs) / len(pairs), found, method, word)


def _cohen(judged: Sequence[tuple[str, ...]]) -> float:
    n = len(judged)
    first, second = Counter(one for one, _ in judged), Counter(other for _, other in judged)
    by_chance = sum(first[word] * second[word] for word in first) / n**2
    return _beyond(sum(one == other for one, other in judged) / n, by_chance)


def _fleiss(judged: Sequence[tuple[str, ...]]) -> float:
    people, n = len(judged[0]), len(judged)
    counts = [Counter(words) for words in judged]
    same = sum(count * (count - 1) for each in counts for count in each.values()) / (n * people * (people - 1))
    total = Counter(word for words in judged for word in words)
    return _beyond(same, sum((count / (n * people)) ** 2 for count in total.values()))


def _beyond(seen: float, by_chance: float) -> float:
    return (seen - by_chance) / (1 - by_chance) if by_chance < 1 else math.nan


def kappa_words(kappa: float) -> str:
    """A kappa in a word (Landis & Koch 1977)."""
    for limit, word in ((0.0, "none"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial")):
        if kappa <= limit:
            return word
    return "almost complete"
