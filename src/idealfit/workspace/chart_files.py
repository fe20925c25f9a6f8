"""A chart in pixels: an SVG set with the fonts of the page, the same bytes for the same chart."""

from __future__ import annotations

from typing import Final

from idealfit.errors import PageFault
from idealfit.profile.rendering.breaking import holds
from idealfit.profile.rendering.pdf import compiler

PIXELS: Final = 144
"""Two pixels for a unit of the drawing: sharp on a slide."""


def png_of(svg: str, width: int, height: int) -> bytes:
    """The picture of `svg`, which is so many units wide and high, as PNG. Raises PageFault where typst fails."""
    made = compiler("picture.typ", system_fonts=not holds(svg))
    inputs = {"svg": svg, "width": str(width), "height": str(height)}
    try:
        data: bytes = made.compile(format="png", ppi=PIXELS, sys_inputs=inputs)
    except RuntimeError as error:
        raise PageFault(
            "The chart could not be made as a PNG", remedy="Take it as SVG, which holds the same."
        ) from error
    return data
