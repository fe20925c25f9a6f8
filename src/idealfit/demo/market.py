"""Every account of the made-up market: what it is, and how head count and funding changed with time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from idealfit.demo import vocabulary as words
from idealfit.demo.plan import Plan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NEVER = 1_000_000
"""A day after every other: 'no change'."""


@dataclass(frozen=True)
class Course:
    """A number that changes by steps: `values[:, 0]` at first, `values[:, k]` from the sorted `days[:, k - 1]` on."""

    days: Ints
    values: Ints

    def at(self, accounts: Ints, day: Ints) -> Ints:
        """The value of each of `accounts` at the end of `day`."""
        passed = (self.days[accounts] <= day[:, None]).sum(axis=1)
        found: Ints = self.values[accounts, passed]
        return found

    def stepped(self, accounts: Ints, day: Ints, change: Floats, *, most: int, add: bool = False) -> Course:
        """The course with one more change for `accounts`: times `change` (or plus it) from `day` on."""
        extra = np.full(len(self.days), NEVER)
        extra[accounts] = day
        by = np.full(len(self.days), 0.0 if add else 1.0)
        by[accounts] = change
        days = np.column_stack([self.days, extra])
        order = np.argsort(days, axis=1, kind="stable")
        # the new change enters after the values that hold before it, and moves all that follow
        before = (self.days <= extra[:, None]).sum(axis=1)
        width = self.values.shape[1] + 1
        column = np.arange(width)[None, :]
        source = np.minimum(np.where(column > before[:, None], column - 1, column), width - 2)
        base = np.take_along_axis(self.values, source, axis=1).astype(float)
        moved = base + by[:, None] if add else base * by[:, None]
        values = np.where(column > before[:, None], moved, base)
        return Course(
            np.take_along_axis(days, order, axis=1), np.clip(np.rint(values), 0 if add else 1, most).astype(np.int64)
        )


@dataclass(frozen=True)
class Market:
    """The accounts as columns; categories are codes into the plan's levels."""

    size: int
    names: list[str]
    stems: list[str]
    categories: dict[str, Ints]
    flags: dict[str, Bools]
    numbers: dict[str, Ints]
    tools: Bools
    employees: Course
    funding: Course

    def with_courses(self, employees: Course, funding: Course) -> Market:
        """The same market after head count and funding have moved."""
        return replace(self, employees=employees, funding=funding)


def make_market(plan: Plan, size: int, rng: np.random.Generator) -> Market:
    """Draw `size` accounts."""
    categories = {
        name: rng.choice(len(levels), size=size, p=np.asarray(shares) / sum(shares)).astype(np.int64)
        for name, (levels, shares) in plan.levels.items()
    }
    flags = {name: rng.random(size) < share for name, share in plan.flags.items()}
    numbers = {
        name: np.maximum(1, np.rint(np.exp(rng.normal(mean, spread, size)))).astype(np.int64)
        for name, (mean, spread) in plan.numbers.items()
    }
    numbers["founded_year"] = 2024 - np.minimum(110, np.rint(rng.gamma(1.8, 11.0, size))).astype(np.int64)
    stems = words.made_up_words(rng, size)
    employees = _employees(plan, size, rng)
    funding = _funding(plan, categories["funding_stage"], rng)
    tools = rng.random((size, len(plan.tools))) < np.array([share for _, share in plan.tools])
    return Market(
        size,
        _names(plan, stems, categories["country"], rng),
        stems,
        categories,
        flags,
        numbers,
        tools,
        employees,
        funding,
    )


def _names(plan: Plan, stems: list[str], country: Ints, rng: np.random.Generator) -> list[str]:
    countries = plan.levels["country"][0]
    trades = rng.integers(len(words.TRADES), size=len(stems))
    forms = rng.random(len(stems))
    names = []
    for stem, trade, code, form in zip(stems, trades, country, forms, strict=True):
        legal = words.LEGAL_FORMS[countries[code]]
        ending = f" {legal[int(form * 2 * len(legal))]}" if form < 0.5 else ""
        names.append(f"{stem} {words.TRADES[trade]}{ending}")
    return names


def _employees(plan: Plan, size: int, rng: np.random.Generator) -> Course:
    mean, spread = plan.size
    start = np.clip(np.rint(np.exp(rng.normal(mean, spread, size))), 2, 90_000).astype(np.int64)
    drift = 0.45 if plan.recipe == "plain" else 0.12
    return _course(plan, start, np.exp(rng.normal(0.05, drift, (size, 4))), rng, most=150_000, add=False)


def _funding(plan: Plan, start: Ints, rng: np.random.Generator) -> Course:
    steps = (rng.random((len(start), 4)) < (0.45 if plan.recipe == "plain" else 0.1)).astype(float)
    return _course(plan, start, steps, rng, most=len(words.FUNDING_STAGES) - 1, add=True)


def _course(plan: Plan, start: Ints, change: Floats, rng: np.random.Generator, *, most: int, add: bool) -> Course:
    size, steps = len(start), change.shape[1]
    many = np.minimum(rng.poisson(1.3, size), steps).astype(np.int64)
    drawn = np.sort(rng.integers(plan.records_from, plan.last_day, (size, steps)), axis=1)
    days = np.where(np.arange(steps)[None, :] < many[:, None], drawn, NEVER)
    moved = start[:, None] + np.cumsum(change, axis=1) if add else start[:, None] * np.cumprod(change, axis=1)
    values = np.column_stack([start, np.clip(np.rint(moved), 0 if add else 1, most).astype(np.int64)])
    return Course(days, values)
