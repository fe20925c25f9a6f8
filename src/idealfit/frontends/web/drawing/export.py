"""A picture as a file: SVG that carries its colours with it, its title, its finding and where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from idealfit.frontends.web.drawing.picture import COLOURS, Mark, Picture, cut, printable, text, wrapped
from idealfit.frontends.web.rendering import drawn

MARGIN: Final = 20
_INKS: Final = ("ground", "ink", "quiet", "line", "edge")
LOOKS: Final = {
    "light": dict(
        zip(
            (*_INKS, *COLOURS),
            (
                "#ffffff", "#161b25", "#515a69", "#dde0e5", "#79818f",
                "#0f6047", "#22609f", "#555e6b", "#2f52a6", "#515a69", "#2f52a6", "#8a5a0c",
            ),
            strict=True,
        )
    ),
    "dark": dict(
        zip(
            (*_INKS, *COLOURS),
            (
                "#171b22", "#eaedf2", "#a8b1bf", "#323945", "#7a8392",
                "#6ddcb0", "#86bff5", "#a5aebb", "#a3bcf5", "#a8b1bf", "#a3bcf5", "#f0c26a",
            ),
            strict=True,
        )
    ),
}  # fmt: skip
"""The tokens of the pages in figures that every program reads."""


def style_of(look: str) -> str:
    """The style sheet that a file carries."""
    ink = LOOKS[look]
    rules = [
        "text{font:400 12px 'Source Sans 3',sans-serif;fill:" + ink["quiet"] + "}",
        ".p-l{fill:" + ink["ink"] + "}",
        ".p-s{font-size:11px}",
        ".p-b{font-weight:600}",
        ".p-title{font-size:16px;font-weight:600;fill:" + ink["ink"] + "}",
        ".p-ground,.p-halo{fill:" + ink["ground"] + "}",
        ".p-halo{fill:" + ink["ink"] + "}",
        ".p-axis{fill:none;stroke:" + ink["edge"] + "}",
        ".p-grid{fill:none;stroke:" + ink["line"] + "}",
        ".p-hatch{fill:none;stroke:" + ink["edge"] + ";stroke-opacity:0.55}",
        ".p-ref{fill:none;stroke:" + ink["ink"] + "}",
        ".p-over{fill:none;stroke:" + ink["ink"] + ";stroke-width:1.5}",
        ".p-cell{fill:" + ink["ground"] + ";stroke:" + ink["line"] + "}",
        ".p-line{fill:none;stroke-width:2}",
        ".p-band{fill-opacity:0.14}",
        ".p-bar{fill-opacity:0.8}",
        ".p-hollow{stroke-width:2;fill:" + ink["ground"] + "}",
    ]
    for name in COLOURS:
        of = ink[name]
        rules.append(f".p-line.k-{name},.p-hollow.k-{name}{{stroke:{of}}}")
        rules.append(f".p-band.k-{name},.p-dot.k-{name},.p-bar.k-{name},.p-fill.k-{name},.p-own.k-{name}{{fill:{of}}}")
    return "".join(rules)


@dataclass(frozen=True)
class Sheet:
    """A picture as a file: its text, and its size."""

    svg: str
    width: int
    height: int


def sheet(picture: Picture, finding: str, source: str, look: str) -> Sheet:
    """The picture with its title and finding over it, and where it is from under it, in the colours of `look`."""
    inner = max(picture.width, 420)
    said = wrapped(finding, inner, 12.5)
    top = 30 + 17 * len(said) + 14
    bottom = top + picture.height + 22
    above: list[Mark] = [text(cut(picture.title, inner, 16), 0, 14, kind="p-title")]
    above += [text(one, 0, 37 + 17 * at, kind="p-t p-l") for at, one in enumerate(said)]
    above.append(text(cut(source, inner, 11), 0, bottom - 4, kind="p-t p-s"))
    width, height = inner + 2 * MARGIN, bottom + 2 * MARGIN
    svg = drawn(
        "picture.svg.j2",
        path="",
        look=look,
        of=picture,
        finding=printable(finding),
        style=Markup(style_of(look)),  # noqa: S704 - made of our own figures
        above=above,
        top=top,
        margin=MARGIN,
        box=f"-{MARGIN} -{MARGIN} {width} {height}",
        width=width,
        height=height,
    )
    return Sheet(svg.strip(), width, height)
