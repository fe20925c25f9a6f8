"""Companies of the records whose name is nearly the one that was heard: 'Norvik' where they say 'Norvik Shipping'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from rapidfuzz import fuzz

from idealfit.accounts.name import normalised_name

Known: TypeAlias = tuple[str, str, str]
"""A company's id, name and site."""
MOST_NEAR = 3
START = 3
"""Names are compared that begin with the same letters, so many of them."""
_LEAST = 82.0
_LEAST_OF_A_SITE = 88.0


def start_of(name: str) -> str | None:
    """What the names begin with that are compared with this one; None where it is too short to tell."""
    key = normalised_name(name)
    return key[:START] if len(key) > START else None


def nearest(name: str, companies: Iterable[Known]) -> tuple[Known, ...]:
    """Of `companies` those that may be meant by `name`, the nearest first, at most `MOST_NEAR`."""
    wanted = normalised_name(name)
    likeness = {one: _likeness(wanted, normalised_name(one[1])) for one in companies}
    near = sorted(
        (one for one in likeness if likeness[one] >= _LEAST), key=lambda one: (-likeness[one], one[1], one[0])
    )
    return tuple(near[:MOST_NEAR])


def is_like(site: str, other: str) -> bool:
    """Whether one site may be a slip for the other, or the same name in another country: 'norvik.com', 'norvik.de'."""
    return fuzz.ratio(site.partition(".")[0], other.partition(".")[0]) >= _LEAST_OF_A_SITE


def _likeness(wanted: str, key: str) -> float:
    """0 to 100: like letters throughout, or one the beginning of the other, word by word."""
    shorter, longer = sorted((wanted.split(), key.split()), key=len)
    begins = bool(shorter) and longer[: len(shorter)] == shorter
    return 100.0 - len(longer) + len(shorter) if begins else fuzz.ratio(wanted, key)
