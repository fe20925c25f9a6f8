"""A written ideal customer profile (Markdown, or pasted text) turned into a draft: each sentence traced to what became
of it, and what records cannot decide listed as a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from idealfit.profile.consistency import MAX_CRITERIA, MAX_EXCLUSIONS
from idealfit.profile.content import DEFAULT_WEIGHTS, Profile
from idealfit.profile.said_conditions import Condition, conditions_of
from idealfit.profile.said_exclusions import exclusions_in, holds, negated
from idealfit.profile.said_people import personas_in, speaks_of_people
from idealfit.profile.said_text import Part, Sentence, sentences_of
from idealfit.records.attribute import LAYERS

_NO = re.compile(
    r"^(?:not\b|never\b|avoid\b|exclud|we (?:do not|don't|never)\b|do not\b|don't\b|no\b)"
    r"|\b(?:(?:are|is) not (?:a |our )?(?:good )?(?:fit|target|icp)|not a (?:good )?fit|(?:don't|do not"
    r"|never) sell to)\b",
    re.IGNORECASE,
)
_MUST = re.compile(r"\b(?:must|required|only|essential|need to|non-negotiable)\b(?! not)", re.IGNORECASE)
_NICE = re.compile(r"\b(?:nice[- ]to[- ]haves?|ideally|bonus|preferably|optional|an? (?:big )?plus)\b", re.IGNORECASE)
_LACKING = re.compile(r"(?:don't|do not|doesn't) have|lack|missing|without", re.IGNORECASE)
_OWN_TEAM = re.compile(r"^(?:an?|the|dedicated|their own)?\s*([\w]+) (?:team|department|function)\.?$", re.IGNORECASE)
_ABOUT_FILES = re.compile(r"\w+/\w[\w./]*\.\w{1,5}\b|^\W*\[(?:(?i:e\.g|your|insert).*|[^,]*)\]\W*$")
USUAL_POINTS, MUST_POINTS, NICE_POINTS, FEW_WORDS = 8, 12, 4, 10
_STANDING = ("firmographic", "technographic", "authority")
_ONE_VALUE = frozenset(
    {"size", "revenue", "recurring-revenue", "funding-stage", "industry", "country", "region", "business-model",
     "founded", "ownership", "growth"}
)  # fmt: skip
"""What a company has one value of: two statements about it are alternatives."""


LEFT_ASIDE: Final = "left aside"
"""What became of a sentence about the document itself, or about a person's life."""


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
    about: dict[str, str] = field(default_factory=dict)
    lists: dict[tuple[str, str, str, int], dict[str, Any]] = field(default_factory=dict)
    excluded: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def draft_from_text(text: str, *, name: str | None = None) -> Draft:
    """A hypothesis from a document. Each sentence becomes criteria, exclusions, personas, an entry of a section, or a
    question; its words and line stand as the reason of what it became. What a document says of itself is left aside.
    """
    parts, traces, open_questions = _Parts(), [], []
    title = ""
    for one in sentences_of(text):
        if not one.text:
            title = title or one.heading
            continue
        became = _place(parts, one)
        traces.append(Trace(one.line, one.text, became or ("question",)))
        if not became:
            open_questions.append(f"'{one.text}' (line {one.line})")
    _keep_most(parts)
    open_questions += parts.notes
    return Draft(_profile(parts, name or title or "Drafted from a document"), tuple(traces), tuple(open_questions))


def _place(parts: _Parts, one: Sentence) -> tuple[str, ...]:
    """Put a sentence where it belongs; what it became, nothing where nobody can tell."""
    sentence, part, because = one.text, one.part, f"“{one.text.rstrip('.')}” (line {one.line})"
    if part == "aside" or _ABOUT_FILES.search(sentence) or sentence.endswith(":"):
        return (LEFT_ASIDE,)
    if sentence.endswith("?") or part == "questions":
        parts.said.setdefault("questions", []).append({"ask": sentence})
        return ("questions",)
    if part == "people" and one.wish != "against":
        return _people(parts, one) or (LEFT_ASIDE,)
    return _of_companies(parts, one, because)


def _of_companies(parts: _Parts, one: Sentence, because: str) -> tuple[str, ...]:
    """A sentence about companies: criteria, exclusions, or an entry of a section."""
    sentence, part = one.text, one.part
    conditions = [each for each in _conditions(one) if holds(each)]
    against = one.wish == "against" or part == "against"
    if against or (_NO.search(sentence) and not any(negated(each) for each in conditions)):
        return _exclusions(parts, one, because)
    if not conditions and part == "none" and speaks_of_people(sentence):
        return _people(parts, one)
    if part in ("objections", "evaluation", "channels", "language"):
        return _said(parts, part, sentence)
    return _wanted(parts, one, conditions, because)


def _conditions(one: Sentence) -> tuple[Condition, ...]:
    """What the sentence says that records decide; under 'what they do not have', a team is one that is missing."""
    if not _LACKING.search(one.heading) or one.part == "against":
        return conditions_of(one.text, one.heading)
    team = _OWN_TEAM.match(one.text)
    return conditions_of(f"No {team[1]} team") if team else ()


def _people(parts: _Parts, one: Sentence) -> tuple[str, ...]:
    found = personas_in(one)
    known = {each["title"] for each in parts.personas}
    parts.personas += [each for each in found if each["title"] not in known]
    return tuple(f"personas.{each['title']}" for each in found)


def _wanted(parts: _Parts, one: Sentence, conditions: list[Condition], because: str) -> tuple[str, ...]:
    """Criteria of a sentence that speaks for a company; what happens to one is also kept in its words, as a trigger."""
    said = f"{one.heading} {one.text}"
    points = MUST_POINTS if _MUST.search(said) else NICE_POINTS if _NICE.search(said) else USUAL_POINTS
    if one.wish == "acceptable":
        points = NICE_POINTS
    became = tuple(_criterion(parts, each, because, points, one) for each in conditions)
    if one.part == "triggers" and not any(each.layer in _STANDING for each in conditions):
        seen_by = [each.rpartition(".")[2] for each in became]
        parts.said.setdefault("triggers", []).append({"text": one.text, **({"seen_by": seen_by} if seen_by else {})})
        return (*became, "triggers")
    return became or _said(parts, one.part, one.text)


def _free(parts: _Parts, about: str) -> str:
    """An id that nothing has yet: 'size', then 'size-2'."""
    wanted, place = re.sub(r"[^a-z0-9-]+", "-", about.lower()).strip("-")[:50] or "criterion", 1
    found = wanted
    while found in parts.ids:
        place += 1
        found = f"{wanted}-{place}"
    parts.ids.add(found)
    return found


def _criterion(parts: _Parts, one: Condition, because: str, points: int, said: Sentence) -> str:
    """The criterion of a condition. Several values of one column are alternatives: those of one list are one criterion,
    those said in different places share a group, of which the best counts."""
    if one.when in parts.whens:
        return parts.whens[one.when]
    if one.note:
        parts.notes.append(f"{one.note} (line {said.line}).")
    listed = (one.layer, one.about, said.heading, points)
    if (
        len(said.text.split()) <= FEW_WORDS
        and (earlier := parts.lists.get(listed)) is not None
        and (both := _joined(earlier["when"], one.when)) is not None
    ):
        earlier["when"], earlier["because"] = both, f"{earlier['because']}; {because}"
        parts.whens[one.when] = f"{one.layer}.{earlier['id']}"
        return parts.whens[one.when]
    entry: dict[str, Any] = {"id": _free(parts, one.about), "when": one.when, "points": points, "because": because}
    others = parts.layers.setdefault(one.layer, [])
    same = [each for each in others if one.about in _ONE_VALUE and parts.about.get(each["id"]) == one.about]
    for each in [*same, entry] if same else []:
        each["group"] = one.about
    others.append(entry)
    parts.about[entry["id"]], parts.lists[listed] = one.about, entry
    parts.whens[one.when] = f"{one.layer}.{entry['id']}"
    return parts.whens[one.when]


def _joined(first: str, second: str) -> str | None:
    """Two equalities of one column as one list: `country = 'USA'` and `country = 'Canada'` → both."""
    found = [re.fullmatch(r"(\w+) (?:= ('(?:[^']|'')*')|IN \(([^()]*)\))", when) for when in (first, second)]
    if found[0] is None or found[1] is None or found[0][1] != found[1][1]:
        return None
    values = re.findall(r"'(?:[^']|'')*'", ", ".join(hit[2] or hit[3] for hit in found if hit))
    return f"{found[0][1]} IN ({', '.join(dict.fromkeys(values))})"


def _exclusions(parts: _Parts, one: Sentence, because: str) -> tuple[str, ...]:
    read, missing = exclusions_in(one)
    parts.notes += [f"'{piece}' (line {one.line})" for piece in missing]
    return tuple(_exclusion(parts, conditions, because) for conditions in read)


def _exclusion(parts: _Parts, conditions: list[Condition], because: str) -> str:
    """One exclusion: 'agencies with fewer than 10 people' does not refuse all of them."""
    joined = " AND ".join(f"({one.when})" if " OR " in one.when else one.when for one in conditions)
    if (known := parts.excluded.get(joined)) is not None:
        return known
    entry = {"id": _free(parts, f"not-{conditions[0].about.removeprefix('no-')}"), "when": joined, "because": because}
    parts.exclusions.append(entry)
    parts.excluded[joined] = f"exclusions.{entry['id']}"
    return parts.excluded[joined]


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


_OWN_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "arr": {"label": "recurring revenue", "type": "number", "unit": "money"},
    "incorporated_in": {"label": "country of incorporation", "type": "text"},
}


def _keep_most(parts: _Parts) -> None:
    """No more than a profile holds: what must be before what may be, then what was said first; the rest is told."""
    every = [(layer, each) for layer in LAYERS for each in parts.layers.get(layer, [])]
    ordered = sorted(every, key=lambda one: -int(one[1]["points"]))
    for layer, each in ordered[MAX_CRITERIA:]:
        parts.layers[layer].remove(each)
        parts.notes.append(f"More than {MAX_CRITERIA} criteria: left out {each['when']}, of {each['because']}")
    parts.layers = {layer: found for layer, found in parts.layers.items() if found}
    for each in parts.exclusions[MAX_EXCLUSIONS:]:
        parts.notes.append(f"More than {MAX_EXCLUSIONS} exclusions: left out {each['when']}, of {each['because']}")
    del parts.exclusions[MAX_EXCLUSIONS:]
    kept = {each["id"] for found in parts.layers.values() for each in found}
    for trigger in parts.said.get("triggers", []):
        if seen := [one for one in trigger.pop("seen_by", []) if one in kept]:
            trigger["seen_by"] = seen


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
