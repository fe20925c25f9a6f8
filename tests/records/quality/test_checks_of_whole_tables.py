"""Each check that looks at more than one row: what is planted is found, and its absence is no finding."""

from __future__ import annotations

import pytest
from judged_tables import ACCOUNTS, AS_OF, DEALS, SUBSCRIPTIONS, changed, ids_of, judged, problem

from idealfit.records.company import Company
from idealfit.records.report import Link, TableCount

CLEAN = {"accounts": ACCOUNTS, "deals": DEALS}
HISTORY = (
    "SELECT printf('a%03d', i % 200) AS account_id, 'employees' AS field, '10' AS old_value, '20' AS new_value, "
    "TIMESTAMP '2025-01-01' + INTERVAL 1 DAY * (i % 150) AS changed_at FROM range(300) t(i)"
)
STAGES = (
    "SELECT printf('d%03d', i) AS deal_id, s AS stage, TIMESTAMP '2025-01-05' + INTERVAL 1 DAY * (i + 5 * k) AS "
    "entered_at FROM range(300) t(i), (VALUES ('discovery', 0), ('proposal', 1), ('negotiation', 2)) v(s, k)"
)
USAGE = (
    "SELECT printf('a%03d', i) AS account_id, TIMESTAMP '2025-11-01' AS period, 'logins' AS metric, 3.0 AS value "
    "FROM range(40) t(i)"
)


def test_a_day_of_migration_is_told_and_kept_for_others_to_leave_out() -> None:
    moved = changed(DEALS, created_at="CASE WHEN i % 3 = 0 THEN TIMESTAMP '2024-12-20' ELSE created_at END")
    quality = judged({**CLEAN, "deals": moved})
    found = problem(quality, "migration_day")
    assert found["rows"] == 100
    assert found["effect_parts"] == {"timing": 0.3333}
    assert quality["migration_days"] == [
        {"table": "deals", "column": "created_at", "day": "2024-12-20", "rows": 100, "share": 0.3333, "usual": 1.0}
    ]


def test_days_that_are_all_alike_are_no_migration() -> None:
    monthly = changed(DEALS, created_at="date_trunc('month', created_at)")
    assert judged({**CLEAN, "deals": monthly})["migration_days"] == []
    assert judged(CLEAN)["migration_days"] == []


def test_a_clean_up_of_the_pipeline_is_no_day_of_losing() -> None:
    tidied = changed(
        DEALS, closed_at="CASE WHEN outcome = 'lost' AND i % 2 = 0 THEN TIMESTAMP '2025-11-28' ELSE closed_at END"
    )
    assert problem(judged({**CLEAN, "deals": tidied}), "mass_closing")["effect_parts"]["timing"] > 0.2
    assert "mass_closing" not in ids_of(judged(CLEAN))


def test_old_open_deals_are_silent_losses_and_the_win_rate_is_told_both_ways() -> None:
    old = changed(DEALS, created_at="CASE WHEN i >= 270 THEN TIMESTAMP '2024-06-01' ELSE created_at END")
    quality = judged({**CLEAN, "deals": old})
    silent = quality["silent_losses"]
    assert (silent["deals"], silent["open"]) == (30, 30)
    assert silent["older_than_days"] == 3 * silent["median_cycle_days"]
    won, closed = quality["evidence"]["won"], quality["evidence"]["won"] + quality["evidence"]["lost"]
    assert silent["win_rate"] == round(won / closed, 4)
    assert silent["win_rate_with_silent_losses"] == round(won / (closed + 30), 4)
    assert "silent_losses" in ids_of(quality)


@pytest.mark.parametrize(
    ("outcome", "identifier"),
    [
        ("CASE WHEN outcome = 'lost' AND i > 10 THEN 'won' ELSE outcome END", "hardly_any_lost"),
        ("CASE WHEN outcome = 'won' THEN 'lost' ELSE outcome END", "hardly_any_won"),
        ("'open'", "nothing_closed"),
    ],
)
def test_outcomes_of_one_kind_leave_nothing_to_compare(outcome: str, identifier: str) -> None:
    quality = judged({**CLEAN, "deals": changed(DEALS, outcome=outcome)})
    assert identifier in ids_of(quality)
    assert quality["verdict"]["answer"] == "no"


def test_what_no_column_of_the_deals_says_is_told() -> None:
    bare = "SELECT deal_id, account_id, outcome FROM (" + DEALS + ")"
    assert {"undated_deals", "no_amounts"} <= set(ids_of(judged({**CLEAN, "deals": bare})))
    unopened = "SELECT * EXCLUDE (created_at) FROM (" + DEALS + ")"
    assert "never_created" in ids_of(judged({**CLEAN, "deals": unopened}))


def test_two_currencies_are_a_problem_until_there_are_rates() -> None:
    mixed = {**CLEAN, "deals": changed(DEALS, currency="CASE WHEN i % 3 = 0 THEN 'usd' ELSE 'EUR' END")}
    assert "EUR" in problem(judged(mixed), "several_currencies")["text"]
    assert "several_currencies" not in ids_of(judged(mixed, company=Company(currency="EUR", rates={"USD": 0.9})))
    single = {**CLEAN, "deals": changed(DEALS, currency="'EUR'")}
    assert "several_currencies" not in ids_of(judged(single))


def test_a_deal_with_the_id_of_another_one_is_told() -> None:
    repeated = f"{DEALS} UNION ALL SELECT deal_id || '~2', * EXCLUDE (deal_id) FROM ({DEALS}) WHERE deal_id < 'd005'"
    assert problem(judged({**CLEAN, "deals": repeated}), "repeated_ids")["rows"] == 5
    assert "repeated_ids" not in ids_of(judged(CLEAN))


def test_customers_who_never_won_and_winners_who_are_prospects_are_told() -> None:
    won = f"account_id IN (SELECT account_id FROM ({DEALS}) WHERE outcome = 'won')"
    right = changed(ACCOUNTS, status=f"CASE WHEN {won} THEN 'customer' ELSE 'prospect' END")
    wrong = changed(ACCOUNTS, status=f"CASE WHEN {won} THEN 'prospect' ELSE 'customer' END")
    both = {"customers_without_win", "wins_of_prospects"}
    assert both <= set(ids_of(judged({**CLEAN, "accounts": wrong})))
    assert both.isdisjoint(ids_of(judged({**CLEAN, "accounts": right})))
    # a subscription is a purchase too
    assert "customers_without_win" not in ids_of(
        judged(
            {
                **CLEAN,
                "accounts": changed(ACCOUNTS, status=f"CASE WHEN {won} OR i < 40 THEN 'customer' ELSE 'prospect' END"),
                "subscriptions": SUBSCRIPTIONS,
            }
        )
    )


def test_who_left_is_told_by_three_sources_that_must_agree() -> None:
    ended = changed(SUBSCRIPTIONS, ended_at="CASE WHEN i < 10 THEN TIMESTAMP '2025-10-01' END")
    events = (
        "SELECT 'e' || i AS event_id, printf('a%03d', i) AS account_id, 'churn' AS event_type, "
        "TIMESTAMP '2025-10-01' AS occurred_at FROM range(10) t(i)"
    )
    agreeing = {"accounts": changed(ACCOUNTS, churn_flag="i < 10"), "subscriptions": ended, "events": events}
    told = {"churn_told_twice", "churned_but_running", "ended_but_not_churned"}
    assert told.isdisjoint(ids_of(judged(agreeing)))
    assert told <= set(ids_of(judged({**agreeing, "accounts": changed(ACCOUNTS, churn_flag="i BETWEEN 5 AND 25")})))


def test_a_former_customer_whose_subscription_runs_is_told() -> None:
    tables = {"accounts": changed(ACCOUNTS, status="CASE WHEN i < 5 THEN 'former' END"), "subscriptions": SUBSCRIPTIONS}
    assert problem(judged(tables), "former_but_running")["examples"] == ["a000", "a001", "a002", "a003", "a004"]
    left = changed(SUBSCRIPTIONS, ended_at="TIMESTAMP '2025-10-01'")
    assert "former_but_running" not in ids_of(judged({**tables, "subscriptions": left}))
    customers = {"accounts": changed(ACCOUNTS, status="'customer'"), "subscriptions": left}
    assert "customer_but_ended" in ids_of(judged(customers))


def test_use_after_the_end_of_the_last_subscription_is_told() -> None:
    ended = changed(SUBSCRIPTIONS, ended_at="CASE WHEN i < 10 THEN TIMESTAMP '2025-09-01' END")
    tables = {"accounts": ACCOUNTS, "subscriptions": ended, "usage": USAGE}
    assert problem(judged(tables), "usage_after_churn")["rows"] == 10
    assert "usage_after_churn" not in ids_of(judged({**tables, "subscriptions": SUBSCRIPTIONS}))


def test_subscriptions_that_overlap_are_told_unless_they_are_of_other_products() -> None:
    twice = (
        f"{SUBSCRIPTIONS} UNION ALL SELECT 'x' || subscription_id, * EXCLUDE (subscription_id) FROM ({SUBSCRIPTIONS})"
    )
    assert problem(judged({"accounts": ACCOUNTS, "subscriptions": twice}), "overlapping_subscriptions")["rows"] == 40
    products = f"SELECT *, subscription_id[1] AS product FROM ({twice})"
    assert "overlapping_subscriptions" not in ids_of(judged({"accounts": ACCOUNTS, "subscriptions": products}))


def test_rows_of_no_account_and_links_to_nothing_are_told() -> None:
    contacts = (
        "SELECT 'c' || i AS contact_id, CASE WHEN i % 2 = 0 THEN printf('a%03d', i) END AS account_id "
        "FROM range(100) t(i)"
    )
    quality = judged({**CLEAN, "contacts": contacts})
    assert problem(quality, "contacts_without_account")["rows"] == 50
    assert quality["tables"]["contacts"]["orphans"] == 50
    stages = changed(STAGES, deal_id="CASE WHEN i < 30 THEN 'gone' || i ELSE deal_id END")
    assert problem(judged({**CLEAN, "deal_stages": stages}), "deal_stages_of_unknown_deals")["rows"] == 90
    assert not judged({**CLEAN, "deal_stages": STAGES})["problems"]


def test_a_deal_that_goes_backwards_is_told_by_what_the_others_do() -> None:
    back = changed(
        STAGES,
        entered_at="CASE WHEN i < 20 AND stage = 'discovery' THEN entered_at + INTERVAL 7 DAY ELSE entered_at END",
    )
    found = problem(judged({**CLEAN, "deal_stages": back}), "stages_backwards")
    assert "from 'proposal' to 'discovery'" in found["text"]
    assert found["rows"] == 20


def test_stages_and_history_older_than_what_they_are_about_are_told() -> None:
    early = changed(STAGES, entered_at="entered_at - INTERVAL 9 DAY")
    assert problem(judged({**CLEAN, "deal_stages": early}), "stage_before_creation")["effect_parts"]["timing"] == 1.0
    created = {**CLEAN, "account_history": HISTORY}
    assert "history_before_creation" not in ids_of(judged(created))
    accounts = f"SELECT *, TIMESTAMP '2025-03-01' AS \"Create Date\" FROM ({ACCOUNTS})"
    assert "history_before_creation" in ids_of(judged({**created, "accounts": accounts}))


def test_a_history_that_was_filled_in_one_day_is_told() -> None:
    backfilled = changed(HISTORY, changed_at="CASE WHEN i < 180 THEN TIMESTAMP '2025-06-01' ELSE changed_at END")
    days = judged({**CLEAN, "account_history": backfilled})["migration_days"]
    assert [day["table"] for day in days] == ["account_history"]


STANDING = f"SELECT account_id, max(outcome = 'won') AS won FROM ({DEALS}) WHERE outcome <> 'open' GROUP BY 1"


def with_column(sql: str) -> str:
    """The accounts with a column `signal`, from whether one of their deals was won."""
    return f"SELECT a.*, {sql} AS signal FROM ({ACCOUNTS}) a LEFT JOIN ({STANDING}) s USING (account_id)"


def test_a_column_that_only_winners_have_is_suspected_with_figures() -> None:
    quality = judged({**CLEAN, "accounts": with_column("CASE WHEN s.won THEN 'basic' END")})
    found = problem(quality, "filled_after_won")
    assert found["column"] == "signal"
    assert "100% of accounts that bought, 0% of accounts lost" in found["text"]
    assert quality["tables"]["accounts"]["columns"]["signal"]["filled_by_outcome"]["won"] == 1.0
    assert "mostly_empty" not in ids_of(quality)


def test_a_column_that_any_account_may_have_is_not_suspected() -> None:
    half = judged({**CLEAN, "accounts": with_column("CASE WHEN length(a.name) % 2 = 0 THEN 'basic' END")})
    assert not any(one["id"].startswith(("filled_after", "explains")) for one in half["problems"])


def test_a_column_of_the_deals_that_only_won_ones_have_is_told_but_not_one_about_losing() -> None:
    lost = "CASE WHEN outcome = 'lost' THEN 'price' END AS \"Loss Reason\""
    deals = f"SELECT *, CASE WHEN outcome = 'won' THEN 'x' END AS segment, {lost} FROM ({DEALS})"
    found = problem(judged({**CLEAN, "deals": deals}), "filled_after_won")
    assert (found["table"], found["columns"]) == ("deals", ["segment"])


@pytest.mark.parametrize(
    "sql",
    ["CASE WHEN s.won THEN 'gold' ELSE 'none' END", "CASE WHEN s.won THEN 90.0::DOUBLE ELSE 10.0::DOUBLE END"],
    ids=["words", "numbers"],
)
def test_values_that_tell_the_outcome_alone_are_suspected(sql: str) -> None:
    found = problem(judged({**CLEAN, "accounts": with_column(sql)}), "explains_too_much")
    assert found["column"] == "signal"
    assert found["effect_parts"]["leak"] > 0.7


def test_empty_and_missing_columns_cannot_be_tested() -> None:
    empty = changed(ACCOUNTS, tools="CASE WHEN i < 5 THEN 'x' END", country="CASE WHEN i < 80 THEN country END")
    quality = judged({**CLEAN, "accounts": empty})
    assert problem(quality, "mostly_empty")["columns"] == ["tools"]
    assert problem(quality, "known_for_too_few")["column"] == "country"
    assert (
        "industry"
        in problem(judged({**CLEAN, "accounts": f"SELECT * EXCLUDE (industry) FROM ({ACCOUNTS})"}), "basics_missing")[
            "text"
        ]
    )
    nothing = judged({**CLEAN, "accounts": f"SELECT account_id, name FROM ({ACCOUNTS})"}, attributes={})
    assert "no_attributes" in ids_of(nothing)
    assert nothing["verdict"]["answer"] == "no"


def test_cells_that_were_not_read_are_told_with_their_share() -> None:
    quality = judged(CLEAN, invalid={"accounts": {"employees": 50}, "deals": {"amount": 1}})
    assert quality["tables"]["accounts"]["columns"]["employees"]["validity"] == 0.8
    assert problem(quality, "cells_not_read")["rows"] == 50


def test_rejected_rows_duplicates_and_ambiguous_links_are_told() -> None:
    counts = {
        "deals": TableCount(400, 300, 0, 100, ("deals.csv",)),
        "accounts": TableCount(200, 190, 10, 0, ("a.csv",)),
    }
    accounts = changed(ACCOUNTS, duplicate_of="CASE WHEN i < 10 THEN 'a100' END")
    quality = judged({**CLEAN, "accounts": accounts}, counts=counts)
    assert problem(quality, "rows_rejected")["effect_parts"] == {"lost": 0.25}
    assert problem(quality, "duplicates_merged")["rows"] == 10
    assert all(each["holds"] for each in quality["reconciliation"])


def test_an_account_that_is_known_by_its_domain_is_not_nameless() -> None:
    nameless = changed(ACCOUNTS, name="NULL::VARCHAR")
    assert "nameless" in ids_of(judged({**CLEAN, "accounts": nameless}))
    domains = changed(nameless, domain="'c' || i || '.example'")
    assert "nameless" not in ids_of(judged({**CLEAN, "accounts": domains}))


def test_pairs_that_are_probably_one_company_wait_for_somebody_to_decide() -> None:
    pairs = (
        "SELECT 'a001' AS account_a, 'a' || i AS account_b, 'probably same' AS state, {} AS decided_by "
        "FROM range(10) t(i)"
    )
    assert problem(judged(CLEAN, pairs=pairs.format("NULL::VARCHAR")), "duplicates_waiting")["rows"] == 10
    assert "duplicates_waiting" not in ids_of(judged(CLEAN, pairs=pairs.format("'Ada'")))


def test_links_that_several_accounts_fit_are_told() -> None:
    quality = judged(CLEAN, links=(Link("deals", "name", 200, ambiguous=100),))
    assert problem(quality, "ambiguous_links")["effect_parts"] == {"lost": 0.3333}


@pytest.mark.parametrize(
    "count",
    [TableCount(301, 300, 0, 0, ()), TableCount(300, 299, 0, 1, ()), TableCount(300, 301, 0, -1, ())],
    ids=["a row lost", "a row too many", "nonsense"],
)
def test_counts_that_do_not_add_up_are_said_to_be_our_fault(count: TableCount) -> None:
    quality = judged(CLEAN, counts={"deals": count})
    assert quality["problems"][0]["id"] == "does_not_reconcile"
    assert "our fault" in quality["problems"][0]["text"]
    assert quality["verdict"]["answer"] == "no"
    assert quality["as_of"] == AS_OF.isoformat()
