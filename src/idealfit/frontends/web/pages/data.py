"""The records: handing files over, what there is, and how far it can be trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import FastAPI, Form, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, RedirectResponse

from idealfit.errors import NoSuchUpload, RequestNotUnderstood
from idealfit.frontends.web.receiving import receive_files
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace.company_settings import carry_settings
from idealfit.workspace.importing import PastImport, back_to_import, past_imports, told_of_import
from idealfit.workspace.uploading import Upload, found_upload, prune
from idealfit.workspace.waiting import whose_turn

PROBLEMS: Final = 12
LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 2_000
REJECTS: Final = "rejects.csv"
FILES: Final[Mapping[str, str]] = {
    REJECTS: "What could not be used, with file, line and reason",
    "changes.csv": "What values were turned into, and why",
    "duplicates.csv": "Pairs of accounts that are, or may be, one company",
}
"""What an import leaves to be looked at in a table, and the words for it."""
IN_THE_MAPPING: Final = re.compile(r"filled_after_.*|explains_too_much|churn_told_twice|nothing_closed|cells_not_read")
"""Problems that are mended where it is said how the files are read."""
AMONG_REJECTS: Final = frozenset({"rows_rejected", "cells_not_read"})
FIRST_TABLES: Final = ("accounts", "deals", "subscriptions", "invoices", "contacts", "leads")
"""What people look for first among the tables."""
ONLY_IN_A_TERMINAL: Final = re.compile(r"\s*\((?:--|'idealfit )[^)]*\)")
ON_A_PAGE: Final[Mapping[str, str]] = {
    "Decide them with 'idealfit duplicates'": "Decide them here, pair by pair",
    "in the mapping": "where it is said how the files are read",
    "or give a later --as-of": "or say a later day up to which the records speak",
}
"""What a remedy says of a terminal and of files, and what does the same on these pages."""
BACK: Final = re.compile(r"back to import (\d+)")


def add(app: FastAPI, rooms: Rooms) -> None:
    """The pages of the records."""
    place = rooms.door.place

    @app.get("/data")
    def data(request: Request, back: int | None = None, every: str = "") -> Response:
        quality = _document(rooms, "quality.json")
        imports = past_imports(place.root)
        current = next((one for one in imports if one.current), None)
        problems = (quality or {}).get("problems", [])
        shown = problems if every else problems[:PROBLEMS]
        work = doing.recent(place.root, limit=20)
        upload = _upload_in_use(rooms, work)
        return page(
            request,
            "data.html.j2",
            quality=quality,
            problems=[{**one, "remedy": _on_a_page(one["remedy"]), "mend": _mended(one, upload)} for one in shown],
            found_anew=_gone_back_to(rooms, imports, work),
            more=len(problems) - len(shown),
            waiting=rooms.undecided() if current else 0,
            imports=imports[:10],
            current=current,
            tables=_tables(current.tables) if current else {},
            told=_told(rooms) if current else None,
            files={name: words for name, words in FILES.items() if _file(rooms, name) is not None},
            back=next((one for one in imports if one.number == back and not one.current), None),
            work=work[:8],
            under_way=next((one for one in reversed(work) if not one.ended), None),
            elsewhere=_under_way_elsewhere(rooms, work),
            kinds=KINDS,
        )

    @app.get("/data/files/{name}")
    def behind(name: str) -> Response:
        path = _file(rooms, name)
        if path is None:
            raise RequestNotUnderstood("There is no such list", remedy="The page Data links to those there are.")
        return FileResponse(path, media_type="text/csv; charset=utf-8", filename=name)

    @app.post("/data/imports/{number}")
    def go_back(number: int, by: Annotated[str, Form()] = "", because: Annotated[str, Form()] = "") -> Response:
        who, why = by.strip()[:LONGEST_NAME], because.strip()[:LONGEST_REASON]
        if not who or not why:
            raise RequestNotUnderstood(
                "Who goes back, or why, is missing", remedy="Type your name and the reason: both are kept."
            )
        back_to_import(place.root, number, by=who, because=why)
        if not (place.root / "scores.parquet").is_file():
            return RedirectResponse("/data", status_code=303)
        return RedirectResponse(f"/jobs/{doing.ask_once(place.root, 'score')}", status_code=303)

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


def _under_way_elsewhere(rooms: Rooms, work: Sequence[doing.Job]) -> str | None:
    """What a run changes here that is no job of these pages, as a command in a terminal is; None where none does."""
    turn = whose_turn(rooms.workspace)
    if turn is None or any(turn.whom.startswith(f"job {one.job_id},") for one in work):
        return None
    return turn.told


def _read_and_prune(rooms: Rooms, found: Upload) -> int:
    """Ask for the reading of an upload, and remove the oldest that no work needs."""
    root = rooms.workspace
    carry_settings(rooms.door.place, found)
    number = doing.ask_for(root, "propose", {"upload": found.number})
    needed = {str(one.arguments.get("upload")) for one in doing.recent(root) if not one.ended}
    prune(rooms.door.place, {*needed, found.number})
    return number


def _document(rooms: Rooms, name: str) -> dict[str, Any] | None:
    path = rooms.workspace / name
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _tables(found: Mapping[str, int]) -> dict[str, int]:
    """The tables with their rows, those first that people look for; without what an import makes for itself."""
    order = [*(name for name in FIRST_TABLES if name in found), *found]
    return {name: found[name] for name in order if name != "duplicate_pairs"}


def _told(rooms: Rooms) -> dict[str, Any] | None:
    """What the import in use tells beside its counts, without what can only be said in a terminal."""
    told = told_of_import(rooms.workspace)
    if told is None:
        return None
    notes = [ONLY_IN_A_TERMINAL.sub("", one) for one in told.notes]
    return {"notes": notes, "unused": told.unused, "since": told.since}


def _file(rooms: Rooms, name: str) -> Path | None:
    """A list of the current import by its name; of the rows that could not be used, those of the last import."""
    if name == REJECTS:
        last = max((rooms.workspace / "rejects").glob("*.csv"), key=lambda path: path.stat().st_mtime, default=None)
        return last if last is not None and _has_rows(last) else None
    path = rooms.workspace / name
    return path if name in FILES and path.is_file() else None


def _has_rows(path: Path) -> bool:
    """Whether anything stands below the header."""
    with path.open("rb") as file:
        return bool(file.readline()) and bool(file.readline())


def _upload_in_use(rooms: Rooms, work: Sequence[doing.Job]) -> str | None:
    """The handing over that the last import was made of, where it was handed over here and is still kept."""
    done = next((one for one in work if one.state == doing.DONE and one.kind in ("import", "build")), None)
    number = str(done.arguments.get("upload", "")) if done is not None else ""
    try:
        return found_upload(rooms.door.place, number).number
    except NoSuchUpload:
        return None


def _on_a_page(remedy: str) -> str:
    """A remedy as it is done on these pages."""
    for words, here in ON_A_PAGE.items():
        remedy = remedy.replace(words, here)
    return remedy


def _gone_back_to(rooms: Rooms, imports: Sequence[PastImport], work: Sequence[doing.Job]) -> str | None:
    """The handing over behind the import that somebody went back to, where its files are kept and were all of it."""
    current = next((one for one in imports if one.current), None)
    match = BACK.fullmatch(current.command) if current is not None else None
    back = next((one for one in imports if match is not None and one.number == int(match[1])), None)
    if back is None:
        return None
    for one in work:
        made = one.kind in ("import", "build") and one.began_at is not None and one.ended_at is not None
        if made and one.began_at <= back.at <= one.ended_at and not one.arguments.get("update"):  # type: ignore[operator]
            try:
                return found_upload(rooms.door.place, str(one.arguments.get("upload", ""))).number
            except NoSuchUpload:
                return None
    return None


def _mended(problem: Mapping[str, Any], upload: str | None) -> list[tuple[str, str]]:
    """(words, address) of where a problem can be mended on these pages."""
    kind = str(problem["id"])
    ways = []
    if kind == "duplicates_waiting":
        ways.append(("Look at them, pair by pair", "/data/duplicates"))
    if kind == "duplicates_merged":
        ways.append(("The pairs, as a table", "/data/files/duplicates.csv"))
    if kind in AMONG_REJECTS:
        ways.append(("The rows and cells, as a table", f"/data/files/{REJECTS}"))
    if upload is not None and IN_THE_MAPPING.fullmatch(kind):
        ways.append(("How the files are read", f"/data/uploads/{upload}"))
    return ways
