"""Two columns against each other: a cell where they meet, filled the more the further it is from the usual; hatched
where there is no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idealfit.frontends.web.drawing.picture import Mark, Picture, box, cut, hatching, text, width_of, wrapped

HEIGHT, GAP, NARROW = 42, 2, 400


@dataclass(frozen=True)
class Shown:
    """A cell: what stands in it, in one or two lines; how full, 0 to 1, of the colour; hatched: nothing is known."""

    words: str
    below: str
    strength: float
    colour: str
    hatched: bool
    tip: str


def cells(
    name: str,
    title: str,
    words: str,
    rows: Sequence[str],
    columns: Sequence[str],
    shown: Sequence[Sequence[Shown]],
    *,
    width: int,
    axes: tuple[str, str],
) -> Picture:
    """`shown` holds a line for each of `rows`, in it a cell for each of `columns`. A narrow picture leaves the second
    line of a cell to the table.
    """
    narrow = width < NARROW
    size = 11 if narrow else 12
    left = min(max(width_of(one, size) for one in rows) + 14, width * (0.3 if narrow else 0.24))
    room = (width - left) / len(columns)
    heads = [wrapped(one, room + 3, 11)[:3] for one in columns]
    top = 22 + 14 * max(len(lines) for lines in heads) + 6
    high = 30 if narrow else HEIGHT
    marks: list[Mark] = [text(axes[1], left + (width - left) / 2, 12, kind="p-t p-s p-b", anchor="middle")]
    marks.append(text(cut(axes[0], left - 6, 11), 0, top - 8, kind="p-t p-s p-b"))
    for at, said in enumerate(heads):
        for number, word in enumerate(said):
            y = top - 8 - 13 * (len(said) - 1 - number)
            marks.append(text(word, left + (at + 0.5) * room, y, kind="p-t p-s", anchor="middle"))
    for up, row in enumerate(rows):
        y = top + up * high
        kind = "p-t p-l p-s" if narrow else "p-t p-l"
        said = wrapped(row, left - 10, size)[:2] or [""]
        for number, word in enumerate(said):
            place = y + high / 2 + 4 + 12 * (number - (len(said) - 1) / 2)
            marks.append(text(word, left - 8, place, kind=kind, anchor="end"))
        for at, one in enumerate(shown[up]):
            marks += _cell(one, left + at * room, y, room - GAP, high - GAP, narrow)
    return Picture(name, title, words, width, int(top + len(rows) * high + 4), tuple(marks))


def _cell(one: Shown, x: float, y: float, wide: float, high: float, narrow: bool) -> list[Mark]:
    marks = [box("p-cell", x, y, wide, high, tip=one.tip)]
    if one.strength > 0:
        marks.append(box(f"p-fill k-{one.colour}", x, y, wide, high, tip=one.tip, strength=one.strength))
    if one.hatched:
        marks.append(hatching(x, y, wide, high))
    two = bool(one.below) and not narrow
    kind = "p-t p-halo" if one.hatched else "p-t p-l"
    size = 10.5 if narrow else 12
    said = one.words.replace(" %", "").replace("▲ ", "▲").replace("▼ ", "▼") if narrow else one.words
    if said and width_of(said, size) <= wide + 4:
        small = " p-s" if narrow else ""
        place = y + high / 2 + (-2 if two else 4)
        marks.append(text(said, x + wide / 2, place, kind=kind + small, anchor="middle"))
    if two and width_of(one.below, 10.5) <= wide:
        marks.append(text(one.below, x + wide / 2, y + high / 2 + 13, kind="p-t p-s p-halo", anchor="middle"))
    return marks
