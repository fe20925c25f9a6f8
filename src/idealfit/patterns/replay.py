"""The last quarters worked by a profile: deals skipped, days saved, wins given up by name, churn avoided, value kept.

Every deal of a quarter is worked, skipped or not told (too little was known of its account): the three are all deals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.economics import Economics
from idealfit.evidence.table import Evidence, Flags, Floats
from idealfit.patterns.backtest import worth_of

TIERS = ("A", "B", "C", "excluded", "unknown")
MONTHS_A_QUARTER = 3

Built: TypeAlias = Literal["before each quarter", "on these deals", "before these deals", "not known"]
"""When the profile came to be, seen from the deals that it is replayed on: only the first and third are a test."""


@dataclass(frozen=True)
class Win:
    """A win that would have been given up, and what it had become by the as-of."""

    deal_id: str
    account_id: str
    name: str
    amount: float | None
    tier: str
    left: bool | None


@dataclass(frozen=True)
class Part:
    """The deals of one decision (worked, skipped, not told). Sums are over what is known, None where nothing is.

    `customers` of the wins that were followed, `customers_left` those that left by the as-of; `worth` what the wins
    turned out to be worth (contract value times margin times the share of two years kept).
    """

    deals: int
    won: int
    lost: int
    open: int
    accounts: int
    amount: float | None
    worth: float | None
    customers: int
    customers_left: int
    support_cost: float | None
    days_open: float | None
    days_worked: float | None
    records: tuple[str, ...]


@dataclass(frozen=True)
class Quarter:
    """One quarter, or all of them together: what would have been worked, skipped, and not told, and the wins given up.

    `tiers` counts all deals by the tier that their account would have had.
    """

    name: str
    start: date
    end: date
    worked: Part
    skipped: Part
    untold: Part
    tiers: dict[str, int]
    given_up: tuple[Win, ...]

    @property
    def deals(self) -> int:
        """All deals opened in it."""
        return self.worked.deals + self.skipped.deals + self.untold.deals

    @property
    def by_chance(self) -> float:
        """The wins that would be kept by working as many of the worked and skipped deals, picked without looking."""
        told = self.worked.deals + self.skipped.deals
        return (self.worked.won + self.skipped.won) * self.worked.deals / told if told else 0.0


@dataclass(frozen=True)
class Level:
    """All quarters together at one tier or capacity."""

    name: str
    total: Quarter


@dataclass(frozen=True)
class Replay:
    """`quarters` at the level asked for, `total` all of them, `levels` the total at every tier (and the capacity)."""

    level: str
    quarters: tuple[Quarter, ...]
    total: Quarter
    levels: tuple[Level, ...]


def last_quarters(as_of: date, count: int) -> tuple[tuple[date, date], ...]:
    """The last `count` calendar quarters that had ended by `as_of`, oldest first: first and last day of each."""
    month = (as_of.month - 1) // MONTHS_A_QUARTER * MONTHS_A_QUARTER
    place = as_of.year * 12 + month
    if _last_day(place) == as_of:  # the quarter ends on this very day
        place += MONTHS_A_QUARTER
    firsts = [place - MONTHS_A_QUARTER * back for back in range(count, 0, -1)]
    return tuple((date(first // 12, first % 12 + 1, 1), _last_day(first)) for first in firsts)


def _last_day(first: int) -> date:
    after = first + MONTHS_A_QUARTER
    return date.fromordinal(date(after // 12, after % 12 + 1, 1).toordinal() - 1)


def replay_of(
    evidence: Evidence,
    economics: Economics,
    tiers: NDArray[np.str_],
    order: Floats,
    quarters: Sequence[tuple[date, date]],
    *,
    level: str = "AB",
    capacity: int | None = None,
) -> Replay:
    """Replay `quarters`. `tiers` and `order` (higher first, NaN last) are one value a row of the evidence, as they were
    the day before the deal opened. With `capacity` the first so many deals of each quarter in that order are worked.
    """
    spans = [in_span(evidence, start, end) for start, end in quarters]
    names = [_name(start) for start, _end in quarters]
    wanted = str(capacity) if capacity is not None else level
    levels = ["A", "AB", "ABC"] + ([wanted] if capacity is not None else [])
    worked = {name: _worked(name, tiers, order, spans, capacity) for name in levels}
    told = {name: tiers != "unknown" if name != str(capacity) else np.ones(len(tiers), bool) for name in levels}
    worth = worth_of(evidence)

    def quarter(name: str, level: str, rows: Flags, start: date, end: date) -> Quarter:
        return _quarter(evidence, economics, worth, tiers, name, rows, worked[level], told[level], start, end)

    whole = np.logical_or.reduce(spans) if spans else np.zeros(evidence.rows, bool)
    first, last = quarters[0][0], quarters[-1][1]
    made = tuple(quarter(name, wanted, rows, *span) for name, rows, span in zip(names, spans, quarters, strict=True))
    totals = tuple(Level(name, quarter("all", name, whole, first, last)) for name in levels)
    return Replay(wanted, made, quarter("all", wanted, whole, first, last), totals)


def in_span(evidence: Evidence, start: date, end: date) -> Flags:
    """Which rows were opened from `start` to `end`, both included."""
    days = evidence.opened.astype("datetime64[D]")
    found: Flags = (days >= np.datetime64(start)) & (days <= np.datetime64(end))
    return found


def _name(start: date) -> str:
    return f"{start.year} Q{(start.month - 1) // MONTHS_A_QUARTER + 1}"


def _worked(level: str, tiers: NDArray[np.str_], order: Floats, spans: Sequence[Flags], capacity: int | None) -> Flags:
    """Which rows are worked at a level: those of its tiers, or the first `capacity` of each span."""
    if level != str(capacity):
        return np.isin(tiers, list(level))
    chosen = np.zeros(len(tiers), dtype=bool)
    for span in spans:
        rows = np.flatnonzero(span & (tiers != "excluded"))
        ranked = rows[np.argsort(-np.where(np.isnan(order[rows]), -np.inf, order[rows]), kind="stable")]
        chosen[ranked[: capacity or 0]] = True
    return chosen


def _quarter(
    evidence: Evidence,
    economics: Economics,
    worth: Floats | None,
    tiers: NDArray[np.str_],
    name: str,
    rows: Flags,
    worked: Flags,
    told: Flags,
    start: date,
    end: date,
) -> Quarter:
    skipped = rows & told & ~worked
    counts = {tier: int(np.sum(rows & (tiers == tier))) for tier in TIERS}
    return Quarter(
        name,
        start,
        end,
        _part(evidence, economics, worth, rows & worked),
        _part(evidence, economics, worth, skipped),
        _part(evidence, economics, worth, rows & ~told & ~worked),
        counts,
        _wins(evidence, economics, tiers, skipped),
    )


def _amount(evidence: Evidence, economics: Economics) -> Floats:
    amount: Floats = np.where(np.isfinite(evidence.amount), evidence.amount, economics.yearly)
    return amount


def _part(evidence: Evidence, economics: Economics, worth: Floats | None, rows: Flags) -> Part:
    won, closed = rows & (evidence.outcome == 1), rows & (evidence.outcome >= 0)
    followed = won & np.isfinite(economics.months)
    support = economics.support if economics.has_support else np.full(evidence.rows, np.nan)
    return Part(
        deals=int(rows.sum()),
        won=int(won.sum()),
        lost=int(np.sum(rows & (evidence.outcome == 0))),
        open=int(np.sum(rows & (evidence.outcome == -1))),
        accounts=len(np.unique(evidence.account[rows])),
        amount=_sum(_amount(evidence, economics), won),
        worth=None if worth is None else float(worth[won].sum()),
        customers=int(followed.sum()),
        customers_left=int(np.sum(followed & evidence.ended)),
        support_cost=_sum(support, followed),
        days_open=_sum(economics.days_open, closed),
        days_worked=_sum(economics.days_worked, closed),
        records=tuple(str(one) for one in evidence.deal_id[rows]),
    )


def _sum(values: Floats, rows: Flags) -> float | None:
    known = values[rows & np.isfinite(values)]
    return float(known.sum()) if len(known) else None


def _wins(evidence: Evidence, economics: Economics, tiers: NDArray[np.str_], skipped: Flags) -> tuple[Win, ...]:
    """The wins among the skipped, the largest first."""
    amount = _amount(evidence, economics)
    rows = np.flatnonzero(skipped & (evidence.outcome == 1))
    rows = rows[np.argsort(-np.nan_to_num(amount[rows]), kind="stable")]
    return tuple(
        Win(
            str(evidence.deal_id[row]),
            str(evidence.account_id[row]),
            str(evidence.name[row]),
            float(amount[row]) if np.isfinite(amount[row]) else None,
            str(tiers[row]),
            bool(evidence.ended[row]) if np.isfinite(economics.months[row]) else None,
        )
        for row in rows
    )
