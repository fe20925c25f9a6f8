"""The profile as a text to edit: what it would do is shown before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import IdealfitError, Position, ProfileFileError, WorkspaceBusy
from idealfit.frontends.web.pages.profile import MOST_NAMES, who_and_why
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace.editing import EditedText, Effect, effect_of, save_text, text_to_edit, with_line_ends_of

GRAVITY: Mapping[str, tuple[str, str]] = {
    "error": ("must be mended", "bad"),
    "warning": ("look at it", "warn"),
    "note": ("to know", ""),
}
AROUND = 1
"""So many lines are shown before and after one with a problem."""


def add(app: FastAPI, rooms: Rooms) -> None:
    """The page on which the profile is edited."""

    @app.get("/profile/edit")
    def edit(request: Request) -> Response:
        now = text_to_edit(rooms.workspace)
        return _shown(request, now.text, now)

    @app.post("/profile/edit")
    def act(
        request: Request,
        text: Annotated[str, Form()] = "",
        instead_of: Annotated[str, Form()] = "",
        act: Annotated[str, Form()] = "look",
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
    ) -> Response:
        now = text_to_edit(rooms.workspace)
        text = with_line_ends_of(text, now.text)
        if act != "save":
            others = instead_of not in ("", now.mark)
            effect = effect_of(rooms.workspace, text)
            return _shown(request, text, now, effect=effect, others=others, by=by, because=because)
        try:
            who_and_why(by, because)
            save_text(rooms.workspace, text, instead_of=instead_of, by=by.strip(), because=because.strip())
        except ProfileFileError as fault:
            return _shown(request, text, now, effect=Effect(fault.problems), by=by, because=because, status=400)
        except WorkspaceBusy as fault:  # the next look is at the file as it is now, and so is the next saving
            return _shown(request, text, now, fault=fault, by=by, because=because, status=409)
        except IdealfitError as fault:
            was = EditedText(now.text, instead_of)
            return _shown(request, text, was, fault=fault, by=by, because=because, status=400)
        doing.ask_once(rooms.workspace, "score")
        return RedirectResponse("/profile", status_code=303)


def _shown(
    request: Request,
    text: str,
    now: EditedText,
    *,
    effect: Effect | None = None,
    fault: IdealfitError | None = None,
    others: bool = False,
    by: str = "",
    because: str = "",
    status: int = 200,
) -> Response:
    lines = text.splitlines()
    found = effect.found.findings if effect is not None and effect.found is not None else ()
    return page(
        request,
        "profile_edit.html.j2",
        status=status,
        text=text,
        instead_of=now.mark,
        effect=effect,
        problems=[(one, _excerpt(lines, one.where)) for one in (effect.problems if effect else ())],
        findings=[(one, *GRAVITY[one.severity], _excerpt(lines, Position(line=one.line))) for one in found],
        fault=fault,
        others=others,
        by=by,
        because=because,
        most=MOST_NAMES,
    )


def _excerpt(lines: list[str], where: Position) -> list[dict[str, Any]]:
    """The line of the text that is meant, those around it, and where in it: `number`, `text`, `here`."""
    if where.line is None or not 1 <= where.line <= len(lines):
        return []
    first, last = max(1, where.line - AROUND), min(len(lines), where.line + AROUND)
    return [{"number": n, "text": lines[n - 1], "here": n == where.line} for n in range(first, last + 1)]
