"""Blocks as a document for a word processor (DOCX), to be changed and passed on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from idealfit.errors import MissingPart
from idealfit.profile.rendering.blocks import Block, Heading, Records, Rows, Sentence

QUIET: Final = "56606B"
ACCENT: Final = "0F4C5C"


def render_docx(blocks: Iterable[Block], *, title: str, as_of: str = "") -> bytes:
    """The DOCX of `blocks`; the same blocks give the same text. `as_of` (an ISO date) is the day it was made.

    Raises MissingPart without the extra `word`.
    """
    try:
        from docx import Document
        from docx.shared import Mm, Pt
    except ImportError as error:
        raise MissingPart(
            "Word documents need a part that is not installed",
            remedy="Install it with: pip install 'idealfit[word]'. The HTML page opens in a word processor as well.",
        ) from error
    document = Document()
    document.core_properties.title, document.core_properties.author = title, ""
    document.core_properties.created = document.core_properties.modified = _moment(as_of)
    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Mm(18)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_after = Pt(3)
    for block in blocks:
        _add(document, block)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        _colour(document.add_heading(block.text, block.level), ACCENT)
    elif isinstance(block, Rows):
        _table(document, block)
    elif isinstance(block, Records):
        more = f" and {block.total - len(block.ids):,} more" if block.total > len(block.ids) else ""
        _colour(document.add_paragraph(f"{block.of} ({block.total:,}): {', '.join(block.ids)}{more}"), QUIET)
    else:
        _sentence(document, block)


def _sentence(document: Any, block: Sentence) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(block.text).bold = block.strong
    if block.mark:
        paragraph.add_run(f"  {block.mark}").bold = True
    if block.quiet:
        _colour(paragraph, QUIET)


def _table(document: Any, block: Rows) -> None:
    table = document.add_table(rows=1, cols=len(block.heads), style="Light List Accent 1")
    for cell, head in zip(table.rows[0].cells, block.heads, strict=True):
        cell.text = head
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _colour(paragraph: Any, colour: str) -> None:
    from docx.shared import RGBColor

    for run in paragraph.runs:
        run.font.color.rgb = RGBColor.from_string(colour)


def _moment(as_of: str) -> datetime:
    """Noon of the as-of day; of 2000-01-01 without one: not the clock, so that two prints of one profile are alike."""
    try:
        day = date.fromisoformat(as_of[:10])
    except ValueError:
        day = date(2000, 1, 1)
    return datetime(day.year, day.month, day.day, 12)
