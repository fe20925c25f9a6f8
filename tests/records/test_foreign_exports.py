# ruff: noqa: E501 - the rows stand as they would in a file
"""Exports in the layouts of common CRMs and spreadsheets, a few rows each: joins, outcomes, dates, amounts, levels."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from idealfit.records.intake import ImportReport, import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

HUBSPOT = {
    "hubspot-crm-exports-all-companies.csv": """Record ID,Company name,Company Domain Name,Industry,Number of Employees,Country/Region,Lifecycle Stage,Company owner,Create Date,Number of Associated Deals,Recent Deal Amount,Original Traffic Source,Type,Target Account,Phone Number,Has security team
9001,Acme,acme.com,SOFTWARE,100,Germany,Customer,Ann,2023-01-01 10:00,2,500,Organic Search,Prospect,,+1 555 010 0001,true
9002,Blue,blue.com,RETAIL,20,France,Lead,Ann,2023-01-02 10:00,1,,Organic Search,Partner,,+1 555 010 0002,false
""",
    "hubspot-crm-exports-all-deals.csv": """Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Pipeline,Create Date,Deal Type,Associated Company,Associated Company IDs (Primary),Closed Lost Reason,Is Closed Won
7001,Acme deal,Closed Won,2023-03-04 16:00,Ann,"1,000",Sales Pipeline,2023-02-01 09:00,New Business,Acme,9001,,true
7002,Blue deal,Closed Lost,2023-03-05 16:00,Ann,500,Sales Pipeline,2023-02-02 09:00,New Business,Blue,9002,Price,false
7003,Acme more,Demo,2030-03-05 16:00,Ann,700,Sales Pipeline,2023-03-06 09:00,Existing Business,Acme,9001,,false
""",
}
SALESFORCE = {
    "Account.csv": """Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingCity,BillingCountry,AccountNumber,Website,Industry,NumberOfEmployees,Rating,OwnerId,CreatedDate,SystemModstamp,LastActivityDate,AccountSource,Has_Security_Team__c
001A,false,,Acme,Customer - Direct,,Berlin,Germany,,http://www.acme.com,Software,100,Hot,005A,2023-01-01T10:00:00.000+0000,2023-06-01T10:00:00.000+0000,2023-06-01,Web,true
001B,false,,Blue,Prospect,001A,Paris,France,,http://www.blue.com,Retail,20,Cold,005A,2023-01-01T10:00:00.000+0000,2023-06-01T10:00:00.000+0000,2023-06-01,Web,false
""",
    "Opportunity.csv": """Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,Type,LeadSource,IsClosed,IsWon,ForecastCategory,OwnerId,CreatedDate
006A,false,001A,x,Closed Won,1000.0,100,2023-03-04,New Customer,Web,true,true,Closed,005A,2023-02-01T09:00:00.000Z
006B,false,001B,y,Closed Lost,500.0,0,2023-03-05,New Customer,Web,true,false,Omitted,005A,2023-02-02T09:00:00.000Z
006C,false,001A,z,Prospecting,700.0,10,2030-03-05,Existing Customer - Upgrade,Web,false,false,Pipeline,005A,2023-03-06T09:00:00.000Z
""",
    "OpportunityHistory.csv": "Id,OpportunityId,CreatedDate,StageName,Amount,Probability\n008A,006A,2023-02-01T09:00:00.000Z,Prospecting,1000,10\n",
    "AccountHistory.csv": """Id,AccountId,CreatedDate,Field,OldValue,NewValue
017A,001A,2023-01-15T00:00:00.000Z,NumberOfEmployees,"1,050",100
017B,001A,2023-01-15T00:00:00.000Z,Has_Security_Team__c,No,Yes
""",
    "Contact.csv": "Id,AccountId,LastName,FirstName,Title,Email,CreatedDate\n003A,001A,Doe,Pat,CTO,pat@acme.com,2023-01-01T10:00:00.000Z\n",
}
PIPEDRIVE = {
    "deals-17829-4.csv": """Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Currency of Value,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - Lost reason,Deal - Expected close date,Deal - Label,Deal - Done activities,Organization - ID,Organization - Name,Organization - Industry,Organization - Country,Organization - Has security team,Organization - Won deals,Person - Name,Person - Email
1,a,Ann,1000,EUR,Demo,Won,2023-02-01 09:00:00,2023-03-04 10:00:00,,,2023-01-31,Hot,5,1,Acme,Software,Germany,Yes,1,Pat,p@acme.com
2,b,Ann,500,EUR,Demo,Lost,2023-02-02 09:00:00,,2023-03-05 10:00:00,Price,2023-01-31,Hot,5,2,Blue,Retail,France,No,0,Pat,p@blue.com
3,c,Ann,700,EUR,Demo,Open,2023-03-06 09:00:00,,,,2030-01-31,Hot,5,1,Acme,Software,Germany,Yes,1,Pat,p@acme.com
""",
}
ZOHO = {
    "Accounts_001.csv": """Record Id,Account Owner.id,Account Owner,Rating,Account Name,Phone,Account Site,Parent Account.id,Parent Account,Website,Account Type,Ownership,Industry,Employees,Annual Revenue,Tag,Created By,Created Time,Last Activity Time,Billing City,Billing Country,Billing Code,Has Security Team
zcrm_1,zcrm_9,Ann,-None-,Acme,5550100001,,,,acme.com,Customer,Private,Software,100,"$ 1,000.00",,Ann,2023-01-01 10:00:00,2023-06-30 10:00:00,Berlin,Germany,10115,true
zcrm_2,zcrm_9,Ann,-None-,Blue,5550100002,,,,blue.com,Prospect,-None-,Retail,20,"$ 2,000.00",,Ann,2023-01-01 10:00:00,2023-06-30 10:00:00,Paris,France,75001,false
""",
    "Deals_001.csv": """Record Id,Deal Owner,Amount,Deal Name,Closing Date,Account Name.id,Account Name,Stage,Type,Probability (%),Expected Revenue,Lead Source,Created Time,Sales Cycle Duration,Reason For Loss
zcrm_11,Ann,"$ 1,000.00",a,2023-03-04,zcrm_1,Acme,Closed Won,New Business,100,,Ad,2023-02-01 09:00:00,30,
zcrm_12,Ann,$ 500.00,b,2023-03-05,zcrm_2,Blue,Closed Lost to Competition,New Business,0,,Ad,2023-02-02 09:00:00,30,Price
zcrm_13,Ann,$ 700.00,c,2030-03-05,zcrm_1,Acme,Negotiation/Review,Existing Business,60,,Ad,2023-03-06 09:00:00,,
""",
}
DYNAMICS = {
    "All Accounts 7-2-2025.csv": """(Do Not Modify) Account,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Account Name,Account Number,Main Phone,Address 1: City,Address 1: Country/Region,Website,Primary Contact,Relationship Type,Industry,Number of Employees,Status,Owner,Created On,Has Security Team
0000-1111,x/abc==,7/2/2025 9:00 AM,Acme,A1,555-0100,Berlin,Germany,https://acme.com,Pat Doe,Prospect,Software,"1,100",Active,Ann,1/31/2023 9:05 AM,Yes
0000-2222,x/abd==,7/2/2025 9:00 AM,Blue,A2,555-0101,Paris,France,https://blue.com,Pat Doe,Supplier,Retail,20,Active,Ann,1/31/2023 9:05 AM,No
""",
    "All Opportunities 7-2-2025.csv": """(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Potential Customer,Est. Close Date,Est. Revenue,Actual Revenue,Actual Close Date,Status,Status Reason,Probability,Rating,Owner,Created On
0000-3333,y,7/2/2025 9:00 AM,a,Acme,3/1/2023,"$1,000.00","$1,000.00",3/4/2023,Won,Won,,Warm,Ann,2/1/2023 9:05 AM
0000-4444,y,7/2/2025 9:00 AM,b,Blue,3/1/2023,$500.00,,3/5/2023,Lost,Canceled,,Warm,Ann,2/2/2023 9:05 AM
0000-5555,y,7/2/2025 9:00 AM,c,Acme,12/31/2030,$700.00,,,Open,In Progress,,Warm,Ann,3/6/2023 9:05 AM
""",
}
EUROPEAN = {
    "customers.csv": "Customer No;Company;Sector;Employees;Turnover (EUR);Country;Security team;IT maturity\n00001;Acmé;Software;1.100;1.000.000,00;Germany;yes;3,5\n00002;Blue;Retail;20;20.500,50;France;no;2,5\n",
    "opportunities.csv": "Opp No;Customer No;Opened;Closed;Result;Amount (EUR);Salesperson\n1;00001;01/02/2023;04/03/2023;Won;1.000,50;Ann\n2;00002;13/02/2023;05/03/2023;Lost;500,50;Ann\n3;00001;06/03/2023;;Pending;700,50;Ann\n",
}
BY_DOMAIN = {
    "orgs.csv": "Organization ID,Organization,Domain,Industry,Employees (range),ICP fit,Security team\nrec1,Acme,acme.com,Software,51-200,Medium,TRUE\nrec2,Blue,blue.com,Retail,11-50,Medium,FALSE\n",
    "deals.csv": 'Deal ID,Deal name,Associated company,Deal stage,Deal value,Created at,Closed at\nd1,a,acme.com,Won 🎉,"USD 1,000",2023-02-01T09:00:00Z,2023-03-04T09:00:00Z\nd2,b,blue.com,Lost,USD 500,2023-02-02T09:00:00Z,2023-03-05T09:00:00Z\nd3,c,acme.com,In Progress,USD 700,2023-03-06T09:00:00Z,\n',
}

LAYOUTS = {
    "hubspot": HUBSPOT,
    "salesforce": SALESFORCE,
    "pipedrive": PIPEDRIVE,
    "zoho": ZOHO,
    "dynamics": DYNAMICS,
    "european": EUROPEAN,
    "by_domain": BY_DOMAIN,
}


def imported(tmp_path: Path, folder: Path) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    place = open_place(tmp_path / "workspace", create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())
    return report, con


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="cp1252" if "Acmé" in text else "utf-8")
    return folder


def check(report: ImportReport, con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT d.outcome, a.industry, CAST(d.created_at AS DATE)::VARCHAR, CAST(d.closed_at AS DATE)::VARCHAR, d.amount "
        "FROM deals d JOIN accounts a USING (account_id) WHERE d.outcome <> 'open' ORDER BY 1"
    ).fetchall()
    assert [(outcome, industry.lower(), opened[:7], closed) for outcome, industry, opened, closed, _ in rows] == [
        ("lost", "retail", "2023-02", "2023-03-05"),
        ("won", "software", "2023-02", "2023-03-04"),
    ]
    assert [round(row[4]) for row in rows] == [500, 1000]
    assert con.execute("SELECT count(*) FROM deals WHERE outcome = 'open' AND account_id IS NOT NULL").fetchall() == [
        (1,)
    ]
    assert str(report.as_of) == "2023-03-06"
    own = {name for name, info in report.attributes.items() if info.level == "account" and "ecurity" in name}
    assert len(own) == 1
    assert report.attributes[own.pop()].type == "boolean"


@pytest.mark.parametrize("name", LAYOUTS)
def test_an_export_is_recognised_without_a_map(tmp_path: Path, name: str) -> None:
    report, con = imported(tmp_path, write(tmp_path / "in", LAYOUTS[name]))
    check(report, con)
    known = {
        "industry",
        "sub_industry",
        "employees",
        "revenue",
        "country",
        "region",
        "city",
        "ownership",
        "IT maturity",
    }
    account = {attribute for attribute, info in report.attributes.items() if info.level == "account"}
    assert {attribute for attribute in account if "ecurity" not in attribute} <= known | {"Tag"}


def test_a_zip_of_files_is_read_like_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "export.zip", "w") as archive:
        for name, text in BY_DOMAIN.items():
            archive.writestr(f"export/{name}", text)
    check(*imported(tmp_path, tmp_path / "in"))


def test_a_workbook_with_accounts_and_deals_is_read_by_sheets(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with xlsxwriter.Workbook(tmp_path / "in" / "review.xlsx", {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Accounts")
        sheet.write_row(
            0, 0, ["Company", "Website", "Sector", "Headcount", "Security team?", "Customer?", "Account manager"]
        )
        sheet.write_row(1, 0, ["Acme", "acme.com", "Software", 100, "Y", "Y", "Ann"])
        sheet.write_row(2, 0, ["Blue", "blue.com", "Retail", 20, "N", "N", "Ann"])
        sheet = book.add_worksheet("Deals")
        sheet.write_row(0, 0, ["Deal #", "Company", "Opened", "Closed", "Status", "Value (USD)", "Rep", "Why lost"])
        sheet.write_row(1, 0, [1, "Acme", datetime(2023, 2, 1), datetime(2023, 3, 4), "Won", 1000, "Ann", ""])
        sheet.write_row(2, 0, [2, "Blue", datetime(2023, 2, 2), datetime(2023, 3, 5), "Lost", 500, "Ann", "Price"])
        sheet.write_row(3, 0, [3, "Acme", datetime(2023, 3, 6), "", "Open", 700, "Ann", ""])
    report, con = imported(tmp_path, tmp_path / "in")
    check(report, con)
    assert report.attributes["Customer?"].level == "after_fact"


def test_history_is_told_in_the_words_of_our_tables(tmp_path: Path) -> None:
    _, con = imported(tmp_path, write(tmp_path / "in", SALESFORCE))
    rows = con.execute("SELECT field, old_value, new_value FROM account_history ORDER BY 1 DESC").fetchall()
    assert rows == [("employees", "1050.0", "100.0"), ("Has_Security_Team__c", "false", "true")]


def test_an_expected_closing_day_gives_way_to_the_day_of_the_decision(tmp_path: Path) -> None:
    _, con = imported(tmp_path, write(tmp_path / "in", PIPEDRIVE))
    days = con.execute("SELECT CAST(closed_at AS DATE)::VARCHAR FROM deals ORDER BY deal_id").fetchall()
    assert days == [("2023-03-04",), ("2023-03-05",), ("2030-01-31",)]


def test_a_column_keeps_its_own_name_beside_ours(tmp_path: Path) -> None:
    report, _ = imported(tmp_path, write(tmp_path / "in", HUBSPOT))
    assert report.attributes["employees"].source_name == "Number of Employees"
    assert report.attributes["Has security team"].source_name is None


def test_a_list_of_pairs_tells_which_deal_is_whose(tmp_path: Path) -> None:
    files = {
        "company.csv": "id,property_name,property_industry,property_numberofemployees\n1,Acme,Software,10\n2,Blue,Retail,20\n",
        "deal.csv": "deal_id,deal_pipeline_stage_id,property_amount,property_createdate\n5,closedwon,1,2024-01-01\n6,closedlost,1,2024-01-02\n",
        "deal_company.csv": "company_id,deal_id,type_id\n2,5,1\n1,6,1\n",
    }
    _, con = imported(tmp_path, write(tmp_path / "in", files))
    rows = con.execute("SELECT d.deal_id, d.outcome, a.name FROM deals d JOIN accounts a USING (account_id) ORDER BY 1")
    assert rows.fetchall() == [("5", "won", "Blue"), ("6", "lost", "Acme")]


@pytest.mark.parametrize(
    ("account", "deal"), [("0007", "7"), ("ABC-1", "abc-1"), ("0015g00000AbCdEAAW", "0015g00000AbCdE")]
)
def test_an_id_that_a_spreadsheet_changed_still_finds_its_account(tmp_path: Path, account: str, deal: str) -> None:
    files = {
        "accounts.csv": f"account_id,name,industry\n{account},Acme,Software\nother,Blue,Retail\n",
        "deals.csv": f"deal_id,account_id,created_at,outcome\n1,{deal},2024-01-01,won\n",
    }
    _, con = imported(tmp_path, write(tmp_path / "in", files))
    assert con.execute("SELECT account_id FROM deals").fetchall() == [(account,)]


def test_headers_in_other_words_are_understood_with_their_values(tmp_path: Path) -> None:
    rows = "".join(
        f"{name},{size},{day:%m/%d/%y},{day:%m/%d/%y},{won},{amount}\n"
        for name, size, day, won, amount in (
            ("Acme", "~1100", datetime(2024, 1, 31), 1, 12.5),
            ("Blue", "11-50", datetime(2024, 2, 28), 0, 7),
        )
    )
    files = {"winloss.csv": "Customer,# of employees,Date opened,Date closed,Won?,Deal size (k$)\n" + rows}
    _, con = imported(tmp_path, write(tmp_path / "in", files))
    found = con.execute(
        "SELECT a.name, a.employees, d.outcome, d.amount, CAST(d.created_at AS DATE)::VARCHAR FROM deals d "
        "JOIN accounts a USING (account_id) ORDER BY 1"
    ).fetchall()
    assert found == [("Acme", 1100.0, "won", 12500.0, "2024-01-31"), ("Blue", 30.5, "lost", 7000.0, "2024-02-28")]
