"""Work that takes a while: how far it is, as it goes; stopping it; what came of it."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, StreamingResponse

from idealfit.frontends.web.pages.data import KINDS
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.session import session_key
from idealfit.frontends.web.wording import plural
from idealfit.work import doing
from idealfit.workspace.waiting import WAITS

LOOKED_EVERY_SECONDS = 0.5
LONGEST_SECONDS = 600.0
"""So long one stream of events lasts; the browser then asks for the next one by itself."""
LONG_SECONDS = 100
"""From here on minutes are told."""
FORETOLD_AFTER = 3.0
"""Seconds after which what is left can be foretold, and from which share on."""
FORETOLD_FROM = 0.05
ROUNDED_TO = 5
"""Seconds that are left are told in steps of so many: they are an estimate."""
STARTED_EVERY = 120
"""After so many looks at work that still waits, a process for it is started again."""


def add(app: FastAPI, rooms: Rooms) -> None:
    """A page for each job, and its progress as events."""
    root, clock = rooms.workspace, Foretelling()

    @app.get("/jobs/{number}")
    def one(request: Request, number: int) -> Response:
        job = doing.found(root, number)
        if job.state == doing.WAITING:  # asked for while another server, or none, was there
            doing.start(root)
        if job.state == doing.DONE and job.kind == "propose":
            return RedirectResponse(f"/data/uploads/{job.arguments['upload']}", status_code=303)
        before = [other for other in doing.recent(root) if not other.ended and other.job_id < number]
        return page(
            request,
            "job.html.j2",
            job=job,
            name=KINDS.get(job.kind, job.kind),
            before=before,
            kinds=KINDS,
            told=_told(job, clock),
            upload=job.arguments.get("upload"),
        )

    @app.get("/jobs/{number}/events")
    async def events(request: Request, number: int) -> Response:
        await run_in_threadpool(doing.found, root, number)
        stream = _events(request, rooms, number, clock)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    @app.post("/jobs/{number}/stop")
    def stop(number: int) -> Response:
        doing.stop(root, number)
        return RedirectResponse(f"/jobs/{number}", status_code=303)

    @app.post("/jobs/{number}/again")
    def again(number: int) -> Response:
        return RedirectResponse(f"/jobs/{doing.ask_again(root, number)}", status_code=303)


async def _events(request: Request, rooms: Rooms, number: int, clock: Foretelling) -> AsyncIterator[str]:
    told, key = "", session_key(request)
    for turn in range(int(LONGEST_SECONDS / LOOKED_EVERY_SECONDS)):
        if key is None or not await run_in_threadpool(rooms.door.knows, key):  # signed out meanwhile
            return
        job = await run_in_threadpool(doing.found, rooms.workspace, number)
        now = json.dumps(_told(job, clock), ensure_ascii=False)
        if now != told:
            yield f"event: {'ended' if job.ended else 'progress'}\ndata: {now}\n\n"
            told = now
        if job.state == doing.WAITING and turn and turn % STARTED_EVERY == 0:  # who was to do it may be gone
            await run_in_threadpool(doing.start, rooms.workspace)
        if job.ended or await request.is_disconnected():
            return
        await asyncio.sleep(LOOKED_EVERY_SECONDS)


class Foretelling:
    """What is left of each job: foretold when it last came a step on, and counted down from there."""

    def __init__(self) -> None:
        self._steps: dict[int, tuple[float, float]] = {}

    def left(self, job: doing.Job, since: float) -> float | None:
        """Seconds; None where nobody can know: at first, and where a step takes longer than was foretold."""
        share, at = self._steps.get(job.job_id, (-1.0, since))
        if share != job.share or since < at:
            share, at = self._steps[job.job_id] = job.share, since
        if job.ended:
            del self._steps[job.job_id]
        if job.ended or at < FORETOLD_AFTER or share < FORETOLD_FROM:
            return None
        left = at * (1 - share) / share - (since - at)
        return left if left > 0 else None


def _told(job: doing.Job, clock: Foretelling) -> dict[str, Any]:
    """How far a job is: the share done, what is done now, the time since it began and what is left of it."""
    since = None if job.began_at is None else ((job.ended_at or doing.now_utc()) - job.began_at).total_seconds()
    return {
        "state": job.state,
        "what": _what(job),
        "share": round(job.share, 3),
        "time": "" if since is None else _time(since, None if job.stop_asked else clock.left(job, since)),
        "took": _spell(since or 0),
    }


def _what(job: doing.Job) -> str:
    """What is done now, as a sentence begins; for whom it waits, and that it goes on by itself."""
    if not job.what:
        return "Starting"
    said = job.what[:1].upper() + job.what[1:]
    return f"{said}. This goes on when that has ended." if job.what.startswith(WAITS) else said


def _time(since: float, left: float | None) -> str:
    """What has gone and, where it is known, what is left, in words."""
    gone = f"{_spell(since)} so far"
    if left is None:
        return gone
    if left < ROUNDED_TO:
        return f"{gone}, a few seconds left"
    steps = math.ceil(left / ROUNDED_TO) * ROUNDED_TO if left < LONG_SECONDS else left
    return f"{gone}, about {_spell(steps)} left"


def _spell(seconds: float) -> str:
    """'1 second', '48 seconds', '5 minutes'."""
    return plural(round(seconds), "second") if seconds < LONG_SECONDS else plural(round(seconds / 60), "minute")
