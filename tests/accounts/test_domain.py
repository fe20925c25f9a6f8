from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.domain import company_domain, registrable_domain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.Acme.co.uk:8080/about", "acme.co.uk"),
        ("acme.co.uk.", "acme.co.uk"),
        ("www2.acme.com", "acme.com"),
        ("mailto:jo@acme.io", "acme.io"),
        ("acme.com; beta.io", "acme.com"),
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("MÜNCHEN.de", "münchen.de"),
        ("http://user:pw@acme.com/x", "acme.com"),
        ("linkedin.com", "linkedin.com"),
        ("https://www.linkedin.com/company/acme", None),
        ("acme.wixsite.com/home", None),
        ("acme.business.site", None),
        ("http://bit.ly/3x", None),
        ("192.168.0.1", None),
        ("localhost", None),
        ("Acme Inc.", None),
    ],
)
def test_an_address_is_reduced_to_the_companys_own_domain(text: str, domain: str | None) -> None:
    assert registrable_domain(text) == domain


@pytest.mark.parametrize("provider", ["gmail.com", "yahoo.co.in", "orange.fr", "qq.com", "posteo.de"])
def test_providers_of_mail_for_persons_are_no_company(provider: str) -> None:
    assert company_domain(f"jo@{provider}") is None


@given(st.text(max_size=30))
def test_a_domain_is_its_own_domain(text: str) -> None:
    domain = registrable_domain(text)
    assert domain is None or registrable_domain(domain) == domain
