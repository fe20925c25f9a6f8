"""The web application of a workspace: its pages, and beside them the calls for programs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from idealfit.errors import IdealfitError
from idealfit.frontends.rest import app as rest
from idealfit.frontends.rest.guard import App, Receive, Send
from idealfit.frontends.web.faults import add_faults
from idealfit.frontends.web.pages import (
    account,
    accounts,
    charts,
    data,
    duplicates,
    editing,
    entering,
    evidence,
    long_work,
    overview,
    profile,
    start,
    thirty_seconds,
)
from idealfit.frontends.web.protection import guarded
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.session import Sessions
from idealfit.workspace.entering import Door, door_of


def create_app(workspace: Path, hosts: frozenset[str]) -> tuple[App, Door, Callable[[], None]]:
    """The application of a workspace (made where there is none), callable as `hosts` (name:port); its door; and what
    reads the records before the first request needs them. Raises what `open_place` raises.
    """
    door = door_of(workspace, create=True)
    rooms = Rooms(door)
    pages = FastAPI(title="idealfit", openapi_url=None, docs_url=None, redoc_url=None)
    add_faults(pages)
    for noun in (
        entering,
        start,
        overview,
        accounts,
        account,
        thirty_seconds,
        data,
        duplicates,
        long_work,
        evidence,
        charts,
        profile,
        editing,
    ):
        noun.add(pages, rooms)
    calls, warm_calls = rest.create_app(door.place.root, hosts, inbox=rooms.inbox)

    def warm() -> None:
        with contextlib.suppress(IdealfitError):  # it is told to whoever asks
            rooms.warm()
        warm_calls()

    return _Split(calls, guarded(Sessions(pages, door), hosts)), door, warm


class _Split:
    """Programs call /api/…; everything else is pages."""

    def __init__(self, calls: App, pages: App) -> None:
        self._calls, self._pages = calls, pages

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        called = scope["type"] == "http" and str(scope["path"]).startswith("/api/")
        await (self._calls if called else self._pages)(scope, receive, send)
