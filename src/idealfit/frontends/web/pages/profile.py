"""The one page, live: what it says, who signed it, what waits for a decision, its versions, and the page to print."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import (
    EvidenceMissing,
    IdealfitError,
    NoSuchVersion,
    ProfileFileError,
    ProfileFileMissing,
    RequestNotUnderstood,
)
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace import approving, deciding
from idealfit.workspace.differing import diff
from idealfit.workspace.printing import print_page
from idealfit.workspace.reading_back import evidence_of
from idealfit.workspace.scoring_anew import made_by_another
from idealfit.workspace.versioning import history

FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
TEAMS = ("sales", "marketing", "customer_success")
MOST_NAMES = 50


def add(app: FastAPI, rooms: Rooms) -> None:
    """The pages of the profile."""

    @app.get("/profile")
    def profile(request: Request) -> Response:
        return _shown(request, rooms)

    @app.post("/profile/sign")
    def sign(
        request: Request,
        team: Annotated[str, Form()] = "",
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
    ) -> Response:
        def signed() -> None:
            who_and_why(by, because)
            approving.approve(rooms.workspace, team=team, by=by.strip(), because=because.strip(), on=date.today())

        return _done(request, rooms, signed)

    @app.post("/profile/exclusions/{name}")
    def exclusion(
        request: Request,
        name: str,
        act: Annotated[str, Form()],
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
    ) -> Response:
        def decided() -> None:
            who_and_why(by, because)
            if act not in ("accept", "decline"):
                raise RequestNotUnderstood("There is no such decision", remedy="Accept it, or decline it.")
            decide = deciding.accept if act == "accept" else deciding.decline
            decide(rooms.workspace, name, by=by.strip(), because=because.strip(), on=date.today())

            doing.ask_once(rooms.workspace, "score")

        return _done(request, rooms, decided)

    @app.post("/profile/score")
    def score() -> Response:
        doing.ask_once(rooms.workspace, "score")
        return RedirectResponse("/profile", status_code=303)

    @app.get("/profile/versions/{number}")
    def version(request: Request, number: int) -> Response:
        before = str(number - 1) if number > 1 else None
        try:
            answer = diff(before, str(number), rooms.workspace) if before else None
        except NoSuchVersion:
            answer = None
        entry = next((one for one in history(rooms.workspace).versions if one.number == number), None)
        return page(
            request,
            "version.html.j2",
            status=200 if entry else 404,
            number=number,
            answer=answer,
            entry=entry,
            most=MOST_NAMES,
        )

    @app.get("/profile/page.{form}")
    def printed(form: str) -> Response:
        if form not in FORMS:
            raise RequestNotUnderstood(
                f"The page is not printed as '{form[:20]}'", remedy=f"There are: {', '.join(FORMS)}."
            )
        with tempfile.TemporaryDirectory() as folder:
            to = Path(folder) / f"profile.{form}"
            print_page(rooms.workspace, [to])
            content = to.read_bytes()
        headers = {"content-disposition": f'attachment; filename="profile.{form}"'}
        return Response(content, media_type=FORMS[form], headers=headers)


def _found(workspace: Path) -> list[dict[str, Any]]:
    """The criteria of the last build; none where there was no build."""
    try:
        return list(evidence_of(workspace)["criteria"])
    except EvidenceMissing:
        return []


def _under_way(rooms: Rooms) -> doing.Job | None:
    """The scoring that was asked for and has not ended."""
    found = next((one for one in doing.recent(rooms.workspace) if one.kind == "score" and not one.ended), None)
    return None if found is None or doing.found(rooms.workspace, found.job_id).ended else found


def who_and_why(by: str, because: str) -> None:
    """A decision has a name and a reason. Raises RequestNotUnderstood."""
    if not by.strip() or not because.strip():
        raise RequestNotUnderstood(
            "Who decides, and why, is missing", remedy="Type your name and a reason: both are kept with the version."
        )


def _done(request: Request, rooms: Rooms, act: Any) -> Response:
    """Do it and show the page; a mistake is told on the page as it was."""
    try:
        act()
    except IdealfitError as fault:
        return _shown(request, rooms, fault=fault)
    rooms.reprint_soon()
    return RedirectResponse("/profile", status_code=303)


def _shown(request: Request, rooms: Rooms, *, fault: IdealfitError | None = None) -> Response:
    status = 200 if fault is None else 400
    try:
        shown, content = rooms.page()
    except ProfileFileMissing:
        return page(request, "profile.html.j2", status=status, shown=None, fault=fault)
    except ProfileFileError as broken:  # its text can be mended on a page of its own
        return page(request, "profile.html.j2", status=400, shown=None, fault=broken)
    past = history(rooms.workspace)
    said = {str(one["id"]): str(one["sentence"]) for one in _found(rooms.workspace) if one.get("sentence")}
    return page(
        request,
        "profile.html.j2",
        status=status,
        shown=shown,
        under_way=_under_way(rooms),
        stale=made_by_another(rooms.workspace),
        content=content,
        fault=fault,
        standing=past.standing,
        versions=tuple(reversed(past.versions)),
        proposed=[(one, said.get(one.id, one.id)) for one in content.exclusions if one.state == "proposed"],
        teams=[one for one in TEAMS if past.standing is not None and one in past.standing.missing],
        forms=FORMS,
    )
