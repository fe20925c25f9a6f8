"""Spending a budget of answers: which companies, or which single attributes of them, to find out, best first.

Greedy: each time what is expected to change most for one more unit (a company with all that is unknown of it, as data
vendors sell records; or one attribute of one company, as enrichment tools charge look-ups).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from idealfit.scores.learning import Gain
from idealfit.scores.missing import Thing
from idealfit.scores.unknowns import Ground, Unknowns

By: TypeAlias = Literal["tier", "value"]
Per: TypeAlias = Literal["company", "attribute"]

LEVEL_Z = 1.2815515655446004
"""Four times in five."""
LEAST = 1e-9
"""What is expected to change less than this changes nothing."""


@dataclass(frozen=True)
class Step:
    """One purchase: `adds` is what it adds to those before it of the same account, `cost` its units, `gain` what is
    expected with them.
    """

    things: frozenset[Thing]
    criteria: tuple[str, ...]
    gain: Gain
    adds: float
    cost: int


def _steps(ground: Ground, unknowns: Unknowns, per: Per, by: By) -> list[Step]:
    """What to buy of an account, in order; one step where companies are bought whole."""
    if per == "company":
        things = frozenset().union(*unknowns.missing.values())
        gain = unknowns.everything
        return [Step(things, tuple(unknowns.missing), gain, _size(gain, by), 1)]
    steps: list[Step] = []
    have: frozenset[Thing] = frozenset()
    before: Gain | None = None
    bundles = [frozenset(one.things) for one in unknowns.answers]
    gains = {frozenset(one.things): one.gain for one in unknowns.answers}
    while left := [bundle for bundle in bundles if not bundle <= have]:
        each = []
        for bundle in left:
            gain = gains[bundle] if not have else ground.more(unknowns, have | bundle)
            adds = _size(gain, by) - (_size(before, by) if before else 0.0)
            each.append((-adds / len(bundle - have), sorted(bundle), adds, gain, bundle))
        _rate, _order, adds, gain, bundle = min(each, key=lambda one: one[:2])
        decided = tuple(name for name, things in unknowns.missing.items() if things <= have | bundle)
        steps.append(Step(bundle - have, decided, gain, adds, len(bundle - have)))
        have, before = have | bundle, gain
    return steps


def _size(gain: Gain, by: By) -> float:
    return gain.tier if by == "tier" else gain.worth or 0.0


def picked_of(
    ground: Ground, told: Sequence[tuple[str, Unknowns]], budget: int | None, per: Per, by: By
) -> list[tuple[str, Step]]:
    """The purchases in order; without a budget all that are expected to change anything."""
    sequences: dict[int, list[Step]] = {}
    for _account, unknowns in told:
        if id(unknowns) not in sequences:
            sequences[id(unknowns)] = _steps(ground, unknowns, per, by)
    queue = []
    for account, unknowns in told:
        if steps := sequences[id(unknowns)]:
            queue.append((*_order(steps[0]), account, 0, id(unknowns)))
    heapq.heapify(queue)
    picked: list[tuple[str, Step]] = []
    left = math.inf if budget is None else budget
    while queue and left > 0:
        *_rank, account, at, number = heapq.heappop(queue)
        step = sequences[number][at]
        if step.adds <= LEAST and _never_more(sequences[number][at:]):
            continue
        if step.cost > left:
            continue
        left -= step.cost
        picked.append((account, step))
        if at + 1 < len(sequences[number]):
            heapq.heappush(queue, (*_order(sequences[number][at + 1]), account, at + 1, number))
    return picked


def _order(step: Step) -> tuple[float, float, float]:
    return (-round(step.adds / step.cost, 9), -round(step.gain.value or 0.0, 6), -round(step.gain.fit, 6))


def _never_more(steps: Iterable[Step]) -> bool:
    return all(step.adds <= LEAST for step in steps)


def expected_of(
    picked: Sequence[tuple[str, Step]],
) -> tuple[float, float, float, float | None, float | None]:
    """How many tiers change, with the ends (accounts taken as independent: a sum of yes and no), and the values."""
    last = dict(picked)  # the last purchase of an account holds all of its answers
    shares = [step.gain.tier for step in last.values()]
    mean = math.fsum(shares)
    spread = LEVEL_Z * math.sqrt(math.fsum(share * (1 - share) for share in shares))
    values = [step.gain.value for step in last.values() if step.gain.value is not None]
    worths = [step.gain.worth for step in last.values() if step.gain.worth is not None]
    return (
        mean,
        max(0.0, mean - spread),
        min(float(len(shares)), mean + spread),
        math.fsum(values) if values else None,
        math.fsum(worths) if worths else None,
    )
