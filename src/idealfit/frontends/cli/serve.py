"""`idealfit serve`: the REST calls of one workspace, on this machine only."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Quiet

PORT = 8787
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    workspace: Annotated[Path, typer.Argument(metavar="[WORKSPACE]", help="The workspace.")] = DEFAULT_WORKSPACE,
    *,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="127.0.0.1, ::1 or localhost.")] = LOOPBACK[0],
    port: Annotated[int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0 takes any free one.")] = PORT,
    quiet: Quiet = False,
) -> None:
    """Answer programs on this machine over HTTP: score a lead, or several (POST /api/v1/score). Ctrl-C ends it."""
    screen = Screen(quiet=quiet)
    listening = _listening(host, port)
    import uvicorn

    from idealfit.frontends.rest.app import create_app

    number = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    app, warm = create_app(workspace, frozenset(f"{name}:{number}" for name in ("127.0.0.1", "localhost", "[::1]")))
    threading.Thread(target=warm, daemon=True).start()
    screen.headline(f"idealfit answers at http://{shown}:{number} (POST /api/v1/score). Ctrl-C ends it.")
    screen.line("What it takes and answers is described at /api/v1/openapi.json; nothing leaves this machine.")
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises UsageError for another machine's address, PortTaken where nothing can listen."""
    from idealfit.errors import PortTaken, Position, UsageError

    if host not in LOOPBACK:
        raise UsageError(
            f"idealfit answers on this machine only, not on '{host}'",
            where=Position("--host", value=host),
            remedy="Leave --host out. What others may ask needs users and rights first.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as fault:
        listening.close()
        raise PortTaken(
            f"Nothing can listen at port {port}: {fault.strerror or fault}",
            where=Position("--port", value=str(port)),
            remedy="Name another one with --port, or 0 for any that is free.",
        ) from None
    return listening
