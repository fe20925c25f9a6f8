"""How a profile grows old: how well it orders the deals of later quarters, beside one that was built just before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import bootstrap_by_account
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.backtest_report import Aged
from idealfit.patterns.measures import area_under_curve, rounds_for

LEAST_DEALS, LEAST_WINS = 40, 8


@dataclass(frozen=True)
class _Compared:
    """Deals of one or more blocks, ordered by an old profile and by a fresh one."""

    old: Floats
    fresh: Floats
    won: NDArray[np.bool_]
    block: NDArray[np.int64]
    blocks: int

    def auc(self, pick: NDArray[np.int64]) -> float:
        """The old profile's area under the curve, of the picked deals."""
        return within_blocks(self.old[pick], self.won[pick], self.block[pick], self.blocks)

    def loss(self, pick: NDArray[np.int64]) -> float:
        """How much more the fresh profile has."""
        return within_blocks(self.fresh[pick], self.won[pick], self.block[pick], self.blocks) - self.auc(pick)


def aging_of(
    evidence: Evidence, scores: Sequence[Sequence[Floats]], tests: Sequence[NDArray[np.int64]]
) -> tuple[Aged, ...]:
    """`scores[i][k]`: what the profile of origin i gives the deals `tests[i + k]`. One entry an age, youngest first;
    an age of which too few deals speak is left out.
    """
    aged = []
    for age in range(len(tests)):
        pairs = [(scores[place][age], scores[place + age][0], tests[place + age]) for place in range(len(tests) - age)]
        rows = np.concatenate([test for _old, _fresh, test in pairs])
        won = evidence.outcome[rows] == 1
        if len(rows) < LEAST_DEALS or int(won.sum()) < LEAST_WINS or int((~won).sum()) < LEAST_WINS:
            continue
        old, fresh = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
        block = np.repeat(np.arange(len(pairs)), [len(test) for _old, _fresh, test in pairs])
        compared = _Compared(old, fresh, won, block, len(pairs))
        account, rounds = evidence.account[rows], min(200, rounds_for(rows))
        auc = bootstrap_by_account(compared.auc, account, rounds=rounds)
        loss = bootstrap_by_account(compared.loss, account, rounds=rounds) if age else None
        aged.append(Aged(age, len(rows), auc, loss))
    return tuple(aged)


def within_blocks(score: Floats, good: NDArray[np.bool_], block: NDArray[np.int64], count: int) -> float:
    """The area under the curve within each block, weighted by its pairs: orders of different profiles are not compared
    with each other. NaN where no block has both kinds.
    """
    total = weight = 0.0
    for number in range(count):
        inside = block == number
        positives = int(good[inside].sum())
        pairs = positives * (int(inside.sum()) - positives)
        if pairs:
            total += pairs * area_under_curve(score[inside], good[inside])
            weight += pairs
    return total / weight if weight else float("nan")
