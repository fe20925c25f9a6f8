"""Whether the tiers are in order: an alarm where a lower one did better than a higher one beyond what luck explains."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PAIRS = (("A", "B"), ("B", "C"), ("A", "C"))
FIGURES = {"win_rate": "win rate", "value": "value of a deal"}


@dataclass(frozen=True)
class Alarm:
    """`lower` did better than `higher` in `figure`: by `difference`, in [`low`, `high`]."""

    higher: str
    lower: str
    figure: str
    difference: float
    low: float
    high: float

    def told(self) -> str:
        """The alarm in a sentence."""
        form = "{:+.1%}" if self.figure == "win_rate" else "{:+,.0f}"
        what = FIGURES[self.figure]
        return (
            f"The tiers are out of order: {self.lower} did better than {self.higher} in {what} on deals that the "
            f"profile had not seen ({form.format(self.difference)}, {form.format(self.low)} to "
            f"{form.format(self.high)}): do not work {self.higher} first before that is understood."
        )


def out_of_order(tiers: Sequence[Mapping[str, Any]]) -> tuple[Alarm, ...]:
    """The alarms of a backtest's tiers (`evidence.json`): pairs of which the lower one is better and the interval of
    the difference, made of the two intervals (Zou & Donner 2008, as Newcombe's for shares), excludes none.
    """
    told = {str(one.get("tier")): one for one in tiers}
    found = []
    for higher, lower in PAIRS:
        if higher not in told or lower not in told:
            continue
        for figure in FIGURES:
            above, below = told[higher].get(figure), told[lower].get(figure)
            if not above or not below or above.get("low") is None or below.get("low") is None:
                continue
            difference = below["value"] - above["value"]
            low = difference - math.hypot(below["value"] - below["low"], above["high"] - above["value"])
            high = difference + math.hypot(below["high"] - below["value"], above["value"] - above["low"])
            if low > 0:
                found.append(Alarm(higher, lower, figure, difference, low, high))
    return tuple(found)
