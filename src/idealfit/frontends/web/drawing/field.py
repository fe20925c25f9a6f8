"""Fit from left to right, timing upwards: how many accounts stand where."""

from __future__ import annotations

from itertools import pairwise

from idealfit.frontends.web.charts import Plane
from idealfit.frontends.web.drawing.picture import Mark, Picture, box, line, text

LEFT, TOP, FOOT, HIGHEST = 54, 20, 46, 290


def field(name: str, title: str, words: str, plane: Plane, *, width: int) -> Picture:
    """The squares of `charts.plane`, the larger the more accounts; where the tiers begin, in dashes. The plane itself
    may be wider than it is high.
    """
    wide = width - LEFT - 16
    high = min(wide, HIGHEST)
    across, up = wide / plane.side, high / plane.side
    marks: list[Mark] = []
    for tick in (0, 25, 50, 75, 100):
        x, y = LEFT + wide * tick / 100, TOP + high - high * tick / 100
        marks.append(line("p-grid", x, TOP, x, TOP + high))
        marks.append(line("p-grid", LEFT, y, LEFT + wide, y))
        marks.append(text(str(tick), x, TOP + high + 17, anchor="middle"))
        marks.append(text(str(tick), LEFT - 8, y + 4, anchor="end"))
    for one in plane.squares:
        half = one.side * up / 2
        x, y = LEFT + (one.x + one.side / 2) * across, TOP + (one.y + one.side / 2) * up
        marks.append(box("p-dot k-main", x - half, y - half, 2 * half, 2 * half, tip=one.words))
    places = sorted(at * across for at, _said in plane.limits)
    room = min((two - one for one, two in pairwise([*places, wide])), default=wide)
    for at, said in plane.limits:
        x = LEFT + at * across
        marks.append(line("p-ref", x, TOP - 4, x, TOP + high, dash="4 3"))
        marks.append(text(f"{said} from here" if room > 90 else said, x, TOP - 8, kind="p-t p-s"))
    marks.append(text("Fit: who matters", LEFT + wide / 2, TOP + high + 38, anchor="middle"))
    marks.append(text("Timing: when", 11, TOP + high / 2, anchor="middle", turn=True))
    return Picture(name, title, words, width, TOP + high + FOOT, tuple(marks))
