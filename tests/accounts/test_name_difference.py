from __future__ import annotations

import pytest

from idealfit.accounts.name import normalised_name
from idealfit.accounts.name_difference import DIFFERENT_MARKS, are_apart, difference, marks_of


def kind(one: str, other: str) -> str:
    left, right = normalised_name(one), normalised_name(other)
    assert difference(left, right) == difference(right, left)
    return difference(left, right).kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Company_541", "Company_561"),
        ("Acme Capital Fund II LP", "Acme Capital Fund III LP"),
        ("Plan A", "Plan B"),
        ("Alphabet Inc. (Class A)", "Alphabet Inc. (Class C)"),
        ("Acme Expo 2023", "Acme Expo 2024"),
        ("First National Bank", "Second National Bank"),
        ("Burger Barn Store 12", "Burger Barn Store 14"),
        ("North Shore Bank", "South Shore Bank"),
        ("Farmers Insurance Texas", "Farmers Insurance Ohio"),
    ],
)
def test_numbers_letters_and_places_tell_companies_apart(one: str, other: str) -> None:
    left, right = normalised_name(one), normalised_name(other)
    assert difference(left, right).why == DIFFERENT_MARKS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dell", "Bell"),
        ("Citi", "City"),
        ("PCI Group", "HCI Group"),
        ("M9 Solutions", "o9 Solutions"),
        ("First National Bank of Salem", "First National Bank of Dover"),
        ("Acme Foods", "Acme Tools"),
        ("Bold Construction", "Bowa Construction"),
        ("New Tech Solutions", "Med Tech Solutions"),
    ],
)
def test_short_words_and_words_of_their_own_are_other_companies(one: str, other: str) -> None:
    assert kind(one, other) == "different"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Visa", "Vista"),
        ("Steam Logistics", "Stream Logistics"),
        ("Storylane", "Storyline"),
        ("Paystack", "Haystack"),
        ("Balanced", "Balance"),
        ("Momentum", "Momentum3"),
        ("FedEx", "FedEx Freight"),
        ("Norfolk Southern", "Southern Company"),
    ],
)
def test_what_may_be_a_slip_or_a_name_is_for_a_person(one: str, other: str) -> None:
    assert kind(one, other) == "doubtful"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deep Instinct", "Deep Instict"),
        ("Automatic", "Automattic"),
        ("Brightwater Analytics", "Brigthwater Analytics"),
        ("Skip the Dishes", "SkipTheDishes"),
        ("Acme Intl", "Acme International"),
        ("General Mfg", "General Manufacturing"),
        ("NanoString Technologies", "NanoString"),
        ("Mueller Maschinenbau", "Müller Maschinenbau"),
        ("IBM", "International Business Machines"),
        ("Fund I", "Fund 1"),
        ("Seven Eleven", "7-Eleven"),
        ("Store 014", "Store 14"),
        ("1-800-Flowers", "1800Flowers"),
        ("Northern Trust", "Trust Northern"),
    ],
)
def test_slips_short_forms_and_spellings_of_a_number_are_one_name(one: str, other: str) -> None:
    assert kind(one, other) in ("none", "typing", "left out")


def test_marks_are_compared_with_marks_of_their_kind() -> None:
    assert are_apart(marks_of("teddy bear 1"), marks_of("teddy bear 5"))
    assert not are_apart(marks_of("teddy bear 1 51st street"), marks_of("teddy bear 1"))
    assert not are_apart(marks_of("rachels north"), marks_of("rachels 1"))
    assert not are_apart("", marks_of("rachels 1"))


def test_no_name_is_too_short_or_too_odd() -> None:
    for one in ("", "a", "1", "ii", "株式", "of the"):
        for other in ("", "b", "2", "acme", "and of"):
            assert difference(one, other) == difference(other, one)
