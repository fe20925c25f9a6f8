"""The calls: what a form, a chat bot or a CRM flow asks of the workspace, and how errors are told."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

import idealfit
from idealfit.errors import (
    EnvironmentFault,
    IdealfitError,
    InternalError,
    KeyUsedOtherwise,
    MotionWithoutProfile,
    NoSuchAccount,
    NoSuchDecision,
    NoSuchJob,
    NoSuchUpload,
    Position,
    RequestNotUnderstood,
    RequestTooLarge,
    UsageError,
)
from idealfit.frontends.rest.account_messages import ToldAccount, told_account
from idealfit.frontends.rest.guard import App, Guard, fault_body
from idealfit.frontends.rest.messages import (
    Fault,
    FaultAnswer,
    GivenLead,
    GivenLeads,
    Health,
    OneOfMany,
    ScoreAnswer,
    ScoreAnswers,
    ServedProfile,
    told,
)
from idealfit.inbound.answer import Inbox, Lead, LeadEvent
from idealfit.inbound.keyed import answered_once
from idealfit.inbound.serving import FreshInbox
from idealfit.workspace.placing import account as account_of

_FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": FaultAnswer, "description": "The request is not what the call takes."},
    403: {"model": FaultAnswer, "description": "The request comes from another site or another user of this machine."},
    404: {"model": FaultAnswer, "description": "No account has the id, or no profile the motion, that was given."},
    405: {"model": FaultAnswer, "description": "The call exists, but not with this method."},
    409: {"model": FaultAnswer, "description": "The key came with another request before."},
    413: {"model": FaultAnswer, "description": "The body is too large."},
    415: {"model": FaultAnswer, "description": "The body is not JSON."},
    421: {"model": FaultAnswer, "description": "The server does not answer for that host."},
    503: {"model": FaultAnswer, "description": "The workspace cannot be read now."},
}
_MANY = {code: one for code, one in _FAULTS.items() if code != 404}
_ABOUT = "Scores for inbound leads, by the profiles of one workspace, on this machine. Nothing is sent anywhere."

_READ: dict[int | str, dict[str, Any]] = {code: _FAULTS[code] for code in (400, 404, 405, 421, 503)}
Who = Annotated[
    str, Query(min_length=1, max_length=500, description="An id, a domain or a name; case and blanks do not matter.")
]
_NO_OBJECT = {"model_attributes_type", "model_type", "dict_type"}
_OF_A_VALUE = 3
"""So many parts has the place of an attribute: body, attributes, its name."""
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="The same key with the same body gets the same answer for 24 hours.",
    ),
]


def create_app(
    workspace: Path, hosts: frozenset[str], *, inbox: FreshInbox | None = None
) -> tuple[App, Callable[[], None]]:
    """The REST application of a workspace, callable as `hosts` (name:port), and what reads the records before the first
    request needs them; `inbox`: one that is shared with other doors. Raises what `open_place` raises.
    """
    inbox = inbox or FreshInbox(workspace)
    app = FastAPI(
        title="idealfit",
        version=idealfit.__version__,
        description=_ABOUT,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page is fetched from elsewhere
        redoc_url=None,
    )
    app.add_exception_handler(IdealfitError, _told_fault)
    app.add_exception_handler(RequestValidationError, _told_misunderstanding)
    app.add_exception_handler(HTTPException, _told_status)
    app.add_exception_handler(UnicodeEncodeError, _told_half_sign)
    app.add_exception_handler(Exception, _told_ours)
    _add_calls(app, inbox)

    def warm() -> None:
        with contextlib.suppress(IdealfitError):  # it is told to whoever asks
            inbox.now()

    return Guard(app, hosts), warm


def _add_calls(app: FastAPI, inbox: FreshInbox) -> None:
    @app.get("/api/v1/health", responses={503: _FAULTS[503]}, summary="That the server answers, and by which profiles")
    def health() -> Health:
        now = inbox.now()
        profiles = [
            ServedProfile(name=one.profile, motion=motion, version=version, status=one.status)
            for motion, (one, version) in now.profiles.items()
        ]
        return Health(status="ok", as_of=now.as_of, accounts=now.companies.count, profiles=profiles)

    @app.get("/api/v1/account", responses=_READ, response_model=ToldAccount, summary="One account, explained")
    def account(request: Request, who: Who) -> ToldAccount:
        _no_parameters(request, "who")
        return told_account(account_of(inbox.workspace, who))

    @app.post("/api/v1/score", responses=_FAULTS, response_model=ScoreAnswer, summary="Score one lead")
    async def score(request: Request, lead: GivenLead, idempotency_key: Key = None) -> Response:
        _no_parameters(request)
        ready = inbox.ready()
        if ready is not None and idempotency_key is None and not lead.explain:
            # a millisecond or two: handing it to a thread and back takes as long, and makes those behind it wait longer
            return _json_of(_answer(ready, lead))

        def answered() -> Response:
            said = lead.model_dump(mode="json")
            return _kept(inbox, idempotency_key, request, said, lambda: _answer(inbox.now(), lead))

        return await run_in_threadpool(answered)

    @app.post("/api/v1/score/batch", responses=_MANY, response_model=ScoreAnswers, summary="Score several leads")
    def score_batch(request: Request, given: GivenLeads, idempotency_key: Key = None) -> Response:
        _no_parameters(request)

        def answers() -> ScoreAnswers:
            now = inbox.now()
            return ScoreAnswers(answers=[_one_of_many(now, lead) for lead in given.leads])

        return _kept(inbox, idempotency_key, request, given.model_dump(mode="json"), answers)


def _kept(inbox: FreshInbox, key: str | None, request: Request, said: dict[str, Any], make: Any) -> Response:
    if key is None:
        return _json_of(make())
    asked = {"path": request.url.path, "body": said}
    answer, again = answered_once(inbox.workspace, key, asked, lambda: make().model_dump(mode="json"))
    headers = {"Idempotency-Replayed": "true"} if again else {}
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(body, media_type="application/json", headers=headers)


def _json_of(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), media_type="application/json")


def _answer(inbox: Inbox, given: GivenLead) -> ScoreAnswer:
    lead = Lead(
        account_id=given.account_id,
        domain=given.domain,
        name=given.name,
        attributes=given.attributes,
        events=[LeadEvent(one.event_type, one.occurred_on, one.detail) for one in given.events],
        roles=given.roles,
        hand_raised=given.hand_raised,
        motion=given.motion,
        as_of=given.as_of,
        explain=given.explain,
    )
    return told(inbox.answer(lead))


def _one_of_many(inbox: Inbox, given: GivenLead) -> OneOfMany:
    try:
        return OneOfMany(answer=_answer(inbox, given))
    except UsageError as fault:
        return OneOfMany(error=Fault.model_validate(fault.as_told()))


def _no_parameters(request: Request, *taken: str) -> None:
    for name in (one for one in request.query_params if one not in taken):
        raise RequestNotUnderstood(
            f"The call takes no parameter '{name[:100]}'",
            where=Position("query", value=name[:100]),
            remedy="Say it in the body; see /api/v1/openapi.json.",
        )


def status_of(fault: IdealfitError) -> int:  # noqa: PLR0911 - one kind of fault after the other
    """The HTTP status that tells a fault."""
    match fault:
        case NoSuchAccount() | MotionWithoutProfile() | NoSuchDecision() | NoSuchJob() | NoSuchUpload():
            return 404
        case RequestTooLarge():
            return 413
        case KeyUsedOtherwise():
            return 409
        case UsageError():
            return 400
        case InternalError():
            return 500
        case EnvironmentFault():
            return 503
    return 503  # a profile or a table of the workspace that cannot be used as it is


def _json(status: int, fault: IdealfitError) -> Response:
    return Response(fault_body(fault), status_code=status, media_type="application/json")


def _told_fault(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, IdealfitError)  # noqa: S101 - registered for it
    return _json(status_of(fault), fault)


def _told_misunderstanding(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)  # noqa: S101 - registered for it
    first = fault.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    value = first.get("input")
    shown = value if isinstance(value, str) else json.dumps(value, default=str)
    what = "The body is not JSON" if first["type"] == "json_invalid" else f"{place}: {first['msg']}"
    if first["loc"][-1] == "[key]":
        what = "body.attributes: the name of an attribute has 1 to 200 signs"
    elif first["loc"][1:2] == ("attributes",) and len(first["loc"]) > _OF_A_VALUE:
        # a value may be one of several things, and the first that it is not says little
        place = ".".join(str(part) for part in first["loc"][:_OF_A_VALUE])
        what = f"{place}: this is no number up to 1e15, no text of at most 4,000 signs, true, false or a list of texts"
    remedy = "See /api/v1/openapi.json for what the call takes."
    if first["type"] == "extra_forbidden":
        name = str(first["loc"][-1])
        what = f"{place}: the call takes no '{name[:100]}'"
        remedy = f'What is known of the company goes into attributes: {{"attributes": {{"{name[:100]}": …}}}}.'
    elif first["type"] in _NO_OBJECT and first["loc"] == ("body",):
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            what = "The body is not sent as JSON"
            where = Position("Content-Type", value=kind[:100])
            return _json(415, RequestNotUnderstood(what, where=where, remedy="Send it as application/json."))
        what = "The body is no JSON object"
    return _json(400, RequestNotUnderstood(what, where=Position(place, value=shown[:100]), remedy=remedy))


def _told_status(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for it
    path = request.url.path[:200]
    told_ = {
        400: "The body cannot be read as JSON",  # too deep, a number too long, or no text
        404: f"There is no call {path}",
        405: f"{path} is not called with {request.method}",
    }
    what = told_.get(fault.status_code, str(fault.detail))
    answer = _json(fault.status_code, RequestNotUnderstood(what, remedy="See /api/v1/openapi.json for what there is."))
    answer.headers.update(fault.headers or {})
    return answer


def _told_half_sign(_request: Request, _fault: Exception) -> Response:
    remedy = "Send whole characters: \\ud83d\\ude00 together, neither alone."
    return _json(400, RequestNotUnderstood("A text of the body holds half a character", remedy=remedy))


def _told_ours(_request: Request, _fault: Exception) -> Response:
    return _json(
        500, InternalError("Something went wrong in idealfit", remedy="Look at the server's output, and tell us.")
    )
