from __future__ import annotations

import pytest

from idealfit.accounts.address import street_key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("1020 West Bryn Mawr Ave. #211", ("1020", "brynmawr")),
        ("1020 W Bryn Mawr", ("1020", "brynmawr")),
        ("540 N Lakeshore Dr", ("540", "lakeshore")),
        ("540 N Lake Shore Drive", ("540", "lakeshore")),
        ("Hauptstraße 12a, 10115 Berlin", ("12a", "haupt")),
        ("Hauptstr. 12a", ("12a", "haupt")),
        ("12, rue de la Paix", ("12", "paix")),
        ("Via Roma 3", ("3", "roma")),
        ("2050 E. 93rd St", ("2050", "93")),
        ("\n1349 N. California Ave\n", ("1349", "california")),
        ("728 W. Roosevelt (m/c 050) Rm. 287", ("728", "roosevelt")),
        ("201 N Clark Street Floor 2", ("201", "clark")),
        ("", ("", "")),
        ("'; DROP TABLE accounts; --", ("", "droptableaccounts")),
    ],
)
def test_an_address_is_its_number_and_its_street(address: str, key: tuple[str, str]) -> None:
    assert street_key(address) == key
