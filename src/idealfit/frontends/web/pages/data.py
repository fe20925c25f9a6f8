"""The records: handing files over, correcting how they are read, importing them, and how far they can be trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse

from idealfit.errors import IdealfitError, RequestNotUnderstood
from idealfit.frontends.web.pages.duplicates import undecided
from idealfit.frontends.web.receiving import receive_files
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace.importing import past_imports
from idealfit.workspace.uploading import Upload, found_upload, keep_mapping, prune

LEFT_OUT = "(left out)"
MOST_FIELDS = 20_000
PROBLEMS = 12
FLAT_WORDS = {
    "flat": "each row an account with its deal",
    "lookup": "explains another file's column",
    "unused": "not used",
}


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

    @app.get("/data/uploads/{number}")
    def proposed(request: Request, number: str) -> Response:
        return _proposed(request, rooms, number)

    @app.post("/data/uploads/{number}")
    async def corrected(request: Request, number: str) -> Response:
        form = await request.form(max_fields=MOST_FIELDS, max_files=0)
        said = {name: str(value) for name, value in form.items()}
        return await run_in_threadpool(_corrected, request, rooms, number, said)

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


def _corrected(request: Request, rooms: Rooms, number: str, said: Mapping[str, str]) -> Response:
    """Keep what a person says of the files, and do with them what was asked for."""
    root = rooms.workspace
    found = found_upload(rooms.door.place, number)
    changes, again = _changes(_proposal(found), said)
    try:
        keep_mapping(found, changes)
    except IdealfitError as fault:
        return _proposed(request, rooms, number, fault=fault)
    act = said.get("act", "read again")
    kind = "propose" if again or act not in ("build", "import") else act
    arguments: dict[str, Any] = {"upload": number}
    if kind != "propose":
        arguments = {"folder": str(found.files), "mapping": str(found.mapping), "upload": number}
    return RedirectResponse(f"/jobs/{doing.ask_once(root, kind, arguments)}", status_code=303)


def _proposal(found: Upload) -> dict[str, Any]:
    if not found.proposal.is_file():
        raise RequestNotUnderstood(
            "These files have not been read yet", remedy="Wait until the reading has ended; the page Data shows it."
        )
    return dict(json.loads(found.proposal.read_text(encoding="utf-8")))


def _proposed(request: Request, rooms: Rooms, number: str, *, fault: IdealfitError | None = None) -> Response:
    found = found_upload(rooms.door.place, number)
    return page(
        request,
        "upload.html.j2",
        status=200 if fault is None else 400,
        number=number,
        files=found.names(),
        proposal=_proposal(found),
        left_out=LEFT_OUT,
        table_words=FLAT_WORDS,
        fault=fault,
    )


def _changes(proposal: Mapping[str, Any], form: Mapping[str, str]) -> tuple[dict[str, dict[str, Any]], bool]:
    """What a person changed: file → its table and columns; and whether a file is another table now, to be read anew."""
    changes: dict[str, dict[str, Any]] = {}
    again = False
    for i, file in enumerate(proposal["files"]):
        table = form.get(f"table-{i}", file["table"])
        columns = {}
        for j, column in enumerate(file["columns"]):
            said = form.get(f"to-{i}-{j}")
            if said is not None:
                columns[column["header"]] = None if said == LEFT_OUT else said
        changes[file["file"]] = {"table": table, "columns": columns}
        again = again or table != file["table"]
    return changes, again


def _document(rooms: Rooms, name: str) -> dict[str, Any] | None:
    path = rooms.workspace / name
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
