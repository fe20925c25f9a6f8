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
