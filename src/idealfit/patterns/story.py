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
FEW_CUSTOMERS = 20
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
    months = [months_within(economics.months[side], evidence.ended[side], economics.horizon) for side in sides]
    yearly, sales, support = _a_year(sides, economics)
    rates, cost = _to_win(inside, outside, evidence, economics)
    kept = [a - b - c for a, b, c in zip(yearly, sales, support, strict=True)]
    earned = [each * stay / 12 for each, stay in zip(kept, months, strict=True)]
    left = [each - paid for each, paid in zip(earned, cost, strict=True)]
    of = f"{economics.horizon:g} months"
    rows = [
        ("win rate", rates, "share", "won deals over closed deals"),
        ("revenue a year", yearly, "money", "mean contract value of those who became customers"),
        ("cost of sales a year", [-each for each in sales], "money", "revenue less its gross margin"),
        ("support a year", [-each for each in support], "money", "cost of tickets over years as a customer"),
        ("left of a year", kept, "money", "the three lines above, added"),
        (f"months kept of {economics.horizon:g}", months, "months", "mean stay; who is still there is counted so"),
        (f"left in {of}", earned, "money", "left of a year, times months kept over 12"),
        ("cost to win one", [-each for each in cost], "money", "cost of working an account, over the win rate"),
        (f"left per customer in {of}", left, "money", "the two lines above, added"),
    ]
    steps = tuple(Step(what, float(pair[0]), float(pair[1]), unit, how) for what, pair, unit, how in rows)
    counts = (int(sides[0].sum()), int(sides[1].sum()))
    plot = _plot(rates, support, yearly, months, left)
    return Story(plot, steps, _assumed(economics, min(counts)), counts, _records(inside, outside, sides, evidence))


def _a_year(sides: tuple[Flags, Flags], economics: Economics) -> tuple[list[float], list[float], list[float]]:
    """Per customer and year on either side: revenue, cost of sales, support."""
    yearly, sales, support = [], [], []
    for side in sides:
        revenue = economics.yearly[side]
        yearly.append(float(revenue.mean()))
        sales.append(float((revenue * (1 - economics.kept_share[side])).mean()))
        paid = 12 * float(np.nansum(economics.support[side]) / economics.months[side].sum())
        support.append(paid if economics.has_support else 0.0)
    return yearly, sales, support


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


def _assumed(economics: Economics, fewest: int) -> tuple[str, ...]:
    said = []
    if fewest < FEW_CUSTOMERS:
        said.append(f"that {fewest} customers speak for all of their kind: so few could be luck")
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
