"""The profile edited, as a form or as a text: what it would do is shown before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import IdealfitError, Position, ProfileFileError, ProfileFileMissing, WorkspaceBusy
from idealfit.frontends.web import control_words
from idealfit.frontends.web.pages.profile import MOST_NAMES, ask_for_scores, motion_query, who_and_why
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.workspace.editing import EditedText, save_text, text_to_edit, with_line_ends_of
from idealfit.workspace.profile_draft import PERSONA_KINDS, SAID, Draft, begun, changed_since, continued, sentences_of

if TYPE_CHECKING:
    from idealfit.workspace.deciding import SavedVersion
    from idealfit.workspace.drafting_desk import DraftingDesk

GRAVITY: Mapping[str, tuple[str, str]] = {
    "error": ("must be mended", "bad"),
    "warning": ("look at it", "warn"),
    "note": ("to know", ""),
}
AROUND = 1
"""So many lines are shown before and after one with a problem."""
MOST_FIELDS = 6000
SHOWN_MOVED = 8
"""So many names are shown of those that enter or leave; the others unfold."""

Sent = dict[str, list[str]]


async def sent_form(request: Request) -> Sent:
    """The fields of a form by name, each with its values in their order."""
    form = await request.form(max_fields=MOST_FIELDS, max_part_size=4_000_000)
    found: Sent = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


@dataclass(frozen=True)
class _Asked:
    """What a page is told beside the draft: the file as it is `now`, and what was typed to save it."""

    request: Request
    motion: str
    now: EditedText
    instead_of: str
    by: str = ""
    because: str = ""


def add(app: FastAPI, rooms: Rooms) -> None:
    """The page on which the profile is edited."""

    @app.get("/profile/edit")
    def edit(request: Request, motion: str = "", how: str = "form", add: str = "", at: str = "") -> Response:
        try:
            now = text_to_edit(rooms.workspace, motion=motion or None)
        except (ProfileFileMissing, ProfileFileError):  # none, or no text at all: the page of the profile says so
            return RedirectResponse(f"/profile{motion_query(motion)}", status_code=303)
        asked = _Asked(request, motion, now, now.mark)
        with rooms.drafting.at(motion or None) as desk:
            draft = begun(desk, now.text, "text" if how == "text" else "form", add)
            if at in SAID and draft.form is not None:
                draft = replace(draft, focus=f"said-{at}")
            return _shown(asked, desk, draft, looked=bool(add) and draft.profile is not None)

    @app.post("/profile/edit")
    def act(request: Request, sent: Annotated[Sent, Depends(sent_form)], motion: str = "") -> Response:
        now = text_to_edit(rooms.workspace, motion=motion or None)
        said = {name: sent.get(name, [""])[-1] for name in ("text", "instead_of", "how", "act", "by", "because")}
        text = with_line_ends_of(said["text"], now.text)
        asked = _Asked(request, motion, now, said["instead_of"] or now.mark, said["by"], said["because"])
        live = "hx-request" in request.headers
        with rooms.drafting.at(motion or None) as desk:
            draft = continued(desk, sent, text, said["how"] or "text", said["act"])
            if live and said["act"] != "findings":
                return _live(asked, desk, draft)
            if not live and said["act"] != "save":
                return _shown(asked, desk, draft, looked=True)
            saved = None if live else _saved(rooms, asked, desk, draft)
        if saved is None:  # the rules take longer, and nobody else has to wait for them
            return page(request, "profile_findings.html.j2", findings=_findings(desk, draft))
        if isinstance(saved, Response):
            return saved
        ask_for_scores(rooms, motion)
        rooms.reprint_soon(motion or None)
        done = {"done": "saved" if saved.new else "same", "version": str(saved.version)}
        return RedirectResponse(f"/profile{motion_query(motion, **done)}", status_code=303)


def _saved(rooms: Rooms, asked: _Asked, desk: DraftingDesk, draft: Draft) -> Response | SavedVersion:
    """Save the draft; the page that tells why not, with all that was typed, where it cannot be saved."""
    if draft.profile is None:
        return _shown(asked, desk, draft, looked=True, status=400)
    text = draft.text if draft.how == "text" else desk.text_of(draft.profile, draft.text)
    try:
        who_and_why(asked.by, asked.because)
        return save_text(
            rooms.workspace,
            text,
            instead_of=asked.instead_of,
            by=asked.by.strip(),
            because=asked.because.strip(),
            motion=asked.motion or None,
        )
    except ProfileFileError as fault:
        told = Draft("text", text, None, None, fault.problems)
        return _shown(asked, desk, told, looked=True, status=400)
    except WorkspaceBusy as fault:  # the next look is at the file as it is now, and so is the next saving
        theirs = changed_since(desk, draft.text, asked.now.text) if draft.how == "form" else ()
        asked = replace(asked, instead_of=asked.now.mark)
        return _shown(asked, desk, draft, looked=True, fault=fault, theirs=theirs, status=409)
    except IdealfitError as fault:
        return _shown(asked, desk, draft, looked=True, fault=fault, status=400)


def _effect(asked: _Asked, desk: DraftingDesk, draft: Draft) -> dict[str, Any]:
    """What the draft would do, for the page: `effect` is None where that cannot be told."""
    if draft.profile is None:
        return {"effect": None}
    standing = begun(desk, asked.now.text, "text").profile
    return {"effect": desk.effect(standing or draft.profile, draft.profile), "most": MOST_NAMES, "few": SHOWN_MOVED}


def _findings(desk: DraftingDesk, draft: Draft) -> list[tuple[Any, str, str, str]]:
    """What the linter finds: the finding, its gravity in words and colour, and the control that it concerns."""
    if draft.profile is None:
        return []
    ids = [] if draft.form is None else [one.id for one in draft.form.entries]
    found = desk.findings(draft.profile, draft.text)
    return [(one, *GRAVITY[one.severity], f"e{ids.index(one.entry)}" if one.entry in ids else "") for one in found]


def _live(asked: _Asked, desk: DraftingDesk, draft: Draft) -> Response:
    """The part of the page that changes while somebody types."""
    shown: dict[str, Any] = {
        "draft": draft,
        "address": f"/profile/edit{motion_query(asked.motion)}",
        "excerpts": _excerpts(draft),
    }
    said = sentences_of(desk, draft)
    return page(
        asked.request,
        "profile_effect.html.j2",
        findings=None,
        live=True,
        said=said,
        **shown,
        **_effect(asked, desk, draft),
    )


def _shown(
    asked: _Asked,
    desk: DraftingDesk,
    draft: Draft,
    *,
    looked: bool = False,
    fault: IdealfitError | None = None,
    theirs: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    said = _effect(asked, desk, draft) if looked else {"effect": None}
    unsaved = looked and (said["effect"] is None or bool(said["effect"].changes))
    findings = _findings(desk, draft) if looked and asked.request.method == "POST" else None
    return page(
        asked.request,
        "profile_edit.html.j2",
        status=status,
        draft=draft,
        said=sentences_of(desk, draft),
        seen=desk.seen,
        words=control_words,
        said_kinds=SAID,
        persona_kinds=PERSONA_KINDS,
        looked=looked,
        unsaved=unsaved,
        findings=findings,
        live=False,
        found_at={place: [one for one in findings or () if one[3] == place] for _one, _w, _k, place in findings or ()},
        instead_of=asked.instead_of,
        others=asked.instead_of != asked.now.mark,
        fault=fault,
        theirs=theirs,
        by=asked.by,
        because=asked.because,
        query=motion_query(asked.motion),
        motion=asked.motion,
        address=f"/profile/edit{motion_query(asked.motion)}",
        other_way=f"/profile/edit{motion_query(asked.motion, how='text' if draft.how == 'form' else 'form')}",
        excerpts=_excerpts(draft),
        **said,
    )


def _excerpts(draft: Draft) -> list[tuple[Any, list[dict[str, Any]]]]:
    lines = draft.text.splitlines()
    return [(one, _excerpt(lines, one.where)) for one in draft.problems]


def _excerpt(lines: list[str], where: Position) -> list[dict[str, Any]]:
    """The line of the text that is meant, those around it, and where in it: `number`, `text`, `here`."""
    if where.line is None or not 1 <= where.line <= len(lines):
        return []
    first, last = max(1, where.line - AROUND), min(len(lines), where.line + AROUND)
    return [{"number": n, "text": lines[n - 1], "here": n == where.line} for n in range(first, last + 1)]
