"""What was decided about leads before, without all that answers one."""

from __future__ import annotations

from idealfit.store import decisions
from idealfit.store.decisions import InboundDecision
from idealfit.store.place import Place


def earlier(place: Place, *, limit: int) -> tuple[tuple[InboundDecision, ...], int, int]:
    """The last decisions, newest first; how many there are in all, and against how many somebody has spoken."""
    return (decisions.decisions(place.ledger, limit=limit), *decisions.counted(place.ledger))
