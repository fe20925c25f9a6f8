"""The churn cross-check of a whole profile: do the customers that it calls A or B stay, and is more left of them?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.economics import Economics
from idealfit.evidence.estimate import Estimate
from idealfit.evidence.retention import retention
from idealfit.evidence.table import Evidence, Flags
from idealfit.patterns.price import number

FEWEST_CUSTOMERS, FEWEST_LEFT = 10, 5
A_YEAR = 12.0
TIERS = ("A", "B", "C", "excluded", "unknown")


@dataclass(frozen=True)
class Customers:
    """The customers of some tiers: how many, how many left, the share still there after a year, what one leaves a year
    after cost of sales and support.
    """

    name: str
    customers: int
    left: int
    stay: Estimate | None
    left_a_year: Estimate | None
    records: tuple[str, ...]


@dataclass(frozen=True)
class CrossCheck:
    """A and B together against the rest, and each tier. `leaving`: the rate of leaving of A and B over that of the
    rest. `holds`: True or False where the interval leaves no doubt, else None.
    """

    best: Customers
    rest: Customers
    tiers: tuple[Customers, ...]
    leaving: Estimate
    holds: bool | None

    @property
    def warning(self) -> str | None:
        """What a head of sales must hear, if anything."""
        if self.holds is False:
            return (
                f"The customers that this profile calls A or B leave sooner than the others: {self.leaving.value:.1f} "
                f"times as often ({self.leaving.low:.1f} to {self.leaving.high:.1f}); it finds who buys, not who stays"
            )
        mine, theirs = self.best.left_a_year, self.rest.left_a_year
        if mine is not None and theirs is not None and mine.high < theirs.low:
            return (
                f"Less is left of the customers that this profile calls A or B than of the others: {mine.value:,.0f} "
                f"a year against {theirs.value:,.0f}"
            )
        return None

    def as_dict(self) -> dict[str, Any]:
        """The check as it stands in evidence.json."""
        return {
            "judged_on": "the deals that the profile was built on",
            "best": _as_dict(self.best),
            "rest": _as_dict(self.rest),
            "tiers": [_as_dict(one) for one in self.tiers],
            "leaving": _estimate(self.leaving),
            "holds": self.holds,
            "warning": self.warning,
        }


def cross_check(evidence: Evidence, economics: Economics, tiers: NDArray[np.str_]) -> CrossCheck | None:
    """The check; `tiers` one a row of the evidence, as it was the day before the deal opened. None where fewer than ten
    customers are on either side or fewer than five have left.
    """
    followed = np.isfinite(evidence.months) & (evidence.months > 0) & (evidence.outcome == 1)
    best, rest = followed & np.isin(tiers, ["A", "B"]), followed & ~np.isin(tiers, ["A", "B"])
    if min(int(best.sum()), int(rest.sum())) < FEWEST_CUSTOMERS or int(evidence.ended[followed].sum()) < FEWEST_LEFT:
        return None
    leaving = _rate_ratio(evidence, best, rest)
    holds = True if leaving.high < 1 else False if leaving.low > 1 else None
    return CrossCheck(
        _customers("A and B", evidence, economics, best),
        _customers("the rest", evidence, economics, rest),
        tuple(
            _customers(tier, evidence, economics, followed & (tiers == tier))
            for tier in TIERS
            if bool(np.any(followed & (tiers == tier)))
        ),
        leaving,
        holds,
    )


def _rate_ratio(evidence: Evidence, best: Flags, rest: Flags) -> Estimate:
    """Leavers a month of A and B over that of the rest; the log of a ratio of two Poisson rates is normal with variance
    1/a + 1/b, a half added to each count.
    """
    counts = [float(np.sum(evidence.ended[side])) + 0.5 for side in (best, rest)]
    months = [float(evidence.months[side].sum()) for side in (best, rest)]
    log = math.log(counts[0] / months[0]) - math.log(counts[1] / months[1])
    half = 1.96 * math.sqrt(1 / counts[0] + 1 / counts[1])
    return Estimate(math.exp(log), math.exp(log - half), math.exp(log + half), int(np.sum(best | rest)))


def _customers(name: str, evidence: Evidence, economics: Economics, rows: Flags) -> Customers:
    yearly = economics.yearly * economics.kept_share - 12 * np.nan_to_num(economics.support) / economics.months
    known = yearly[rows & np.isfinite(yearly)]
    left: Estimate | None = None
    if len(known) >= FEWEST_CUSTOMERS:
        mean, half = float(known.mean()), 1.96 * float(known.std(ddof=1)) / math.sqrt(len(known))
        left = Estimate(mean, mean - half, mean + half, len(known))
    return Customers(
        name,
        int(rows.sum()),
        int(evidence.ended[rows].sum()),
        retention(evidence.months[rows], evidence.ended[rows], A_YEAR) if int(rows.sum()) >= 5 else None,
        left,
        tuple(str(one) for one in evidence.account_id[rows]),
    )


def _as_dict(one: Customers) -> dict[str, Any]:
    return {
        "name": one.name,
        "customers": one.customers,
        "left": one.left,
        "stay_a_year": _estimate(one.stay),
        "left_a_year": _estimate(one.left_a_year),
        "records": list(one.records),
    }


def _estimate(one: Estimate | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"value": number(one.value), "low": number(one.low), "high": number(one.high), "n": one.n}
