from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.place import country_of, state_of
from idealfit.accounts.reference_table import reference_table

NAMES = [row[2] for row in reference_table("places")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UK", "United Kingdom"),
        ("U.S.A.", "United States"),
        ("Holland", "Netherlands"),
        ("Korea, Republic of", "South Korea"),
        ("Czech Republic", "Czechia"),
        ("Deutschland", "Germany"),
        ("Países Bajos", "Netherlands"),
        ("日本", "Japan"),
        ("DEU", "Germany"),
        ("côte d’ivoire", "Ivory Coast"),  # noqa: RUF001
        ("Viet Nam", "Vietnam"),
    ],
)
def test_a_country_is_known_by_any_of_its_names(text: str, name: str) -> None:
    country = country_of(text)
    assert country is not None
    assert country.name == name


@pytest.mark.parametrize("text", ["Atlantis", "", "EMEA", "Congo", "Bavaria"])
def test_what_names_no_country_or_two_is_none(text: str) -> None:
    assert country_of(text) is None


@given(st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, str.title, lambda text: f"  {text} "]))
def test_case_and_blanks_do_not_matter_and_a_name_of_ours_stays(name: str, form: object) -> None:
    country = country_of(form(name))  # type: ignore[operator]
    assert country is not None
    assert country.name == name


def test_every_country_has_its_codes_and_one_of_four_world_regions() -> None:
    rows = reference_table("places")
    assert len(rows) > 240
    assert {row[3] for row in rows} == {"EMEA", "APAC", "LATAM", "North America"}
    assert all(len(row[0]) == 2 and len(row[1]) == 3 for row in rows)


def test_codes_of_states_become_names() -> None:
    assert [state_of(text) for text in ("CA", "n.y.", "Texas", "QC", "NSW", "Bavaria")] == [
        "California",
        "New York",
        "Texas",
        "Quebec",
        "New South Wales",
        None,
    ]
