"""Thirty seconds for a lead: one box, the questions that would change the answer, one card to take along."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import IdealfitError, NoSuchAccount, RequestNotUnderstood, UsageError
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.inbound import deciding
from idealfit.inbound.past import earlier as earlier_leads
from idealfit.inbound.serving import FreshInbox
from idealfit.inbound.told import text_of

ENOUGH = 3
"""So many questions are asked before the card counts as done; more can be."""
SHOWN = 25


def add(app: FastAPI, rooms: Rooms) -> None:
    """The box, the card of a lead, and what was decided before."""
    inbox = rooms.inbox

    @app.get("/thirty-seconds")
    def box(request: Request) -> Response:
        return _box(request, rooms)

    @app.post("/thirty-seconds")
    def decide(request: Request, lead: Annotated[str, Form()] = "", raised: Annotated[str, Form()] = "") -> Response:
        try:
            number = deciding.decide(inbox.now(), rooms.door.place, lead, hand_raised=bool(raised))
        except RequestNotUnderstood as fault:
            return _box(request, rooms, said=lead, fault=fault)
        return RedirectResponse(f"/thirty-seconds/{number}", status_code=303)

    @app.get("/thirty-seconds/{number}")
    def card(request: Request, number: int) -> Response:
        return _card(request, rooms, inbox, number)

    @app.post("/thirty-seconds/{number}")
    def answer(
        request: Request, number: int, key: Annotated[str, Form()], value: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            deciding.tell(inbox.now(), rooms.door.place, number, key, value)
        except (RequestNotUnderstood, NoSuchAccount) as fault:
            return _card(request, rooms, inbox, number, key=key, said=value, fault=fault)
        return RedirectResponse(f"/thirty-seconds/{number}", status_code=303)

    @app.post("/thirty-seconds/{number}/disagree")
    def disagree(
        request: Request,
        number: int,
        wanted: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
        by: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            deciding.disagree(rooms.door.place, number, wanted=wanted, because=because, by=by)
        except RequestNotUnderstood as fault:
            against = {"wanted": wanted, "because": because, "by": by, "fault": fault}
            return _card(request, rooms, inbox, number, against=against)
        return RedirectResponse(f"/thirty-seconds/{number}#otherwise", status_code=303)


def _box(request: Request, rooms: Rooms, *, said: str = "", fault: IdealfitError | None = None) -> Response:
    earlier, count, against = earlier_leads(rooms.door.place, limit=SHOWN)
    return page(
        request,
        "thirty_seconds.html.j2",
        status=200 if fault is None else 400,
        said=said,
        fault=fault,
        earlier=earlier,
        count=count,
        against=against,
        ready=any((rooms.workspace / name).exists() for name in ("profile.yaml", "profiles")),
    )


def _card(
    request: Request,
    rooms: Rooms,
    inbox: FreshInbox,
    number: int,
    *,
    key: str = "",
    said: str = "",
    fault: UsageError | None = None,
    against: dict[str, Any] | None = None,
) -> Response:
    found = deciding.decided(inbox.now(), rooms.door.place, number)
    lead, told = found.decision.lead, found.decision.answer
    answered = len(lead["attributes"]) + len(lead["said"])
    asked = len(lead["skipped"]) + len(lead["said"])
    questions = sorted(found.questions, key=lambda one: one.key != key)  # the one that was not understood comes first
    decisive = [one for one in questions if one.another_tier > 0]
    entries = [one for heading in told["headings"] for one in heading["reasons"]]
    states = [one["state"] for one in [*entries, *told["excluded"], *told["capped"], *told["check"]]]
    return page(
        request,
        "lead_card.html.j2",
        status=200 if fault is None and against is None else 400,
        number=number,
        at=found.decision.at,
        lead=lead,
        card=told,
        text=text_of(told),
        questions=questions,
        decisive=decisive,
        asks=bool(states),
        open_still="unknown" in states,
        answered=answered,
        asked=asked,
        near=found.near,
        picked=bool(lead["account_id"] and (lead["name"] or lead["domain"])),
        not_this=deciding.NOT_THIS,
        said=said,
        fault=fault,
        disagreement=found.decision.disagreement,
        against=against or {"wanted": "", "because": "", "by": "", "fault": None},
        tiers=deciding.TIERS,
    )
