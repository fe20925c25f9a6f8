"""The recipe that most profiles are made by, done as its users do it, and held against the same records.

The top 20 to 30 customers by revenue (or by what they earned us); every trait that at least 60 of 100 of them, and at
least five, share. Nobody asks how many lost deals share it, how many companies of the market do, or whether those who
have it stay: that is what is measured here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, Flags, Floats, rate
from idealfit.evidence.retention import hazard
from idealfit.evidence.table import Evidence
from idealfit.patterns.best_customers import contract_value, customers_of
from idealfit.patterns.candidate import Binned, Candidate
from idealfit.patterns.measures import worth_of

TOP, LEAST_SHARE, LEAST = 25, 0.6, 5
USUAL = 0.95
"""What so many of all rows share, nobody would write down."""

MOST_TRAITS = 20
By: TypeAlias = Literal["revenue", "value"]
Finding: TypeAlias = Literal["as common among lost deals", "wins less", "wins and leaves", "not shown", "holds"]


@dataclass(frozen=True)
class ClassicalTrait:
    """One trait of the recipe: `held` of the `known` top customers share it.

    `among_won`, `among_lost`: the share of won and of lost deals that have it; `won_with`, `won_without`: the share won
    of deals with and without it; `leaves_with`, `leaves_without`: the share of customers that leaves in a month.
    `finding`: what the records say of it.
    """

    candidate: Candidate
    held: int
    known: int
    among_won: Estimate | None
    among_lost: Estimate | None
    won_with: Estimate | None
    won_without: Estimate | None
    leaves_with: Estimate | None
    leaves_without: Estimate | None
    finding: Finding


@dataclass(frozen=True)
class Classical:
    """The recipe's customers (rows of their first won deal, the largest first) and traits, most shared first.

    `also_best`: how many of them are among as many customers that turned out to be worth most; `left`: how many have
    left since; `thin`: on how many support left less than a third of the usual margin. NaN-free; `total`: customers to
    choose from; `valued`: whether anything tells what they pay (else they are the first in the records).
    """

    by: By
    valued: bool
    rows: NDArray[np.int64]
    total: int
    traits: tuple[ClassicalTrait, ...]
    also_best: int | None
    left: int | None
    thin: int | None


def classical_recipe(evidence: Evidence, binned: Sequence[Binned], *, by: By = "revenue", top: int = TOP) -> Classical:
    """The recipe over the same facts as ours. `by`: which customers are on top. Without any value known they are taken
    in the order of their first deal, as the records have them.
    """
    rows = top_customers(evidence, by, top)
    traits = [
        trait
        for candidate in shared_traits(evidence, binned, rows)
        if (trait := _trait(evidence, candidate, rows)) is not None
    ]
    traits.sort(key=lambda one: (-one.held / one.known, one.candidate.key))
    worth = worth_of(evidence)
    best = None if worth is None else _first(np.where(customers_of(evidence), worth, np.nan), evidence, len(rows))
    known = np.isfinite(evidence.months[rows])
    margins = evidence.margin[customers_of(evidence)]
    margins = margins[np.isfinite(margins)]
    thin = None if not len(margins) else int(np.sum(evidence.margin[rows] < np.median(margins) / 3))
    return Classical(
        by,
        bool(np.isfinite(contract_value(evidence)[rows]).any()),
        rows,
        len(np.unique(evidence.account[customers_of(evidence)])),
        tuple(traits[:MOST_TRAITS]),
        None if best is None else len(set(evidence.account[best]) & set(evidence.account[rows])),
        int(np.sum(evidence.ended[rows])) if known.any() else None,
        thin,
    )


def top_customers(evidence: Evidence, by: By, top: int) -> NDArray[np.int64]:
    """The rows of the largest customers, one an account."""
    value = contract_value(evidence)
    if by == "value":
        worth = worth_of(evidence)
        value = value if worth is None else worth
    bought = customers_of(evidence)
    if evidence.reach == "customers":
        bought = bought & (evidence.outcome >= 0)
    return _first(np.where(bought, np.where(np.isfinite(value), value, 0.0), np.nan), evidence, top)


def _first(value: Floats, evidence: Evidence, top: int) -> NDArray[np.int64]:
    order = np.argsort(-np.where(np.isfinite(value), value, -np.inf), kind="stable")
    order = order[np.isfinite(value[order])]
    _codes, firsts = np.unique(evidence.account[order], return_index=True)
    return order[np.sort(firsts)][:top]


def shared_traits(evidence: Evidence, binned: Sequence[Binned], rows: NDArray[np.int64]) -> list[Candidate]:
    """Every trait that 60 in 100 of `rows`, and five, share: of a number the narrowest range, of a category the
    commonest level, of a list each tool, of an event each window; not what nearly every row has.
    """
    found: dict[bytes, Candidate] = {}
    for one in binned:
        candidates = [Candidate(one, (level,)) for level in range(one.size)] if one.shape == "levels" else _sets(one)
        sharing = [(candidate, held, common) for candidate in candidates if (held := _held(candidate, rows)) is not None
                   and (common := _share(candidate)) < USUAL]  # fmt: skip
        if sharing:
            best = min(sharing, key=lambda each: (each[2], -each[1], each[0].chosen))[0]
            # the same companies by another column (a country and its region) are one trait
            found.setdefault(np.nan_to_num(best.mask(), nan=-1.0).tobytes(), best)
    return list(found.values())


def _sets(one: Binned) -> list[Candidate]:
    return [] if one.shape == "pair" else [one.alone(index) for index in range(len(one.members))]


def _held(candidate: Candidate, rows: NDArray[np.int64]) -> int | None:
    mask = candidate.mask()[rows]
    known, held = int(np.isfinite(mask).sum()), int(np.sum(mask == 1))
    return held if held >= LEAST and held >= LEAST_SHARE * max(known, len(rows) / 2) else None


def _share(candidate: Candidate) -> float:
    mask = candidate.mask()
    known = np.isfinite(mask)
    return float(np.mean(mask[known])) if known.any() else 1.0


def _trait(evidence: Evidence, candidate: Candidate, rows: NDArray[np.int64]) -> ClassicalTrait | None:
    mask = candidate.mask()
    won, lost = evidence.outcome == 1, evidence.outcome == 0
    inside, outside, known = mask == 1, mask == 0, np.isfinite(mask)
    with_it = _rate(evidence, won[inside & (won | lost)], inside & (won | lost))
    without = _rate(evidence, won[outside & (won | lost)], outside & (won | lost))
    leaves = [_leaves(evidence, side & won) for side in (inside, outside)]
    return ClassicalTrait(
        candidate,
        int(np.sum(mask[rows] == 1)),
        int(np.isfinite(mask[rows]).sum()),
        _rate(evidence, inside[won & known], won & known),
        _rate(evidence, inside[lost & known], lost & known),
        with_it,
        without,
        leaves[0],
        leaves[1],
        _finding(with_it, without, leaves),
    )


def _rate(evidence: Evidence, hits: Flags, rows: Flags) -> Estimate | None:
    return rate(hits, np.unique(evidence.account[rows], return_inverse=True)[1].astype(np.int64))


def _leaves(evidence: Evidence, rows: Flags) -> Estimate | None:
    seen = evidence.months[rows]
    return hazard(seen, evidence.ended[rows]) if np.isfinite(seen).sum() >= LEAST else None


def _finding(with_it: Estimate | None, without: Estimate | None, leaves: Sequence[Estimate | None]) -> Finding:
    """What the same records say of the trait: whether deals with it are won more often, and whether they stay."""
    if with_it is None or without is None:
        return "not shown"
    sooner = leaves[0] is not None and leaves[1] is not None and leaves[0].low > leaves[1].high
    if with_it.low > without.high or (with_it.value > without.value and _apart(with_it, without)):
        return "wins and leaves" if sooner else "holds"
    if with_it.value < without.value and _apart(with_it, without):
        return "wins less"
    return "as common among lost deals"


def _apart(one: Estimate, other: Estimate) -> bool:
    """Whether two rates differ beyond what their intervals allow together (each half width is 1.96 errors)."""
    spread = ((one.high - one.low) ** 2 + (other.high - other.low) ** 2) ** 0.5 / 2
    return bool(abs(one.value - other.value) > spread)


def matched(traits: Sequence[Candidate], rows: NDArray[np.int64]) -> Floats:
    """How many of the traits each row has: the recipe's own order of companies."""
    total = np.zeros(len(rows))
    for candidate in traits:
        total += candidate.mask()[rows] == 1
    return total
