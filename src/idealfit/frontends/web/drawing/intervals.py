"""Estimates with their intervals, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idealfit.frontends.web.drawing.axis import Form, scale, worded
from idealfit.frontends.web.drawing.picture import Mark, Picture, cut, dot, line, n, path, text, width_of

ROW, FOOT, HEAD = 34, 40, 26
NARROW, ROOM, TALLEST = 400, 240, 60
"""Less wide is narrow; where a page has room, few rows stand further apart: the charts beside are as high."""


@dataclass(frozen=True)
class Interval:
    """A figure with its ends; `beside` stands at its right, `shape` is that of its sign."""

    label: str
    value: float
    low: float
    high: float
    beside: str = ""
    colour: str = "main"
    shape: int = 0


def intervals(
    name: str,
    title: str,
    words: str,
    rows: Sequence[Interval],
    *,
    width: int,
    form: Form,
    axis: str,
    usual: tuple[float, str] | None = None,
    from_zero: bool = True,
) -> Picture:
    """One line a row: a whisker from end to end, a sign at the figure, and the figure in words at the right. `usual`:
    a figure to compare with, and what it is. `rows` must not be empty.
    """
    narrow = width < NARROW
    labels = min(max(width_of(one.label) for one in rows) + 14, width * (0.3 if narrow else 0.36))
    right = 0 if narrow else max(width_of(one.beside) for one in rows) + 18
    row = ROW + 14 if narrow else max(ROW, min(TALLEST, ROOM / len(rows)))
    bottom = HEAD + round(len(rows) * row)
    height = bottom + FOOT
    ends = [end for one in rows for end in (one.low, one.high)] + ([usual[0]] if usual else [])
    low = 0.0 if from_zero else min(ends)
    across = scale(
        low, max(ends), labels, width - right - 14, ticks=3 if narrow else 5, most=1.0 if form == "share" else None
    )
    step = across.ticks[1] - across.ticks[0] if len(across.ticks) > 1 else 0
    marks: list[Mark] = []
    for tick in across.ticks:
        marks.append(line("p-grid", across.at(tick), HEAD - 6, across.at(tick), bottom))
        marks.append(text(worded(tick, form, step), across.at(tick), bottom + 16, anchor="middle"))
    marks.append(text(axis, (across.start + across.end) / 2, bottom + 34, anchor="middle"))
    if usual:
        x = across.at(usual[0])
        marks.append(line("p-ref", x, HEAD - 8, x, bottom, dash="4 3"))
        half = width_of(usual[1], 11) / 2
        marks.append(text(usual[1], min(max(x, half), width - half), HEAD - 13, kind="p-t p-s", anchor="middle"))
    for at, one in enumerate(rows):
        y = HEAD + (at + 0.5) * row - (7 if narrow else 0)
        said = f"{one.label}: {worded(one.value, form)}, {worded(one.low, form)} to {worded(one.high, form)}"
        marks.append(text(cut(one.label, labels - 12), labels - 10, y + 4, kind="p-t p-l", anchor="end"))
        ends_at = across.at(one.low), across.at(one.high)
        way = f"M{n(ends_at[0])} {n(y)}H{n(ends_at[1])}"
        if ends_at[1] - ends_at[0] > 14:  # else its sign would stand on the ends
            way += f"M{n(ends_at[0])} {n(y - 5)}v10M{n(ends_at[1])} {n(y - 5)}v10"
        marks.append(path(f"p-line k-{one.colour}", way))
        marks.append(dot(one.colour, one.shape, across.at(one.value), y, tip=f"{said}. {one.beside}"))
        if narrow:
            marks.append(text(cut(one.beside, width - labels - 4, 11), labels, y + 20, kind="p-t p-s"))
        else:
            marks.append(text(one.beside, width - right, y + 4, kind="p-t p-l"))
    return Picture(name, title, words, width, height, tuple(marks))
