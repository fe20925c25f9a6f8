"""The chance to win a deal: what the company brings, and what seller and source add, whatever the company."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from idealfit.demo.market import Floats, Ints, Market
from idealfit.demo.plan import Plan
from idealfit.demo.trail import Trail, holds
from idealfit.demo.vocabulary import SOURCES

SELLERS = 8


@dataclass(frozen=True)
class Staff:
    """What each seller and each source adds to the log odds; `mix` is how common each source is."""

    owners: Floats
    sources: Floats
    mix: Floats

    def average(self) -> float:
        """What they add on average."""
        return float(self.owners.mean() + (self.sources * self.mix).sum())


@dataclass(frozen=True)
class Assignment:
    """Seller and source of each deal, and what both add to its log odds."""

    owner: Ints
    source: Ints
    help: Floats


def draw_staff(plan: Plan, rng: np.random.Generator) -> Staff:
    """Sellers and sources; in the messy recipe they differ more, without signal not at all."""
    spread = (0.25 if plan.recipe == "plain" else 0.45) if plan.signal else 0.0
    owners, sources = rng.normal(0, 1, SELLERS), rng.normal(0, 1, len(SOURCES))
    return Staff(owners * spread, sources * spread, rng.dirichlet(np.full(len(SOURCES), 3.0)))


def assign(staff: Staff, count: int, rng: np.random.Generator) -> Assignment:
    """A seller and a source for each of `count` deals, by chance."""
    owner = rng.integers(len(staff.owners), size=count)
    source = rng.choice(len(staff.sources), size=count, p=staff.mix)
    return Assignment(owner, source, np.asarray(staff.owners[owner] + staff.sources[source]))


def log_odds(plan: Plan, market: Market, trails: dict[str, Trail], accounts: Ints, day: Ints) -> Floats:
    """The sum of the planted log odds ratios that are true of `accounts` at the end of `day`."""
    total = np.zeros(len(accounts))
    for trait in plan.traits:
        if trait.effect != 1.0:
            total += np.log(trait.effect) * holds(trait, plan, market, trails, accounts=accounts, day=day)
    return total


def win_chance(plan: Plan, strength: Floats) -> Floats:
    """The chance to win: logistic in the plain recipe, a normal threshold of about the same slope in the messy one."""
    if plan.recipe == "plain":
        return np.asarray(1 / (1 + np.exp(-strength)))
    return np.asarray(ndtr(strength / 1.7))


def intercept(plan: Plan, strength: Floats) -> float:
    """What must be added to `strength` so that the planned share of deals is won, by bisection."""
    low, high = -12.0, 6.0
    for _ in range(60):
        middle = (low + high) / 2
        if win_chance(plan, strength + middle).mean() < plan.win_rate:
            low = middle
        else:
            high = middle
    return low
