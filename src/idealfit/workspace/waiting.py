"""Who changes a workspace at this moment, for those who wait until that has ended; what this process changed."""

from idealfit.store.turn import MADE_TRUE, WAITS, Turn, whose_turn

__all__ = ["MADE_TRUE", "WAITS", "Turn", "whose_turn"]
