"""Axes: round steps, and where a figure lies between two ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["share", "times", "money", "count", "months"]


@dataclass(frozen=True)
class Scale:
    """Figures from `low` to `high` between the places `start` and `end` of the drawing, with round `ticks`."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where a figure lies; one beyond an end lies at it."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def scale(low: float, high: float, start: float, end: float, *, ticks: int = 5, most: float | None = None) -> Scale:
    """A scale whose ends are round and hold `low` and `high`; none goes beyond `most`."""
    if not high > low:
        high = low + (abs(low) or 1.0)
    step = round_step((high - low) / max(1, ticks))
    first, last = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if most is not None:
        last = min(last, most)
    count = round((last - first) / step + 1e-9)
    marks = [first + number * step for number in range(int(count) + 1)]
    return Scale(first, last, start, end, tuple(round(mark, 10) for mark in marks if mark <= last + 1e-9))


def round_step(wanted: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is no less than wanted."""
    size = 10.0 ** math.floor(math.log10(wanted))
    return next(times * size for times in (1, 2, 2.5, 5, 10) if times * size >= wanted * (1 - 1e-9))


def worded(value: float, form: Form, step: float = 0.0) -> str:
    """A figure as it stands at an axis or beside a mark; `step`: how far apart those of the axis are."""
    if form == "share":
        digits = 1 if 0 < step < 0.01 else 0
        return f"{100 * value:.{digits}f}%"
    if form == "times":
        return f"{value:.1f}\N{MULTIPLICATION SIGN}" if not 0 < step < 0.1 else f"{value:.2f}\N{MULTIPLICATION SIGN}"
    if form == "months":
        return f"{value:.0f}"
    return short(value)


def short(value: float) -> str:
    """12,345,000 as 12.3M, 4,100 as 4,100 and 41,000 as 41K."""
    for size, sign in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(value) >= size:
            of = 1e3 if sign == "K" else size
            return f"{value / of:,.3g}{sign}"
    return f"{value:,.0f}" if abs(value) >= 10 or float(value).is_integer() else f"{value:,.2g}"
