"""A name that was heard nearly finds the companies that may be meant."""

from __future__ import annotations

import pytest

from idealfit.inbound.near_names import nearest, start_of

COMPANIES = [
    ("1", "Norvik Shipping AS"),
    ("2", "Norvik Shipping Line"),
    ("3", "Norvege Foods"),
    ("4", "Norvic Shipping"),
]


@pytest.mark.parametrize(
    ("heard", "ids"),
    [
        ("norvik", ("1", "2")),
        ("Norvik Shiping", ("1", "4", "2")),
        ("Norvik Shipping Line Europe", ("2", "1")),
        ("Northwind Traders", ()),
    ],
)
def test_the_nearest_first(heard: str, ids: tuple[str, ...]) -> None:
    assert tuple(one for one, _name in nearest(heard, COMPANIES)) == ids


def test_too_short_a_name_is_compared_with_none() -> None:
    assert start_of("AB") is None
    assert start_of("Norvik AS") == "nor"
