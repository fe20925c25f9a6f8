"""A printed text as blocks in the order of reading: headings, sentences, tables and lists of records. What is longer
than a page (the appendix) is made of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias


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
