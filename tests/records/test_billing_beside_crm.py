"""Stripe's customers, subscriptions and invoices beside HubSpot's companies and deals: one company each."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from idealfit.evidence.rows import Rows, make_rows
from idealfit.records.intake import ImportReport, import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

COMPANIES = 90
WON = 60
LEFT = 25
AS_OF = date(2024, 12, 31)


def hubspot() -> dict[str, str]:
    companies = ["Record ID,Company name,Company Domain Name,Industry,Number of Employees,Country/Region,Create Date"]
    deals = [
        "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Associated Company IDs (Primary),"
        "Associated Company (Primary)"
    ]
    for n in range(COMPANIES):
        trade = ("Retail", "Banking", "Energy")[n % 3]
        companies.append(f"{9000 + n},Company {n} Group,c{n}group.com,{trade},{10 + n},Germany,2022-01-01 10:00")
        stage = "Closed Won" if n < WON else "Closed Lost"
        opened = date(2022, 1, 3) + timedelta(days=n)
        closed = opened + timedelta(days=40)
        deals.append(
            f"{7000 + n},Deal {n},{stage},Sales Pipeline,{1200 + n},{closed} 16:00,{opened} 09:00,{9000 + n},"
            f"Company {n} Group"
        )
    return {"hubspot-companies.csv": "\n".join(companies) + "\n", "hubspot-deals.csv": "\n".join(deals) + "\n"}


def stripe() -> dict[str, str]:
    """The won companies pay, the first `LEFT` of them no longer: most by a person at their domain, every tenth by a
    private address under the company's own name."""
    customers = ["id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status,Total Spend,Payment Count"]
    subscriptions = [
        "id,Customer ID,Customer Email,Customer Name,Plan,Quantity,Interval,Amount,Currency,Status,Created (UTC),"
        "Start (UTC),Current Period Start (UTC),Current Period End (UTC),Canceled At (UTC),Ended At (UTC)"
    ]
    invoices = ["id,Customer,Customer Name,Amount Due,Amount Paid,Currency,Date (UTC),Paid,Status"]
    for n in range(WON):
        private = n % 10 == 9
        email = f"payer{n}@gmail.com" if private else f"pat{n}@c{n}group.com"
        name = f"Company {n} Group" if private else f"Pat Doe {n}"
        started = date(2022, 3, 1) + timedelta(days=n)
        ended = started + timedelta(days=300 + n) if n < LEFT else None
        status = "canceled" if ended else "active"
        customers.append(f"cus_{n},,{email},{name},{started} 10:00,false,Team,{status},100.00,3")
        yearly = n % 2
        subscriptions.append(
            f"sub_{n},cus_{n},{email},{name},Team,{2 if yearly else 1},{'year' if yearly else 'month'},"
            f"{'600.00' if yearly else '50.00'},usd,{status},{started} 10:00,{started} 10:00,2024-12-01 10:00,"
            f"2025-01-01 10:00,{f'{ended} 10:00' if ended else ''},{f'{ended} 10:00' if ended else ''}"
        )
        invoices.append(f"in_{n},cus_{n},{name},50.00,50.00,usd,{started} 10:00,true,paid")
    files = {"customers": customers, "subscriptions": subscriptions, "invoices": invoices}
    return {f"{name}.csv": "\n".join(rows) + "\n" for name, rows in files.items()}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportReport, duckdb.DuckDBPyConnection, Rows]:
    folder = tmp_path_factory.mktemp("both")
    (folder / "in").mkdir()
    for name, text in {**hubspot(), **stripe()}.items():
        (folder / "in" / name).write_text(text, encoding="utf-8")
    place = open_place(folder / "w", create=True)
    report = import_folder(folder / "in", place, as_of=AS_OF)
    con = connect(place.root)
    load_tables(con, place)
    rows = make_rows(con, report.company, as_of=AS_OF)
    return report, con, rows


Read = tuple[ImportReport, duckdb.DuckDBPyConnection, Rows]


def test_every_customer_is_the_company_that_pays(read: Read) -> None:
    report, con, _ = read
    assert con.execute("SELECT count(*) FROM accounts WHERE duplicate_of IS NULL").fetchall() == [(COMPANIES,)]
    wrong = con.execute(
        "SELECT count(*) FROM subscriptions WHERE account_id IS NULL OR "
        "account_id <> CAST(9000 + CAST(substr(subscription_id, 5) AS INTEGER) AS VARCHAR)"
    ).fetchall()
    assert wrong == [(0,)]
    assert any(
        "60 of 60 customers are companies of the other files (54 by e-mail domain, 6 by name)" in n
        for n in report.notes
    )


def test_a_yearly_price_for_two_is_a_hundred_a_month(read: Read) -> None:
    _, con, _ = read
    found = con.execute(
        "SELECT Interval, min(mrr), max(mrr), max(arr_current) FROM subscriptions GROUP BY 1 ORDER BY 1"
    )
    assert found.fetchall() == [("month", 50.0, 50.0, 600.0), ("year", 100.0, 100.0, 1200.0)]


def test_who_left_is_known_and_the_evidence_reaches_as_far_as_who_stays(read: Read) -> None:
    _, con, rows = read
    assert con.execute("SELECT count(*), count(ended_at) FROM subscriptions").fetchall() == [(WON, LEFT)]
    assert (rows.reach, rows.unit) == ("wins+value+retention", "deal")


def test_a_customer_at_a_domain_of_two_companies_stands_apart(tmp_path: Path) -> None:
    files = {**hubspot(), **stripe()}
    files["hubspot-companies.csv"] += "9999,Company 3 Other,c3group.com,Retail,5,France,2022-01-01 10:00\n"
    (tmp_path / "in").mkdir()
    for name, text in files.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    report = import_folder(tmp_path / "in", open_place(tmp_path / "w", create=True), as_of=AS_OF)
    assert any("59 of 60 customers" in note and "1 fit several companies" in note for note in report.notes)
