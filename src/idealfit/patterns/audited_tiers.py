"""What became of the deals of each tier that a profile would have given: every deal is in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, Flags, rate
from idealfit.evidence.retention import retention
from idealfit.evidence.table import Evidence

TIERS = ("A", "B", "C", "excluded", "unknown")
A_YEAR = 12.0


@dataclass(frozen=True)
class AuditedTier:
    """The deals whose account would have had this tier the day before they opened; `stay` the share of customers still
    there after a year; `wins` names the wins, the largest first; `records` deal ids by outcome.
    """

    tier: str
    deals: int
    won: int
    lost: int
    open: int
    accounts: int
    win_rate: Estimate | None
    stay: Estimate | None
    wins: tuple[str, ...]
    records: Mapping[str, tuple[str, ...]]


def audited_tiers(evidence: Evidence, tiers: NDArray[np.str_]) -> tuple[AuditedTier, ...]:
    """A line a tier, those without deals left out. `tiers` is one value a row of the evidence."""
    return tuple(_tier(evidence, name, tiers == name) for name in TIERS if bool(np.any(tiers == name)))


def _tier(evidence: Evidence, name: str, rows: Flags) -> AuditedTier:
    sides = {word: rows & (evidence.outcome == value) for word, value in (("won", 1), ("lost", 0), ("open", -1))}
    closed = sides["won"] | sides["lost"]
    followed = sides["won"] & np.isfinite(evidence.months)
    won = np.flatnonzero(sides["won"])
    value = np.nan_to_num(np.where(np.isfinite(evidence.amount), evidence.amount, evidence.arr))
    largest = won[np.argsort(-value[won], kind="stable")]
    return AuditedTier(
        name,
        int(rows.sum()),
        int(sides["won"].sum()),
        int(sides["lost"].sum()),
        int(sides["open"].sum()),
        len(np.unique(evidence.account[rows])),
        rate(evidence.outcome[closed] == 1, np.unique(evidence.account[closed], return_inverse=True)[1]),
        retention(evidence.months[followed], evidence.ended[followed], A_YEAR) if int(followed.sum()) >= 5 else None,
        tuple(dict.fromkeys(str(evidence.name[row]) for row in largest)),
        {word: tuple(str(one) for one in evidence.deal_id[side]) for word, side in sides.items()},
    )
