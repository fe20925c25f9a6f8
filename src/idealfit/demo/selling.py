"""Which accounts were worked, when, and what came of it: deals, subscriptions and tickets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from idealfit.demo.market import NEVER, Bools, Course, Floats, Ints, Market
from idealfit.demo.plan import Plan
from idealfit.demo.trail import Trail, holds
from idealfit.demo.winning import Assignment, assign, draw_staff, intercept, log_odds, win_chance

LOST, WON, OPEN = 0, 1, 2
DEAL_TYPES = ("new_business", "renewal", "expansion", "not_sales")
HORIZON = 24
GROSS_MARGIN = 0.8
COST_PER_HOUR = 60.0
USUAL_SUPPORT = 0.05
"""Support as a share of recurring revenue, outside the segment that support eats."""


@dataclass(frozen=True)
class Deals:
    """Deals as columns: account index, days (`NEVER` while open), outcome, index into `DEAL_TYPES`, yearly amount, and
    the seller (from 0) and source (index into `SOURCES`), which belong to the deal and not to the company.
    """

    account: Ints
    opened: Ints
    closed: Ints
    outcome: Ints
    kind: Ints
    amount: Floats
    owner: Ints
    source: Ints

    def __len__(self) -> int:
        return len(self.account)

    def take(self, which: Ints | Bools) -> Deals:
        """Some of the deals, in the order asked for."""
        return Deals(
            self.account[which],
            self.opened[which],
            self.closed[which],
            self.outcome[which],
            self.kind[which],
            self.amount[which],
            self.owner[which],
            self.source[which],
        )

    def joined(self, other: Deals) -> Deals:
        """These deals, then the `other` ones."""
        return Deals(
            np.concatenate([self.account, other.account]),
            np.concatenate([self.opened, other.opened]),
            np.concatenate([self.closed, other.closed]),
            np.concatenate([self.outcome, other.outcome]),
            np.concatenate([self.kind, other.kind]),
            np.concatenate([self.amount, other.amount]),
            np.concatenate([self.owner, other.owner]),
            np.concatenate([self.source, other.source]),
        )


@dataclass(frozen=True)
class Subscriptions:
    """One row a won new-business deal: its position in the deals, start and end day (`NEVER` while running), money."""

    deal: Ints
    account: Ints
    started: Ints
    ended: Ints
    arr: Floats


@dataclass(frozen=True)
class Tickets:
    """Support tickets of customers."""

    account: Ints
    opened: Ints
    hours: Floats


@dataclass(frozen=True)
class History:
    """All that selling left behind, and the market and trails as it moved them."""

    market: Market
    trails: dict[str, Trail]
    deals: Deals
    subscriptions: Subscriptions
    tickets: Tickets
    intercept: float


def sell(
    plan: Plan, market: Market, trails: dict[str, Trail], may_buy: Bools, *, deals: int, rng: np.random.Generator
) -> History:
    """Work some of the accounts that `may_buy` until there are `deals` deals, new business about nine in ten."""
    first_attempts = int(deals * (0.78 if plan.recipe == "plain" else 0.9))
    pursued = _pursued(plan, market, may_buy, first_attempts, rng)
    span = plan.last_day - 3 - plan.first_day
    opened = plan.first_day + np.rint(span * rng.random(len(pursued)) ** 0.85).astype(np.int64)
    trails = _prompted(plan, trails, pursued, opened, rng)
    staff = draw_staff(plan, rng)
    who = assign(staff, len(pursued), rng)
    strength = log_odds(plan, market, trails, pursued, opened - 1)
    base = intercept(plan, strength + who.help)
    new = _worked(plan, market, pursued, opened, base=strength + base, who=who, rng=rng)
    again = _second_attempts(plan, new, int(deals * 0.12 if plan.recipe == "plain" else deals * 0.08), rng)
    strength = log_odds(plan, market, trails, again[0], again[1] - 1)
    who = assign(staff, len(again[0]), rng)
    new = new.joined(_worked(plan, market, again[0], again[1], base=strength + base, who=who, rng=rng))
    subscriptions = _subscriptions(plan, market, new, rng)
    later = _later_deals(plan, new, subscriptions, deals - len(new), rng)
    both = new.joined(later)
    market = _grown_after_winning(plan, market, new, rng)
    tickets = _tickets(plan, market, subscriptions, rng)
    # an account that nobody worked would meet an average seller
    return History(market, trails, both, subscriptions, tickets, base + staff.average())


def segment(plan: Plan, market: Market, kind: str, accounts: Ints) -> Bools:
    """Whether the accounts lie in the planted segment of `kind` (churn, support)."""
    found, day = np.zeros(len(accounts), dtype=bool), np.full(len(accounts), plan.last_day)
    for trait in plan.traits:
        if trait.kind == kind:
            found |= holds(trait, plan, market, {}, accounts=accounts, day=day)
    return found


def expected_value(plan: Plan, market: Market, accounts: Ints, probability: Floats) -> Floats:
    """Expected money over the horizon from working each account: P(win) times margin kept, less the cost to work it."""
    day = np.full(len(accounts), plan.last_day)
    arr = _expected_arr(plan, market, accounts, day) * np.exp(0.35**2 / 2)
    churn = np.where(segment(plan, market, "churn", accounts), plan.segment_churn, plan.monthly_churn)
    months = (1 - (1 - churn) ** HORIZON) / churn
    support = np.where(segment(plan, market, "support", accounts), plan.segment_support, USUAL_SUPPORT)
    return np.asarray(probability * arr * months / 12 * (GROSS_MARGIN - support) - plan.cost_per_worked)


def _expected_arr(plan: Plan, market: Market, accounts: Ints, day: Ints) -> Floats:
    if not plan.signal:
        return np.full(len(accounts), plan.base_arr)
    return np.asarray(plan.base_arr * (market.employees.at(accounts, day) / 150) ** 0.25)


def _pursued(plan: Plan, market: Market, may_buy: Bools, count: int, rng: np.random.Generator) -> Ints:
    """Sellers did not choose by chance: some countries and larger companies more often."""
    lean = rng.normal(0, 0.4, len(plan.levels["country"][0]))[market.categories["country"]]
    lean += (0.12 if plan.recipe == "plain" else 0.35) * np.log(market.employees.values[:, 0])
    drawn = np.where(may_buy, lean + rng.gumbel(size=market.size), -np.inf)
    return np.sort(np.argsort(-drawn, kind="stable")[:count])


def _prompted(
    plan: Plan, trails: dict[str, Trail], pursued: Ints, opened: Ints, rng: np.random.Generator
) -> dict[str, Trail]:
    """Some deals opened because something had just happened, whatever came of them."""
    moved = dict(trails)
    for trait in plan.traits:
        if trait.measure in ("event", "activity") and trait.attribute in moved:
            chosen = np.flatnonzero(rng.random(len(pursued)) < 0.12)
            before = rng.integers(1, max(2, (trait.within_days or 60) // 2), len(chosen))
            many = 1 if trait.measure == "event" else int(trait.low or 2)
            for step in range(many):
                moved[trait.attribute] = moved[trait.attribute].plus(pursued[chosen], opened[chosen] - before - step)
    return moved


def _worked(
    plan: Plan, market: Market, accounts: Ints, opened: Ints, *, base: Floats, who: Assignment, rng: np.random.Generator
) -> Deals:
    won = rng.random(len(accounts)) < win_chance(plan, base + who.help)
    days = np.exp(rng.normal(np.log(58), 0.5, len(accounts))) * np.where(won, 1.0, 1.1)
    closed = opened + np.maximum(4, np.rint(days)).astype(np.int64)
    running = closed > plan.last_day
    outcome = np.where(running, OPEN, np.where(won, WON, LOST))
    amount = _expected_arr(plan, market, accounts, opened - 1) * np.exp(rng.normal(0, 0.35, len(accounts)))
    kind = np.zeros(len(accounts), dtype=np.int64)
    return Deals(
        accounts, opened, np.where(running, NEVER, closed), outcome, kind, np.round(amount, -2), who.owner, who.source
    )


def _second_attempts(plan: Plan, new: Deals, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    lost = np.flatnonzero((new.outcome == LOST) & (new.closed + 120 < plan.last_day))
    chosen = np.sort(rng.permutation(lost)[:count])
    room = plan.last_day - 3 - (new.closed[chosen] + 90)
    return new.account[chosen], new.closed[chosen] + 90 + np.rint(room * rng.random(len(chosen))).astype(np.int64)


def _subscriptions(plan: Plan, market: Market, new: Deals, rng: np.random.Generator) -> Subscriptions:
    won = np.flatnonzero(new.outcome == WON)
    account = new.account[won]
    started = np.minimum(new.closed[won] + rng.integers(0, 20, len(won)), plan.last_day)
    churn = np.where(segment(plan, market, "churn", account), plan.segment_churn, plan.monthly_churn)
    months = rng.geometric(churn)
    ended = started + np.rint(months * 30.4 - rng.integers(0, 20, len(won))).astype(np.int64)
    return Subscriptions(won, account, started, np.where(ended > plan.last_day, NEVER, ended), new.amount[won])


def _later_deals(plan: Plan, new: Deals, held: Subscriptions, count: int, rng: np.random.Generator) -> Deals:
    """Renewals a year on, expansions in between, and a few records that were never sales."""
    grown = _expansions(plan, new, held, rng)
    if plan.recipe == "messy":
        return grown.take(np.arange(min(count, len(grown))))
    other = _not_sales(plan, new, min(count, max(2, count // 20)), rng)
    later = _renewals(plan, new, held).joined(grown)
    chosen = np.sort(rng.permutation(len(later))[: max(0, count - len(other))])
    return later.take(chosen).joined(other)


def _renewals(plan: Plan, new: Deals, held: Subscriptions) -> Deals:
    end = np.minimum(held.ended, plan.last_day)
    old = np.flatnonzero((held.started + 365 < plan.last_day) & (end > held.started + 300))
    due = held.started[old] + 365
    outcome = np.where(held.ended[old] > due + 15, WON, LOST)
    again = new.take(held.deal[old])
    return replace(again, opened=due - 60, closed=due, outcome=outcome, kind=np.full(len(old), 1))


def _expansions(plan: Plan, new: Deals, held: Subscriptions, rng: np.random.Generator) -> Deals:
    end = np.minimum(held.ended, plan.last_day)
    grow = np.flatnonzero((end - held.started > 120) & (rng.random(len(end)) < 0.5))
    room = (end - held.started)[grow] - 60
    opened = held.started[grow] + np.rint(room * rng.random(len(grow))).astype(np.int64)
    closed = opened + rng.integers(10, 55, len(grow))
    running = closed > plan.last_day
    return replace(
        new.take(held.deal[grow]),
        opened=opened,
        closed=np.where(running, NEVER, closed),
        outcome=np.where(running, OPEN, np.where(rng.random(len(grow)) < 0.6, WON, LOST)),
        kind=np.full(len(grow), 2),
        amount=np.round(held.arr[grow] * 0.25, -2),
    )


def _not_sales(plan: Plan, new: Deals, count: int, rng: np.random.Generator) -> Deals:
    rest = new.take(np.sort(rng.permutation(len(new))[:count]))
    opened = np.minimum(rest.opened + 7, plan.last_day - 1)
    closed = np.minimum(opened + 21, plan.last_day)
    lost, kind = np.full(count, LOST), np.full(count, 3)
    return replace(rest, opened=opened, closed=closed, outcome=lost, kind=kind, amount=np.zeros(count))


def _grown_after_winning(plan: Plan, market: Market, new: Deals, rng: np.random.Generator) -> Market:
    """Customers grow and raise money after they bought: today's values mislead, the history does not."""
    if plan.recipe == "messy":
        return market
    won = np.unique(new.account[new.outcome == WON], return_index=True)
    accounts, day = won[0], new.closed[new.outcome == WON][won[1]] + rng.integers(30, 300, len(won[0]))

    def moved(course: Course, share: float, change: Floats, *, most: int, add: bool) -> Course:
        chosen = (rng.random(len(accounts)) < share) & (day < plan.last_day)
        return course.stepped(accounts[chosen], day[chosen], change[chosen], most=most, add=add)

    employees = moved(market.employees, 0.45, rng.uniform(1.5, 2.6, len(accounts)), most=150_000, add=False)
    funding = moved(market.funding, 0.35, np.ones(len(accounts)), most=5, add=True)
    return market.with_courses(employees, funding)


def _tickets(plan: Plan, market: Market, held: Subscriptions, rng: np.random.Generator) -> Tickets:
    end = np.minimum(held.ended, plan.last_day)
    months = np.maximum(end - held.started, 0) / 30.4
    heavy = segment(plan, market, "support", held.account)
    rate = np.where(heavy, 1.2, 0.3)
    many = rng.poisson(rate * months)
    share = np.where(heavy, plan.segment_support, USUAL_SUPPORT)
    hours = share * held.arr / 12 / COST_PER_HOUR / rate
    row = np.repeat(np.arange(len(many)), many)
    opened = held.started[row] + np.rint((end - held.started)[row] * rng.random(len(row))).astype(np.int64)
    spent = np.maximum(0.1, np.round(hours[row] * np.exp(rng.normal(-0.18, 0.6, len(row))), 1))
    return Tickets(held.account[row], opened, spent)
