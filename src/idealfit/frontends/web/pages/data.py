"""The records: handing files over, what there is, and how far it can be trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse

from idealfit.errors import RequestNotUnderstood
from idealfit.frontends.web.pages.duplicates import undecided
from idealfit.frontends.web.receiving import receive_files
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace.importing import past_imports
from idealfit.workspace.uploading import Upload, prune

PROBLEMS = 12


def add(app: FastAPI, rooms: Rooms) -> None:
    """The pages of the records."""
    place = rooms.door.place

    @app.get("/data")
    def data(request: Request) -> Response:
        quality = _document(rooms, "quality.json")
        imports = past_imports(place.root)
        current = next((one for one in imports if one.current), None)
        return page(
            request,
            "data.html.j2",
            quality=quality,
            problems=(quality or {}).get("problems", [])[:PROBLEMS],
            more=max(0, len((quality or {}).get("problems", [])) - PROBLEMS),
            waiting=undecided(rooms) if current else 0,
            imports=imports[:10],
            current=current,
            work=doing.recent(place.root, limit=8),
            kinds=KINDS,
        )

    @app.post("/data/uploads")
    async def upload(request: Request) -> Response:
        found = await receive_files(request, place)
        number = await run_in_threadpool(_read_and_prune, rooms, found)
        address = f"/jobs/{number}"
        if request.headers.get("accept", "").startswith("application/json"):
            return JSONResponse({"address": address})
        return RedirectResponse(address, status_code=303)

    @app.post("/data/demo")
    def made_up() -> Response:
        if any(one.current for one in past_imports(place.root)):  # asked for on a page of before
            raise RequestNotUnderstood(
                "This workspace holds records already",
                remedy="The made-up company needs one of its own: 'idealfit serve' with the name of a new folder.",
            )
        return RedirectResponse(f"/jobs/{doing.ask_for(place.root, 'demo', {})}", status_code=303)


KINDS: Mapping[str, str] = {
    "propose": "Reading files",
    "import": "Importing",
    "build": "Importing, and finding the profile",
    "score": "Scoring the accounts anew",
    "demo": "Making up a company, and finding its profile",
}


def _read_and_prune(rooms: Rooms, found: Upload) -> int:
    """Ask for the reading of an upload, and remove the oldest that no work needs."""
    root = rooms.workspace
    number = doing.ask_for(root, "propose", {"upload": found.number})
    needed = {str(one.arguments.get("upload")) for one in doing.recent(root) if not one.ended}
    prune(rooms.door.place, {*needed, found.number})
    return number


def _document(rooms: Rooms, name: str) -> dict[str, Any] | None:
    path = rooms.workspace / name
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
