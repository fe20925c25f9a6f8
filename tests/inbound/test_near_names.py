"""A name that was heard nearly finds the companies that may be meant."""

from __future__ import annotations

import pytest

from idealfit.inbound.near_names import is_like, nearest, start_of

COMPANIES = [
    ("1", "Norvik Shipping AS", "norvik.example"),
    ("2", "Norvik Shipping Line", ""),
    ("3", "Norvege Foods", ""),
    ("4", "Norvic Shipping", ""),
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
    assert tuple(one[0] for one in nearest(heard, COMPANIES)) == ids


def test_too_short_a_name_is_compared_with_none() -> None:
    assert start_of("AB") is None
    assert start_of("Norvik AS") == "nor"


def test_a_site_with_a_slip_in_it_or_another_ending_is_like_it() -> None:
    assert is_like("norvikk.example", "norvik.example") and is_like("norvik.com", "norvik.de")
    assert not is_like("norvik.example", "norden.example")
