"""What is said of one account: what finding something out moves, and nothing of what it does not."""

from __future__ import annotations

from idealfit.frontends.account_words import gain_words
from idealfit.scores.learning import Gain


def test_what_is_found_out_is_told_by_what_it_moves() -> None:
    both = Gain(tier=0.3, priority=0.3, fit=4.2, tiers={}, value=1_200.0)
    assert gain_words(both, "EUR") == "30% chance of another tier; moves fit by 4.2; moves the value by EUR 1,200"


def test_what_only_says_when_moves_timing_and_no_fit() -> None:
    when = Gain(tier=0.0, priority=0.4, fit=0.0, tiers={})
    assert gain_words(when, "") == "40% chance of another timing or priority"
    assert gain_words(Gain(tier=0.0, priority=0.0, fit=0.0, tiers={}), "") == "moves neither tier nor timing by much"
