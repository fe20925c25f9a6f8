"""What every request passes: this host only, from no other site, of a bounded size; what every answer carries.

Cross-site requests are told by what browsers say of themselves (Sec-Fetch-Site, else Origin), which needs no token:
a program that is no browser says neither, and is let in.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

from starlette.requests import ClientDisconnect

from idealfit.errors import IdealfitError, Position, RequestRefused, RequestTooLarge

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LARGEST = 8_000_000
"""Bytes of a body."""
LET_PASS = 8 * LARGEST
"""So many bytes of a body that is refused are read and thrown away: a program that is still sending when the connection
is closed is told that it was reset, and never sees the answer. A larger one finds that out."""
PATIENCE = 10.0
"""Seconds that are given to it."""
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
_SAFE = {"GET", "HEAD", "OPTIONS"}


def fault_body(fault: IdealfitError) -> bytes:
    """The one form of an error."""
    return json.dumps({"error": fault.as_told()}, ensure_ascii=False).encode(errors="replace")


Refusal: TypeAlias = Callable[[Mapping[str, Any], int, IdealfitError], tuple[str, bytes]]
"""How a refusal is told: the request's scope, the status and the fault → the type of the body, and the body."""


def as_json(_scope: Mapping[str, Any], _status: int, fault: IdealfitError) -> tuple[str, bytes]:
    """A refusal as the calls tell it."""
    return "application/json", fault_body(fault)


class Guard:
    """The application behind the rules. `hosts` are the names (with port) by which this server may be called; `headers`
    stand on every answer that does not set them itself; `streamed` are paths that take larger bodies (path → bytes) and
    read them as they come.
    """

    def __init__(
        self,
        app: App,
        hosts: frozenset[str],
        largest: int = LARGEST,
        *,
        headers: Mapping[str, str] = HEADERS,
        refusal: Refusal = as_json,
        streamed: Mapping[str, int] | None = None,
    ) -> None:
        self._app, self._hosts, self._largest = app, hosts, largest
        self._headers, self._refusal = headers, refusal
        self._streamed = streamed or {}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is not None:
            await self._answered(scope, send, *refused)
            return
        largest = self._streamed.get(scope["path"], self._largest)
        if _number(headers.get("content-length")) > largest:
            if "expect" not in headers:  # whoever asks first has sent nothing yet
                await _let_pass(receive)
            await self._answered(scope, send, 413, _too_large(largest))
            return
        if scope["path"] in self._streamed:
            await self._app(scope, receive, _with_headers(send, self._headers))
            return
        try:
            body = await self._body(receive)
        except ClientDisconnect:  # half of a form is not to be taken for the whole
            return
        if body is None:
            await _let_pass(receive)
            await self._answered(scope, send, 413, _too_large(self._largest))
            return
        await self._app(scope, _once(body, receive), _with_headers(send, self._headers))

    async def _answered(self, scope: Mapping[str, Any], send: Send, status: int, fault: IdealfitError) -> None:
        kind, body = self._refusal(scope, status, fault)
        headers = {**self._headers, "content-type": kind, "content-length": str(len(body)), "connection": "close"}
        start = {"type": "http.response.start", "status": status}
        start["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _refused(self, scope: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[int, IdealfitError] | None:
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            return 421, RequestRefused(
                "This server does not answer for that host",
                where=Position("Host", value=host[:100]),
                remedy=f"Call it as {min(self._hosts)}.",
            )
        if scope["method"] in _SAFE:
            return None
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        same = site in {"same-origin", "none"} if site is not None else origin in {None, f"http://{host}"}
        if not same:
            return 403, RequestRefused(
                "The request comes from another site",
                where=Position("Origin", value=(origin or site or "")[:100]),
                remedy="Send it from this server's own pages, or from a program that is no browser.",
            )
        return None

    async def _body(self, receive: Receive) -> bytes | None:
        """The whole body; None as soon as it is too large. Raises ClientDisconnect where it breaks off."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._largest:
                return None
            if not message.get("more_body"):
                return b"".join(parts)


async def _let_pass(receive: Receive) -> None:
    """Read what comes of a body that is refused, within bounds."""
    left = LET_PASS
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    return


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0


def _too_large(largest: int) -> RequestTooLarge:
    return RequestTooLarge(
        f"The request is larger than {largest:,} bytes", remedy="Send less at once.", where=Position("body")
    )


def _once(body: bytes, receive: Receive) -> Receive:
    """The body that was read, then whatever comes after it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = message.get("headers", ())
            has = {bytes(name).lower() for name, _value in own}
            extra = [(name.encode(), value.encode()) for name, value in headers.items() if name.encode() not in has]
            message["headers"] = [*own, *extra]
        await send(message)

    return sent
