"""Planted companies, made by a recipe of its own for each seed: what happened to 20,000 accounts in 36 months.

    python benchmarks/worlds.py VARIANT SEED FOLDER        writes FOLDER/data and, beside it, FOLDER/truth.json

`make_world` simulates, `world_files.write_world` writes. Everything is drawn from the seed: names of columns, effects,
sizes, win rate, the link from score to chance, time, dirt. What a deal saw is what was true when it opened; the hidden
outcome of an account that nobody worked is what it would be on the last day.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from world_plan import CHANGE_MONTH, MONTHS, VARIANTS, Plan, Trait, draw_plan

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

MONTH = 30.4375
HORIZON = 24
LAST = round(MONTHS * MONTH)
"""Days are counted from the first day that a deal could open; the as-of is day LAST."""
BEFORE = 400
"""Days of events on record before the first deal."""


@dataclass
class Market:
    """All accounts, worked or not: what is true of them (codes of levels, flags, numbers) and when it changed."""

    categories: dict[str, Ints]
    flags: dict[str, Flags]
    numbers: dict[str, Floats]
    employees: tuple[Floats, Floats]
    changed: Ints
    tools: NDArray[np.bool_]
    events: dict[str, tuple[Ints, Ints]]
    roles: dict[str, Flags]
    second: Flags
    weight: Floats

    @property
    def size(self) -> int:
        return len(self.changed)


@dataclass
class Deals:
    """Deals in order of opening; `closed` is beyond LAST for open ones; months, ended, arr, support of won ones."""

    account: Ints
    opened: Ints
    closed: Ints
    won: Flags
    owner: Ints
    source: Ints
    amount: Floats
    until: Ints
    support: Floats

    @property
    def open(self) -> Flags:
        return self.closed > LAST


@dataclass
class World:
    """A simulated company: its plan, accounts and deals, and what each account would bring if worked today."""

    plan: Plan
    market: Market
    deals: Deals
    chance: Floats
    value: Floats
    cost: float
    decoy: Flags

    @property
    def never_worked(self) -> Flags:
        found = np.ones(self.market.size, dtype=bool)
        found[self.deals.account] = False
        return found


def make_world(seed: int, variant: str, accounts: int | None = None) -> World:
    """Simulate the company of a seed, with the variant's number of accounts or another."""
    plan = draw_plan(seed, variant)
    kind = VARIANTS[variant]
    rng = np.random.default_rng([seed, 104729, sum(variant.encode())])
    market = _market(plan, accounts or kind.accounts, rng)
    base = _intercept(plan, market, rng)
    deals = _deals(plan, market, base, kind.closed, rng)
    chance, value, cost = _hidden(plan, market, base, deals)
    today = np.full(market.size, LAST)
    every = np.arange(market.size)
    decoy = np.zeros(market.size, dtype=bool)
    for trait in plan.truth:
        if trait.kind == "churn" and trait.hazard:
            decoy |= holds(trait, plan, market, every, today)
    return World(plan, market, deals, chance, value, cost, decoy)


def _market(plan: Plan, size: int, rng: np.random.Generator) -> Market:
    categories = {
        name: rng.choice(len(levels), size, p=np.array(plan.shares[name]) / sum(plan.shares[name]))
        for name, levels in plan.levels.items()
    }
    then = np.rint(np.exp(rng.normal(plan.size[0], plan.size[1], size))) + 1
    changed = np.where(rng.random(size) < plan.dirt["changed"], rng.integers(60, LAST, size), LAST + 9_999)
    grown = np.exp(rng.normal(0.25, 0.5, size))
    now = np.where(changed <= LAST, np.maximum(1, np.rint(then * grown)), then)
    tools = rng.random((size, len(plan.tools))) < np.array([share for _name, share in plan.tools])
    # suites: some tools come together
    for left, right in zip(rng.integers(0, len(plan.tools), 6), rng.integers(0, len(plan.tools), 6), strict=True):
        if left != right:
            tools[:, right] |= tools[:, left] & (rng.random(size) < 0.35)
    span = LAST + BEFORE
    events = {}
    for name, rate in (plan.events | plan.activities).items():
        many = rng.poisson(rate * span / 365 * rng.gamma(1.3, 1 / 1.3, size))
        account = np.repeat(np.arange(size), many)
        events[name] = (account, rng.integers(-BEFORE, LAST + 1, len(account)))
    second = _second_motion(plan, categories, then)
    noise = rng.normal(0, 1, size)
    leaning = 0.5 * (np.log(then) - plan.size[0]) + 0.7 * (categories["industry"] % 3 == 0) + 0.4 * tools[:, 2]
    return Market(
        categories,
        {name: rng.random(size) < share for name, share in plan.flags.items()}
        | {trait.attribute: rng.random(size) < 0.35 for trait in plan.truth if trait.kind == "call"},
        {name: np.rint(np.exp(rng.normal(mean, spread, size))) for name, (mean, spread) in plan.numbers.items()},
        (then, now),
        changed,
        tools,
        events,
        {name: rng.random(size) < share for name, share in plan.roles.items()},
        second,
        plan.dirt["selection"] * leaning + 0.3 * noise,
    )


def _second_motion(plan: Plan, categories: dict[str, Ints], employees: Floats) -> Flags:
    """Which accounts are sold to in the other motion: the large ones, or those of half the industries."""
    if not plan.other:
        return np.zeros(len(employees), dtype=bool)
    if plan.seed % 2:
        return np.asarray(employees > np.exp(plan.size[0] + 0.2 * plan.size[1]))
    half = len(plan.levels["country"]) // 2
    return np.asarray(categories["country"] >= half)


def employees_at(market: Market, account: Ints, day: Ints) -> Floats:
    """Head count of each account as it was on a day."""
    return np.where(market.changed[account] <= day, market.employees[1][account], market.employees[0][account])


def holds(trait: Trait, plan: Plan, market: Market, account: Ints, day: Ints) -> Flags:
    """Whether a trait holds of accounts on days (the day before a deal opened, or the last day)."""
    name = trait.attribute
    if trait.measure == "number":
        values = employees_at(market, account, day) if name == "employees" else market.numbers[name][account]
        return np.asarray((values >= trait.low) & (values <= trait.high))
    if trait.measure == "category":
        return np.isin(market.categories[name][account], trait.levels)
    if trait.measure == "flag":
        return market.flags[name][account]
    if trait.measure == "tool":
        column = [tool for tool, _share in plan.tools].index(name.removeprefix("tech:"))
        return np.asarray(market.tools[account, column])
    if trait.measure == "role":
        return market.roles[name.removeprefix("role:")][account]
    return _counted(market.events[name], account, day, trait.within) >= trait.least


def _counted(events: tuple[Ints, Ints], account: Ints, day: Ints, within: int) -> Ints:
    far = 10_000
    keys = np.sort(events[0] * far + events[1] + BEFORE)
    upto = np.searchsorted(keys, account * far + day + BEFORE, side="right")
    before = np.searchsorted(keys, account * far + np.maximum(day - within + BEFORE, 0), side="right")
    return np.asarray(upto - before)


def effect(plan: Plan, market: Market, account: Ints, day: Ints, what: str) -> Floats:
    """The sum of one effect ('odds', 'hazard', 'amount', 'support') over the traits that hold."""
    total = np.zeros(len(account))
    for traits, where in _truths(plan, market, account, day):
        part = np.zeros(len(account))
        for trait in traits:
            size = float(getattr(trait, what))
            if not size:
                continue
            if trait.measure == "pair":
                part += size * np.prod([_centred(each, plan, market, account, day) for each in trait.parts], axis=0)
            else:
                part += size * holds(trait, plan, market, account, day)
        total += np.where(where, part, 0.0)
    return total


def _centred(trait: Trait, plan: Plan, market: Market, account: Ints, day: Ints) -> Floats:
    """Whether it holds, less how common it is in the market: a product of two of these has no effect of either."""
    every = np.arange(market.size)
    common = float(holds(trait, plan, market, every, np.full(market.size, LAST)).mean())
    return np.asarray(holds(trait, plan, market, account, day) - common, dtype=np.float64)


def _truths(plan: Plan, market: Market, account: Ints, day: Ints) -> list[tuple[Sequence[Trait], Flags]]:
    if plan.earlier:
        late = day >= CHANGE_MONTH * MONTH
        return [(plan.earlier, ~late), (plan.truth, late)]
    if plan.other:
        return [(plan.truth, ~market.second[account]), (plan.other, market.second[account])]
    return [(plan.truth, np.ones(len(account), dtype=bool))]


def link(plan: Plan, linear: Floats) -> Floats:
    """From the sum of effects to a chance."""
    if plan.link == "probit":
        return np.asarray(ndtr(linear / 1.7))
    if plan.link == "cloglog":
        return np.asarray(-np.expm1(-np.exp(np.clip(linear, -30, 3))))
    return np.asarray(1 / (1 + np.exp(-linear)))


def _handling(plan: Plan, market: Market, account: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Owner and source of each deal; where they are handed out by segment, they carry its win rate."""
    owner = rng.integers(0, len(plan.owners), len(account))
    source = rng.choice(len(plan.sources), len(account), p=[0.3, 0.35, 0.12, 0.13, 0.1])
    if plan.variant == "confounded":
        best, worst = int(np.argmax(plan.owners)), int(np.argmin(list(plan.sources.values())))
        placebo, real = confounded_levels(plan)
        taken = (market.categories[placebo[0]][account] == placebo[1]) & (rng.random(len(account)) < 0.8)
        owner = np.where(taken, best, np.where(owner == best, (owner + 1) % len(plan.owners), owner))
        inside = holds(real, plan, market, account, np.zeros(len(account), dtype=np.int64))
        source = np.where(inside & (rng.random(len(account)) < 0.75), worst, source)
    return owner, source


def confounded_levels(plan: Plan) -> tuple[tuple[str, int], Trait]:
    """The level that only the best seller works (it does nothing), and the real trait that the worst source brings."""
    used = {trait.attribute for trait in plan.truth}
    placebo = next(name for name in plan.levels if name not in used and len(plan.levels[name]) <= 8)
    real = next(trait for trait in plan.truth if trait.measure == "category" and trait.kind == "seek")
    return (placebo, 1), real


def _linear(plan: Plan, market: Market, account: Ints, opened: Ints, owner: Ints, source: Ints) -> Floats:
    month = np.clip((opened / MONTH).astype(np.int64), 0, MONTHS - 1)
    total = effect(plan, market, account, opened - 1, "odds")
    total += np.array(plan.owners)[owner] + np.array(list(plan.sources.values()))[source] + np.array(plan.months)[month]
    return total


def _intercept(plan: Plan, market: Market, rng: np.random.Generator) -> float:
    """The constant at which the win rate of ordinary deals is the plan's (bisection)."""
    many = min(8_000, market.size)
    account = _pursued(market, many, rng)
    opened = rng.integers(0, LAST, many)
    owner, source = _handling(plan, market, account, rng)
    linear = _linear(plan, market, account, opened, owner, source)
    low, high = -12.0, 6.0
    for _step in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if float(link(plan, linear + middle).mean()) < plan.win_rate else (low, middle)
    return low


def _pursued(market: Market, many: int, rng: np.random.Generator) -> Ints:
    """Distinct accounts, those that sellers lean to more often (Gumbel top-k)."""
    return np.argsort(-(market.weight + rng.gumbel(size=market.size)))[:many]


def _deals(plan: Plan, market: Market, base: float, closed: int, rng: np.random.Generator) -> Deals:
    first = _pursued(market, min(closed, round(market.size * 0.8)), rng)
    personal = rng.normal(0, 0.35, market.size)
    opened = np.rint(LAST * rng.beta(1.2, 1.0, len(first))).astype(np.int64)
    one = _worked(plan, market, base, first, opened, personal, rng)
    lost = np.flatnonzero(~one.won & (one.closed <= LAST - 60))
    again = rng.choice(lost, min(len(lost), round(closed * 0.13)), replace=False)
    reopened = one.closed[again] + rng.integers(30, 400, len(again))
    again, reopened = again[reopened <= LAST], reopened[reopened <= LAST]
    two = _worked(plan, market, base, one.account[again], reopened, personal, rng)
    order = np.argsort(np.concatenate([one.opened, two.opened]), kind="stable")
    parts: dict[str, Any] = {
        name: np.concatenate([getattr(one, name), getattr(two, name)])[order] for name in Deals.__annotations__
    }
    return Deals(**parts)


def _worked(
    plan: Plan, market: Market, base: float, account: Ints, opened: Ints, personal: Floats, rng: np.random.Generator
) -> Deals:
    size = len(account)
    owner, source = _handling(plan, market, account, rng)
    chance = link(plan, base + personal[account] + _linear(plan, market, account, opened, owner, source))
    won = rng.random(size) < chance
    cycle = np.rint(np.exp(rng.normal(np.log(np.where(won, 55, 75)), 0.6))).astype(np.int64) + 3
    closed = opened + cycle
    won &= closed <= LAST
    amount = np.exp(_log_amount(plan, market, account, opened - 1) + rng.normal(0, plan.amount_noise, size))
    rate = plan.hazard * np.exp(effect(plan, market, account, opened - 1, "hazard"))
    months = rng.exponential(1.0, size) ** (1 / plan.shape) / rate
    support = 0.05 + effect(plan, market, account, opened - 1, "support")
    until = np.minimum(closed + np.rint(months * MONTH), 90_000).astype(np.int64)
    return Deals(account, opened, closed, won, owner, source, np.rint(amount), until, support)


def _log_amount(plan: Plan, market: Market, account: Ints, day: Ints) -> Floats:
    size = np.log(employees_at(market, account, day)) - plan.size[0]
    return np.asarray(np.log(plan.base_amount) + plan.elasticity * size + effect(plan, market, account, day, "amount"))


def _hidden(plan: Plan, market: Market, base: float, deals: Deals) -> tuple[Floats, Floats, float]:
    """The chance and expected value of every account, worked on the last day by an ordinary seller; what work costs.

    What only a call tells is averaged over, and so are owner, source and what is personal to an account.
    """
    every = np.arange(market.size)
    day = np.full(market.size, LAST)
    asked = [trait for trait in plan.truth if trait.kind == "call"]
    linear = base + effect(plan, market, every, day, "odds")
    for trait in asked:
        linear -= trait.odds * holds(trait, plan, market, every, day)
    rng = np.random.default_rng([plan.seed, 3])
    drawn = rng.integers(0, len(deals.account), 64)
    offsets = np.array(plan.owners)[deals.owner[drawn]] + np.array(list(plan.sources.values()))[deals.source[drawn]]
    offsets = offsets + rng.normal(0, 0.35, 64) + float(np.mean(plan.months[-12:]))
    for trait in asked:
        offsets = offsets + trait.odds * (rng.random(64) < 0.35)
    chance = np.mean([link(plan, linear + offset) for offset in offsets], axis=0)
    yearly = np.exp(_log_amount(plan, market, every, day) + plan.amount_noise**2 / 2)
    rate = plan.hazard * np.exp(effect(plan, market, every, day, "hazard"))
    steps = np.arange(0.25, HORIZON, 0.5)
    months = np.sum([np.exp(-((rate * step) ** plan.shape)) for step in steps], axis=0) * 0.5
    left = plan.gross_margin - 0.05 - effect(plan, market, every, day, "support")
    gained = chance * yearly / 12 * months * left
    cost = float(np.rint(plan.cost_share * gained.mean()))
    return chance, gained - cost, cost


def main(arguments: Sequence[str]) -> int:
    """Write one company."""
    from world_files import write_world

    if len(arguments) != 3 or arguments[0] not in VARIANTS:
        print(f"worlds.py VARIANT SEED FOLDER; a variant is one of {', '.join(VARIANTS)}")
        return 2
    variant, seed, folder = arguments
    write_world(make_world(int(seed), variant), Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
