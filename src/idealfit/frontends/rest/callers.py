"""Whose program calls: the calls ask for no sign-in, and answer the user who serves and nobody else of this machine.

That user's programs can read the workspace's files anyway; those of another user cannot. The system is asked for the
owner of the caller's end of the connection (Linux tells it, see sock_diag(7)); where it cannot be told, the call is
answered, for the server can be reached from this machine only.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import MutableMapping
from typing import Any, Final

from idealfit.errors import RequestRefused
from idealfit.frontends.rest.guard import HEADERS, App, Receive, Send, fault_body

Address = tuple[str, int]

_SOCK_DIAG: Final = 4
_BY_FAMILY: Final = 20
_REQUEST: Final = 1
_ANY: Final = 0xFFFFFFFF
_UID_AT: Final = 16 + 64
"""Where the owner stands in the answer: behind the heads of the message and of the socket."""
_WAITS_SECONDS: Final = 0.2
_ROOT: Final = 0


class OwnUser:
    """The calls, for programs of the user whose process this is (and of the system's own) alone."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request."""
        client, server = scope.get("client"), scope.get("server")
        owner = user_of(tuple(client), tuple(server)) if client and server else None
        if owner is None or owner in (_ROOT, os.geteuid()):
            await self._app(scope, receive, send)
            return
        fault = RequestRefused(
            "The call comes from another user of this machine",
            remedy="Call as the user who serves this workspace, or serve one of your own.",
        )
        body = fault_body(fault)
        headers = {**HEADERS, "content-type": "application/json", "content-length": str(len(body))}
        said = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 403, "headers": said})
        await send({"type": "http.response.body", "body": body})


def user_of(client: Address, server: Address) -> int | None:
    """The number of the user whose socket is at `client`, connected with `server`; None where it cannot be told."""
    netlink = getattr(socket, "AF_NETLINK", None)
    if netlink is None:
        return None
    family = socket.AF_INET6 if ":" in client[0] else socket.AF_INET
    try:
        ends = [socket.inet_pton(family, host).ljust(16, b"\0") for host in (client[0], server[0])]
        asked = struct.pack("=BBBBI", family, socket.IPPROTO_TCP, 0, 0, _ANY)
        asked += struct.pack("!HH", client[1], server[1]) + b"".join(ends) + struct.pack("=III", 0, _ANY, _ANY)
        with socket.socket(netlink, socket.SOCK_RAW, _SOCK_DIAG) as channel:
            channel.settimeout(_WAITS_SECONDS)
            channel.send(struct.pack("=IHHII", 16 + len(asked), _BY_FAMILY, _REQUEST, 1, 0) + asked)
            told = channel.recv(4096)
    except (OSError, struct.error, TypeError):
        return None
    if len(told) < _UID_AT + 4 or struct.unpack_from("=IH", told)[1] != _BY_FAMILY:
        return None
    return int(struct.unpack_from("=I", told, _UID_AT)[0])
