"""A lead by keyboard: pasted, three questions answered, one card; every state of the page without a script too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app
from web_client import HOST, signed_in


@pytest.fixture(scope="module")
def client(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    workspace = tmp_path_factory.mktemp("thirty") / "w"
    shutil.copytree(made_up, workspace)
    with signed_in(workspace) as client:
        yield client


def keys(page: str) -> list[str]:
    return re.findall(r'name="key" value="([^"]+)"', page)


def test_a_lead_is_pasted_asked_about_and_answered(client: TestClient) -> None:
    page = client.post("/thirty-seconds", data={"lead": "Company: Quillfire\nEmail: a@quillfire.example"})
    assert page.status_code == 200 and re.search(r"/thirty-seconds/\d+$", str(page.url))
    first = keys(page.text)[0]
    assert "autofocus" in page.text and "tier not known" in page.text
    value = "no" if first.startswith("criterion") else "12"
    after = client.post(str(page.url), data={"key": first, "value": value})
    assert keys(after.text)[:1] != [first], "the next question stands first"
    assert "Quillfire" in client.get("/thirty-seconds").text


def test_an_answer_that_cannot_be_read_stays_in_its_box_with_the_reason(client: TestClient) -> None:
    page = client.post("/thirty-seconds", data={"lead": "quillfire.example"})
    answer = client.post(str(page.url), data={"key": "column:employees", "value": "plenty<b>"})
    assert answer.status_code == 400
    assert "cannot be read as a number" in answer.text and "plenty<b>" not in answer.text


def test_what_was_asked_and_is_not_known_is_not_called_known(client: TestClient) -> None:
    page = client.post("/thirty-seconds", data={"lead": "nobody-knows.example"})
    address = str(page.url)
    for _time in range(30):
        open_still = keys(page.text)
        if not open_still:
            break
        page = client.post(address, data={"key": open_still[0], "value": ""})
    assert not keys(page.text) and "not known: " in page.text
    assert "All that the profile asks for is known" not in page.text
    assert "Nothing that is missing would change the tier" not in page.text


def test_what_the_records_say_otherwise_is_told_as_people_write_figures(client: TestClient, made_up: Path) -> None:
    query = f"SELECT domain FROM '{made_up}/tables/accounts.parquet' WHERE employees BETWEEN 1 AND 999"
    with duckdb.connect() as con:
        (domain,) = con.execute(f"{query} AND domain IS NOT NULL AND duplicate_of IS NULL ORDER BY 1").fetchall()[0]
    page = client.post("/thirty-seconds", data={"lead": f"Website: {domain}\nEmployees: 5000"}).text
    assert "employees: the lead says 5,000, the records say" in page


def test_a_profile_that_asks_for_nothing_says_so(made_up: Path, tmp_path: Path) -> None:
    shutil.copytree(made_up, tmp_path / "w")
    path = tmp_path / "w" / "profile.yaml"
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    told["layers"], told["exclusions"] = {}, []
    for key in ("segments", "scorecard"):
        told.pop(key, None)
    path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    app, door, _warm = create_app(tmp_path / "w", frozenset({HOST}))
    with TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST}) as client:
        client.get("/enter", params={"key": door.link()})
        page = client.post("/thirty-seconds", data={"lead": "quillfire.example"}).text
        assert "The profile asks for nothing" in page and "Find out what is missing" not in page
        assert "is known." not in page
        assert "the profile asks for nothing" in client.get("/accounts").text


def test_a_name_heard_in_part_is_answered_with_the_companies_that_it_may_be(client: TestClient, made_up: Path) -> None:
    with duckdb.connect() as con:
        path = str(made_up / "tables" / "accounts.parquet")
        name = con.execute(
            "SELECT name FROM read_parquet(?) WHERE name LIKE '_______% %' AND duplicate_of IS NULL ORDER BY 1", [path]
        ).fetchone()
    assert name is not None
    card = client.post("/thirty-seconds", data={"lead": name[0].split()[0]})
    assert "Is it one of these?" in card.text and f">{name[0]}</button>" in card.text


def test_nothing_said_is_told_beside_the_box(client: TestClient) -> None:
    answer = client.post("/thirty-seconds", data={"lead": "   "})
    assert answer.status_code == 400 and "Nothing was said of the lead" in answer.text


def test_somebody_disagrees_and_takes_it_back(client: TestClient) -> None:
    page = client.post("/thirty-seconds", data={"lead": "quillfire.example"})
    against = client.post(f"{page.url}/disagree", data={"wanted": "A", "because": "", "by": "Ines"})
    assert against.status_code == 400 and 'value="Ines"' in against.text
    against = client.post(f"{page.url}/disagree", data={"wanted": "A", "because": "A partner sent them", "by": "Ines"})
    assert "Ines would have said" in against.text and "A partner sent them" in against.text
    assert "Ines would have said" not in client.post(f"{page.url}/disagree", data={"wanted": ""}).text


def test_a_lead_that_is_nothing_but_markup_is_text(client: TestClient) -> None:
    evil = "<img src=x onerror=alert(1)>"
    page = client.post("/thirty-seconds", data={"lead": evil})
    assert evil not in page.text and "&lt;img" in page.text


def test_a_card_that_there_is_not(client: TestClient) -> None:
    answer = client.get("/thirty-seconds/99999")
    assert answer.status_code == 404 and "There is no decision" in answer.text
