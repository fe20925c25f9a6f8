"""Who looks: the one-time link opens a session, a cookie carries its key, signing out ends it in the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from idealfit.errors import IdealfitError, SessionMissing
from idealfit.frontends.another_link import PORT, command_for_link
from idealfit.frontends.rest.guard import App, Receive, Send
from idealfit.frontends.web.faults import fault_response, no_session_response
from idealfit.workspace.entering import Door

OPEN: Final = ("/enter", "/static/", "/look")
"""What is answered without a session."""
LASTS: Final = 14 * 24 * 3600
_PORT = re.compile(r":(\d{1,5})$")


class Sessions:
    """The pages behind the door. A request without an open session gets a page that says how to come in."""

    def __init__(self, app: App, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or _is_open(str(scope["path"])):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        key = session_key(request)
        try:
            known = key is not None and await run_in_threadpool(self._door.knows, key)
        except IdealfitError as fault:
            await fault_response(request, fault)(scope, receive, send)
            return
        if known:
            await self._app(scope, receive, send)
            return
        another = link_command(request, self._door)
        missing = SessionMissing(
            "This browser has not been let in, or its session has ended",
            remedy=f"Open the link that 'idealfit serve' printed, or print a new one: {another}",
        )
        await no_session_response(request, missing)(scope, receive, send)


def _is_open(path: str) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in OPEN)


def cookie_name(headers: Mapping[str, str]) -> str:
    """The cookie's name, with the port: cookies know no ports, and several workspaces may be served at once."""
    found = _PORT.search(headers.get("host", ""))
    return f"idealfit-{found.group(1)}" if found else "idealfit"


def session_key(request: Request) -> str | None:
    """The key that the request carries."""
    return request.cookies.get(cookie_name(request.headers))


def link_command(request: Request, door: Door) -> str:
    """What to type on this machine for a new link: the workspace by its folder's name, never by its path."""
    found = _PORT.search(request.headers.get("host", ""))
    return command_for_link(door.place.root.name, int(found.group(1)) if found else PORT)


def let_in(response: Response, request: Request, key: str) -> Response:
    """`response`, with the key of a new session in its cookie."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        cookie_name(request.headers), key, max_age=LASTS, path="/", httponly=True, samesite="lax", secure=secure
    )
    return response


def let_out(response: Response, request: Request) -> Response:
    """`response`, which takes the cookie away."""
    response.delete_cookie(cookie_name(request.headers), path="/", httponly=True, samesite="lax")
    return response
