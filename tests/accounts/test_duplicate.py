from __future__ import annotations

import itertools
import random

from idealfit.accounts.duplicate import NAMES_ONLY, Company, Decision, Pair, Resolution, ordered, pairs_by_key, resolve
from idealfit.accounts.name import normalised_name


def company(
    account_id: str,
    name: str | None,
    domain: str | None = None,
    country: str | None = None,
    *,
    city: str | None = None,
    number: str | None = None,
    parent: str | None = None,
    filled: int = 3,
    kin: str | None = None,
    digits: str | None = None,
    registrations: tuple[str, ...] = (),
) -> Company:
    norm = normalised_name(name) if name else None
    return Company(account_id, filled, norm, kin, digits, domain, country, city, number, parent, registrations)


def settle(
    companies: list[Company], *pairs: Pair, decisions: tuple[Decision, ...] = (), above: float = 0.99
) -> Resolution:
    known = {each.account_id: each for each in companies}
    return resolve(known, [*pairs_by_key(companies), *pairs], decisions, merge_above=above)


def merged(found: Resolution) -> dict[str, str]:
    return {one.account_id: one.survivor for one in found.merges}


def alike(one: str, other: str, probability: float = 0.999) -> Pair:
    return Pair(*ordered(one, other), "same", probability, "likeness", "same phone")


def test_one_domain_and_one_name_are_one_company_and_the_fullest_row_survives() -> None:
    found = settle([company("a", "Acme Inc.", "acme.com"), company("b", "ACME", "acme.com", filled=9)])
    assert merged(found) == {"a": "b"}
    assert found.merges[0].by == "domain and name"


def test_one_name_in_one_country_is_one_company() -> None:
    assert merged(settle([company("a", "Acme", None, "us"), company("b", "Acme Ltd", "acme.com", "us")])) == {"b": "a"}


def test_one_name_in_two_countries_cities_or_with_two_domains_cannot_be_told() -> None:
    for one, other in (
        (company("a", "Acme", None, "us"), company("b", "Acme", None, "fr")),
        (company("a", "Acme", "acme.com"), company("b", "Acme", "acme.org")),
        (company("a", "Acme", None, "de", city="berlin"), company("b", "Acme", None, "de", city="munich")),
    ):
        found = settle([one, other])
        assert merged(found) == {}
        assert [pair.state for pair in found.pairs] == ["cannot tell"]


def test_two_brands_on_one_website_stay_apart() -> None:
    assert merged(settle([company("a", "Acme", "acme.com"), company("b", "Bolt", "acme.com")])) == {}


def test_a_row_with_a_domain_and_no_name_is_the_company_of_that_domain() -> None:
    assert merged(settle([company("a", "Acme", "acme.com"), company("b", None, "acme.com")])) == {"b": "a"}


def test_a_parent_and_its_subsidiary_are_different_whatever_they_share() -> None:
    found = settle([company("a", "Acme", "acme.com"), company("b", "Acme GmbH", "acme.com", parent="a")])
    assert merged(found) == {}
    assert [(pair.state, pair.held) for pair in found.pairs] == [("different", "one is the parent of the other")]


def test_companies_of_one_group_are_told_apart_by_their_words() -> None:
    found = settle(
        [company("a", "Acme", "acme.com", kin=""), company("b", "Acme Holding", "acme.com", kin="holding")],
        alike("a", "b"),
    )
    assert merged(found) == {}
    assert found.pairs[0].state == "cannot tell"


def test_one_registration_number_is_one_company_and_two_are_two() -> None:
    one, same = (
        company("a", "Acme", registrations=("vat:DE1",)),
        company("b", "Acme Trading", registrations=("vat:DE1",)),
    )
    other = company("c", "Acme", registrations=("vat:DE2",))
    found = settle([one, same, other])
    assert merged(found) == {"b": "a"}
    assert {pair.held for pair in found.pairs if pair.state == "different"} == {"different registration numbers"}


def test_one_registration_number_under_two_names_is_for_a_person() -> None:
    found = settle([company("a", "Acme", registrations=("vat:DE1",)), company("b", "Bolt", registrations=("vat:DE1",))])
    assert [pair.state for pair in found.pairs] == ["cannot tell"]


def test_the_houses_of_a_franchise_do_not_collapse() -> None:
    houses = [company(f"h{at}", "Burger Barn", "burgerbarn.com", "us", city=f"city {at // 2}") for at in range(12)]
    found = settle(houses)
    assert len(found.merges) == 6
    assert {pair.held for pair in found.pairs if pair.state == "cannot tell"} == {"12 rows of this name in 6 places"}


def test_chains_end_at_one_survivor() -> None:
    found = settle(
        [
            company("a", "Acme", "acme.com", "us", filled=9),
            company("b", "Acme", "acme.com", "us"),
            company("c", "Acme", None, "us"),
        ]
    )
    assert set(merged(found).values()) == {"a"}


def test_a_chain_whose_ends_contradict_each_other_is_not_closed() -> None:
    found = settle(
        [company("a", "Acme", "acme.com"), company("b", "Akme"), company("c", "Acne", "acne.org")],
        alike("a", "b", 0.9999),
        alike("b", "c", 0.995),
    )
    assert merged(found) == {"b": "a"}
    assert found.split == 1
    assert [(pair.state, pair.held) for pair in found.pairs if pair.account_b == "c"] == [
        ("cannot tell", "different domains")
    ]


def test_likeness_alone_makes_no_group_without_bounds() -> None:
    rows = [company(f"{at:03d}", f"name{at}") for at in range(200)]
    found = settle(rows, *(alike(one.account_id, other.account_id) for one, other in itertools.pairwise(rows)))
    groups: dict[str, int] = {}
    for survivor in merged(found).values():
        groups[survivor] = groups.get(survivor, 1) + 1
    assert max(groups.values()) <= 50


def test_a_pair_is_merged_only_above_the_confidence_that_was_set() -> None:
    rows = [company("a", "Acme"), company("b", "Akme")]
    assert merged(settle(rows, alike("a", "b", 0.97))) == {}
    assert merged(settle(rows, alike("a", "b", 0.97), above=0.95)) == {"b": "a"}


def test_what_a_person_said_stands_above_every_rule() -> None:
    rows = [company("a", "Acme", "acme.com"), company("b", "Acme", "acme.com"), company("c", "Bolt", "bolt.io")]
    apart = settle(rows, decisions=(Decision("a", "b", "different", "Ana"),))
    assert merged(apart) == {}
    assert [(pair.state, pair.decided_by) for pair in apart.pairs] == [("different", "Ana")]
    joined = settle(rows, decisions=(Decision("a", "c", "same", "Ana"),))
    assert merged(joined) == {"b": "a", "c": "a"}
    open_question = settle(rows, decisions=(Decision("a", "b", "cannot tell", "Ana"),))
    assert merged(open_question) == {}


def test_accounts_that_a_person_set_apart_are_not_joined_through_a_third() -> None:
    rows = [company(name, "Acme", "acme.com") for name in "abc"]
    found = settle(rows, alike("a", "c"), alike("b", "c"), decisions=(Decision("a", "b", "different", "Ana"),))
    groups = merged(found)
    assert groups.get("a", "a") != groups.get("b", "b")


def test_two_decisions_of_same_that_would_join_what_was_set_apart_do_not_all_hold() -> None:
    rows = [company("a", "Acme"), company("b", "Bolt"), company("c", "Corda")]
    found = settle(
        rows,
        decisions=(
            Decision("a", "b", "same", "Ana"),
            Decision("b", "c", "same", "Ana"),
            Decision("a", "c", "different", "Bo"),
        ),
    )
    groups = merged(found)
    assert groups.get("a", "a") != groups.get("c", "c")
    assert found.split == 1


def test_the_order_of_rows_and_pairs_changes_nothing() -> None:
    rows = [company(f"{at:02d}", f"Acme {at % 4}", f"acme{at % 3}.com", "us", city=f"c{at % 5}") for at in range(40)]
    pairs = [alike(f"{one:02d}", f"{one + 1:02d}", 0.99 + one / 10_000) for one in range(39)]
    first = settle(rows, *pairs)
    shuffled = random.Random(3)  # noqa: S311
    for _ in range(5):
        shuffled.shuffle(rows)
        shuffled.shuffle(pairs)
        assert settle(rows, *pairs) == first


def test_two_rows_or_none_are_no_trouble() -> None:
    assert settle([]) == Resolution((), ())
    assert settle([company("a", "Acme")]) == Resolution((), ())
    assert merged(settle([company("a", None), company("b", None)])) == {}


def named_alike(one: str, other: str, probability: float = 0.75) -> Pair:
    return Pair(*ordered(one, other), "probably same", probability, "likeness", "name but for typing", NAMES_ONLY)


def test_of_names_alone_the_difference_tells_the_state() -> None:
    for first, second, state in (
        ("Company_541", "Company_561", "different"),
        ("PCI Group", "HCI Group", "different"),
        ("Steam Logistics", "Stream Logistics", "cannot tell"),
        ("Deep Instinct", "Deep Instict", "probably same"),
    ):
        found = settle([company("a", first), company("b", second)], named_alike("a", "b"))
        assert [pair.state for pair in found.pairs] == [state], first


def test_a_name_of_one_word_and_nothing_else_waits_for_a_person_unless_the_threshold_is_lower() -> None:
    rows = [company("a", "Atlas"), company("b", "ATLAS Inc.")]
    assert [(pair.state, pair.probability) for pair in settle(rows).pairs] == [("probably same", 0.95)]
    assert merged(settle(rows, above=0.95)) == {"b": "a"}
    assert merged(settle([company("a", "Atlas Copco"), company("b", "ATLAS COPCO Inc.")])) == {"b": "a"}
    assert merged(settle([company("a", "Atlas", None, "us"), company("b", "Atlas")])) == {"b": "a"}


def test_numbers_that_differ_are_told_as_such_and_doubted_only_on_one_website() -> None:
    rows = [company("a", "Store 12", "x.com", digits="12"), company("b", "Store 14", "x.com", digits="14")]
    assert [pair.state for pair in settle(rows, alike("a", "b")).pairs] == ["cannot tell"]
    rows = [company("a", "Store 12", digits="12"), company("b", "Store 14", digits="14")]
    assert [pair.state for pair in settle(rows, alike("a", "b")).pairs] == ["different"]
