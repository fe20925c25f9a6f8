"""A segment that one may love and should not, told in sentences that end in what to do."""

from __future__ import annotations

from typing import Any

from idealfit.frontends.segment_story import TO_DO, story_of


def arithmetic(left: float) -> dict[str, Any]:
    lines = [
        ("win rate", 0.31, 0.21),
        ("revenue a year", 12_400.0, 11_560.0),
        ("cost of sales a year", -2_480.0, -2_312.0),
        ("support a year", -9_133.0, -622.0),
        ("left of a year", 787.0, 8_626.0),
        ("months kept of 24", 17.6, 16.4),
        ("cost to win one", -969.0, -1_425.0),
        ("left per customer in 24 months", left, 11_061.0),
    ]
    return {
        "price": {"currency": "EUR"},
        "story": {"steps": [{"what": what, "match": match, "rest": rest} for what, match, rest in lines]},
    }


def test_a_segment_that_wins_and_leaves_little_is_told_from_its_arithmetic() -> None:
    assert story_of(arithmetic(182.0)) == (
        "At first sight it is good: 31% of these deals are won, of all others 21%.",
        "Such a customer pays EUR 12,400 a year. Of that the cost of sales EUR 2,480 and support EUR 9,133 are taken; "
        "EUR 787 is left.",
        "It stays 18 of the first 24 months, others 16.",
        "To win one takes EUR 969, another EUR 1,425.",
        "So each of them leaves EUR 182 in 24 months. Any other customer leaves EUR 11,061.",
        TO_DO,
    )


def test_a_segment_that_loses_money_says_so() -> None:
    assert "So each of them loses you EUR 4,104 in 24 months." in story_of(arithmetic(-4_104.0))[-2]


def test_without_the_arithmetic_there_is_no_story() -> None:
    assert story_of({"story": None}) == () and story_of({}) == ()
