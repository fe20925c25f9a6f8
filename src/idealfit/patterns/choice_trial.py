"""What each choice of best would have brought: built on the deals before a day, judged on the deals opened after it.

Every choice works the same share of the later deals, in its own order; so does the classical recipe. What came of these
deals is then the same question for all: how many were won, what they were worth, who stayed, how they grew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.became import Became, became, mean
from idealfit.evidence.estimate import Estimate, Floats, median, rate
from idealfit.evidence.table import Evidence
from idealfit.patterns.best import is_group
from idealfit.patterns.best_customers import contract_value
from idealfit.patterns.candidate import Binned
from idealfit.patterns.choices import ChoiceFound
from idealfit.patterns.classical import By, matched, shared_traits, top_customers
from idealfit.patterns.measures import worth_of
from idealfit.patterns.order import effect_sums, tiers_of
from idealfit.patterns.origins import origins_of
from idealfit.patterns.past import as_of_then
from idealfit.patterns.period import searched
from idealfit.patterns.search import Found, SearchResult, search
from idealfit.patterns.target import Target, targets_of
from idealfit.patterns.value import value_effects

SHARE = 0.15
"""The share of later deals that is worked: about what a profile's tier A holds."""

PARTS = 2
"""So many times a profile is built, so that the comparison of all choices stays quick."""

LEAST = 40
ROUNDS = 60


@dataclass(frozen=True)
class Yield:
    """What came of the deals that an order puts first. `name`: the choice, 'everyone' or 'classical'.

    `records`: the ids behind the counts, by outcome.
    `worth`: the mean worth of a worked deal (contract value, times margin left, times the share of two years kept;
    nothing for a lost one); `amount`, `cycle`: medians of won deals.
    """

    name: str
    deals: int
    won: int
    win_rate: Estimate | None
    worth: Estimate | None
    amount: Estimate | None
    cycle: Estimate | None
    customers: Became
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChoiceTrial:
    """`at`: the first day on which profiles were built (None: accounts set aside, no test of time); `deals`: the later
    deals judged, of which each order works `share`.
    """

    at: date | None
    deals: int
    share: float
    yields: tuple[Yield, ...]


def trial_of(
    evidence: Evidence,
    binned: Sequence[Binned],
    found: Sequence[ChoiceFound],
    *,
    by: By = "revenue",
    horizon: float = 24.0,
    seed: int = 1,
) -> ChoiceTrial | None:
    """The trial of every choice that the records can answer; None where too little is closed to try."""
    origins, _kind = origins_of(evidence)
    if not origins:
        return None
    starts = [origins[place] for place in range(0, len(origins), max(1, len(origins) // PARTS))][:PARTS]
    picks: dict[str, list[NDArray[np.int64]]] = {}
    everyone: list[NDArray[np.int64]] = []
    for place, origin in enumerate(starts):
        end = starts[place + 1].at if place + 1 < len(starts) else None
        test = _between(evidence, origin.at, end) if origin.at is not None else origin.test
        orders = _orders(evidence, binned, found, origin.at, origin.train, test, by=by, horizon=horizon, seed=seed)
        if orders is None:
            continue
        everyone.append(test)
        for name, score in orders.items():
            if float(np.ptp(score)) == 0:
                continue  # it found nothing: it has no order of its own
            picks.setdefault(name, []).append(_first(score, test))
    if not everyone:
        return None
    judged = np.concatenate(everyone)
    worth = worth_of(evidence)
    yields = [_yield("everyone", judged, evidence, worth, horizon)]
    yields += [_yield(name, np.concatenate(rows), evidence, worth, horizon) for name, rows in picks.items()]
    at = starts[0].at.astype(date) if starts[0].at is not None else None
    return ChoiceTrial(at, len(judged), SHARE, tuple(yields))


def _between(evidence: Evidence, start: np.datetime64, end: np.datetime64 | None) -> NDArray[np.int64]:
    opened = evidence.opened.astype("datetime64[D]")
    later = (evidence.outcome >= 0) & (opened >= start)
    return np.flatnonzero(later & (opened < end) if end is not None else later)


def _orders(
    evidence: Evidence,
    binned: Sequence[Binned],
    found: Sequence[ChoiceFound],
    at: np.datetime64 | None,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    *,
    by: By,
    horizon: float,
    seed: int,
) -> dict[str, Floats] | None:
    """A score of the judged rows by each choice, and by the classical recipe, as they could be made on the day `at`."""
    won = int(np.sum(evidence.outcome[train] == 1))
    if len(train) < LEAST or won < 5 or won > len(train) - 5 or not len(test):
        return None
    full = {one.key: one for one in binned}
    past = as_of_then(evidence, train, at)
    targets = targets_of(past)
    small = [one.take(train) for one in binned]
    shared = search(small, targets, seed=seed, rounds=ROUNDS)
    orders: dict[str, Floats] = {}
    for one in found:
        if one.model is None:
            continue
        rows, own_targets, result = train, targets, shared
        if one.evidence is not evidence:
            rows, own_targets, result = _of_group(one, binned, at, train, seed)
        wanted = [target for target in own_targets if target.name in searched(one.best)]
        kept = [each for each in result.found if each.target.name in {target.name for target in wanted}]
        orders[one.choice.text] = _score(kept, wanted, one, full, rows, test, horizon)
    top = top_customers(past, by, 25)
    orders["classical"] = matched([trait.over(full) for trait in shared_traits(past, small, top)][:20], test)
    return orders


def _of_group(
    one: ChoiceFound, binned: Sequence[Binned], at: np.datetime64 | None, train: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.int64], tuple[Target, ...], SearchResult]:
    """The rows of which it was known by then whether they were best customers, and what was found on them."""
    rows = train[one.evidence.outcome[train] >= 0]
    if at is not None:
        closed = one.evidence.closed[rows].astype("datetime64[D]")
        rows = rows[np.isnat(closed) | (closed < at)]
    past = as_of_then(one.evidence, rows, at)
    if not {0, 1} <= set(past.outcome.tolist()):
        return rows, (), SearchResult((), (), 0)
    targets = tuple(target for target in targets_of(past) if target.name == "win")
    return rows, targets, search([each.take(rows) for each in binned], targets, seed=seed, rounds=ROUNDS)


def _score(
    found: Sequence[Found],
    targets: Sequence[Target],
    one: ChoiceFound,
    full: dict[str, Binned],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    horizon: float,
) -> Floats:
    if not targets:
        return np.zeros(len(test))
    model = value_effects(found, targets, best=one.best, horizon=horizon)
    if is_group(one.best):
        return effect_sums(model, full, test, None)
    _tier, place = tiers_of(model, full, train, test)
    return -place


def _first(score: Floats, test: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first share of the rows by score; equal scores in an order that has nothing to do with them."""
    mixed = np.random.default_rng(20_260_101).permutation(len(test))
    order = mixed[np.argsort(-score[mixed], kind="stable")]
    return test[order[: max(1, round(SHARE * len(test)))]]


def _yield(name: str, rows: NDArray[np.int64], evidence: Evidence, worth: Floats | None, horizon: float) -> Yield:
    won = rows[evidence.outcome[rows] == 1]
    groups = np.unique(evidence.account[rows], return_inverse=True)[1].astype(np.int64)
    of_won = np.unique(evidence.account[won], return_inverse=True)[1].astype(np.int64)
    chosen = np.zeros(evidence.rows, dtype=bool)
    chosen[won] = True
    return Yield(
        name,
        len(rows),
        len(won),
        rate(evidence.outcome[rows] == 1, groups),
        None if worth is None else _not_negative(mean(worth[rows], evidence.account[rows])),
        median(contract_value(evidence)[won], of_won),
        median(evidence.cycle_days[won], of_won, "days"),
        became(evidence, chosen, horizon=horizon),
        {
            word: tuple(str(one) for one in evidence.deal_id[rows[evidence.outcome[rows] == value]])
            for word, value in (("won", 1), ("lost", 0))
        },
    )


def _not_negative(estimate: Estimate | None) -> Estimate | None:
    """No deal is worth less than nothing here, so no mean of them can be."""
    return None if estimate is None else replace(estimate, low=max(0.0, estimate.low))
