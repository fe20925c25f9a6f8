"""How the files of an upload are read: every column with sample values, corrected before anything is imported."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from idealfit.errors import IdealfitError, RequestNotUnderstood
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace.company_settings import settings_of
from idealfit.workspace.importing import past_imports
from idealfit.workspace.upload_columns import CHOSEN, Said, keep_mapping, tables_left_out
from idealfit.workspace.uploading import Upload, found_upload

LEFT_OUT: Final = "(left out)"
OWN: Final = "(its own column)"
MOST_FIELDS: Final = 40_000
LONGEST_NAME: Final = 60
LONGEST_WORDS: Final = 1_000
UNIT_WORDS: Final[Mapping[str, str]] = {
    "one": "as they are",
    "thousands": "in thousands",
    "millions": "in millions",
    "billions": "in billions",
    "minor": "in cents",
}
TABLE_WORDS: Final[Mapping[str, str]] = {
    "flat": "each row an account with its deal",
    "lookup": "explains another file's column",
    "unused": "not used",
}
LEVEL_WORDS: Final[Mapping[str, str]] = {
    "account": "about the company",
    "deal": "about the deal",
    "after_fact": "known after the fact",
    "personal": "about a person",
    "identifier": "a code or name",
}
CHOICE_WORDS: Final[Mapping[str, str]] = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "sales": "sales, to whomever",
    "new_business": "sales to new customers",
    "expansion": "selling more to customers",
    "renewal": "renewals",
    "not_sales": "no sales",
}
NAMELESS: Final = re.compile(r"column_\d+")
"""The header that a column without one is given."""


def add(app: FastAPI, rooms: Rooms) -> None:
    """The mapping of an upload."""

    @app.get("/data/uploads/{number}")
    def proposed(request: Request, number: str) -> Response:
        return _proposed(request, rooms, number)

    @app.post("/data/uploads/{number}")
    async def corrected(request: Request, number: str) -> Response:
        form = await request.form(max_fields=MOST_FIELDS, max_files=0)
        said = {name: str(value) for name, value in form.items()}
        return await run_in_threadpool(_corrected, request, rooms, number, said)


def _corrected(request: Request, rooms: Rooms, number: str, form: Mapping[str, str]) -> Response:
    """Keep what a person says of the files, and do with them what was asked for."""
    root = rooms.workspace
    found = found_upload(rooms.door.place, number)
    proposal = _proposal(found)
    changes = {file["file"]: _said(proposal, i, form) for i, file in enumerate(proposal["files"])}
    try:
        keep_mapping(found, changes)
    except IdealfitError as fault:
        return _proposed(request, rooms, number, fault=fault)
    act = form.get("act", "read again")
    again = any(changes[file["file"]].table not in (None, file["table"]) for file in proposal["files"])
    if act == "settings":
        doing.ask_once(root, "propose", {"upload": number})  # while the form is filled in
        return RedirectResponse(f"/data/uploads/{number}/company", status_code=303)
    if again or act not in ("build", "import"):
        return RedirectResponse(f"/jobs/{doing.ask_once(root, 'propose', {'upload': number})}", status_code=303)
    arguments: dict[str, Any] = {"folder": str(found.files), "mapping": str(found.mapping), "upload": number}
    if form.get("how") == "add":
        arguments["update"] = True
    return RedirectResponse(f"/jobs/{doing.ask_once(root, act, arguments)}", status_code=303)


def _proposal(found: Upload) -> dict[str, Any]:
    if not found.proposal.is_file():
        raise RequestNotUnderstood(
            "These files have not been read yet", remedy="Wait until the reading has ended; the page Data shows it."
        )
    return dict(json.loads(found.proposal.read_text(encoding="utf-8")))


def _proposed(request: Request, rooms: Rooms, number: str, *, fault: IdealfitError | None = None) -> Response:
    found = found_upload(rooms.door.place, number)
    proposal = _proposal(found)
    current = next((one for one in past_imports(rooms.workspace) if one.current), None)
    return page(
        request,
        "upload.html.j2",
        status=200 if fault is None else 400,
        number=number,
        proposal=proposal,
        files=[_shown(proposal, file) for file in proposal["files"]],
        current=current,
        left=tables_left_out(proposal, current.tables) if current else {},
        left_out=LEFT_OUT,
        own=OWN,
        table_words=TABLE_WORDS,
        level_words=LEVEL_WORDS,
        choice_words=CHOICE_WORDS,
        chosen=CHOSEN,
        unit_words=UNIT_WORDS,
        settings=settings_of(found.files),
        fault=fault,
    )


def _shown(proposal: Mapping[str, Any], file: Mapping[str, Any]) -> dict[str, Any]:
    """A file with what each of its columns may become, and whether what it is used as is for a person to say."""
    known = proposal["columns"].get(file["table"], [])
    columns = []
    for column in file["columns"]:
        header, to = column["header"], column["to"]
        is_own = to is not None and to not in known
        nameless = NAMELESS.fullmatch(header) is not None
        own_name = to if is_own else header
        asked = is_own and (nameless or own_name.casefold() != header.casefold())
        columns.append({**column, "is_own": is_own, "nameless": nameless, "own_name": own_name, "name_asked": asked})
    return {**file, "known": known, "columns": columns}


def _said(proposal: Mapping[str, Any], i: int, form: Mapping[str, str]) -> Said:
    """What the form says of the file at place `i`."""
    file = _shown(proposal, proposal["files"][i])
    columns: dict[str, str | None] = {}
    levels: dict[str, str] = {}
    units: dict[str, str] = {}
    missing: dict[str, list[str]] = {}
    for j, column in enumerate(file["columns"]):
        header = column["header"]
        to, level = form.get(f"to-{i}-{j}"), form.get(f"level-{i}-{j}")
        name = " ".join(form.get(f"name-{i}-{j}", "").split())[:LONGEST_NAME]
        if to is not None:
            columns[header] = None if to == LEFT_OUT else (name or column["own_name"]) if to == OWN else to
        if level in CHOSEN:
            levels[header] = level
        if (unit := form.get(f"unit-{i}-{j}")) in UNIT_WORDS and unit is not None:
            units[header] = unit
        words = form.get(f"missing-{i}-{j}")
        if words is not None and (said := _words(words)) != column["missing"]:
            missing[header] = said
    outcomes = {word: form[f"outcome-{i}-{k}"] for k, word in enumerate(file["outcomes"]) if f"outcome-{i}-{k}" in form}
    asked = [(one, form.get(f"answer-{k}", "")) for k, one in enumerate(proposal["questions"])]
    answers = [(one, choice) for one, choice in asked if choice in one["choices"]]
    order = next((choice for one, choice in answers if one["about"] == "dates"), None)
    return Said(
        table=form.get(f"table-{i}"),
        columns=columns,
        levels=levels,
        units=units,
        missing=missing,
        outcomes=outcomes,
        pipelines={
            one["of"]: choice for one, choice in answers if one["about"] == "pipeline" and one["file"] == file["file"]
        },
        orders={} if order is None else {of: order for name, of in proposal["undecided_dates"] if name == file["file"]},
    )


def _words(text: str) -> list[str]:
    """The words that somebody listed, with semicolons between them, each once."""
    return list(dict.fromkeys(word for part in text[:LONGEST_WORDS].split(";") if (word := part.strip())))
