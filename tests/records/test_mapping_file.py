from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from idealfit.errors import MappingUnreadable
from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.records.mapping import mapping_schema
from idealfit.records.mapping_file import dump_mapping, load_mapping
from idealfit.records.proposing import propose_mapping
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

ACCOUNTS = "Company,Branch,Staff,Contact e-mail\nAcme,Software,100,pat@acme.com\nBlue,Retail,20,kim@blue.com\n"
DEALS = "Deal,Company,Opened,Closed,Result,Value\n1,Acme,2024-01-31,2024-03-01,Won,10\n"
DEALS += "2,Blue,2024-01-30,2024-03-02,Lost,20\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "accounts.csv").write_text(ACCOUNTS)
    (tmp_path / "in" / "deals.csv").write_text(DEALS)
    return tmp_path / "in"


def written(folder: Path) -> Path:
    path = folder.parent / "map.yaml"
    path.write_text(propose_mapping(folder).text())
    return path


def test_the_proposal_shows_values_and_none_of_persons(folder: Path) -> None:
    text = written(folder).read_text()
    assert "# such as 'Retail', 'Software'" in text
    assert "acme.com" not in text
    assert "the header 'Company' says so" in text


def test_a_proposal_read_again_is_the_same_and_follows_the_published_schema(folder: Path) -> None:
    path = written(folder)
    mapping = load_mapping(path)
    assert [entry.table for entry in mapping.files] == ["accounts", "deals"]
    assert load_mapping_of(dump_mapping(mapping), folder) == mapping
    Draft202012Validator.check_schema(mapping_schema())
    Draft202012Validator(mapping_schema()).validate(YAML(typ="safe").load(path.read_text()))


def load_mapping_of(text: str, folder: Path) -> object:
    path = folder.parent / "again.yaml"
    path.write_text(text)
    return load_mapping(path)


def test_one_edited_line_changes_that_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    path = written(folder)
    text = path.read_text()
    before = import_folder(folder, open_place(tmp_path / "a", create=True), mapping=path)
    path.write_text(re.sub(r"(    Branch:\n)(      to: )\S+\n", r"\1\2Trade\n", text))
    after = import_folder(folder, open_place(tmp_path / "b", create=True), mapping=path)
    changed = [
        (one.file, one.column)
        for one, two in zip(before.guesses, after.guesses, strict=True)
        if (one.to, one.level, one.layer) != (two.to, two.level, two.layer)
    ]
    assert changed == [("accounts.csv", "Branch")]
    assert "Trade" in after.attributes
    assert after.tables["deals"] == before.tables["deals"]


@pytest.mark.parametrize(
    ("old", "new", "line_of", "what", "remedy"),
    [
        ("table: deals", "table: deels", "table: deels", "there is no table 'deels'", "Did you mean 'deals'?"),
        ("level: deal", "levle: deal", "levle", "There is no key 'levle' in a column", "Did you mean 'level'?"),
        ("level: identifier", "level: identifyer", "identifyer", "'identifyer' is no level", "'identifier'"),
        (
            "to: closed_at",
            "to: closed_att",
            "closed_att",
            "deals has no column 'closed_att'",
            "Did you mean 'closed_at'?",
        ),
        ("files:", "fiels:", "fiels:", "There is no key 'fiels' in a mapping", "Did you mean 'files'?"),
        ("  columns:", "  colums:", "colums", "There is no key 'colums' in a file", "Did you mean 'columns'?"),
        ("table: deals", "table: [deals", "table: [deals", "not YAML", "Mend it"),
    ],
)
def test_a_slip_is_named_with_its_line_and_the_nearest_name(
    folder: Path, old: str, new: str, line_of: str, what: str, remedy: str
) -> None:
    path = written(folder)
    path.write_text(path.read_text().replace(old, new, 1))
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if line_of in text)
    with pytest.raises(MappingUnreadable) as caught:
        load_mapping(path)
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    where = caught.value.where
    assert where is not None
    assert where.line is not None
    assert abs(where.line - line) <= (2 if what == "not YAML" else 0)


def test_a_mapping_serves_the_same_export_elsewhere_under_another_name_and_case(folder: Path, tmp_path: Path) -> None:
    path = written(folder)
    path.write_text(path.read_text().replace("to: Branch", "to: Trade").replace("to: industry", "to: Trade"))
    other = tmp_path / "other"
    other.mkdir()
    header, rest = ACCOUNTS.split("\n", 1)
    (other / "firms-2026-05-01.csv").write_text(header.upper() + "\n" + rest)
    report = import_folder(other, open_place(tmp_path / "w", create=True), mapping=path)
    assert "Trade" in report.attributes


def test_columns_that_a_newer_export_lacks_are_told_with_the_nearest_new_one(folder: Path, tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    import_folder(folder, place)
    (folder / "deals.csv").write_text(DEALS.replace("Result", "Result of deal"))
    report = import_folder(folder, place)
    told = [note for note in report.notes if "names 'Result'" in note]
    assert len(told) == 1
    assert "perhaps now 'Result of deal'" in told[0]
    con = connect(place.root)
    load_tables(con, place)
    assert con.execute("SELECT outcome FROM deals ORDER BY deal_id").fetchall() == [("won",), ("lost",)]


def test_a_wholly_new_export_is_guessed_anew_and_that_is_told(folder: Path, tmp_path: Path) -> None:
    place = open_place(tmp_path / "w", create=True)
    import_folder(folder, place)
    (folder / "deals.csv").write_text(
        "Deal ID,Account Name,Created Date,Close Date,Stage\n1,Acme,2024-01-31,2024-03-01,Closed Won\n"
    )
    report = import_folder(folder, place)
    assert any("its saved mapping is not used" in note for note in report.notes)


def test_the_command_prints_yaml_into_a_pipe_and_writes_it_into_a_file(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mapping", str(folder)]) == 0
    assert YAML(typ="safe").load(capsys.readouterr().out)["files"][1]["table"] == "deals"
    assert run(["mapping", str(folder), "--to", str(tmp_path / "m.yaml")]) == 0
    assert load_mapping(tmp_path / "m.yaml").files[0].table == "accounts"
    capsys.readouterr()
    assert run(["mapping", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["files"][0]["columns"]["Staff"]["samples"] == ["100", "20"]
    assert list(tmp_path.glob("idealfit")) == []
