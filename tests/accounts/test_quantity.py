from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.quantity import (
    decides_mark,
    decimal_mark,
    parse_amount,
    parse_boolean,
    parse_damaged_span,
    parse_list,
    parse_money,
    parse_number,
    parse_range,
    parse_span,
)


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


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1.234.567,89 €", 1234567.89, "EUR"),
        ("1 200,50 kr", 1200.5, "kr"),
        ("₹12,34,567", 1234567, "INR"),
        ("¥1,200万", 12e6, "¥"),
        ("1.2 Mio. €", 1.2e6, "EUR"),
        ("3 tn", 3e12, None),
        ("12 T€", 12e3, "EUR"),
        ("R$ 1.234,56", 1234.56, "BRL"),
        ("-$5", -5, "$"),
        ("($5.20)", -5.2, "$"),
        ("$50M USD", 50e6, "USD"),
        ("2.5 crore", 25e6, None),
        ("CHF 1'200.50", 1200.5, "CHF"),
        ("18.3 million", 18300000.0, None),
    ],
)
def test_money_is_read_with_its_currency_and_its_own_marks(text: str, value: float, currency: str | None) -> None:
    assert parse_money(text) == (value, currency)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("<50", (None, 50)),
        ("unter 10", (None, 10)),
        ("$500 million to $1 billion", (5e8, 1e9)),
        ("zwischen 5 und 10", (5, 10)),
        ("más de 5000 empleados", (5000, None)),
        ("1.000 bis 4.999 Mitarbeiter", (1000, 4999)),
        ("2024-01-02", None),
        ("-5", None),
        ("10-5", None),
    ],
)
def test_a_range_keeps_both_ends(text: str, span: tuple[float | None, float | None] | None) -> None:
    assert parse_span(text, "," if "bis" in text else ".") == span


@pytest.mark.parametrize(("text", "span"), [("10-Jan", (1, 10)), ("Jan-50", (1, 50)), ("2024-01-10", (1, 10))])
def test_a_band_that_became_a_date_is_known_again(text: str, span: tuple[float, float]) -> None:
    assert parse_damaged_span(text) == span
    assert parse_damaged_span("1-Dec") is None


def test_marks_that_could_be_either_are_decided_by_the_whole_column_or_its_neighbours() -> None:
    assert decimal_mark(["1.200", "15.000", "3.500"]) == ","
    assert decimal_mark(["1.234", "15.012", "3.576"]) == "."
    assert decimal_mark(["1,234", "15,012"]) == "."
    assert decimal_mark(["1,234", "15,012"], ",") == ","
    assert decimal_mark(["1.234", "2.5"], ",") == "."
    assert decides_mark(["1,234"]) is None
    assert decides_mark(["1,5"]) == ","


@given(
    st.lists(st.integers(min_value=0, max_value=10**11), min_size=1, max_size=20).map(
        lambda cents: [each / 100 for each in cents]
    )
)
def test_a_column_with_decimal_commas_has_the_same_values(values: list[float]) -> None:
    english = [f"{value:,.2f}" for value in values]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    assert [parse_amount(text, decimal_mark(german)) for text in german] == [
        parse_amount(text, decimal_mark(english)) for text in english
    ]
