"""A criterion whose counts point the other way says what weighs more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from idealfit.patterns.wording import reason_of


def pattern(points: int, won: tuple[int, int, int, int], effects: dict[str, float]) -> Any:
    counts = SimpleNamespace(match_won=won[0], match_lost=won[1], rest_won=won[2], rest_lost=won[3])
    effect = SimpleNamespace(by_target={name: (beta, 0.05) for name, beta in effects.items()})
    churn = ((280, 90, 0.32), (54, 10, 0.20))
    return SimpleNamespace(points=points, polarity="seek", counts=counts, effect=effect, churn=churn, beside="")


def test_larger_contracts_that_outweigh_fewer_wins_are_said_to() -> None:
    told = reason_of(pattern(4, (28, 89, 54, 143), {"win": -0.1, "amount": 0.2}), "deal")
    assert told == (
        "28 of 117 won, elsewhere 54 of 197; 32 in 100 leave within a year, elsewhere 20; "
        "their contracts are 22% larger, which weighs more."
    )


def test_more_wins_that_leaving_outweighs_are_said_to_be_outweighed() -> None:
    told = reason_of(pattern(-6, (60, 40, 30, 70), {"win": 0.9, "amount": -0.3}), "deal")
    assert told.endswith("elsewhere 20; their contracts are 26% smaller, which together weighs more.")


def test_what_is_won_more_often_needs_no_such_words() -> None:
    assert "weighs" not in reason_of(pattern(4, (60, 40, 30, 70), {"win": 0.9, "amount": 0.2}), "deal")
    # the trait's own effect on winning is good, whatever its counts look like beside other traits
    assert "weighs" not in reason_of(pattern(4, (28, 89, 54, 143), {"win": 0.3, "amount": 0.2}), "deal")
