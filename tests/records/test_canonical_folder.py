# ruff: noqa: E501 - the rows stand as they would in a file
"""A folder written as the design has it: every table under its own name, every column under its own name."""

from __future__ import annotations

import csv

import duckdb
import pytest

from idealfit.records.intake import ImportReport, import_folder
from idealfit.records.tables import TABLES
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

FILES = {
    "accounts": """account_id,name,domain,industry,sub_industry,employees,revenue,country,region,city,business_model,ownership,funding_stage,founded_year,tech,parent_id,owner_id,status,do_not_contact,last_activity_at,referred_by_account_id,type,segment,regulated,num_locations,size,value,campaign_tool,certifications,lease_ends,lead_score
0007,Northwind,https://www.northwind.com,Logistics,Freight,"1,200",$1.2M,DE,EMEA,Berlin,b2b,private,Series A,2001,okta;slack,,u1,Customer,no,2024-06-01T10:00:00+02:00,0008,Hardware,mid,yes,3,L,low,HubSpot,"[""SOC 2"", ""ISO 27001""]",2019-01-01,50
0008,Southwind,southwind.com,Retail,,45,"$ 900,000",FR,EMEA,Paris,b2c,public,,1999,"[""okta"", ""jira""]",0007,u2,PROSPECT,YES,2024-06-02T10:00:00Z,,Software,small,no,1,S,high,Mailchimp,"[""SOC 2""]",2019-02-01,60
0009,Eastwind,eastwind.com,Retail,,4500,3000000,US,AMER,Boston,b2c,public,,2010,slack|jira,,u2,Former customer,1,,,Services,large,yes,12,XL,low,none,[],2019-03-01,70
0010,Westwind,westwind.com,Energy,,200,2500000,US,AMER,Austin,b2b,private,Seed,2015,,,u1,partner,0,,,Services,mid,no,2,M,low,none,[],2019-03-01,80
""",
    "account_history": """account_id,field,old_value,new_value,changed_at
0007,employees,100,1200,2024-01-01
0008,industry,Food,Retail,2024-02-01
""",
    "deals": """deal_id,account_id,pipeline,deal_type,created_at,closed_at,stage,outcome,amount,currency,source,initiated_by,motion,product,owner_id,loss_reason,competitor,status,discount_asked
001,0007,main,New Business,2024-01-10T09:00:00+01:00,2024-03-01,Closed,Won,"$12,000.50",USD,web,buyer,mid,Core,u1,,,x,5
002,0008,main,new_business,2024-01-12,2024-02-01,Closed,LOST,0,USD,event,seller,mid,Core,u2,price,Acme,y,
003,0007,main,Renewal,2024-05-10,,Demo,open,1.2k,USD,web,seller,mid,Plus,u1,,,x,
004,0009,main,Upsell,2024-05-11,2024-06-01,Closed,won,"1,200",USD,web,seller,mid,Plus,u1,,,y,
""",
    "deal_stages": """deal_id,stage,entered_at
001,Demo,2024-01-20
001,Closed,2024-03-01
""",
    "subscriptions": """subscription_id,account_id,deal_id,started_at,ended_at,end_reason,arr_start,arr_current,gross_margin,first_value_at
s1,0007,001,2024-03-01,,,12000,14000,0.8,2024-04-01
s2,0009,,2022-03-01,2024-03-01,price,5000,0,0.7,
""",
    "subscription_changes": "subscription_id,changed_at,delta_arr\ns1,2024-05-01,2000\n",
    "invoices": """invoice_id,account_id,issued_at,amount,currency,hours
i1,0007,2024-04-01,"1,000.00",USD,2
""",
    "usage": "account_id,period,metric,value\n0007,2024-04-01,logins,17\n",
    "tickets": "ticket_id,account_id,opened_at,hours,cost,severity\nt1,0007,2024-04-05,3.5,120,high\n",
    "surveys": "account_id,answered_at,nps\n0007,2024-05-05,9\n",
    "contacts": """contact_id,account_id,title,role,seniority,function,email_domain,email_hash,created_at
c1,0007,CTO,champion,c-level,it,northwind.com,abc,2024-01-01
""",
    "deal_contacts": "deal_id,contact_id,role\n001,c1,champion\n",
    "events": """event_id,account_id,event_type,detail,occurred_at,known_at,source
e1,0007,funding_round,Series A,2023-12-01,,news
e2,0008,audit,ISO,2031-01-01,,news
e3,0008,audit,SOC 2,2031-02-01,2024-01-01,news
""",
    "activities": """activity_id,account_id,contact_id,activity_type,occurred_at,quantity,channel,direction
a1,0007,c1,pricing_page,2024-06-05,3,web,Inbound
""",
    "leads": """lead_id,account_id,created_at,source,hand_raised,mql_at,sql_at,disqualified_at,disqualify_reason,by
l1,0008,2024-01-01,web,yes,2024-01-02,2024-01-03,2024-01-04,no budget,u2
""",
    "conversations": """conversation_id,account_id,deal_id,held_at,kind,speaker,text
v1,0007,001,2024-02-01,win interview,buyer,"We chose it, because it works."
""",
    "spend": 'month,channel,motion,amount\n2024-01,ads,mid,"1,500"\n',
}

Imported = tuple[ImportReport, duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("canonical")
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    place = open_place(tmp_path_factory.mktemp("workspace") / "w", create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    return report, con


def test_every_file_is_its_table_and_every_canonical_column_itself(imported: Imported) -> None:
    report, _ = imported
    assert set(report.tables) == set(TABLES)
    assert {entry.file: entry.table for entry in report.mappings} == {f"{name}.csv": name for name in TABLES}
    for entry in report.mappings:
        header = next(csv.reader([FILES[entry.table].splitlines()[0]]))
        wrong = {
            name: entry.columns[name].to
            for name in header
            if name in TABLES[entry.table].columns and entry.columns[name].to != name
        }
        assert wrong == {}
    assert report.questions == ()


def test_no_row_is_lost_or_unlinked(imported: Imported) -> None:
    report, con = imported
    for name, text in FILES.items():
        assert report.tables[name].kept == report.tables[name].read == len(text.strip().splitlines()) - 1, name
        if "account_id" in TABLES[name].columns:
            assert con.execute(f"SELECT count(*) FROM {name} WHERE account_id IS NULL").fetchall() == [(0,)]
    assert not any("link" in note for note in report.notes)


def test_unknown_columns_keep_their_names_and_levels(imported: Imported) -> None:
    report, _ = imported
    account = {name for name, info in report.attributes.items() if info.level == "account"} - set(
        TABLES["accounts"].columns
    )
    assert account == {
        "type",
        "segment",
        "regulated",
        "num_locations",
        "size",
        "value",
        "campaign_tool",
        "certifications",
        "lease_ends",
    }
    assert report.attributes["lead_score"].level == "after_fact"
    assert {report.deal_columns[name].level for name in ("status", "discount_asked", "source")} == {"deal"}
    assert (report.attributes["regulated"].type, report.attributes["certifications"].type) == ("boolean", "list")


def test_values_are_read_as_people_write_them(imported: Imported) -> None:
    report, con = imported
    rows = con.execute(
        "SELECT account_id, domain, employees, revenue, status, do_not_contact, tech FROM accounts ORDER BY 1"
    ).fetchall()
    assert rows[0] == ("0007", "northwind.com", 1200.0, 1.2e6, "customer", False, ["okta", "slack"])
    assert rows[1] == ("0008", "southwind.com", 45.0, 9e5, "prospect", True, ["okta", "jira"])
    assert rows[2] == ("0009", "eastwind.com", 4500.0, 3e6, "former", True, ["slack", "jira"])
    assert rows[3][4:] == ("partner", False, None)
    deals = con.execute("SELECT deal_id, outcome, deal_type, amount FROM deals ORDER BY 1").fetchall()
    assert deals == [
        ("001", "won", "new_business", 12000.5),
        ("002", "lost", "new_business", None),
        ("003", "open", "renewal", 1200.0),
        ("004", "won", "expansion", 1200.0),
    ]
    assert str(con.execute("SELECT created_at FROM deals WHERE deal_id = '001'").fetchall()[0][0]) == (
        "2024-01-10 08:00:00"
    )
    assert str(con.execute("SELECT month FROM spend").fetchall()[0][0]) == "2024-01-01 00:00:00"
    assert str(report.as_of) == "2024-06-05"


def test_an_event_ahead_is_known_from_the_as_of_day_on(imported: Imported) -> None:
    _, con = imported
    rows = con.execute("SELECT event_id, CAST(known_at AS DATE)::VARCHAR FROM events ORDER BY 1").fetchall()
    assert rows == [("e1", "2023-12-01"), ("e2", "2024-06-05"), ("e3", "2024-01-01")]
