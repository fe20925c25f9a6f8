"""The one page, live: what it says, who signed it, what waits for a decision, its versions, and the page to print."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import (
    EvidenceMissing,
    IdealfitError,
    NotToBeApproved,
    ProfileFileError,
    ProfileFileMissing,
    RequestNotUnderstood,
)
from idealfit.frontends.web import control_words
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace import approving, deciding
from idealfit.workspace.last_scoring import last_scored, made_by_another
from idealfit.workspace.printing import print_page
from idealfit.workspace.profile_draft import DEFAULT_MOTION, motions_in
from idealfit.workspace.reading_back import evidence_of
from idealfit.workspace.said_since import said_since, signers_of
from idealfit.workspace.versioning import history

FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
MOST_NAMES = 50


def add(app: FastAPI, rooms: Rooms) -> None:
    """The pages of the profile, one a motion: `motion` is '' for that of all deals."""

    @app.get("/profile")
    def profile(request: Request, motion: str = "", done: str = "", version: int = 0) -> Response:
        return _shown(request, rooms, motion, done=(done, version))

    _add_signatures(app, rooms)
    _add_decisions(app, rooms)

    @app.get("/profile/page.{form}")
    def printed(form: str, motion: str = "") -> Response:
        if form not in FORMS:
            raise RequestNotUnderstood(
                f"The page is not printed as '{form[:20]}'", remedy=f"There are: {', '.join(FORMS)}."
            )
        with tempfile.TemporaryDirectory() as folder:
            to = Path(folder) / f"profile.{form}"
            print_page(rooms.workspace, [to], motion=motion or None)
            content = to.read_bytes()
        headers = {"content-disposition": f'attachment; filename="profile.{form}"'}
        return Response(content, media_type=FORMS[form], headers=headers)


def _add_signatures(app: FastAPI, rooms: Rooms) -> None:
    @app.post("/profile/sign")
    def sign(
        request: Request,
        team: Annotated[str, Form()] = "",
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
        motion: str = "",
    ) -> Response:
        def signed() -> None:
            who_and_why(by, because)
            approving.approve(
                rooms.workspace,
                team=team,
                by=by.strip(),
                because=because.strip(),
                on=date.today(),
                motion=motion or None,
            )

        typed = {"at": "sign", "team": team, "by": by, "because": because}
        return _done(request, rooms, motion, signed, typed=typed, done="signed")

    @app.post("/profile/signatures/{team}/back")
    def unsign(
        request: Request,
        team: str,
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
        motion: str = "",
    ) -> Response:
        def withdrawn() -> None:
            who_and_why(by, because)
            said = {"by": by.strip(), "because": because.strip()}
            approving.withdraw(rooms.workspace, team=team, **said, on=date.today(), motion=motion or None)

        typed = {"at": f"back-{team}", "by": by, "because": because}
        return _done(request, rooms, motion, withdrawn, typed=typed, done="withdrawn")


def _add_decisions(app: FastAPI, rooms: Rooms) -> None:
    @app.post("/profile/exclusions/{name}")
    def exclusion(
        request: Request,
        name: str,
        act: Annotated[str, Form()],
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
        motion: str = "",
    ) -> Response:
        def decided() -> None:
            who_and_why(by, because)
            if act not in ("accept", "decline"):
                raise RequestNotUnderstood("There is no such decision", remedy="Accept it, or decline it.")
            decide = deciding.accept if act == "accept" else deciding.decline
            said = {"by": by.strip(), "because": because.strip()}
            decide(rooms.workspace, name, **said, on=date.today(), motion=motion or None)
            ask_for_scores(rooms, motion)

        done = "accepted" if act == "accept" else "declined"
        return _done(request, rooms, motion, decided, typed={"at": name, "by": by, "because": because}, done=done)

    @app.post("/profile/score")
    def score(motion: str = "") -> Response:
        ask_for_scores(rooms, motion)
        return RedirectResponse(f"/profile{motion_query(motion)}", status_code=303)


def ask_for_scores(rooms: Rooms, motion: str) -> int:
    """Ask for the accounts to be scored anew, by the profile of `motion` ('': of all deals) among others: those of
    motions always are, that of all deals is where it made the list. The number of the job.
    """
    last = last_scored(rooms.door.place) or {}
    beside = not motion and (last.get("motion") or DEFAULT_MOTION) != DEFAULT_MOTION
    return doing.ask_once(rooms.workspace, "score", {"beside": DEFAULT_MOTION} if beside else {})


def motion_query(motion: str, **more: str) -> str:
    """The part of an address that names the motion; nothing for the profile of all deals."""
    asked = ({"motion": motion} if motion else {}) | more
    return f"?{urlencode(asked)}" if asked else ""


def motions_shown(rooms: Rooms, motion: str) -> list[dict[str, object]]:
    """The profiles to switch between: `name` and `query` of each, and whether it is `here`; none where there is one."""
    found = motions_in(rooms.workspace)
    if len(found) < 2:
        return []
    return [
        {
            "name": "All deals" if one == DEFAULT_MOTION else one,
            "query": motion_query("" if one == DEFAULT_MOTION else one),
            "here": (motion or DEFAULT_MOTION) == one,
        }
        for one in found
    ]


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


def _done(request: Request, rooms: Rooms, motion: str, act: Any, *, typed: dict[str, str], done: str) -> Response:
    """Do it and show the page, which tells that it is `done`; a mistake is told on the page as it was, with what was
    `typed`.
    """
    try:
        act()
    except IdealfitError as fault:
        return _shown(request, rooms, motion, fault=fault, typed=typed)
    rooms.reprint_soon(motion or None)
    return RedirectResponse(f"/profile{motion_query(motion, done=done)}", status_code=303)


def _not_yet(undecided: list[str]) -> IdealfitError:
    """Why the profile cannot be signed, in the words of the page; with nothing `undecided` it is retired."""
    if not undecided:
        return NotToBeApproved("The profile is retired", remedy="Bring an earlier version back, then sign.")
    each = "each" if len(undecided) > 1 else "it"
    return NotToBeApproved(
        f"Nobody has decided yet whether to walk away from: {', '.join(undecided)}",
        remedy=f"Accept or decline {each} under 'Waits for your decision', then sign.",
    )


def _against_now(version: int, motion: str) -> dict[str, str]:
    """What asks for a version to be held against the profile as it is."""
    return {"a": str(version), "b": "current"} | ({"motion": motion} if motion else {})


def _saved(rooms: Rooms, motion: str | None, version: int) -> tuple[str, ...]:
    """What a version says that the one before did not."""
    return said_since(rooms.workspace, version - 1, version, motion=motion) if version > 1 else ()


def _shown(
    request: Request,
    rooms: Rooms,
    motion: str,
    *,
    fault: IdealfitError | None = None,
    typed: dict[str, str] | None = None,
    done: tuple[str, int] = ("", 0),
) -> Response:
    status = 200 if fault is None else 400
    frame: dict[str, Any] = {"query": motion_query(motion), "motions": motions_shown(rooms, motion), "fault": fault}
    try:
        shown, content = rooms.page(motion or None)
    except ProfileFileMissing:
        status = 404 if motion else status
        return page(request, "profile.html.j2", status=status, shown=None, problems=(), **frame)
    except ProfileFileError as broken:  # its text can be mended on a page of its own
        frame["fault"] = broken
        return page(request, "profile.html.j2", status=400, shown=None, problems=broken.problems, **frame)
    name = motion or None
    past = history(rooms.workspace, motion=name)
    signers = () if past.standing is None else signers_of(rooms.workspace, past.standing, past.versions, motion=name)
    said = {str(one["id"]): str(one["sentence"]) for one in _found(rooms.workspace) if one.get("sentence")}
    proposed = [(one, said.get(one.id, one.id)) for one in content.exclusions if one.state == "proposed"]
    if isinstance(fault, NotToBeApproved):
        frame["fault"] = _not_yet([one.label or words for one, words in proposed])
    return page(
        request,
        "profile.html.j2",
        status=status,
        shown=shown,
        problems=(),
        under_way=_under_way(rooms),
        stale=made_by_another(rooms.workspace, motion or DEFAULT_MOTION),
        content=content,
        typed=typed or {"at": ""},
        standing=past.standing,
        versions=tuple(reversed(past.versions)),
        current=past.current,
        proposed=proposed,
        signers=signers,
        compare={one.version: urlencode(_against_now(one.version, motion)) for one in signers if one.version},
        done=done[0],
        saved=_saved(rooms, name, done[1]) if done[0] in ("saved", "back") else (),
        version=done[1],
        forms=FORMS,
        written_at=control_words.WRITTEN_AT,
        form_at={one: motion_query(motion, at=one) for one in control_words.SAYINGS},
        **frame,
    )
