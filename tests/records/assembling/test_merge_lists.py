"""A list that says which company became which is followed like a person's decisions, and counted."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from idealfit.records.intake import ImportReport, import_folder
from idealfit.records.recognising.merge_columns import merge_columns
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

ACCOUNTS = """account_id,name,domain,industry,employees
a1,Old Thing Ltd,oldthing.com,Retail,500
a2,Brand New Inc,brandnew.com,,
a3,Third,third.com,Banking,20
a4,Fourth,fourth.com,Banking,30
"""
DEALS = """deal_id,account_id,stage,created_at,closed_at,amount
d1,a1,Closed Won,2024-01-01,2024-02-01,10
d2,a3,Closed Lost,2024-01-02,2024-02-02,20
d3,gone,Closed Won,2024-01-03,2024-02-03,30
"""


def imported(tmp_path: Path, files: dict[str, str]) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    return report, con


def test_two_accounts_that_a_list_calls_one_are_merged_into_the_one_that_it_names(tmp_path: Path) -> None:
    merges = "old_domain,new_domain\noldthing.com,www.brandnew.com\nnobody.com,third.com\n"
    report, con = imported(
        tmp_path, {"accounts.csv": ACCOUNTS, "deals.csv": DEALS, "merged_company_domain.csv": merges}
    )
    rows = con.execute("SELECT account_id, duplicate_of, industry FROM accounts ORDER BY 1").fetchall()
    assert rows == [("a1", "a2", "Retail"), ("a2", None, "Retail"), ("a3", None, "Banking"), ("a4", None, "Banking")]
    assert con.execute("SELECT account_id FROM deals WHERE deal_id = 'd1'").fetchall() == [("a2",)]
    assert any("of 2 merges 1 are of two accounts here" in note for note in report.notes)
    assert any("1 by the list merged_company_domain.csv" in note for note in report.notes)
    assert report.tables["accounts"].merged == 1
    assert ("merged_company_domain.csv", "lookup") in [(each.file, each.table) for each in report.mappings]


def test_rows_that_name_a_company_which_is_gone_follow_it(tmp_path: Path) -> None:
    merges = "account_id,merged_into_account_id,merged_at\ngone,between,2024-01-01\nbetween,a4,2024-02-01\n"
    report, con = imported(tmp_path, {"accounts.csv": ACCOUNTS, "deals.csv": DEALS, "account_merges.csv": merges})
    assert con.execute("SELECT account_id FROM deals WHERE deal_id = 'd3'").fetchall() == [("a4",)]
    assert con.execute("SELECT count(*) FROM accounts WHERE duplicate_of IS NOT NULL").fetchall() == [(0,)]
    assert any("1 rows that name a company which is gone follow it" in note for note in report.notes)


def test_a_merged_person_belongs_to_the_company_of_the_address_that_is_theirs_now(tmp_path: Path) -> None:
    contacts = "contact_id,email,title\nc1,pat@gmail.com,CTO\nc2,kim@fourth.com,CFO\n"
    merges = "old_email,new_email\npat@gmail.com,pat@third.com\n"
    report, con = imported(
        tmp_path,
        {"accounts.csv": ACCOUNTS, "deals.csv": DEALS, "contacts.csv": contacts, "merged_user.csv": merges},
    )
    rows = con.execute("SELECT contact_id, account_id, email_domain FROM contacts ORDER BY 1").fetchall()
    assert rows == [("c1", "a3", "third.com"), ("c2", "a4", "fourth.com")]
    assert any("merged_user.csv: 1 e-mail addresses replaced" in note for note in report.notes)


@pytest.mark.parametrize(
    ("file", "headers", "found"),
    [
        ("x.csv", "old_domain,new_domain", ("old_domain", "new_domain", "domain")),
        ("x.csv", "new_domain,old_domain", ("old_domain", "new_domain", "domain")),
        ("merged_companies.csv", "merged_id,surviving_id", ("merged_id", "surviving_id", "account")),
        ("x.csv", "Account ID,Master Account ID", ("Account ID", "Master Account ID", "account")),
        ("x.csv", "company_id,merged_company_id,date", ("merged_company_id", "company_id", "account")),
        ("merged_deal.csv", "deal_id,merged_deal_id,synced", None),
        ("accounts.csv", "account_id,name,domain", None),
        ("history.csv", "account_id,field,old_value,new_value,changed_at", None),
        ("accounts.csv", "id,name,parent_id", None),
    ],
)
def test_which_columns_say_what_became_what(file: str, headers: str, found: tuple[str, str, str] | None) -> None:
    columns = merge_columns(file, headers.split(","))
    assert (None if columns is None else (columns.old, columns.new, columns.what)) == found


def test_the_domains_that_a_published_set_calls_one_are_one(real_data: Path, tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(real_data / "jaffle_gaggle", place)
    con = connect(place.root)
    load_tables(con, place)
    rows = con.execute("SELECT count(*) FROM contacts WHERE email_domain = 'jets.com' AND account_id IS NOT NULL")
    assert rows.fetchall()[0][0] > 0
    told = next(note for note in report.notes if note.startswith("merged_company_domain.csv: of 3 merges"))
    assert "6 rows that name a company which is gone follow it" in told
    assert any(note.startswith("merged_user.csv: 7 e-mail addresses") for note in report.notes)
