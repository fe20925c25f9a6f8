"""The open pipeline by tier, in count and in money."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from activation.company import AS_OF, company_with, lists_of


def deal(key: str, account: str | None, amount: float | None, **more: Any) -> dict[str, Any]:
    opened = AS_OF - timedelta(days=40)
    return {"deal_id": key, "account_id": account, "outcome": "open", "amount": amount, "created_at": opened} | more


def pipeline() -> duckdb.DuckDBPyConnection:
    return company_with(
        accounts=[{"account_id": key, "name": key.upper(), "owner_id": "Olga"} for key in ("a", "b", "c")],
        deals=[
            deal("1", "a", 100, currency="EUR", stage="Demo", owner_id="Dora"),
            deal("2", "b", 50, currency="EUR"),
            deal("3", "c", 250, currency="EUR"),
            deal("4", None, 400, currency="EUR"),
            deal("5", "a", 1000, currency="USD"),
            deal("6", "a", None, currency="EUR"),
            deal("7", "a", 9, currency="EUR", outcome="lost", closed_at=date(2026, 6, 1)),
            deal("8", "a", 5, currency="EUR", deal_type="not_sales"),
        ],
        scores=[{"account_id": "a"}, {"account_id": "b", "tier": "B"}, {"account_id": "c", "tier": "C"}],
    )


def test_every_open_deal_is_listed_with_the_tier_of_its_account(tmp_path: Path) -> None:
    _, files = lists_of(pipeline(), tmp_path)
    rows = {row["deal_id"]: row for row in files["pipeline"]}
    assert set(rows) == {"1", "2", "3", "4", "5", "6", "8"}
    assert {key: row["tier"] for key, row in rows.items()} == {
        "1": "A",
        "2": "B",
        "3": "C",
        "4": "unknown: no account",
        "5": "A",
        "6": "A",
        "8": "A",
    }
    first = rows["1"]
    assert (first["account"], first["owner"], first["age_days"], first["stage"]) == ("A", "Dora", "40", "Demo")
    assert rows["2"]["owner"] == "Olga"


def test_the_share_in_a_and_b_is_told_by_count_and_by_money_and_currencies_are_never_added(tmp_path: Path) -> None:
    share = lists_of(pipeline(), tmp_path)[0]["pipeline"]
    assert (share["open_deals"], share["in_ab"], share["without_account"], share["not_sales"]) == (6, 4, 1, 1)
    assert (share["currency"], share["amount"], share["amount_in_ab"]) == ("EUR", 800, 150)
    assert (share["amount_unknown"], share["amount_without_rate"]) == (1, 1)
    assert share["amount_share_in_ab"] == 0.1875
    assert [(each["currency"], each["amount"], each["amount_in_ab"]) for each in share["by_currency"]] == [
        ("EUR", 800, 150),
        ("USD", 1000, 1000),
    ]


def test_a_given_rate_makes_amounts_one_currency(tmp_path: Path) -> None:
    company = SimpleNamespace(currency="USD", undated_rates={"eur": 2.0}, competitors=[])
    share = lists_of(pipeline(), tmp_path, company=company)[0]["pipeline"]
    assert (share["currency"], share["amount"], share["amount_in_ab"]) == ("USD", 2600, 1300)
    assert share["amount_without_rate"] == 0


def test_without_scores_nobody_knows_the_share_and_it_is_not_nought(tmp_path: Path) -> None:
    con = company_with(accounts=[{"account_id": "a"}], deals=[deal("1", "a", 5)])
    answer, files = lists_of(con, tmp_path)
    assert answer["pipeline"]["in_ab"] is None
    assert answer["pipeline"]["amount_in_ab"] is None
    assert files["pipeline"][0]["tier"] == "unknown"


def test_an_amount_of_nought_is_unknown(tmp_path: Path) -> None:
    con = company_with(accounts=[{"account_id": "a"}], deals=[deal("1", "a", 0)])
    answer, _ = lists_of(con, tmp_path)
    assert (answer["pipeline"]["amount"], answer["pipeline"]["amount_unknown"]) == (None, 1)
