"""The pages that do without the framework of forms keep the rules of all others: host, session, site, headers; and
whatever is sent to them is answered with a page that tells no trace and no folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from idealfit.frontends.web.app import create_app
from idealfit.workspace.entering import Door

HOST = "127.0.0.1:8787"
SHOWN = ("/", "/help", "/overview")
FORM = "application/x-www-form-urlencoded"
BODIES = (
    (FORM, b"look=%ed%a0%80"),
    (FORM, b"\xff\x00=%zz&&"),
    (FORM, b"look=%00"),
    (FORM, b"look=<script>alert(1)</script>"),
    (FORM, b"look=" + b"x" * 100_000),
    (FORM, b"look=dark&look=pink"),
    ("application/json", b'{"look": "dark"}'),
    ("multipart/form-data", b""),
    ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="look"; filename="a"\r\n\r\nb\r\n--x--',
    ),
)


@pytest.fixture
def opened(tmp_path: Path) -> tuple[TestClient, Door]:
    app, door, _warm = create_app(tmp_path / "w", frozenset({HOST}))
    client = TestClient(app, base_url=f"http://{HOST}", follow_redirects=False, raise_server_exceptions=False)  # type: ignore[arg-type]
    return client, door


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE"])
def test_the_first_pages_are_shown_to_nobody_without_a_session_nor_under_another_host(
    opened: tuple[TestClient, Door], path: str, method: str
) -> None:
    client, door = opened
    assert client.request(method, path).status_code == 401
    client.get("/enter", params={"key": door.link()})
    assert client.request(method, path, headers={"host": "evil.example"}).status_code == 421
    if method not in {"GET", "HEAD", "OPTIONS"}:
        assert client.request(method, path, headers={"origin": "http://evil.example"}).status_code == 403
        assert client.request(method, path).status_code == 405


def test_another_site_ends_no_session(opened: tuple[TestClient, Door]) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    assert client.post("/leave", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/help").status_code == 200


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_a_form_of_the_door_that_makes_no_sense_is_told_as_a_page(
    opened: tuple[TestClient, Door], kind: str, body: bytes
) -> None:
    client, door = opened
    client.get("/enter", params={"key": door.link()})
    answer = client.post("/look", content=body, headers={"content-type": kind})
    assert 300 <= answer.status_code < 500
    assert "<script>alert" not in answer.text and "Traceback" not in answer.text
    assert str(door.place.root) not in answer.text
    assert answer.headers["cache-control"] == "no-store" and "content-security-policy" in answer.headers
