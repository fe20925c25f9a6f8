"""`idealfit serve`: the pages and the calls of one workspace, on this machine only."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.another_link import PORT, command_for_link
from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Quiet

TURN_SECONDS = 0.001
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    workspace: Annotated[Path, typer.Argument(metavar="[WORKSPACE]", help="The workspace.")] = DEFAULT_WORKSPACE,
    *,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="127.0.0.1, ::1 or localhost.")] = LOOPBACK[0],
    port: Annotated[int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0 takes any free one.")] = PORT,
    link: Annotated[
        bool, typer.Option("--link", help="Only print a new link into the server that runs at --port.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page, where there is a screen to open it on.")
    ] = True,
    quiet: Quiet = False,
) -> None:
    """Open the pages of a workspace in the browser, and answer programs over HTTP. Ctrl-C ends it."""
    screen = Screen(quiet=quiet)
    if link:
        from idealfit.workspace.entering import door_of

        _loopback(host)
        screen.headline(_link(host, port, door_of(workspace).link()))
        return
    listening = _listening(host, port)
    import uvicorn

    from idealfit.frontends.web.app import create_app

    number = listening.getsockname()[1]
    names = frozenset(f"{name}:{number}" for name in ("127.0.0.1", "localhost", "[::1]"))
    app, door, warm = create_app(workspace, names)
    address = _link(host, number, door.link())
    screen.headline(f"idealfit is open at {address}")
    screen.line(f"The link lets one browser in, once. For another: {command_for_link(str(workspace), number, host)}")
    screen.line("Ctrl-C ends the server.")
    screen.line("Programs: POST /api/v1/score, described at /api/v1/openapi.json. Nothing leaves this machine.")
    # Whoever asks while something long is worked out waits for its turn again and again: the turns are short.
    sys.setswitchinterval(TURN_SECONDS)
    threading.Thread(target=warm, daemon=True).start()
    if browser and sys.stdout.isatty() and _has_screen():
        import webbrowser

        webbrowser.open(address)
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def _loopback(host: str) -> None:
    from idealfit.errors import Position, UsageError

    if host not in LOOPBACK:
        raise UsageError(
            f"idealfit answers on this machine only, not on '{host}'",
            where=Position("--host", value=host),
            remedy="Leave --host out. What others may ask needs users and rights first.",
        )


def _link(host: str, port: int, key: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/enter?key={key}"


def _has_screen() -> bool:
    """Whether a window can be opened: a terminal's own browser would take the terminal."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises UsageError for another machine's address, PortTaken where nothing can listen."""
    from idealfit.errors import PortTaken, Position

    _loopback(host)
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
