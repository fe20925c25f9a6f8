"""The backtest: a profile built on deals before T, judged on deals opened after T, against those who have none.

Rolling origin: the later half of the deals is judged quarter by quarter, each by what could be learned from deals that
were closed before it began, customers and costs as they stood then, a change of what wins tested for as it would have
been; nothing of a later day is used. Each profile is judged on the quarters after that too: how it grows old. Without
dates, three-fold cross-validation by account, which is no test of time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.backtest_report import Backtest, Judged, Rival, TierResult, report
from idealfit.patterns.baselines import rival_of, size_scores
from idealfit.patterns.best import Best
from idealfit.patterns.candidate import Binned
from idealfit.patterns.ceiling import black_box_scores
from idealfit.patterns.decay import aging_of
from idealfit.patterns.measures import area_under_curve, good_by, good_deals, ordered_lift, worth_of
from idealfit.patterns.order import chances_of, effect_sums, tiers_of
from idealfit.patterns.origins import Origin, origins_of
from idealfit.patterns.past import as_of_then
from idealfit.patterns.period import searched, settle_period
from idealfit.patterns.shortlist import ordered
from idealfit.patterns.value import ValueModel, value_effects

__all__ = [
    "Backtest",
    "TierResult",
    "area_under_curve",
    "backtest",
    "good_by",
    "good_deals",
    "ordered_lift",
    "tiers_between",
    "worth_of",
]

MIN_TRAIN = 40
ROUNDS, ROUNDS_OF_MANY = 60, 30
MANY = 20_000


@dataclass(frozen=True)
class Built:
    """A profile as it would have been built at an origin."""

    origin: Origin
    model: ValueModel
    changes: int


def backtest(
    evidence: Evidence,
    binned: Sequence[Binned],
    *,
    best: Best,
    horizon: float,
    seed: int,
    own: tuple[Floats | None, str] = (None, ""),
    tell: Callable[[str, float], None] | None = None,
) -> Backtest:
    """Judge what the search would have found, origin by origin. Kind 'none' where too little is closed.

    `own`: a score of every row by somebody's own profile (higher is better) and its name, to be judged beside it.
    `tell` hears, as each profile is begun, which one of how many it is, and the share of them that is done.
    """
    origins, kind = origins_of(evidence)
    built: list[Built] = []
    for number, origin in enumerate(origins):
        if tell is not None:
            tell(f"testing on later deals ({number + 1} of {len(origins)})", number / len(origins))
        made = built_at(evidence, binned, origin, best=best, horizon=horizon, seed=seed)
        if made is not None:
            built.append(made)
    if not built:
        return Backtest("none", None, 0)
    full = {one.key: one for one in binned}
    judged = [_judge(evidence, full, one) for one in built]
    at: date | None = None if built[0].origin.at is None else built[0].origin.at.astype(date)
    told = report(evidence, judged, kind, at, best)
    rivals = _rivals(evidence, binned, built, judged, best, *own, seed)
    aged = aging_of(evidence, _scores(built, full), [one.origin.test for one in built]) if kind == "later_deals" else ()
    return replace(told, rivals=rivals, aging=aged)


def built_at(
    evidence: Evidence, binned: Sequence[Binned], origin: Origin, *, best: Best, horizon: float, seed: int
) -> Built | None:
    """The profile of an origin's training rows as they stood then; None where they are too few."""
    train = origin.train
    won = int(np.sum(evidence.outcome[train] == 1))
    if len(train) < MIN_TRAIN or won < 5 or won > len(train) - 5 or len(origin.test) == 0:
        return None
    past = as_of_then(evidence, train, origin.at)
    small = [one.take(train) for one in binned]
    rounds = ROUNDS if len(train) <= MANY else ROUNDS_OF_MANY
    period = settle_period(past, small, searched(best), seed=seed, rounds=rounds)
    model = value_effects(period.result.found, period.targets, best=best, horizon=horizon)
    model = ordered(model, small, period.targets, best=best, seed=seed)
    return Built(origin, model, len(period.changes))


def _judge(evidence: Evidence, full: Mapping[str, Binned], built: Built) -> Judged:
    train, test = built.origin.train, built.origin.test
    tier, place = tiers_of(built.model, full, train, test)
    at = built.origin.at
    name, size = size_scores(evidence, (one.fact for one in full.values()), train, test)
    return Judged(
        test,
        place,
        tier,
        chances_of(built.model, full, train, test),
        size,
        name,
        None if at is None else at.astype(date),
        len(train),
        built.changes,
    )


def _scores(built: Sequence[Built], full: Mapping[str, Binned]) -> list[list[Floats]]:
    """For each profile, its order of the deals of its own quarter and of each one after it."""
    return [
        [effect_sums(one.model, full, later.origin.test, "win") for later in built[place:]]
        for place, one in enumerate(built)
    ]


def _rivals(
    evidence: Evidence,
    binned: Sequence[Binned],
    built: Sequence[Built],
    judged: Sequence[Judged],
    best: Best,
    own: Floats | None,
    own_name: str,
    seed: int,
) -> tuple[Rival, ...]:
    """Size alone, the user's own profile, a black box: each judged on the same deals."""
    orders: list[tuple[str, str, Sequence[Floats] | None]] = [
        ("size", judged[0].size_name, [one.size for one in judged] if judged[0].size_name else None),
        ("own_profile", own_name, None if own is None else [own[one.rows] for one in judged]),
        ("black_box", "LightGBM", black_box_scores(evidence, binned, [one.origin for one in built], seed=seed)),
    ]
    return tuple(
        rival_of(evidence, kind, name, scores, judged, best) for kind, name, scores in orders if scores is not None
    )


def tiers_between(
    evidence: Evidence, binned: Sequence[Binned], start: date, end: date, *, best: Best, horizon: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.str_], Floats] | None:
    """The rows opened from `start` to `end`, with the tier and the place (0 first) that a profile built on deals closed
    before `start` gives them. None where too little was closed by then.
    """
    opened = evidence.opened.astype("datetime64[D]")
    ended = np.where(np.isnat(evidence.closed), evidence.opened, evidence.closed).astype("datetime64[D]")
    train = np.flatnonzero((evidence.outcome >= 0) & (opened < np.datetime64(start)) & (ended < np.datetime64(start)))
    test = np.flatnonzero((opened >= np.datetime64(start)) & (opened <= np.datetime64(end)))
    origin = Origin(np.datetime64(start, "D"), np.datetime64(end, "D"), train, test)
    built = built_at(evidence, binned, origin, best=best, horizon=horizon, seed=seed)
    if built is None:
        return None
    tier, place = tiers_of(built.model, {one.key: one for one in binned}, train, test)
    return test, tier, place
