from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.quantity import decimal_mark, parse_amount, parse_boolean, parse_list, parse_number, parse_range


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$22,700.00", 22700),
        ("€1.2M", 1.2e6),
        ("18.3 MM", 18.3e6),
        ("$342.09K", 342090),
        ("(1,200)", -1200),
        ("-5", -5),
        ("45 %", 45),
        ("1 234 567", 1234567),
        ("USD 12", 12),
        ("12 EUR", 12),
        ("3.5bn", 3.5e9),
        ("1e3", 1000),
        ("500 employees", 500),
        ("1'000'000", 1e6),
        ("$-3.50", -3.5),
    ],
)
def test_it_reads_money_as_people_write_it(text: str, value: float) -> None:
    assert parse_amount(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["12,5a", "1.2.3", "abc", "", "12 apples", "1,2,3", "2024-01-02", "(12", "$"])
def test_it_refuses_what_is_no_number(text: str) -> None:
    assert parse_amount(text) is None


def test_it_reads_a_german_number_where_the_column_says_so() -> None:
    assert decimal_mark(["1.234,56", "12,5"]) == ","
    assert decimal_mark(["1,234.56", "12.5"]) == "."
    assert parse_amount("1.234,56", ",") == pytest.approx(1234.56)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1,000 - 4,999", (1000, 4999)),
        ("501 to 1000 employees", (501, 1000)),
        ("10,000+", (10000, None)),
        ("<50", (0, 50)),
        ("$1-10M", (1e6, 1e7)),
        ("51\u2013200", (51, 200)),
        ("more than 500", (500, None)),
    ],
)
def test_it_reads_ranges(text: str, span: tuple[float, float | None]) -> None:
    assert parse_range(text) == span


def test_a_range_counts_as_its_middle_and_an_open_one_as_its_lower_end() -> None:
    assert parse_number("100-300") == 200
    assert parse_number("10,000+") == 10000


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).map(lambda value: round(value, 2)))
def test_a_number_written_with_separators_is_read_back(value: float) -> None:
    assert parse_amount(f"{value:,.2f}") == pytest.approx(value, abs=0.005)


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(text: str) -> None:
    parse_number(text)
    parse_list(text)
    parse_boolean(text)


def test_one_and_zero_are_flags_only_where_the_column_is_one() -> None:
    assert parse_boolean("1") is None
    assert parse_boolean("1", digits=True) is True
    assert parse_boolean("No") is False


def test_it_reads_lists() -> None:
    assert parse_list('["a", "b c"]') == ["a", "b c"]
    assert parse_list("okta; slack |jira;") == ["okta", "slack", "jira"]


def test_about_a_number_is_that_number_and_a_range_takes_its_unit_only_where_it_must() -> None:
    assert parse_number("~1,100") == 1100
    assert parse_number("ca. 50 people") == 50
    assert parse_number("251-1K") == 625.5
    assert parse_number("$1-10M") == 5.5e6
