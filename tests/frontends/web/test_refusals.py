"""A refused form leaves an address behind: the page it stood on, with the refusal, as often as it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app

HOST = "127.0.0.1:8787"
BROWSER = {"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
DECISION = {"a": "1", "b": "2", "verdict": "perhaps"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app, door, _warm = create_app(tmp_path_factory.mktemp("refusals") / "w", frozenset({HOST}))
    with TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST}, follow_redirects=False) as client:
        client.get("/enter", params={"key": door.link()})
        yield client


def refused(client: TestClient, came_from: str) -> str:
    answer = client.post("/data/duplicates", data=DECISION, headers={**BROWSER, "referer": came_from})
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_refused_form_is_answered_on_the_page_it_stood_on_and_can_be_loaded_again(client: TestClient) -> None:
    address = refused(client, f"http://{HOST}/data/duplicates?by=Ann")
    assert address.startswith("/data/duplicates?by=Ann&refused=")
    for _ in range(2):
        page = client.get(address)
        assert page.status_code == 400
        assert "There is no such decision" in page.text
    assert refused(client, f"http://{HOST}{address}").count("refused=") == 1


@pytest.mark.parametrize("came_from", ["http://evil.example/x", "", f"http://{HOST}//evil.example/"])
def test_a_refusal_leads_to_no_other_host(client: TestClient, came_from: str) -> None:
    assert refused(client, came_from).startswith(("/data/duplicates?", "/evil.example/?"))


def test_a_refusal_that_is_no_longer_kept_leads_to_its_page(client: TestClient) -> None:
    gone = client.get("/data?refused=0123456789abcdef")
    assert (gone.status_code, gone.headers["location"]) == (303, "/data")


def test_what_is_sent_by_a_program_is_answered_at_once(client: TestClient) -> None:
    assert client.post("/data/duplicates", data=DECISION).status_code == 400


@pytest.mark.parametrize(
    ("path", "title"), [("/accounts", "Accounts"), ("/evidence", "Evidence"), ("/charts", "Charts")]
)
def test_a_page_whose_records_are_not_there_yet_keeps_its_title_and_leads_to_them(
    client: TestClient, path: str, title: str
) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert f"<h1>{title}</h1>" in page.text and 'href="/data"' in page.text


def test_a_file_of_records_that_are_not_there_yet_is_not_found(client: TestClient) -> None:
    answer = client.get("/accounts.csv")
    assert answer.status_code == 404 and "no scores yet" in answer.text
