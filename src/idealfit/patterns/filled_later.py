"""Two proofs that a column is filled in because of the outcome: its history, and its fill as customers grow older."""

from __future__ import annotations

import math

import numpy as np

from idealfit.evidence.filling import Filling
from idealfit.evidence.table import Evidence, Fact, Flags

FEWEST_FILLED = 20
"""Won accounts that were filled in after closing, before a history is a proof."""

MOSTLY, MORE_OFTEN = 0.8, 3.0
"""The share of fillings of won accounts that came after closing, and how much oftener than on lost ones."""

FEWEST_ROWS = 30
LEAST_GROWTH, SURE_GROWTH = 0.2, 4.0
"""By how much the fill must grow with age, beyond the growth among lost deals, and its z."""


def filled_after_closing(filling: Filling | None) -> str | None:
    """The proof from the history, or None: it was filled in after the deal was closed, and mostly where it was won."""
    if filling is None or filling.won_after < FEWEST_FILLED or not filling.won:
        return None
    all_won = filling.won_before + filling.won_after
    rate_won = filling.won_after / filling.won
    rate_lost = (filling.lost_after + 0.5) / (filling.lost + 0.5)
    if filling.won_after < MOSTLY * all_won or rate_won < MORE_OFTEN * rate_lost:
        return None
    return (
        f"Its history shows when it was filled in: on {filling.won_after:,} of {all_won:,} won accounts after the deal "
        f"had been closed, and on {filling.lost_after:,} of {filling.lost:,} lost ones"
    )


def grows_with_age(fact: Fact, evidence: Evidence) -> str | None:
    """The proof from its fill, or None: among won deals it is known the more often the longer ago they were closed, and
    among lost ones it is not.

    Deals closed in the latest third of the time against the earliest third; the difference of the two growths must be
    4 standard errors from nothing. A column that an enrichment fills for all, or that was begun later, grows alike
    or shrinks.
    """
    if fact.dated or fact.kind in ("event", "role") or fact.known.all():
        return None
    closed = (evidence.outcome >= 0) & ~np.isnat(evidence.closed)
    if int(closed.sum()) < 4 * FEWEST_ROWS:
        return None
    days = evidence.closed.astype("datetime64[D]").astype(float)
    early, late = np.quantile(days[closed], [1 / 3, 2 / 3])
    old, new = closed & (days <= early), closed & (days >= late)
    won, lost = evidence.outcome == 1, evidence.outcome == 0
    sides = [_share(fact.known, rows) for rows in (old & won, new & won, old & lost, new & lost)]
    if min(count for _share_, count in sides) < FEWEST_ROWS:
        return None
    (old_won, _a), (new_won, _b), (old_lost, _c), (new_lost, _d) = sides
    growth, usual = old_won - new_won, old_lost - new_lost
    error = math.sqrt(sum(share * (1 - share) / count + 0.25 / count**2 for share, count in sides))
    if growth - max(usual, 0.0) < LEAST_GROWTH or (growth - max(usual, 0.0)) / error < SURE_GROWTH:
        return None
    if new_won > old_won / 2:
        return None
    return (
        f"It is known for {old_won:.0%} of the deals won long ago and {new_won:.0%} of those won lately, of lost ones "
        f"for {old_lost:.0%} and {new_lost:.0%}: it is filled in while somebody is a customer"
    )


def _share(known: Flags, rows: Flags) -> tuple[float, int]:
    count = int(rows.sum())
    return (float(known[rows].mean()) if count else 0.0), count
