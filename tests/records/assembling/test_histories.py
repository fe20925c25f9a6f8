from __future__ import annotations

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
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())
    return report, con


def test_salesforce_histories_give_stages_and_dates_and_deleted_rows_are_set_aside(tmp_path: Path) -> None:
    accounts = "Id,Name,NumberOfEmployees,IsDeleted\n001A,Sola,40,false\n001B,Gone,3,true\n"
    deals = "Id,AccountId,Name,StageName,IsDeleted\n006A,001A,Big,Closed Won,false\n006B,001A,Bin,Open,true\n"
    stages = (
        "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n"
        "1,006A,StageName,,Qualification,2024-01-05\n"
        "2,006A,Amount,1,2,2024-01-09\n"
        "3,006A,StageName,Qualification,Closed Won,2024-02-20\n"
    )
    history = "Id,AccountId,Field,OldValue,NewValue,CreatedDate\n1,001A,NumberOfEmployees,12,40,2024-03-01\n"
    report, con = brought_in(
        tmp_path,
        Account_csv=accounts,
        Opportunity_csv=deals,
        OpportunityFieldHistory_csv=stages,
        AccountHistory_csv=history,
    )
    assert con.execute(
        "SELECT deal_id, outcome, created_at::DATE::TEXT, closed_at::DATE::TEXT FROM deals"
    ).fetchall() == [("006A", "won", "2024-01-05", "2024-02-20")]
    assert (report.tables["deals"].rejected, report.tables["accounts"].rejected) == (1, 1)
    assert (report.tables["deal_stages"].kept, report.tables["deal_stages"].rejected) == (2, 1)
    assert con.execute("SELECT field, old_value, new_value FROM account_history").fetchall() == [
        ("employees", "12.0", "40.0")
    ]
    assert any("tell of other fields than the stage ('Amount')" in note for note in report.notes)


def test_a_wide_history_becomes_changes_and_a_mass_change_loses_its_date(tmp_path: Path) -> None:
    companies = ["Record ID,Company name,Industry,Number of employees"]
    history = ["Record ID,Timestamp,Industry,Number of employees"]
    for number in range(30):
        companies.append(f"{number},Company {number},Retail,{number + 10}")
        history.append(f"{number},2022-0{number % 9 + 1}-1{number % 9},Toys,{number + 1}")
        history.append(f"{number},2023-05-05,Retail,{number + 1}")
    deals = "Deal ID,Associated Company IDs,Deal Stage,Create Date,Number of employees at creation\n"
    deals += "d1,3,Closed won,2023-01-10,7\n"
    report, con = brought_in(
        tmp_path,
        companies_csv="\n".join(companies),
        company_property_history_csv="\n".join(history),
        deals_csv=deals,
    )
    rows = con.execute(
        "SELECT field, count(*), count(changed_at) FROM account_history GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert rows == [("employees", 31, 31), ("industry", 60, 60)]
    assert con.execute(
        "SELECT new_value, changed_at::DATE::TEXT FROM account_history WHERE account_id = '3' AND changed_at < "
        "DATE '2023-02-01' AND changed_at > DATE '2023-01-01'"
    ).fetchall() == [("7.0", "2023-01-09")]
    assert any("rows with a column a property" in note for note in report.notes)


def test_what_a_tool_filled_in_for_everybody_on_one_day_serves_no_evidence(tmp_path: Path) -> None:
    companies = ["Record ID,Company name,Industry"]
    history = ["Company ID,Property,Value,Timestamp,Source"]
    for number in range(30):
        companies.append(f"{number},Company {number},Retail")
        day = "2023-05-05" if number < 27 else f"2023-06-0{number - 26}"
        history.append(f"{number},industry,Retail,{day},{'IMPORT' if number == 29 else 'CRM_UI'}")
    report, con = brought_in(
        tmp_path,
        companies_csv="\n".join(companies),
        company_property_history_csv="\n".join(history),
        deals_csv="Deal ID,Company ID,Deal Stage\nd1,1,Closed won\n",
    )
    assert con.execute("SELECT count(*), count(changed_at) FROM account_history").fetchall() == [(30, 2)]
    assert any("27 of 30 changes of 'industry' fell on one day (2023-05-05)" in note for note in report.notes)
    assert any("1 changes were made by an import" in note for note in report.notes)
