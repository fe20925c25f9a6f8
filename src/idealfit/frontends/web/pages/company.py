"""What the records do not say: the settings of a company, beside the files that were handed over."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.work import doing
from idealfit.workspace.company_settings import Setting, keep_settings, settings_of
from idealfit.workspace.uploading import found_upload

MOST_FIELDS = 100
LONGEST_VALUE = 10_000


def add(app: FastAPI, rooms: Rooms) -> None:
    """The settings that go with an upload."""

    @app.get("/data/uploads/{number}/company")
    def company(request: Request, number: str) -> Response:
        return _page(request, number, settings_of(found_upload(rooms.door.place, number).files))

    @app.post("/data/uploads/{number}/company")
    async def keep(request: Request, number: str) -> Response:
        form = await request.form(max_fields=MOST_FIELDS, max_files=0)
        sent = {name: str(value)[:LONGEST_VALUE] for name, value in form.items()}
        place = rooms.door.place
        settings = await run_in_threadpool(keep_settings, place, found_upload(place, number), sent)
        if any(one.fault for one in settings):
            return _page(request, number, settings)
        return RedirectResponse(_after(rooms, number), status_code=303)


def _after(rooms: Rooms, number: str) -> str:
    """Where it goes on: at the files, once they have been read with what was said of them before the form."""
    reading = (one for one in doing.recent(rooms.workspace) if one.kind == "propose" and not one.ended)
    job = next((one for one in reading if one.arguments.get("upload") == number), None)
    return f"/data/uploads/{number}" if job is None else f"/jobs/{job.job_id}"


def _page(request: Request, number: str, settings: Sequence[Setting]) -> Response:
    faulty = [one for one in settings if one.fault]
    status = 400 if faulty else 200
    return page(request, "company.html.j2", status=status, number=number, settings=settings, faulty=faulty)
