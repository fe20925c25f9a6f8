"""What a person says of how files are read: what it changes in the mapping, and what it leaves."""

from __future__ import annotations

import json

import pytest

from idealfit.records.mapping import FileMapping
from idealfit.records.mapping_file import load_mapping
from idealfit.store.place import open_place
from idealfit.workspace.importing import import_records
from idealfit.workspace.upload_columns import Said, keep_mapping, propose_columns, tables_left_out
from idealfit.workspace.uploading import Receiving, Upload
from small_company import NAMES

DEALS = "Deal ID,Company,Stage,Opened,Colour\n"


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> Upload:
    place = open_place(tmp_path_factory.mktemp("columns") / "w", create=True)
    stages = ("Signed", "Gone", "Talking")
    deals = DEALS + "".join(
        f"d{i},{NAMES[i % 20]},{stages[i % 3]},0{1 + i % 9}/0{1 + i % 7}/2024,{('red', 'blue')[i % 2]}\n"
        for i in range(40)
    )
    companies = "".join(f"{i + 100},{NAMES[i]},{10 + i * 7},{('north', 'south')[i % 2]}\n" for i in range(20))
    with Receiving(place) as receiving:
        for name, text in (("deals.csv", deals), ("companies.csv", companies)):
            receiving.begin(name)
            receiving.take(text.encode())
        found = receiving.done()
    propose_columns(found, lambda _what, _share: None)
    keep_mapping(found, {"companies.csv": Said(table="accounts")})  # nothing in the file says so: it has no header
    propose_columns(found, lambda _what, _share: None)
    return found


def entry(upload: Upload, file: str) -> FileMapping:
    return next(one for one in load_mapping(upload.mapping).files if one.file == file)


def test_what_a_person_says_stands_in_the_mapping(upload: Upload) -> None:
    document = json.loads(upload.proposal.read_text())
    deals = next(one for one in document["files"] if one["file"] == "deals.csv")
    assert (deals["rows"], deals["outcomes"]["Talking"]) == (40, "open")
    assert ["deals.csv", "Opened"] in document["undecided_dates"]
    said = Said(
        columns={"Stage": "stage"},
        levels={"Colour": "after_fact"},
        outcomes={"Signed": "won", "Gone": "lost"},
        orders={"Opened": "mdy"},
    )
    keep_mapping(upload, {"deals.csv": said})
    kept = entry(upload, "deals.csv")
    assert kept.outcomes == {"Signed": "won", "Gone": "lost", "Talking": "open"}
    assert (kept.columns["Colour"].level, kept.columns["Opened"].format) == ("after_fact", "mdy")
    propose_columns(upload, lambda _what, _share: None)
    again = json.loads(upload.proposal.read_text())
    assert not again["undecided_dates"]
    assert not [one for one in again["questions"] if one["about"] in ("dates", "outcome")]


def test_a_column_without_a_name_is_given_one_or_a_meaning(upload: Upload) -> None:
    named = {"column_1": "account_id", "column_2": "name", "column_3": "employees", "column_4": "sales area"}
    keep_mapping(upload, {"companies.csv": Said(columns=named)})
    after = entry(upload, "companies.csv").columns
    assert (after["column_3"].to, after["column_3"].level) == ("employees", "account")
    assert after["column_4"].to == "sales area"
    report = import_records(upload.files, upload.folder.parents[1], mapping=upload.mapping)
    told = report.attributes["sales area"]
    assert (told.label, told.source_name) == ("sales area", None)


def test_a_column_about_persons_is_kept_only_where_a_person_says_it_is_about_none(upload: Upload) -> None:
    keep_mapping(upload, {"companies.csv": Said(levels={"column_4": "personal"})})
    assert entry(upload, "companies.csv").columns["column_4"].to is None
    keep_mapping(upload, {"companies.csv": Said(columns={"column_4": "region"})})
    assert (entry(upload, "companies.csv").columns["column_4"].level) == "account"


def test_what_files_hold_nothing_of_is_told() -> None:
    current = {"accounts": 5, "deals": 7, "activities": 9, "duplicate_pairs": 1, "deal_stages": 0}
    assert tables_left_out({"files": [{"table": "deals"}]}, current) == {"accounts": 5, "activities": 9}
    assert tables_left_out({"files": [{"table": "flat"}]}, current) == {"activities": 9}
    assert tables_left_out({"files": [{"table": "contacts"}]}, current) == {"accounts": 5, "deals": 7, "activities": 9}
