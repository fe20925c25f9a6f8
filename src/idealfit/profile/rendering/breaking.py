"""Where a line may break: inside words that are wider than a column, alike on paper and on screen; and which scripts
the bundled fonts hold.
"""

from __future__ import annotations

import unicodedata

from idealfit.profile.rendering.model import Page, facts

UNBROKEN, UNBROKEN_IN_GRID = 30, 13
"""Characters without a blank that a column, and a cell of the grid, is sure to hold."""
_COVERED = ((0x20, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1FFF), (0x2000, 0x22FF))
"""Latin, Greek, Cyrillic and signs: what the bundled fonts hold. Only other scripts need the machine's own fonts."""


def covered(page: Page) -> bool:
    """Do the bundled fonts hold every character of the page?"""
    return all(map(holds, facts(page)))


def holds(text: str) -> bool:
    """Do the bundled fonts hold every character of `text`?"""
    return all(any(low <= ord(character) <= high for low, high in _COVERED) for character in set(text))


def soft(text: str, longest: int = UNBROKEN) -> str:
    """`text` with invisible places to break (U+200B) in words longer than `longest`; never before a combining mark."""
    return " ".join(word if len(word) <= longest else _broken(word) for word in text.split(" "))


def _broken(word: str) -> str:
    found: list[str] = []
    for place, character in enumerate(word):
        joined = unicodedata.category(character) in {"Mn", "Me", "Mc", "Cf", "Sk"} or word[place - 1] in "\u200c\u200d"
        if place and not joined:
            found.append("\u200b")
        found.append(character)
    return "".join(found)
