"""Which header means what in the tables that say what a customer is worth."""

from __future__ import annotations

import pytest

from idealfit.records.reading.raw_table import RawTable
from idealfit.records.recognising.assigning import assign
from idealfit.records.recognising.column_profile import FileProfile


def meanings(table: str, *headers: str) -> dict[str, str]:
    """What each header is taken for, in a file of whole numbers."""
    counts = {header: {str(10 * row): 1 for row in range(1, 9)} for header in headers}
    raw = RawTable("some.csv", headers, "some", 8, (), (), "0" * 64)
    found = assign(FileProfile(raw, 8, counts), table)
    return {each.header: to for to, each in found.items()}


@pytest.mark.parametrize("header", ["Cost", "Support Cost", "Cost to serve", "Handling cost (EUR)", "support_cost_usd"])
def test_what_a_ticket_cost_is_read_by_any_of_its_names(header: str) -> None:
    assert meanings("tickets", header)[header] == "cost"


def test_one_amount_a_year_is_what_is_paid_now_and_of_two_the_other_is_the_first() -> None:
    assert meanings("subscriptions", "ARR") == {"ARR": "arr_current"}
    assert meanings("subscriptions", "ARR", "Current ARR") == {"ARR": "arr_start", "Current ARR": "arr_current"}
