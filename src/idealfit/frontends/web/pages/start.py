"""The first page: what there is, and the way in where there is nothing yet."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse

from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms


def add(app: FastAPI, rooms: Rooms) -> None:
    """The start page."""

    @app.get("/")
    def start(request: Request) -> Response:
        if (rooms.workspace / "scores.parquet").is_file():
            return RedirectResponse("/overview", status_code=303)
        return page(request, "start.html.j2", workspace=rooms.workspace.name)

    @app.get("/help")
    def keys(request: Request) -> Response:
        return page(request, "help.html.j2")
