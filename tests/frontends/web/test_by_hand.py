"""The page of an account: a value corrected by hand, refused in place, shown beside what was imported, taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from web_client import signed_in


@pytest.fixture(scope="module")
def workspace(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(made_up, tmp_path_factory.mktemp("by-hand") / "w")


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[TestClient]:
    with signed_in(workspace) as client:
        yield client


@pytest.fixture(scope="module")
def address(workspace: Path) -> str:
    with duckdb.connect() as con:
        query = f"SELECT account_id FROM '{workspace}/tables/accounts.parquet' WHERE employees BETWEEN 300 AND 1000"
        return f"/accounts/{con.execute(f'{query} AND duplicate_of IS NULL ORDER BY 1').fetchall()[0][0]}"


def test_a_value_is_corrected_on_the_page_and_taken_back(client: TestClient, address: str) -> None:
    form = client.get(address, params={"correct": "employees"}).text
    assert 'name="because"' in form and "autofocus" in form
    said = {"column": "employees", "by": "Ines <b>", "because": "Their own word <script>"}
    refused = client.post(address, data={**said, "value": "plenty<i>"})
    assert refused.status_code == 400
    assert "is not a number" in refused.text and 'value="Ines &lt;b&gt;"' in refused.text and "<i>" not in refused.text
    page = client.post(address, data={**said, "value": "4"})
    assert page.status_code == 200 and "Corrected since it was scored" in page.text
    assert "Corrected by Ines &lt;b&gt;" in page.text and "Imported: " in page.text and "<script>" not in page.text
    again = client.post(address, data={"act": "take back", "column": "employees", "by": "Ines"})
    assert "taken back: the records count again" in again.text and "Corrected by Ines" not in again.text


def test_what_nobody_can_correct_has_no_form(client: TestClient, address: str) -> None:
    assert 'name="because"' not in client.get(address, params={"correct": "account_id"}).text
    refused = client.post(address, data={"column": "account_id", "value": "9", "by": "Ines", "because": "x"})
    assert refused.status_code == 400 and "can be corrected" in refused.text
