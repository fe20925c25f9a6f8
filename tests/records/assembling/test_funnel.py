from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from idealfit.records.intake import import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

START = date(2024, 1, 1)


def test_leads_that_were_not_won_in_time_are_lost_and_the_others_open(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    days = [START + timedelta(days=number) for number in range(200)]
    leads = [f"m{number},{day},web" for number, day in enumerate(days)]
    won = [f"m{number},s{number},{day + timedelta(days=10)}" for number, day in enumerate(days) if number % 5 == 0]
    (folder / "leads.csv").write_text("\n".join(["mql_id,first_contact_date,origin", *leads]), encoding="utf-8")
    (folder / "closed_deals.csv").write_text("\n".join(["mql_id,seller_id,won_date", *won]), encoding="utf-8")
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    counts = dict(con.execute("SELECT outcome, count(*) FROM deals GROUP BY 1").fetchall())
    assert counts == {"won": 40, "lost": 156, "open": 4}  # 10 days: what began in the last ten is open
    assert con.execute("SELECT count(*) FROM deals WHERE account_id IS NULL OR created_at IS NULL").fetchall() == [(0,)]
    assert any("156 are older than the 10 days" in note for note in report.notes)
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())
