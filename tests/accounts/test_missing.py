from __future__ import annotations

from idealfit.accounts.column_type import as_moments, as_numbers, decide
from idealfit.accounts.missing import propose_words


def words(counts: dict[str, int], *, blanks: int = 0, describing: bool = False) -> set[str]:
    return {word.text for word in propose_words(counts, blanks=blanks, describing=describing)}


def test_a_competitor_type_called_none_is_a_value() -> None:
    assert words({"None": 50, "Known": 30, "Unknown": 20}) == set()


def test_what_a_form_or_a_program_leaves_behind_is_no_value() -> None:
    counts = {"Select": 9, "\\N": 3, "NULL": 2, "Finance": 40, "N/A": 1, "Unknown / Non-Applicable": 4}
    assert words(counts) == {"Select", "\\N", "NULL", "N/A", "Unknown / Non-Applicable"}


def test_none_is_an_empty_cell_where_nothing_else_is_empty_among_many_values_or_a_company_always_has_one() -> None:
    many = {f"City {number}": 1 for number in range(40)} | {"None": 7}
    assert words(many) == {"None"}
    assert words(many, blanks=5) == set()
    assert words({"None": 7, "Retail": 3}, describing=True) == {"None"}


def test_na_beside_codes_is_a_place() -> None:
    assert words({"NA": 5, "EMEA": 4, "APAC": 3}) == set()
    assert words({"NA": 5, "Retail": 4, "Finance": 3}) == {"NA"}


def test_minus_one_is_no_number_only_where_nothing_else_is_negative() -> None:
    assert as_numbers({"-1": 4, "10": 1, "20": 1, "30": 1}, name="employees").missing == {"-1": 4}
    assert as_numbers({"-1": 4, "-7": 1, "20": 1, "30": 1, "4": 1}, name="seats").missing == {}
    assert as_numbers({"-1": 4, "10": 1, "20": 1, "30": 1}, name="Growth %").missing == {}


def test_a_day_that_never_comes_or_never_was_is_no_date() -> None:
    typed = as_moments({"2024-01-02": 5, "2023-02-03": 1, "9999-12-31": 2, "1900-01-01": 3, "0000-00-00": 1})
    assert typed.missing == {"9999-12-31": 2, "1900-01-01": 3, "0000-00-00": 1}
    assert typed.bad == {}
    assert as_moments({"1900-01-01": 3, "1899-05-06": 1, "1904-01-01": 1}).missing == {}


def test_what_a_person_says_is_missing_stands_and_nothing_else() -> None:
    typed = decide("source", {"Select": 3, "Web": 4, "nobody": 2}, missing=frozenset({"nobody"}))
    assert typed.missing == {"nobody": 2}
