"""The parts of the page that speak of the profile itself: when to walk away, what to check, what to ask, why now, why us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from idealfit.profile.rendering.model import Line, Section
from idealfit.profile.rendering.reading import (
    Facts,
    Item,
    detail,
    entries,
    fits,
    halves,
    mapping,
    number,
)
from idealfit.profile.rendering.wording import capital, clean, count, ended, listing, n_of_m, plain

BLANK = "to be filled by sales"
WALK, CHECK, ASK, NOW = 5, 8, 3, 4
"""How many lines each part may have; the rest is in the file, and the page says so."""


def _limited(section: Section, lines: list[Line], most: int) -> Section:
    """`section` with the `most` worthiest of `lines`, worthiest first, the rest and what is too wide counted as cut."""
    ordered = sorted((line for line in lines if fits(line.text)), key=lambda line: -line.worth)[:most]
    return replace(section, lines=tuple(ordered), cut=len(lines) - len(ordered))


def walk_away(exclusions: list[Item], reach: str) -> tuple[Section, int]:
    """*Walk away if*: text, reason and price of at most five exclusions; and how many reasons were too long."""
    lines, long = [], 0
    for item in exclusions:
        reason, cut = detail(item, reach)
        long += cut
        price = _price(item)
        text = " ".join(part for part in (ended(reason) if price else reason, price) if part)
        tag = "proposed" if item.state == "proposed" else ""
        worth = 10.0 + (5 if tag == "" else 0) + _decisive(item)
        lines.append(Line(capital(item.text), text, tag=tag, worth=worth))
    if not lines:
        lines = [Line("Nobody is excluded yet. Whom should we never sell to?", blank=True, tag=BLANK, worth=9)]
    section = Section("walk", "Walk away if", noun=("exclusion", "exclusions"), keep=2)
    return _limited(section, lines, WALK), long


def _price(item: Item) -> str:
    """What the exclusion would have cost, and who left: 'Saves 96 deals, gives up 3 wins: …'."""
    parts = []
    price = mapping(item.evidence.get("price"))
    if (avoided := number(price.get("deals_avoided"))) is not None:
        names = [clean(name) for name in entries(price.get("wins_given_up")) if clean(name)]
        wins = (
            f"gives up {count(len(names))} {'win' if len(names) == 1 else 'wins'}: {listing(names, 3)}" if names else ""
        )
        parts.append(f"Saves {count(avoided)} deals, {wins or 'gives up no win'}")
    left = mapping(mapping(item.evidence.get("churn")).get("match"))
    if number(left.get("customers")):
        parts.append(f"{n_of_m(left.get('ended') or 0, left['customers'])} customers left")
    return "; ".join(parts)


def _decisive(item: Item) -> float:
    """Deals avoided, squeezed to 0–4, so that the dearest exclusion comes first."""
    avoided = number(mapping(item.evidence.get("price")).get("deals_avoided")) or 0.0
    return 4 * avoided / (avoided + 50)


def check(items: list[Item], reach: str, most: int = CHECK) -> tuple[Section, int]:
    """*Check before the call*: what the company is, most decisive first."""
    chosen = [item for item in items if not item.timing and item.seen == "list" and item.points]
    lines, long = _criteria_lines(chosen, reach)
    note = "" if lines else "No trait is part of the score yet."
    section = Section("check", "Check before the call", note, noun=("check", "checks"), keep=3)
    return _limited(section, lines, most), long


def why_now(items: list[Item], answers: Facts, reach: str, most: int = NOW) -> tuple[Section, int]:
    """*Why now*: what the company does or lives through now, with how long it stays true."""
    chosen = [item for item in items if item.timing and item.seen == "list" and item.points]
    lines, long = _criteria_lines(chosen, reach, shelf=True)
    lines += [_said(text) for text in _texts(answers.get("why_now")) if fits(text)]
    if not lines:
        lines = [Line("What happens at a buyer just before they buy?", blank=True, tag=BLANK, worth=9)]
    section = Section("now", "Why now", noun=("reason to call now", "reasons to call now"))
    return _limited(section, lines, most), long


def _criteria_lines(items: list[Item], reach: str, *, shelf: bool = False) -> tuple[list[Line], int]:
    lines, long = [], 0
    for item in items:
        below, cut = detail(item, reach)
        long += cut
        if shelf and (life := shelf_life(item)):
            below = f"{ended(below)} {life}" if below else life
        mark = f"{item.points:+d}".replace("-", "−")  # noqa: RUF001 - a minus as wide as the plus
        lines.append(Line(capital(item.text), below, mark, item.tag, worth=abs(item.points)))
    return lines, long


def shelf_life(item: Item) -> str:
    """How long a reason to call now lasts."""
    if item.half_life:
        return f"Half as strong every {item.half_life}."
    return f"Lasts {count(item.window)} days." if item.window else ""


def ask(items: list[Item], reach: str) -> Section:
    """*Ask on the call*: three questions that a list cannot answer, with a good and a bad answer; an empty rule where
    sales knows of none yet.
    """
    lines = []
    for item in items:
        if item.seen != "call":
            continue
        yes, no = halves(item, reach)
        answers = f"Good: yes{f' ({yes})' if yes else ''}. Bad: no{f' ({no})' if no else ''}."
        lines.append(Line(question(item.text), answers, tag="" if yes else item.tag, worth=6 + _lift(item)))
    section = _limited(Section("ask", "Ask on the call", noun=("question", "questions")), lines, ASK)
    if len(section.lines) < ASK and section.cut == 0:
        first = (
            "The question that tells a buyer from a browser:"
            if not section.lines
            else "One more question, good and bad answer:"
        )
        blank = Line(first, blank=True, tag=BLANK, worth=5)
        section = replace(section, lines=(*section.lines, blank))
    return section


_DO, _DID = {"uses": "use", "has": "have", "does": "do"}, {"had": "have", "raised": "raise", "hired": "hire"}


def question(text: str) -> str:
    """A criterion's sentence as a question: 'uses Okta' → 'Do they use Okta?'; 'industry is x' → 'Is their industry x?'"""
    first, _, rest = text.partition(" ")
    if first in _DO or first in _DID:
        return f"{'Do' if first in _DO else 'Did'} they {_DO.get(first) or _DID.get(first)} {rest}?"
    if first in {"between", "at", "more", "fewer", "over", "under"}:
        return f"Do they have {text}?"
    subject, verb, what = text.partition(" is ")
    return f"Is their {subject} {what}?" if verb and len(subject.split()) <= 4 else f"Is this so: {text}?"


def _lift(item: Item) -> float:
    rates = mapping(item.evidence.get("rates"))
    match, rest = number(rates.get("match")), number(rates.get("rest"))
    return min(match / rest, 5.0) if match is not None and rest else 0.0


def _texts(answer: object) -> list[str]:
    """The texts of an answer: a text, a list of them, or entries with `text` or `quote`."""
    found = []
    for part in entries(answer):
        text = part.get("quote") or part.get("text") if isinstance(part, Mapping) else part
        if cleaned := clean(text or ""):
            found.append(cleaned)
    return found


def _said(text: str) -> Line:
    """A person's own answer: a quotation stands as it is, anything else is marked as assumed."""
    quoted = text[:1] in {'"', "“", "„", "«", "‘", "'"}
    return Line(text, tag="" if quoted else "assumed", worth=8)


def why_us(profile: Facts, evidence: Facts) -> Section:
    """*Why us, why profitable, who is in the room*: a line each, a quote or 'assumed'; open where only people know."""
    answers = mapping(profile.get("answers"))
    measured = plain(mapping(evidence.get("sections")).get("why_profitable") or "")
    lines = [
        _answer("Why us", _texts(answers.get("why_us"))),
        Line("Why profitable", measured, tag="measured", worth=8)
        if measured and fits(measured)
        else _answer("Why profitable", _texts(answers.get("why_profitable"))),
        _answer("In the room", _people(profile.get("personas"))),
    ]
    return Section("why", "Why us, why profitable, who is in the room", lines=tuple(lines), keep=3)


def _answer(name: str, texts: list[str]) -> Line:
    text = " ".join(texts)
    if not text or not fits(text):
        return Line(name, blank=True, tag=BLANK if not text else "too long for this page", worth=9)
    said = _said(text)
    return Line(name, text, tag=said.tag, worth=9)


def _people(personas: Any) -> list[str]:
    """The roles that take part in a purchase, as the profile names them."""
    names = []
    listed = (
        [{"role": key, **mapping(value)} for key, value in personas.items()]
        if isinstance(personas, Mapping)
        else personas
    )
    for persona in entries(listed):
        known = mapping(persona)
        text = known.get("title") or known.get("name") or known.get("role") if known else persona
        if cleaned := plain(text or ""):
            role = plain(known.get("role") or "") if known else ""
            names.append(f"{cleaned} ({role})" if role and role != cleaned else cleaned)
    return [capital(listing(names, 8))] if names else []
