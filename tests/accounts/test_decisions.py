from __future__ import annotations

from idealfit.accounts.duplicate import Company, Decision, Resolution, pairs_by_key, resolve


def settle(companies: list[Company], *decisions: Decision) -> Resolution:
    return resolve({each.account_id: each for each in companies}, pairs_by_key(companies), decisions)


def company(account_id: str, name: str, *, parent: str | None = None) -> Company:
    return Company(account_id, 3, name, "", "", None, "us", None, None, parent)


def test_a_parent_and_its_subsidiary_are_merged_only_by_a_person_and_that_is_told() -> None:
    rows = [company("a", "acme"), company("b", "acme", parent="a")]
    assert settle(rows).merges == ()
    found = settle(rows, Decision("a", "b", "same", "Ana"))
    assert [one.by for one in found.merges] == ["a person"]
    assert [pair.held for pair in found.pairs] == ["one is the parent of the other"]


def test_of_a_chain_whose_ends_were_set_apart_one_link_is_not_followed_and_says_why() -> None:
    rows = [company(name, f"name {name}") for name in "abc"]
    found = settle(
        rows,
        Decision("a", "b", "same", "Ana"),
        Decision("b", "c", "same", "Ana"),
        Decision("a", "c", "different", "Bo"),
    )
    assert len(found.merges) == 1
    refused = [pair for pair in found.pairs if pair.state == "cannot tell"]
    assert [(pair.decided_by, "not to be merged" in (pair.held or "")) for pair in refused] == [("Ana", True)]
