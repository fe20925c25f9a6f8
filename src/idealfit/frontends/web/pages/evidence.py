"""The patterns behind the profile: what was found and why, what was refused and why, and any group of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from fastapi import FastAPI, Request, Response

from idealfit.errors import EvidenceMissing, IdealfitError
from idealfit.frontends.criterion_facts import facts_of
from idealfit.frontends.result_words import why_not_used, won_word
from idealfit.frontends.web import whiskers
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.workspace import asking
from idealfit.workspace.reading_back import evidence_of

MOST_NAMES = 200
"""So many records are shown of a figure; the file beside the page has them all."""
LOST = {"won": "lost", "stayed": "left", "advanced": "did not advance"}
SIDES = (("matching", "Matching"), ("others", "Others"), ("unknown", "Not known"))
MADE_ELSEWHERE = ("leakage", "after_outcome", "computed", "self_caused")
"""What is refused because it could not have been known, or was caused by us: shown first."""


def add(app: FastAPI, rooms: Rooms) -> None:
    """The pages of the evidence."""

    @app.get("/evidence")
    def evidence(request: Request) -> Response:
        try:
            document = evidence_of(rooms.workspace)
        except EvidenceMissing:
            return page(request, "evidence.html.j2", document=None)
        won = won_word(document)
        seek = [one for one in document["criteria"] if one["polarity"] == "seek" and one.get("seen") != "call"]
        avoid = [one for one in document["criteria"] if one["polarity"] == "exclude"]
        calls = [one for one in document["criteria"] if one.get("seen") == "call" and one["polarity"] == "seek"]
        tiers = (document.get("backtest") or {}).get("tiers", [])
        return page(
            request,
            "evidence.html.j2",
            document=document,
            won=won,
            lost=LOST.get(won, "others"),
            groups=[("What to look for", seek), ("Whom to walk away from", avoid), ("What to ask on the call", calls)],
            scale=whiskers.odds([one["interval"] for one in document["criteria"] if _drawn(one)]),
            drawn=_drawn,
            refused=_refused(document["rejected"]),
            why=why_not_used,
            tiers=whiskers.rates([(one["tier"], one["win_rate"]) for one in tiers if one.get("win_rate")]),
            backtest=document.get("backtest") or {},
        )

    @app.get("/evidence/criterion/{name}")
    def criterion(request: Request, name: str) -> Response:
        found = asking.explain(rooms.workspace, name)
        won = won_word({"unit": found.unit, "warnings": found.warnings})
        return page(
            request,
            "criterion.html.j2",
            one=found.criterion,
            facts=facts_of(found.criterion, won),
            accounts={
                {"won": won, "lost": LOST.get(won, "others")}.get(key, key): pairs
                for key, pairs in found.accounts.items()
            },
            most=MOST_NAMES,
        )

    @app.get("/evidence/attribute/{name:path}")
    def attribute(request: Request, name: str) -> Response:
        found = asking.why_not(rooms.workspace, name, by_value=True)
        good = "stayed" if found.stays else won_word({"unit": found.unit, "warnings": ()})
        return page(
            request,
            "attribute.html.j2",
            found=found,
            good=good,
            lost=LOST.get(good, "others"),
            why=why_not_used,
            rates=whiskers.rates(
                [(one.value, _rate(one.won, one.lost)) for one in found.values if one.won + one.lost], wide=True
            ),
        )

    @app.get("/evidence/group")
    def group(request: Request, when: str = "") -> Response:
        return _group(request, rooms, when)


def _group(request: Request, rooms: Rooms, when: str) -> Response:
    """What became of the companies for which `when` is true; a mistake in it is told beside its box."""
    answer, fault = None, None
    if when.strip():
        try:
            answer, _beside = rooms.desk.cohort(when)
        except IdealfitError as problem:
            fault = problem
    good = "stayed" if answer and answer.stays else won_word({"unit": answer.unit if answer else "deal"})
    sides = [(words, getattr(answer.cohort, name)) for name, words in SIDES] if answer else []
    return page(
        request,
        "group.html.j2",
        status=200 if fault is None else 400,
        when=when,
        answer=answer,
        fault=fault,
        sides=sides,
        good=good,
        lost=LOST.get(good, "others"),
        rates=whiskers.rates([(words, side.win_rate.as_dict()) for words, side in sides if side.win_rate]),
        most=MOST_NAMES,
    )


def _drawn(one: Mapping[str, Any]) -> bool:
    interval = one.get("interval") or {}
    return interval.get("of") == "odds_ratio" and all(interval.get(end) for end in ("low", "value", "high"))


def _rate(won: int, lost: int) -> dict[str, float]:
    """A share with its Wilson interval, as an estimate is written."""
    from idealfit.workspace.reading_back import share_of

    return share_of(won, won + lost).as_dict()


def _refused(rejected: list[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """What was refused by its reason; what could not have been known stands first."""
    ordered = sorted(rejected, key=lambda one: (one["reason"] not in MADE_ELSEWHERE, one["reason"], one["attribute"]))
    return [(reason, list(found)) for reason, found in groupby(ordered, key=lambda one: str(one["reason"]))]
