"""Curves of who is still there, in steps, with their intervals; under the axis how many were at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idealfit.frontends.web.drawing.axis import Scale, scale, worded
from idealfit.frontends.web.drawing.picture import DASHES, Mark, Picture, apart, cut, dot, line, n, path, text, width_of
from idealfit.workspace.charting import StayCurve, month_ticks

TOP, PLOT, LINE = 14, 210, 18


@dataclass(frozen=True)
class Staying:
    """A curve, what it is of, and how it is drawn."""

    label: str
    curve: StayCurve
    colour: str
    style: int


def staying(name: str, title: str, words: str, curves: Sequence[Staying], *, width: int) -> Picture:
    """Shares from the whole down, months to the right; `curves` must not be empty."""
    longest = max(width_of(one.label) for one in curves)
    left = max(50.0, min(longest + 36, width * 0.3))
    right = min(longest + 14, width * 0.22)
    until = max(one.curve.until for one in curves)
    end = until if until > 0 else 1.0
    across = Scale(0.0, end, left, width - right, month_ticks(end, 7 if width >= 400 else 5))
    least = min(min(one.curve.low) for one in curves)
    up = scale(0.0 if least < 0.6 else 0.5, 1.0, TOP + PLOT, TOP, ticks=4 if least < 0.6 else 5, most=1.0)
    marks: list[Mark] = []
    for tick in up.ticks:
        marks.append(line("p-grid", left, up.at(tick), width - right, up.at(tick)))
        marks.append(text(worded(tick, "share"), left - 8, up.at(tick) + 4, anchor="end"))
    for tick in across.ticks:
        marks.append(line("p-axis", across.at(tick), TOP + PLOT, across.at(tick), TOP + PLOT + 4))
        marks.append(text(worded(tick, "months"), across.at(tick), TOP + PLOT + 18, anchor="middle"))
    marks.append(line("p-axis", left, TOP + PLOT, width - right, TOP + PLOT))
    marks.append(text("Months as a customer", (left + width - right) / 2, TOP + PLOT + 36, anchor="middle"))
    for one in curves:
        marks += _curve(one, across, up)
    ends = apart((up.at(one.curve.share[-1]) for one in curves), 15)
    for one, y in zip(curves, ends, strict=True):
        x = across.at(one.curve.until)
        marks.append(dot(one.colour, one.style, x, up.at(one.curve.share[-1]), 3.5))
        marks.append(text(cut(one.label, width - x - 10), x + 9, y + 4, kind=f"p-t p-l p-own k-{one.colour}"))
    y = TOP + PLOT + 62
    marks.append(text("Still customers then", 0, y, kind="p-t p-s p-b"))
    for at, one in enumerate(curves):
        y = TOP + PLOT + 62 + (at + 1) * LINE
        marks.append(text(cut(one.label, left - 22), left - 20, y, kind="p-t p-l", anchor="end"))
        marks += [
            text(f"{one.curve.at_risk(tick):,}", across.at(tick), y, anchor="middle")
            for tick in across.ticks
            if one.curve.at_risk(tick)
        ]
    return Picture(name, title, words, width, int(y + 12), tuple(marks))


def _curve(one: Staying, across: Scale, up: Scale) -> list[Mark]:
    """The band of the interval, and the steps over it; steps that nobody could see apart are drawn as one."""
    steps: list[tuple[float, float, float, float]] = []
    for month, share, low, high in zip(one.curve.months, one.curve.share, one.curve.low, one.curve.high, strict=True):
        step = (across.at(month), up.at(share), up.at(low), up.at(high))
        if steps and step[0] - steps[-1][0] < 0.7:
            step = (steps[-1][0], *step[1:])
            steps.pop()
        steps.append(step)
    end = across.at(one.curve.until)
    way = f"M{n(steps[0][0])} {n(steps[0][1])}" + "".join(f"H{n(x)}V{n(y)}" for x, y, _low, _high in steps[1:])
    over = f"M{n(steps[0][0])} {n(steps[0][3])}" + "".join(f"H{n(x)}V{n(high)}" for x, _y, _low, high in steps[1:])
    back = []
    beyond = end
    for x, _y, low, _high in reversed(steps):
        back.append(f"L{n(beyond)} {n(low)}H{n(x)}")
        beyond = x
    return [
        path(f"p-band k-{one.colour}", f"{over}H{n(end)}{''.join(back)}Z"),
        path(f"p-line k-{one.colour}", f"{way}H{n(end)}", dash=DASHES[one.style]),
    ]
