"""A printed text as blocks in the order of reading: headings, sentences, tables and lists of records. What is longer
than a page (the appendix), and the page itself for a word processor, are made of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from idealfit.profile.rendering.model import Line, Page, Section


@dataclass(frozen=True)
class Heading:
    """A title; `level` 1 opens a part, 2 a criterion or a table within it."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Sentence:
    """A paragraph; a `strong` one is a statement, with `mark` (points) at its end, a `quiet` one explains."""

    text: str
    mark: str = ""
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Rows:
    """A table; every row has as many cells as `heads`."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Records:
    """The ids behind a figure; `total` is how many there are, where only the first are listed."""

    of: str
    ids: tuple[str, ...]
    total: int


Block: TypeAlias = Heading | Sentence | Rows | Records


def block_data(block: Block) -> dict[str, Any]:
    """`block` as plain data with its `kind` (heading, sentence, rows, records), as templates and programs read it."""
    return {"kind": type(block).__name__.lower(), **asdict(block)}


def texts_of(blocks: Iterable[Block]) -> Iterator[str]:
    """Every text of `blocks`, in the order of reading."""
    for block in blocks:
        if isinstance(block, Rows):
            yield from block.heads
            for row in block.rows:
                yield from row
        elif isinstance(block, Records):
            yield block.of
            yield from block.ids
        else:
            yield block.text


def page_blocks(page: Page) -> Iterator[Block]:
    """The page as blocks: the same facts in the same order, without its layout."""
    yield Sentence(f"{page.eyebrow} · {page.stamp}", quiet=True)
    yield Heading(page.name, 0)
    yield Sentence(page.reach, strong=True)
    if page.meta:
        yield Sentence(" · ".join(page.meta), quiet=True)
    yield Sentence(page.sentence, strong=True)
    yield Rows(tuple(one.value for one in page.figures), (tuple(one.caption for one in page.figures),))
    for section in page.sections:
        yield from _section(section)
    if page.cut_note:
        yield Sentence(page.cut_note, quiet=True)
    signed = tuple(one.signed or "name, date" for one in page.signatures)
    yield Rows(tuple(one.team for one in page.signatures), (signed,))


def _section(section: Section) -> Iterator[Block]:
    yield Heading(section.title)
    if section.note:
        yield Sentence(section.note, quiet=True)
    if section.table:
        rows = tuple((row.name, row.won, row.span, *row.extras) for row in section.table.rows)
        yield Rows(section.table.heads, rows)
    if section.grid:
        rows = tuple((row.name, row.outcome, *row.values) for row in section.grid)
        yield Rows(("Company", "Outcome", *section.traits), rows)
    for line in section.lines:
        yield from _line(line)


def _line(line: Line) -> Iterator[Block]:
    text = f"{line.text} ({line.tag})" if line.tag else line.text
    yield Sentence(f"{text} {'.' * 30}" if line.blank else text, line.mark, strong=bool(line.detail or line.blank))
    if line.detail:
        yield Sentence(line.detail, quiet=True)
