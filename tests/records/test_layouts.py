"""One company in five tools' layouts, and one layout saved in other ways, give the same accounts and deals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_layouts import LAYOUTS, OWN, plain_tables, write_layout
from idealfit.records.intake import import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

ACCOUNTS = ("account_id", "name", "domain", "industry", "employees", "revenue", "country", "founded_year")


def canonical(folder: Path, workspace: Path) -> dict[str, Any]:
    place = open_place(workspace, create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    own = {name.replace("_", " ").lower() for name in OWN}
    columns = {name.lower().removeprefix("organization - "): name for name in report.attributes}
    chosen = ", ".join(f'"{name}"' for name in (*ACCOUNTS, *(columns[name] for name in sorted(own))))
    deals = (
        "deal_id, account_id, CAST(created_at AS DATE)::VARCHAR, outcome, amount, deal_type, owner_id, "
        "CASE WHEN outcome <> 'open' THEN CAST(closed_at AS DATE)::VARCHAR END"
    )
    return {
        "accounts": con.execute(f"SELECT {chosen} FROM accounts ORDER BY account_id").fetchall(),
        "deals": con.execute(f"SELECT {deals} FROM deals ORDER BY deal_id").fetchall(),
        "levels": {name: report.attributes[columns[name]].level for name in sorted(own)},
        "as_of": report.as_of,
    }


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("salesforce")
    return canonical(write_layout(folder / "in", LAYOUTS["salesforce"]), folder / "w")


def test_the_canonical_tables_hold_what_was_written(wanted: dict[str, Any]) -> None:
    accounts, deals = plain_tables()
    assert {row[0] for row in wanted["accounts"]} == {row["account_id"] for row in accounts}
    written = {(row["deal_id"], row["account_id"], row["created_at"][:10], row["outcome"]) for row in deals}
    assert {row[:4] for row in wanted["deals"]} == written
    assert set(wanted["levels"].values()) == {"account"}


@pytest.mark.parametrize("name", ["hubspot", "pipedrive", "zoho", "dynamics"])
def test_another_tool_s_layout_gives_the_same_company(name: str, wanted: dict[str, Any], tmp_path: Path) -> None:
    found = canonical(write_layout(tmp_path / "in", LAYOUTS[name]), tmp_path / "w")
    assert found == wanted


def german(column: str, text: str) -> str:
    if column in ("created_at", "closed_at") and text:
        return f"{text[8:10]}.{text[5:7]}.{text[:4]}"
    return text.replace(".", ",") if column in ("amount", "revenue") else text


@pytest.mark.parametrize(
    "resaved",
    [
        {"header": str.upper, "turned": True},
        {"encoding": "utf-8-sig", "newline": "\r\n"},
        {"delimiter": ";", "cell": german, "encoding": "utf-16"},
    ],
    ids=["label case and column order", "BOM and CRLF", "German dates and decimals, UTF-16"],
)
def test_the_same_table_saved_in_another_way_is_the_same(
    resaved: dict[str, Any], wanted: dict[str, Any], tmp_path: Path
) -> None:
    found = canonical(write_layout(tmp_path / "in", LAYOUTS["salesforce"], **resaved), tmp_path / "w")
    assert found == wanted
