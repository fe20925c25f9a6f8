"""Numbers in sentences: '1 row', '2,000 rows', '1 entry', '3 entries'."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """`number` with its noun: `one` for a single thing, else `many` (by default `one` with an 's')."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
