"""The page as a PDF: one side of paper, set by typst from data, the same bytes for the same page; behind it, if asked
for, the appendix.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from idealfit.errors import PageFault
from idealfit.profile.rendering.blocks import Block, Records, Rows, block_data, texts_of
from idealfit.profile.rendering.breaking import UNBROKEN, UNBROKEN_IN_GRID, covered, holds, soft
from idealfit.profile.rendering.fit import Heights
from idealfit.profile.rendering.model import Page

HERE = Path(__file__).parent
FONTS = HERE / "fonts"


def render_pdf(page: Page, appendix: Sequence[Block] = ()) -> bytes:
    """The tagged PDF of a fitted page: exactly one side of its paper, and `appendix` on the sheets that follow. Raises
    `PageFault` where typst fails.
    """
    covers = covered(page) and all(map(holds, texts_of(appendix)))
    made = compiler("page.typ", system_fonts=not covers)
    inputs = {"page": _data(page, appendix), "mode": "page"}
    try:
        data: bytes = made.compile(format="pdf", timestamp=moment(page.as_of), sys_inputs=inputs)
    except RuntimeError as error:
        raise _fault(error) from error
    return data


def measure_page(page: Page) -> Heights:
    """The heights of the parts of `page` at its size of type, in millimetres."""
    made = compiler("page.typ", system_fonts=not covered(page))
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


@lru_cache(maxsize=4)
def compiler(template: str, *, system_fonts: bool) -> Any:
    """A typst compiler of a template with the bundled fonts; with the machine's own only where a script needs them, so
    that an ordinary page has the same bytes everywhere.
    """
    import typst

    path = str(HERE / "templates" / template)
    return typst.Compiler(path, root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=not system_fonts)


def moment(as_of: str) -> int:
    """The creation date written into the file: noon of the as-of day; of 2000-01-01 without one."""
    try:
        day = date.fromisoformat(as_of[:10])
    except ValueError:
        day = date(2000, 1, 1)
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def _data(page: Page, appendix: Sequence[Block] = ()) -> str:
    content = asdict(page) | {"appendix": [_soft_block(block) for block in appendix]}
    content["title"] = page.name
    content["sections"] = [_soft_section(section) for section in content["sections"]]
    for key in ("name", "eyebrow", "sentence", "cut_note"):
        content[key] = soft(content[key], UNBROKEN if key != "name" else 20)
    return json.dumps(content, ensure_ascii=False)


def _soft_block(block: Block) -> dict[str, Any]:
    data = block_data(block)
    if isinstance(block, Rows):
        data["heads"] = [soft(head) for head in block.heads]
        data["rows"] = [[soft(cell) for cell in row] for row in block.rows]
    elif not isinstance(block, Records):
        data["text"] = soft(block.text)
    return data


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
