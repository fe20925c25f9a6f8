"""A value is made one, its original stands beside it, the change is told, and a line in the mapping undoes it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from idealfit.records.intake import ImportReport, import_folder
from idealfit.store.place import open_place

HEADER = (
    "account_id",
    "name",
    "website",
    "industry",
    "country",
    "state",
    "ownership",
    "funding_stage",
    "tech",
    "segment",
)
ROWS = (
    (
        "1",
        "North  Ltd",
        "https://www.north.com/en",
        "SaaS",
        "UK",
        "CA",
        "Private",
        "series_a",
        "AWS; Hubspot CRM",
        "SMB",
    ),
    (
        "2",
        "South",
        "south.io",
        "saas",
        "United Kingdom",
        "NY",
        "Privately Held",
        "Series A",
        "Amazon Web Services",
        "smb",
    ),
    ("3", "East", "jo@east.de", "Retail", "Deutschland", "TX", "Public", "Seed Round", "Salesforce.com", "Mid-Market"),
    ("4", "West", "west.com", "RETAIL", "U.S.A.", "Texas", "private", "IPO", "Foo Tool", "mid market"),
    ("5", "Up", "up.com", "SaaS", "USA", "CA", "Private", "Series B", "foo tool;FOO TOOL", "Mid-Market"),
    ("6", "Down", "down.com", "Nonsense", "Atlantis", "CA", "", "Series B", "", "SMB"),
)
DEALS = (("d1", "1", "won"), ("d2", "2", "lost"), ("d3", "3", "won"))


def folder_of(tmp_path: Path, rows: Sequence[Sequence[str]] = ROWS, **more: Sequence[Sequence[str]]) -> Path:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    tables = {"accounts": [HEADER, *rows], "deals": [("deal_id", "account_id", "outcome"), *DEALS], **more}
    for name, lines in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(lines)
    return folder


def imported(tmp_path: Path, folder: Path, mapping: Path | None = None) -> tuple[ImportReport, Path]:
    place = open_place(tmp_path / "workspace", create=True)
    return import_folder(folder, place, mapping=mapping), place.root


def column(workspace: Path, name: str, table: str = "accounts", key: str = "account_id") -> dict[str, object]:
    path = workspace / "tables" / f"{table}.parquet"
    con = duckdb.connect()
    return dict(con.execute(f"SELECT {key}, \"{name}\" FROM read_parquet('{path}') ORDER BY 1").fetchall())


def headers(workspace: Path) -> set[str]:
    con = duckdb.connect()
    path = workspace / "tables" / "accounts.parquet"
    return {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportReport, Path]:
    tmp_path = tmp_path_factory.mktemp("normalised")
    return imported(tmp_path, folder_of(tmp_path))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("country", ["United Kingdom", "United Kingdom", "Deutschland", "U.S.A.", "U.S.A.", "Atlantis"]),
        ("industry", ["SaaS", "SaaS", "Retail", "Retail", "SaaS", "Nonsense"]),
        ("ownership", ["Private", "Private", "Public", "Private", "Private", None]),
        ("funding_stage", ["Series A", "Series A", "Seed Round", "IPO", "Series B", "Series B"]),
        ("state", ["CA", "NY", "Texas", "Texas", "CA", "CA"]),
        ("segment", ["SMB", "SMB", "Mid-Market", "Mid-Market", "Mid-Market", "SMB"]),
        ("tech", [["AWS", "Hubspot CRM"], ["AWS"], ["Salesforce.com"], ["Foo Tool"], ["Foo Tool"], None]),
        ("domain", ["north.com", "south.io", "east.de", "west.com", "up.com", "down.com"]),
        ("name", ["North Ltd", "South", "East", "West", "Up", "Down"]),
        ("country_code", ["GB", "GB", "DE", "US", "US", None]),
        ("industry_standard", ["Software", "Software", "Retail", "Retail", "Software", None]),
        ("world_region", ["EMEA", "EMEA", "EMEA", "North America", "North America", None]),
    ],
)
def test_a_columns_values_are_made_one(done: tuple[ImportReport, Path], name: str, values: list[object]) -> None:
    found = column(done[1], name)
    assert [value or None for value in found.values()] == values


@pytest.mark.parametrize("name", ["country", "industry", "ownership", "funding_stage", "state", "segment"])
def test_the_original_stands_beside_the_value(done: tuple[ImportReport, Path], name: str) -> None:
    place = HEADER.index(name)
    originals = column(done[1], f"{name} (as in file)")
    assert originals == {row[0]: row[place] or None for row in ROWS}


def test_an_e_mail_address_in_the_field_of_the_website_is_kept_without_its_person(
    done: tuple[ImportReport, Path],
) -> None:
    originals = column(done[1], "domain (as in file)")
    assert (originals["1"], originals["3"]) == ("https://www.north.com/en", "…@east.de")


def test_every_change_is_told_once_an_original_and_written_to_changes_csv(done: tuple[ImportReport, Path]) -> None:
    report, workspace = done
    told = {(each.table, each.column, each.original): (each.value, each.rows) for each in report.changes}
    assert told["accounts", "country", "UK"] == ("United Kingdom", 1)
    assert told["accounts", "state", "TX"] == ("Texas", 1)
    assert told["accounts", "tech", "Amazon Web Services"] == ("AWS", 1)
    with (workspace / "changes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(report.changes)
    assert rows[0].keys() == {"table", "column", "original", "value", "rows", "rule"}


def test_companions_and_originals_are_never_candidates(done: tuple[ImportReport, Path]) -> None:
    levels = {name: info.level for name, info in done[0].attributes.items()}
    companions = {"country_code", "world_region", "industry_standard", "naics", "nace", "sic", "tech_categories"}
    assert {levels[name] for name in companions} == {"identifier"}
    assert {levels[name] for name in levels if name.endswith(" (as in file)")} <= {"deal", "after_fact"}


def test_a_line_in_the_mapping_leaves_a_column_as_it_is_in_the_file(
    tmp_path: Path, done: tuple[ImportReport, Path]
) -> None:
    saved = next((done[1] / "mappings").glob("*.yaml"))
    wanted = [name for name in HEADER if name not in ("account_id", "name")]
    lines = []
    for line in saved.read_text(encoding="utf-8").splitlines():
        lines.append(line)
        header = line.strip().removesuffix(":")
        if header in wanted:
            lines.append(f"{' ' * (len(line) - len(line.lstrip()) + 2)}normalise: false")
    mapping = tmp_path / "map.yaml"
    mapping.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report, workspace = imported(tmp_path, folder_of(tmp_path), mapping)
    for name in wanted[1:-2]:
        assert column(workspace, name) == {row[0]: row[HEADER.index(name)] or None for row in ROWS}, name
    assert column(workspace, "tech")["1"] == ["AWS", "Hubspot CRM"]
    assert column(workspace, "domain")["1"] == "https://www.north.com/en"
    assert not {name for name in headers(workspace) if name.startswith(tuple(wanted)) and name.endswith("(as in file)")}
    assert {change.column for change in report.changes} <= {"name"}


def test_a_table_of_clean_values_gets_no_originals(tmp_path: Path) -> None:
    rows = [("1", "North", "north.com", "SaaS", "Germany", "Texas", "Private", "Seed", "AWS", "SMB")]
    report, workspace = imported(tmp_path, folder_of(tmp_path, rows))
    assert not {name for name in headers(workspace) if name.endswith("(as in file)")}
    assert report.changes == ()


def test_other_case_and_blanks_of_labels_change_no_value_that_they_stand_for(
    tmp_path: Path, done: tuple[ImportReport, Path]
) -> None:
    labels = [HEADER.index(name) for name in ("industry", "country", "funding_stage")]
    shouted = [tuple(f" {cell.upper()} " if at in labels else cell for at, cell in enumerate(row)) for row in ROWS]
    _, workspace = imported(tmp_path, folder_of(tmp_path, shouted))
    for name in ("country_code", "industry_standard", "naics", "world_region"):
        assert column(workspace, name) == column(done[1], name)


def test_the_history_of_a_column_is_normalised_like_the_column(tmp_path: Path) -> None:
    history = [
        ("account_id", "field", "old_value", "new_value", "changed_at"),
        ("1", "country", "Germany", "UK", "2024-01-05"),
        ("2", "industry", "RETAIL", "SAAS", "2024-02-05"),
    ]
    _, workspace = imported(tmp_path, folder_of(tmp_path, account_history=history))
    assert column(workspace, "new_value", "account_history") == {"1": "United Kingdom", "2": "SaaS"}
    assert column(workspace, "old_value", "account_history") == {"1": "Deutschland", "2": "Retail"}
    assert column(workspace, "new_value (as in file)", "account_history") == {"1": "UK", "2": "SAAS"}


def test_titles_fill_what_is_empty_and_stay(tmp_path: Path) -> None:
    contacts = [
        ("contact_id", "account_id", "title", "seniority"),
        ("c1", "1", "VP Sales", ""),
        ("c2", "1", "CFO", "our own word"),
    ]
    _, workspace = imported(tmp_path, folder_of(tmp_path, contacts=contacts))
    assert column(workspace, "function", "contacts", "contact_id") == {"c1": "Sales", "c2": "Finance"}
    assert column(workspace, "seniority", "contacts", "contact_id") == {"c1": "VP", "c2": "our own word"}
    assert column(workspace, "title", "contacts", "contact_id") == {"c1": "VP Sales", "c2": "CFO"}


def test_of_the_names_of_one_thing_the_profiles_own_stands(tmp_path: Path) -> None:
    place = open_place(tmp_path / "workspace", create=True)
    import_folder(folder_of(tmp_path), place, spoken={"country": ("UK",), "tech": ("amazon web services",)})
    assert list(column(place.root, "country").values())[:2] == ["UK", "UK"]
    assert column(place.root, "tech")["1"] == ["amazon web services", "Hubspot CRM"]


def plain_accounts(names: Mapping[str, str]) -> list[Sequence[str]]:
    return [("account_id", "name", "website"), *((key, name, f"{key}.com") for key, name in names.items())]


def test_test_records_are_marked_and_stay(tmp_path: Path) -> None:
    names = {f"a{at}": f"Firm {at}" for at in range(20)} | {"t": "Acme Test 123", "s": "Test Systems GmbH"}
    report, workspace = imported(tmp_path, folder_of(tmp_path, accounts=plain_accounts(names)))
    marked = {key for key, reason in column(workspace, "test_record").items() if reason}
    assert marked == {"t"}
    assert report.tables["accounts"].kept == len(names)
    assert any("test records, 1 of them" in note for note in report.notes)


def test_a_table_whose_names_are_all_made_up_is_not_a_table_of_tests(tmp_path: Path) -> None:
    names = {f"a{at}": f"Test {at}" for at in range(20)}
    _, workspace = imported(tmp_path, folder_of(tmp_path, accounts=plain_accounts(names)))
    assert "test_record" not in headers(workspace)


def test_an_account_of_our_own_domain_is_our_own(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "company.yaml").write_text("domain: south.io\n", encoding="utf-8")
    _, workspace = imported(tmp_path, folder)
    assert column(workspace, "status")["2"] == "own"
