from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.industry import classification, industry_of, industry_of_code
from idealfit.accounts.reference_table import reference_table

ROWS = reference_table("industries")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("COMPUTER_SOFTWARE", "Software"),
        ("Airlines/Aviation", "Airlines and aviation"),
        ("information technology & services", "IT services"),
        ("Not For Profit", "Nonprofit"),
        ("B2B -> Marketing", "Marketing and advertising"),
        ("technolgy", "IT services"),
        ("Retail industry", "Retail"),
        ("Gesundheitswesen", "Hospitals and healthcare"),
    ],
)
def test_the_words_of_picklists_are_one_of_our_industries(text: str, label: str) -> None:
    found = industry_of(text)
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize("text", ["Unspecified", "services", "", "qzx", "Tier 1"])
def test_a_word_that_says_no_industry_is_none(text: str) -> None:
    assert industry_of(text) is None


def test_no_word_means_two_industries() -> None:
    from idealfit.accounts.industry import _word_key

    labels: dict[str, set[str]] = {}
    for label, *_, names in ROWS:
        for name in (label, *names.split("|")):
            labels.setdefault(_word_key(name), set()).add(label)
    assert {name: found for name, found in labels.items() if len(found) > 1} == {}


@given(st.sampled_from([row[0] for row in ROWS]))
def test_a_label_of_ours_is_its_own(label: str) -> None:
    found = industry_of(label.upper())
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    ("code", "kind", "label"),
    [
        ("541511", "naics", "IT services"),
        ("7372", "sic", "Software"),
        ("J62.01", "nace", "IT services"),
        ("NAICS 5132", "naics", "Software"),
        ("62", "naics", "Hospitals and healthcare"),
    ],
)
def test_a_code_has_the_industry_of_its_longest_known_beginning(code: str, kind: str, label: str) -> None:
    found = industry_of_code(code, kind)
    assert found is not None
    assert found.label == label


def test_a_column_of_codes_is_told_by_its_header_or_its_letters() -> None:
    assert classification("NAICS Code", {"541511": 3, "5132": 2}) == "naics"
    assert classification("Primary SIC", {"7372": 3}) == "sic"
    assert classification("Branche", {"J62.01": 3, "C10.1": 1}) == "nace"
    assert classification("industry", {"12": 3, "40": 1}) is None
    assert classification("NAICS", {"Software": 3}) is None


def test_every_sector_of_naics_and_nearly_every_subsector_has_an_industry() -> None:
    sectors = "11 21 22 23 31 32 33 42 44 45 48 49 51 52 53 54 55 56 61 62 71 72 81 92".split()  # noqa: SIM905
    assert [code for code in sectors if industry_of_code(code, "naics") is None] == []
