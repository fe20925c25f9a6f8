"""Rates and odds with their intervals as lines with a dot, laid out here and drawn by a template; a table has the
numbers beside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 320
ROW: Final = 26
_LABELS: Final = 96
_LABELS_WIDE: Final = 190


@dataclass(frozen=True)
class Whisker:
    """One estimate: where it, and the ends of its interval, lie on the drawing from left to right, and what it says."""

    label: str
    at: float
    low: float
    high: float
    y: float
    words: str


@dataclass(frozen=True)
class Chart:
    """A chart of whiskers: its size, the marks of its axis (place, words), the rows, and where the labels end."""

    width: int
    height: int
    labels: int
    marks: tuple[tuple[float, str], ...]
    rows: tuple[Whisker, ...]


def rates(estimates: Sequence[tuple[str, Mapping[str, Any]]], *, wide: bool = False) -> Chart | None:
    """Shares (0 to 1) by a label, each with `value`, `low` and `high`; None where there are none."""
    if not estimates:
        return None
    labels = _LABELS_WIDE if wide else _LABELS
    top = min(1.0, _step(max(float(one["high"]) for _label, one in estimates)))
    across = WIDTH / top

    def place(share: float) -> float:
        return round(labels + min(max(share, 0.0), top) * across, 1)

    rows = tuple(
        Whisker(
            label,
            place(one["value"]),
            place(one["low"]),
            place(one["high"]),
            (i + 0.5) * ROW,
            f"{label}: {one['value']:.0%}, {one['low']:.0%} to {one['high']:.0%}",
        )
        for i, (label, one) in enumerate(estimates)
    )
    marks = tuple((place(top * part / 4), f"{top * part / 4:.0%}") for part in range(5))
    return Chart(labels + WIDTH + 24, len(rows) * ROW + 24, labels, marks, rows)


@dataclass(frozen=True)
class Against:
    """Two estimates on one scale that begins at nothing: value, low and high of each, in hundredths of its length."""

    one: tuple[float, float, float]
    other: tuple[float, float, float]


def against(one: Mapping[str, Any], other: Mapping[str, Any]) -> Against:
    """Both as `value`, `low` and `high`; the scale ends where the longer of them does."""
    ends = ("value", "low", "high")
    most = max(float(each[end]) for each in (one, other) for end in ends)
    places = [
        tuple(round(100 * max(0.0, float(each[end])) / most, 1) if most > 0 else 0.0 for end in ends)
        for each in (one, other)
    ]
    return Against((places[0][0], places[0][1], places[0][2]), (places[1][0], places[1][1], places[1][2]))


def _step(share: float) -> float:
    """The least round share at or above `share`."""
    return next((one for one in (0.04, 0.1, 0.2, 0.4, 0.6, 0.8) if share <= one), 1.0)


@dataclass(frozen=True)
class Odds:
    """A scale of odds on which equal ratios are equally far apart: `end` to 1 / `end`, 1 in the middle."""

    end: float
    width: int = 120

    def place(self, ratio: float) -> float:
        """Where a ratio lies on the scale."""
        share = math.log(max(ratio, 1e-9)) / math.log(self.end) / 2 + 0.5
        return round(min(max(share, 0.0), 1.0) * self.width, 1)


def odds(intervals: Sequence[Mapping[str, Any]]) -> Odds:
    """A scale that holds every interval, from half and twice the odds up to a twentieth and twenty times."""
    ends = [abs(math.log(float(one[end]))) for one in intervals for end in ("low", "high") if float(one[end]) > 0]
    return Odds(min(20.0, max(2.0, math.exp(max(ends, default=0.0)))))
