from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.domain import company_domain, registrable_domain
from idealfit.accounts.name import normalised_name, squash


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Acme, Inc.", "acme"),
        ("ACME Corporation", "acme"),
        ("Müller GmbH & Co. KG", "muller"),
        ("The Boring Co", "boring"),
        ("Lumen S.A.R.L.", "lumen"),
        ("Inc", "inc"),
        ("Ben & Jerry's", "ben and jerrys"),
    ],
)
def test_legal_forms_case_and_accents_do_not_tell_companies_apart(name: str, normal: str) -> None:
    assert normalised_name(name) == normal


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised_name(normalised_name(text)) == normalised_name(text)


def test_two_spellings_of_a_product_squash_to_one() -> None:
    assert squash("GTX Pro") == squash("GTXPro")


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.Acme.co.uk/about", "acme.co.uk"),
        ("www.walmart.com", "walmart.com"),
        ("linkedin.com/company/acme", None),
        ("n/a", None),
    ],
)
def test_a_web_address_is_reduced_to_the_companys_domain(text: str, domain: str | None) -> None:
    assert registrable_domain(text) == domain


def test_a_personal_address_says_nothing_of_a_company() -> None:
    assert company_domain("jo@gmail.com") is None
    assert company_domain("jo@mail.acme.io") == "acme.io"
