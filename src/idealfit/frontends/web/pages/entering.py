"""Coming in by the link, going out, and light or dark."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from idealfit.errors import RequestNotUnderstood, SessionMissing
from idealfit.frontends.web.faults import misunderstood, no_session_response
from idealfit.frontends.web.rendering import LOOKS, NAV, page, statics
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.session import let_in, let_out, link_command, session_key

_A_YEAR = 365 * 24 * 3600


def _back(came_from: str, *, posted: bool) -> str:
    """Where somebody was: the address itself, or where that one only takes a form, the room that it belongs to."""
    found = urlsplit(came_from)
    path = found.path
    # Of the address only path and query are used; two slashes would name another host.
    if not path.startswith("/") or path[1:2] in ("/", "\\"):
        return "/"
    if posted:
        room = f"/{path.split('/')[1]}"
        return "/data" if room == "/jobs" else room if any(one.path == room for one in NAV) else "/"
    return f"{path}?{found.query}" if found.query else path


def add(app: Starlette, rooms: Rooms) -> None:
    """The pages of the door."""

    def enter(request: Request) -> Response:
        session = rooms.door.enter(request.query_params.get("key", ""))
        own = session_key(request)
        if session is not None:
            if own is not None:  # the cookie takes its place: nobody could end it any more
                rooms.door.leave(own)
            return let_in(RedirectResponse("/", status_code=303), request, session)
        if own is not None and rooms.door.knows(own):
            return RedirectResponse("/", status_code=303)
        return no_session_response(
            request,
            SessionMissing(
                "This link was used already, or has expired",
                remedy=f"A link opens one session. This prints a new one: {link_command(request, rooms.door)}",
            ),
        )

    def leave(request: Request) -> Response:
        own = session_key(request)
        if own is not None:
            rooms.door.leave(own)
        return let_out(page(request, "left.html.j2", command=link_command(request, rooms.door)), request)

    async def look(request: Request) -> Response:
        async with request.form() as form:
            sent = {name: str(value) for name, value in form.items()}
        if "look" not in sent:
            return await run_in_threadpool(misunderstood, request, "look")
        look = sent["look"]
        if look not in (*LOOKS, "as the machine"):
            raise RequestNotUnderstood("There is no such look", remedy="Choose light, dark, or as the machine.")
        response = RedirectResponse(_back(request.headers.get("referer", ""), posted=bool(sent.get("posted"))), 303)
        if look in LOOKS:
            response.set_cookie("look", look, max_age=_A_YEAR, path="/", httponly=True, samesite="lax")
        else:
            response.delete_cookie("look", path="/", httponly=True, samesite="lax")
        return response

    def static_file(request: Request) -> Response:
        found = statics().get(request.path_params["name"])
        if found is None:
            raise RequestNotUnderstood("There is no such file", remedy="Load the page again.")
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(found[1], media_type=found[0], headers=headers)

    app.add_route("/enter", enter)
    app.add_route("/leave", leave, methods=["POST"])
    app.add_route("/look", look, methods=["POST"])
    app.add_route("/static/{version}/{name}", static_file)
