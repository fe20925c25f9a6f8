"""The market, the pipeline, the wins and the tiers, for companies small enough to count by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from activation.company import AS_OF, company_with
from idealfit.performance.summary import summarise


def company() -> duckdb.DuckDBPyConnection:
    """Twelve A, two B and ten C accounts, a deal each in 2025 or 2026; A accounts win two of three."""
    tiers = {f"a{n:02}": "A" for n in range(12)} | {f"b{n}": "B" for n in range(2)} | {f"c{n}": "C" for n in range(10)}
    deals: list[dict[str, Any]] = []
    for number, (key, tier) in enumerate(tiers.items()):
        won = tier == "A" and number % 3 > 0
        opened = AS_OF - timedelta(days=500 if number % 2 else 90)
        deals.append(
            {
                "deal_id": f"d{number}",
                "account_id": key,
                "outcome": "won" if won else "lost",
                "amount": 100.0 * (number + 1) if won else None,
                "created_at": opened,
                "closed_at": opened + timedelta(days=30 + number),
            }
        )
    deals += [
        {"deal_id": "x1", "account_id": None, "outcome": "won", "closed_at": AS_OF - timedelta(days=5)},
        {"deal_id": "x2", "account_id": "a00", "outcome": "won", "deal_type": "renewal", "closed_at": AS_OF},
        {"deal_id": "x3", "account_id": "b0", "outcome": "open", "amount": 70},
    ]
    return company_with(
        accounts=[{"account_id": key} for key in [*tiers, "market", "partner", "copy"]],
        deals=deals,
        scores=[
            *({"account_id": key, "tier": tier} for key, tier in tiers.items()),
            *({"account_id": key, "tier": "A"} for key in ("market", "partner", "copy")),
        ],
    )


def test_the_market_counts_companies_that_could_buy() -> None:
    con = company()
    con.execute("UPDATE accounts SET status = 'partner' WHERE account_id = 'partner'")
    con.execute("UPDATE accounts SET duplicate_of = 'a00' WHERE account_id = 'copy'")
    market = summarise(con, as_of=AS_OF)["market"]
    assert market == {"accounts": 25, "matching": 15, "A": 13, "B": 2, "unworked_matching": 1}


def test_last_years_wins_are_new_business_and_tell_what_has_no_account() -> None:
    wins = summarise(company(), as_of=AS_OF)["wins"]
    # of the eight A wins (1, 2, 4, 5, 7, 8, 10, 11) the even ones were opened 90 days ago; one more has no account
    assert wins == {"since": "2025-06-30", "total": 5, "in_ab": 4, "share_in_ab": 0.8, "without_account": 1}


def test_wins_without_any_closing_date_are_those_of_all_time() -> None:
    con = company_with(
        accounts=[{"account_id": "a"}], deals=[{"deal_id": "1", "account_id": "a", "outcome": "won"}], scores=[]
    )
    con.execute("INSERT INTO scores (account_id, tier) VALUES ('a', 'B')")
    assert summarise(con, as_of=AS_OF)["wins"] == {
        "since": None,
        "total": 1,
        "in_ab": 1,
        "share_in_ab": 1.0,
        "without_account": 0,
    }


def test_every_tier_has_its_rate_size_and_cycle_with_intervals() -> None:
    table = {row["group"]: row for row in summarise(company(), as_of=AS_OF)["by_tier"]}
    assert {name: (row["deals"], row["won"], row["accounts"]) for name, row in table.items()} == {
        "A+B": (14, 8, 14),
        "rest": (10, 0, 10),
        "A": (12, 8, 12),
        "B": (2, 0, 2),
        "C": (10, 0, 10),
    }
    best = table["A"]
    assert best["win_rate"]["value"] == pytest.approx(2 / 3)
    assert (round(best["win_rate"]["low"], 3), round(best["win_rate"]["high"], 3)) == (0.391, 0.862)
    assert best["amount"]["value"] == (600 + 800) / 2
    assert best["cycle_days"]["value"] == 30 + 6
    assert best["cycle_days"]["unit"] == "days"
    assert table["C"]["amount"] is None
    assert best["retention"] is None


def test_retention_is_right_censored_and_needs_records_that_would_show_somebody_leave() -> None:
    con = company()
    for number in range(10):
        con.execute(
            "INSERT INTO subscriptions (subscription_id, account_id, started_at, ended_at) VALUES (?, ?, ?, ?)",
            [str(number), f"a0{number}", date(2024, 1, 1), date(2024, 7, 1) if number < 3 else None],
        )
    table = {row["group"]: row for row in summarise(con, as_of=AS_OF)["by_tier"]}
    kept = table["A"]["retention"]
    assert kept["n"] == 10
    assert kept["value"] == pytest.approx(0.7)  # all three bought again later, and had left all the same
    assert kept["low"] < 0.7 < kept["high"]
    assert table["C"]["retention"] is None


def test_without_scores_nothing_is_said_of_tiers() -> None:
    con = company()
    con.execute("DROP TABLE scores")
    summary = summarise(con, as_of=AS_OF)
    assert summary["by_tier"] == []
    assert summary["market"]["accounts"] == 27
    assert summary["market"]["matching"] is summary["wins"]["in_ab"] is summary["pipeline"]["in_ab"] is None


def test_the_lists_are_counted_as_they_are_written() -> None:
    summary = summarise(company(), as_of=AS_OF)
    lists = summary["lists"]
    assert lists["accounts"] == lists["targets"] + sum(lists["not_targeted"].values()) + lists["winback"] == 27
    assert summary["pipeline"]["open_deals"] == 1
    assert summary["pipeline"]["amount_in_ab"] == 70


def test_it_says_so_when_every_customer_that_ended_something_still_has_something_running() -> None:
    con = company_with(
        accounts=[{"account_id": "a"}],
        subscriptions=[
            {"subscription_id": "1", "account_id": "a", "started_at": date(2024, 1, 1), "ended_at": date(2024, 5, 1)},
            {"subscription_id": "2", "account_id": "a", "started_at": date(2024, 2, 1)},
        ],
    )
    (note,) = summarise(con, as_of=AS_OF)["notes"]
    assert note.startswith("Retention counts customers: each of 1 still has a running subscription, though 1 ")
