"""A written ideal customer profile (Markdown, or pasted text) turned into a draft: each sentence traced to what became
of it, and what records cannot decide listed as a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from idealfit.accounts.title import seniority_of
from idealfit.errors import PredicateError
from idealfit.profile.content import DEFAULT_WEIGHTS, Profile
from idealfit.profile.parsing import parse
from idealfit.profile.said import kind_of_persona
from idealfit.profile.said_conditions import Condition, conditions_of
from idealfit.records.attribute import LAYERS

Part: TypeAlias = Literal[
    "none", "against", "people", "triggers", "need", "objections", "evaluation", "channels", "language", "value",
    "why_us", "questions",
]  # fmt: skip
_HEADINGS: Final[tuple[tuple[Part, str], ...]] = (
    ("against", r"not (?:a )?(?:good )?fit|disqualif|exclu|avoid|red flag|negative|anti-|(?:bad|poor) fit|walk away"),
    ("objections", r"objection|concern|push ?back"),
    ("evaluation", r"evaluat|decision criteria|buying criteria|how they (?:buy|choose|decide)"),
    ("questions", r"question|discovery call|qualif"),
    ("triggers", r"trigger|why now|signal|timing|event"),
    ("people", r"persona|buyer|decision.?maker|stakeholder|champion|who buys|committee|roles?\b|contacts?\b"),
    ("channels", r"channel|where (?:to find|they|we find)|watering"),
    ("language", r"language|words they|phrases|vocabulary"),
    ("why_us", r"why us|differentiat|why they choose us"),
    ("value", r"value|outcome|promise|benefit"),
    ("need", r"pain|challenge|problem|need|goal|use case|jobs? to be done"),
)  # fmt: skip
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}\s+(.+?)\s*#*|\*\*([^*]+)\*\*:?|__([^_]+)__:?|([A-Z][^.!?]{1,60}):)\s*$")
_LEAD = re.compile(r"^([A-Z][A-Za-z /&-]{1,40}):\s+(?=\S)")
_ROW = re.compile(r"^([^|]{1,60}?)\s*\|\s*(.+)$")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+|^\s*\|\s*")
_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|\[([^\]]*)\]\([^)]*\)")
_NO = re.compile(r"^(?:not\b|never\b|avoid\b|exclud|we (?:do not|don't|never)\b|do not\b|don't\b|no\b)", re.IGNORECASE)
_MUST = re.compile(r"\b(?:must|required|only|essential|need to)\b", re.IGNORECASE)
_NICE = re.compile(r"\b(?:nice to have|ideally|bonus|preferably|optional|plus)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:(?:VP|SVP|EVP|Head|Director|Chief|Manager|Lead|President)(?: of)?(?: [A-Z][\w&-]+){1,3}"
    r"|(?:[A-Z][\w&-]+ ){1,2}(?:Director|Manager|Lead|Officer|Engineer)"
    r"|C[EFTIMROSP]S?O|CHRO|Founder|Co-founder|Owner)\b"
)
_PARTS_PLAYED: Final = (
    ("economic buyer", r"approv|sign|budget|economic|pays|final say|decision.?maker"),
    ("technical evaluator", r"evaluat|technical|security review|vets"),
    ("blocker", r"block|veto|slow"),
    ("external influencer", r"advis|influenc|consult|investor"),
    ("champion", r"champion|buys|driv|advocat|own|lead"),
    ("user", r"\buse"),
)
USUAL_POINTS, MUST_POINTS, NICE_POINTS = 8, 12, 4


@dataclass(frozen=True)
class Trace:
    """One sentence of the document: its line, its words, and what became of it ('firmographic.size', 'question')."""

    line: int
    text: str
    became: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """`profile`: the draft, everything in it assumed; `traces`: every sentence; `open`: what nothing can decide yet."""

    profile: Profile
    traces: tuple[Trace, ...]
    open: tuple[str, ...]


@dataclass
class _Parts:
    """What has been found so far."""

    layers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    exclusions: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, list[Any]] = field(default_factory=dict)
    personas: list[dict[str, Any]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    whens: dict[str, str] = field(default_factory=dict)


def draft_from_text(text: str, *, name: str | None = None) -> Draft:
    """A hypothesis from a document. Each sentence becomes criteria, exclusions, personas, an entry of a section, or a
    question; its words and line stand as the reason of what it became.
    """
    parts, traces, open_questions = _Parts(), [], []
    title = ""
    for line, heading, sentence in _sentences(text):
        if not sentence:
            title = title or heading
            continue
        became = _place(parts, line, heading, sentence)
        traces.append(Trace(line, sentence, became or ("question",)))
        if not became:
            open_questions.append(f"How would our records, or a call, show this: '{sentence}' (line {line})?")
    return Draft(_profile(parts, name or title or "Drafted from a document"), tuple(traces), tuple(open_questions))


def _sentences(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, heading, sentence); a heading itself comes with an empty sentence."""
    heading = ""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        raw = "".join(letter if letter.isprintable() else " " for letter in line)
        if hit := _HEADING.match(raw):
            heading = _bare(next(filter(None, hit.groups())))
            yield number, heading, ""
            continue
        bare = _bare(_BULLET.sub("", raw)).strip("| ")
        if not re.search(r"\w", bare) or set(bare) <= set("-=|: "):
            continue
        under = heading
        if (row := _ROW.match(bare)) is not None and raw.lstrip().startswith("|"):
            # A table's row: what it is about, and what it says.
            under = row[1] if _part_of(row[1]) != "none" else f"{heading} {row[1]}"
            bare = row[2].replace("|", ";")
        elif (lead := _LEAD.match(bare)) is not None and _part_of(lead[1]) != "none":
            under, bare = lead[1], bare[lead.end() :]
        for sentence in _ENDS.split(bare):
            if sentence.strip():
                yield number, under, " ".join(sentence.split())


def _bare(text: str) -> str:
    return _MARKUP.sub(lambda hit: hit[1] or "", text).strip()


def _part_of(heading: str) -> Part:
    return next((part for part, words in _HEADINGS if re.search(words, heading, re.IGNORECASE)), "none")


def _place(parts: _Parts, line: int, heading: str, sentence: str) -> tuple[str, ...]:
    """Put `sentence` where it belongs; what it became, nothing where nobody can tell."""
    part, because = _part_of(heading), f"“{sentence.rstrip('.')}” (line {line})"
    if sentence.endswith("?") or part == "questions":
        parts.said.setdefault("questions", []).append({"ask": sentence})
        return ("questions",)
    conditions = [one for one in conditions_of(sentence, heading) if _holds(one)]
    if part == "people" or (not conditions and _TITLE.search(sentence)):
        return _people(parts, sentence) or _said(parts, part, sentence)
    against = part == "against" or (bool(_NO.match(sentence)) and not any(_negated(one) for one in conditions))
    if against:
        return _exclusion(parts, conditions, because)
    if part in ("objections", "evaluation", "channels", "language"):
        return _said(parts, part, sentence)
    return _wanted(parts, part, sentence, conditions, because)


def _wanted(parts: _Parts, part: Part, sentence: str, conditions: list[Condition], because: str) -> tuple[str, ...]:
    """Criteria of a sentence that speaks for a company; under a heading of triggers, its words as well."""
    points = MUST_POINTS if _MUST.search(sentence) else NICE_POINTS if _NICE.search(sentence) else USUAL_POINTS
    became = tuple(_criterion(parts, one, because, points) for one in conditions)
    if part == "triggers":
        seen_by = [one.rpartition(".")[2] for one in became]
        parts.said.setdefault("triggers", []).append({"text": sentence, **({"seen_by": seen_by} if seen_by else {})})
        return (*became, "triggers")
    return became or _said(parts, part, sentence)


def _negated(condition: Condition) -> bool:
    return condition.when.startswith(("not_happened", "NOT has_role"))


def _holds(condition: Condition) -> bool:
    try:
        parse(condition.when)
    except PredicateError:
        return False
    return True


def _free(parts: _Parts, about: str) -> str:
    """An id that nothing has yet: 'size', then 'size-2'."""
    wanted, place = re.sub(r"[^a-z0-9-]+", "-", about.lower()).strip("-")[:50] or "criterion", 1
    found = wanted
    while found in parts.ids:
        place += 1
        found = f"{wanted}-{place}"
    parts.ids.add(found)
    return found


def _criterion(parts: _Parts, one: Condition, because: str, points: int) -> str:
    if one.when in parts.whens:
        return parts.whens[one.when]
    entry = {"id": _free(parts, one.about), "when": one.when, "points": points, "because": because}
    parts.layers.setdefault(one.layer, []).append(entry)
    parts.whens[one.when] = f"{one.layer}.{entry['id']}"
    return parts.whens[one.when]


def _exclusion(parts: _Parts, conditions: list[Condition], because: str) -> tuple[str, ...]:
    """One exclusion for a sentence: 'agencies with fewer than 10 people' does not refuse all of them."""
    if not conditions:
        return ()
    joined = " AND ".join(f"({one.when})" if " OR " in one.when else one.when for one in conditions)
    entry = {"id": _free(parts, f"not-{conditions[0].about}"), "when": joined, "because": because}
    parts.exclusions.append(entry)
    return (f"exclusions.{entry['id']}",)


_SECTIONS: Final = {
    "need": "use_case",
    "objections": "objections",
    "evaluation": "evaluation_criteria",
    "channels": "channels",
    "language": "language",
}


def _said(parts: _Parts, part: Part, sentence: str) -> tuple[str, ...]:
    if part in ("value", "why_us"):
        key = "value" if part == "value" else "answers.why_us"
    elif part in _SECTIONS:
        key = _SECTIONS[part]
    else:
        return ()
    parts.said.setdefault(key, []).append(sentence)
    return (key,)


def _people(parts: _Parts, sentence: str) -> tuple[str, ...]:
    """Each title of a sentence as a persona, with the part that the words around it give."""
    found = []
    for clause in re.split(r"[,;]| and (?=[A-Z])", sentence):
        titles = [hit[0] for hit in _TITLE.finditer(clause)] or ([clause.strip()] if _is_title(clause) else [])
        role = next(
            (kind for kind, words in _PARTS_PLAYED if re.search(words, sentence if len(titles) < 1 else clause, re.I)),
            "champion",
        )
        for title in titles:
            if all(one.get("title") != title for one in parts.personas):
                parts.personas.append({"role": kind_of_persona(role) or role, "title": title})
            found.append(f"personas.{title}")
    return tuple(found)


def _is_title(text: str) -> bool:
    seniority = seniority_of(text)
    return len(text.split()) <= 5 and seniority not in (None, "Individual contributor", "Entry level")


_OWN_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "arr": {"label": "recurring revenue", "type": "number", "unit": "money"},
    "incorporated_in": {"label": "country of incorporation", "type": "text"},
}


def _profile(parts: _Parts, name: str) -> Profile:
    layers = {
        layer: {"weight": DEFAULT_WEIGHTS.get(layer) or 10, "criteria": parts.layers[layer]}
        for layer in LAYERS
        if layer in parts.layers
    }
    content: dict[str, Any] = {"profile": name[:120], "status": "hypothesis", "layers": layers}
    content["exclusions"] = parts.exclusions
    content["personas"] = parts.personas
    for key in ("use_case", "objections", "evaluation_criteria", "channels", "language", "triggers", "questions"):
        if key in parts.said:
            content[key] = parts.said[key]
    if "value" in parts.said:
        content["value"] = {"promised": parts.said["value"]}
    if "answers.why_us" in parts.said:
        content["answers"] = {"why_us": parts.said["answers.why_us"]}
    used = " ".join([*parts.whens, *(one["when"] for one in parts.exclusions)])
    content["attributes"] = {name: said for name, said in _OWN_COLUMNS.items() if re.search(rf"\b{name}\b", used)}
    return Profile.model_validate(content)
