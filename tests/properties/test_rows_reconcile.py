"""Whatever rows come, every table accounts for all of them: read = kept + merged + rejected."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idealfit.errors import IdealfitError
from idealfit.records.intake import import_folder
from idealfit.store.engine import connect, load_tables, quote
from idealfit.store.place import open_place

ids = st.sampled_from(["a1", "a2", "a3", "A1", "", "a9", "a1;a2"])
names = st.sampled_from(["Nordwind GmbH", "Nordwind", "Sola", "", "Brig Inc"])
days = st.sampled_from(["2023-01-05", "2023-06-30", "2024-02-29", "", "soon"])
flags = st.sampled_from(["true", "false", ""])
cells = {
    "accounts": {"account_id": ids, "name": names, "domain": st.sampled_from(["sola.example", ""]), "IsDeleted": flags},
    "deals": {
        "deal_id": st.sampled_from(["d1", "d2", "d3", ""]),
        "account_id": ids,
        "company_name": names,
        "pipeline": st.sampled_from(["Sales", "Renewals", "Blue", ""]),
        "stage": st.sampled_from(["Closed Won", "Closed Lost", "Demo", ""]),
        "created_at": days,
        "closed_at": days,
        "IsDeleted": flags,
    },
    "deal_stages": {
        "deal_id": st.sampled_from(["d1", "d2", "d8"]),
        "field": st.sampled_from(["StageName", "Amount"]),
        "stage": st.sampled_from(["Demo", "Closed Won", "12"]),
        "entered_at": days,
    },
    "account_history": {
        "account_id": ids,
        "field": st.sampled_from(["name", "employees"]),
        "new_value": st.sampled_from(["1", "2", ""]),
        "changed_at": days,
    },
    "invoices": {"invoice_id": st.sampled_from(["i1", "i2"]), "account_id": ids, "issued_at": days, "amount": ids},
    "tickets": {"ticket_id": st.sampled_from(["t1", ""]), "account_id": ids, "opened_at": days},
    "leads": {"lead_id": st.sampled_from(["l1", "l2", ""]), "company": names, "created_at": days, "converted": flags},
}


@st.composite
def folders(draw: st.DrawFn) -> dict[str, str]:
    """CSV files of some of the tables, with few rows each, many of them odd."""
    chosen = draw(st.sets(st.sampled_from(sorted(cells)), min_size=2))
    files = {}
    for table in sorted(chosen | {"accounts"}):
        columns = cells[table]
        row = st.tuples(*columns.values())
        rows = draw(st.lists(row, min_size=1, max_size=12))
        files[table] = "\n".join([",".join(columns), *(",".join(each) for each in rows)]) + "\n"
    return files


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(folders())
def test_every_row_of_any_folder_is_kept_merged_or_rejected(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        for table, text in files.items():
            (folder / f"{table}.csv").write_text(text, encoding="utf-8")
        place = open_place(Path(name) / "w", create=True)
        try:
            report = import_folder(folder, place)
        except IdealfitError:
            return  # nothing of it could be used, and that is said
        con = connect(place.root)
        load_tables(con, place)
        for table, count in report.tables.items():
            assert count.read == count.kept + count.merged + count.rejected, table
            there = con.execute(f"SELECT count(*) FROM {quote(table)}").fetchall()[0][0]
            merged_accounts = count.merged if table == "accounts" else 0
            assert count.kept <= there <= count.kept + merged_accounts, table
        unused = {file for file, _ in report.unused}
        for table, text in files.items():
            lines = text.count("\n") - 1
            read = report.tables[table].read if table in report.tables else 0
            assert read >= lines or f"{table}.csv" in unused, table
