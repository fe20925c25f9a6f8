from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from idealfit.records.intake import ImportReport, import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place
from small_company import write


def brought_in(tmp_path: Path, **files: str) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(write(tmp_path / "in", **files), place)
    con = connect(place.root)
    load_tables(con, place)
    return report, con


def test_a_customer_left_where_no_invoice_followed_for_far_longer_than_ever(tmp_path: Path) -> None:
    rows = ["invoice_id,account_id,issued_at,amount"]
    for account in range(30):
        months = 24 if account else 6  # the first one stops after half a year
        for month in range(months):
            day = date(2022, 1, 1) + timedelta(days=30 * month + account % 5)
            rows.append(f"i{account}-{month},a{account},{day},10")
    accounts = "account_id,name\n" + "".join(f"a{number},Company {number}\n" for number in range(30))
    report, con = brought_in(tmp_path, accounts_csv=accounts, invoices_csv="\n".join(rows) + "\n")
    assert con.execute(
        "SELECT account_id, ended_at::DATE::TEXT, derived_from FROM subscriptions WHERE ended_at IS NOT NULL"
    ).fetchall() == [("a0", "2022-06-30", "gaps in invoices")]
    assert con.execute("SELECT count(*), count(arr_current) FROM subscriptions").fetchall() == [(30, 0)]
    assert report.tables["subscriptions"].derived
    assert any(
        "30 were derived from gaps in invoices" in note and "1 ended, 29 still run" in note for note in report.notes
    )


def test_dates_on_the_account_say_when_a_customer_came_and_went(tmp_path: Path) -> None:
    accounts = "account_id,name,customer_since,churn_date\na1,A,2022-01-01,2023-06-01\na2,B,2022-02-01,\na3,C,,\n"
    deals = "deal_id,account_id,stage,created_at,closed_at\nd1,a3,Closed Won,2023-01-01,2024-01-01\n"
    report, con = brought_in(tmp_path, accounts_csv=accounts, deals_csv=deals)
    assert con.execute(
        "SELECT account_id, started_at::DATE::TEXT, ended_at::DATE::TEXT FROM subscriptions ORDER BY 1"
    ).fetchall() == [("a1", "2022-01-01", "2023-06-01"), ("a2", "2022-02-01", None), ("a3", "2024-01-01", None)]
    assert any("dates of the accounts" in note for note in report.notes)


def test_a_lost_renewal_after_which_nothing_was_bought_ends_a_customer(tmp_path: Path) -> None:
    deals = (
        "deal_id,account_id,deal_type,stage,created_at,closed_at\n"
        "d1,a1,new_business,Closed Won,2022-01-01,2022-02-01\n"
        "d2,a1,renewal,Closed Lost,2023-01-01,2023-02-01\n"
        "d3,a2,new_business,Closed Won,2022-01-01,2022-02-01\n"
        "d4,a2,renewal,Closed Lost,2023-01-01,2023-02-01\n"
        "d5,a2,renewal,Closed Won,2023-03-01,2023-04-01\n"
    )
    _, con = brought_in(tmp_path, accounts_csv="account_id,name\na1,A\na2,B\n", deals_csv=deals)
    assert con.execute("SELECT account_id, ended_at::DATE::TEXT FROM subscriptions ORDER BY 1").fetchall() == [
        ("a1", "2023-02-01"),
        ("a2", None),
    ]


def test_leads_of_companies_that_say_who_was_converted_stand_for_deals(tmp_path: Path) -> None:
    rows = ["Id,Company,IsConverted,ConvertedDate,CreatedDate"]
    for number in range(60):
        won = number % 2
        rows.append(
            f"00Q{number},Company {number},{bool(won)},{'2024-01-20' if won else ''},2024-01-{number % 9 + 1:02}"
        )
    report, con = brought_in(tmp_path, Lead_csv="\n".join(rows) + "\n", accounts_csv="account_id,name\nx,Other\n")
    assert dict(con.execute("SELECT outcome, count(*) FROM deals GROUP BY 1").fetchall())["won"] == 30
    assert any("converted is won" in note for note in report.notes)
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())


def signed(term: str = "2022-12-31,", renewed: int = 20) -> str:
    """Thirty companies that signed for 2022 (`term`: the cells of its end and its months), the first of which
    (`renewed`) signed again for two years."""
    rows = ["deal_id,account_id,deal_type,stage,created_at,closed_at,contract_start,contract_end,term_months"]
    for n in range(30):
        rows.append(f"n{n},a{n},new_business,Closed Won,2021-11-01,2021-12-20,2022-01-01,{term}")
        if n < renewed:
            rows.append(f"r{n},a{n},renewal,Closed Won,2022-11-01,2022-12-20,2023-01-01,2024-12-31,")
    rows.append("l29,a29,renewal,Closed Lost,2022-11-01,2022-12-20,,,")
    rows.append("x,a0,new_business,Demo,2023-06-01,,,,")
    return "\n".join(rows) + "\n"


THIRTY = "account_id,name\n" + "".join(f"a{n},Company {n}\n" for n in range(30))


def test_a_customer_left_when_the_term_of_its_last_won_deal_ended(tmp_path: Path) -> None:
    report, con = brought_in(tmp_path, accounts_csv=THIRTY, deals_csv=signed())
    rows = con.execute(
        "SELECT ended_at::DATE::TEXT, min(started_at)::DATE::TEXT, count(*), any_value(derived_from) "
        "FROM subscriptions GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("2022-12-31", "2022-01-01", 10, "terms of won deals"),
        (None, "2022-01-01", 20, "terms of won deals"),
    ]
    assert report.tables["subscriptions"].derived
    assert any(
        "30 were derived from the terms of won deals ('contract_start' and 'contract_end'" in n for n in report.notes
    )


def test_months_of_a_term_stand_for_its_end(tmp_path: Path) -> None:
    _, con = brought_in(tmp_path, accounts_csv=THIRTY, deals_csv=signed(",12"))
    rows = con.execute("SELECT ended_at::DATE::TEXT, count(*) FROM subscriptions GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [("2023-01-01", 10), (None, 20)]


def test_ended_terms_say_nothing_where_renewals_are_not_recorded(tmp_path: Path) -> None:
    deals = signed(renewed=0).replace("l29,a29,renewal,Closed Lost", "l29,a29,renewal,Demo")
    report, _ = brought_in(tmp_path, accounts_csv=THIRTY, deals_csv=deals)
    assert "subscriptions" not in report.tables
