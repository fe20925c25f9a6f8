"""The call card: what a rep needs in thirty seconds, on half a sheet: whom to drop, six questions, the points."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from idealfit.errors import PageFault
from idealfit.profile.rendering.breaking import holds, soft
from idealfit.profile.rendering.held import dictionary_of, held
from idealfit.profile.rendering.html import fonts, template_of
from idealfit.profile.rendering.model import Line, Page
from idealfit.profile.rendering.parts import spoken_question
from idealfit.profile.rendering.pdf import compiler, moment
from idealfit.profile.rendering.reading import (
    Item,
    did,
    entries,
    exclusions_of,
    fits,
    halves,
    items_of,
    mapping,
    number,
)
from idealfit.profile.rendering.wording import capital, clean, count, ended, n_of_m
from idealfit.records.attribute import AttributeInfo

QUESTIONS, DISQUALIFIERS, LONGEST_ROUTE = 6, 4, 60


@dataclass(frozen=True)
class Question:
    """What to ask or look up, the answer that counts, and its points ('' where it is no part of the score)."""

    ask: str
    good: str
    points: str = ""
    asked: bool = False


@dataclass(frozen=True)
class CallCard:
    """The card. `most`: the points of all good answers together ('70 of 80' where more are worth points than fit);
    `routes`: from how many points, or in which tier, what is done.
    """

    name: str
    stamp: str
    sentence: str
    stop: tuple[Line, ...]
    questions: tuple[Question, ...]
    routes: tuple[tuple[str, str], ...]
    most: str
    foot: str
    as_of: str


def callcard_of(
    profile: Any,
    evidence: Mapping[str, Any] | None,
    page: Page,
    attributes: Mapping[str, AttributeInfo] | None = None,
) -> CallCard:
    """The card of `profile` (a `Profile` or its content): disqualifiers, accepted ones first; then six questions, those
    that only a call answers first, and after them the most decisive criteria; points are those of the profile's card
    where it has one, else of its criteria. Half of the questions are for the call, or fewer where the profile's card
    holds more criteria than three: its routes are reached by all of its points.
    """
    content = mapping(profile)
    known, attributes = held(content, mapping(evidence)), dictionary_of(content, attributes)
    items = items_of(content, known, attributes)
    card = mapping(content.get("card"))
    on_card = {
        str(one.get("id")): int(number(one.get("points")) or 0) for one in map(mapping, entries(card.get("criteria")))
    }
    points = {item.id: on_card.get(item.id, 0) if on_card else item.points for item in items}
    scored = sorted(
        (item for item in items if item.seen == "list" and points[item.id] > 0), key=lambda item: -points[item.id]
    )
    typed = [
        Question(clean(one.get("ask") or ""), clean(one.get("good") or ""), asked=True)
        for one in map(mapping, entries(content.get("questions")))
    ]
    called = [_asked(item, did(known), attributes) for item in items if item.seen == "call"]
    worded = [item for item in scored if fits(item.text)]
    room = max(1, min(QUESTIONS // 2, QUESTIONS - len(worded))) if on_card else QUESTIONS // 2
    questions = [one for one in (*called, *typed) if fits(one.ask)][:room]
    looked = worded[: QUESTIONS - len(questions)]
    questions += [_looked_up(item, points[item.id], attributes) for item in looked]
    return CallCard(
        name=page.name,
        stamp=page.stamp,
        sentence=page.sentence,
        stop=_stop(exclusions_of(content, known, attributes)),
        questions=tuple(questions),
        routes=_routes(card) if on_card else _actions(mapping(content.get("tiers"))),
        most=_most([points[item.id] for item in looked], [points[item.id] for item in scored]),
        foot=" · ".join(page.meta),
        as_of=page.as_of,
    )


def _most(here: list[int], everywhere: list[int]) -> str:
    """'80', or '70 of 80' where some of the points are not on the card."""
    if not here:
        return ""
    return count(sum(here)) if sum(here) == sum(everywhere) else n_of_m(sum(here), sum(everywhere))


def _stop(exclusions: list[Item]) -> tuple[Line, ...]:
    ordered = sorted(exclusions, key=lambda item: item.state == "proposed")
    lines = [Line(capital(item.text), tag="proposed" if item.state == "proposed" else "") for item in ordered]
    return tuple(line for line in lines if fits(line.text))[:DISQUALIFIERS]


def _asked(item: Item, verb: str, attributes: Mapping[str, AttributeInfo] | None) -> Question:
    told, good, bad = spoken_question(item, attributes)
    here, elsewhere = halves(item, verb)
    rates = mapping(item.evidence.get("rates"))
    match, rest = number(rates.get("match")), number(rates.get("rest"))
    turned = bool(here and elsewhere and match is not None and rest is not None and match < rest)
    return Question(told, bad if turned and not item.good else good, asked=True)


def _looked_up(item: Item, points: int, attributes: Mapping[str, AttributeInfo] | None) -> Question:
    told, good, _bad = spoken_question(item, attributes)
    return Question(told, good, f"+{points}")


def _routes(card: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    routes = sorted(((int(least), clean(what)) for least, what in mapping(card.get("routes")).items()), reverse=True)
    ends = [None, *(least - 1 for least, _ in routes)]
    return tuple(
        (f"{least} points or more" if end is None else f"{least} to {end}", ended(capital(_route(what))))
        for (least, what), end in zip(routes, ends, strict=False)
        if len(what) <= LONGEST_ROUTE
    )


def _route(name: str) -> str:
    """A route's name as people say it: 'ae-same-day' is 'AE the same day'."""
    if name in _SPOKEN:
        return _SPOKEN[name]
    return " ".join(word.upper() if word in _TEAMS else word for word in name.replace("-", " ").split())


_SPOKEN = {"ae-same-day": "AE the same day", "sdr-two-days": "SDR within two days"}
"""The routes of the field's card."""
_TEAMS = frozenset({"ae", "sdr", "bdr", "csm", "ceo"})


def _actions(tiers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    actions = mapping(tiers.get("actions"))
    starts = {"A": number(tiers.get("A")), "B": number(tiers.get("B"))}
    least = {
        name: f", {tiers.get('by', 'fit')} {start:g} or more" for name, start in starts.items() if start is not None
    }
    return tuple(
        (f"Tier {name}{least.get(name, '')}", ended(clean(actions[name])))
        for name in ("A", "B", "C")
        if actions.get(name)
    )


def callcard_html(card: CallCard) -> str:
    """The card as one HTML file, printed on half a sheet of A4; every text is escaped."""
    return template_of("card.html.j2").render(card=card, **fonts())


def callcard_pdf(card: CallCard) -> bytes:
    """The card as a PDF of one side of A5. Raises `PageFault` where typst fails."""
    data = json.dumps(_soft(asdict(card)), ensure_ascii=False)
    made = compiler("card.typ", system_fonts=not holds(data))
    try:
        pdf: bytes = made.compile(format="pdf", timestamp=moment(card.as_of), sys_inputs={"card": data})
    except RuntimeError as error:
        raise PageFault(
            f"The call card could not be set as a PDF: {error}",
            remedy="The HTML card holds the same; please report this with the profile file.",
        ) from error
    return pdf


def callcard_text(card: CallCard) -> str:
    """The card as plain text."""
    lines = [card.name, card.sentence, "", "Stop if:", *(f"- {one.text}" for one in card.stop), "", "Ask, or look up:"]
    lines += [
        f"{place}. {one.ask} {one.good}{f' ({one.points})' if one.points else ' (no points)'}"
        for place, one in enumerate(card.questions, 1)
    ]
    lines += [f"All of these together: {card.most} points"] if card.most else []
    lines += ["", *(f"{least}: {what}" for least, what in card.routes)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _soft(value: Any) -> Any:
    if isinstance(value, str):
        return soft(value)
    if isinstance(value, dict):
        return {key: _soft(one) for key, one in value.items()}
    return [_soft(one) for one in value] if isinstance(value, list | tuple) else value
