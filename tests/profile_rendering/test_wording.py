"""Figures and dates in words."""

from __future__ import annotations

import pytest

from idealfit.profile.rendering.parts import question
from idealfit.profile.rendering.spoken import clause
from idealfit.profile.rendering.wording import day, in_hundred, listing, money, months_after, plain


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "EUR 0"), (45600, "EUR 45,600"), (999_499, "EUR 999,499"), (1_234_567, "EUR 1.23 million"),
     (3_120_000, "EUR 3.12 million"), (250_000_000, "EUR 250 million"), (4.2e9, "EUR 4.2 billion")],
)  # fmt: skip
def test_money(value: float, text: str) -> None:
    assert money(value, "EUR").replace("\xa0", " ") == text


def test_dates() -> None:
    assert day("2026-09-30") == "30 September 2026"
    assert day("soon") == "soon"
    assert months_after("2026-11-30", 3) == "2027-02-28"


def test_small_shares_are_not_called_nothing() -> None:
    assert [in_hundred(share) for share in (0, 0.004, 0.0104, 0.314, 1)] == ["0", "0.4", "1", "31", "100"]


def test_a_list_of_names_tells_what_it_leaves_out() -> None:
    assert listing(["A"]) == "A"
    assert listing(["A", "B", "C"]) == "A, B and C"
    assert listing(list("ABCDEFGH"), 3) == "A, B, C and 5 more"
    assert listing(["A", "x" * 200, ""]) == "A and 2 more"


def test_a_field_name_loses_its_underscores() -> None:
    assert plain("financial_services__x") == "financial services x"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("100 to 500 employees", "with 100 to 500 employees"),
        ("uses Okta", "that uses Okta"),
        ("raised funding in the last 180 days", "that raised funding in the last 180 days"),
        ("industry is software", "whose industry is software"),
        ("revenue of at least $5M", "with revenue of at least $5M"),
        ("founded before 1990", "founded before 1990"),
        ("soc 2: yes", "with soc 2"),
        ("soc 2: no", "without soc 2"),
        ("employees grew by at least 20 % over 180 days", "whose employees grew by at least 20 % over 180 days"),
    ],
)
def test_a_sentence_becomes_part_of_a_spoken_one(sentence: str, expected: str) -> None:
    assert clause(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("uses Okta", "Do they use Okta?"),
        ("at least 3 visits to the pricing page in the last 60 days",
         "Do they have at least 3 visits to the pricing page in the last 60 days?"),
        ("industry is software", "Is their industry software?"),
        ("somebody in security among the contacts", "Is there somebody in security among the contacts?"),
        ("raised funding in the last day", "Have they raised funding in the last day?"),
    ],
)  # fmt: skip
def test_a_sentence_becomes_a_question(sentence: str, expected: str) -> None:
    assert question(sentence) == expected
