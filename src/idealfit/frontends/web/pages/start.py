"""The first page: what there is, and the way in where there is nothing yet."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms


def add(app: Starlette, rooms: Rooms) -> None:
    """The start page."""

    def start(request: Request) -> Response:
        if (rooms.workspace / "scores.parquet").is_file():
            return RedirectResponse("/overview", status_code=303)
        return page(request, "start.html.j2", workspace=rooms.workspace.name)

    def keys(request: Request) -> Response:
        return page(request, "help.html.j2")

    app.add_route("/", start)
    app.add_route("/help", keys)
