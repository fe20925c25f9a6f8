"""Company columns that stand on invoices or events are the company's only where they do not change from row to row."""

from __future__ import annotations

from pathlib import Path

from idealfit.records.assembling.derived_accounts import accounts_of_references
from idealfit.records.intake import import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place


def test_a_column_that_changes_from_invoice_to_invoice_is_of_the_invoice(tmp_path: Path) -> None:
    rows = ["invoice_id,customer_id,customer_name,invoice_date,amount,industry,size,country"]
    for n in range(12):
        for k in range(4):
            trade = ("Retail", "Banking")[n % 2]
            rows.append(f"i{n}-{k},c{n},Firm {n},2024-0{k + 1}-10,{n + 10},{trade},{10 * k + 5},Germany")
    rows.append("i0-9,c0,Firm 0,2024-06-10,5,,15,Germany")
    (tmp_path / "invoices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(tmp_path, place)
    con = connect(place.root)
    load_tables(con, place)
    assert con.execute(
        "SELECT count(DISTINCT industry), count(industry), count(employees) FROM accounts"
    ).fetchall() == [(2, 12, 0)]
    assert any("employees vary within one company: of the invoice" in note for note in report.notes)


def test_a_column_that_is_of_the_company_nearly_always_is_told(tmp_path: Path) -> None:
    rows = ["event_id,company,date,event_type,industry"]
    for n in range(40):
        for k in range(3):
            trade = "Energy" if (n, k) == (0, 2) else ("Retail", "Banking")[n % 2]
            rows.append(f"e{n}-{k},Firm {n},2024-0{k + 1}-10,visit,{trade}")
    (tmp_path / "events.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(tmp_path, place)
    con = connect(place.root)
    load_tables(con, place)
    assert con.execute("SELECT industry FROM accounts WHERE name = 'Firm 0'").fetchall() == [("Retail",)]
    assert any("1 of 40 companies with several rows have several values of 'industry'" in n for n in report.notes)


def test_of_equally_common_values_the_order_of_the_rows_decides_nothing() -> None:
    found = []
    for turned in ("line", "-line"):
        con = connect()
        con.execute(
            "CREATE TABLE all_deals AS SELECT line AS __line__, 'deals.csv' AS __file__, 'Firm' AS account_name, "
            f"industry FROM (VALUES (1, 'Retail'), (2, 'Banking')) AS given(line, industry) ORDER BY {turned}"
        )
        accounts_of_references(con, {"deals": ("industry",)})
        found.append(con.execute("SELECT industry FROM all_accounts").fetchall())
    assert found == [[("Banking",)], [("Banking",)]]
