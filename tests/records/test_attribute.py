"""The words of a column: a CRM's mark of custom fields is no part of them."""

from __future__ import annotations

from dataclasses import replace

from idealfit.records.attribute import AttributeInfo, describe, without_custom_mark


def columns(*names: str) -> dict[str, AttributeInfo]:
    return {name: describe(name) for name in names}


def test_the_mark_of_custom_fields_is_left_off_where_several_columns_have_it() -> None:
    found = without_custom_mark(columns("plan_type_c", "Has_Fleet__c", "region_c", "employees"))
    assert [one.label for one in found.values()] == ["plan type", "has fleet", "region", "employees"]
    assert list(found) == ["plan_type_c", "Has_Fleet__c", "region_c", "employees"]


def test_one_column_that_ends_so_means_what_it_says() -> None:
    assert without_custom_mark(columns("vitamin_c", "employees"))["vitamin_c"].label == "vitamin c"


def test_a_label_that_a_person_gave_stands() -> None:
    found = columns("plan_type_c", "has_fleet_c", "region_c", "tier_c")
    named = found | {"tier_c": replace(found["tier_c"], label="Plan C")}
    assert without_custom_mark(named)["tier_c"].label == "Plan C"


def test_a_header_written_in_one_word_reads_as_its_words() -> None:
    said = {name: info.label for name, info in columns("TechSupport", "NumberOfEmployees", "eBay", "LinkedIn").items()}
    assert list(said.values()) == ["tech support", "number of employees", "ebay", "linkedin"]
