"""The command that prints another link into a running server, naming what differs from what is taken unsaid."""

from __future__ import annotations

import shlex
from typing import Final

WORKSPACE: Final = "idealfit"
HOST: Final = "127.0.0.1"
PORT: Final = 8787


def command_for_link(workspace: str, port: int, host: str = HOST) -> str:
    """`idealfit serve … --link` for the server of `workspace` at `host` and `port`, to be pasted into a terminal.

    Without the workspace, the port and the address that the command takes when nothing is said.
    """
    named = [shlex.quote(workspace)] if workspace != WORKSPACE else []
    at = ["--port", str(port)] if port != PORT else []
    by = ["--host", host] if host not in (HOST, "localhost") else []
    return " ".join(["idealfit serve", *named, "--link", *by, *at])
