"""The versions of a profile: all of them, one against another, and the way back to one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import IdealfitError, NoSuchVersion, ProfileFileError
from idealfit.frontends.web.pages.profile import MOST_NAMES, ask_for_scores, motion_query, motions_shown, who_and_why
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.workspace.differing import DiffAnswer
from idealfit.workspace.versioning import entries_of, find_written, revert


def add(app: FastAPI, rooms: Rooms) -> None:
    """The pages of the versions."""

    @app.get("/profile/versions")
    def versions(request: Request, motion: str = "", a: str = "", b: str = "") -> Response:
        past = entries_of(rooms.workspace, motion=motion or None)
        answer, fault = _compared(rooms, motion, a, b) if a and b else (None, None)
        return page(
            request,
            "versions.html.j2",
            status=200 if fault is None else 400,
            versions=tuple(reversed(past)),
            answer=answer,
            fault=fault,
            a=a,
            b=b,
            most=MOST_NAMES,
            query=motion_query(motion),
            motion=motion,
            motions=motions_shown(rooms, motion),
        )

    @app.get("/profile/versions/{number}")
    def version(request: Request, number: int, motion: str = "") -> Response:
        return _one(request, rooms, number, motion)

    @app.post("/profile/versions/{number}/back")
    def back(
        request: Request,
        number: int,
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
        motion: str = "",
    ) -> Response:
        try:
            who_and_why(by, because)
            said = {"because": because.strip(), "by": by.strip()}
            made = revert(rooms.workspace, number, **said, on=date.today(), motion=motion or None)
        except IdealfitError as fault:
            return _one(request, rooms, number, motion, fault=fault, by=by, because=because)
        rooms.reprint_soon(motion or None)
        ask_for_scores(rooms, motion)
        done = motion_query(motion, done="back", version=str(made.version))
        return RedirectResponse(f"/profile{done}", status_code=303)


def _compared(rooms: Rooms, motion: str, a: str, b: str) -> tuple[DiffAnswer | None, IdealfitError | None]:
    """Two versions held against each other, or why that cannot be."""
    named = [one if one.isdigit() else "current" for one in (a, b)]  # a page opens no file that an address names
    try:
        return rooms.difference(named[0], named[1], motion or None), None
    except IdealfitError as fault:
        return None, fault


def _one(
    request: Request,
    rooms: Rooms,
    number: int,
    motion: str,
    *,
    fault: IdealfitError | None = None,
    by: str = "",
    because: str = "",
) -> Response:
    past = entries_of(rooms.workspace, motion=motion or None)
    entry = next((one for one in past if one.number == number), None)
    answer, text = None, ""
    if entry is not None:
        place = rooms.door.place
        try:
            text = find_written(place, str(number), motion or None).text
            answer = rooms.difference(str(number - 1), str(number), motion or None) if number > 1 else None
        except (NoSuchVersion, ProfileFileError):
            answer = None
    said: dict[str, Any] = {"by": by, "because": because, "fault": fault}
    return page(
        request,
        "version.html.j2",
        status=404 if entry is None else 200 if fault is None else 400,
        number=number,
        answer=answer,
        entry=entry,
        text=text,
        last=past[-1].number if past else 0,
        most=MOST_NAMES,
        query=motion_query(motion),
        **said,
    )
