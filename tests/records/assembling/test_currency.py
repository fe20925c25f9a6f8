from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from idealfit.errors import CompanyFileUnreadable
from idealfit.records.company import Company, read_company
from idealfit.records.intake import import_folder
from idealfit.records.report import ImportReport
from idealfit.store.place import open_place
from small_company import write

ACCOUNTS = "account_id,name\nA,Alder\nB,Birch\n"
DEALS = (
    "deal_id,account_id,amount,currency,created_at,closed_at,outcome\n"
    "1,A,100,EUR,2022-01-01,2022-06-30,won\n"
    "2,A,100,USD,2022-01-01,2022-06-30,won\n"
    "3,B,100,usd,2023-01-01,2023-06-30,lost\n"
    "4,B,100,GBP,2023-02-01,,open\n"
    "5,B,100,,2023-02-01,,open\n"
)
DATED = "currency: EUR\nrates:\n  USD: [{from: 2022-01-01, rate: 0.9}, {from: 2023-01-01, rate: 0.8}]\n"


def imported(folder: Path, **files: str) -> tuple[ImportReport, dict[str, list[tuple[object, ...]]]]:
    report = import_folder(write(folder / "in", **files), open_place(folder / "workspace", create=True))

    def rows(table: str, columns: str) -> list[tuple[object, ...]]:
        path = str(folder / "workspace" / "tables" / f"{table}.parquet")
        return duckdb.execute(f"SELECT {columns} FROM read_parquet(?) ORDER BY 1", [path]).fetchall()

    found = {"deals": rows("deals", "deal_id, amount, currency")} if (folder / "in" / "deals.csv").exists() else {}
    return report, found


def column(folder: Path, table: str, columns: str) -> list[tuple[object, ...]]:
    path = str(folder / "workspace" / "tables" / f"{table}.parquet")
    return duckdb.execute(f"SELECT {columns} FROM read_parquet(?) ORDER BY 1", [path]).fetchall()


def test_each_deal_is_converted_at_the_rate_of_its_day_and_keeps_its_original(tmp_path: Path) -> None:
    report, found = imported(tmp_path, accounts_csv=ACCOUNTS, deals_csv=DEALS, company_yaml=DATED)
    assert found["deals"] == [
        ("1", 100, "EUR"),
        ("2", 90, "EUR"),
        ("3", 80, "EUR"),
        ("4", 100, "GBP"),
        ("5", 100, None),
    ]
    originals = column(tmp_path, "deals", 'deal_id, "amount (as in file)", "currency (as in file)"')
    assert originals[:3] == [("1", None, None), ("2", "100.0", "USD"), ("3", "100.0", "usd")]
    assert any("2 of 'amount' in USD were converted to EUR (at 0.8 to 0.9, by company.yaml)" in n for n in report.notes)
    assert any("'amount': no rate to EUR: 1 in GBP" in note for note in report.notes)
    assert not any(name.startswith("__") for name in report.deal_columns)


def test_rates_may_lie_in_a_file_among_the_exports(tmp_path: Path) -> None:
    rates = 'date,currency,rate\n01.01.2022,USD,"0,9"\n15.01.2023,USD,"0,8"\n15.01.2023,GBP,"1,1"\nsoon,GBP,x\n'
    report, found = imported(
        tmp_path, accounts_csv=ACCOUNTS, deals_csv=DEALS, company_yaml="currency: EUR\n", rates_csv=rates
    )
    assert found["deals"][1:4] == [("2", 90, "EUR"), ("3", 80, "EUR"), ("4", 110, "EUR")]
    assert any("rates.csv: 3 rates of 2 currencies; 1 rows are no day" in note for note in report.notes)
    assert "rates.csv" not in [file for file, _ in report.unused]


def test_one_rate_holds_on_every_day(tmp_path: Path) -> None:
    company = "currency: EUR\nrates: {USD: 0.5, GBP: 2}\n"
    _, found = imported(tmp_path, accounts_csv=ACCOUNTS, deals_csv=DEALS, company_yaml=company)
    assert [amount for _, amount, _ in found["deals"]] == [100, 50, 50, 200, 100]


def test_a_day_before_the_first_rate_is_not_converted_and_says_what_is_missing(tmp_path: Path) -> None:
    company = "currency: EUR\nrates: {USD: [{from: 2023-01-01, rate: 0.8}]}\n"
    report, found = imported(tmp_path, accounts_csv=ACCOUNTS, deals_csv=DEALS, company_yaml=company)
    assert found["deals"][1:3] == [("2", 100, "USD"), ("3", 80, "EUR")]
    assert any("give one of USD from before 2023-01-01" in note for note in report.notes)


def test_cells_may_say_what_they_are_in_and_a_shared_sign_is_the_company_s_own(tmp_path: Path) -> None:
    deals = "deal_id,account_id,amount,outcome\n1,A,€1.2M,won\n2,A,$1.2M,won\n3,B,C$100,lost\n"
    company = "currency: CAD\nrates: {EUR: 1.5}\n"
    _, found = imported(tmp_path, accounts_csv=ACCOUNTS, deals_csv=deals, company_yaml=company)
    assert found["deals"] == [("1", 1.8e6, "CAD"), ("2", 1.2e6, "CAD"), ("3", 100, "CAD")]


def test_without_rates_nothing_is_converted_and_it_is_told(tmp_path: Path) -> None:
    report, found = imported(tmp_path, accounts_csv=ACCOUNTS, deals_csv=DEALS)
    assert [amount for _, amount, _ in found["deals"]] == [100] * 5
    assert any("never added to others" in note for note in report.notes)


def test_the_tool_s_own_converted_amounts_come_before_given_rates(tmp_path: Path) -> None:
    deals = (
        "deal_id,account_id,amount,currency,Amount in company currency,outcome\n"
        "1,A,100,EUR,100,won\n2,A,100,USD,93,won\n3,B,100,USD,94,lost\n"
    )
    company = "currency: EUR\nrates: {USD: 0.5}\n"
    report, found = imported(tmp_path, accounts_csv=ACCOUNTS, deals_csv=deals, company_yaml=company)
    assert [amount for _, amount, _ in found["deals"]] == [100, 93, 94]
    assert any("the tool's own column" in note for note in report.notes)


def test_subscriptions_of_a_currency_without_a_rate_are_left_out_with_their_original(tmp_path: Path) -> None:
    subscriptions = (
        "subscription_id,account_id,started_at,arr_current,currency\n"
        "1,A,2023-01-01,100,EUR\n2,B,2023-01-01,100,USD\n3,B,2023-01-01,100,GBP\n"
    )
    company = "currency: EUR\nrates: {USD: 0.8}\n"
    imported(tmp_path, accounts_csv=ACCOUNTS, subscriptions_csv=subscriptions, company_yaml=company)
    rows = column(tmp_path, "subscriptions", 'subscription_id, arr_current, "arr_current (as in file)"')
    assert rows == [("1", 100, None), ("2", 80, "100.0"), ("3", None, "100.0")]


def test_revenue_in_several_currencies_is_made_one(tmp_path: Path) -> None:
    accounts = "account_id,name,revenue\nA,Alder,$10M\nB,Birch,€10M\nC,Cedar,€1M - €3M\n"
    company = "currency: EUR\nrates: {USD: 0.8}\n"
    imported(tmp_path, accounts_csv=accounts, deals_csv=DEALS, company_yaml=company)
    assert column(tmp_path, "accounts", "account_id, revenue") == [("A", 8e6), ("B", 1e7), ("C", 2e6)]


def test_a_rate_that_is_no_rate_is_refused_with_its_key(tmp_path: Path) -> None:
    write(tmp_path, company_yaml="currency: EUR\nrates: {USD: -1}\n")
    with pytest.raises(CompanyFileUnreadable, match="rates"):
        read_company(tmp_path)


def test_settings_survive_being_kept_as_json(tmp_path: Path) -> None:
    write(tmp_path, company_yaml=DATED)
    company = read_company(tmp_path)
    assert Company.model_validate(company.model_dump(mode="json")) == company


def test_what_the_records_say_of_money_is_kept_for_the_profile(tmp_path: Path) -> None:
    report, _ = imported(
        tmp_path,
        accounts_csv="account_id,name,Annual Revenue (EUR),Total Funding (USD)\nA,Alder,20000000,1000\nB,Birch,5000,\n",
        deals_csv="deal_id,account_id,amount,currency,amount_in_company_currency,created_at,closed_at,outcome\n"
        "1,A,100,EUR,110,2022-01-01,2022-06-30,won\n2,A,100,EUR,120,2023-01-01,2023-06-30,won\n"
        "3,B,100,USD,100,2023-01-01,2023-06-30,lost\n4,B,50,USD,50,2023-01-01,2023-06-30,lost\n"
        "5,B,70,USD,70,2023-01-01,2023-06-30,lost\n",
    )
    assert report.company.currency == "USD"
    assert {code: [(str(one.since), one.rate) for one in each] for code, each in report.company.rates.items()} == {
        "EUR": [("2023-06-30", 1.2)]  # the latest by which the tool itself converted
    }
    # no rate was given for the accounts: they stay what they are, and say so
    assert {name: info.unit for name, info in report.attributes.items() if info.unit in ("EUR", "USD")} == {
        "revenue": "EUR",
        "Total Funding (USD)": "USD",
    }


def test_accounts_in_several_currencies_are_never_taken_for_one(tmp_path: Path) -> None:
    imported(
        tmp_path, accounts_csv='account_id,name,revenue\nA,Alder,"EUR 100"\nB,Birch,"EUR 200"\nC,Cedar,"GBP 100"\n'
    )
    assert column(tmp_path, "accounts", "account_id, revenue") == [("A", 100.0), ("B", 200.0), ("C", None)]
