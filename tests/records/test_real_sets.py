from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from idealfit.records.intake import ImportReport, import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place


def imported(tmp_path: Path, folder: Path) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    place = open_place(tmp_path / "workspace", create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())
    return report, con


def test_maven_joins_by_name_and_keeps_open_deals_without_account(real_data: Path, tmp_path: Path) -> None:
    report, con = imported(tmp_path, real_data / "maven_crm")
    assert (report.tables["accounts"].kept, report.tables["deals"].kept) == (85, 8800)
    assert con.execute(
        "SELECT count(*), count(*) FILTER (outcome = 'open') FROM deals WHERE account_id IS NULL"
    ).fetchall() == [(1425, 1425)]
    assert con.execute("SELECT count(*) FROM deals WHERE outcome = 'lost' AND amount IS NOT NULL").fetchall() == [(0,)]
    assert con.execute(
        "SELECT count(DISTINCT product), count(*) FILTER (product = 'GTXPro') FROM deals"
    ).fetchall() == [(7, 0)]
    assert (
        con.execute("SELECT count(*) FROM accounts WHERE parent_id IN (SELECT account_id FROM accounts)").fetchall()[0][
            0
        ]
        > 0
    )
    assert any("'GTXPro' read as 'GTX Pro'" in note for note in report.notes)
    assert str(report.as_of) == "2017-12-31"
    assert report.deal_columns["manager"].level == "deal"


def test_ibm_rows_are_their_own_accounts_and_the_zip_is_read_once(real_data: Path, tmp_path: Path) -> None:
    report, con = imported(tmp_path, real_data / "ibm_sales_win_loss")
    assert (report.tables["deals"].read, report.tables["deals"].merged, report.tables["deals"].kept) == (
        78025,
        55,
        77970,
    )
    assert report.tables["accounts"].kept == 77970
    account = {name for name, info in report.attributes.items() if info.level == "account"}
    assert account == {
        "region",
        "Client Size By Revenue",
        "Client Size By Employee Count",
        "Revenue From Client Past Two Years",
    }
    assert con.execute("""SELECT count(*) FROM deals WHERE "Competitor Type" = 'None'""").fetchall()[0][0] > 9000
    assert con.execute("SELECT count(*) FROM deals WHERE deal_id LIKE '%~2'").fetchall()[0][0] > 100
    assert any("same content" in reason for _, reason in report.unused)


def test_ravenstack_has_customers_and_tells_the_contradiction(real_data: Path, tmp_path: Path) -> None:
    report, con = imported(tmp_path, real_data / "ravenstack")
    assert "deals" not in report.tables
    assert report.tables["subscriptions"].kept == 5000
    assert report.attributes["churn_flag"].level == "after_fact"
    assert {report.attributes[name].level for name in ("referral_source", "plan_tier", "seats", "is_trial")} == {"deal"}
    assert con.execute("SELECT DISTINCT event_type FROM events").fetchall() == [("churn",)]
    assert con.execute("SELECT count(*) FROM usage WHERE account_id IS NULL").fetchall() == [(0,)]
    assert con.execute("SELECT count(*) FROM subscriptions WHERE started_at IS NULL").fetchall() == [(0,)]
    assert any("600 churn events" in note and "110 accounts" in note for note in report.notes)
    assert any("600 churn events" in problem["text"] for problem in report.quality["problems"])


@pytest.mark.parametrize(
    ("name", "table", "rows"),
    [
        ("xeducation_leads", "leads", 9240),
        ("aws_saas_sales", "invoices", 9994),
        ("adeliyio_deals", "deals", 75),
        ("parch_posey", "activities", 9073),
        ("jaffle_gaggle", "deals", 122),
    ],
)
def test_other_sets_import_without_a_map(real_data: Path, tmp_path: Path, name: str, table: str, rows: int) -> None:
    report, _ = imported(tmp_path, real_data / name)
    assert report.tables[table].kept >= 0.99 * rows


def test_zoho_deals_whose_lead_fits_several_accounts_take_its_company(real_data: Path, tmp_path: Path) -> None:
    report, con = imported(tmp_path, real_data / "zoho_crm")
    assert report.tables["deals"].kept >= 0.99 * 3632
    told = next(note for note in report.notes if "fit several accounts by the company name of their lead" in note)
    assert told.startswith("deals: 2,824 of 3,632")
    assert con.execute("SELECT count(*) FROM deals WHERE account_id IS NULL").fetchall() == [(0,)]
    names = {link.way: link for link in report.links if link.table == "leads"}
    assert names["name"].ambiguous > 1000
    assert names["name"].examples


def test_olist_company_fields_of_won_deals_move_to_accounts_that_lost_leads_lack(
    real_data: Path, tmp_path: Path
) -> None:
    report, con = imported(tmp_path, real_data / "olist_funnel")
    outcomes = dict(con.execute("SELECT outcome, count(*) FROM deals GROUP BY 1").fetchall())
    assert outcomes == {"won": 842, "lost": 5518, "open": 1640}
    assert report.attributes["business_segment"].level == "account"
    assert con.execute(
        "SELECT count(business_segment) FROM deals JOIN accounts USING (account_id) WHERE outcome = 'lost'"
    ).fetchall() == [(0,)]
    assert any(file == "olist_funnel_joined.csv" for file, _ in report.unused)


@pytest.mark.parametrize(
    ("name", "former", "customers"),
    [("ibm_telco_churn", 1869, 5174), ("adventureworks_reseller", 146, 489)],
)
def test_a_list_of_customers_says_who_left(
    real_data: Path, tmp_path: Path, name: str, former: int, customers: int
) -> None:
    _, con = imported(tmp_path, real_data / name)
    counts = dict(con.execute("SELECT status, count(*) FROM accounts GROUP BY 1").fetchall())
    assert (counts["former"], counts["customer"]) == (former, customers)


def test_parch_posey_says_who_stopped_ordering(real_data: Path, tmp_path: Path) -> None:
    report, con = imported(tmp_path, real_data / "parch_posey")
    assert con.execute("SELECT count(*), count(ended_at), count(arr_current) FROM subscriptions").fetchall() == [
        (350, 55, 0)
    ]
    assert any("derived from gaps in invoices" in note for note in report.notes)
