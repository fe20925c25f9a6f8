from __future__ import annotations

from pathlib import Path

import duckdb

from idealfit.records.intake import ImportReport, import_folder
from idealfit.records.report import Link
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

ACCOUNTS = (
    "account_id,name,domain\n"
    "a1,Nordwind GmbH,nordwind.example\n"
    "a2,Nordwind Ltd,nordwind.test\n"
    "a3,Sola,sola.example\n"
    "a4,Brig,gmail.com\n"
)


def brought_in(tmp_path: Path, **files: str) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())
    return report, con


def ways(report: ImportReport, table: str) -> dict[str, Link]:
    return {link.way: link for link in report.links if link.table == table}


def test_ambiguous_and_unknown_references_are_counted_apart_and_a_domain_decides(tmp_path: Path) -> None:
    deals = (
        "deal_id,company_name,company_domain,stage\n"
        "d1,Nordwind,,Closed Won\n"
        "d2,Nordwind GmbH,,Closed Won\n"
        "d3,Nordwind,nordwind.test,Closed Lost\n"
        "d4,Nobody AG,,Closed Lost\n"
        "d5,Sola,nordwind.test,Open\n"
        "d6,,sola.example,Open\n"
        "d7,,,Open\n"
    )
    tickets = "ticket_id,account_id,opened_at\nt1,a1;a3,2024-01-01\nt2,A3,2024-01-02\n"
    report, con = brought_in(tmp_path, accounts=ACCOUNTS, deals=deals, tickets=tickets)
    linked = con.execute("SELECT deal_id, account_id FROM deals ORDER BY 1").fetchall()
    assert [account for _, account in linked] == [None, "a1", "a2", None, None, "a3", None]
    found = ways(report, "deals")
    assert (found["name"].linked, found["name"].ambiguous, found["name"].unknown) == (1, 2, 1)
    assert (found["name and domain"].linked, found["domain"].linked, found["none"].unnamed) == (1, 1, 1)
    assert "'Nordwind' (2 accounts)" in found["name"].examples
    assert any("an ambiguous link is not made" in note for note in report.notes)
    assert con.execute("SELECT account_id FROM tickets ORDER BY ticket_id").fetchall() == [(None,), ("a3",)]
    assert ways(report, "tickets")["id"].ambiguous == 1


def test_an_e_mail_domain_links_and_that_of_a_personal_provider_does_not(tmp_path: Path) -> None:
    deals = "deal_id,email,stage\nd1,jo@sola.example,Closed Won\nd2,jo@gmail.com,Closed Won\n"
    report, con = brought_in(tmp_path, accounts=ACCOUNTS, deals=deals)
    assert con.execute("SELECT account_id FROM deals ORDER BY deal_id").fetchall() == [("a3",), (None,)]
    assert ways(report, "deals")["e-mail domain"].linked == 1


def test_deals_without_associations_are_joined_by_their_own_name_and_the_option_is_named(tmp_path: Path) -> None:
    deals = "Id,Deal Name,Stage\n1,Sola - 40 seats,Closed Won\n2,Nordwind: pilot,Closed Lost\n3,Brig New Deal,Open\n"
    report, con = brought_in(tmp_path, accounts=ACCOUNTS, deals=deals)
    assert con.execute("SELECT account_id FROM deals ORDER BY deal_id").fetchall() == [("a3",), (None,), ("a4",)]
    assert any("to have the links by id" in note for note in report.notes)


def test_a_file_that_links_to_nothing_is_not_used(tmp_path: Path) -> None:
    deals = "deal_id,account_id,stage\nd1,a1,Closed Won\n"
    usage = "account_id,period,metric,value\nx-1,2024-01-01,logins,3\nx-2,2024-01-01,logins,4\n"
    report, _ = brought_in(tmp_path, accounts=ACCOUNTS, deals=deals, usage=usage)
    assert "usage" not in report.tables
    assert any(file == "usage.csv" and "links to nothing" in reason for file, reason in report.unused)


def test_a_deal_takes_its_leads_own_company_where_several_accounts_have_its_name(tmp_path: Path) -> None:
    leads = "lead_id,company,industry,created_at\nl1,Nordwind,Toys,2024-01-01\nl2,Sola,Food,2024-01-01\n"
    deals = "deal_id,lead_id,stage\nd1,l1,Closed Won\nd2,l2,Closed Lost\n"
    report, con = brought_in(tmp_path, accounts=ACCOUNTS, leads=leads, deals=deals)
    rows = con.execute("SELECT a.account_id, a.name FROM deals JOIN accounts a USING (account_id) ORDER BY deal_id")
    assert rows.fetchall() == [("lead-l1", "Nordwind"), ("a3", "Sola")]
    assert any("1 of 2 fit several accounts by the company name of their lead" in note for note in report.notes)
