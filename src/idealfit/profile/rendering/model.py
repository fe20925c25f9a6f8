"""The view model of the page: everything that is printed, already in words, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Variant: TypeAlias = Literal["profile", "insufficient", "no_signal"]
Paper: TypeAlias = Literal["a4", "us-letter"]


@dataclass(frozen=True)
class Line:
    """One statement: `text`, a quieter `detail` below it, `mark` at the right (points), `tag` (assumed, suggestive …).

    A `blank` line ends in an empty rule for a person to write on. `worth` orders what is cut first: least first.
    """

    text: str
    detail: str = ""
    mark: str = ""
    tag: str = ""
    blank: bool = False
    worth: float = 0.0


@dataclass(frozen=True)
class TierRow:
    """One tier of the backtest; `value`, `low` and `high` are shares (0 to 1) drawn as a small bar, or None."""

    name: str
    won: str
    span: str
    extras: tuple[str, ...]
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class TierTable:
    """Tiers with intervals; `scale` is the share at the right end of the bars, `base` everyone's own share."""

    heads: tuple[str, ...]
    rows: tuple[TierRow, ...]
    scale: float
    base: float | None = None


@dataclass(frozen=True)
class GridRow:
    """One customer by name with its value of each trait; `companies`: how many stand in the row, with the one that may
    stand beside it.
    """

    name: str
    outcome: str
    values: tuple[str, ...]
    companies: int = 1


@dataclass(frozen=True)
class Section:
    """A headed part of the page.

    `keep` lines stay until nothing else can be cut; `cut` counts those that were, called by `noun` (one, many), and
    `long` the reasons that are too long for a page.
    A `wide` section stands below the two columns, over the whole width.
    """

    key: str
    title: str
    note: str = ""
    lines: tuple[Line, ...] = ()
    table: TierTable | None = None
    traits: tuple[str, ...] = ()
    grid: tuple[GridRow, ...] = ()
    keep: int = 1
    cut: int = 0
    long: int = 0
    noun: tuple[str, str] = ("line", "lines")
    wide: bool = False


@dataclass(frozen=True)
class Figure:
    """One of the three numbers: the figure and what it counts."""

    value: str
    caption: str


@dataclass(frozen=True)
class Signature:
    """A team, and who signed for it when; an empty `signed` is a line to sign on."""

    team: str
    signed: str = ""


@dataclass(frozen=True)
class Page:
    """The page. `elsewhere` names what stands in the appendix by design. `size` is the body's size in points, `air`
    stretches the gaps, `split` is how many of the narrow sections stand at the left: all found by `fit.fit_page`, so
    that paper and screen show the same.
    """

    variant: Variant
    name: str
    eyebrow: str
    reach: str
    stamp: str
    meta: tuple[str, ...]
    sentence: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    signatures: tuple[Signature, ...]
    as_of: str
    cut_note: str = ""
    elsewhere: str = ""
    size: float = 9.0
    air: float = 1.0
    split: int = 0
    paper: Paper = "a4"

    @property
    def narrow(self) -> tuple[Section, ...]:
        """The sections of the two columns."""
        return tuple(section for section in self.sections if not section.wide)

    @property
    def long(self) -> int:
        """How many reasons were left out because no line of a page holds them."""
        return sum(section.long for section in self.sections)

    @property
    def wide(self) -> tuple[Section, ...]:
        """The sections below them, over the whole width."""
        return tuple(section for section in self.sections if section.wide)


def facts(page: Page) -> Iterator[str]:
    """Every text of the page, in the order of reading, empty ones left out: what each face must show."""
    yield from filter(None, (page.eyebrow, page.stamp, page.name, page.reach, *page.meta, page.sentence))
    for figure in page.figures:
        yield from (figure.value, figure.caption)
    for section in page.sections:
        yield from _section_facts(section)
    if page.cut_note:
        yield page.cut_note
    for signature in page.signatures:
        yield from filter(None, (signature.team, signature.signed))


def _section_facts(section: Section) -> Iterator[str]:
    yield section.title
    if section.note:
        yield section.note
    if section.table:
        yield from section.table.heads
        for row in section.table.rows:
            yield from filter(None, (row.name, row.won, row.span, *row.extras))
    yield from section.traits
    for entry in section.grid:
        yield from filter(None, (entry.name, entry.outcome, *entry.values))
    for line in section.lines:
        yield from filter(None, (line.text, line.tag, line.mark, line.detail))


def page_text(page: Page) -> str:
    """The page as plain text, one fact a line: for a terminal, a search, or a comparison of two versions."""
    return "\n".join(facts(page)) + "\n"
