"""Evidence made in memory: a row a deal, with facts that a test gives and outcomes drawn from odds that it plants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from idealfit.evidence.table import Evidence, Fact, Reach
from idealfit.patterns.candidate import Binned, bin_fact
from idealfit.records.attribute import AttributeInfo, Layer

AS_OF = date(2026, 6, 30)
START = np.datetime64("2024-01-01", "D")


def number(name: str, values: Sequence[float] | np.ndarray, **more: Any) -> Fact:
    """A number; NaN is unknown."""
    array = np.asarray(values, dtype=float)
    return Fact(name, "number", AttributeInfo(name, name.lower(), "number"), array, ~np.isnan(array), **more)


def flag(name: str, values: Sequence[float] | np.ndarray, **more: Any) -> Fact:
    """Yes or no; NaN is unknown."""
    array = np.asarray(values, dtype=float)
    return Fact(name, "boolean", AttributeInfo(name, name.lower(), "boolean"), array, ~np.isnan(array), **more)


def category(name: str, values: Sequence[Any] | np.ndarray, *, layer: Layer = "firmographic", **more: Any) -> Fact:
    """A text; None is unknown."""
    array = np.array([None] * len(values), dtype=object)
    array[:] = [None if one is None else str(one) for one in values]
    known = np.array([one is not None for one in array])
    return Fact(name, "category", AttributeInfo(name, name.lower(), "text", layer=layer), array, known, **more)


def tools(name: str, values: Sequence[Any], **more: Any) -> Fact:
    """A list of tools; None is unknown."""
    array = np.array([None] * len(values), dtype=object)
    array[:] = [frozenset(one) if one else None for one in values]
    known = np.array([one is not None for one in array])
    info = AttributeInfo(name, name, "list", layer="technographic")
    return Fact(name, "list", info, array, known, **more)


def event(name: str, counts: np.ndarray, known: np.ndarray | None = None) -> Fact:
    """Counts by window, the last column 'ever'."""
    info = AttributeInfo(name.split(".", 1)[1], name.split(".", 1)[1], "text", layer="situational")
    there = np.ones(len(counts), dtype=bool) if known is None else known
    return Fact(name, "event", info, np.asarray(counts, dtype=float), there, event_source="events", dated=True)


def evidence(
    outcome: Sequence[int] | np.ndarray,
    *facts: Fact,
    account: Sequence[int] | np.ndarray | None = None,
    day: Sequence[float] | np.ndarray | None = None,
    cycle: float | np.ndarray = 30.0,
    reach: Reach = "wins",
    **columns: Any,
) -> Evidence:
    """Deals with their outcome (1, 0, -1); one account each, opened one a day (`day`; NaN: undated) unless said."""
    y = np.asarray(outcome, dtype=np.int64)
    n = len(y)
    owner = np.arange(n) if account is None else np.asarray(account, dtype=np.int64)
    days = np.arange(n, dtype=float) if day is None else np.asarray(day, dtype=float)
    opened = np.array(
        [np.datetime64("NaT", "D") if np.isnan(one) else START + np.timedelta64(int(one), "D") for one in days],
        dtype="datetime64[D]",
    )
    length = np.broadcast_to(np.asarray(cycle, dtype=float), (n,))
    closed = np.where(y >= 0, opened + length.astype("timedelta64[D]"), np.datetime64("NaT", "D"))
    empty = np.full(n, np.nan)
    codes = np.array([f"a{one:05}" for one in owner], dtype=object)
    given: dict[str, Any] = {
        "deal_id": np.array([f"d{one:05}" for one in range(n)], dtype=object),
        "account_id": codes,
        "name": np.array([f"Company {one}" for one in owner], dtype=object),
        "account": owner,
        "outcome": y,
        "opened": opened,
        "closed": closed,
        "amount": empty.copy(),
        "cycle_days": np.where(y >= 0, length, np.nan),
        "started": np.full(n, np.datetime64("NaT", "D")),
        "months": empty.copy(),
        "ended": np.zeros(n, dtype=bool),
        "arr": empty.copy(),
        "margin": empty.copy(),
        "source": np.full(n, None, dtype=object),
        "initiated_by": np.full(n, None, dtype=object),
        "owner": np.full(n, None, dtype=object),
        "facts": tuple(facts),
        "reach": reach,
        "in_time": bool(np.mean(~np.isnat(opened)) > 0.5),
        "as_of": AS_OF,
    }
    return Evidence(**(given | columns))


def drawn(generator: np.random.Generator, log_odds: np.ndarray) -> np.ndarray:
    """Outcomes with these log odds of winning."""
    won: np.ndarray = (generator.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))).astype(np.int64)
    return won


def binned_of(made: Evidence, names: Sequence[str] | None = None) -> list[Binned]:
    """The searchable forms of all its facts."""
    return [one for fact in made.facts if names is None or fact.name in names for one in bin_fact(fact, made.account)]


def noise(generator: np.random.Generator, account: np.ndarray) -> list[Fact]:
    """Ten facts of accounts that say nothing: numbers, categories, flags, tools."""
    accounts = int(account.max()) + 1
    names = np.array(["retail", "saas", "health", "bank", "media"])
    bag = np.array(["okta", "jira", "slack", "azure", "zoom"])
    size = np.round(np.exp(generator.normal(5, 1, accounts)))
    made = [number("employees", size[account]), number("age", generator.integers(1, 60, accounts)[account])]
    texts = ("industry", "country", "stage")
    made += [category(name, names[generator.integers(0, 5, accounts)][account]) for name in texts]
    made += [flag(name, generator.integers(0, 2, accounts)[account]) for name in ("public", "sso", "remote")]
    held = [bag[generator.random(5) < 0.4].tolist() for _ in range(accounts)]
    return [*made, tools("tech", [held[one] for one in account])]


def sold(
    generator: np.random.Generator,
    won: np.ndarray,
    *facts: Fact,
    hazard: np.ndarray | float = 0.03,
    amount: np.ndarray | float = 10_000.0,
    margin: np.ndarray | float | None = None,
    **columns: Any,
) -> Evidence:
    """Deals whose winners are then customers: they leave at a monthly `hazard` and are seen for two years at most."""
    n = len(won)
    stays = generator.exponential(1 / np.broadcast_to(np.asarray(hazard, dtype=float), (n,)))
    seen = generator.uniform(3, 24, n)
    worth = np.exp(np.log(np.broadcast_to(np.asarray(amount, dtype=float), (n,))) + generator.normal(0, 0.4, n))
    there = won == 1
    made = evidence(won, *facts, reach="wins+value+retention", **columns)
    left = np.full(n, np.nan) if margin is None else np.broadcast_to(np.asarray(margin, dtype=float), (n,))
    return replace(
        made,
        months=np.where(there, np.minimum(stays, seen), np.nan),
        ended=there & (stays < seen),
        amount=np.where(there, worth, np.nan),
        margin=np.where(there, left + generator.normal(0, 0.02, n), np.nan),
        started=np.where(there, made.closed, np.datetime64("NaT", "D")),
    )
