from __future__ import annotations

from idealfit.accounts.duplicate import AccountKey, find_duplicates


def key(
    account_id: str,
    name: str,
    domain: str | None = None,
    country: str | None = None,
    parent: str | None = None,
    filled: int = 3,
) -> AccountKey:
    return AccountKey(account_id, name, domain, country, parent, filled)


def test_one_domain_and_one_name_are_one_company_and_the_fullest_row_survives() -> None:
    merges = find_duplicates([key("a", "Acme Inc.", "acme.com"), key("b", "ACME", "acme.com", filled=9)])
    assert [(merge.account_id, merge.survivor) for merge in merges] == [("a", "b")]


def test_one_name_in_one_country_is_one_company() -> None:
    assert len(find_duplicates([key("a", "Acme", None, "US"), key("b", "Acme Ltd", "acme.com", "us")])) == 1


def test_one_name_in_two_countries_or_with_two_domains_is_two_companies() -> None:
    assert find_duplicates([key("a", "Acme", None, "US"), key("b", "Acme", None, "FR")]) == ()
    assert find_duplicates([key("a", "Acme", "acme.com"), key("b", "Acme", "acme.org")]) == ()


def test_two_brands_on_one_website_stay_apart() -> None:
    assert find_duplicates([key("a", "Acme", "acme.com"), key("b", "Bolt", "acme.com")]) == ()


def test_a_parent_and_its_subsidiary_are_not_duplicates() -> None:
    assert find_duplicates([key("a", "Acme", "acme.com"), key("b", "Acme GmbH", "acme.com", parent="a")]) == ()


def test_chains_end_at_one_survivor() -> None:
    merges = find_duplicates(
        [key("a", "Acme", "acme.com", "US", filled=9), key("b", "Acme", "acme.com", "US"), key("c", "Acme", None, "US")]
    )
    assert {merge.survivor for merge in merges} == {"a"}
