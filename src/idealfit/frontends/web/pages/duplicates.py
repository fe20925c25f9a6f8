"""Pairs of accounts that may be one company: one at a time, side by side, decided by a click or a key, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import IdealfitError, NoSuchPair, RequestNotUnderstood
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.workspace import reviewing
from idealfit.workspace.reviewing import Decided, Queue, WaitingPair

PATH = "/data/duplicates"
LONGEST_NAME = 200
LONGEST_REASON = 2_000
MOST_DECIDED = 100
"""So many decisions are listed."""
FIRST = ("name", "domain", "website")
"""What tells companies apart at a glance: shown first."""

Key = tuple[str, str]


def add(app: FastAPI, rooms: Rooms) -> None:
    """The queue."""

    @app.get(PATH)
    def queue(request: Request, a: str = "", b: str = "", by: str = "", was_a: str = "", was_b: str = "") -> Response:
        return _shown(request, rooms, (a, b), by=by.strip()[:LONGEST_NAME], was=(was_a, was_b))

    @app.post(PATH)
    def decide(
        request: Request,
        a: Annotated[str, Form()],
        b: Annotated[str, Form()],
        verdict: Annotated[str, Form()],
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
    ) -> Response:
        who = by.strip()[:LONGEST_NAME]
        try:
            if verdict not in reviewing.VERDICTS:
                raise RequestNotUnderstood("There is no such decision", remedy="Same, different, or cannot tell.")
            if not who:
                raise RequestNotUnderstood("Who decides is missing", remedy="Type your name: it is kept with it.")
            why = because.strip()[:LONGEST_REASON] or None
            reviewing.decide(rooms.workspace, [Decided(a, b, verdict, who, why)])
        except IdealfitError as fault:
            return _shown(request, rooms, (a, b), by=who, because=because.strip()[:LONGEST_REASON], fault=fault)
        after = {"a": a, "b": b} if verdict == "undo" else {"was_a": a, "was_b": b}
        return RedirectResponse(f"{PATH}?{urlencode({**after, 'by': who})}", status_code=303)


def _said(rooms: Rooms) -> dict[Key, Any]:
    """The decision that stands of each pair."""
    return {(one.account_a, one.account_b): one for one in reviewing.decisions(rooms.workspace)}


def _key(pair: WaitingPair) -> Key:
    return pair.account_a, pair.account_b


def _shown(
    request: Request,
    rooms: Rooms,
    wanted: Key,
    *,
    by: str,
    was: Key = ("", ""),
    because: str = "",
    fault: IdealfitError | None = None,
) -> Response:
    queue, said = rooms.pairs(), _said(rooms)
    keys = [_key(one) for one in queue.pairs]
    if any(wanted) and wanted not in keys and fault is None:
        raise NoSuchPair("This pair does not wait for anybody", remedy="Begin with the first that does: Data.")
    pair = next((one for one in queue.pairs if _key(one) == wanted), None)
    pair = pair or next((one for one in queue.pairs if _key(one) not in said), None)
    left = queue.waiting - sum(key in said for key in keys)
    return page(
        request,
        "duplicates.html.j2",
        status=200 if fault is None else 400,
        queue=queue,
        pair=pair,
        told=None if pair is None else said.get(_key(pair)),
        rows=() if pair is None else _rows(pair),
        before=None if pair is None else _beside(queue, pair, -1),
        after=None if pair is None else _beside(queue, pair, 1),
        place=0 if pair is None else keys.index(_key(pair)) + 1,
        left=left,
        by=by,
        because=because,
        was=said.get(was),
        was_names=_names(queue, was),
        decided=[(said[key], _names(queue, key)) for key in keys if key in said][:MOST_DECIDED],
        fault=fault,
    )


def _beside(queue: Queue, pair: WaitingPair, step: int) -> Key | None:
    """The pair before or after this one in the queue."""
    at = queue.pairs.index(pair) + step
    return _key(queue.pairs[at]) if 0 <= at < len(queue.pairs) else None


def _names(queue: Queue, key: Key) -> Key:
    found = next((one for one in queue.pairs if _key(one) == key), None)
    return key if found is None else (found.a.get("name") or key[0], found.b.get("name") or key[1])


def _cell(side: Mapping[str, str], name: str) -> str | None:
    """A value as it is read: a day without its midnight."""
    value = side.get(name)
    return None if value is None else value.removesuffix(" 00:00:00")


def _rows(pair: WaitingPair) -> list[dict[str, Any]]:
    """What is known of both, line by line; `alike` is None where one of them says nothing."""
    names = dict.fromkeys((*FIRST, *pair.a, *pair.b))
    found = []
    for name in names:
        one, other = _cell(pair.a, name), _cell(pair.b, name)
        if name == "account_id" or (one is None and other is None):
            continue
        alike = None if one is None or other is None else one.casefold() == other.casefold()
        found.append({"label": name.removesuffix("_id").replace("_", " "), "a": one, "b": other, "alike": alike})
    return found
