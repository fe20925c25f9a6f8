"""Revenue after twelve months, in tables small enough to count by hand. The as-of of all of them is 2026-06-30."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from evidence.tables import AS_OF, engine, evidence_of, table_of
from idealfit.evidence.expansion import make_expansion
from idealfit.evidence.outcome import make_outcomes
from idealfit.evidence.surveys import make_answers, make_referrals


def sub(key: str, account: str, started: str, **columns: Any) -> dict[str, Any]:
    return {"subscription_id": key, "account_id": account, "started_at": started, "arr_start": 1000, **columns}


def expansion(*subscriptions: dict[str, Any], **tables: Any) -> tuple[str, dict[str, tuple[float, float]]]:
    names = [one["account_id"] for rows in (subscriptions, *tables.values()) for one in rows if "account_id" in one]
    accounts = [{"account_id": one} for one in dict.fromkeys(names)]
    con = engine(accounts=accounts, subscriptions=subscriptions, **tables)
    make_outcomes(con, as_of=AS_OF)
    basis = make_expansion(con, as_of=AS_OF)
    return basis, table_of(con, "expansion", "account_id", "first_revenue", "later_revenue")


def change(key: str, day: str, delta: float) -> dict[str, Any]:
    return {"subscription_id": key, "changed_at": day, "delta_arr": delta}


def test_dated_changes_count_up_to_the_day_twelve_months_on_and_no_further() -> None:
    basis, made = expansion(
        sub("1", "a", "2025-01-10", arr_current=9999),
        subscription_changes=[
            change("1", "2025-01-10", 1000),  # the start itself, as some systems write it
            change("1", "2025-06-01", 300),
            change("1", "2026-01-10", -100),
            change("1", "2026-01-11", 5000),
        ],
    )
    assert basis == "changes"
    assert made == {"a": (1000, 1200)}


def test_a_customer_that_left_within_twelve_months_keeps_nothing_and_one_that_left_later_all() -> None:
    _basis, made = expansion(
        sub("1", "a", "2025-01-10", ended_at="2025-12-31"),
        sub("2", "b", "2025-01-10", ended_at="2026-03-01"),
        sub("3", "c", "2025-01-10", ended_at="2026-01-10"),
        subscription_changes=[change("2", "2025-07-01", -400)],
    )
    assert made == {"a": (1000, 0), "b": (1000, 600), "c": (1000, 0)}


def test_who_began_less_than_twelve_months_ago_is_not_counted_even_where_it_has_left_already() -> None:
    _basis, made = expansion(
        sub("1", "a", "2025-07-15", ended_at="2025-09-01"),
        sub("2", "b", "2025-07-15"),
        sub("3", "c", "2025-06-30"),
        subscription_changes=[change("3", "2025-09-01", 10)],
    )
    assert made == {"c": (1000, 1010)}


def test_a_change_after_the_day_up_to_which_the_records_speak_is_not_known() -> None:
    _basis, made = expansion(
        sub("1", "a", "2025-06-30", ended_at="2026-07-15"), subscription_changes=[change("1", "2026-07-01", 500)]
    )
    assert made == {"a": (1000, 1000)}


def test_a_contract_signed_again_within_a_month_is_no_customer_lost() -> None:
    _basis, made = expansion(
        sub("1", "a", "2024-03-01", ended_at="2025-03-01", arr_current=1000),
        sub("2", "a", "2025-03-15", arr_start=1500, arr_current=1600),
        sub("3", "b", "2024-03-01", ended_at="2025-03-01", arr_current=1000),
        sub("4", "b", "2025-04-15", arr_start=1500, arr_current=1600),
    )
    assert made == {"a": (1000, 1500), "b": (1000, 0)}


def test_a_second_subscription_within_the_year_is_expansion() -> None:
    _basis, made = expansion(
        sub("1", "a", "2025-01-10", arr_current=1000), sub("2", "a", "2025-03-10", arr_start=500, arr_current=600)
    )
    first, later = made["a"]
    assert first == 1000
    # the second grew from 500 to 600 between its start and the as-of: 306 of 477 days of it lie in the year
    assert later == pytest.approx(1000 + 500 * 1.2 ** (306 / 477))


def test_without_dated_changes_growth_is_read_on_the_steady_line_to_today() -> None:
    basis, made = expansion(sub("1", "a", "2024-06-30", arr_current=1440))
    assert basis == "contracts"
    assert made["a"][1] == pytest.approx(1440**0.5 * 1000**0.5, rel=0.01)


def test_nothing_is_said_where_no_contract_ever_changes() -> None:
    basis, made = expansion(sub("1", "a", "2024-06-30", arr_current=1000), sub("2", "b", "2024-06-30"))
    assert (basis, made) == ("none", {})


def test_expansion_and_renewal_deals_tell_it_where_no_subscription_does() -> None:
    def deal(key: str, account: str, kind: str, closed: str, amount: float, outcome: str = "won") -> dict[str, Any]:
        return {
            "deal_id": key, "account_id": account, "deal_type": kind, "created_at": closed, "closed_at": closed,
            "amount": amount, "outcome": outcome,
        }  # fmt: skip

    basis, made = expansion(
        deals=[
            deal("1", "a", "new_business", "2024-01-10", 1000),
            deal("2", "a", "expansion", "2024-06-10", 250),
            deal("3", "a", "expansion", "2025-06-10", 900),
            deal("4", "b", "new_business", "2024-01-10", 1000),
            deal("5", "b", "renewal", "2025-01-20", 1000, "lost"),
            deal("6", "c", "new_business", "2024-01-10", 1000),
            deal("7", "c", "renewal", "2025-01-05", 800),
            deal("8", "d", "new_business", "2026-01-10", 1000),
            deal("9", "d", "expansion", "2026-02-10", 1000),
            deal("10", "e", "new_business", "2024-01-10", 1000),
            deal("11", "e", "expansion", "2024-03-10", 1000, "lost"),
        ]
    )
    assert basis == "deals"
    assert made == {"a": (1000, 1250), "b": (1000, 0), "c": (1000, 800), "e": (1000, 1000)}


def test_expansion_and_renewal_deals_are_in_no_win_rate() -> None:
    deals = [
        {"deal_id": str(n), "account_id": "a", "deal_type": kind, "created_at": "2024-01-10", "closed_at": "2024-02-10",
         "amount": 100, "outcome": outcome}
        for n, (kind, outcome) in enumerate(
            [("new_business", "won"), ("new_business", "lost"), ("expansion", "won"), ("renewal", "lost")]
        )
    ]  # fmt: skip
    evidence, _rows = evidence_of(engine(accounts=[{"account_id": "a"}], deals=deals))
    assert sorted(evidence.outcome.tolist()) == [0, 1]
    assert evidence.follow_up is not None
    assert np.nansum(evidence.follow_up.nrr) == 0  # the renewal was lost
    assert np.isfinite(evidence.follow_up.nrr).sum() == 1


def test_invoices_of_the_second_year_over_the_first_where_there_is_nothing_else() -> None:
    def invoice(key: str, account: str, day: str, amount: float) -> dict[str, Any]:
        return {"invoice_id": key, "account_id": account, "issued_at": day, "amount": amount}

    basis, made = expansion(
        invoices=[
            invoice("1", "a", "2024-01-10", 100), invoice("2", "a", "2024-12-10", 100),
            invoice("3", "a", "2025-02-10", 300), invoice("4", "a", "2026-02-10", 700),
            invoice("5", "b", "2024-01-10", 100),
            invoice("6", "c", "2025-01-10", 100), invoice("7", "c", "2026-03-10", 100),
        ]
    )  # fmt: skip
    assert basis == "invoices"
    assert made == {"a": (200, 300), "b": (100, 0)}


def test_answers_and_referrals_are_known_only_as_seen() -> None:
    con = engine(
        accounts=[{"account_id": "a"}, {"account_id": "b", "referred_by_account_id": "a"},
                  {"account_id": "c", "referred_by_account_id": "a"},
                  {"account_id": "d", "referred_by_account_id": "d"}],
        deals=[{"deal_id": "1", "account_id": "b", "created_at": "2026-01-01", "closed_at": "2026-02-01",
                "outcome": "won"},
               {"deal_id": "2", "account_id": "c", "created_at": "2026-08-01", "outcome": "open"}],
        surveys=[{"account_id": "a", "answered_at": "2026-01-01", "nps": 9},
                 {"account_id": "a", "answered_at": "2026-03-01", "nps": 6},
                 {"account_id": "a", "answered_at": "2026-09-01", "nps": 0},
                 {"account_id": "b", "answered_at": "2026-03-01", "nps": 70}],
    )  # fmt: skip
    make_answers(con, as_of=AS_OF)
    make_referrals(con, as_of=AS_OF)
    assert table_of(con, "answers", "account_id", "score", "answered_on") == {"a": (7.5, date(2026, 3, 1))}
    assert table_of(con, "referrals", "account_id", "referred", "bought", "first_on") == {"a": (1, 1, date(2026, 1, 1))}


def test_at_an_earlier_day_only_what_was_known_then_is_known() -> None:
    deals = [{"deal_id": "1", "account_id": "a", "created_at": "2024-01-01", "closed_at": "2024-02-01",
              "outcome": "won", "amount": 10}]  # fmt: skip
    con = engine(
        accounts=[{"account_id": "a"}],
        deals=deals,
        subscriptions=[sub("1", "a", "2024-02-01", arr_current=1100)],
        surveys=[{"account_id": "a", "answered_at": "2025-06-01", "nps": 9}],
    )
    evidence, _rows = evidence_of(con)
    followed = evidence.follow_up
    assert followed is not None
    assert followed.nrr[0] > 1
    before = followed.as_of(np.datetime64("2025-01-31"))
    after = followed.as_of(np.datetime64("2025-02-01"))
    assert np.isnan(before.nrr[0])
    assert after.nrr[0] == followed.nrr[0]
    assert np.isnan(after.nps[0])
