"""Names made to break out: columns, values, files and archives; nothing runs, nothing is lost, nothing is confused."""

from __future__ import annotations

import csv
import io
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from idealfit.frontends.cli.app import run
from idealfit.records.assembling.duplicates import Deduplication, merge_accounts
from idealfit.workspace.building import BuildResult, build
from small_company import ACCOUNTS, DEALS, NAMES, small_company, write

HOSTILE = [
    "'; DROP TABLE accounts; --",
    'quo""te',
    "it's",
    "x" * 300,
    "emoji 🙈",
    "new\nline",
    "a.b",
    "a;b",
    "%s {x} $1 ?",
    "=1+1",
    "<script>alert(1)</script>",
]
SQL = ["select", "from", "group", "order", "row_number", "month", "value", "null", "true"]
OURS = ["tier", "score", "fit", "low", "high", "rank", "p_win", "expected_value", "priority", "reasons", "as_of"]
OURS += ["excluded_by", "duplicate_of", "__line__", "__file__", "c_size", "card_points", "y", "t"]
TWICE = ["account_id ", "ACCOUNT_ID", "Name", "\t"]


def table(heads: list[str], rows: int, values: list[str]) -> str:
    text, chance = io.StringIO(), random.Random(1)  # noqa: S311 noise, no secret
    writer = csv.writer(text)
    writer.writerow(["account_id", "name", "industry", "employees", *heads])
    for i in range(rows):
        attributes = [chance.choice(values) for _ in heads]
        writer.writerow([f"{i:03}", NAMES[i], chance.choice(["software", "retail"]), 20 + i, *attributes])
    return text.getvalue()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildResult]:
    folder = tmp_path_factory.mktemp("hostile")
    heads = [*HOSTILE, *SQL, *OURS, *TWICE]
    values = ["a'b", 'c"d', "x;y", "<b>", "=1+1", "\\", "%_"]
    write(folder / "data", accounts_csv=table(heads, 60, values), deals_csv=DEALS)
    return folder / "w", build(folder / "data", folder / "w")


def test_columns_named_like_code_or_like_our_own_are_columns(built: tuple[Path, BuildResult]) -> None:
    workspace, result = built
    assert result.report.tables["accounts"].kept == 60
    con = duckdb.connect()
    columns = {
        row[0] for row in con.execute(f"DESCRIBE SELECT * FROM '{workspace}/tables/accounts.parquet'").fetchall()
    }
    assert {"'; DROP TABLE accounts; --", 'quo""te', "x" * 300, "emoji 🙈", "select", "tier", "c_size"} <= columns
    scores = con.execute(
        f"SELECT COUNT(*), COUNT(DISTINCT account_id), COUNT(duplicate_of) FROM '{workspace}/scores.parquet'"
    )
    assert scores.fetchall() == [(60, 60, 0)]
    assert result.evidence["sample"]["deals"] == 36


def test_no_cell_of_a_list_becomes_a_formula(built: tuple[Path, BuildResult]) -> None:
    workspace, _ = built
    for path in workspace.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell.startswith(("=", "@", "\t", "\r"))], path.name


def test_no_markup_of_theirs_stands_in_the_page(built: tuple[Path, BuildResult]) -> None:
    workspace, _ = built
    assert "<script>alert" not in (workspace / "profile.html").read_text(encoding="utf-8")


def strong(folder: Path, head: str, value: str) -> BuildResult:
    """A company in which `head` = `value` decides, so that a criterion is made of it."""
    text, chance = io.StringIO(), random.Random(4)  # noqa: S311 noise, no secret
    writer = csv.writer(text)
    writer.writerow(["account_id", "name", head])
    deals = ["deal_id,account_id,created_at,closed_at,outcome,amount"]
    for i in range(400):
        good = chance.random() < 0.4
        writer.writerow([f"{i:03}", f"Company {i}", value if good else chance.choice(["other", "third"])])
        won = chance.random() < (0.75 if good else 0.15)
        day = f"{2024 + i // 200}-{1 + i % 200 // 17:02}-{1 + i % 28:02}"
        deals.append(f"D{i},{i:03},{day},{2024 + i // 200}-12-29,{'won' if won else 'lost'},{100 if won else ''}")
    write(folder / "data", accounts_csv=text.getvalue(), deals_csv="\n".join(deals) + "\n")
    return build(folder / "data", folder / "w", as_of=None)


@pytest.mark.parametrize(
    ("head", "value"), [('the "best" one\'s', 'it\'s "q" %_\\'), ("select", "'; DROP TABLE accounts; --")]
)
def test_a_criterion_of_a_hostile_column_and_value_finds_its_accounts(head: str, value: str, tmp_path: Path) -> None:
    result = strong(tmp_path, head, value)
    found: list[dict[str, Any]] = [one for one in result.evidence["criteria"] if one["attribute"] == head]
    assert found
    for one in found:
        assert result.scores is not None
        assert result.scores.hits[one["id"]].true == one["counts"]["accounts"] >= 40
    assert run(["check", str(tmp_path / "w" / "profile.yaml"), str(tmp_path / "w"), "--quiet"]) == 0


def test_an_archive_cannot_write_outside(tmp_path: Path) -> None:
    folder = write(tmp_path / "data")
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        archive.writestr("../../evil.csv", ACCOUNTS)
        archive.writestr("/abs/deals.csv", DEALS)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert run(["build", str(folder), "--workspace", str(tmp_path / "w"), "--quiet"]) in {0, 3}
    after = {path for path in tmp_path.rglob("*") if path.is_file() and tmp_path / "w" not in path.parents}
    assert after == before
    assert not (tmp_path.parent / "evil.csv").exists()


def test_a_file_name_that_is_no_text_is_read_past(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_company(tmp_path / "data")
    try:
        with open(os.fsencode(folder) + b"/caf\xe9 \n.csv", "wb") as file:  # noqa: PTH123 a name that is no text
            file.write(ACCOUNTS.replace("0", "5").encode())
    except OSError:
        pytest.skip("this file system takes text only")
    assert run(["build", str(folder), "--workspace", str(tmp_path / "w")]) == 0
    assert "caf" in capsys.readouterr().out


def test_twelve_hundred_columns_are_no_tower_of_brackets() -> None:
    con = duckdb.connect()
    columns = ", ".join(f"{number} AS column_{number}" for number in range(1200))
    con.execute(f"CREATE TABLE all_accounts AS SELECT 1 AS __line__, 'a.csv' AS __file__, '1' AS account_id, "
                f"'Acme' AS name, 'acme.com' AS domain, {columns}")  # fmt: skip
    assert merge_accounts(con, Deduplication(), flat=False).count == 0
