"""Tiers and priorities as a person says them: what an account could be as well, and what is not known of it."""

from __future__ import annotations

SCALE = ("A", "B", "C")
"""The tiers that are better or worse than each other, the best first."""


def could_be(tier: str, low: str, high: str) -> str | None:
    """What an account of `tier` could be as well, in words: 'A', 'B or C', 'A to C'; None where it is certain. `low`
    and `high` are its tiers with everything unknown at its worst and its best; what lies between them is meant too.
    """
    if low in SCALE and high in SCALE:
        others = [one for one in SCALE[SCALE.index(high) : SCALE.index(low) + 1] if one != tier]
    else:
        others = [one for one in dict.fromkeys((high, low)) if one != tier]
    if len(others) > 2:
        return f"{others[0]} to {others[-1]}"
    return " or ".join(others) or None


def priority_words(priority: str) -> str:
    """A priority as a person says it: 'A-now' as it is, 'A-unknown' as 'A, timing not known'."""
    tier, dash, band = priority.partition("-")
    return f"{tier}, timing not known" if dash and band == "unknown" else priority
