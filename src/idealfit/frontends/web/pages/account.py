"""One account: its tier and why, what would lift it, what to find out, what happened, who is known, who is like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse

from idealfit.errors import CorrectionRefused, NoSuchAccount
from idealfit.frontends.account_words import gain_words
from idealfit.frontends.web.by_hand import Typed, by_hand
from idealfit.frontends.web.list_address import PATH
from idealfit.frontends.web.pages.profile import ask_for_scores
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.wording import day
from idealfit.workspace.correcting import correct, take_back
from idealfit.workspace.dossier import Dossier, Holding
from idealfit.workspace.placing import Standing

HOW: Final = {"find out": "find out", "can happen": "can change", "only time": "changes only with time"}
GRADES: Final = {"supported": "proven", "suggestive": "likely, not proven", "assumed": "assumed"}
LABELS: Final = {"tech": "tools", "sub_industry": "sub-industry", "business_model": "business model"}
MOST_SHARES: Final = 4
FIRST: Final = frozenset(
    {"name", "domain", "industry", "employees", "revenue", "country", "tech", "owner_id", "status", "do_not_contact"}
)
"""Columns that everybody looks for; with those that the profile asks for they stand unfolded."""
_ISO_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_BETTER: Final = ("excluded", "C", "unknown", "B", "A")


def add(app: FastAPI, rooms: Rooms) -> None:
    """The page of an account."""

    @app.get(f"{PATH}/{{account_id:path}}")
    def account(request: Request, account_id: str, correct: str = "") -> Response:
        standing, found = rooms.account(account_id)
        if standing.account_id != account_id:  # named by its domain or its name
            return RedirectResponse(address_of(standing.account_id), status_code=303)
        if standing.survivor:
            raise NoSuchAccount(
                f"'{standing.name}' was merged into the account {standing.survivor}",
                remedy="Look at that account: it has this one's score.",
            )
        shown = _shown(standing, found, correct)
        return page(request, "account.html.j2", **shown, **by_hand(rooms, standing, found, correct))

    @app.post(f"{PATH}/{{account_id:path}}")
    def act(
        request: Request,
        account_id: str,
        act: Annotated[str, Form()] = "",
        column: Annotated[str, Form()] = "",
        value: Annotated[str, Form()] = "",
        missing: Annotated[str, Form()] = "",
        by: Annotated[str, Form()] = "",
        because: Annotated[str, Form()] = "",
    ) -> Response:
        if act == "score":
            return RedirectResponse(f"/jobs/{ask_for_scores(rooms, '')}", status_code=303)
        try:
            if act == "take back":
                take_back(rooms.workspace, account_id, column, by=by)
            else:
                correct(rooms.workspace, account_id, column, None if missing else value, by=by, because=because)
        except CorrectionRefused as fault:
            standing, found = rooms.account(account_id)
            typed = Typed(value, bool(missing), by, because, fault)
            more = by_hand(rooms, standing, found, column, typed)
            return page(request, "account.html.j2", status=400, **_shown(standing, found, column), **more)
        return RedirectResponse(f"{address_of(account_id)}#by-hand", status_code=303)


def address_of(account_id: str) -> str:
    """The address of an account's page."""
    return f"{PATH}/{quote(account_id, safe='')}"


def with_days(text: str) -> str:
    """A text with its days as people write them: '2026-07-07' is '7 Jul 2026'."""
    return _ISO_DAY.sub(lambda match: day(match[0]), text)


def _shown(standing: Standing, found: Dossier, editing: str = "") -> dict[str, Any]:
    """What the template shows; `editing`: the column whose form is open."""
    told = standing.told
    tier = str(standing.scores["tier"])
    turns = told.turns if told else ()
    shared = _shared_by_all((*told.won_like_it, *told.lost_like_it)) if told else ()
    place = _BETTER.index(tier)
    first = [one for one in found.holdings if _stands_first(one, editing)]
    origins = Counter(one.origin for one in found.holdings if one.origin and one.column is not None)
    return {
        "first": first,
        "more": [one for one in found.holdings if one not in first],
        "usual": origins.most_common(1)[0][0] if origins else None,
        "with_days": with_days,
        "standing": standing,
        "scores": standing.scores,
        "told": told,
        "found": found,
        "reasons": sorted(told.reasons, key=lambda one: ("true", "unknown", "false").index(one.state)) if told else [],
        "lifts": [turn for turn in turns if _BETTER.index(turn.tier) > place],
        "falls": [turn for turn in turns if _BETTER.index(turn.tier) < place],
        "all_share": [told.texts.get(name, name) for name in shared] if told else [],
        "alike": [
            (title, [_alike(one, told.texts, shared) for one in those])
            for title, those in (("Won", told.won_like_it), ("Lost", told.lost_like_it))
        ]
        if told
        else [],
        "neighbours": [
            _compared(how, one, told.texts, standing.currency, of_winning=standing.scores.get("p_win") is not None)
            for how, one in (("Ahead of", told.ahead_of), ("Behind", told.behind))
            if one is not None
        ]
        if told and told.reasons
        else [],
        "worth": standing.worth,
        "how": HOW,
        "gained": gain_words,
        "grades": GRADES,
        "address_of": address_of,
        "here": address_of(standing.account_id),
        "labels": {one.column.name: one.label for one in found.holdings if one.column is not None},
        "standing_lines": {
            one.column.correction.correction_id
            for one in found.holdings
            if one.column is not None and one.column.correction is not None
        },
        "missing_people": [one for one in found.people if not one.known],
        "known_people": [one for one in found.people if one.known],
    }


def _stands_first(one: Holding, editing: str) -> bool:
    column = one.column
    if column is None:
        return one.asked
    return one.asked or column.name in FIRST or column.name == editing or column.correction is not None


def _shared_by_all(those: Sequence[Any]) -> tuple[str, ...]:
    """The criteria in which each of several companies is like the account: told once, not beside every name."""
    if len(those) < 2:
        return ()
    return tuple(name for name in those[0].criteria if all(name in one.criteria for one in those))


def _alike(one: Any, texts: Mapping[str, str], shared: Sequence[str]) -> dict[str, Any]:
    common = [texts.get(name, name) for name in one.criteria if name not in shared]
    for column, (own, other) in one.attributes.items():
        label = LABELS.get(column, column.replace("_", " "))
        if isinstance(own, list):
            common.append(f"{label} {', '.join(map(str, own))}")
        elif isinstance(own, int | float):
            common.append(f"{label} {other:,.0f} (here {own:,.0f})")
        else:
            common.append(f"{label} {own}")
    return {
        "name": one.name or one.account_id,
        "address": address_of(one.account_id),
        "likeness": one.likeness,
        "on": one.on,
        "common": common,
    }


def _compared(how: str, other: Any, texts: Mapping[str, str], currency: str, *, of_winning: bool) -> dict[str, Any]:
    """An account beside this one in the ranking; `of_winning`: the chance that both are ranked by is one of winning."""
    chance = "chance of winning" if of_winning else "chance to be one of the good ones"
    form = {"value": f"{currency} {{:,.0f}}", "chance": "{:.2f}%"}.get(other.unit, "{:.1f}")
    signed = form.replace("{:", "{:+")
    shares = list(other.shares.items())
    said = [(texts.get(name, name), signed.format(share)) for name, share in shares[:MOST_SHARES]]
    if len(shares) > MOST_SHARES:
        rest = sum(share for _name, share in shares[MOST_SHARES:])
        said.append((f"{len(shares) - MOST_SHARES} more", signed.format(rest)))
    return {
        "how": how,
        "name": other.name or other.account_id,
        "address": address_of(other.account_id),
        "unit": {"value": "expected value", "chance": chance}.get(other.unit, "fit"),
        "mine": form.format(other.mine),
        "theirs": form.format(other.theirs),
        "shares": said,
    }
