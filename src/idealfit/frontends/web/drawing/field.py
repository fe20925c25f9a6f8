"""Fit from left to right, timing upwards: how many accounts stand where."""

from __future__ import annotations

from itertools import pairwise

from idealfit.frontends.web.charts import Plane
from idealfit.frontends.web.drawing.picture import Mark, Picture, box, line, text

LEFT, TOP, FOOT = 54, 20, 46


def field(name: str, title: str, words: str, plane: Plane, *, width: int) -> Picture:
    """The squares of `charts.plane`, the larger the more accounts; where the tiers begin, in dashes."""
    side = min(width - LEFT - 16, 420)
    of = side / plane.side
    marks: list[Mark] = []
    for tick in (0, 25, 50, 75, 100):
        at = side * tick / 100
        marks.append(line("p-grid", LEFT + at, TOP, LEFT + at, TOP + side))
        marks.append(line("p-grid", LEFT, TOP + side - at, LEFT + side, TOP + side - at))
        marks.append(text(str(tick), LEFT + at, TOP + side + 17, anchor="middle"))
        marks.append(text(str(tick), LEFT - 8, TOP + side - at + 4, anchor="end"))
    marks += [
        box("p-dot k-main", LEFT + one.x * of, TOP + one.y * of, one.side * of, one.side * of, tip=one.words)
        for one in plane.squares
    ]
    places = sorted(at * of for at, _said in plane.limits)
    room = min((two - one for one, two in pairwise([*places, side])), default=side)
    for at, said in plane.limits:
        marks.append(line("p-ref", LEFT + at * of, TOP - 4, LEFT + at * of, TOP + side, dash="4 3"))
        marks.append(text(f"{said} from here" if room > 90 else said, LEFT + at * of, TOP - 8, kind="p-t p-s"))
    marks.append(text("Fit: who matters", LEFT + side / 2, TOP + side + 38, anchor="middle"))
    marks.append(text("Timing: when", 11, TOP + side / 2, anchor="middle", turn=True))
    return Picture(name, title, words, int(LEFT + side + 16), TOP + side + FOOT, tuple(marks))
