"""What was decided before, in one breath."""

from __future__ import annotations

from datetime import date

from idealfit.inbound.before import before_words
from idealfit.inbound.known import Decision


def decision(what: str, year: int, month: int, reason: str | None = None) -> Decision:
    return Decision(date(year, month, 3), what, reason, f"D{year}{month}")


def test_decisions_of_a_kind_are_told_together() -> None:
    assert before_words(()) is None
    assert before_words([decision("lost", 2025, 5, "no budget owner")]) == "lost: May 2025, no budget owner"
    refused = [
        decision("disqualified", 2025, 5, "no budget owner"),
        decision("disqualified", 2024, 3, "no budget owner"),
    ]
    assert before_words(refused) == "turned down twice: May 2025 and March 2024, no budget owner"
    assert before_words([*refused, decision("won", 2021, 1)]) == (
        "turned down twice: May 2025 and March 2024, no budget owner; won: January 2021"
    )
    several = [decision("lost", 2025, month, reason) for month, reason in ((9, "price"), (7, None), (5, "timing"))]
    assert before_words([*several, decision("lost", 2020, 1, "price")]) == (
        "lost 4 times: September 2025, price; July 2025, no reason given; May 2025, timing; 1 before"
    )
    many = [decision("won", 2025, month) for month in (9, 7, 5, 3)]
    assert before_words(many) == "won 4 times, last in September 2025"
    assert before_words([Decision(None, "lost", None, "D1")] * 2) == "lost twice"
