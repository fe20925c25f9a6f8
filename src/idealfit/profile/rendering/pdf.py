"""The page as a PDF: one side of A4, set by typst from data, the same bytes for the same page."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from idealfit.errors import PageFault
from idealfit.profile.rendering.breaking import UNBROKEN, UNBROKEN_IN_GRID, covered, soft
from idealfit.profile.rendering.fit import Heights
from idealfit.profile.rendering.model import Page

HERE = Path(__file__).parent
TEMPLATE = HERE / "templates" / "page.typ"
FONTS = HERE / "fonts"


def render_pdf(page: Page) -> bytes:
    """The PDF of a fitted page: exactly one side of A4. Raises `PageFault` where typst fails."""
    made = _compiler(not covered(page))
    try:
        data: bytes = made.compile(
            format="pdf", timestamp=_moment(page.as_of), sys_inputs={"page": _data(page), "mode": "page"}
        )
    except RuntimeError as error:
        raise _fault(error) from error
    return data


def measure_page(page: Page) -> Heights:
    """The heights of the parts of `page` at its size of type, in millimetres."""
    made = _compiler(not covered(page))
    try:
        made.compile(format="pdf", sys_inputs={"page": _data(page), "mode": "measure"})
        found = json.loads(made.query("<heights>", field="value", one=True))
    except RuntimeError as error:
        raise _fault(error) from error
    sections = tuple((float(top), tuple(map(float, lines))) for top, lines in found["sections"])
    return Heights(float(found["head"]), float(found["foot"]), sections)


def _fault(error: RuntimeError) -> PageFault:
    return PageFault(
        f"The page could not be set as a PDF: {error}",
        remedy="The HTML and Markdown pages hold the same; please report this with the profile file.",
    )


@lru_cache(maxsize=2)
def _compiler(system_fonts: bool) -> Any:
    """A typst compiler with the bundled fonts; with the machine's own only where a script needs them, so that an
    ordinary page has the same bytes everywhere.
    """
    import typst

    return typst.Compiler(str(TEMPLATE), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=not system_fonts)


def _moment(as_of: str) -> int:
    """The creation date written into the file: noon of the as-of day; of 2000-01-01 without one."""
    try:
        day = date.fromisoformat(as_of[:10])
    except ValueError:
        day = date(2000, 1, 1)
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def _data(page: Page) -> str:
    content = asdict(page)
    content["title"] = page.name
    content["sections"] = [_soft_section(section) for section in content["sections"]]
    for key in ("name", "eyebrow", "sentence", "cut_note"):
        content[key] = soft(content[key], UNBROKEN if key != "name" else 20)
    return json.dumps(content, ensure_ascii=False)


def _soft_section(section: dict[str, Any]) -> dict[str, Any]:
    for line in section["lines"]:
        for key in ("text", "detail"):
            line[key] = soft(line[key])
    for row in section["grid"]:
        row["name"] = soft(row["name"], UNBROKEN_IN_GRID + 7)
        row["values"] = [soft(value, UNBROKEN_IN_GRID) for value in row["values"]]
        row["outcome"] = soft(row["outcome"], UNBROKEN_IN_GRID)
    section["traits"] = [soft(trait, UNBROKEN_IN_GRID) for trait in section["traits"]]
    return section
