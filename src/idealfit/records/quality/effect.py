"""What a problem would do to a profile, as one number from 0 to 100.

A problem does harm in up to seven ways, each a share between 0 and 1. A share is weighted by how directly a profile
rests on what is harmed; the harms are then put together like independent losses:

    effect = 100 · (1 - ∏ (1 - weight · share))

So no harm is 0, more harm of any kind is never less effect, and nothing passes 100.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

WEIGHTS = {
    "wrong": 1.0,
    "lost": 0.8,
    "shift": 0.8,
    "untestable": 0.5,
    "timing": 0.4,
    "worth": 0.4,
    "leak": 0.3,
    "side": 0.15,
}


@dataclass(frozen=True)
class Harm:
    """The ways in which a profile is harmed, as shares of what it would rest on.

    `wrong`: evidence whose outcome is told wrongly. `lost`: evidence that cannot be used. `shift`: by how much of
    itself the win rate moves between two readings. `untestable`: candidate attributes that cannot be tested. `timing`:
    evidence whose dates serve no cycle or window. `worth`: evidence of who is worth what, or stays, that is missing or
    wrong. `leak`: how much of the outcome a column only seems to explain. `side`: rows that lists rest on, and no
    profile does.
    """

    wrong: float = 0.0
    lost: float = 0.0
    shift: float = 0.0
    untestable: float = 0.0
    timing: float = 0.0
    worth: float = 0.0
    leak: float = 0.0
    side: float = 0.0

    def parts(self) -> dict[str, float]:
        """The shares that are not zero, rounded as they are written down."""
        shares = {each.name: min(max(float(getattr(self, each.name)), 0.0), 1.0) for each in fields(self)}
        return {name: round(share, 4) for name, share in shares.items() if round(share, 4) > 0}

    def effect(self) -> float:
        """0 (nothing) to 100 (no profile can rest on this), to one decimal."""
        kept = 1.0
        for name, share in self.parts().items():
            kept *= 1.0 - WEIGHTS[name] * share
        return round(100.0 * (1.0 - kept), 1)


def widening(lost: float) -> float:
    """By which share every interval grows when this share of the evidence is lost: 1 / √kept - 1."""
    return float(1.0 / max(1.0 - lost, 0.0001) ** 0.5) - 1.0


def share_of(part: float, whole: float) -> float:
    """`part` of `whole`; 0 of nothing."""
    return part / whole if whole else 0.0
