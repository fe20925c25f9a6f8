"""A pattern that became a criterion, an exclusion or a question, and the counts and rates behind one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from idealfit.evidence.estimate import Estimate
from idealfit.evidence.table import Evidence
from idealfit.evidence.window import BEFORE_WINDOW
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.cuts import design
from idealfit.patterns.leakage import Seen, own_name
from idealfit.patterns.target import Target, fit_target
from idealfit.patterns.trust import Later
from idealfit.patterns.value import Effect
from idealfit.records.attribute import Layer

Grade: TypeAlias = Literal["supported", "suggestive"]


@dataclass(frozen=True)
class Counts:
    """Deals on either side of a criterion, where it is known; `accounts` matching."""

    match_won: int
    match_lost: int
    match_open: int
    rest_won: int
    rest_lost: int
    accounts: int


@dataclass(frozen=True)
class Pattern:
    """A pattern that became a criterion, an exclusion or a question: what it says and all that speaks for it.

    `points` is 0 for exclusions and questions; `odds_ratio` the effect on winning given the other patterns; `churn`
    (customers, left, yearly rate) of the matching and of the rest; `beside` a reason that these do not tell.
    """

    candidate: Candidate
    layer: Layer
    seen: Seen
    polarity: Literal["seek", "exclude"]
    exclusion: bool
    points: int
    grade: Grade
    q_value: float
    stability: float
    later: Later | None
    counts: Counts
    odds_ratio: Estimate
    known_true_rate: float
    effect: Effect | None
    churn: tuple[tuple[int, int, float], tuple[int, int, float]] | None
    beside: str = ""

    @property
    def attribute(self) -> str:
        """The column's own name."""
        return own_name(self.candidate.binned.fact)


def counts_of(candidate: Candidate, evidence: Evidence) -> Counts:
    """Deals won, lost and open on either side of the candidate, and matching accounts among the closed."""
    mask = candidate.mask()
    inside, outside = mask == 1, mask == 0
    won, lost, opened = (evidence.outcome == value for value in (1, 0, -1))
    return Counts(
        int(np.sum(inside & won)),
        int(np.sum(inside & lost)),
        int(np.sum(inside & opened)),
        int(np.sum(outside & won)),
        int(np.sum(outside & lost)),
        len(np.unique(evidence.account[inside & (won | lost)])),
    )


def known_true_rate(candidate: Candidate) -> float:
    """The share of rows that match among those where it is known, in thousandths."""
    mask = candidate.mask()
    known = ~np.isnan(mask)
    return round(float(np.mean(mask[known])), 3) if known.any() else 0.25


def odds_ratios(candidates: Sequence[Candidate], target: Target) -> list[Estimate]:
    """The odds ratio of winning of each candidate given all the others, with a 95 % interval, hardly shrunken."""
    if not candidates:
        return []
    fit = fit_target(target, design(candidates, target), prior_sd=3.0)
    ratios = []
    for index in range(len(candidates)):
        beta = float(fit.coefficients[index + 1])
        half = 1.96 * math.sqrt(max(float(fit.covariance[index + 1, index + 1]), 0.0))
        ratios.append(Estimate(math.exp(beta), math.exp(beta - half), math.exp(beta + half), len(target.y)))
    return ratios


def churn_of(candidate: Candidate, evidence: Evidence) -> tuple[tuple[int, int, float], tuple[int, int, float]] | None:
    """(customers, left, share leaving a year) of the matching customers and of the others; None without retention."""
    if evidence.reach != "wins+value+retention":
        return None
    mask = candidate.mask()
    seen = np.isfinite(evidence.months) & np.isin(evidence.outcome, (1, BEFORE_WINDOW))
    sides = []
    for side in (mask == 1, mask == 0):
        rows = seen & side
        months = float(evidence.months[rows].sum())
        left = int(np.sum(evidence.ended[rows]))
        sides.append((int(rows.sum()), left, 1 - math.exp(-12 * left / months) if months > 0 else 0.0))
    return sides[0], sides[1]
