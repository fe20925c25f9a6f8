"""A segment's money, told step by step: what it pays, what support takes, how long it stays, what winning it costs.

'The segment you love loses money' is a statement that nobody believes without its arithmetic. Every step has one figure
for the segment and one for the other customers, the ids of the records behind both, and follows from the steps before
it: a reader with a pocket calculator comes to the same last line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from idealfit.evidence.economics import Economics, months_within
from idealfit.evidence.table import Evidence, Flags
from idealfit.patterns.price import number

FEWEST_CUSTOMERS = 5
MOST_IDS = 5_000

Plot: TypeAlias = Literal["loses money", "wins, then leaves", "wins, then costs", "is worth less", "is worth more"]


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: for the segment (`match`) and for the others (`rest`), in `unit` a customer."""

    what: str
    match: float
    rest: float
    unit: str
    how: str


@dataclass(frozen=True)
class Story:
    """The steps in order, the last one what is left of a customer; `records` ids of deals or customers by side."""

    plot: Plot
    steps: tuple[Step, ...]
    assumed: tuple[str, ...]
    customers: tuple[int, int]
    records: dict[str, dict[str, list[str]]]

    @property
    def left(self) -> tuple[float, float]:
        """What is left of a customer within the horizon, in the segment and elsewhere."""
        return self.steps[-1].match, self.steps[-1].rest

    def as_dict(self) -> dict[str, Any]:
        """The story as it stands in evidence.json."""
        return {
            "plot": self.plot,
            "customers": {"match": self.customers[0], "rest": self.customers[1]},
            "steps": [
                {
                    "what": one.what,
                    "match": number(one.match),
                    "rest": number(one.rest),
                    "unit": one.unit,
                    "how": one.how,
                }
                for one in self.steps
            ],
            "assumed": list(self.assumed),
            "records": self.records,
        }


def story_of(inside: Flags, outside: Flags, evidence: Evidence, economics: Economics) -> Story | None:
    """The story of the rows `inside` against those `outside` (flags by row; unknown rows in neither).

    None where fewer than five customers with a revenue are on either side. Means are plain means over customers; months
    are restricted means within the horizon, since most customers are still there.
    """
    paying = np.isfinite(economics.months) & np.isfinite(economics.yearly) & (evidence.outcome == 1)
    sides = (inside & paying, outside & paying)
    if min(int(side.sum()) for side in sides) < FEWEST_CUSTOMERS:
        return None
    yearly = [float(economics.yearly[side].mean()) for side in sides]
    kept = [
        float((economics.yearly * economics.kept_share)[side].sum() / economics.yearly[side].sum()) for side in sides
    ]
    support = [
        12 * float(np.nansum(economics.support[side]) / economics.months[side].sum()) if economics.has_support else 0.0
        for side in sides
    ]
    months = [months_within(economics.months[side], evidence.ended[side], economics.horizon) for side in sides]
    rates, cost = _to_win(inside, outside, evidence, economics)
    steps = [
        Step("win rate", rates[0], rates[1], "of closed deals", "won deals over closed deals"),
        Step("revenue a year", yearly[0], yearly[1], "money", "mean contract value of those who became customers"),
        Step(
            "cost of sales a year",
            *(-(1 - k) * y for k, y in zip(kept, yearly, strict=True)),
            "money",
            "revenue less its gross margin",
        ),
    ]
    if economics.has_support:
        steps.append(
            Step("support a year", -support[0], -support[1], "money", "cost of tickets over years as a customer")
        )
    a_year = [y * k - s for y, k, s in zip(yearly, kept, support, strict=True)]
    horizon = f"{economics.horizon:g} months"
    steps += [
        Step("left of a year", a_year[0], a_year[1], "money", "the lines of money above, added"),
        Step(
            f"months kept of {economics.horizon:g}",
            months[0],
            months[1],
            "months",
            "mean stay, those still there counted as such",
        ),
        Step(
            f"left in {horizon}",
            *(a * m / 12 for a, m in zip(a_year, months, strict=True)),
            "money",
            "left of a year times months kept over 12",
        ),
    ]
    if economics.cost_to_work:
        steps.append(
            Step("cost to win one", -cost[0], -cost[1], "money", "cost of working an account over the win rate")
        )
    left = [a * m / 12 - c for a, m, c in zip(a_year, months, cost, strict=True)]
    steps.append(
        Step(
            "left per customer",
            left[0],
            left[1],
            "money",
            "the two lines above, added" if economics.cost_to_work else "the line above",
        )
    )
    counts = (int(sides[0].sum()), int(sides[1].sum()))
    return Story(
        _plot(rates, support, yearly, months, left),
        tuple(steps),
        _assumed(economics),
        counts,
        _records(inside, outside, sides, evidence),
    )


def _to_win(inside: Flags, outside: Flags, evidence: Evidence, economics: Economics) -> tuple[list[float], list[float]]:
    """The win rate of either side, and what it costs there to win one: every account worked is paid for by the wins."""
    rates, cost = [], []
    for side in (inside, outside):
        won, closed = int(np.sum(side & (evidence.outcome == 1))), int(np.sum(side & (evidence.outcome >= 0)))
        rates.append(won / closed if closed else 0.0)
        cost.append(economics.cost_to_work * closed / won if won else 0.0)
    return rates, cost


def _plot(
    rates: list[float], support: list[float], yearly: list[float], months: list[float], left: list[float]
) -> Plot:
    if left[0] < 0 <= left[1]:
        return "loses money"
    if left[0] >= left[1]:
        return "is worth more"
    if rates[0] > rates[1] and months[0] < 0.85 * months[1]:
        return "wins, then leaves"
    if rates[0] > rates[1] and support[0] / yearly[0] > 1.25 * support[1] / yearly[1]:
        return "wins, then costs"
    return "is worth less"


def _assumed(economics: Economics) -> tuple[str, ...]:
    said = []
    if not economics.gross_known:
        said.append(f"{economics.gross_share:.0%} of revenue is left after the cost of sales, for every customer")
    if not economics.cost_to_work:
        said.append("working an account costs nothing: nobody gave a cost")
    if not economics.has_support:
        said.append("support costs nothing: no tickets with a cost are on record")
    return tuple(said)


def _records(
    inside: Flags, outside: Flags, sides: tuple[Flags, Flags], evidence: Evidence
) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for name, side, paying in (("match", inside, sides[0]), ("rest", outside, sides[1])):
        closed = side & (evidence.outcome >= 0)
        found[name] = {
            "deals": [str(one) for one in evidence.deal_id[closed][:MOST_IDS]],
            "customers": [str(one) for one in evidence.account_id[paying][:MOST_IDS]],
            "left": [str(one) for one in evidence.account_id[paying & evidence.ended][:MOST_IDS]],
        }
    return found
