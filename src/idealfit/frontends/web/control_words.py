"""The words and pictures of the controls of a criterion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from idealfit.workspace.seen_values import Spread

PLACES: Final[Mapping[str, str]] = {
    "firmographic": "What the company is",
    "technographic": "What it works with",
    "situational": "What happens to it now",
    "behavioral": "What its people do with us",
    "authority": "Who decides",
    "need": "What it needs",
    "value": "What it is worth",
    "exclusion": "Walk away if",
}
PARTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "segment": (
        "Segments",
        "Parts of these companies that need a message of their own: what to lead with, and what to say. "
        "They change no score.",
        "A part of them, by",
    ),
    "sold_to": (
        "Whom it is for",
        "Where this profile is only for some of your companies, which. It changes no score: it says which accounts are "
        "meant where several profiles stand beside each other.",
        "Only those, by",
    ),
}
"""What is no criterion: heading, what it is for, and what stands before the list of what it can speak of."""
SAYINGS: Final[Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "what": ("What kind of company", "In a sentence, as you would tell a friend.", {"text": "What they are"}),
    "why_now": ("Why now", "What makes them look just now.", {"text": "Why now"}),
    "why_us": ("Why us", "What they get from us and from nobody else.", {"text": "Why us"}),
    "why_profitable": ("Why profitable", "Why such customers are worth winning.", {"text": "Why profitable"}),
    "personas": (
        "Who is in the room",
        "The people who take part in the purchase. They are never scored.",
        {
            "role": "Part in the purchase",
            "title": "Title",
            "measured_on": "Measured on",
            "cares_about": "Cares about",
            "fears": "Fears",
        },
    ),
    "questions": (
        "Questions for the call",
        "What no list can tell.",
        {"ask": "The question", "good": "A good answer", "bad": "A bad answer"},
    ),
    "triggers": (
        "What happens just before they buy",
        "An event or a change; one that the records hold is better a criterion.",
        {"text": "What happens"},
    ),
    "objections": (
        "What they say against it",
        "And what helps.",
        {"text": "What they say", "context": "When, and who", "answer": "What helps"},
    ),
    "evaluation_criteria": ("How they choose", "What they compare us by.", {"text": "What they look at"}),
    "messages": ("What to say", "The first words, and to whom.", {"text": "What to say", "to": "To whom"}),
    "packaging": ("What is sold", "What they buy, and how it is priced.", {"text": "What is sold"}),
    "channels": ("Where they are found", "Or where they find us.", {"text": "Where", "who": "Who is there"}),
    "language": (
        "The words they use",
        "Their own words, not ours.",
        {"text": "Their words", "means": "We call it", "instead_of": "They do not say"},
    ),
    "use_case": ("What they use it for", "The work that it does for them.", {"text": "What for"}),
    "promised": ("What is promised", "What we tell them before they sign.", {"text": "What is promised"}),
    "delivered": ("What is delivered", "What customers say or show they got.", {"text": "What is delivered"}),
    "discovery_map": (
        "From the problem to us",
        "Step by step, in their order.",
        {"step": "What they do", "where": "Where", "asks": "What they ask there"},
    ),
}
"""What only people know: the heading of each section, what it is for, and what each field of an entry is called."""
HEARD: Final[Mapping[str, str]] = {"quote": "Heard from a customer, in their words", "source": "Who, or where"}
WRITTEN_AT: Final[Mapping[str, str]] = {
    "ask": "questions",
    "now": "triggers",
    "Why us": "why_us",
    "Why profitable": "why_profitable",
    "In the room": "personas",
    "What is sold": "packaging",
    "What to say": "messages",
}
"""Where in the form an open line of the page is written, by its own words or the section in which it stands."""
EVERY: Final[Mapping[str, str]] = {
    "month": "every month",
    "quarter": "every quarter",
    "half-year": "every half-year",
    "year": "every year",
}
HOWS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "number": (
        ("between", "from … to (ends count)"),
        ("within", "above … below (ends do not count)"),
        ("exactly", "exactly"),
        ("other", "anything but"),
        ("outside", "outside of"),
    ),
    "words": (("is", "is one of"), ("is not", "is none of")),
    "yes": (("holds", "yes"), ("yes", "yes, and not unknown"), ("no", "no")),
    "known": (("known", "is known"), ("unknown", "is not known")),
    "pattern": (("like", "reads like"), ("unlike", "does not read like")),
    "tools": (("any", "uses any of"), ("all", "uses all of"), ("none", "uses none of")),
    "values": (("any", "holds any of"), ("all", "holds all of"), ("none", "holds none of")),
    "event": (
        ("happened", "has happened"),
        ("not", "has not happened"),
        ("least", "at least … times"),
        ("most", "at most … times"),
        ("exactly", "exactly … times"),
        ("more", "more than … times"),
        ("fewer", "fewer than … times"),
        ("coming", "is to come"),
    ),
    "role": (("has", "somebody is"), ("no", "nobody is")),
    "growth": (
        ("between", "from … to …"),
        ("least", "at least"),
        ("most", "at most"),
        ("more", "more than"),
        ("fewer", "less than"),
        ("exactly", "exactly"),
    ),
    "group": (
        ("all", "All of these hold"),
        ("any", "Any of these holds"),
        ("none", "None of these holds"),
        ("not all", "Not all of these hold"),
    ),
}
SHOWN_VALUES: Final = 10
"""So many values that are not chosen are shown to be ticked; all others can be typed."""
_SIZES: Final = {"k": 1e3, "m": 1e6, "b": 1e9}


def priority(name: str) -> str:
    """The label of what is done with a tier: 'A', 'A, now'; another word as it is."""
    tier, _dash, band = name.partition("-")
    return f"{tier}, {band}" if band and tier in ("A", "B", "C") else f"Any {tier}" if tier == name else name


def amount(typed: str) -> float | None:
    """A number as people type it, for the picture only; None for what is none."""
    found = re.fullmatch(r"(?:[A-Z]{3} )?([+-]?[\d,]+(?:\.\d+)?) ?([kKmMbB]?)", typed.strip(), re.ASCII)
    if found is None or not found[1].strip("+-,"):
        return None
    return float(found[1].replace(",", "")) * _SIZES.get(found[2].lower(), 1)


def bars(spread: Spread, low: str, high: str, how: str) -> list[tuple[float, bool]]:
    """The bars of a spread: height (0 to 1) and whether the numbers from `low` to `high` reach into it."""
    least, most = amount(low), amount(high)
    if how in ("exactly", "other"):
        most = least
    top = max((count for _from, _to, count in spread.bars), default=1) or 1
    found = []
    for start, end, count in spread.bars:
        inside = (least is None or end >= least) and (most is None or start <= most)
        chosen = inside != (how in ("outside", "other")) and (least is not None or most is not None)
        found.append((count / top, chosen))
    return found


def figure(value: float) -> str:
    """12400000 as '12.4M': short enough to stand beneath a bar."""
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= limit * 10 or (limit > 1e3 and abs(value) >= limit):
            return f"{value / limit:.3g}{letter}"
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2g}"
