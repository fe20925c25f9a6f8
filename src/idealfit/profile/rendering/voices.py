"""What people know of their buyers, as it follows the page: every section, each entry with its quotes or 'assumed'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from idealfit.profile.rendering.blocks import Block, Heading, Rows, Sentence
from idealfit.profile.rendering.parts import OPENING
from idealfit.profile.rendering.reading import Facts, entries, mapping, number
from idealfit.profile.rendering.wording import DASH, capital, clean, count, ended, plain

ASSUMED: Final = "assumed"
ANSWERS: Final = {
    "what": "What kind of company",
    "why_now": "Why now",
    "why_us": "Why us",
    "why_profitable": "Why profitable",
}
SECTIONS: Final = {
    "triggers": "What happens just before they buy",
    "evaluation_criteria": "How they choose",
    "objections": "What they say against it",
    "channels": "Where they are found",
}
"""The sections of single entries, in the order of reading."""
PERSONA: Final = {"measured_on": "Measured on", "cares_about": "Cares about", "fears": "Fears"}
VALUE: Final = {"promised": "Promised", "delivered": "Delivered"}


def voices_of(profile: Any) -> tuple[Block, ...]:
    """Everything in `profile` (a `Profile` or its content) that only people can say, in the order of reading; nothing
    of a section that is empty.
    """
    content = mapping(profile)
    return (
        *_headed("The four answers", _named(mapping(content.get("answers")), ANSWERS)),
        *_headed("What they use it for", _statements(content.get("use_case"))),
        *_headed("What is promised, what is delivered", _named(mapping(content.get("value")), VALUE)),
        *_headed("How it is sold", _sold(mapping(content.get("selling")))),
        *_headed("What is said to whom", _messages(mapping(content.get("selling")))),
        *_headed("Segments, each with its message", _segments(content.get("segments"))),
        *_headed("Who is in the room", _personas(content.get("personas"))),
        *(block for key, title in SECTIONS.items() for block in _headed(title, _statements(content.get(key)))),
        *_headed("The words they use", _statements(content.get("language"), quoted=True)),
        *_headed("From the problem to us", _steps(content.get("discovery_map"))),
        *_headed("Questions for the call", _questions(content.get("questions"))),
    )


def _headed(title: str, blocks: Iterator[Block]) -> Iterator[Block]:
    found = tuple(blocks)
    if found:
        yield Heading(title)
        yield from found


def _mark(entry: Facts) -> str:
    """'assumed' where nobody was heard saying it, unless the file says that it is known."""
    said = entry.get("assumed")
    return f"({ASSUMED})" if (not entries(entry.get("quotes")) if said is None else bool(said)) else ""


def _entry(value: object) -> dict[str, Any]:
    return mapping(value) or ({"text": value} if isinstance(value, str) else {})


def _statement(entry: Facts, lead: str = "", *, quoted: bool = False) -> Iterator[Block]:
    """A statement with its mark, below it what belongs to it, and its quotes; `quoted`: it is somebody's own words."""
    text = clean(entry.get("text") or "")
    if not text:
        return
    said = f"“{text}”" if quoted and text[:1] not in OPENING else text if quoted else ended(text)
    yield Sentence(f"{lead}{said}", mark=_mark(entry), strong=not lead)
    known = {
        "In which context": entry.get("context"),
        "What helps": entry.get("answer"),
        "Who is there": entry.get("who"),
        "We call it": entry.get("means"),
        "Not": entry.get("instead_of"),
    }
    told = [f"{name}: {ended(clean(value))}" for name, value in known.items() if value]
    if told:
        yield Sentence(" ".join(told), quiet=True)
    yield from _quotes(entry)


def _quotes(entry: Facts) -> Iterator[Block]:
    for one in entries(entry.get("quotes")):
        quote = _entry(one)
        if text := clean(quote.get("text") or ""):
            where = ", ".join(clean(quote[key]) for key in ("source", "on") if quote.get(key))
            yield Sentence(f"“{text}” ({where or 'source unknown'})", quiet=True)


def _statements(value: object, *, quoted: bool = False) -> Iterator[Block]:
    for one in entries(value):
        yield from _statement(_entry(one), quoted=quoted)


def _named(group: Facts, names: Mapping[str, str]) -> Iterator[Block]:
    for key, name in names.items():
        for one in entries(group.get(key)):
            yield from _statement(_entry(one), f"{name}: ")


def _sold(selling: Facts) -> Iterator[Block]:
    """The cycle with its steps, and what is bought."""
    cycle = mapping(selling.get("cycle"))
    if days := number(cycle.get("days")):
        yield Sentence(f"From the first talk to the signature: {count(days)} days planned.", strong=True)
    for place, one in enumerate(entries(cycle.get("steps")), 1):
        yield from _statement(_entry(one), f"Step {place}: ")
    for one in entries(selling.get("packaging")):
        yield from _statement(_entry(one), "What is sold: ")


def _messages(selling: Facts) -> Iterator[Block]:
    for one in map(_entry, entries(selling.get("messages"))):
        whom = " · ".join(plain(one.get(key) or "") for key in ("to", "segment") if one.get(key))
        yield from _statement(one, f"{capital(whom)}: " if whom else "")


def _segments(value: object) -> Iterator[Block]:
    for one in map(mapping, entries(value)):
        name = clean(one.get("label") or "") or plain(one.get("id") or "")
        yield Sentence(capital(name), mark=_mark(one), strong=True)
        known = {"Lead with": one.get("lead_with"), "Say": one.get("say"), "Because": one.get("because")}
        told = [f"{key}: {ended(clean(text))}" for key, text in known.items() if text]
        yield Sentence(" ".join([*told, f"Rule: {clean(one.get('when') or '')}"]), quiet=True)
        yield from _quotes(one)


def _personas(value: object) -> Iterator[Block]:
    for one in map(mapping, entries(value)):
        role, title = plain(one.get("role") or ""), clean(one.get("title") or "")
        yield Sentence(f"{capital(role)}{f': {title}' if title else ''}", mark=_mark(one), strong=True)
        yield from _quotes(one)
        for key, name in PERSONA.items():
            for said in entries(one.get(key)):
                yield from _statement(_entry(said), f"{name}: ")


def _steps(value: object) -> Iterator[Block]:
    steps = [mapping(one) or {"step": one} for one in entries(value)]
    rows = tuple(
        (
            clean(one.get("step") or ""),
            *(clean(one.get(key) or "") or DASH for key in ("where", "asks")),
            _mark(one).strip("()"),
        )
        for one in steps
        if one.get("step")
    )
    if rows:
        yield Rows(("What they do", "Where", "What they ask there", "Known or assumed"), rows)
        for one in steps:
            yield from _quotes(one)


def _questions(value: object) -> Iterator[Block]:
    for one in map(mapping, entries(value)):
        yield Sentence(clean(one.get("ask") or ""), strong=True)
        told = [f"{key.capitalize()}: {ended(clean(one[key]))}" for key in ("good", "bad", "because") if one.get(key)]
        if told:
            yield Sentence(" ".join(told), quiet=True)
        yield from _quotes(one)
