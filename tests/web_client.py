"""The pages of a workspace without a browser: a client with a session, and what a reader reads in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app

HOST = "127.0.0.1:8787"


@contextmanager
def signed_in(workspace: Path) -> Iterator[TestClient]:
    """The pages of `workspace` (its ledger is written to), entered by its link."""
    app, door, _warm = create_app(workspace, frozenset({HOST}))
    with TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST}) as client:
        client.get("/enter", params={"key": door.link()})
        yield client


def words(page: str) -> str:
    """The text of a page, without its marks and in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
