"""What happened to each account: events that anybody could see, and what the buyer did on our pages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idealfit.demo.market import Bools, Ints, Market
from idealfit.demo.plan import Plan
from idealfit.demo.truth import PlantedTrait

SPAN = 1_000_000


@dataclass(frozen=True)
class Trail:
    """Dated occurrences of one type: `accounts` and `days`, sorted by account, then day."""

    accounts: Ints
    days: Ints

    def count(self, accounts: Ints, day: Ints, within: int) -> Ints:
        """How many lie in (day - within, day] for each of `accounts`."""
        keys = self.accounts * SPAN + self.days
        at = accounts * SPAN + day
        return np.searchsorted(keys, at, side="right") - np.searchsorted(keys, at - within, side="right")

    def plus(self, accounts: Ints, days: Ints) -> Trail:
        """The trail with more occurrences."""
        return make_trail(np.concatenate([self.accounts, accounts]), np.concatenate([self.days, days]))


def make_trail(accounts: Ints, days: Ints) -> Trail:
    """A trail of occurrences in any order."""
    order = np.lexsort((days, accounts))
    return Trail(accounts[order], days[order])


def make_trails(plan: Plan, market: Market, rng: np.random.Generator) -> dict[str, Trail]:
    """Events and inbound activities of the whole market from `plan.records_from` to the as-of, one trail a type."""
    if plan.recipe == "messy":
        return {}
    planted = {trait.attribute: trait for trait in plan.traits if trait.measure in ("event", "activity")}
    trails = {}
    for name in plan.events:
        within = planted[name].within_days if name in planted else 150
        share = 0.14 if name in planted else float(rng.uniform(0.04, 0.09))
        trails[name] = _spread(plan, market.size, share, within or 150, burst=1.0, rng=rng)
    for name in plan.inbound:
        within = planted[name].within_days if name in planted else 90
        share = 0.14 if name in planted else float(rng.uniform(0.02, 0.05))
        trails[name] = _spread(plan, market.size, share, within or 90, burst=2.2, rng=rng)
    return trails


def _spread(plan: Plan, size: int, share: float, within: int, *, burst: float, rng: np.random.Generator) -> Trail:
    """Episodes such that a window of `within` days holds one in `share` of the accounts; `burst` occurrences each."""
    days = plan.last_day - plan.records_from
    episodes = rng.poisson(-np.log1p(-share) / within * days, size)
    accounts = np.repeat(np.arange(size), episodes)
    first = rng.integers(plan.records_from, plan.last_day + 1, len(accounts))
    if burst <= 1:
        return make_trail(accounts, first)
    many = 1 + rng.poisson(burst - 1, len(accounts))
    days_after = rng.integers(0, 14, many.sum())
    return make_trail(np.repeat(accounts, many), np.minimum(np.repeat(first, many) + days_after, plan.last_day))


def holds(
    trait: PlantedTrait, plan: Plan, market: Market, trails: dict[str, Trail], *, accounts: Ints, day: Ints
) -> Bools:
    """Whether `trait` is true of each of `accounts` at the end of its `day`, gaps of the records aside."""
    match trait.measure:
        case "number":
            course = trait.attribute == "employees"
            values = market.employees.at(accounts, day) if course else market.numbers[trait.attribute][accounts]
            low = -np.inf if trait.low is None else trait.low
            high = np.inf if trait.high is None else trait.high
            return np.asarray((values >= low) & (values <= high))
        case "category":
            codes = market.categories[trait.attribute][accounts]
            if trait.attribute == "funding_stage":
                codes = market.funding.at(accounts, day)
            levels = plan.levels[trait.attribute][0]
            return np.isin(codes, [levels.index(value) for value in trait.values])
        case "flag":
            return market.flags[trait.attribute][accounts]
        case "tool":
            names = [name for name, _ in plan.tools]
            return np.asarray(market.tools[accounts, names.index(trait.values[0])])
        case "event" | "activity":
            found = trails[trait.attribute].count(accounts, day, trait.within_days or 0)
            return np.asarray(found >= (trait.low or 1))
        case _:
            return np.zeros(len(accounts), dtype=bool)
