"""What a criterion is judged by where winning is not what counts: who stays, grows, praises, pays more, signs sooner.

A profile of who stays must show stays beside its criteria, not wins. The figures are those of `became` and of the won
deals, for the rows with the criterion and for those without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from idealfit.evidence.became import became
from idealfit.evidence.estimate import Estimate, Flags, Floats, median
from idealfit.evidence.table import Evidence
from idealfit.patterns.best import Best


@dataclass(frozen=True)
class _Measure:
    """`head`: the heading of its column; `form`: how a figure is written; `told`: a figure in a sentence; `of`: how
    it is taken from the rows of one side.
    """

    head: str
    form: str
    told: str
    of: Callable[[Evidence, Flags], Estimate | None]


def _became(name: str) -> Callable[[Evidence, Flags], Estimate | None]:
    def of(evidence: Evidence, rows: Flags) -> Estimate | None:
        found: Estimate | None = getattr(became(evidence, rows & (evidence.outcome == 1)), name)
        return found

    return of


def _median(values: Callable[[Evidence], Floats], unit: str) -> Callable[[Evidence, Flags], Estimate | None]:
    def of(evidence: Evidence, rows: Flags) -> Estimate | None:
        won = rows & (evidence.outcome == 1) & np.isfinite(values(evidence))
        groups = np.unique(evidence.account[won], return_inverse=True)[1].astype(np.int64)
        return median(values(evidence)[won], groups, unit)

    return of


_MEASURES: dict[Best, _Measure] = {
    "retention": _Measure("stay a year", "{:.0%}", "{} stay a year", _became("kept_year")),
    "nrr": _Measure("NRR", "{:.0%}", "{} of revenue is there after a year", _became("nrr")),
    "nps": _Measure("NPS", "{:+.0f}", "an NPS of {}", _became("nps")),
    "margin": _Measure("margin", "{:.0%}", "{} of revenue is left after support", _became("margin")),
    "deal_size": _Measure(
        "median contract",
        "{:,.0f}",
        "a median contract of {}",
        _median(lambda one: np.where(np.isfinite(one.amount), one.amount, one.arr), ""),
    ),
    "cycle": _Measure("days to sign", "{:.0f}", "{} days to sign", _median(lambda one: one.cycle_days, "days")),
}


def judged_of(best: Best, mask: Floats, evidence: Evidence) -> dict[str, Any] | None:
    """`of` (the choice), `head`, `match` and `rest` (estimates, null where fewer than five are known of), `shown`, both
    as figures with their intervals ('' where null), and `told`, both in words; None for a choice that wins say all of,
    and where neither side is known.
    """
    measure = _MEASURES.get(best)
    if measure is None:
        return None
    sides = {name: measure.of(evidence, mask == value) for name, value in (("match", 1), ("rest", 0))}
    if not any(sides.values()):
        return None
    return {
        "of": best,
        "head": measure.head,
        **{name: one.as_dict() if one is not None else None for name, one in sides.items()},
        "shown": {name: _shown(one, measure.form) for name, one in sides.items()},
        "told": {name: _told(one, measure) for name, one in sides.items()},
    }


def _shown(one: Estimate | None, form: str) -> str:
    """'54% (40% to 66%)'; '' where too few are known of."""
    return "" if one is None else f"{form.format(one.value)} ({form.format(one.low)} to {form.format(one.high)})"


def _told(one: Estimate | None, measure: _Measure) -> str:
    return "too few to tell" if one is None else f"{measure.told.format(measure.form.format(one.value))} (of {one.n:,})"


def because_judged(judged: dict[str, Any], because: str) -> str:
    """The reason of a criterion by what it is judged by, and how many were won: '54% stay a year (of 83), elsewhere 89%
    stay a year (of 240); 39 of 311 won, elsewhere 317 of 1,188.'
    """
    told = f"{judged['told']['match']}, elsewhere {judged['told']['rest']}"
    return f"{told[:1].upper()}{told[1:]}; {because.partition('; ')[0].rstrip('.')}."
