"""The words for tiers and priorities, as every door says them."""

from __future__ import annotations

from idealfit.scores.tier_words import could_be, priority_words

__all__ = ["could_be", "priority_words"]
