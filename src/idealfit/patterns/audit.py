"""Somebody's own profile against the records: what each criterion does, and what the whole order is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, bootstrap_by_account
from idealfit.evidence.table import Evidence, Fact, Floats
from idealfit.patterns.audited_tiers import AuditedTier, audited_tiers
from idealfit.patterns.backtest import area_under_curve
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate
from idealfit.patterns.cuts import design
from idealfit.patterns.one_thread import on_one_thread
from idealfit.patterns.pattern import Counts, counts_of, odds_ratios
from idealfit.patterns.target import Target, fit_target, targets_of
from idealfit.profile.content import Profile
from idealfit.profile.predicate import Predicate
from idealfit.records.attribute import AttributeInfo

HARDLY_KNOWN = 0.1
UNKNOWN_COUNTS = 0.25
SURELY = 2.58
"""The z from which on what comes after winning outweighs the winning itself."""

Finding: TypeAlias = Literal[
    "confirmed",
    "confirmed by what they pay",
    "no difference shown",
    "points the wrong way",
    "wins, then leaves or costs",
    "too few to tell",
    "not known",
]


@dataclass(frozen=True)
class Audited:
    """A criterion or an exclusion of the profile: its counts as things were when each deal opened, the odds of winning
    given all the others of the profile (None where too few match), and what that says. `adds`: how much better the
    profile orders deals with it than without it (None for exclusions); `records` the matching deal ids by outcome.
    """

    id: str
    when: str
    exclusion: bool
    points: int
    known: float
    counts: Counts
    odds_ratio: Estimate | None
    finding: Finding
    adds: float | None
    records: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Audit:
    """`ordering` is the chance that a won deal had more points than a lost one (0.5 is luck), None without both;
    `tiers` what became of the deals of each tier that the profile would have given, all of them.
    """

    criteria: tuple[Audited, ...]
    ordering: Estimate | None
    tiers: tuple[AuditedTier, ...] = ()


def audited_predicates(profile: Profile) -> dict[str, Predicate]:
    """The predicates that an audit needs the states of, by id: scored criteria and exclusions."""
    found = {one.id: one.predicate for _layer, one in profile.criteria if one.seen == "list"}
    return found | {one.id: one.predicate for one in profile.exclusions}


@on_one_thread
def audit_of(
    evidence: Evidence, profile: Profile, states: Mapping[str, Floats], tiers: NDArray[np.str_] | None = None
) -> Audit:
    """The audit. `states`: by id, 1, 0 or NaN for every row of the evidence, as it was before the deal opened; `tiers`
    the tier that the profile gives each row.
    """
    points = {one.id: one.points for _layer, one in profile.criteria if one.seen == "list"}
    whens = {one.id: one.when for _layer, one in profile.criteria} | {one.id: one.when for one in profile.exclusions}
    candidates = {name: _candidate(name, state) for name, state in states.items()}
    counts = {name: counts_of(candidate, evidence) for name, candidate in candidates.items()}
    closed = evidence.outcome >= 0
    known = {
        name: float(np.mean(np.isfinite(state[closed]))) if closed.any() else 0.0 for name, state in states.items()
    }
    tellable = [name for name in states if _tellable(candidates[name], evidence, known[name])]
    ratios: dict[str, Estimate] = {}
    costly: set[str] = set()
    paying: dict[str, int] = {}
    if tellable:
        targets, chosen = targets_of(evidence), [candidates[name] for name in tellable]
        ratios = dict(zip(tellable, odds_ratios(chosen, targets[0]), strict=True))
        costly = {tellable[place] for place in _costly(chosen, targets)}
        paying = {tellable[place]: sign for place, sign in _paying(chosen, targets).items()}
    made = []
    for name in states:
        worth = points.get(name, -1)
        finding = _finding(ratios.get(name), worth, known[name], costly=name in costly)
        if finding in ("no difference shown", "points the wrong way") and paying.get(name, 0) * worth > 0:
            finding = "confirmed by what they pay"
        own = points.get(name, 0)
        matching = states[name] == 1
        made.append(
            Audited(
                name,
                whens[name],
                name not in points,
                own,
                known[name],
                counts[name],
                ratios.get(name),
                finding,
                _adds(evidence, states, points, profile, name),
                {
                    word: tuple(str(one) for one in evidence.deal_id[matching & (evidence.outcome == value)])
                    for word, value in (("won", 1), ("lost", 0), ("open", -1))
                },
            )
        )
    shown = audited_tiers(evidence, tiers) if tiers is not None else ()
    return Audit(tuple(made), _ordering(evidence, states, points, profile), shown)


def _candidate(name: str, state: Floats) -> Candidate:
    """A criterion's states as a yes/no fact, so that it is counted and fitted as a discovered one is."""
    bins = np.where(np.isnan(state), -1, state).astype(np.int64)
    fact = Fact(name, "boolean", AttributeInfo(name, name, "boolean"), state, ~np.isnan(state))
    return Candidate(Binned(name, fact, "flag", bins, 2, np.array([[0.0, 1.0]])), (1,))


def _tellable(candidate: Candidate, evidence: Evidence, known: float) -> bool:
    """Whether five accounts with a closed deal match, five others do not, and it is known often enough."""
    mask, closed = candidate.mask(), evidence.outcome >= 0
    sides = [len(np.unique(evidence.account[closed & (mask == side)])) for side in (1, 0)]
    return min(sides) >= MIN_ACCOUNTS and known >= HARDLY_KNOWN


def _costly(candidates: Sequence[Candidate], targets: Sequence[Target]) -> set[int]:
    """Places of the criteria whose customers leave sooner, or leave less after support, beside the others."""
    found: set[int] = set()
    for name, bad in (("churn", 1.0), ("margin", -1.0)):
        target = next((one for one in targets if one.name == name), None)
        if target is None:
            continue
        fit = fit_target(target, design(candidates, target), prior_sd=2.0)
        errors = np.sqrt(np.maximum(np.diag(fit.covariance)[1 : len(candidates) + 1], 1e-12))
        z = bad * fit.coefficients[1 : len(candidates) + 1] / errors
        found |= {int(place) for place in np.flatnonzero(z >= SURELY)}
    return found


def _paying(candidates: Sequence[Candidate], targets: Sequence[Target]) -> dict[int, int]:
    """Places of the criteria whose customers pay more (1) or less (-1), beside the others."""
    target = next((one for one in targets if one.name == "amount"), None)
    if target is None:
        return {}
    fit = fit_target(target, design(candidates, target), prior_sd=2.0)
    errors = np.sqrt(np.maximum(np.diag(fit.covariance)[1 : len(candidates) + 1], 1e-12))
    z = fit.coefficients[1 : len(candidates) + 1] / errors
    return {int(place): int(np.sign(z[place])) for place in np.flatnonzero(np.abs(z) >= SURELY)}


def _finding(ratio: Estimate | None, points: int, known: float, *, costly: bool) -> Finding:
    if known < HARDLY_KNOWN:
        return "not known"
    if ratio is None:
        return "too few to tell"
    if costly:
        return "confirmed" if points < 0 else "wins, then leaves or costs"
    if ratio.low <= 1 <= ratio.high:
        return "no difference shown"
    return "confirmed" if (ratio.value > 1) == (points > 0) else "points the wrong way"


def _ordering(
    evidence: Evidence, states: Mapping[str, Floats], points: Mapping[str, int], profile: Profile
) -> Estimate | None:
    """The area under the curve of the summed points over closed deals, unknown ones at their share of true."""
    closed = np.flatnonzero(evidence.outcome >= 0)
    score, won = _totals(states, points, profile, evidence.rows)[closed], evidence.outcome[closed] == 1
    if not points or not won.any() or won.all():
        return None
    return bootstrap_by_account(lambda rows: area_under_curve(score[rows], won[rows]), evidence.account[closed])


def _totals(states: Mapping[str, Floats], points: Mapping[str, int], profile: Profile, rows: int) -> Floats:
    """The points of every row, unknown criteria at their share of true."""
    shares = {one.id: one.known_true_rate for _layer, one in profile.criteria}
    total = np.zeros(rows)
    for name, worth in points.items():
        share = shares.get(name)
        total += worth * np.where(np.isnan(states[name]), UNKNOWN_COUNTS if share is None else share, states[name])
    return total


def _adds(
    evidence: Evidence, states: Mapping[str, Floats], points: Mapping[str, int], profile: Profile, name: str
) -> float | None:
    """The area under the curve with the criterion less that without it; None for what has no points."""
    closed = np.flatnonzero(evidence.outcome >= 0)
    won = evidence.outcome[closed] == 1
    if name not in points or not won.any() or won.all():
        return None
    others = {key: worth for key, worth in points.items() if key != name}
    with_it, without = (
        area_under_curve(_totals(states, chosen, profile, evidence.rows)[closed], won) for chosen in (points, others)
    )
    return with_it - without
