"""Does a pattern look the same within each source, seller, motion, product and segment as overall (Simpson's paradox)?

What wins more often overall may win less often within every source: then it says where deals came from, not who buys.
The odds ratio within the strata is Mantel and Haenszel's (1959), its variance that of Robins, Breslow and Greenland
(1986), widened by the design effect of several deals an account.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.deal_kinds import KINDS
from idealfit.evidence.estimate import Estimate, design_effect
from idealfit.evidence.table import Evidence, Fact, Flags, Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Candidate
from idealfit.patterns.target import Target
from idealfit.patterns.trust import told_by_seller
from idealfit.patterns.value import Effect

SMALLEST_LEVEL = 20
"""Closed deals that a stratum needs; smaller ones are one stratum together."""

MOST_LEVELS, MOST_FACTS = 12, 8
LOOKS = 0.1
"""The log odds ratio from which on an effect has a direction that a reader would see."""

Change: TypeAlias = Literal["holds", "reverses", "dissolves"]


@dataclass(frozen=True)
class Level:
    """One stratum: deals won and closed, where the pattern holds and where it does not."""

    name: str
    match_won: int
    match: int
    rest_won: int
    rest: int


@dataclass(frozen=True)
class Strata:
    """A pattern within the levels of `by` ('source', 'seller', …): the odds ratio overall and within, and whether it
    holds there, turns round (`reverses`), or nothing of it is left (`dissolves`).
    """

    by: str
    overall: float
    within: Estimate
    change: Change
    levels: tuple[Level, ...]

    def as_dict(self) -> dict[str, Any]:
        """The strata as they stand in evidence.json."""
        return {
            "by": self.by,
            "overall": round(self.overall, 4),
            "within": self.within.as_dict(),
            "change": self.change,
            "levels": [
                {
                    "level": one.name,
                    "match_won": one.match_won,
                    "match_lost": one.match - one.match_won,
                    "rest_won": one.rest_won,
                    "rest_lost": one.rest - one.rest_won,
                }
                for one in self.levels
            ],
        }


def strata_of(candidate: Candidate, evidence: Evidence, *, handling_only: bool = False) -> tuple[Strata, ...]:
    """The pattern within the levels of how the deal came, who began it, who sold, unless `handling_only` also of its
    product, motion and pipeline and of the commonest categories (not of its own column). What changes most comes first.
    """
    closed = evidence.outcome >= 0
    own = {candidate.binned.fact.name, *(part.binned.fact.name for part in candidate.binned.parts)}
    columns: list[tuple[str, NDArray[Any]]] = [
        ("source", evidence.source),
        ("who began the deal", evidence.initiated_by),
        ("seller", evidence.owner),
    ]
    if not handling_only:
        columns += [(kind, values) for kind in KINDS if (values := getattr(evidence, kind)) is not None]
        columns += [(fact.info.label, fact.values) for fact in _categories(evidence, own)]
    found = [made for name, values in columns if (made := _within(candidate, evidence, closed, name, values))]
    rank = {"reverses": 0, "dissolves": 1, "holds": 2}
    return tuple(sorted(found, key=lambda one: (rank[one.change], abs(math.log(one.within.value)))))


def _categories(evidence: Evidence, own: set[str]) -> list[Fact]:
    found = [
        fact
        for fact in evidence.facts
        if fact.kind == "category"
        and fact.form == "column"
        and fact.name not in own
        and float(np.mean(fact.known)) > 0.5
    ]
    return found[:MOST_FACTS]


def _within(candidate: Candidate, evidence: Evidence, closed: Flags, name: str, values: NDArray[Any]) -> Strata | None:
    mask = candidate.mask()
    rows = closed & ~np.isnan(mask)
    levels = _levels(values, rows)
    if levels is None:
        return None
    codes, names = levels
    inside, won = mask[rows] == 1, evidence.outcome[rows] == 1
    table = np.stack(
        [
            np.bincount(codes[side & result], minlength=len(names)).astype(float)
            for side, result in ((inside, won), (inside, ~won), (~inside, won), (~inside, ~won))
        ]
    )
    whole = table.sum(1) + 0.5
    overall = math.log(whole[0] * whole[3] / (whole[1] * whole[2]))
    pooled = _mantel_haenszel(table)
    if pooled is None or min(len(np.unique(evidence.account[rows][side])) for side in (inside, ~inside)) < MIN_ACCOUNTS:
        return None
    widened = design_effect(won[inside], np.unique(evidence.account[rows][inside], return_inverse=True)[1])
    log, error = pooled[0], math.sqrt(pooled[1] * widened)
    within = Estimate(math.exp(log), math.exp(log - 1.96 * error), math.exp(log + 1.96 * error), int(rows.sum()))
    crude_error = math.sqrt(float((1 / whole).sum()) * widened)
    made = tuple(
        Level(each, int(a), int(a + b), int(c), int(c + d))
        for each, (a, b, c, d) in zip(names, table.T.tolist(), strict=True)
    )
    return Strata(name, math.exp(overall), within, _change(overall, crude_error, log, error), made)


def _change(overall: float, crude_error: float, within: float, error: float) -> Change:
    sure = abs(within) > 1.96 * error
    if sure and overall * within < 0 and abs(overall) > LOOKS:
        return "reverses"
    if abs(overall) > 1.96 * crude_error and not sure and abs(within) < abs(overall) / 3:
        return "dissolves"
    return "holds"


def _levels(values: NDArray[Any], rows: Flags) -> tuple[NDArray[np.int64], list[str]] | None:
    """The stratum of each of `rows`, and their names; None without two large ones. Unknown is a level of its own."""
    texts = np.array(["" if value is None else str(value).strip() for value in values[rows]], dtype=object)
    names, codes, counts = np.unique(texts.astype(str), return_inverse=True, return_counts=True)
    order = [int(place) for place in np.argsort(-counts, kind="stable") if counts[place] >= SMALLEST_LEVEL]
    order = order[:MOST_LEVELS]
    if len(order) < 2 or counts[order].sum() < 0.5 * counts.sum():
        return None
    to = np.full(len(names), len(order))
    to[order] = np.arange(len(order))
    labels = [str(names[place]) or "not known" for place in order]
    others = int(counts.sum() - counts[order].sum())
    return to[codes.reshape(-1)], labels + (["others"] if others else [])


def _mantel_haenszel(table: Floats) -> tuple[float, float] | None:
    """Log odds ratio and its variance over strata; rows of `table`: won and lost where it holds, then elsewhere."""
    a, b, c, d = table
    n = np.maximum(table.sum(0), 1.0)
    r, s = a * d / n, b * c / n
    if r.sum() == 0 or s.sum() == 0:
        return None
    p, q = (a + d) / n, (b + c) / n
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    return math.log(r.sum() / s.sum()), float(variance)


def told_otherwise(effects: Sequence[Effect], targets: Sequence[Target], evidence: Evidence) -> list[str | None]:
    """For each effect found in winning, the proof that it says how deals came or who sold them, not who buys: hardly
    anything is left of it among the deals of a seller, or within sources or sellers it points the other way.
    """
    told = told_by_seller(effects, targets, evidence)
    for place, effect in enumerate(effects):
        in_winning = any(one.target.name == "win" for one in effect.found)
        if told[place] is not None or not in_winning:
            continue
        direction = effect.by_target.get("win", (0.0, 0.0))[0]
        for one in strata_of(effect.candidate, evidence, handling_only=True):
            if one.change == "reverses" and direction * math.log(one.within.value) < 0:
                told[place] = reversal_told(one)
                break
    return told


def reversal_told(one: Strata, good: str = "won") -> str:
    """'Overall 61 of 140 won, elsewhere 210 of 1,000; within each source it is the other way: the odds are 0.7 …'.
    `good`: what the good ones did.
    """
    won, match, rest_won, rest = (
        sum(getattr(level, name) for level in one.levels) for name in ("match_won", "match", "rest_won", "rest")
    )
    rows = "deals" if good == "won" else "customers"
    return (
        f"Overall {won:,} of {match:,} {good}, elsewhere {rest_won:,} of {rest:,}; among {rows} of the same {one.by} "
        f"it is the other way: the odds are {one.within.value:.2f} times as high ({one.within.low:.2f} to "
        f"{one.within.high:.2f})"
    )
