"""Points and lines over an axis of shares: what was said against what was seen, and how much the best so many bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from idealfit.frontends.web.drawing.axis import Form, Scale, scale, worded
from idealfit.frontends.web.drawing.picture import (
    DASHES,
    Mark,
    Picture,
    box,
    cut,
    dot,
    line,
    n,
    path,
    text,
    width_of,
)

TOP, PLOT, LEFT = 18, 240, 54


@dataclass(frozen=True)
class Point:
    """A place, with the interval of its height (None: it has none)."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    tip: str = ""


@dataclass(frozen=True)
class Series:
    """Points of one kind; `joined`: with a line."""

    label: str
    points: tuple[Point, ...]
    colour: str = "main"
    style: int = 0
    joined: bool = True


def seen_of_said(
    name: str, title: str, words: str, points: Sequence[Point], *, width: int, axes: tuple[str, str]
) -> Picture:
    """Chances that were said from left to right, what was then seen upwards; on the slanting line both are the same."""
    most = max([max(one.x, one.y, one.high or 0) for one in points])
    plot = min(PLOT, width - LEFT - 20)
    least = min(min(one.x, one.y if one.low is None else one.low) for one in points)
    up = scale(0.0 if least < 0.35 else least, most, TOP + plot, TOP, ticks=5, most=1.0)
    wide = min(width - LEFT - 20, int(plot * 1.5))
    across = Scale(up.low, up.high, LEFT, LEFT + wide, up.ticks)
    marks = _frame(across, up, "share", "share", axes, ticks_across=up.ticks)
    marks.append(line("p-ref", across.at(up.low), up.at(up.low), across.at(up.high), up.at(up.high), dash="4 3"))
    edges = [up.low, *sorted(one.x for one in points), up.high]
    low, high = max(pairwise(edges), key=lambda gap: gap[1] - gap[0])
    middle = (low + high) / 2
    marks.append(text("as said", across.at(middle) + 8, up.at(middle) + 14, kind="p-t p-s"))
    for one in points:
        marks += _whisker(one, across, up, "main")
        marks.append(dot("main", 0, across.at(one.x), up.at(one.y), 5, tip=one.tip))
    return Picture(name, title, words, int(LEFT + wide + 20), TOP + plot + 48, tuple(marks))


def lines(
    name: str,
    title: str,
    words: str,
    series: Sequence[Series],
    *,
    width: int,
    axes: tuple[str, str],
    form: Form,
    usual: tuple[float, str],
) -> Picture:
    """Several lines over shares of 0 to 1, the first with a band; `usual`: the height to compare with, and its name."""
    right = width - 14
    ends = [
        end for one in series for point in one.points for end in (point.y, point.low, point.high) if end is not None
    ]
    up = scale(min(usual[0], *ends) * 0.999, max(ends), TOP + PLOT, TOP, ticks=5)
    across = Scale(0.0, 1.0, LEFT, right, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0) if width >= 400 else (0.0, 0.5, 1.0))
    marks = _frame(across, up, "share", form, axes, ticks_across=across.ticks)
    marks.append(line("p-ref", LEFT, up.at(usual[0]), right, up.at(usual[0]), dash="4 3"))
    marks.append(text(usual[1], LEFT + 6, up.at(usual[0]) + 14, kind="p-t p-s"))
    for one in series:
        marks += _series(one, across, up)
    for at, one in enumerate(series):
        marks += _legend(one, right, TOP + 12 + 18 * at, width * 0.5)
    return Picture(name, title, words, width, TOP + PLOT + 48, tuple(marks))


def _legend(one: Series, right: float, y: float, room: float) -> list[Mark]:
    """A line's name with a piece of it, ending at `right`: where lines of this kind fall there is room."""
    words = cut(one.label, room)
    return [
        text(words, right, y + 4, kind=f"p-t p-l p-own k-{one.colour}", anchor="end"),
        line(
            f"p-line k-{one.colour}",
            right - width_of(words) - 40,
            y,
            right - width_of(words) - 12,
            y,
            dash=DASHES[one.style],
        ),
        dot(one.colour, one.style, right - width_of(words) - 26, y, 3.5),
    ]


def _series(one: Series, across: Scale, up: Scale) -> list[Mark]:
    marks = []
    banded = [point for point in one.points if point.low is not None and point.high is not None]
    if one.joined and len(banded) > 1:
        over = "L".join(f"{n(across.at(point.x))} {n(up.at(point.high or 0))}" for point in banded)
        under = "L".join(f"{n(across.at(point.x))} {n(up.at(point.low or 0))}" for point in reversed(banded))
        marks.append(path(f"p-band k-{one.colour}", f"M{over}L{under}Z"))
    if one.joined:
        way = "L".join(f"{n(across.at(point.x))} {n(up.at(point.y))}" for point in one.points)
        marks.append(path(f"p-line k-{one.colour}", f"M{way}", dash=DASHES[one.style]))
    marks += [
        dot(one.colour, one.style, across.at(point.x), up.at(point.y), 3.5, tip=point.tip) for point in one.points
    ]
    return marks


def _whisker(one: Point, across: Scale, up: Scale, colour: str) -> list[Mark]:
    if one.low is None or one.high is None:
        return []
    x, low, high = across.at(one.x), up.at(one.low), up.at(one.high)
    return [path(f"p-line k-{colour}", f"M{n(x)} {n(low)}V{n(high)}M{n(x - 5)} {n(low)}h10M{n(x - 5)} {n(high)}h10")]


def bars(
    name: str,
    title: str,
    words: str,
    points: Sequence[tuple[str, Point]],
    *,
    width: int,
    axes: tuple[str, str],
    form: Form,
    usual: tuple[float, str] | None = None,
) -> Picture:
    """One bar a label, with its interval; `usual`: a height to compare with."""
    heights = [end for _label, one in points for end in (one.y, one.low, one.high) if end is not None]
    up = scale(min(0.0, *heights), max(*heights, usual[0] if usual else 0.0), TOP + PLOT, TOP, ticks=5)
    right = width - 8
    across = Scale(0.0, float(len(points)), LEFT, right, ())
    marks = _frame(across, up, "count", form, axes, ticks_across=())
    room = (right - LEFT) / len(points)
    step = 2 if any(width_of(label) > room for label, _one in points) else 1  # every other label where they are wide
    ground = up.at(0.0)
    for at, (label, one) in enumerate(points):
        middle, top = across.at(at + 0.5), up.at(one.y)
        thick = min(room * 0.62, 44)
        marks.append(box("p-bar k-main", middle - thick / 2, min(top, ground), thick, abs(ground - top), tip=one.tip))
        if one.low is not None and one.high is not None:
            low, high = up.at(one.low), up.at(one.high)
            way = f"M{n(middle)} {n(low)}V{n(high)}M{n(middle - 4)} {n(low)}h8M{n(middle - 4)} {n(high)}h8"
            marks.append(path("p-over", way))
        if (len(points) - 1 - at) % step == 0:
            marks.append(text(cut(label, step * room), middle, TOP + PLOT + 18, anchor="middle"))
    marks.append(line("p-axis", LEFT, ground, right, ground))
    if usual:
        y = up.at(usual[0])
        marks.append(line("p-ref", LEFT, y, right, y, dash="4 3"))
        marks.append(text(usual[1], right - 2, y - 6, kind="p-t p-s p-halo", anchor="end"))
    return Picture(name, title, words, width, TOP + PLOT + 48, tuple(marks))


def _frame(
    across: Scale, up: Scale, across_form: Form, up_form: Form, axes: tuple[str, str], *, ticks_across: Sequence[float]
) -> list[Mark]:
    step = up.ticks[1] - up.ticks[0] if len(up.ticks) > 1 else 0
    marks = []
    for tick in up.ticks:
        marks.append(line("p-grid", across.start, up.at(tick), across.end, up.at(tick)))
        marks.append(text(worded(tick, up_form, step), across.start - 8, up.at(tick) + 4, anchor="end"))
    for tick in ticks_across:
        marks.append(line("p-axis", across.at(tick), up.start, across.at(tick), up.start + 4))
        marks.append(text(worded(tick, across_form), across.at(tick), up.start + 18, anchor="middle"))
    marks.append(line("p-axis", across.start, up.start, across.end, up.start))
    marks.append(text(axes[0], (across.start + across.end) / 2, up.start + 38, anchor="middle"))
    marks.append(text(axes[1], 11, (up.start + up.end) / 2, anchor="middle", turn=True))
    return marks
