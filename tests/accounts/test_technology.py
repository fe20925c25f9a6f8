from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.reference_table import reference_table
from idealfit.accounts.technology import technology_of

ROWS = reference_table("technologies")


@pytest.mark.parametrize(
    ("text", "name", "category"),
    [
        ("Amazon Web Services", "AWS", "cloud"),
        ("hubspot crm", "HubSpot", "CRM"),
        ("Salesforce.com", "Salesforce", "CRM"),
        ("salesforce-sales-cloud", "Salesforce", "CRM"),
        ("WordPress 6.4", "WordPress", "CMS"),
        ("Okta Enterprise", "Okta", "identity"),
        ("GCP", "Google Cloud", "cloud"),
    ],
)
def test_a_product_is_known_by_its_names_editions_and_versions(text: str, name: str, category: str) -> None:
    found = technology_of(text)
    assert found is not None
    assert (found.name, found.category) == (name, category)


def test_languages_that_differ_in_a_sign_stay_apart() -> None:
    assert [found.name for text in ("C#", "C++", "R") if (found := technology_of(text))] == ["C#", "C++", "R"]


def test_an_unknown_product_is_none() -> None:
    assert technology_of("Our Own Billing 3") is None


@given(st.sampled_from([row[0] for row in ROWS]), st.sampled_from([str.upper, str.lower, str.strip]))
def test_a_usual_name_is_its_own_in_any_case(name: str, form: object) -> None:
    found = technology_of(form(name))  # type: ignore[operator]
    assert found is not None
    assert found.name == name


def test_no_name_stands_for_two_products() -> None:
    from idealfit.accounts.technology import _key

    products: dict[str, set[str]] = {}
    for name, _, others in ROWS:
        for each in (name, *filter(None, others.split("|"))):
            products.setdefault(_key(each), set()).add(name)
    assert {name: found for name, found in products.items() if len(found) > 1} == {}
