"""Charts as SVG, drawn here: shapes with classes, which the style sheets colour; a table beside has the numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

SIDE: Final = 400
"""The plane's side in units of the drawing."""


@dataclass(frozen=True)
class Square:
    """One step of the plane: its corner and side in the drawing, how many accounts, and what it stands for."""

    x: float
    y: float
    side: float
    count: int
    words: str


@dataclass(frozen=True)
class Plane:
    """Fit from left to right, timing from bottom to top, both 0 to 100. `chosen`: x, y, width, height of the region
    that is filtered. `limits`: where the tiers begin, in the drawing.
    """

    side: int
    squares: tuple[Square, ...]
    limits: tuple[tuple[float, str], ...]
    chosen: tuple[float, float, float, float] | None


def plane(
    counts: Any,
    tiers: tuple[float, float] | None,
    fit: tuple[float | None, float | None],
    timing: tuple[float | None, float | None],
) -> Plane:
    """The plane of `counts` (timing by fit, in equal steps); `tiers`: the least fit of A and of B; `fit` and `timing`:
    the ranges that are filtered.
    """
    steps = len(counts)
    step, most = SIDE / steps, max(1, int(counts.max()))
    squares = []
    for up in range(steps):
        for across in range(steps):
            count = int(counts[up][across])
            if count:
                # the area tells the number, so the side its root; none is too small to be seen
                side = max(2.5, (step - 1.5) * math.sqrt(count / most))
                x, y = (across + 0.5) * step - side / 2, SIDE - (up + 0.5) * step - side / 2
                words = f"{count:,} with fit {_range(across, steps)} and timing {_range(up, steps)}"
                squares.append(Square(round(x, 1), round(y, 1), round(side, 1), count, words))
    limits = tuple((round(SIDE * one / 100, 1), name) for one, name in zip(tiers or (), ("A", "B"), strict=False))
    chosen = None
    if any(end is not None for end in (*fit, *timing)):
        left, right = _ends(fit)
        low, high = _ends(timing)
        chosen = (left, SIDE - high, right - left, high - low)
    return Plane(SIDE, tuple(squares), limits, chosen)


def _ends(both: tuple[float | None, float | None]) -> tuple[float, float]:
    least, most = both
    return SIDE * (least or 0) / 100, SIDE * (100 if most is None else min(most, 100)) / 100


def _range(place: int, steps: int) -> str:
    return f"{place * 100 // steps} to {(place + 1) * 100 // steps}"
