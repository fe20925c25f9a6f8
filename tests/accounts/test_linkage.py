from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import duckdb
import pytest

from idealfit.accounts import linkage
from idealfit.accounts.duplicate import Pair
from idealfit.accounts.identity import make_identities, sources_of
from idealfit.accounts.linkage import COMPARISONS, score_pairs, scored_as_pairs
from idealfit.store.engine import connect, insert_texts, quote


def accounts(**columns: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """A database with the table `identities` of these accounts, whose ids are their numbers."""
    con = connect()
    rows = len(next(iter(columns.values())))
    names = ["account_id", *columns]
    con.execute(f"CREATE TABLE given ({', '.join(quote(name) + ' VARCHAR' for name in names)})")
    insert_texts(con, "given", [[f"{at:03d}" for at in range(rows)], *columns.values()])
    make_identities(con, "given", sources_of(names))
    return con


def scored(**columns: Sequence[str]) -> Mapping[tuple[str, str], Pair]:
    con = accounts(**columns)
    score_pairs(con)
    return {(one.account_a, one.account_b): one for one in scored_as_pairs(con)}


def test_every_level_of_a_comparison_has_a_weight_of_its_own_and_chances_that_add_up() -> None:
    chances = dict.fromkeys((level.how for levels in COMPARISONS.values() for level in levels), 0.03)
    for what, levels in COMPARISONS.items():
        weights = [linkage._weight(m, u) for m, u in linkage._chances(what, chances)]
        assert all(abs(one - other) > 9e-6 for one, other in itertools.combinations(weights, 2)), what
        assert sum(level.m for level in levels) <= 1.0001, what


def test_a_slip_of_typing_with_the_same_phone_is_the_same_company() -> None:
    found = scored(
        name=["Brightwater Analytics Inc", "Brigthwater Analytics"], phone=["+1 617 555 0134", "(617) 555-0134"]
    )
    assert found["000", "001"].state == "same"
    assert found["000", "001"].why == "name but for typing; same phone"


def test_names_that_are_merely_alike_are_for_a_person_in_however_small_a_file() -> None:
    pair = scored(name=["Brightwater Analytics", "Brigthwater Analytics"])["000", "001"]
    assert (pair.state, pair.held) == ("probably same", "nothing but the names is alike")


def test_other_domains_or_places_speak_against_a_merge() -> None:
    sites = scored(name=["Acme Robotics", "Acme Robotics"], domain=["acme.com", "acme.org"], phone=["6175550134"] * 2)
    assert (sites["000", "001"].state, sites["000", "001"].held) == ("cannot tell", "other domain")
    streets = scored(name=["Acme Robotics"] * 2, phone=["6175550134"] * 2, street=["1 Elm St", "94 Oak St"],
                     zip=["02110", "02110"])  # fmt: skip
    assert streets["000", "001"].state == "cannot tell"


def test_a_personal_mail_domain_and_a_site_of_many_brands_tell_nothing() -> None:
    con = accounts(
        name=["Acme", "Bolt", "Corda", "Dune", "Elba", "Fjord", "Gaia", "Hydra"],
        domain=["gmail.com", "gmail.com", *["builder.site"] * 6],
    )
    assert con.execute("SELECT count(domain) FROM identities").fetchall() == [(0,)]


def test_registration_numbers_are_found_by_their_columns_and_filler_is_not() -> None:
    con = accounts(
        name=["a", "b", "c", "d"],
        **{
            "VAT ID": ["DE 811.128.135", "de811128135", "000000000", "123456789"],
            "D-U-N-S Number": ["", "", "n/a", "15-048-3782"],
        },
    )
    assert con.execute("SELECT registrations FROM identities ORDER BY row").fetchall() == [
        (["vat:DE811128135"],), (["vat:DE811128135"],), (None,), (["duns:150483782"],),
    ]  # fmt: skip


def test_the_number_of_compared_pairs_stays_under_its_cap() -> None:
    names = [f"Acme {word}" for word in ("north", "south", "east", "west")] * 25
    con = accounts(name=names)
    whole = score_pairs(con)
    assert whole.pairs > 1000
    con = accounts(name=names)
    capped = score_pairs(con, most_pairs=1000)
    assert capped.pairs <= 1000
    assert capped.skipped > whole.skipped


@pytest.mark.parametrize(
    "names",
    [
        ["", ""],
        ["x"],
        ["Acme"] * 60,
        ["'; DROP TABLE linked; --", '"; --', "a\x00b", "\ue000", "\u202egnp", "👾" * 50, "=cmd|' /C calc'!A0"],
    ],
)
def test_empty_equal_and_hostile_names_are_compared_like_others(names: list[str]) -> None:
    first = scored(name=names)
    assert scored(name=names) == first
    assert all(0 <= pair.probability <= 1 for pair in first.values())


def test_columns_that_are_empty_change_nothing() -> None:
    plain = scored(name=["Acme Robotics", "Acme Robotics GmbH", "Bolt"])
    empty = [""] * 3
    assert scored(name=["Acme Robotics", "Acme Robotics GmbH", "Bolt"], domain=empty, city=empty, phone=empty,
                  employees=empty, zip=empty) == plain  # fmt: skip


def test_the_extra_is_named_where_splink_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert not linkage.is_available()
