"""A workspace served to a browser of this machine, the texts that try to break its pages, and how a page is judged."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from idealfit.frontends.web.app import create_app
from idealfit.workspace.entering import Door

PATIENCE_MS = 180_000
"""So long a browser may take for anything: the machine may be slow, and busy with other tests."""
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


def context_of(browser: Browser, *, script: bool = True) -> BrowserContext:
    """A browser of its own, which is patient; what fades from one look to the other is at once as it will be."""
    context = browser.new_context(reduced_motion="reduce", java_script_enabled=script)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return context


@contextmanager
def another_document(page: Page) -> Iterator[None]:
    """What is done inside leads to another document; afterwards that one is there whole, with its scripts at work.

    The address alone does not say it: a click may return before the browser has begun to leave.
    """
    page.evaluate("document.documentElement.dataset.before = ''")
    yield
    page.locator("html:not([data-before])").wait_for(state="attached")
    page.wait_for_load_state("load")


def settled(page: Page) -> None:
    """Waits until no request of htmx is under way: its answer stands in the page, and nothing moves any more."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def narrowed(page: Page) -> None:
    """The page as wide as a phone, laid out anew."""
    page.set_viewport_size(NARROW)
    expect(page.locator("html")).to_have_js_property("clientWidth", NARROW["width"])


def objections(page: Page, *, only: str | None = None) -> list[str]:
    """What axe has against the page, of every rule or of one."""
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": [only]} if only else {})
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]


def look_at(page: Page, address: str) -> None:
    """Nothing to object to in light and dark, nothing beyond the edge of a phone."""
    page.emulate_media(color_scheme="light")
    page.goto(address)
    found = objections(page)
    assert found == [], found
    page.emulate_media(color_scheme="dark")
    found = objections(page, only="color-contrast")
    assert found == [], found
    narrowed(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
