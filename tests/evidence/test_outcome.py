"""What became of deals and customers, in tables small enough to count by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from evidence.tables import AS_OF, engine, table_of
from idealfit.evidence.outcome import OutcomeNotes, make_outcomes

MONTH = 30.4375


def deal(key: str, **columns: Any) -> dict[str, Any]:
    own = {"account_id": "a", "outcome": "won", "created_at": "2025-01-10", "closed_at": "2025-03-11", "amount": 100}
    return {"deal_id": key, **own, **columns}


def outcomes(*deals: dict[str, Any], **settings: Any) -> tuple[dict[str, Any], OutcomeNotes]:
    con = engine(accounts=[{"account_id": "a"}], deals=deals)
    notes = make_outcomes(con, as_of=AS_OF, **settings)
    columns = ("outcome", "created_on", "closed_on", "t", "amount", "cycle_days", "first_win")
    made = table_of(con, "deal_outcomes", "deal_id", *columns)
    return {key: dict(zip(columns, row, strict=True)) for key, row in made.items()}, notes


def customers(*subscriptions: dict[str, Any], tickets: Any = (), **settings: Any) -> dict[str, dict[str, Any]]:
    rows = [{"subscription_id": str(number), "account_id": "a"} | one for number, one in enumerate(subscriptions)]
    con = engine(accounts=[{"account_id": "a"}, {"account_id": "b"}], subscriptions=rows, tickets=tickets)
    make_outcomes(con, as_of=AS_OF, **settings)
    columns = ("started_on", "ended_on", "months", "ended", "arr", "margin")
    made = table_of(con, "customers", "account_id", *columns)
    return {key: dict(zip(columns, row, strict=True)) for key, row in made.items()}


def test_the_moment_of_evidence_is_the_day_before_the_deal_opened() -> None:
    (made,) = outcomes(deal("d"))[0].values()
    assert made["t"] == date(2025, 1, 9)
    assert made["cycle_days"] == 60
    assert made["amount"] == 100


def test_an_open_deal_has_no_closing_day_whatever_its_forecast_says() -> None:
    (made,) = outcomes(deal("d", outcome="open", closed_at="2026-12-31"))[0].values()
    assert (made["closed_on"], made["cycle_days"], made["first_win"]) == (None, None, False)


def test_only_new_business_counts_and_an_unknown_type_is_new_business_and_said() -> None:
    types = {"n": "new_business", "e": "expansion", "r": "renewal", "x": "not_sales", "u": None}
    made, notes = outcomes(*(deal(key, deal_type=kind) for key, kind in types.items()))
    assert sorted(made) == ["n", "u"]
    assert (notes.not_new_business, notes.unknown_type, notes.deals) == (3, 1, 5)
    assert any("3 deals are expansions, renewals or no sales" in said for said in notes.sentences)
    assert any("1 deals of unknown type are counted as new business" in said for said in notes.sentences)


def test_where_no_deal_has_a_type_that_is_said_once_for_all() -> None:
    _made, notes = outcomes(deal("1"), deal("2"))
    assert notes.sentences == ("No deal has a type: all are counted as new business",)


def test_deals_without_an_account_are_left_out_and_counted() -> None:
    made, notes = outcomes(deal("1"), deal("2", account_id=None))
    assert list(made) == ["1"]
    assert notes.without_account == 1
    assert "1 of 2 deals belong to no account" in notes.sentences[0]


def test_a_deal_opened_after_the_as_of_is_not_evidence_and_one_of_the_day_is() -> None:
    made, _notes = outcomes(deal("1", created_at="2026-07-01"), deal("2", created_at="2026-06-30", closed_at=None))
    assert list(made) == ["2"]


def test_a_deal_that_was_closed_after_the_as_of_was_still_open() -> None:
    made, notes = outcomes(
        deal("1", closed_at="2026-07-01"),
        deal("2", closed_at="2026-06-30"),
        deal("3", outcome="lost", closed_at="2027-01-01"),
    )
    assert {key: (row["outcome"], row["closed_on"]) for key, row in made.items()} == {
        "1": ("open", None),
        "2": ("won", date(2026, 6, 30)),
        "3": ("open", None),
    }
    assert made["1"]["cycle_days"] is None and made["2"]["first_win"]
    assert any("2 deals were closed after 2026-06-30" in said for said in notes.sentences)


def test_an_undated_deal_is_kept_without_a_moment() -> None:
    made, notes = outcomes(deal("1", created_at=None))
    assert (made["1"]["t"], made["1"]["cycle_days"], made["1"]["outcome"]) == (None, None, "won")
    assert notes.undated == 1


@pytest.mark.parametrize("amount", [0, None, -5])
@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_no_amount_is_unknown_and_never_nought(amount: float | None, outcome: str) -> None:
    (made,) = outcomes(deal("1", outcome=outcome, amount=amount))[0].values()
    assert made["amount"] is None


def test_a_deal_that_closed_before_it_opened_has_no_cycle() -> None:
    made, _notes = outcomes(deal("1", closed_at="2025-01-01"), deal("2", closed_at="2025-01-10"))
    assert (made["1"]["cycle_days"], made["2"]["cycle_days"]) == (None, 0)


def test_an_account_has_one_first_win_by_closing_day() -> None:
    made, _notes = outcomes(
        deal("late", closed_at="2025-05-01"),
        deal("early", closed_at="2025-02-01"),
        deal("never-said", closed_at=None),
        deal("lost", outcome="lost", closed_at="2025-01-11"),
        deal("other", account_id="b", closed_at="2025-09-01"),
    )
    assert sorted(key for key, row in made.items() if row["first_win"]) == ["early", "other"]


def test_amounts_of_another_currency_count_at_the_given_rate_and_without_one_are_unknown() -> None:
    deals = [
        deal("home", currency="EUR"),
        deal("rated", currency="usd"),
        deal("strange", currency="JPY"),
        deal("unsaid", currency=None),
    ]
    made, notes = outcomes(*deals, currency="EUR", rates={"USD": 0.9})
    assert {key: row["amount"] for key, row in made.items()} == {
        "home": 100,
        "rated": pytest.approx(90),
        "strange": None,
        "unsaid": 100,
    }
    assert notes.currencies == ("JPY",)
    assert any("Amounts in JPY are not added" in said for said in notes.sentences)


def test_without_a_home_currency_it_is_the_one_of_most_deals() -> None:
    made, notes = outcomes(deal("1", currency="USD"), deal("2", currency="CHF"), deal("3", currency="CHF"))
    assert {key: row["amount"] for key, row in made.items()} == {"1": None, "2": 100, "3": 100}
    assert notes.currencies == ("USD",)


def test_a_running_customer_is_followed_to_the_as_of() -> None:
    (made,) = customers({"started_at": "2025-06-30", "arr_start": 1200}).values()
    assert (made["ended"], made["ended_on"], made["arr"]) == (False, None, 1200)
    assert made["months"] == pytest.approx(365 / MONTH)


def test_a_customer_that_left_is_followed_until_then() -> None:
    (made,) = customers({"started_at": "2025-01-01", "ended_at": "2025-04-11"}).values()
    assert (made["ended"], made["ended_on"]) == (True, date(2025, 4, 11))
    assert made["months"] == pytest.approx(100 / MONTH)


def test_an_end_after_the_as_of_has_not_happened() -> None:
    (made,) = customers({"started_at": "2026-03-22", "ended_at": "2026-07-01"}).values()
    assert (made["ended"], made["ended_on"]) == (False, None)
    assert made["months"] == pytest.approx(100 / MONTH)


def test_an_end_on_the_as_of_has() -> None:
    (made,) = customers({"started_at": "2026-03-22", "ended_at": "2026-06-30"}).values()
    assert made["ended"] is True


def test_a_customer_has_left_when_all_its_subscriptions_have_ended_the_last_of_them_tells_when() -> None:
    first = {"started_at": "2025-01-01", "ended_at": "2025-03-01", "arr_start": 100}
    second = {"started_at": "2025-02-01", "ended_at": "2025-06-01", "arr_start": None, "arr_current": 50}
    (made,) = customers(first, second).values()
    assert (made["started_on"], made["ended_on"], made["arr"]) == (date(2025, 1, 1), date(2025, 6, 1), 150)
    (made,) = customers(first, second | {"ended_at": None}).values()
    assert (made["ended"], made["ended_on"]) == (False, None)


def test_a_subscription_that_starts_later_or_at_no_known_day_is_none_yet() -> None:
    assert customers({"started_at": "2026-07-01"}) == {}
    assert customers({"started_at": None, "arr_start": 5}) == {}


def test_margin_is_what_is_left_after_support() -> None:
    # 1200 a year for half a year of 365.25 days is 600.2 of revenue; 60 of support is 10 % of it
    subscription = {"started_at": "2025-12-29", "arr_start": 1200, "gross_margin": 0.7}
    tickets = [
        {"ticket_id": "1", "account_id": "a", "opened_at": "2026-01-05", "cost": 40},
        {"ticket_id": "2", "account_id": "a", "opened_at": "2026-06-30", "cost": None},
        {"ticket_id": "3", "account_id": "a", "opened_at": "2025-12-28", "cost": 999},
        {"ticket_id": "4", "account_id": "a", "opened_at": "2026-07-01", "cost": 999},
        {"ticket_id": "5", "account_id": "b", "opened_at": "2026-01-05", "cost": 999},
    ]
    (made,) = customers(subscription, tickets=tickets, cost_per_ticket=20).values()
    paid = 1200 * made["months"] / 12
    assert made["margin"] == pytest.approx(0.7 - 60 / paid)
    assert made["margin"] == pytest.approx(0.6, abs=0.001)


def test_a_margin_in_per_cent_is_a_share() -> None:
    (made,) = customers({"started_at": "2025-12-29", "gross_margin": 70}).values()
    assert made["margin"] == pytest.approx(0.7)


def test_without_a_margin_the_companys_own_stands_where_support_is_known_to_cost() -> None:
    subscription = {"started_at": "2025-12-29", "arr_start": 1200}
    ticket = {"ticket_id": "1", "account_id": "a", "opened_at": "2026-01-05", "cost": 60}
    assert customers(subscription)["a"]["margin"] is None
    assert customers(subscription, tickets=[ticket | {"cost": None}])["a"]["margin"] is None
    (made,) = customers(subscription, tickets=[ticket], gross_margin=0.5).values()
    assert made["margin"] == pytest.approx(0.5 - 60 / (1200 * made["months"] / 12))


def with_calls(*, won: int, won_called: int, lost: int, lost_called: int) -> tuple[set[str], OutcomeNotes]:
    """The deals that count when some have a call between opening and closing, and one of the others a second stage."""
    deals = [deal(f"w{one}", account_id=f"w{one}") for one in range(won)]
    deals += [deal(f"l{one}", account_id=f"l{one}", outcome="lost") for one in range(lost)]
    called = [f"w{one}" for one in range(won_called)] + [f"l{one}" for one in range(lost_called)]
    calls = [
        {"activity_id": key, "account_id": key, "occurred_at": "2025-01-20", "direction": "outbound"} for key in called
    ]
    before = {"activity_id": "first", "account_id": "none", "occurred_at": "2024-12-01"}
    stages = [
        {"deal_id": "l9", "stage": stage, "entered_at": "2025-02-01"}
        for stage in ("Qualified", "Lost")
        if lost_called < 9
    ]
    con = engine(
        accounts=[{"account_id": one["account_id"]} for one in deals],
        deals=deals,
        activities=[before, *calls],
        deal_stages=stages,
    )
    notes = make_outcomes(con, as_of=AS_OF)
    return {row[0] for row in con.execute("SELECT deal_id FROM deal_outcomes").fetchall()}, notes


def test_a_lost_deal_that_nobody_worked_is_not_counted_as_lost() -> None:
    kept, notes = with_calls(won=10, won_called=10, lost=10, lost_called=7)
    assert not kept & {"l7", "l8"}
    assert "l9" in kept
    assert notes.never_worked == 2
    assert any("never worked is not lost" in said for said in notes.sentences)


def test_where_activities_are_hardly_logged_their_absence_says_nothing() -> None:
    kept, notes = with_calls(won=10, won_called=6, lost=10, lost_called=7)
    assert len(kept) == 20
    assert notes.never_worked == 0


def test_deals_that_were_moved_in_from_elsewhere_have_no_opening_day() -> None:
    made, notes = outcomes(
        deal("moved", created_at="2025-02-01"), deal("own", created_at="2025-02-02"), moved_in_on=[date(2025, 2, 1)]
    )
    assert (made["moved"]["created_on"], made["moved"]["t"], made["moved"]["cycle_days"]) == (None, None, None)
    assert made["moved"]["outcome"] == "won"
    assert made["own"]["created_on"] == date(2025, 2, 2)
    assert any("1 deals were moved in on 2025-02-01" in said for said in notes.sentences)


def test_hours_cost_what_an_hour_costs_on_tickets_and_on_invoices() -> None:
    year = "2025-06-30"
    con = engine(
        accounts=[{"account_id": one} for one in "abc"],
        subscriptions=[
            {"subscription_id": one, "account_id": one, "started_at": year, "arr_start": 1000} for one in "abc"
        ],
        tickets=[
            {"ticket_id": "1", "account_id": "a", "opened_at": "2025-08-01", "hours": 2},
            {"ticket_id": "2", "account_id": "a", "opened_at": "2025-08-01", "hours": 9, "cost": 30},
            {"ticket_id": "3", "account_id": "a", "opened_at": "2025-01-01", "hours": 99},
        ],
        invoices=[{"invoice_id": "1", "account_id": "b", "issued_at": "2025-08-01", "amount": 500, "hours": 4}],
    )
    make_outcomes(con, as_of=AS_OF, gross_margin=0.8, cost_per_hour=50)
    margins = table_of(con, "customers", "account_id", "margin")
    revenue = 1000 * 365 / MONTH / 12
    assert margins["a"] == pytest.approx(0.8 - (2 * 50 + 30) / revenue)
    assert margins["b"] == pytest.approx(0.8 - 4 * 50 / revenue)
    assert margins["c"] == pytest.approx(0.8)  # no ticket and no hours where others have them: it cost nothing


def test_a_contract_signed_anew_each_year_is_counted_once_in_what_a_customer_pays() -> None:
    made = customers(
        {"started_at": "2023-01-01", "ended_at": "2024-01-01", "arr_start": 100},
        {"started_at": "2023-01-20", "ended_at": "2024-01-01", "arr_start": 30},
        {"started_at": "2024-01-01", "ended_at": "2025-01-01", "arr_start": 100},
        {"started_at": "2025-01-01", "arr_start": 100},
    )
    assert made["a"]["arr"] == 130
