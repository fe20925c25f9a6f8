"""The page as a document for a word processor (DOCX), to be changed and passed on: laid out as the printed page is, so
that it keeps to one side of paper, with the appendix on sheets of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from idealfit.errors import MissingPart
from idealfit.profile.rendering.blocks import Block, Heading, Records, Rows
from idealfit.profile.rendering.model import Line, Page, Section

INK: Final = "1B2430"
QUIET: Final = "56606B"
ACCENT: Final = "0F4C5C"
MINUS: Final = "9A3412"
HAIR: Final = "C3CAD1"
MARGIN, GUTTER = 13.0, 8.0
"""Millimetres."""
SIZE: Final = 9.0
"""Points of the body: a word processor sets wider than the printed page does, and it is to stay one side."""
LONG_NAME: Final = 45
WIDEST_COLUMN, LETTER = 60, 2.1
"""The most letters that a column of a table is made wide for, and the millimetres that a letter takes at most."""


def render_docx(page: Page, appendix: Sequence[Block] = ()) -> bytes:
    """The DOCX of a fitted page and of what follows it; the same page gives the same bytes of text.

    Raises MissingPart without the extra `word`.
    """
    try:
        from docx import Document
        from docx.enum.text import WD_BREAK
    except ImportError as error:
        raise MissingPart(
            "Word documents need a part that is not installed",
            remedy="Install it with: pip install 'idealfit[word]'. The HTML page opens in a word processor as well.",
        ) from error
    document = Document()
    document.core_properties.title, document.core_properties.author = page.name, ""
    document.core_properties.created = document.core_properties.modified = _moment(page.as_of)
    width = _styled(document, page)
    _head(document, page, width)
    _columns(document, page, width)
    for section in page.wide:
        _section(document, section, width)
    if page.cut_note:
        _words(document, page.cut_note, colour=QUIET, before=4)
    _signatures(document, page, width)
    if appendix:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for block in appendix:
            _block(document, block, width)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _styled(document: Any, page: Page) -> float:
    """Sets the sheet and the styles; the width of the type in millimetres."""
    from docx.shared import Mm, Pt, RGBColor

    sheet = document.sections[0]
    wide, tall = (215.9, 279.4) if page.paper == "us-letter" else (210.0, 297.0)
    sheet.page_width, sheet.page_height = Mm(wide), Mm(tall)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Mm(MARGIN)
    sheet.header_distance, sheet.footer_distance = Mm(6), Mm(MARGIN)
    sizes = {"Normal": SIZE, "Title": 15 if len(page.name) > LONG_NAME else 21, "Heading 1": 10.5, "Heading 2": 9.5}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = "Calibri", Pt(size), name != "Normal"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[key]  # the theme's font would win over the one that is named
        for script in ("hAnsi", "cs", "eastAsia"):
            fonts.set(_q(f"w:{script}"), "Calibri")
        style.font.color.rgb = RGBColor.from_string(ACCENT if name.startswith("Heading") else INK)
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(0), Pt(2)
        form.line_spacing, form.keep_with_next = 1.0, name != "Normal"
        for border in style.element.findall(f".//{_q('w:pBdr')}"):
            border.getparent().remove(border)
    document.styles["Normal"].paragraph_format.line_spacing = 0.96
    document.styles["Heading 1"].paragraph_format.space_before = Pt(7)
    document.styles["Heading 2"].paragraph_format.space_before = Pt(6)
    return wide - 2 * MARGIN


def _head(document: Any, page: Page, width: float) -> None:
    top = document.add_paragraph()
    _right_stop(top, width)
    _run(top, page.eyebrow, QUIET)
    _run(top, f"\t{page.stamp}", ACCENT, bold=True)
    _run(document.add_paragraph(style="Title"), page.name)
    _words(document, page.reach, colour=ACCENT, bold=True, size=11)
    if page.meta:
        _words(document, "  ·  ".join(page.meta), colour=QUIET)
    said = _words(document, page.sentence, size=12, before=4, after=6)
    _border(said, "left", ACCENT, 18)
    table = _table(document, 1, len(page.figures))
    for cell, figure in zip(table.rows[0].cells, page.figures, strict=True):
        _run(cell.paragraphs[0], figure.value, bold=True, size=17)
        _run(cell.add_paragraph(), figure.caption, QUIET)


def _columns(document: Any, page: Page, width: float) -> None:
    """The narrow sections side by side, divided where the printed page divides them."""
    table = _table(document, 1, 2, gutter=GUTTER)
    half = (width + GUTTER) / 2
    sides = (page.narrow[: page.split], page.narrow[page.split :])
    for column, cell, sections in zip(table.columns, table.rows[0].cells, sides, strict=True):
        column.width = cell.width = _millimetres(half)
        for section in sections:
            _section(cell, section, half - GUTTER)
        cell._tc.remove(cell.paragraphs[0]._p)  # the empty one that a new cell begins with
        if not sections:
            cell.add_paragraph()


def _section(document: Any, section: Section, width: float) -> None:
    heading = document.add_paragraph(section.title, style="Heading 1")
    _border(heading, "bottom", ACCENT, 6)
    if section.note:
        _words(document, section.note, colour=QUIET)
    if section.table:
        rows = [(row.name, row.won, row.span, *row.extras) for row in section.table.rows]
        _grid(document, section.table.heads, rows, width)
    if section.grid:
        rows = [(row.name, row.outcome, *row.values) for row in section.grid]
        _grid(document, ("Company", "Outcome", *section.traits), rows, width)
    for line in section.lines:
        _line(document, line, width)


def _line(document: Any, line: Line, width: float) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = bool(line.detail)
    paragraph.paragraph_format.space_after = _points(0 if line.detail else 3)
    _run(paragraph, line.text, bold=bool(line.detail or line.blank))
    if line.tag and not line.blank:
        _run(paragraph, f" ({line.tag})", QUIET)
    if line.blank or line.mark:
        _right_stop(paragraph, width)
        end = line.tag if line.blank else line.mark
        colour = QUIET if line.blank else MINUS if line.mark.startswith("−") else INK  # noqa: RUF001 - the page's minus
        _run(paragraph, f"\t{end}", colour, bold=not line.blank)
    if line.blank:
        rule = _gap(document, 8)
        rule.paragraph_format.space_after = _points(3)
        _border(rule, "bottom", QUIET, 4, "dotted")
    if line.detail:
        _words(document, line.detail, colour=QUIET, after=3)


def _signatures(document: Any, page: Page, width: float) -> None:
    """At the foot of the first sheet, and of no other."""
    sheet = document.sections[0]
    sheet.different_first_page_header_footer = True
    foot = sheet.first_page_footer
    table = foot.add_table(1, len(page.signatures), _millimetres(width))
    for cell, one in zip(table.rows[0].cells, page.signatures, strict=True):
        paragraph = cell.paragraphs[0]
        _right_stop(paragraph, width / len(page.signatures) - 8)
        _border(paragraph, "top", INK, 6)
        paragraph.paragraph_format.right_indent = _millimetres(4)
        _run(paragraph, one.team, bold=True)
        _run(paragraph, f"\t{one.signed or 'name, date'}", INK if one.signed else QUIET)
    foot.paragraphs[0].paragraph_format.line_spacing = _points(1)


def _block(document: Any, block: Block, width: float) -> None:
    if isinstance(block, Heading):
        heading = document.add_paragraph(block.text, style=f"Heading {max(1, block.level)}")
        if block.level < 2:
            _border(heading, "bottom", ACCENT, 6)
    elif isinstance(block, Rows):
        _grid(document, block.heads, block.rows, width)
    elif isinstance(block, Records):
        more = f" and {block.total - len(block.ids):,} more" if block.total > len(block.ids) else ""
        _words(document, f"{block.of} ({block.total:,}): {', '.join(block.ids)}{more}", colour=QUIET)
    else:
        paragraph = _words(document, block.text, colour=QUIET if block.quiet else INK, bold=block.strong)
        if block.mark:
            _run(paragraph, f"  {block.mark}", bold=True)


def _grid(document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], width: float) -> None:
    """A table within `width` millimetres, its columns as wide as what stands in them asks for, its heads repeated on
    each sheet.
    """
    from docx.oxml import OxmlElement

    table = _table(document, 1 + len(rows), len(heads))
    longest = [min(max(len(row[place]) for row in (heads, *rows)), WIDEST_COLUMN) + 2 for place in range(len(heads))]
    # what needs less than the width takes what it needs
    share = min(width / sum(longest), LETTER)
    for column, letters in zip(table.columns, longest, strict=True):
        column.width = _millimetres(letters * share)
        for cell in column.cells:
            cell.width = _millimetres(letters * share)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _run(cell.paragraphs[0], head, QUIET)
        _border(cell.paragraphs[0], "bottom", HAIR, 4)
    for line, row in zip(table.rows[1:], rows, strict=True):
        for place, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
            cell.paragraphs[0].paragraph_format.space_after = _points(1)
            _run(cell.paragraphs[0], text, bold=place == 0)
    _gap(document, 5)


def _gap(document: Any, height: float) -> Any:
    """An empty line of exactly so many points."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = _points(height)
    paragraph.paragraph_format.space_after = _points(0)
    return paragraph


def _table(document: Any, rows: int, columns: int, *, gutter: float = 2.0) -> Any:
    """A table without lines or shades, its text flush with the margins."""
    from docx.oxml import OxmlElement

    table = document.add_table(rows, columns)
    if hasattr(document, "_tc"):  # a cell adds an empty line below a table in it
        document._tc.remove(document.paragraphs[-1]._p)
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side, twentieths in (("left", "0"), ("right", str(round(gutter / 25.4 * 1440)))):
        edge = OxmlElement(f"w:{side}")
        edge.set(_q("w:w"), twentieths)
        edge.set(_q("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr
    look = properties.find(_q("w:tblLook"))
    properties.insert(len(properties) if look is None else properties.index(look), margins)
    return table


def _words(
    document: Any,
    text: str,
    *,
    colour: str = INK,
    bold: bool = False,
    size: float | None = None,
    before: float = 0,
    after: float = 2,
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = _points(before), _points(after)
    _run(paragraph, text, colour, bold=bold, size=size)
    return paragraph


def _run(paragraph: Any, text: str, colour: str = INK, *, bold: bool = False, size: float | None = None) -> None:
    from docx.shared import RGBColor

    run = paragraph.add_run(text)
    run.bold = bold or None
    run.font.color.rgb = RGBColor.from_string(colour)
    if size is not None:
        run.font.size = _points(size)


def _right_stop(paragraph: Any, width: float) -> None:
    """A tab that ends at the right edge of a column of `width` millimetres."""
    from docx.enum.text import WD_TAB_ALIGNMENT

    paragraph.paragraph_format.tab_stops.add_tab_stop(_millimetres(width), WD_TAB_ALIGNMENT.RIGHT)


def _border(paragraph: Any, side: str, colour: str, eighths: int, kind: str = "single") -> None:
    """A rule at one side of a paragraph, `eighths` of a point thick."""
    from docx.oxml import OxmlElement

    borders, edge = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for key, value in (
        ("val", kind),
        ("sz", str(eighths)),
        ("space", "6" if side == "left" else "2"),
        ("color", colour),
    ):
        edge.set(_q(f"w:{key}"), value)
    borders.append(edge)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:bidi", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _millimetres(size: float) -> Any:
    from docx.shared import Mm

    return Mm(size)


def _q(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _moment(as_of: str) -> datetime:
    """Noon of the as-of day; of 2000-01-01 without one: not the clock, so that two prints of one profile are alike."""
    try:
        day = date.fromisoformat(as_of[:10])
    except ValueError:
        day = date(2000, 1, 1)
    return datetime(day.year, day.month, day.day, 12)
