"""The page as Markdown: for a wiki, a pull request or a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from idealfit.profile.rendering.blocks import Block, Heading, Records, Rows
from idealfit.profile.rendering.model import Line, Page, Section, TierTable

RULE = ": " + "." * 40
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$!])")
_STARTS = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|[-=+])")


def render_markdown(page: Page, appendix: Sequence[Block] = ()) -> str:
    """The Markdown of a fitted page and of what follows it; whatever Markdown or HTML would read as markup in a text is
    escaped.
    """
    return "\n".join([*_lines(page), *map(_block, appendix)]).rstrip("\n") + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"\n{'#' * (block.level + 1)} {escaped(block.text)}\n"
    if isinstance(block, Rows):
        lines = [_row([*map(escaped, block.heads)]), _row(["---"] * len(block.heads))]
        return "\n".join([*lines, *(_row([*map(escaped, row)]) for row in block.rows), ""])
    if isinstance(block, Records):
        more = (
            f" and {block.total - len(block.ids):,} more in the evidence file" if block.total > len(block.ids) else ""
        )
        return f"{escaped(block.of)} ({block.total:,}): {escaped(', '.join(block.ids))}{more}\n"
    text = f"**{escaped(block.text)}**" if block.strong else escaped(block.text)
    return f"{text}{f' **{block.mark}**' if block.mark else ''}\n"


def escaped(text: str) -> str:
    """`text` so that Markdown shows it as it is."""
    safe = _SPECIAL.sub(r"\\\1", text)
    safe = re.sub(r"(?i)\b(https?|ftp|www|mailto)([:.])", r"\1\\\2", safe).replace("@", "\\@")
    return _STARTS.sub(lambda found: f"{found[1]}{_start(found[2])}", safe)


def _start(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}"


def _lines(page: Page) -> Iterator[str]:
    yield f"# {escaped(page.name)}"
    yield f"\n**{escaped(page.stamp)}** · {escaped(page.eyebrow)}"
    yield f"\n**{escaped(page.reach)}**"
    if page.meta:
        yield f"\n{' · '.join(map(escaped, page.meta))}"
    yield f"\n> {escaped(page.sentence)}\n"
    for figure in page.figures:
        yield f"- **{escaped(figure.value)}** {escaped(figure.caption)}"
    for section in page.sections:
        yield from _section(section)
    if page.cut_note:
        yield f"\n{escaped(page.cut_note)}"
    yield f"\n{_row([escaped(one.team) for one in page.signatures])}\n{_row(['---'] * len(page.signatures))}"
    yield _row([escaped(one.signed) or "name, date" for one in page.signatures])


def _section(section: Section) -> Iterator[str]:
    yield f"\n## {escaped(section.title)}\n"
    if section.note:
        yield f"{escaped(section.note)}\n"
    if section.table:
        yield from _table(section.table)
    if section.grid:
        yield _row(["Company", "Outcome", *map(escaped, section.traits)])
        yield _row(["---"] * (2 + len(section.traits)))
        for row in section.grid:
            yield _row([*map(escaped, (row.name, row.outcome, *row.values))])
    for line in section.lines:
        yield _line(line)


def _table(table: TierTable) -> Iterator[str]:
    yield _row([*map(escaped, table.heads)])
    yield _row(["---"] * len(table.heads))
    for row in table.rows:
        yield _row([*map(escaped, (row.name, row.won, row.span, *row.extras))])
    yield ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(line: Line) -> str:
    text = f"**{escaped(line.text)}**" if line.detail or line.blank else escaped(line.text)
    tag = f" *({escaped(line.tag)})*" if line.tag else ""
    mark = f" **{line.mark}**" if line.mark else ""
    blank = RULE if line.blank else ""
    detail = f"  \n  {escaped(line.detail)}" if line.detail else ""
    return f"- {text}{mark}{tag}{blank}{detail}"
