"""A workspace served to a browser of this machine, and the texts that try to break its pages."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from idealfit.frontends.web.app import create_app
from idealfit.workspace.entering import Door


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
