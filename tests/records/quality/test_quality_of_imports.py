"""The report as an import writes it: counts, drift, files, and what made-up companies have planted in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from idealfit.demo.company import make_company
from idealfit.records.intake import import_folder
from idealfit.store.delimited_output import write_csv
from idealfit.store.place import open_place


def quality_of(folder: Path, workspace: Path) -> dict[str, Any]:
    import_folder(folder, open_place(workspace, create=True))
    return dict(json.loads((workspace / "quality.json").read_text(encoding="utf-8")))


def write_accounts(folder: Path, industries: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    rows = [(f"A{i:03}", f"Company {i:03}", industry, 20 + i) for i, industry in enumerate(industries)]
    write_csv(folder / "accounts.csv", ("account_id", "name", "industry", "employees"), rows)


def test_the_same_folder_twice_writes_the_same_report(tmp_path: Path) -> None:
    write_accounts(tmp_path / "data", ["software", "retail"] * 80)
    first = quality_of(tmp_path / "data", tmp_path / "w")
    page = (tmp_path / "w" / "quality.html").read_bytes()
    assert quality_of(tmp_path / "data", tmp_path / "w") == first
    assert (tmp_path / "w" / "quality.html").read_bytes() == page


def test_what_moved_between_two_imports_stays_told_when_the_second_is_repeated(tmp_path: Path) -> None:
    write_accounts(tmp_path / "data", ["software", "retail"] * 80)
    assert quality_of(tmp_path / "data", tmp_path / "w")["drift"] is None
    write_accounts(tmp_path / "data", ["software", "commerce"] * 80)
    second = quality_of(tmp_path / "data", tmp_path / "w")
    assert second["tables"]["accounts"]["columns"]["industry"]["drift"]["appeared"] == ["commerce"]
    assert "Since the last import" in (tmp_path / "w" / "quality.html").read_text(encoding="utf-8")
    again = quality_of(tmp_path / "data", tmp_path / "w")
    assert again["drift"] == second["drift"]


cells = st.sampled_from(["", "A001", "A002", "a b", "12", "1/2/2025", "x", "-"])
rows = st.lists(st.tuples(cells.filter(bool), cells, cells, cells), max_size=12)


@settings(max_examples=5)
@given(accounts=rows, deals=rows)
def test_rows_read_are_rows_kept_merged_and_rejected_whatever_the_rows(
    tmp_path_factory: pytest.TempPathFactory, accounts: list[tuple[str, ...]], deals: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    (folder / "data").mkdir()
    write_csv(
        folder / "data" / "accounts.csv",
        ("account_id", "name", "domain", "industry"),
        [("A001", "Acme", "", "software"), *accounts],
    )
    write_csv(
        folder / "data" / "deals.csv",
        ("deal_id", "account_id", "created_at", "outcome"),
        [("D1", "A001", "2025-01-02", "won"), *deals],
    )
    quality = quality_of(folder / "data", folder / "w")
    read = {each["table"]: each["read"] for each in quality["reconciliation"]}
    assert all(each["holds"] for each in quality["reconciliation"])
    assert read == {"accounts": len(accounts) + 1, "deals": len(deals) + 1}


@pytest.fixture(scope="module", params=["plain", "messy"])
def made_up(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("made-up")
    make_company(folder / "data", 11, deals=200, recipe=request.param)
    return quality_of(folder / "data", folder / "w")


def test_a_made_up_company_has_its_planted_column_as_first_problem_and_little_else(made_up: dict[str, Any]) -> None:
    assert made_up["problems"][0]["id"] == "filled_after_won"
    assert [one["id"] for one in made_up["problems"] if one["effect"] >= 5] == ["filled_after_won"]
    assert "duplicates_merged" in [one["id"] for one in made_up["problems"]]
    assert made_up["migration_days"] == []


def test_a_made_up_companys_report_is_as_published(made_up: dict[str, Any], root: Path) -> None:
    schema = json.loads((root / "src/idealfit/records/quality/schema/quality.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [error.message[:200] for error in Draft202012Validator(schema).iter_errors(made_up)] == []


def test_what_is_damaged_in_a_made_up_company_is_found(tmp_path: Path) -> None:
    import csv

    make_company(tmp_path / "data", 11, deals=200)
    path = tmp_path / "data" / "deals.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        deals = list(csv.DictReader(stream))
    for at, deal in enumerate(deals):
        if at % 3 == 0:
            deal["created_at"] = "2021-03-01"
        if at % 4 == 1:
            deal["account_id"] = ""
        if at % 5 == 2 and deal["outcome"] == "won":
            deal["amount"] = ""
        if at % 7 == 3:
            deal["created_at"], deal["closed_at"] = deal["closed_at"] or deal["created_at"], deal["created_at"]
    write_csv(path, tuple(deals[0]), [tuple(deal.values()) for deal in deals])
    found = {one["id"] for one in quality_of(tmp_path / "data", tmp_path / "w")["problems"]}
    assert {"migration_day", "deals_without_account", "won_without_amount", "closed_before_created"} <= found
