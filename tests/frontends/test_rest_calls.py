"""The REST calls: what they answer, what they refuse and how, and that what OpenAPI says of them is so."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
import schemathesis
import uvicorn
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from typer.testing import CliRunner

from idealfit.frontends.cli.app import app as commands
from idealfit.frontends.cli.serve import _listening
from idealfit.frontends.rest.app import create_app
from idealfit.frontends.rest.guard import LARGEST

HOST = "testserver"
LEAD = {"name": "nobody knows it", "attributes": {"employees": "51-200"}}


@pytest.fixture(scope="module")
def workspace(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: answers are kept in the ledger."""
    return shutil.copytree(made_up, tmp_path_factory.mktemp("rest") / "workspace")


@pytest.fixture(scope="module")
def client(workspace: Path) -> TestClient:
    app, warm = create_app(workspace, frozenset({HOST}))
    warm()
    return TestClient(app, base_url=f"http://{HOST}")  # type: ignore[arg-type]


def test_a_lead_is_answered_with_what_a_rep_needs(client: TestClient) -> None:
    answer = client.post("/api/v1/score", json=LEAD | {"hand_raised": True}).json()
    assert answer["card"]["route"] == "ae-same-day"
    assert answer["low"] <= answer["score"] <= answer["high"]
    assert answer["missing"][0]["chance_of_another_tier"] > 0
    assert {one["state"] for one in answer["reasons"]} >= {"unknown"}
    assert answer["company"] is None


def test_several_leads_are_answered_in_their_order_each_with_its_own_fault(client: TestClient) -> None:
    leads = [LEAD, {"account_id": "no such account"}, {"domain": "nobody.example"}]
    answers = client.post("/api/v1/score/batch", json={"leads": leads}).json()["answers"]
    assert answers[0]["answer"] == client.post("/api/v1/score", json=LEAD).json()
    assert answers[1]["error"]["code"] == "IF111"
    assert answers[2]["error"] is None


def test_the_same_key_gets_the_same_answer_and_no_other_request_has_it(client: TestClient) -> None:
    headers = {"Idempotency-Key": "form-17"}
    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(lambda _: client.post("/api/v1/score", json=LEAD, headers=headers), range(8)))
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    other = client.post("/api/v1/score", json=LEAD | {"hand_raised": True}, headers=headers)
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "IF133"


def test_an_account_is_explained_by_name_and_so_is_a_lead(client: TestClient, workspace: Path) -> None:
    (row,) = duckdb.sql(
        f"SELECT a.account_id FROM read_parquet('{workspace}/scores.parquet') s JOIN read_parquet("
        f"'{next((workspace / 'tables').glob('accounts*'))}') a USING (account_id) WHERE s.tier = 'B' LIMIT 1"
    ).fetchall()
    told = client.get("/api/v1/account", params={"who": row[0]}).json()
    fit = told["axes"]["fit"]
    assert fit["total"] == pytest.approx(fit["start"] + sum(one["adds"].get("fit", 0) for one in told["reasons"]))
    assert {one["tier"] for one in told["would_change"]} <= {"A", "C"}
    assert all(one["text"].startswith("B to ") for one in told["would_change"])
    assert told["won_like_it"][0]["name"]
    assert told["why_this_rank"][0].startswith("Ahead of ")
    answer = client.post("/api/v1/score", json={"account_id": row[0], "explain": True}).json()
    assert answer["would_change"] == told["would_change"]
    assert client.post("/api/v1/score", json={"account_id": row[0]}).json()["would_change"] is None
    assert client.get("/api/v1/account", params={"who": "nobody is called so"}).status_code == 404
    assert client.get("/api/v1/account").status_code == 400
    unknown = client.post("/api/v1/score", json=LEAD | {"explain": True}).json()
    assert {one["tier"] for one in unknown["would_change"]} <= {"A", "B", "C"}


def test_half_a_character_is_refused(client: TestClient) -> None:
    for text in ('{"name": "\\ud800"}', '{"attributes": {"x": "\\ud800"}}'):
        answer = client.post("/api/v1/score", content=text, headers={"content-type": "application/json"})
        assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    ("method", "path", "said", "status", "told"),
    [
        ("POST", "/api/v1/score", {"motion": "no such motion"}, 404, "There is no motion"),
        ("POST", "/api/v1/score", {"nam": "x"}, 400, "body.nam"),
        ("POST", "/api/v1/score", {"attributes": {"employees": 1e300}}, 400, "employees: this is no number"),
        ("POST", "/api/v1/score", {"account_id": "no such account"}, 404, "No account has the id"),
        ("POST", "/api/v1/score?as_of=2026-01-01", LEAD, 400, "no parameter 'as_of'"),
        ("POST", "/api/v1/score", {"events": [{"event_type": "x", "occurred_on": "soon"}]}, 400, "occurred_on"),
        ("GET", "/api/v1/score", None, 405, "is not called with GET"),
        ("GET", "/no/such/call", None, 404, "There is no call"),
    ],
)
def test_a_wrong_request_is_told_in_one_form(
    method: str, path: str, said: Any, status: int, told: str, client: TestClient
) -> None:
    answer = client.request(method, path, json=said)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "what", "remedy", "file", "line", "column", "value"}
    assert told in error["what"]


def test_a_lead_of_which_nothing_is_said_is_answered_with_what_to_ask(client: TestClient) -> None:
    answer = client.post("/api/v1/score", json={}).json()
    assert answer["tier_low"] != answer["tier_high"]
    assert answer["missing"]


def test_what_is_no_json_is_told(client: TestClient) -> None:
    answer = client.post("/api/v1/score", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["what"] == "The body is not JSON"
    answer = client.post("/api/v1/score", content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["what"]) == (415, "The body is not sent as JSON")
    answer = client.post("/api/v1/score", json={"attributes": {"": 1}})
    assert answer.json()["error"]["what"].startswith("body.attributes: the name of an attribute")


@pytest.mark.parametrize("length", [LARGEST, LARGEST + 1])
@pytest.mark.parametrize("told", [True, False], ids=["its length told", "in parts"])
def test_a_body_is_taken_up_to_its_bound(length: int, told: bool, client: TestClient) -> None:
    body = b'{"name": "' + b"x" * (length - 12) + b'"}'
    content = body if told else iter([body[:1000], body[1000:]])
    answer = client.post("/api/v1/score", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == (400 if length <= LARGEST else 413)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": f"http://{HOST}"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": f"{HOST}:81"}, 421),
    ],
)
def test_other_sites_and_other_hosts_are_refused(headers: dict[str, str], status: int, client: TestClient) -> None:
    assert client.post("/api/v1/score", json=LEAD, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/openapi.json", "/no/such/call"])
def test_every_answer_carries_the_headers_that_keep_browsers_in(path: str, client: TestClient) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers


def test_a_profile_that_was_changed_judges_the_next_lead(client: TestClient, workspace: Path) -> None:
    before = client.get("/api/v1/health").json()["profiles"][0]
    path = workspace / "profile.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("weight: ", "weight: 1", 1), encoding="utf-8")
    try:
        after = client.post("/api/v1/score", json=LEAD).json()["profile"]
        assert after["version"] != before["version"]
        path.write_text("profile: [", encoding="utf-8")
        broken = client.post("/api/v1/score", json=LEAD)
        assert broken.status_code == 503
        assert broken.json()["error"]["code"] == "IF402"
    finally:
        path.write_text(text, encoding="utf-8")
    assert client.get("/api/v1/health").json()["profiles"][0] == before


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_call_answers_as_its_description_says(mode: GenerationMode, client: TestClient) -> None:
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app, headers={"Host": HOST})
    seen = 0
    for operation in described.get_all_operations():
        if operation.ok().method == "get" and mode is GenerationMode.NEGATIVE:
            continue  # a call without input cannot be called wrongly
        requests = operation.ok().as_strategy(generation_mode=mode)

        @settings(max_examples=10, suppress_health_check=list(HealthCheck))
        @given(case=requests)
        def answers_as_described(case: Any) -> None:
            nonlocal seen
            seen += 1
            case.call_and_validate(base_url=f"http://{HOST}", headers={"Host": HOST})

        answers_as_described()
    assert seen >= 20


def test_another_machine_cannot_be_served() -> None:
    done = CliRunner().invoke(commands, ["serve", ".", "--host", "0.0.0.0"])  # noqa: S104 - refused
    assert "on this machine only" in str(done.exception)


def test_a_real_server_answers_a_real_client(workspace: Path) -> None:
    listening = _listening("127.0.0.1", 0)
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    app, _warm = create_app(workspace, frozenset({host}))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    running.start()
    try:
        request = urllib.request.Request(f"http://{host}/api/v1/score", json.dumps(LEAD).encode())
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - our own
            assert json.load(answer)["tier_high"] in {"A", "B", "C"}
    finally:
        server.should_exit = True
        running.join()
        listening.close()
