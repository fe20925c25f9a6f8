"""What compares texts by the alphabet although a later stage is meant, such as funding_stage >= 'Series B'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from idealfit.profile.predicate import Attribute, Between, Comparison, Node, Predicate, Text, walk
from idealfit.profile.text import quote_name, quote_text

STAGES: Final = ("Pre-Seed", "Seed", *(f"Series {letter}" for letter in "ABCDEF"))
"""The rounds of funding in their order: the one ladder of words that everybody writes the same."""
_ORDERED: Final = re.compile(r"\s*(?:\d.*|\S)\s*", re.DOTALL)
"""A day, a postcode, a single letter: their alphabet is their order."""
_ORDERS: Final = ("<", "<=", ">", ">=")


def by_alphabet(predicate: Predicate) -> Iterator[tuple[str, str]]:
    """Each comparison of a column with a text by the alphabet: what is written, and what to write instead.

    Days, postcodes and single letters are left out: what the alphabet does with them is what was meant.
    """
    for node in walk(predicate):
        yield from _found(node)


def _found(node: Node) -> Iterator[tuple[str, str]]:
    low: str | None
    high: str | None
    turned = False
    match node:
        case Comparison(operator, Attribute(name), Text(value)) if operator in _ORDERS:
            low, high = (value, None) if operator.startswith(">") else (None, value)
            written = f"{quote_name(name)} {operator} {quote_text(value)}"
            with_end = operator.endswith("=")
        case Comparison(operator, Text(value), Attribute(name)) if operator in _ORDERS:
            low, high = (value, None) if operator.startswith("<") else (None, value)
            written = f"{quote_text(value)} {operator} {quote_name(name)}"
            with_end = operator.endswith("=")
        case Between(Attribute(name), Text(first), Text(last), negated):
            low, high, turned = first, last, negated
            with_end = True
            written = f"{quote_name(name)} {'NOT ' if turned else ''}BETWEEN {quote_text(low)} AND {quote_text(high)}"
        case _:
            return
    if not all(_ORDERED.fullmatch(text) for text in (low, high) if text is not None):
        listed = _listed(low, high, with_end=with_end)
        yield written, f"{quote_name(name)} {'NOT ' if turned else ''}IN ({listed})"


def _listed(low: str | None, high: str | None, *, with_end: bool) -> str:
    """The values that are meant, as far as they are rounds of funding; else the one that was written and '…'."""
    places = {stage.casefold(): number for number, stage in enumerate(STAGES)}
    start = 0 if low is None else places.get(low.strip().casefold(), -1)
    end = len(STAGES) - 1 if high is None else places.get(high.strip().casefold(), -1)
    if start < 0 or end < 0 or start > end:
        return ", ".join((*(quote_text(text) for text in (low, high) if text is not None), "…"))
    if not with_end:
        start, end = (start + 1, end) if low is not None else (start, end - 1)
    return ", ".join(quote_text(stage) for stage in STAGES[start : end + 1]) or "…"
