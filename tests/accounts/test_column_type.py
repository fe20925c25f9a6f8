from __future__ import annotations

import pytest

from idealfit.accounts.column_type import as_moments, decide


def counts(*texts: str) -> dict[str, int]:
    return dict.fromkeys(texts, 1)


@pytest.mark.parametrize(
    ("name", "texts", "kind"),
    [
        ("employees", ("1,200", "30", "500-1000"), "number"),
        ("signup", ("16-10-2024", "17-08-2023"), "date"),
        ("is_trial", ("1", "0"), "boolean"),
        ("tier", ("1", "2", "3"), "number"),
        ("flagged", ("TRUE", "FALSE"), "boolean"),
        ("Tech stack", ("okta, slack", "jira"), "list"),
        ("Competitor Type", ("None", "Unknown", "Known"), "text"),
        ("zip", ("01234", "98765"), "text"),
        ("region_id", ("1", "2"), "text"),
        ("name", ("A; B", "C"), "text"),
    ],
)
def test_the_values_decide_the_type(name: str, texts: tuple[str, ...], kind: str) -> None:
    assert decide(name, counts(*texts)).type == kind


def test_none_is_a_level_among_words_and_no_value_among_numbers() -> None:
    assert "None" not in decide("Competitor Type", counts("None", "Known")).missing
    assert "None" in decide("stock", counts("None", "5", "6", "7")).missing


def test_what_is_not_a_date_is_counted_and_left_out() -> None:
    typed = as_moments({"2024-01-01": 3, "soon": 2})
    assert typed.bad == {"soon": 2}
    assert "soon" not in (typed.values or {})


def test_bands_that_a_spreadsheet_made_dates_of_are_bands_only_among_bands() -> None:
    typed = decide("Employees", {"10-Jan": 5, "11-50": 9, "51-200": 3, "10,000+": 1})
    assert typed.type == "number"
    assert typed.spans == {"10-Jan": (1, 10), "11-50": (11, 50), "51-200": (51, 200), "10,000+": (10000, None)}
    assert typed.damaged == {"10-Jan": 5}
    assert decide("when", {"10-Jan": 5, "3-Feb": 1}).type == "text"


def test_a_column_of_both_orders_is_named_and_leaves_what_could_be_either_empty() -> None:
    typed = as_moments(counts("13/01/2024", "14/01/2024", "01/15/2024", "02/03/2024"))
    assert typed.mixed == {"01/15/2024": 1}
    assert typed.bad == {"02/03/2024": 1}
    assert len(typed.values or {}) == 3


def test_money_in_a_column_says_its_currencies() -> None:
    typed = decide("amount", counts("€1.2M", "$1,000", "5"))
    assert typed.currencies == {"€1.2M": "EUR", "$1,000": "$"}
