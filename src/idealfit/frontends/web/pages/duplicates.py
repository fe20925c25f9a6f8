"""Pairs of accounts that may be one company: one at a time, side by side, decided by a click or a key, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import IdealfitError, NoSuchPair, RequestNotUnderstood, UsageError
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.workspace import reviewing
from idealfit.workspace.reviewing import Decided, PairDecision, Queue, WaitingPair

PATH = "/data/duplicates"
LONGEST_NAME = 200
LONGEST_REASON = 2_000
MOST_DECIDED = 100
"""So many decisions are listed."""
FIRST = ("name", "domain", "website")
"""What tells companies apart at a glance: shown first."""

WORDS: Mapping[str, str] = {
    "same": "the same company",
    "different": "two companies",
    "cannot tell": "nobody can tell",
}
"""What was said of a pair."""

Key = tuple[str, str]


def add(app: FastAPI, rooms: Rooms) -> None:
    """The queue."""

    @app.get(PATH)
    def queue(
        request: Request,
        a: str = "",
        b: str = "",
        by: str = "",
        was_a: str = "",
        was_b: str = "",
        back: str = "",
    ) -> Response:
        who, was, taken_back = by.strip()[:LONGEST_NAME], (was_a, was_b), back if back in WORDS else ""
        if (a or b) and (a, b) not in _keys(rooms):
            return _shown(request, rooms, ("", ""), by=who, fault=_gone())
        return _shown(request, rooms, (a, b), by=who, was=was, back=taken_back)

    @app.post(PATH)
    def decide(
        request: Request,
        a: Annotated[str, Form()],
        b: Annotated[str, Form()],
        verdict: Annotated[str, Form()],
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
    ) -> Response:
        who, why = by.strip()[:LONGEST_NAME], because.strip()[:LONGEST_REASON]
        try:
            before = _decide(rooms, (a, b), verdict, who, why)
        except IdealfitError as fault:
            return _shown(request, rooms, (a, b), by=who, because=why, fault=fault)
        after = {"was_a": a, "was_b": b}
        if verdict == "undo" and before is not None:
            after = {"a": a, "b": b, "back": before.state or ""}
        return RedirectResponse(f"{PATH}?{urlencode({**after, 'by': who})}", status_code=303)


class _SentTwice(Exception):
    """The same person says the same again: there is nothing to keep."""


def _decide(rooms: Rooms, key: Key, verdict: str, who: str, why: str) -> PairDecision | None:
    """Keep what is said of a pair; what stood of it until then. Raises what a page can tell of it."""
    if verdict not in reviewing.VERDICTS:
        raise RequestNotUnderstood("There is no such decision", remedy="Same, different, or cannot tell.")
    if not who:
        raise RequestNotUnderstood("Who decides is missing", remedy="Type your name: it is kept with it.")
    if key not in _keys(rooms):
        raise _gone()
    before: list[PairDecision | None] = []

    def look(standing: Mapping[Key, PairDecision]) -> None:
        before.append(standing.get(key))
        _need_as_it_was_shown(before[-1], verdict, who)

    try:
        reviewing.decide(rooms.workspace, [Decided(*key, verdict, who, why or None)], look)
    except _SentTwice:
        pass
    except RequestNotUnderstood:
        raise
    except NoSuchPair:
        raise _gone() from None
    except UsageError as fault:  # it contradicts what was said of other pairs
        raise RequestNotUnderstood(fault.what, remedy="Take one of them back first: they are listed below.") from None
    return before[-1]


def _need_as_it_was_shown(stands: PairDecision | None, verdict: str, who: str) -> None:
    if verdict == "undo":
        if stands is None:
            raise RequestNotUnderstood("This was taken back already", remedy="The pair waits again, for anybody.")
    elif stands is not None:
        if (stands.state, stands.by) == (verdict, who):
            raise _SentTwice
        raise RequestNotUnderstood(
            f"Meanwhile {stands.by} has said of this pair: {WORDS[stands.state or '']}. Nothing was changed",
            remedy="If you know better, take that back, and say it anew.",
        )


def _gone() -> RequestNotUnderstood:
    return RequestNotUnderstood(
        "This pair waits no more: the records have been imported anew, or it never did",
        remedy="Nothing was changed. What waits now is shown instead.",
    )


def _keys(rooms: Rooms) -> set[Key]:
    return {_key(one) for one in rooms.pairs().pairs}


def _said(rooms: Rooms) -> dict[Key, Any]:
    """The decision that stands of each pair, the latest last."""
    return {(one.account_a, one.account_b): one for one in reviewing.decisions(rooms.workspace, as_said=True)}


def _key(pair: WaitingPair) -> Key:
    return pair.account_a, pair.account_b


def _shown(
    request: Request,
    rooms: Rooms,
    wanted: Key,
    *,
    by: str,
    was: Key = ("", ""),
    back: str = "",
    because: str = "",
    fault: IdealfitError | None = None,
) -> Response:
    queue, said = rooms.pairs(), _said(rooms)
    keys = [_key(one) for one in queue.pairs]
    pair = next((one for one in queue.pairs if _key(one) == wanted), None) or _next(queue, said, was)
    decided = [(said[key], _names(queue, key)) for key in reversed(said) if key in set(keys)]
    return page(
        request,
        "duplicates.html.j2",
        status=200 if fault is None else 400,
        queue=queue,
        pair=pair,
        names=None if pair is None else _names(queue, _key(pair)),
        told=None if pair is None else said.get(_key(pair)),
        rows=() if pair is None else _rows(pair),
        before=None if pair is None else _beside(queue, pair, -1),
        after=None if pair is None else _beside(queue, pair, 1),
        place=0 if pair is None else keys.index(_key(pair)) + 1,
        left=queue.waiting - len(decided),
        by=by,
        because=because,
        words=WORDS,
        back=back,
        was=was in said,
        last=next((one for one in decided if by and one[0].by == by), None),
        decided=decided[:MOST_DECIDED],
        fault=fault,
    )


def _next(queue: Queue, said: Mapping[Key, Any], was: Key) -> WaitingPair | None:
    """The next pair after the one just decided that nobody has decided; those that were left come after the last."""
    at = next((place for place, one in enumerate(queue.pairs) if _key(one) == was), -1) + 1
    return next((one for one in (*queue.pairs[at:], *queue.pairs[:at]) if _key(one) not in said), None)


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
