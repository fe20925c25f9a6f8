"""The door: a link lets one browser in once, signing out ends it, other sites and hosts get nothing, and every answer
carries the headers that a page on one's own machine needs.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi.testclient import TestClient
from starlette.routing import Route

from idealfit.frontends.another_link import command_for_link
from idealfit.frontends.web.app import create_app
from idealfit.frontends.web.protection import guarded
from idealfit.frontends.web.session import OPEN
from idealfit.store.ledger import open_ledger
from idealfit.store.sessions import IDLE, LINK_LASTS, LONGEST, new_link, note_seen, now_utc, open_session, seen_at
from idealfit.work import doing
from idealfit.workspace.entering import Door, door_of

HOST = "127.0.0.1:8787"
COOKIE = "idealfit-8787"


@pytest.fixture
def opened(tmp_path: Path) -> tuple[TestClient, Door]:
    app, door, _warm = create_app(tmp_path / "w", frozenset({HOST}))
    return TestClient(app, base_url=f"http://{HOST}", follow_redirects=False), door  # type: ignore[arg-type]


def test_a_link_lets_one_browser_in_once(opened: tuple[TestClient, Door]) -> None:
    client, door = opened
    assert client.get("/").status_code == 401
    key = door.link()
    answer = client.get("/enter", params={"key": key})
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303
    assert all(part in cookie for part in (COOKIE, "httponly", "samesite=lax", "path=/"))
    assert client.get("/").status_code == 200
    other = TestClient(client.app, base_url=f"http://{HOST}", follow_redirects=False)
    assert other.get("/enter", params={"key": key}).status_code == 401
    assert key.encode() not in door.place.ledger.read_bytes()


def test_signing_out_ends_the_session_for_whoever_has_its_key(opened: tuple[TestClient, Door]) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    stolen = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    other = TestClient(client.app, base_url=f"http://{HOST}")
    assert other.get("/help", headers=stolen).status_code == 200
    assert "signed out" in client.post("/leave").text
    assert other.get("/help", headers=stolen).status_code == 401
    assert client.get("/help").status_code == 401


def test_a_stream_of_events_ends_with_its_session(
    opened: tuple[TestClient, Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    number = doing.ask_for(door.place.root, "import", {}, begin=False)
    left_to_say = [True, True, False]  # at the door, at the first look, at the second
    monkeypatch.setattr(Door, "knows", lambda *_: left_to_say.pop(0))
    assert client.get(f"/jobs/{number}/events").text.count("event: progress") == 1


def test_a_session_ends_after_a_time_and_a_link_too(tmp_path: Path) -> None:
    door = door_of(tmp_path / "w", create=True)
    begin, soon = now_utc(), timedelta(seconds=1)
    with open_ledger(door.place).transaction() as con:
        key = open_session(con, new_link(con, now=begin), now=begin)
        assert open_session(con, new_link(con, now=begin), now=begin + LINK_LASTS + soon) is None
    assert key is not None
    ledger = door.place.ledger
    assert seen_at(ledger, key, now=begin + IDLE - soon) == begin
    assert seen_at(ledger, key, now=begin + IDLE + soon) is None
    with open_ledger(door.place).transaction() as con:
        note_seen(con, key, now=begin + LONGEST)
    assert seen_at(ledger, key, now=begin + LONGEST - soon) is not None
    assert seen_at(ledger, key, now=begin + LONGEST + soon) is None


def test_a_cookie_of_another_program_on_this_machine_does_not_hide_ours(opened: tuple[TestClient, Door]) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    own = f"{COOKIE}={client.cookies[COOKIE]}"
    other = TestClient(client.app, base_url=f"http://{HOST}")
    assert other.get("/help", headers={"cookie": f'a={{"x":1, "y":2}}; b c=d; {own}'}).status_code == 200


def test_coming_in_again_ends_the_session_that_the_browser_had(opened: tuple[TestClient, Door]) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    first = client.cookies[COOKIE]
    client.get("/enter", params={"key": door.link()})
    assert not door.knows(first)
    assert door.knows(client.cookies[COOKIE])


def test_errors_name_no_folder_of_this_machine(opened: tuple[TestClient, Door], tmp_path: Path) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    for address in (
        "/api/v1/account?who=x",
        "/api/v1/health",
        "/accounts.csv",
        "/accounts/x",
        "/profile/edit",
        "/jobs/7",
    ):
        answer = client.get(address)
        assert answer.status_code >= 300, address
        assert str(tmp_path) not in answer.text, address


@pytest.mark.parametrize("number", ["99999999999999999999", "-99999999999999999999", "0"])
@pytest.mark.parametrize("address", ["/jobs/{}", "/jobs/{}/events"])
def test_a_number_that_nothing_can_have_is_not_found(
    address: str, number: str, opened: tuple[TestClient, Door]
) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    assert client.get(address.format(number)).status_code == 404


def test_half_a_form_is_not_taken_for_the_whole() -> None:
    reached: list[int] = []
    said: list[dict[str, object]] = [
        {"type": "http.request", "body": b"by=Jo", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def app(*_request: object) -> None:
        reached.append(1)

    async def receive() -> dict[str, object]:
        return said.pop(0)

    async def send(_message: object) -> None:
        raise AssertionError("nobody is there any more")

    scope = {"type": "http", "method": "POST", "path": "/profile/sign", "headers": [(b"host", HOST.encode())]}
    with start_blocking_portal() as portal:  # a loop of its own: a browser's may be under way in this thread
        portal.call(guarded(app, frozenset({HOST})), scope, receive, send)
    assert not reached


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": f"http://{HOST}"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://evil.example"}, True),
        ({"origin": f"http://{HOST}"}, True),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"origin": f"https://{HOST}"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://evil.example"}, False),
        ({}, True),
        ({"host": "evil.example"}, False),
        ({"host": "127.0.0.1"}, False),
        ({"host": f"{HOST}.evil.example"}, False),
    ],
)
def test_only_this_site_may_act(opened: tuple[TestClient, Door], headers: dict[str, str], let_in: bool) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    answer = client.post("/look", data={"look": "dark"}, headers=headers)
    assert (answer.status_code == 303) is let_in
    if not let_in:
        assert answer.status_code in {403, 421}
        assert "<h1>" in answer.text


def _routes(client: TestClient) -> list[str]:
    split = client.app._pages._app._app._app  # type: ignore[attr-defined]
    apps = [split._first, *(later.make() for later in split._others.values())]
    return [one.path for app in apps for one in app.routes if isinstance(one, Route) and "GET" in (one.methods or ())]


def test_every_page_needs_a_session_and_every_answer_has_the_headers(opened: tuple[TestClient, Door]) -> None:
    client, door = opened
    paths = [re.sub(r"\{[^}]*\}", "x", path) for path in _routes(client)]
    assert len(paths) > 8
    answers = [client.get(path) for path in paths]
    for path, answer in zip(paths, answers, strict=True):
        open_to_all = any(path.startswith(one) for one in OPEN)
        assert open_to_all or answer.status_code == 401, path
    client.get("/enter", params={"key": door.link()})
    answers += [client.get(path) for path in paths]
    answers += [client.get("/", headers={"host": "evil.example"}), client.get("/no/such"), client.put("/")]
    answers += [client.post("/look", content=b"x" * 1_000_001), client.get("/accounts?unknown=1")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store" or "/static/" in str(answer.url)
        assert "Traceback" not in answer.text and str(door.place.root) not in answer.text


def test_the_look_leads_back_and_nowhere_else(opened: tuple[TestClient, Door]) -> None:
    client, _door = opened
    for came_from, to in (
        (f"http://{HOST}/help?x=1", "/help?x=1"),
        ("http://evil.example//evil.example/", "/"),
        ("", "/"),
    ):
        answer = client.post("/look", data={"look": "dark"}, headers={"referer": came_from})
        assert answer.headers["location"] == to
    assert 'data-look="dark"' in client.get("/").text
    refused = client.post("/data/duplicates", data={"a": "1"}).text  # nobody can read it at its address
    posted = {"look": "light", **({"posted": "yes"} if 'name="posted"' in refused else {})}
    answer = client.post("/look", data=posted, headers={"referer": f"http://{HOST}/profile/sign"})
    assert answer.headers["location"] == "/profile"


@pytest.mark.parametrize(
    ("workspace", "port", "host", "command"),
    [
        ("idealfit", 8787, "127.0.0.1", "idealfit serve --link"),
        ("W", 9911, "localhost", "idealfit serve W --link --port 9911"),
        ("our deals; rm", 8787, "::1", "idealfit serve 'our deals; rm' --link --host ::1"),
    ],
)
def test_the_command_for_another_link_names_what_is_not_taken_unsaid(
    workspace: str, port: int, host: str, command: str
) -> None:
    assert command_for_link(workspace, port, host) == command


def test_pages_outside_the_door_name_the_command_for_another_link_by_folder_and_port(tmp_path: Path) -> None:
    host = "127.0.0.1:9911"
    app, door, _warm = create_app(tmp_path / "deals", frozenset({host}))
    client = TestClient(app, base_url=f"http://{host}")  # type: ignore[arg-type]
    outside = [client.get("/").text, client.get("/enter", params={"key": "used"}).text]
    client.get("/enter", params={"key": door.link()})
    for page in (*outside, client.post("/leave").text):
        assert "idealfit serve deals --link --port 9911" in page
        assert str(tmp_path) not in page
