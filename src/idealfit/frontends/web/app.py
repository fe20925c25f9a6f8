"""The web application of a workspace: its pages, and beside them the calls for programs."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from idealfit.errors import IdealfitError
from idealfit.frontends.rest.guard import App, Receive, Send
from idealfit.frontends.web.faults import add_faults, add_misunderstandings
from idealfit.frontends.web.protection import guarded
from idealfit.frontends.web.refusals import Refusals
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.session import Sessions
from idealfit.workspace.entering import Door, door_of

FIRST: Final = ("entering", "start")
"""The pages that answer any path that no other has."""
AT_ONCE: Final = (*FIRST, "overview")
"""The pages that whoever has just started it waits for: they do without the framework that reads forms by their types,
which takes as long to load as all else."""
PASSED_THROUGH: Final = ("/", "/enter")
"""What the link leads through on its way to a page."""
FIRST_PAGE_WITHIN: Final = 30.0
"""So many seconds what comes after the first page is left alone for it: then nobody is waiting for one."""
BY_PATH: Final[Mapping[str, Sequence[str]]] = {
    "overview": ("overview",),
    "accounts": ("accounts", "account"),
    "thirty-seconds": ("thirty_seconds",),
    "profile": ("profile", "editing", "versions"),
    "evidence": ("evidence", "groups"),
    "charts": ("charts",),
    "data": ("duplicates", "mapping", "company", "data"),
    "jobs": ("long_work",),
}
"""The first part of a path → the modules whose pages lie there. Each is imported when it is first asked for, or when
nobody asks: what a page needs is not what opening the door needs."""


def create_app(workspace: Path, hosts: frozenset[str]) -> tuple[App, Door, Callable[[], None]]:
    """The application of a workspace (made where there is none), callable as `hosts` (name:port); its door; and what
    reads the records before the first request needs them. Raises what `open_place` raises.
    """
    door = door_of(workspace, create=True)
    rooms = Rooms(door)
    # The framework of the forms silences this for itself, but not for a page that is made at the same time as another.
    warnings.filterwarnings("ignore", message="The 'alias' attribute with value", module="pydantic")
    warm_calls: list[Callable[[], None]] = []

    def calls() -> App:
        from idealfit.frontends.rest import app as rest
        from idealfit.frontends.rest.callers import OwnUser

        made, warm = rest.create_app(door.place.root, hosts, inbox=rooms.inbox)
        warm_calls.append(warm)
        return OwnUser(made)

    pages = {path: _Later(lambda nouns=nouns: _pages(nouns, rooms)) for path, nouns in BY_PATH.items()}  # type: ignore[misc]
    shown = _ByPath(_pages(FIRST, rooms), pages)
    asked = _Split(_Later(calls), guarded(Sessions(Refusals(shown), door), hosts))

    def warm() -> None:
        pages["overview"].make()
        with contextlib.suppress(IdealfitError):  # it is told to whoever asks
            rooms.warm_the_first()
        shown.wait(FIRST_PAGE_WITHIN)
        with contextlib.suppress(IdealfitError):
            rooms.warm()
        for part in (*pages.values(), asked.calls):
            part.make()
        warm_calls[0]()
        with contextlib.suppress(IdealfitError):
            rooms.warm_what_comes_next()

    return asked, door, warm


def _pages(nouns: Sequence[str], rooms: Rooms) -> Starlette:
    made = Starlette() if set(nouns) <= set(AT_ONCE) else _with_forms()
    add_faults(made)
    for noun in nouns:
        import_module(f"idealfit.frontends.web.pages.{noun}").add(made, rooms)
    return made


def _with_forms() -> Starlette:
    from fastapi import FastAPI

    made = FastAPI(title="idealfit", openapi_url=None, docs_url=None, redoc_url=None)
    add_misunderstandings(made)
    return made


class _Later:
    """An application that is made when it is first called."""

    def __init__(self, make: Callable[[], App]) -> None:
        self._make, self._turn = make, threading.Lock()
        self._made: App | None = None

    def make(self) -> App:
        """The application, made once."""
        with self._turn:
            if self._made is None:
                self._made = self._make()
            return self._made

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        made = self._made
        if made is None:
            made = await run_in_threadpool(self.make)
        await made(scope, receive, send)


class _ByPath:
    """The first part of the path says whose page it is."""

    def __init__(self, first: App, others: Mapping[str, App]) -> None:
        self._first, self._others = first, others
        self._sent = threading.Event()

    def wait(self, seconds: float) -> None:
        """Until a page was sent, or that long."""
        self._sent.wait(seconds)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        path = str(scope.get("path", ""))
        part = path.lstrip("/").partition("/")[0].partition(".")[0]
        await self._others.get(part, self._first)(scope, receive, send)
        if path not in PASSED_THROUGH:
            self._sent.set()


class _Split:
    """Programs call /api/…; everything else is pages."""

    def __init__(self, calls: _Later, pages: App) -> None:
        self.calls, self._pages = calls, pages

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        called = scope["type"] == "http" and str(scope["path"]).startswith("/api/")
        await (self.calls if called else self._pages)(scope, receive, send)
