"""A profile as a form: every condition with its controls, thresholds, weights, what is done and the card; and the
profile that a filled-in form says. What the form does not show stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import ValidationError

from idealfit.profile.consistency import inconsistencies
from idealfit.profile.content import DEFAULT_WEIGHTS, Criterion, Exclusion, Profile, Segment
from idealfit.profile.controls import Control, from_controls, to_controls
from idealfit.profile.document import plain_content
from idealfit.profile.form_said import Sayings, said_of, set_said
from idealfit.profile.form_settings import TIERS, CardLine, about_of, actions_of, card_of, set_about
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate
from idealfit.profile.text import to_text
from idealfit.records.attribute import LAYERS

EXCLUDED: Final = "exclusion"
SEGMENT: Final = "segment"
SOLD_TO: Final = "sold_to"
PLACES: Final = (*LAYERS, EXCLUDED, SEGMENT, SOLD_TO)
MOST_ENTRIES: Final = 60
WORDS: Final = ("label", "because", "ask", "good", "bad", "group", "lead_with", "say")
_OWN_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    EXCLUDED: ("label", "because"),
    SEGMENT: ("label", "because", "lead_with", "say"),
    SOLD_TO: (),
}
"""The words of an entry that is no criterion; a criterion has all but those of a segment."""


@dataclass(frozen=True)
class Entry:
    """A criterion, an exclusion, a segment or whom the motion is for, as it is typed. `place`: its layer, or
    'exclusion', 'segment', 'sold_to'; `was`: its `key` in the profile that the form began from ('' for a new one);
    `card`: its points on the card; `gone`: it is removed when the form is saved, and can be put back until then.
    """

    id: str
    was: str
    place: str
    points: str
    half_life: str
    seen: str
    words: Mapping[str, str]
    control: Control
    hard_block: bool = False
    state: str = ""
    card: str = ""
    gone: bool = False

    @property
    def key(self) -> str:
        """What tells it from every other: a segment may be called as a criterion is."""
        return _key(self.place, self.id)


@dataclass(frozen=True)
class Form:
    """All that is typed: entries in their order, weights by layer, where the tiers begin, what is done with each, from
    how many points of the card on who answers, what people say, and what the profile is called and when it is reviewed.
    """

    entries: tuple[Entry, ...]
    weights: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[tuple[str, str], ...] = ()
    said: Sayings = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trouble:
    """What cannot be used: of which entry (its place in the form; None: of the whole), in which part of its condition
    and in which field, what and what to do.
    """

    entry: int | None
    at: tuple[int, ...]
    field: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Filled:
    """What a form says: the profile, or None and why; `changed` are the ids whose condition is another one."""

    profile: Profile | None
    troubles: tuple[Trouble, ...] = ()
    changed: tuple[str, ...] = ()


# From a profile


def form_of(profile: Profile) -> Form:
    """The form that shows `profile`."""
    on_card = {one.id: str(one.points) for one in profile.card.criteria} if profile.card else {}
    entries = [_entry_of(layer, one, on_card.get(one.id, "")) for layer, one in profile.criteria]
    entries += [_entry_of(EXCLUDED, one) for one in profile.exclusions]
    entries += [_entry_of(SEGMENT, one) for one in profile.segments]
    if profile.sold_to is not None:
        shown = to_controls(parse(profile.sold_to))
        entries.append(Entry(SOLD_TO, _key(SOLD_TO, SOLD_TO), SOLD_TO, "", "", "list", {}, shown))
    tiers = profile.tiers
    weights: dict[str, str] = {name: f"{layer.weight:g}" for name, layer in profile.layers.items()}
    return Form(
        tuple(entries),
        weights,
        {"A": f"{tiers.A:g}", "B": f"{tiers.B:g}", "by": tiers.by, "least": f"{tiers.least_completeness * 100:g}"},
        {name: tiers.actions.get(name, "") for name in dict.fromkeys((*TIERS, *tiers.actions))},
        tuple((str(least), who) for least, who in profile.card.routes.items()) if profile.card else (),
        said_of(plain_content(profile)),
        about_of(profile),
    )


def _key(place: str, name: str) -> str:
    return f"{place}:{name}" if place in (SEGMENT, SOLD_TO) else name


def _entry_of(place: str, one: Criterion | Exclusion | Segment, on_card: str = "") -> Entry:
    words = {name: str(getattr(one, name, None) or "") for name in WORDS}
    shown = to_controls(one.predicate)
    if isinstance(one, Exclusion):
        return Entry(one.id, one.id, place, "", "", "list", words, shown, one.hard_block, one.state)
    if isinstance(one, Segment):
        return Entry(one.id, _key(place, one.id), place, "", "", "list", words, shown)
    days = "" if one.half_life_days is None else str(one.half_life_days)
    return Entry(one.id, one.id, place, str(one.points), days, one.seen, words, shown, card=on_card)


# To a profile


def filled(form: Form, base: Profile) -> Filled:
    """The profile that `form` says, over `base`: what is not in the form is as it is there. A criterion with another
    condition loses what was found for the old one (evidence, grade, how often it is true).
    """
    troubles: list[Trouble] = []
    changed: list[str] = []
    content = plain_content(base)
    known = dict(_conditions(base))
    plain = dict(_plain_entries(content))
    made: list[tuple[int, Entry, dict[str, Any]]] = []
    for number, entry in enumerate(form.entries):
        if entry.gone:
            continue
        one, found, other = _content_of(entry, known.get(entry.was), plain.get(entry.was, {}))
        troubles += [replace(trouble, entry=number) for trouble in found]
        changed += [entry.key] if other else []
        made.append((number, entry, one))
    places = _put(content, made, base)
    _settings(content, form, troubles)
    _set_card(content, form, base, troubles)
    objections = (*set_said(content, form.said), *set_about(content, form.about))
    troubles += [Trouble(one.entry, (), one.field, one.what, one.remedy) for one in objections]
    if troubles:
        return Filled(None, tuple(troubles))
    profile = _checked(content, places)
    return Filled(None, profile) if isinstance(profile, tuple) else Filled(profile, (), tuple(changed))


def _conditions(profile: Profile) -> Iterator[tuple[str, Predicate]]:
    """Every condition of a profile by the key of its entry."""
    yield from ((one.id, one.predicate) for _layer, one in profile.criteria)
    yield from ((one.id, one.predicate) for one in profile.exclusions)
    yield from ((_key(SEGMENT, one.id), one.predicate) for one in profile.segments)
    if profile.sold_to is not None:
        yield _key(SOLD_TO, SOLD_TO), parse(profile.sold_to)


def _plain_entries(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for layer in content.get("layers", {}).values():
        yield from ((str(one["id"]), one) for one in layer["criteria"])
    yield from ((str(one["id"]), one) for one in content.get("exclusions", ()))
    yield from ((_key(SEGMENT, str(one["id"])), one) for one in content.get("segments", ()))
    yield _key(SOLD_TO, SOLD_TO), {"when": content.get("sold_to")}


def _content_of(
    entry: Entry, before: Predicate | None, plain: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Trouble], bool]:
    """What the file says of one entry, what is wrong with it, and whether its condition is another one."""
    predicate, objections = from_controls(entry.control)
    troubles = [Trouble(None, one.at, one.field, one.what, one.remedy) for one in objections]
    one = {**plain, "id": entry.id}
    other = predicate is not None and before != predicate
    if predicate is not None and other:
        one["when"] = to_text(predicate)
        for name in ("evidence", "grade", "known_true_rate"):
            one.pop(name, None)
    for name in _OWN_WORDS.get(entry.place, WORDS[:6]):
        typed, was = entry.words.get(name, ""), str(one.get(name) or "")
        if typed.strip() != was.replace("\r\n", "\n").strip():
            one[name] = typed.strip()
        if not one.get(name):
            one.pop(name, None)
    if entry.place == EXCLUDED:
        _as_exclusion(one, entry, troubles)
    elif entry.place not in _OWN_WORDS:
        _as_criterion(one, entry, troubles)
    return one, troubles, other


_ONLY_SCORED: Final = (
    *("points", "group", "half_life", "half_life_from", "known_true_rate", "seen"),
    *("ask", "good", "bad", "quotes"),
)


def _as_exclusion(one: dict[str, Any], entry: Entry, troubles: list[Trouble]) -> None:
    for name in _ONLY_SCORED:
        one.pop(name, None)
    if not one.get("because"):
        troubles.append(Trouble(None, (), "because", "Who is walked away from is told why", "Write a reason."))
    one["hard_block"] = entry.hard_block
    if not entry.hard_block:
        one.pop("hard_block")


def _as_criterion(one: dict[str, Any], entry: Entry, troubles: list[Trouble]) -> None:
    for name in ("state", "since", "review_by", "by", "hard_block"):
        one.pop(name, None)
    if entry.seen == "list":
        one.pop("seen", None)
    elif one.get("seen", "list") == "list":
        one["seen"] = "call"
    typed = entry.points.strip().replace("−", "-").removeprefix("+")  # noqa: RUF001 - as people copy it
    if re.fullmatch(r"-?\d{1,4}", typed, re.ASCII):
        one["points"] = int(typed)
        if one["points"] == 0 and entry.seen == "call":
            one.pop("points")
    elif typed or entry.seen == "list":
        troubles.append(Trouble(None, (), "points", "The points are no whole number", "Write one from -20 to 20."))
    days = entry.half_life.strip()
    if not days:
        one.pop("half_life", None)
        one.pop("half_life_from", None)
    elif re.fullmatch(r"\d{1,5}", days, re.ASCII) and int(days):
        if not re.match(rf"\s*{int(days)}\s", str(one.get("half_life", ""))):
            one["half_life"] = f"{int(days)} days" if int(days) > 1 else "1 day"
            one.pop("half_life_from", None)
    else:
        troubles.append(Trouble(None, (), "half_life", "This is no number of days", "Write one, or nothing."))


def _put(
    content: dict[str, Any], made: Sequence[tuple[int, Entry, dict[str, Any]]], base: Profile
) -> dict[tuple[str | int, ...], int]:
    """The entries where they belong in `content`; the way to each → its place in the form."""
    places: dict[tuple[str | int, ...], int] = {}
    layers = content.get("layers", {})
    for name in LAYERS:
        own = [(number, one) for number, entry, one in made if entry.place == name]
        if own and name not in layers:
            layers[name] = {"weight": DEFAULT_WEIGHTS.get(name, 0), "criteria": []}
        if name in layers:
            layers[name]["criteria"] = [one for _number, one in own]
        places |= {("layers", name, "criteria", at): number for at, (number, _one) in enumerate(own)}
    if layers:
        content["layers"] = {name: layers[name] for name in LAYERS if name in layers}
    for place, section, there in (
        (EXCLUDED, "exclusions", bool(base.exclusions)),
        (SEGMENT, "segments", bool(base.segments)),
    ):
        own = [(number, one) for number, entry, one in made if entry.place == place]
        content[section] = [one for _number, one in own]
        places |= {(section, at): number for at, (number, _one) in enumerate(own)}
        if not own and not there:
            content.pop(section)
    content.pop("sold_to", None)
    for number, entry, one in made:
        if entry.place == SOLD_TO and one.get("when"):
            content["sold_to"] = one["when"]
            places[("sold_to",)] = number
    return places


def _settings(content: dict[str, Any], form: Form, troubles: list[Trouble]) -> None:
    """Thresholds and weights."""
    tiers = content["tiers"]
    for name in ("A", "B", "least"):
        number = _decimal(form.tiers.get(name, ""))
        if number is None or not 0 <= number <= 100:
            troubles.append(Trouble(None, (), f"tier.{name}", "This is no number from 0 to 100", "Write one."))
        elif name != "least":
            tiers[name] = number
        elif f"{tiers.get('least_completeness', 0.4) * 100:g}" != f"{number:g}":
            tiers["least_completeness"] = number / 100
    if form.tiers.get("by") in ("fit", "score"):
        tiers["by"] = form.tiers["by"]
    tiers["actions"] = actions_of(form.actions, tiers.get("actions", {}))
    if not tiers["actions"]:
        tiers.pop("actions")
    for name, typed in form.weights.items():
        number = _decimal(typed)
        if number is None or number < 0:
            troubles.append(Trouble(None, (), f"weight.{name}", "This is no weight", "Write a number of 0 or more."))
        elif name in content.get("layers", {}):
            content["layers"][name]["weight"] = number


def _set_card(content: dict[str, Any], form: Form, base: Profile, troubles: list[Trouble]) -> None:
    """The card for inbound leads."""
    lines = [
        CardLine(number, one.was, one.id, one.card)
        for number, one in enumerate(form.entries)
        if one.place in LAYERS and not one.gone
    ]
    known = frozenset(one.id for _layer, one in base.criteria)
    card, objections = card_of(lines, form.routes, content.get("card"), known)
    troubles += [Trouble(one.entry, (), one.field, one.what, one.remedy) for one in objections]
    content.pop("card", None)
    if card is not None:
        content["card"] = card


def _decimal(typed: str) -> float | None:
    text = typed.strip()
    return float(text) if re.fullmatch(r"\d{1,7}(\.\d{1,6})?", text, re.ASCII) else None


def _checked(content: dict[str, Any], places: Mapping[tuple[str | int, ...], int]) -> Profile | tuple[Trouble, ...]:
    """`content` as a profile, or what of it cannot be used, told at its entry."""
    troubles = [_trouble(one.path, one.what, one.remedy, places) for one in inconsistencies(content)]
    try:
        profile = Profile.model_validate(content, context={"file": None})
    except ValidationError as error:
        for one in error.errors(include_url=False):
            what, remedy = one["msg"], str((one.get("ctx") or {}).get("remedy") or "Change it.")
            troubles.append(_trouble(one["loc"], what, remedy, places))
        return tuple(troubles)
    return tuple(troubles) if troubles else profile


def _trouble(path: Sequence[str | int], what: str, remedy: str, places: Mapping[tuple[str | int, ...], int]) -> Trouble:
    for length in (4, 2, 1):
        entry = places.get(tuple(path[:length]))
        if entry is not None:
            name = str(path[length]) if len(path) > length else ""
            return Trouble(entry, (), "when" if name == "when" else name, what, _ended(remedy))
    if path[:1] == ("tiers",):
        return Trouble(None, (), f"tier.{path[1]}" if len(path) > 1 else "tier.A", what, _ended(remedy))
    if path[:1] == ("layers",) and len(path) > 2 and path[2] == "weight":
        return Trouble(None, (), f"weight.{path[1]}", what, _ended(remedy))
    return Trouble(None, (), "", what, _ended(remedy))


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
