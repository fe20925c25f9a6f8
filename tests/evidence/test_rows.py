"""Which rows the evidence has, from the best that the records hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from evidence.tables import AS_OF, day, engine, evidence_of, table_of
from idealfit.evidence.rows import NoOutcomes, make_rows
from idealfit.records.company import Company


def accounts(count: int, **columns: Any) -> list[dict[str, Any]]:
    return [{"account_id": f"a{number:02}", **columns} for number in range(count)]


def deals(count: int, *, won: int, **columns: Any) -> list[dict[str, Any]]:
    return [
        {
            "deal_id": f"d{number:02}",
            "account_id": f"a{number:02}",
            "outcome": "won" if number < won else "lost",
            "created_at": day(number),
            "closed_at": day(number + 30),
            **columns,
        }
        for number in range(count)
    ]


def test_deals_make_rows_in_the_order_in_which_they_opened() -> None:
    records = deals(3, won=1)
    records[0]["created_at"], records[2]["created_at"] = None, date(2024, 1, 1)
    con = engine(accounts=accounts(3), deals=records)
    evidence, rows = evidence_of(con)
    assert (rows.unit, rows.reach) == ("deal", "wins")
    assert evidence.deal_id.tolist() == ["d02", "d01", "d00"]
    assert evidence.outcome.tolist() == [0, 0, 1]
    assert str(evidence.opened[0]) == "2024-01-01" and np.isnat(evidence.opened[2])
    assert evidence.in_time


def test_open_deals_are_rows_of_their_own_kind() -> None:
    con = engine(accounts=accounts(3), deals=[*deals(2, won=1), deals(3, won=3)[2] | {"outcome": "open"}])
    evidence, _rows = evidence_of(con)
    assert evidence.outcome.tolist() == [1, 0, -1]


def test_deals_without_dates_are_rows_that_speak_of_no_time() -> None:
    evidence, rows = evidence_of(engine(accounts=accounts(4), deals=deals(4, won=2, created_at=None, closed_at=None)))
    assert rows.unit == "deal"
    assert not evidence.in_time


def test_deals_of_an_account_that_is_not_in_the_list_are_not_rows() -> None:
    evidence, _rows = evidence_of(engine(accounts=accounts(1), deals=deals(3, won=2)))
    assert evidence.deal_id.tolist() == ["d00"]


def test_a_customers_life_stands_once_in_the_row_of_its_first_win() -> None:
    records = [*deals(1, won=1), deals(1, won=1)[0] | {"deal_id": "second", "closed_at": "2025-12-01"}]
    subscription = {"subscription_id": "s", "account_id": "a00", "started_at": "2025-02-01", "arr_start": 90}
    evidence, _rows = evidence_of(engine(accounts=accounts(1), deals=records, subscriptions=[subscription]))
    assert np.isfinite(evidence.months).tolist() == [True, False]
    assert evidence.arr[0] == 90 and str(evidence.started[0]) == "2025-02-01"


@pytest.mark.parametrize(
    ("won", "priced", "followed", "ended", "reach"),
    [
        (30, 30, 30, 5, "wins+value+retention"),
        (30, 30, 30, 4, "wins+value"),
        (30, 30, 19, 5, "wins+value"),
        (30, 15, 30, 0, "wins+value"),
        (30, 14, 0, 0, "wins"),
        (0, 30, 0, 0, "wins"),
    ],
)
def test_the_reach_says_what_the_records_can_speak_of(
    won: int, priced: int, followed: int, ended: int, reach: str
) -> None:
    records = [one | {"amount": 10 if number < priced else None} for number, one in enumerate(deals(40, won=won))]
    lives = [
        {
            "subscription_id": str(number),
            "account_id": f"a{number:02}",
            "started_at": day(number + 30),
            "ended_at": day(number + 60) if number < ended else None,
        }
        for number in range(followed)
    ]
    assert (
        make_rows(engine(accounts=accounts(40), deals=records, subscriptions=lives), Company(), as_of=AS_OF).reach
        == reach
    )


def test_without_deals_the_best_third_of_customers_is_set_against_the_others() -> None:
    lives = [
        {
            "subscription_id": str(number),
            "account_id": f"a{number:02}",
            "started_at": "2025-06-30",
            "arr_current": 100 * (number + 1),
        }
        for number in range(9)
    ]
    con = engine(accounts=accounts(9), subscriptions=lives)
    evidence, rows = evidence_of(con)
    assert (rows.unit, rows.reach) == ("customer", "customers")
    assert "There are no deals" in rows.notes[0]
    best = {key for key, outcome in zip(evidence.account_id, evidence.outcome, strict=True) if outcome == 1}
    assert best == {"a06", "a07", "a08"}
    assert np.isfinite(evidence.months).all()
    # 100 a year, followed for a year
    assert dict(zip(evidence.account_id, evidence.amount, strict=True))["a00"] == pytest.approx(100, rel=0.001)


def test_a_customer_that_paid_much_and_left_soon_is_worth_what_it_paid_since_it_began() -> None:
    lives = [
        {"subscription_id": key, "account_id": key, "started_at": "2025-06-30", "ended_at": ended, "arr_start": arr}
        for key, ended, arr in (("a00", "2025-07-30", 900), ("a01", None, 300), ("a02", None, 200))
    ]
    con = engine(accounts=accounts(3), subscriptions=lives)
    make_rows(con, Company(), as_of=AS_OF)
    worth = table_of(con, "evidence_rows", "account_id", "amount", "y", "ended")
    assert worth["a00"][0] == pytest.approx(900 * 30 / 365, rel=0.001)
    assert {key: row[1] for key, row in worth.items()} == {"a00": 0, "a01": 1, "a02": 0}
    assert worth["a00"][2] == 1


def test_an_end_after_the_as_of_has_not_happened_to_a_customer_without_deals_either() -> None:
    life = {"subscription_id": "1", "account_id": "a00", "started_at": "2025-06-30", "ended_at": "2027-01-01"}
    con = engine(accounts=accounts(1), subscriptions=[life | {"arr_start": 365}])
    make_rows(con, Company(), as_of=AS_OF)
    assert table_of(con, "evidence_rows", "account_id", "amount", "ended")["a00"] == (pytest.approx(365, rel=0.001), 0)


def test_invoices_stand_in_for_customers() -> None:
    bills = [
        {
            "invoice_id": f"{number}-{month}",
            "account_id": f"a{number:02}",
            "issued_at": f"2026-0{month}-01",
            "amount": 50 * (number + 1),
        }
        for number in range(6)
        for month in range(1, 7)
    ]
    bills.append({"invoice_id": "future", "account_id": "a00", "issued_at": "2026-07-01", "amount": 1e9})
    evidence, rows = evidence_of(engine(accounts=accounts(6), invoices=bills))
    assert (rows.unit, rows.reach) == ("customer", "customers")
    assert "invoiced" in rows.notes[0]
    best = {key for key, outcome in zip(evidence.account_id, evidence.outcome, strict=True) if outcome == 1}
    assert best == {"a04", "a05"}
    assert not np.isfinite(evidence.months).any()
    assert not evidence.ended.any()


def test_invoices_of_another_currency_are_ranked_among_themselves_and_never_added() -> None:
    paid = [(100, "EUR"), (200, "EUR"), (300, None), (9_000, "JPY"), (8_000, "jpy"), (10, "USD")]
    bills = [
        {"invoice_id": str(n), "account_id": f"a{n:02}", "issued_at": "2026-01-01", "amount": amount, "currency": code}
        for n, (amount, code) in enumerate(paid)
    ]
    stray = bills[0] | {"invoice_id": "x", "amount": 1, "currency": "JPY"}
    con = engine(accounts=accounts(6), invoices=[*bills, bills[0] | {"invoice_id": "y"}, stray])
    rows = make_rows(con, Company(currency="EUR", rates={"USD": 25.0}), as_of=AS_OF)
    made = table_of(con, "evidence_rows", "account_id", "y", "amount")
    assert {key for key, (best, _amount) in made.items() if best} == {"a02", "a03"}
    assert [key for key, (_best, amount) in made.items() if amount is None] == ["a03", "a04"]
    assert made["a02"][1] > made["a05"][1] > made["a01"][1] == made["a00"][1]
    assert any("JPY" in said for said in rows.notes)


def test_a_status_is_the_last_resort() -> None:
    statuses = ["customer", "former", "prospect", None, "partner", "competitor", "own", "vendor", "customer"]
    records = [one | {"status": status} for one, status in zip(accounts(9), statuses, strict=True)]
    records[8]["duplicate_of"] = "a00"
    evidence, rows = evidence_of(engine(accounts=records))
    assert (rows.unit, rows.reach) == ("account", "customers")
    assert dict(zip(evidence.account_id, evidence.outcome, strict=True)) == {"a00": 1, "a01": 1, "a02": 0, "a03": 0}
    assert not evidence.in_time


def test_deals_that_are_all_open_are_no_outcome() -> None:
    records = deals(3, won=0, outcome="open", closed_at=None)
    with pytest.raises(NoOutcomes) as raised:
        make_rows(engine(accounts=accounts(3), deals=records), Company(), as_of=AS_OF)
    assert raised.value.remedy
    _evidence, rows = evidence_of(engine(accounts=accounts(3, status="customer"), deals=records))
    assert rows.unit == "account"


def test_renewals_alone_do_not_say_who_buys() -> None:
    con = engine(accounts=accounts(3), deals=deals(3, won=2, deal_type="renewal"))
    with pytest.raises(NoOutcomes):
        make_rows(con, Company(), as_of=AS_OF)


def test_company_settings_reach_the_outcomes() -> None:
    records = deals(2, won=2, amount=100, currency="USD")
    evidence, _rows = evidence_of(
        engine(accounts=accounts(2), deals=records), company=Company(currency="EUR", rates={"USD": 0.5})
    )
    assert evidence.amount.tolist() == [50, 50]
