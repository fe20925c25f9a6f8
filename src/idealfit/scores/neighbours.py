"""Why an account stands before the next one and behind the one before it: the difference, criterion by criterion.

Where accounts are ranked by expected value or chance, each criterion in which the two differ gets its Shapley (1953)
share of the difference: its mean effect over every order in which the states of the one turn into those of the other.
The shares add up to the difference exactly. With more than eight differing criteria the mean is over two orders, one
the reverse of the other, which adds up too. Where fit ranks, the difference of the parts of fit is the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from idealfit.profile.content import Profile
from idealfit.scores.learning import Held
from idealfit.scores.parts import parts_of
from idealfit.scores.scorecard import Scorecard
from idealfit.scores.worth import worth_of

MOST_EXACT = 8
OTHERS = "rounding"


@dataclass(frozen=True)
class Compared:
    """Another account and what sets the two apart. `difference` = this account's figure - the other's = the sum of
    `shares` (id → part); `unit` is value, chance (in points of 100) or fit.
    """

    account_id: str
    name: str | None
    unit: str
    mine: float
    theirs: float
    difference: float
    shares: Mapping[str, float]


def compared(
    profile: Profile, plan: Scorecard, mine: Held, theirs: Held, account_id: str, name: str | None, unit: str
) -> Compared:
    """What sets an account (`mine`) apart from another."""
    if unit == "fit":
        return _by_fit(plan, mine, theirs, account_id, name)
    differing = [one for one in mine.states if mine.states[one] is not theirs.states[one]]
    digits, scale = (2, 1.0) if unit == "value" else (4, 100.0)

    def figure(states: Mapping[str, bool | None]) -> float:
        worth = worth_of(profile, states)
        found = None if worth is None else worth.value if unit == "value" else worth.chance
        return scale * (found or 0.0)

    shares = _shares(figure, mine.states, theirs.states, differing)
    own, other = round(figure(mine.states), digits), round(figure(theirs.states), digits)
    difference = round(own - other, digits)
    told = {one: round(share, digits) for one, share in shares.items() if round(share, digits)}
    rest = round(difference - math.fsum(told.values()), digits)
    if rest and told:
        # what rounding leaves goes to the largest share, so that the printed figures add up
        largest = max(told, key=lambda one: abs(told[one]))
        told[largest] = round(told[largest] + rest, digits)
    elif rest:
        told[OTHERS] = rest
    return Compared(account_id, name, unit, own, other, difference, _sorted(told))


def _by_fit(plan: Scorecard, mine: Held, theirs: Held, account_id: str, name: str | None) -> Compared:
    own, other = (parts_of(plan, held.states, held.full, "fit") for held in (mine, theirs))
    if own is None or other is None:
        return Compared(account_id, name, "fit", 0.0, 0.0, 0.0, {})
    gaps = {one: own.adds[one] - other.adds[one] for one in own.adds}
    # whole tenths leave a tenth here or there: it is none of a criterion that says the same of both
    alike = [
        one
        for one, gap in gaps.items()
        if abs(gap) == 1 and mine.states[one] is theirs.states[one] and mine.full.get(one) == theirs.full.get(one)
    ]
    rest = own.start - other.start + sum(gaps.pop(one) for one in alike)
    if rest:
        largest = max(gaps, key=lambda one: abs(gaps[one]), default=OTHERS)
        gaps[largest] = gaps.get(largest, 0) + rest
    shares = {one: gap / 10 for one, gap in gaps.items() if gap}
    difference = (own.total - other.total) / 10
    return Compared(account_id, name, "fit", own.total / 10, other.total / 10, difference, _sorted(shares))


def _sorted(shares: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(shares.items(), key=lambda one: (-abs(one[1]), one[0])))


def _shares(
    figure: Callable[[Mapping[str, bool | None]], float],
    mine: Mapping[str, bool | None],
    theirs: Mapping[str, bool | None],
    names: Sequence[str],
) -> dict[str, float]:
    """Each name's share of figure(mine) - figure(theirs)."""
    if len(names) > MOST_EXACT:
        orders = (names, tuple(reversed(names)))
        totals = dict.fromkeys(names, 0.0)
        for order in orders:
            states = dict(theirs)
            before = figure(states)
            for name in order:
                states[name] = mine[name]
                after = figure(states)
                totals[name] += (after - before) / len(orders)
                before = after
        return totals
    many = len(names)
    figures = []
    for chosen in range(1 << many):
        states = {**theirs, **{name: mine[name] for at, name in enumerate(names) if chosen >> at & 1}}
        figures.append(figure(states))
    weights = [math.factorial(size) * math.factorial(many - size - 1) / math.factorial(many) for size in range(many)]
    return {
        name: math.fsum(
            weights[chosen.bit_count()] * (figures[chosen | 1 << at] - figures[chosen])
            for chosen in range(1 << many)
            if not chosen >> at & 1
        )
        for at, name in enumerate(names)
    }
