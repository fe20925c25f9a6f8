"""The calls answer the user who serves, and no other user of the machine."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from idealfit.frontends.rest import callers
from idealfit.frontends.web.app import create_app

HOST = "127.0.0.1:8787"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell whose a connection is")
def test_the_system_tells_whose_program_is_at_the_other_end() -> None:
    with socket.socket() as listening, socket.socket() as calling:
        listening.bind(("127.0.0.1", 0))  # nothing else is served on
        listening.listen()
        server = listening.getsockname()[:2]
        calling.connect(server)
        client = calling.getsockname()[:2]
        assert callers.user_of(client, server) == os.getuid()
    assert callers.user_of(("127.0.0.1", 1), ("127.0.0.1", 2)) is None
    assert callers.user_of(("no address", 1), ("127.0.0.1", 2)) is None


@pytest.mark.parametrize(("owner", "status"), [(0, 400), (None, 400), (os.getuid(), 400), (os.getuid() + 1, 403)])
def test_another_user_is_refused(
    owner: int | None, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "user_of", lambda _client, _server: owner)
    app, _door, _warm = create_app(tmp_path / "w", frozenset({HOST}))
    client = TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST})
    answer = client.get("/api/v1/account?who=x&other=1")
    assert answer.status_code == status
    assert ("another user of this machine" in answer.text) == (status == 403)
