"""Who changes a workspace at this moment, for those who wait until that has ended."""

from idealfit.store.turn import WAITS, Turn, whose_turn

__all__ = ["WAITS", "Turn", "whose_turn"]
