"""Whether to trust a pattern: does it hold in halves of the data, without its heaviest account, and on later deals?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.handling import handling_columns
from idealfit.evidence.table import Evidence
from idealfit.patterns.candidate import MIN_ACCOUNTS, Candidate, Ints
from idealfit.patterns.cuts import design
from idealfit.patterns.target import Target, fit_target
from idealfit.patterns.value import Effect

STABLE = 0.6
HALVES = 40
HEAVY = 1 / 3
"""The share of a pattern that one account may carry before the rest must stand alone."""

PULL = 0.5
"""How far one account must move z to be blamed: where two columns say the same, little is left of either anywhere."""

Failure = Literal["unstable", "single_account", "unsupported"]


@dataclass(frozen=True)
class Later:
    """The pattern on the later third of deals (or on accounts set aside): counts, and whether it holds (None: too
    few).
    """

    kind: Literal["later_deals", "accounts_set_aside"]
    match_won: int
    match_lost: int
    rest_won: int
    rest_lost: int
    holds: bool | None


@dataclass(frozen=True)
class Trust:
    """What speaks for a pattern beside its q-value, and the first test that it fails, if any."""

    stability: float
    accounts: int
    z_without_heaviest: float
    heaviest_share: float
    later: Later
    failure: Failure | None


def later_rows(evidence: Evidence) -> tuple[Literal["later_deals", "accounts_set_aside"], NDArray[np.bool_]]:
    """Which closed rows are 'later': the last third by opening date; without dates, a third of the accounts set
    aside.
    """
    closed = evidence.outcome >= 0
    if evidence.in_time:
        days = evidence.opened.astype("datetime64[D]").astype(float)
        days[np.isnat(evidence.opened)] = -np.inf
        return "later_deals", closed & (days > np.quantile(days[closed & np.isfinite(days)], 2 / 3))
    return "accounts_set_aside", closed & (_folds(evidence, 3) == 2)


def _folds(evidence: Evidence, count: int) -> Ints:
    """A fold for each row, whole accounts together, from a fixed permutation of the accounts in order of their ids."""
    accounts = int(evidence.account.max()) + 1 if evidence.rows else 0
    return (np.random.default_rng(20_260_101).permutation(accounts) % count)[evidence.account]


def accounts_folds(evidence: Evidence, count: int) -> Ints:
    """The same folds for the backtest of evidence without dates."""
    return _folds(evidence, count)


def judge(effects: Sequence[Effect], targets: Sequence[Target], evidence: Evidence, *, seed: int) -> list[Trust]:
    """Put every effect to the tests. One `Trust` an effect, in their order."""
    candidates = [effect.candidate for effect in effects]
    driving = [_driving_target(effect, targets) for effect in effects]
    stability = _stability(candidates, driving, targets, seed)
    kind, later = later_rows(evidence)
    judged = []
    for index, effect in enumerate(effects):
        target = driving[index]
        z, pull, share, accounts = _without_heaviest(effect, candidates, index, target)
        seen = _later(effect.candidate, evidence, later, kind, target)
        failure: Failure | None = None
        if accounts < MIN_ACCOUNTS:
            failure = "unsupported"
        elif z < 1.96 and share > HEAVY and pull > PULL:
            failure = "single_account"
        elif stability[index] < STABLE or seen.holds is False:
            failure = "unstable"
        judged.append(Trust(float(stability[index]), accounts, z, share, seen, failure))
    return judged


def _driving_target(effect: Effect, targets: Sequence[Target]) -> Target:
    """The outcome that it is held to: of those it was found for, the one of which it now says most surely something.

    Sets of one fact are merged: what was surest of another set of it need not be seen in this one.
    """

    def surely(name: str) -> tuple[float, str]:
        beta, error = effect.by_target.get(name, (0.0, 1.0))
        return abs(beta) / max(error, 1e-12), name

    driving = max({str(one.target.name) for one in effect.found}, key=surely)
    return next(target for target in targets if target.name == driving)


def _stability(
    candidates: Sequence[Candidate], driving: Sequence[Target], targets: Sequence[Target], seed: int
) -> list[float]:
    """The share of half samples of accounts in which each effect has its sign and z ≥ 1.28 (Meinshausen & Bühlmann
    2010).
    """
    if not candidates:
        return []
    names = {target.name for target in driving}
    hits = np.zeros(len(candidates))
    for target in targets:
        if target.name not in names:
            continue
        columns = design(candidates, target)
        whole = fit_target(target, columns, prior_sd=2.0)
        codes = np.unique(target.account)
        generator = np.random.default_rng([seed, 7])
        rounds = HALVES if len(target.y) <= 20_000 else HALVES // 4
        kept = np.zeros(len(candidates))
        for _ in range(rounds):
            half = generator.permutation(codes)[: len(codes) // 2]
            inside = np.isin(target.account, half)
            fit = fit_target(target.subset(inside), columns[inside], prior_sd=2.0)
            for index in range(len(candidates)):
                error = math.sqrt(max(float(fit.covariance[index + 1, index + 1]), 1e-12))
                sign = math.copysign(1.0, float(whole.coefficients[index + 1]))
                kept[index] += sign * float(fit.coefficients[index + 1]) / error >= 1.28
        for index, own in enumerate(driving):
            if own.name == target.name:
                hits[index] = kept[index] / rounds
    return [float(hit) for hit in hits]


def _without_heaviest(
    effect: Effect, candidates: Sequence[Candidate], index: int, target: Target
) -> tuple[float, float, float, int]:
    """The z of the set, given all the others, without the account that adds most to it; by how much that account moves
    z; its share of the whole; and how many accounts there are.
    """
    others = [candidate for number, candidate in enumerate(candidates) if number != index]
    columns = design(others, target) if others else target.nuisance
    fit = fit_target(target, columns, prior_sd=2.0)
    mask = effect.candidate.mask()[target.rows]
    known = ~np.isnan(mask)
    inside = known & (mask == 1)
    if not inside.any() or not (known & ~inside).any():
        return 0.0, 0.0, 1.0, 0
    weight = fit.weight[known]
    centred = fit.residual - fit.weight * (fit.residual[known].sum() / weight.sum())
    by_account = np.bincount(target.account[inside], centred[inside])
    total = float(by_account.sum())
    sign = math.copysign(1.0, total)
    heaviest = float(np.max(sign * by_account))
    spread = fit.inflated[inside].sum()
    variance = float(spread - spread**2 / fit.inflated[known].sum())
    accounts = len(np.unique(target.account[inside]))
    error = math.sqrt(max(variance, 1e-9))
    heaviest = max(heaviest, 0.0)
    return (abs(total) - heaviest) / error, heaviest / error, heaviest / max(abs(total), 1e-9), accounts


LEFT_WITHIN_SELLERS, MOST_SELLERS = 1 / 3, 24
"""The share of an effect on winning that must be left among the deals of the same seller; sellers told apart."""


def told_by_seller(effects: Sequence[Effect], targets: Sequence[Target], evidence: Evidence) -> list[str | None]:
    """For each effect, the proof that it only says who sold: hardly any of it is left among the deals of the same
    seller. None where it stands, or was not found in winning.
    """
    target = targets[0] if targets else None
    if not effects or target is None or target.name != "win":
        return [None] * len(effects)
    sellers = handling_columns([evidence.owner], evidence.outcome >= 0, most=MOST_SELLERS)[target.rows]
    if not sellers.shape[1]:
        return [None] * len(effects)
    columns = design([effect.candidate for effect in effects], target)
    plain = fit_target(target, columns, prior_sd=2.0)
    within = fit_target(target, np.column_stack([columns, sellers]), prior_sd=2.0)
    told: list[str | None] = []
    for index, effect in enumerate(effects):
        before, after = (float(fit.coefficients[index + 1]) for fit in (plain, within))
        error = math.sqrt(max(float(within.covariance[index + 1, index + 1]), 1e-12))
        in_winning = any(one.target.name == "win" for one in effect.found)
        gone = abs(after) < min(LEFT_WITHIN_SELLERS * abs(before), 1.96 * error)
        told.append(
            f"It multiplies the odds of winning by {math.exp(before):.2f}, but among the deals of the same seller by "
            f"{math.exp(after):.2f}: it says who sold, not who buys"
            if in_winning and gone
            else None
        )
    return told


def _later(
    candidate: Candidate,
    evidence: Evidence,
    later: NDArray[np.bool_],
    kind: Literal["later_deals", "accounts_set_aside"],
    target: Target,
) -> Later:
    """Counts on later deals, and whether the log odds there are at least a quarter of those on all deals."""
    mask = candidate.mask()
    won, lost = evidence.outcome == 1, evidence.outcome == 0
    counts = [int(np.sum(rows & side & later)) for side in (mask == 1, mask == 0) for rows in (won, lost)]
    whole = [int(np.sum(rows & side)) for side in (mask == 1, mask == 0) for rows in (won, lost)]
    holds: bool | None = None
    if target.name == "win" and counts[0] + counts[1] >= MIN_ACCOUNTS and counts[2] + counts[3] >= MIN_ACCOUNTS:
        then, all_ = _log_odds(counts), _log_odds(whole)
        holds = then * math.copysign(1.0, all_) >= 0.25 * abs(all_)
    return Later(kind, counts[0], counts[1], counts[2], counts[3], holds)


def _log_odds(counts: Sequence[int]) -> float:
    """The log odds ratio of a two-by-two table, a half added to each cell (Haldane)."""
    match_won, match_lost, rest_won, rest_lost = (count + 0.5 for count in counts)
    return math.log(match_won * rest_lost / (match_lost * rest_won))
