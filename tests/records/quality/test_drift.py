from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from judged_tables import ACCOUNTS, DEALS, changed, ids_of, judged, problem

from idealfit.records.quality.drift import stability_index
from idealfit.records.quality.keeping import spread_of, to_compare_with

CLEAN = {"accounts": ACCOUNTS, "deals": DEALS}


def kept(quality: dict[str, Any]) -> dict[str, Any]:
    """What an import leaves in the ledger, as it comes back from there."""
    spread = {"current": spread_of(quality["as_of"], quality["tables"]), "before": None}
    return dict(json.loads(json.dumps(spread)))


def test_the_first_import_has_nothing_to_compare_with() -> None:
    assert judged(CLEAN)["drift"] is None


def test_the_same_records_again_have_not_moved_since_themselves() -> None:
    first = kept(judged(CLEAN))
    assert to_compare_with(first, first["current"]) is None
    assert judged(CLEAN, kept=first) == judged(CLEAN)


def test_more_of_the_same_is_no_drift() -> None:
    before = kept(judged({**CLEAN, "accounts": f"SELECT * FROM ({ACCOUNTS}) WHERE (employees - 20) % 28 > 0"}))
    quality = judged(CLEAN, kept=before)
    assert quality["drift"]["tables"]["accounts"]["rows_before"] == 150
    assert ids_of(quality) == []


def test_levels_that_came_and_went_are_told_with_the_distance_and_its_sizes() -> None:
    before = kept(judged(CLEAN))
    renamed = changed(ACCOUNTS, industry="CASE WHEN industry = 'retail' THEN 'commerce' ELSE industry END")
    quality = judged({**CLEAN, "accounts": renamed}, kept=before)
    drift = quality["tables"]["accounts"]["columns"]["industry"]["drift"]
    assert (drift["appeared"], drift["disappeared"], drift["sizes"]) == (["commerce"], ["retail"], [200, 200])
    assert drift["moved"] and drift["distance"] > drift["by_chance"]
    assert "'commerce'" in problem(quality, "values_moved")["text"]


def test_numbers_that_lie_elsewhere_are_told_in_the_bins_of_before() -> None:
    before = kept(judged(CLEAN))
    grown = changed(ACCOUNTS, employees="employees * 10")
    quality = judged({**CLEAN, "accounts": grown}, kept=before)
    assert problem(quality, "values_moved")["column"] == "employees"
    assert quality["tables"]["accounts"]["columns"]["country"]["drift"]["moved"] is False


def test_columns_whose_values_moved_together_are_told_as_one_in_words() -> None:
    before = kept(judged(CLEAN))
    moved = changed(ACCOUNTS, industry="'commerce'", employees="employees * 10")
    quality = judged({**CLEAN, "accounts": moved}, kept=before)
    assert ids_of(quality).count("values_moved") == 1
    told = problem(quality, "values_moved")
    assert told["text"].startswith("2 columns of accounts hold other values") and "'employees'" in told["text"]
    assert "new: 'commerce'" in told["text"] and "distance" not in told["text"]
    assert set(told["columns"]) == {"industry", "employees"}


def test_records_of_another_company_are_told_as_that_and_not_column_by_column() -> None:
    before = kept(judged(CLEAN))
    accounts = changed(ACCOUNTS, industry="'mining'", employees="employees * 100", country="'Chile'")
    deals = changed(DEALS, amount="amount * 50", created_at="created_at + INTERVAL 900 DAY", stage="'Offer'")
    quality = judged({"accounts": accounts, "deals": deals}, kept=before, as_of=None)
    assert "another company" in problem(quality, "other_records")["text"]
    assert not {"values_moved", "columns_gone", "rows_gone", "emptier_than_before"} & set(ids_of(quality))


def test_a_column_that_became_emptier_is_told() -> None:
    before = kept(judged(CLEAN))
    emptier = changed(ACCOUNTS, country="CASE WHEN i % 4 > 0 THEN country END")
    quality = judged({**CLEAN, "accounts": emptier}, kept=before)
    assert "75%, down from 100%" in problem(quality, "emptier_than_before")["text"]


def test_columns_that_became_emptier_together_are_told_as_one() -> None:
    before = kept(judged(CLEAN))
    emptier = changed(
        ACCOUNTS,
        country="CASE WHEN i % 4 > 0 THEN country END",
        employees="CASE WHEN i % 2 > 0 THEN employees END",
    )
    quality = judged({**CLEAN, "accounts": emptier}, kept=before)
    assert ids_of(quality).count("emptier_than_before") == 1
    told = problem(quality, "emptier_than_before")
    assert told["text"].startswith("2 columns of accounts") and "'country'" in told["text"]
    assert "'employees' is known for 50%, down from 100%" in told["text"]
    assert set(told["columns"]) == {"country", "employees"}


def test_rows_columns_and_tables_that_are_gone_are_told() -> None:
    before = kept(judged({**CLEAN, "spend": "SELECT TIMESTAMP '2025-01-01' AS month, 'web' AS channel"}))
    quality = judged(
        {"accounts": f"SELECT * EXCLUDE (country) FROM ({ACCOUNTS})", "deals": f"SELECT * FROM ({DEALS}) LIMIT 200"},
        kept=before,
    )
    assert {"rows_gone", "columns_gone", "table_gone"} <= set(ids_of(quality))
    assert quality["drift"]["tables_gone"] == ["spend"]


counts = st.lists(st.integers(0, 1000), min_size=2, max_size=12)


@given(counts.filter(sum))
def test_a_spread_is_at_no_distance_from_itself(one: list[int]) -> None:
    assert abs(stability_index(one, one)[0]) < 1e-12


@given(counts.filter(sum), st.data())
def test_a_distance_is_the_same_both_ways_and_never_negative(one: list[int], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.integers(0, 1000), min_size=len(one), max_size=len(one)).filter(sum))
    there, back = stability_index(one, other), stability_index(other, one)
    assert there[0] >= 0
    assert abs(there[0] - back[0]) < 1e-9
    assert abs(there[1] - back[1]) < 1e-12
