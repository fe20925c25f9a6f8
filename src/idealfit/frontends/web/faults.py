"""Errors as pages: what happened, what to do now, the code. Never a trace, a path or SQL."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idealfit.errors import EvidenceMissing, IdealfitError, InternalError, RequestNotUnderstood
from idealfit.frontends.web.rendering import drawn, is_posted

if TYPE_CHECKING:
    from fastapi import FastAPI

TITLES: Final = {
    400: "That address is not understood",
    401: "Please come in by the link",
    403: "Refused",
    404: "There is nothing here",
    405: "That cannot be done here",
    413: "Too large",
    421: "Wrong address",
    500: "Something went wrong in idealfit",
    503: "Not possible now",
}
NOT_DONE: Final = "That was not done"
"""What a form is told that cannot be understood."""


def fault_page(status: int, fault: IdealfitError, *, path: str = "", look: str = "", posted: bool = False) -> bytes:
    """The page of a fault; it needs nothing but the fault, so that it can always be shown."""
    where = fault.where
    return drawn(
        "fault.html.j2",
        path=path,
        look=look,
        posted=posted,
        status=status,
        title=NOT_DONE if posted and status == 400 else TITLES.get(status, TITLES[503]),
        nothing_yet=isinstance(fault, EvidenceMissing),
        code=fault.code,
        what=fault.what,
        remedy=fault.remedy,
        place=PurePath(where.file).name if where is not None and where.file else None,
        value=where.value if where is not None else None,
    ).encode()


def fault_response(request: Request, fault: IdealfitError, *, status: int | None = None) -> Response:
    """The answer to a request that ended in a fault; `status` where the page knows better than the kind of fault."""
    if status is None and isinstance(fault, EvidenceMissing):  # not made yet: no fault of the server
        status = 404
    if status is None:
        from idealfit.frontends.rest.app import status_of  # with all the calls: not before something has failed

        status = status_of(fault)
    look, posted = request.cookies.get("look", ""), is_posted(request)
    return _response(status, fault_page(status, fault, path=request.url.path, look=look, posted=posted))


def no_session_response(request: Request, fault: IdealfitError) -> Response:
    """The answer to whoever has not been let in."""
    look, posted = request.cookies.get("look", ""), is_posted(request)
    return _response(401, fault_page(401, fault, path="", look=look, posted=posted))


def add_faults(app: Starlette) -> None:
    """Tell every fault of `app` as a page."""

    def told(request: Request, fault: Exception) -> Response:
        assert isinstance(fault, IdealfitError)  # noqa: S101 - registered for it
        return fault_response(request, fault)

    def told_status(request: Request, fault: Exception) -> Response:
        assert isinstance(fault, HTTPException)  # noqa: S101 - registered for it
        what = {404: "No page has this address", 405: "This address is not called in that way"}
        error = RequestNotUnderstood(
            what.get(fault.status_code, str(fault.detail)), remedy="Choose a page from the menu, or go back."
        )
        look = request.cookies.get("look", "")
        return _response(
            fault.status_code,
            fault_page(fault.status_code, error, path=request.url.path, look=look, posted=is_posted(request)),
        )

    def told_ours(request: Request, _fault: Exception) -> Response:
        error = InternalError(
            "This page could not be made", remedy="Look at the output of 'idealfit serve', and tell us."
        )
        return fault_response(request, error)

    app.add_exception_handler(IdealfitError, told)
    app.add_exception_handler(HTTPException, told_status)
    app.add_exception_handler(Exception, told_ours)


def add_misunderstandings(app: FastAPI) -> None:
    """Tell what `app` finds missing or wrong in a request as a page."""
    from fastapi.exceptions import RequestValidationError  # who has such an app has loaded it

    def told(request: Request, fault: Exception) -> Response:
        assert isinstance(fault, RequestValidationError)  # noqa: S101 - registered for it
        return misunderstood(request, ".".join(str(part) for part in fault.errors()[0]["loc"][1:]))

    app.add_exception_handler(RequestValidationError, told)


def misunderstood(request: Request, place: str) -> Response:
    """The answer to a request in which `place` is missing or wrong."""
    remedy = "Go back and try again; the address may have been cut."
    return fault_response(request, RequestNotUnderstood(f"'{place}' is missing or not as it must be", remedy=remedy))


def _response(status: int, body: bytes) -> Response:
    return Response(body, status_code=status, media_type="text/html; charset=utf-8")
