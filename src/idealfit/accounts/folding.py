"""Texts as they are compared: without outer blanks and without case, as the language of criteria and its SQL do it."""

from __future__ import annotations

SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What outer blanks are: the space separators of Unicode."""


def trim(text: str) -> str:
    """`text` without outer blanks (Unicode's space separators)."""
    return text.strip(SPACES)


def fold(text: str) -> str:
    """`text` as it is compared: without outer blanks (Unicode's space separators), in lower case.

    Lower case letter by letter, as SQL engines do it: Python's own `lower` gives the last sigma of a word another form
    and U+0130 two characters.
    """
    stripped = trim(text)
    return stripped.lower() if stripped.isascii() else "".join(_lowered(char) for char in stripped)


def _lowered(char: str) -> str:
    return "i" if char == "\u0130" else char.lower()
