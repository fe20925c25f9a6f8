"""A form that is refused gets its answer by an address: going back to it, or loading it again, sends nothing twice."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from idealfit.frontends.rest.guard import App, Receive, Send

NAME: Final = "refused"
"""What an answer is asked for by, in the query of the page that the form stood on."""
MOST: Final = 30
"""So many answers are kept, the newest."""
LARGEST: Final = 2_000_000
"""Bytes of an answer that is kept; a larger one is sent as it is."""
REFUSED: Final = 400


class Refusals:
    """The pages, with what a browser's form was refused with kept for the page it came from.

    Only what a browser says it navigates to: programs, scripts and tests get the answer itself. Where an answer is no
    longer kept, the page is shown without it.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._kept: OrderedDict[str, Response] = OrderedDict()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if request.method in ("GET", "HEAD") and NAME in request.query_params:
            kept = self._kept.get(request.query_params[NAME])
            await (kept or RedirectResponse(_address(str(request.url)), status_code=303))(scope, receive, send)
        elif request.method == "POST" and request.headers.get("sec-fetch-mode") == "navigate":
            await self._answered(request, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answered(self, request: Request, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Send what the form is answered with; a page that refuses it is kept, and its address sent."""
        began: MutableMapping[str, Any] | None = None
        parts: list[bytes] = []

        async def take(message: MutableMapping[str, Any]) -> None:
            nonlocal began
            if message["type"] == "http.response.start" and message["status"] >= REFUSED:
                began = message
            elif began is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, take)
        if began is None:
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in began["headers"]}
        answer = Response(b"".join(parts), status_code=began["status"], headers=headers)
        if headers.get("content-type", "").startswith("text/html") and len(answer.body) <= LARGEST:
            number = secrets.token_hex(8)
            self._kept[number] = answer
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
            answer = RedirectResponse(_address(_came_from(request), number), status_code=303)
        await answer(scope, receive, send)


def _came_from(request: Request) -> str:
    """The page that the form stands on, where it is one of ours; else where the form was sent to."""
    before = request.headers.get("referer", "")
    return before if urlsplit(before).netloc == request.url.netloc else str(request.url)


def _address(url: str, number: str | None = None) -> str:
    """The path and query of a page, with the answer that is to be shown there, or without any."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != NAME]
    if number is not None:
        query.append((NAME, number))
    path = "/" + parts.path.lstrip("/\\")  # never another host's
    return f"{path}?{urlencode(query)}" if query else path
