"""Tiers and priorities as a person says them."""

from __future__ import annotations

from idealfit.scores.tier_words import could_be, priority_words


def test_what_a_tier_could_be_leaves_out_nothing_between_its_ends() -> None:
    assert could_be("A", "A", "A") is None
    assert could_be("B", "B", "A") == "A"
    assert could_be("B", "C", "A") == "A or C"
    assert could_be("A", "C", "A") == "B or C"
    assert could_be("C", "C", "A") == "A or B"
    assert could_be("unknown", "C", "A") == "A to C"
    assert could_be("unknown", "B", "A") == "A or B"
    assert could_be("unknown", "unknown", "unknown") is None


def test_a_priority_without_timing_is_said_in_words() -> None:
    assert priority_words("A-now") == "A-now"
    assert priority_words("A-unknown") == "A, timing not known"
    assert priority_words("unknown") == "unknown"
