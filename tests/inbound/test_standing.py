"""What a company is to us decides who answers its lead, whatever its fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from idealfit.inbound.answer import Inbox, Lead
from idealfit.inbound.standing import decisive, standing_of
from idealfit.inbound.told import card_of, text_of

TODAY = date(2026, 7, 1)
WON = {"outcome": "won", "deal_type": None, "deal_id": "D-1", "stage": None}
OPEN = {"outcome": "open", "deal_type": None, "deal_id": "D-2", "stage": "Proposal"}


@pytest.mark.parametrize(
    ("columns", "deals", "subscriptions", "codes", "first"),
    [
        ({"status": "prospect"}, [], [], [], None),
        ({"status": "competitor"}, [], [], ["competitor"], "competitor"),
        ({"status": "customer", "do_not_contact": True}, [], [], ["customer", "do_not_contact"], "customer"),
        ({}, [WON], [{"ended_at": "2026-01-01"}], ["former"], None),
        ({}, [], [{"ended_at": "2026-12-01"}], ["customer"], "customer"),
        ({}, [OPEN], [], ["open_deal"], "open_deal"),
        ({"name": "Test Account"}, [], [], ["test"], "test"),
        ({"name": "Test Rite International"}, [], [], [], None),
    ],
)
def test_what_the_records_say_a_company_is_to_us(
    columns: dict[str, Any], deals: list[Any], subscriptions: list[Any], codes: list[str], first: str | None
) -> None:
    found = standing_of(columns, deals, subscriptions, None, as_of=TODAY)
    assert [one.code for one in found] == codes
    settled = decisive(found)
    assert (settled and settled.code) == first


def test_kin_of_a_customer_and_a_competitor_by_name_are_told() -> None:
    found = standing_of({}, [], [], ("Subsidiary", "Norvik"), as_of=TODAY, competes=True)
    assert [one.text for one in found] == ["A competitor", "Subsidiary of a customer: Norvik"]


@pytest.mark.parametrize(
    ("where", "route"),
    [
        ("do_not_contact AND status = 'prospect'", "Do not contact"),
        ("status = 'competitor'", "Nobody sells here"),
        ("status = 'partner'", "Whoever looks after partners"),
    ],
)
def test_a_card_of_one_whom_nobody_is_to_sell_to_says_so_first(made_up: Path, where: str, route: str) -> None:
    with duckdb.connect() as con:
        query = f"SELECT account_id FROM '{made_up}/tables/accounts.parquet' WHERE duplicate_of IS NULL AND {where}"
        found = con.execute(f"{query} ORDER BY 1").fetchone()
    assert found is not None, f"the made-up company has no account where {where}"
    lead = Lead(account_id=found[0])
    card = card_of(Inbox(made_up).answer(lead), lead, ())
    assert card["route"] == route
    assert "In your records: " in text_of(card)
