"""A picture: marks with classes on a ground of so many units; what it shows is said in words too."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

COLOURS: Final = ("a", "b", "c", "main", "other", "up", "down")
"""What a mark can stand for: the tiers, a group and the others, more and less than usual."""
DASHES: Final = ("", "7 4", "2 3")
"""Lines differ in these too: they read in grey."""
TEXT: Final = 12.0


@dataclass(frozen=True)
class Mark:
    """One shape or text; `tip` is what it says when it is pointed at."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Picture:
    """`title` and `words` are for those who cannot see the `marks`."""

    name: str
    title: str
    words: str
    width: int
    height: int
    marks: tuple[Mark, ...]


def n(value: float) -> str:
    """A coordinate, short."""
    text = f"{value:.1f}"
    return text.removesuffix(".0").replace("-0", "0", 1) if text in ("-0.0",) else text.removesuffix(".0")


def path(kind: str, way: str, *, tip: str = "", dash: str = "") -> Mark:
    """A line along `way`; `kind`: its classes."""
    more = (("stroke-dasharray", dash),) if dash else ()
    return Mark("path", (("class", kind), ("d", way), *more), tip=tip)


def line(kind: str, x: float, y: float, to_x: float, to_y: float, *, dash: str = "") -> Mark:
    """A straight line."""
    return path(kind, f"M{n(x)} {n(y)}L{n(to_x)} {n(to_y)}", dash=dash)


def box(kind: str, x: float, y: float, width: float, height: float, *, tip: str = "", strength: float = 1) -> Mark:
    """A rectangle; `strength`: how full its colour is, 0 to 1."""
    more = (("fill-opacity", f"{strength:.2f}"),) if strength < 1 else ()
    of = (("x", n(x)), ("y", n(y)), ("width", n(max(width, 0))), ("height", n(max(height, 0))))
    return Mark("rect", (("class", kind), *of, *more), tip=tip)


def text(words: str, x: float, y: float, *, kind: str = "p-t", anchor: str = "start", turn: bool = False) -> Mark:
    """Words whose line stands at `y`, beginning, ending or centred at `x`; with `turn` upwards."""
    more = ((("text-anchor", anchor),) if anchor != "start" else ()) + (
        (("transform", f"rotate(-90 {n(x)} {n(y)})"),) if turn else ()
    )
    return Mark("text", (("class", kind), ("x", n(x)), ("y", n(y)), *more), text=printable(words))


def dot(colour: str, shape: int, x: float, y: float, size: float = 4.5, *, tip: str = "") -> Mark:
    """A sign of its own shape: 0 a disc, 1 a square, 2 a hollow diamond."""
    if shape == 0:
        return Mark("circle", (("class", f"p-dot k-{colour}"), ("cx", n(x)), ("cy", n(y)), ("r", n(size))), tip=tip)
    if shape == 1:
        return box(f"p-dot k-{colour}", x - size + 0.5, y - size + 0.5, 2 * size - 1, 2 * size - 1, tip=tip)
    d = size + 1
    way = f"M{n(x)} {n(y - d)}L{n(x + d)} {n(y)}L{n(x)} {n(y + d)}L{n(x - d)} {n(y)}Z"
    return path(f"p-hollow k-{colour}", way, tip=tip)


def hatching(x: float, y: float, width: float, height: float, step: float = 7) -> Mark:
    """Slanting lines over a rectangle: there is no evidence here."""
    ways = []
    at = step
    while at < width + height:
        x1, y1 = (x + at, y) if at <= width else (x + width, y + at - width)
        x2, y2 = (x, y + at) if at <= height else (x + at - height, y + height)
        ways.append(f"M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}")
        at += step
    return path("p-hatch", "".join(ways))


def printable(words: str) -> str:
    """The words without signs that XML cannot hold or that turn the direction of what follows."""
    return "".join(
        sign if sign == "\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " "
        for sign in words
    )


def width_of(words: str, size: float = TEXT) -> float:
    """About how wide words are set."""
    return size * sum(map(_em, words))


def _em(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in "MWmw@%":
        return 0.8
    return 0.6 if sign.isupper() or ord(sign) > 0x17F else 0.28 if sign in "ijltfr.,:;'|!()[] " else 0.5


def cut(words: str, room: float, size: float = TEXT) -> str:
    """As much of the words as fits into `room`, with an ellipsis where some is left away."""
    words = " ".join(printable(words).split())
    if width_of(words, size) <= room:
        return words
    kept = words
    while kept and width_of(kept, size) + 0.8 * size > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def wrapped(words: str, room: float, size: float = TEXT) -> list[str]:
    """The words in lines no wider than `room`."""
    lines: list[str] = []
    for word in printable(words).split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(cut(word, room, size))
    return lines


def apart(places: Iterable[float], least: float) -> list[float]:
    """The places moved as little as needed to lie at least `least` apart, in the same order."""
    wanted = list(places)
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    moved = list(wanted)
    for _round in range(40):
        calm = True
        for one, next_ in pairwise(order):
            short = least - (moved[next_] - moved[one])
            if short > 0.05:
                moved[one] -= short / 2
                moved[next_] += short / 2
                calm = False
        if calm:
            break
    return moved
