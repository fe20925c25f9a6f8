from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.made_up import WORDS_OF_INTEREST, made_up_reason

MADE_UP = ["Test", "asdf", "DO NOT USE", "Acme Test 123", "Testing Company", "Acme (test)", "TEST - Acme", "Demo Inc"]


@pytest.mark.parametrize("name", [*MADE_UP, "aaaa", "Please delete - Foo", "test_account", "123"])
def test_a_test_record_is_told_by_its_name(name: str) -> None:
    assert made_up_reason(name, None) is not None


@pytest.mark.parametrize(
    "name",
    [
        "Test Systems GmbH",
        "Test Rite International",
        "Contest Factory",
        "AAA",
        "3M",
        "Demostack",
        "Fakespot",
        "360",
        "Sample",
    ],
)
def test_a_company_that_is_truly_called_so_is_none(name: str) -> None:
    assert made_up_reason(name, "real.com") is None


def test_a_domain_of_tests_is_enough() -> None:
    assert made_up_reason("Acme", "example.com") == "its domain is one that is used for tests"
    assert made_up_reason("Acme", "acme.example") is None


@given(st.one_of(st.sampled_from(MADE_UP), st.text(max_size=14)))
def test_no_made_up_name_escapes_the_first_look(name: str) -> None:
    assert made_up_reason(name, None) is None or re.search(WORDS_OF_INTEREST, name.lower())
