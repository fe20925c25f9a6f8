from __future__ import annotations

import pytest
from judged_tables import ACCOUNTS, AS_OF, DEALS, SUBSCRIPTIONS, changed, ids_of, judged, problem

from idealfit.records.quality.row_checks import CHECKS

CLEAN = {"accounts": ACCOUNTS, "deals": DEALS, "subscriptions": SUBSCRIPTIONS}
FUTURE = "TIMESTAMP '2029-01-01'"
EVENTS = (
    "SELECT 'e' || i AS event_id, printf('a%03d', i) AS account_id, 'hiring' AS event_type, "
    "TIMESTAMP '2025-05-01' AS occurred_at FROM range(100) t(i)"
)
ACTIVITIES = (
    "SELECT 'v' || i AS activity_id, printf('a%03d', i) AS account_id, TIMESTAMP '2025-05-01' AS occurred_at "
    "FROM range(100) t(i)"
)
USAGE = (
    "SELECT printf('a%03d', i) AS account_id, TIMESTAMP '2025-05-01' AS period, 'logins' AS metric, 3.0 AS value "
    "FROM range(100) t(i)"
)
INVOICES = (
    "SELECT 'i' || i AS invoice_id, printf('a%03d', i) AS account_id, TIMESTAMP '2025-05-01' AS issued_at, "
    "CAST(100 AS DOUBLE) AS amount FROM range(100) t(i)"
)
BROKEN = {
    ("closed_before_created", "deals"): changed(
        DEALS, closed_at="CASE WHEN i % 9 = 0 AND i < 270 THEN created_at - INTERVAL 3 DAY ELSE closed_at END"
    ),
    ("won_without_amount", "deals"): changed(DEALS, amount="CASE WHEN i % 2 = 0 THEN amount END"),
    ("negative_amounts", "deals"): changed(DEALS, amount="CASE WHEN i % 5 = 0 THEN -amount ELSE amount END"),
    ("ended_without_date", "deals"): changed(DEALS, closed_at="CASE WHEN i % 5 > 0 THEN closed_at END"),
    ("never_created", "deals"): changed(DEALS, created_at="CASE WHEN i % 5 > 0 THEN created_at END"),
    ("open_and_overdue", "deals"): changed(
        DEALS, closed_at="CASE WHEN i >= 285 THEN TIMESTAMP '2025-11-15' ELSE closed_at END"
    ),
    ("created_in_future", "deals"): changed(DEALS, created_at=f"CASE WHEN i = 7 THEN {FUTURE} ELSE created_at END"),
    ("closed_in_future", "deals"): changed(DEALS, closed_at=f"CASE WHEN i % 20 = 7 THEN {FUTURE} ELSE closed_at END"),
    ("won_the_day_created", "deals"): changed(
        DEALS, closed_at="CASE WHEN outcome = 'won' AND i % 2 = 0 THEN created_at ELSE closed_at END"
    ),
    ("deals_without_account", "deals"): changed(DEALS, account_id="CASE WHEN i % 4 > 0 THEN account_id END"),
    ("ids_damaged", "deals"): changed(DEALS, deal_id="CASE WHEN i < 30 THEN '1.23E+17' ELSE deal_id END"),
    ("ids_damaged", "accounts"): changed(ACCOUNTS, account_id="CASE WHEN i < 30 THEN '1,23E+17' ELSE account_id END"),
    ("nameless", "accounts"): changed(ACCOUNTS, name="CASE WHEN i > 30 THEN name END"),
    ("founded_in_future", "accounts"): changed(
        ACCOUNTS, founded_year="CAST(CASE WHEN i = 3 THEN 3012 ELSE 2001 END AS DOUBLE)"
    ),
    ("headcount_impossible", "accounts"): changed(ACCOUNTS, employees="CASE WHEN i = 3 THEN 0 ELSE employees END"),
    ("ended_before_started", "subscriptions"): changed(
        SUBSCRIPTIONS, ended_at="CASE WHEN i = 3 THEN TIMESTAMP '2024-01-01' END"
    ),
    ("subscriptions_without_start", "subscriptions"): changed(
        SUBSCRIPTIONS, started_at="CASE WHEN i > 3 THEN started_at END"
    ),
    ("started_in_future", "subscriptions"): changed(
        SUBSCRIPTIONS, started_at=f"CASE WHEN i = 3 THEN {FUTURE} ELSE started_at END"
    ),
    ("negative_amounts", "invoices"): changed(INVOICES, amount="CASE WHEN i < 9 THEN -amount ELSE amount END"),
    ("events_far_ahead", "events"): changed(EVENTS, occurred_at=f"CASE WHEN i = 3 THEN {FUTURE} ELSE occurred_at END"),
    ("activities_in_future", "activities"): changed(
        ACTIVITIES, occurred_at=f"CASE WHEN i < 9 THEN {FUTURE} ELSE occurred_at END"
    ),
    ("usage_in_future", "usage"): changed(USAGE, period=f"CASE WHEN i = 3 THEN {FUTURE} ELSE period END"),
}


def test_every_check_has_an_example_here() -> None:
    assert {(check.id, check.table) for check in CHECKS} == set(BROKEN)


def test_a_clean_company_has_no_problem() -> None:
    more = {"events": EVENTS, "activities": ACTIVITIES, "usage": USAGE, "invoices": INVOICES}
    quality = judged({**CLEAN, **more})
    assert ids_of(quality) == []
    assert quality["verdict"]["answer"] == "yes"
    assert quality["grade"] == "A"


@pytest.mark.parametrize(("identifier", "table"), list(BROKEN), ids=[f"{one} in {table}" for one, table in BROKEN])
def test_what_is_planted_is_found_with_its_rows_and_remedy(identifier: str, table: str) -> None:
    quality = judged({**CLEAN, table: BROKEN[identifier, table]})
    found = problem(quality, identifier)
    assert found["table"] == table
    assert 0 < found["rows"] <= quality["tables"][table]["rows"]
    assert 0 < found["effect"] <= 100
    assert found["effect_text"] and found["remedy"] and "{" not in found["text"] + found["effect_text"]
    assert len(found["examples"]) <= 5
    if table in ("deals", "subscriptions"):
        assert found["examples"]


def test_an_expected_closing_date_of_an_open_deal_is_no_problem() -> None:
    assert "open_and_overdue" not in ids_of(judged(CLEAN))


def test_without_a_day_nothing_is_said_of_the_future() -> None:
    quality = judged({**CLEAN, "deals": BROKEN["created_in_future", "deals"]}, as_of=None)
    assert "created_in_future" not in ids_of(quality)
    assert str(AS_OF) not in str(quality["problems"])


def test_an_id_that_is_somebodys_address_is_no_example() -> None:
    mailed = changed(DEALS, deal_id="'d' || i || '@acme.example'", account_id="NULL::VARCHAR")
    assert problem(judged({**CLEAN, "deals": mailed}), "deals_without_account")["examples"] == []
