"""A workspace served to a browser of this machine, the texts that try to break its pages, and how a page is judged."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from idealfit.frontends.web.app import create_app
from idealfit.workspace.entering import Door

NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1400, "height": 900}


@dataclass(frozen=True)
class Site:
    """A served workspace: its address, its door, its folder."""

    base: str
    door: Door
    workspace: Path

    def link(self) -> str:
        return f"{self.base}/enter?key={self.door.link()}"


def hostile_texts(real_data: Path) -> list[str]:
    """The naughty strings that a table can hold."""
    texts = json.loads((real_data / "messy_blns" / "blns.json").read_text(encoding="utf-8"))
    return [text for text in texts if (text.strip() and text.isprintable()) or "<" in text]


@contextmanager
def serving(workspace: Path) -> Iterator[Site]:
    """The workspace served on a free port of this machine, in a thread."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    app, door, _warm = create_app(workspace, frozenset({host}))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    running.start()
    try:
        yield Site(f"http://{host}", door, door.place.root)
    finally:
        server.should_exit = True
        running.join()
        listening.close()


def objections(page: Page, *, only: str | None = None) -> list[str]:
    """What axe has against the page, of every rule or of one."""
    options = {"runOnly": [only]} if only else {}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]


def look_at(page: Page, address: str) -> None:
    """Nothing to object to in light and dark, nothing beyond the edge of a phone."""
    page.emulate_media(color_scheme="light")
    page.goto(address)
    assert objections(page) == []
    page.emulate_media(color_scheme="dark")
    assert objections(page, only="color-contrast") == []
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
