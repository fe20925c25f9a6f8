"""What each account is to the company that sells: a prospect, a customer, a partner, itself, …"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idealfit.demo.market import NEVER, Bools, Ints
from idealfit.demo.rows import Texts
from idealfit.demo.selling import OPEN, WON, History

PROSPECT, PARTNER, COMPETITOR, OWN = 0, 1, 2, 3


@dataclass(frozen=True)
class Standing:
    """Per account: its special role, whether it may be contacted, its parent (index or -1)."""

    role: Ints
    do_not_contact: Bools
    parent: Ints

    @property
    def may_buy(self) -> Bools:
        """Accounts that sellers would work."""
        return np.asarray((self.role == PROSPECT) & (self.parent < 0))


def draw_standing(size: int, rng: np.random.Generator) -> Standing:
    """A few partners and competitors, our own records, some accounts that asked not to be called, and subsidiaries."""
    role = np.zeros(size, dtype=np.int64)
    order = rng.permutation(size)
    partners = max(4, size // 150)
    role[order[:partners]] = PARTNER
    role[order[partners : partners + 5]] = COMPETITOR
    role[order[partners + 5 : partners + 7]] = OWN
    parent = np.full(size, -1)
    children = order[partners + 7 : partners + 7 + max(4, size // 200)]
    parent[children] = order[-len(children) :]
    return Standing(role, rng.random(size) < 0.012, parent)


def with_customer_parents(standing: Standing, history: History, rng: np.random.Generator) -> Standing:
    """Subsidiaries of customers, still unworked: half of the pairs point to an account that bought."""
    children = np.flatnonzero(standing.parent >= 0)
    won = np.unique(history.subscriptions.account[history.subscriptions.ended == NEVER])
    half = children[: min(len(children) // 2, len(won))]
    parent = standing.parent.copy()
    parent[half] = rng.permutation(won)[: len(half)]
    return Standing(standing.role, standing.do_not_contact, parent)


@dataclass(frozen=True)
class Relation:
    """Per account: deals of any kind, a won deal, an open deal, a running subscription, one that ended,
    and the seller of the last deal (-1 without any).
    """

    worked: Bools
    won: Bools
    open: Bools
    active: Bools
    former: Bools
    owner: Ints


def relation(size: int, history: History) -> Relation:
    """What the deals and subscriptions say of each account at the as-of."""

    def among(accounts: Ints) -> Bools:
        found = np.zeros(size, dtype=bool)
        found[accounts] = True
        return found

    deals, held = history.deals, history.subscriptions
    owner = np.full(size, -1)
    owner[deals.account] = deals.owner
    active = among(held.account[held.ended >= NEVER])
    won = among(deals.account[deals.outcome == WON])
    return Relation(
        worked=among(deals.account),
        won=won,
        open=among(deals.account[deals.outcome == OPEN]),
        active=active,
        former=won & ~active,
        owner=owner,
    )


def statuses(standing: Standing, relation_: Relation) -> Texts:
    """The `status` column."""
    found = np.full(len(standing.role), "prospect", dtype=object)
    found[relation_.active] = "customer"
    found[relation_.former] = "former"
    for role, word in ((PARTNER, "partner"), (COMPETITOR, "competitor"), (OWN, "own")):
        found[standing.role == role] = word
    return found
