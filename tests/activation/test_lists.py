"""The lists as a whole: every account on exactly one, nothing lost, the same bytes every time."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation.company import AS_OF, company_with, lists_of
from idealfit.activation import ListSettings
from idealfit.activation.lists import count_lists, make_lists
from idealfit.activation.standing import REASONS
from idealfit.errors import ListsDoNotReconcile, ListSettingRefused

KEYS = [f"k{number}" for number in range(8)]
DAYS = st.none() | st.integers(-100, 900).map(lambda days: AS_OF - timedelta(days=days))
ACCOUNT = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Acme", "test", "Test 1"]),
        "status": st.sampled_from(["prospect", "customer", "former", "partner", "competitor", "vendor", "own"]),
        "parent_id": st.sampled_from([*KEYS, "nobody"]),
        "do_not_contact": st.booleans(),
    },
)
LINKED = st.sampled_from([*KEYS, "nobody", None])
DEAL = st.fixed_dictionaries(
    {
        "account_id": LINKED,
        "outcome": st.sampled_from(["won", "lost", "open"]),
        "deal_type": st.sampled_from([None, "new_business", "renewal", "expansion", "not_sales"]),
        "created_at": DAYS,
        "closed_at": DAYS,
    }
)
SUBSCRIPTION = st.fixed_dictionaries({"account_id": LINKED, "started_at": DAYS, "ended_at": DAYS})
LEAD = st.fixed_dictionaries({"account_id": LINKED, "created_at": DAYS, "disqualified_at": DAYS})


@settings(max_examples=20)
@given(
    accounts=st.lists(ACCOUNT, min_size=0, max_size=8),
    merged=st.integers(0, 3),
    deals=st.lists(DEAL, max_size=8),
    subscriptions=st.lists(SUBSCRIPTION, max_size=4),
    leads=st.lists(LEAD, max_size=4),
    tiers=st.lists(st.sampled_from(["A", "B", "C", "unknown", "excluded"]), max_size=8),
    limit=st.none() | st.integers(0, 3),
)
def test_every_account_stands_on_exactly_one_list_whatever_the_records_say(
    accounts: list[dict[str, Any]],
    merged: int,
    deals: list[dict[str, Any]],
    subscriptions: list[dict[str, Any]],
    leads: list[dict[str, Any]],
    tiers: list[str],
    limit: int | None,
) -> None:
    rows = [{"account_id": key} | account for key, account in zip(KEYS, accounts, strict=False)]
    copies = [
        {"account_id": f"copy{number}", "duplicate_of": row["account_id"]} for number, row in enumerate(rows[:merged])
    ]
    con = company_with(
        accounts=[*rows, *copies],
        deals=[{"deal_id": str(number)} | deal for number, deal in enumerate(deals)],
        subscriptions=[{"subscription_id": str(number)} | each for number, each in enumerate(subscriptions)],
        leads=[{"lead_id": str(number)} | lead for number, lead in enumerate(leads)],
        scores=[{"account_id": key, "tier": tier} for key, tier in zip(KEYS, tiers, strict=False)],
    )
    run = make_lists(con, None, as_of=AS_OF, settings=ListSettings(limit=limit))
    counts = count_lists(con, run)
    assert counts["accounts"] == counts["targets"] + sum(counts["not_targeted"].values()) + counts["winback"]
    assert counts["accounts"] == len(rows) + len(copies)
    assert set(counts["not_targeted"]) <= set(REASONS)
    forbidden = con.execute(
        "SELECT COUNT(*) FROM target_rows JOIN accounts USING (account_id) "
        "WHERE do_not_contact OR duplicate_of IS NOT NULL OR status NOT IN ('prospect') OR account_id IN "
        "(SELECT account_id FROM sales_deals WHERE outcome IN ('open', 'won') AND deal_type <> 'not_sales')"
    ).fetchone()
    assert forbidden == (0,)


def test_it_says_so_when_nothing_unworked_remains_and_what_to_add(tmp_path: Path) -> None:
    lost = {"deal_id": "1", "account_id": "a", "outcome": "lost", "closed_at": date(2024, 1, 1)}
    con = company_with(accounts=[{"account_id": "a"}, {"account_id": "b", "status": "customer"}], deals=[lost])
    answer, files = lists_of(con, tmp_path)
    assert [row["account_id"] for row in files["targets"]] == ["a"]
    assert answer["unworked"] == 0
    said = answer["messages"][0]
    assert said.startswith("Nothing unworked remains: of 2 accounts")
    assert "Add a market list" in said

    con.execute("INSERT INTO accounts (account_id) VALUES ('market')")
    answer, _ = lists_of(con, tmp_path)
    assert answer["unworked"] == 1
    assert not any("unworked" in message for message in answer["messages"])


def test_an_account_on_no_list_is_our_fault_and_nothing_is_written(tmp_path: Path) -> None:
    con = company_with(accounts=[{"account_id": "a"}])
    run = make_lists(con, None, as_of=AS_OF)
    con.execute("DELETE FROM target_rows")
    with pytest.raises(ListsDoNotReconcile, match="1 accounts, but 0 rows"):
        count_lists(con, run)
    assert list(tmp_path.iterdir()) == []


def test_the_order_of_the_input_does_not_change_a_byte(tmp_path: Path) -> None:
    accounts = [{"account_id": f"k{n}", "owner_id": f"o{n % 3}", "parent_id": f"k{n // 2}"} for n in range(40)]
    deals = [
        {"deal_id": f"d{n}", "account_id": f"k{n % 30}", "outcome": ("open", "won", "lost")[n % 7 % 3], "amount": n}
        for n in range(90)
    ]
    scores = [{"account_id": f"k{n}", "tier": "ABC"[n % 3], "score": n % 5} for n in range(40)]
    folders = []
    for turned in (False, True):
        order = slice(None, None, -1 if turned else 1)
        con = company_with(accounts=accounts[order], deals=deals[order], scores=scores[order])
        folder = tmp_path / str(turned)
        lists_of(con, folder)
        folders.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert folders[0] == folders[1]
    assert len(folders[0]) == 5


def test_without_a_day_the_last_one_on_record_is_taken_and_records_without_dates_do_as_well(tmp_path: Path) -> None:
    deal = {
        "deal_id": "1",
        "account_id": "a",
        "outcome": "lost",
        "created_at": date(2020, 1, 1),
        "closed_at": date(2020, 2, 1),
    }
    con = company_with(accounts=[{"account_id": "a"}, {"account_id": "b"}], deals=[deal])
    assert lists_of(con, tmp_path, as_of=None)[0]["not_targeted"] == {"lost_recently": 1}
    con = company_with(accounts=[{"account_id": "a"}], deals=[{"deal_id": "1", "account_id": "a", "outcome": "won"}])
    assert lists_of(con, tmp_path, as_of=None)[0]["not_targeted"] == {"customer": 1}


def test_no_accounts_make_empty_lists_with_their_headers(tmp_path: Path) -> None:
    answer, files = lists_of(company_with(), tmp_path)
    assert answer["accounts"] == 0
    assert all(rows == [] for rows in files.values())
    assert (tmp_path / "targets.csv").read_text().startswith('"rank","account_id"')


@pytest.mark.parametrize("name", ["lost_cooldown_days", "neglected_after_days", "limit"])
def test_it_refuses_a_negative_setting(name: str) -> None:
    with pytest.raises(ListSettingRefused, match=name):
        ListSettings(**{name: -1})
