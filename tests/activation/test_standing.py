"""Who is left alone, and why: one small company a rule."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from activation.company import AS_OF, company_with, left_out, lists_of


def account(key: str, **columns: Any) -> dict[str, Any]:
    return {"account_id": key, "name": f"Company {key}", **columns}


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def test_it_leaves_out_customers_with_when_and_why_we_know(tmp_path: Path) -> None:
    con = company_with(
        accounts=[
            account("won", owner_id="Ida"),
            account("subscribed"),
            account("said", status="customer"),
            account("free"),
        ],
        deals=[{"deal_id": "1", "account_id": "won", "outcome": "won", "closed_at": date(2026, 1, 5)}],
        subscriptions=[{"subscription_id": "s", "account_id": "subscribed", "started_at": date(2025, 3, 1)}],
    )
    answer, files = lists_of(con, tmp_path)
    assert answer["not_targeted"] == {"customer": 3}
    rows = {row["account_id"]: row for row in files["not_targeted"]}
    assert (rows["won"]["detail"], rows["won"]["when"], rows["won"]["who"]) == (
        "Known from a won deal",
        "2026-01-05",
        "Ida",
    )
    assert rows["subscribed"]["detail"] == "Known from a running subscription"
    assert rows["said"]["detail"] == "Known from its status"
    assert [row["account_id"] for row in files["targets"]] == ["free"]


def test_it_leaves_out_parents_and_subsidiaries_of_customers_at_any_distance_and_not_their_siblings(
    tmp_path: Path,
) -> None:
    con = company_with(
        accounts=[
            account("top"),
            account("middle", parent_id="top"),
            account("customer", parent_id="middle", status="customer"),
            account("child", parent_id="customer"),
            account("grandchild", parent_id="child"),
            account("sibling", parent_id="middle"),
            account("other"),
        ]
    )
    _, files = lists_of(con, tmp_path)
    rows = {row["account_id"]: row["detail"] for row in files["not_targeted"] if row["reason"] == "customer_family"}
    assert rows == {
        "top": "Parent of customer (Company customer)",
        "middle": "Parent of customer (Company customer)",
        "child": "Subsidiary of customer (Company customer)",
        "grandchild": "Subsidiary of customer (Company customer)",
    }
    assert [row["account_id"] for row in files["targets"]] == ["other", "sibling"]


def test_companies_that_own_each_other_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    con = company_with(
        accounts=[
            account("a", parent_id="b", status="customer"),
            account("b", parent_id="c"),
            account("c", parent_id="a"),
            account("self", parent_id="self", status="customer"),
        ]
    )
    _, files = lists_of(con, tmp_path)
    assert left_out(files) == {"a": "customer", "b": "customer_family", "c": "customer_family", "self": "customer"}


def test_a_subsidiary_of_a_merged_duplicate_belongs_to_the_survivor(tmp_path: Path) -> None:
    con = company_with(
        accounts=[
            account("kept", status="customer"),
            account("merged", duplicate_of="kept"),
            account("child", parent_id="merged"),
        ]
    )
    _, files = lists_of(con, tmp_path)
    assert left_out(files) == {"kept": "customer", "merged": "duplicate", "child": "customer_family"}
    assert [row["detail"] for row in files["not_targeted"] if row["reason"] == "duplicate"] == [
        "Merged into kept (Company kept)"
    ]


def test_it_names_the_owner_of_an_open_deal(tmp_path: Path) -> None:
    con = company_with(
        accounts=[account("a", owner_id="Olga"), account("b", owner_id="Otto"), account("c")],
        deals=[
            {
                "deal_id": "1",
                "account_id": "a",
                "outcome": "open",
                "owner_id": "Dora",
                "stage": "Demo",
                "created_at": days_ago(9),
            },
            {"deal_id": "0", "account_id": "a", "outcome": "open", "owner_id": "Dirk", "created_at": days_ago(90)},
            {"deal_id": "2", "account_id": "b", "outcome": "open"},
            {"deal_id": "3", "account_id": "c", "outcome": "open", "deal_type": "not_sales"},
        ],
    )
    _, files = lists_of(con, tmp_path)
    rows = {row["account_id"]: row for row in files["not_targeted"]}
    assert (rows["a"]["who"], rows["a"]["detail"], rows["a"]["when"]) == (
        "Dora",
        "Deal 1, stage Demo, and 1 more",
        "2026-06-21",
    )
    assert rows["b"]["who"] == "Otto"
    assert [row["account_id"] for row in files["targets"]] == ["c"]


@pytest.mark.parametrize(("days", "waits"), [(182, True), (183, False), (500, False)])
def test_a_lost_account_waits_half_a_year(tmp_path: Path, days: int, waits: bool) -> None:
    con = company_with(
        accounts=[account("a")],
        deals=[
            {"deal_id": "1", "account_id": "a", "outcome": "lost", "closed_at": days_ago(days), "loss_reason": "price"}
        ],
    )
    _, files = lists_of(con, tmp_path)
    if waits:
        (row,) = files["not_targeted"]
        assert (row["reason"], row["detail"], row["when"]) == (
            "lost_recently",
            "Deal 1: price",
            days_ago(days).isoformat(),
        )
    else:
        assert files["targets"][0]["history"] == f"lost on {days_ago(days)}: price"


def test_how_long_a_lost_account_waits_is_a_setting(tmp_path: Path) -> None:
    con = company_with(
        accounts=[account("a")],
        deals=[{"deal_id": "1", "account_id": "a", "outcome": "lost", "closed_at": days_ago(50)}],
    )
    assert lists_of(con, tmp_path, lost_cooldown_days=30)[0]["targets"] == 1


def test_an_account_lost_on_an_unknown_day_is_left_out_and_said(tmp_path: Path) -> None:
    con = company_with(accounts=[account("a")], deals=[{"deal_id": "1", "account_id": "a", "outcome": "lost"}])
    answer, files = lists_of(con, tmp_path)
    assert left_out(files) == {"a": "lost_undated"}
    assert any("no closing date" in message for message in answer["messages"])


def test_a_refusal_is_told_with_when_by_whom_and_why_and_a_later_lead_reopens_the_account(tmp_path: Path) -> None:
    refusal = {"disqualified_at": date(2025, 5, 5), "disqualify_reason": "no budget", "by": "Rita"}
    con = company_with(
        accounts=[account("a"), account("b")],
        leads=[
            {"lead_id": "1", "account_id": "a", "created_at": date(2025, 5, 1), **refusal},
            {"lead_id": "2", "account_id": "b", "created_at": date(2025, 5, 1), **refusal},
            {"lead_id": "3", "account_id": "b", "created_at": date(2026, 5, 1)},
        ],
    )
    _, files = lists_of(con, tmp_path)
    (row,) = files["not_targeted"]
    assert (row["account_id"], row["reason"], row["detail"]) == ("a", "refused", "no budget")
    assert (row["who"], row["when"]) == ("Rita", "2025-05-05")


def test_it_leaves_out_whom_nobody_should_call(tmp_path: Path) -> None:
    con = company_with(
        accounts=[
            account("p", status="partner"),
            account("c", status="competitor"),
            account("v", status="vendor"),
            account("o", status="own"),
            account("n", do_not_contact=True),
            account("k", domain="Rival.io"),
            account("t1") | {"name": "Test Account 2"},
            account("t2", domain="example.com"),
            account("real") | {"name": "Test Rite International"},
        ]
    )
    company = SimpleNamespace(currency=None, undated_rates={}, competitors=["rival.io"])
    _, files = lists_of(con, tmp_path, company=company)
    assert left_out(files) == {
        "p": "partner",
        "c": "competitor",
        "v": "vendor",
        "o": "own",
        "n": "do_not_contact",
        "k": "competitor",
        "t1": "test",
        "t2": "test",
    }
    assert [row["account_id"] for row in files["targets"]] == ["real"]


def test_former_customers_go_to_winback_with_when_and_why_they_left(tmp_path: Path) -> None:
    con = company_with(
        accounts=[
            account("ended"),
            account("unrenewed"),
            account("said", status="former"),
            account("silent", do_not_contact=True),
        ],
        deals=[
            {"deal_id": "1", "account_id": "unrenewed", "outcome": "won", "closed_at": date(2024, 1, 1)},
            {
                "deal_id": "2",
                "account_id": "unrenewed",
                "outcome": "lost",
                "deal_type": "renewal",
                "closed_at": date(2025, 1, 2),
                "loss_reason": "too slow",
            },
        ],
        subscriptions=[
            {
                "subscription_id": name + key,
                "account_id": key,
                "started_at": date(2024, 1, 1),
                "ended_at": day,
                "end_reason": why,
            }
            for key in ("ended", "silent")
            for name, day, why in (("x", date(2024, 6, 1), "trial"), ("y", date(2025, 6, 1), "went to a rival"))
        ],
    )
    answer, files = lists_of(con, tmp_path)
    rows = {row["account_id"]: (row["left_on"], row["why_they_left"]) for row in files["winback"]}
    assert rows == {
        "ended": ("2025-06-01", "went to a rival"),
        "unrenewed": ("2025-01-02", "too slow"),
        "said": ("", "not on record: ask them"),
    }
    assert left_out(files) == {"silent": "do_not_contact"}
    assert answer["winback"] == 3


def test_a_customer_is_one_as_long_as_not_everything_has_ended(tmp_path: Path) -> None:
    con = company_with(
        accounts=[account("half"), account("back"), account("marked", status="former"), account("ends-later")],
        deals=[{"deal_id": "1", "account_id": "back", "outcome": "won", "closed_at": date(2026, 2, 1)}],
        subscriptions=[
            {
                "subscription_id": "1",
                "account_id": "half",
                "started_at": date(2024, 1, 1),
                "ended_at": date(2025, 1, 1),
            },
            {"subscription_id": "2", "account_id": "half", "started_at": date(2024, 1, 1)},
            {
                "subscription_id": "3",
                "account_id": "back",
                "started_at": date(2024, 1, 1),
                "ended_at": date(2025, 1, 1),
            },
            {"subscription_id": "4", "account_id": "marked", "started_at": date(2024, 1, 1)},
            {
                "subscription_id": "5",
                "account_id": "ends-later",
                "started_at": date(2024, 1, 1),
                "ended_at": date(2027, 1, 1),
            },
        ],
    )
    answer, files = lists_of(con, tmp_path)
    assert set(left_out(files).values()) == {"customer"}
    assert answer["winback"] == 0
    assert any("1 accounts are marked as former" in message for message in answer["messages"])


def test_the_lists_are_those_of_the_day_that_is_asked_for(tmp_path: Path) -> None:
    con = company_with(
        accounts=[account("a"), account("b")],
        deals=[
            {
                "deal_id": "1",
                "account_id": "a",
                "outcome": "won",
                "created_at": date(2026, 1, 1),
                "closed_at": date(2026, 5, 1),
            },
            {"deal_id": "2", "account_id": "b", "outcome": "open", "created_at": date(2026, 4, 1)},
        ],
    )
    assert left_out(lists_of(con, tmp_path)[1]) == {"a": "customer", "b": "open_deal"}
    assert left_out(lists_of(con, tmp_path, as_of=date(2026, 3, 1))[1]) == {"a": "open_deal"}
