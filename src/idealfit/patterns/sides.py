"""What the rows of the evidence and their two sides are called: won and lost deals, customers who stayed and left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idealfit.evidence.table import Evidence

if TYPE_CHECKING:
    from idealfit.patterns.pattern import Counts

STAYS = "who stays among those who bought"
"""Said by the evidence where those who stayed are set against those who left (`evidence.rows`)."""

WHO_YOU_HAVE = "a list of customers beside a list of other companies"
"""Said by the evidence where customers are set against companies that are none (`evidence.rows`)."""


@dataclass(frozen=True)
class Sides:
    """`rows`: what is counted; `did`: what the good ones did ('won'); `good` and `bad`: the two sides as nouns, the
    second after the first ('won deals' and 'lost ones'); `order`: what an order of them puts first.
    """

    rows: str
    did: str
    good: str
    bad: str
    order: str


DEALS = Sides("deals", "won", "won deals", "lost ones", "wins")
STAYERS = Sides("customers", "stayed", "customers who stayed", "who left", "customers who stay")
BEST = Sides("customers", "are among the best", "of the best customers", "of the others", "the best customers")
LISTED = Sides("companies", "are customers", "customers", "other companies", "customers")
ADVANCES = Sides("deals", "advanced", "deals that advanced", "others", "deals that advance")


def sides_of(unit: str, notes: Collection[str] = ()) -> Sides:
    """The words for rows of `unit` ('deal', 'customer', 'account', 'advance'), with the `notes` of the evidence."""
    if unit in ("customer", "account") and any(STAYS in note for note in notes):
        return STAYERS
    return {"customer": BEST, "account": LISTED, "advance": ADVANCES}.get(unit, DEALS)


def sides_in(evidence: Evidence) -> Sides:
    """The same, as the evidence itself tells it."""
    if evidence.reach == "advances":
        return ADVANCES
    if evidence.reach != "customers":
        return DEALS
    listed = any(WHO_YOU_HAVE in note for note in evidence.notes)
    return sides_of("account" if listed else "customer", evidence.notes)


def counts_told(counts: Counts, sides: Sides) -> str:
    """'189 of 725 won, elsewhere 220 of 1,091'."""
    match, rest = counts.match_won + counts.match_lost, counts.rest_won + counts.rest_lost
    return f"{counts.match_won:,} of {match:,} {sides.did}, elsewhere {counts.rest_won:,} of {rest:,}"
