"""A profile as a form: every criterion with its controls, the thresholds and weights; and the profile that a filled-in
form says. What the form does not show stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias, get_args

from pydantic import ValidationError

from idealfit.profile.consistency import inconsistencies
from idealfit.profile.content import DEFAULT_WEIGHTS, Criterion, Exclusion, Profile
from idealfit.profile.controls import Control, Kind, from_controls, to_controls
from idealfit.profile.document import plain_content
from idealfit.profile.text import to_text
from idealfit.records.attribute import LAYERS

Fields: TypeAlias = "Mapping[str, Sequence[str]]"
EXCLUDED: Final = "exclusion"
PLACES: Final = (*LAYERS, EXCLUDED)
MOST_ENTRIES: Final = 60
MOST_PARTS: Final = 30
_KINDS: Final = frozenset(get_args(Kind))
_SAID: Final = (
    *("on", "how", "low", "high", "listed", "more", "pattern", "event", "count", "days", "before", "detail"),
    *("role", "percent", "upto", "text"),
)
_WORDS: Final = ("label", "because", "ask", "good", "bad", "group")


@dataclass(frozen=True)
class Entry:
    """A criterion or an exclusion as it is typed: `place` is its layer or 'exclusion', `was` its id in the profile that
    the form began from ('' for a new one).
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


@dataclass(frozen=True)
class Form:
    """All that is typed: entries in their order, weights by layer, and where the tiers begin."""

    entries: tuple[Entry, ...]
    weights: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)


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
    entries = [_entry_of(layer, one) for layer, one in profile.criteria]
    entries += [_entry_of(EXCLUDED, one) for one in profile.exclusions]
    tiers = profile.tiers
    weights: dict[str, str] = {name: f"{layer.weight:g}" for name, layer in profile.layers.items()}
    return Form(
        tuple(entries),
        weights,
        {"A": f"{tiers.A:g}", "B": f"{tiers.B:g}", "by": tiers.by, "least": f"{tiers.least_completeness * 100:g}"},
    )


def _entry_of(place: str, one: Criterion | Exclusion) -> Entry:
    words = {name: str(getattr(one, name, None) or "") for name in _WORDS}
    shown = to_controls(one.predicate)
    if isinstance(one, Exclusion):
        return Entry(one.id, one.id, place, "", "", "list", words, shown, one.hard_block, one.state)
    days = "" if one.half_life_days is None else str(one.half_life_days)
    return Entry(one.id, one.id, place, str(one.points), days, one.seen, words, shown)


# From what was sent


def read_form(sent: Fields) -> Form:
    """The form as a browser sends it: `e0.points`, `e0.when.kind`, `e0.when.1.low`, `weight.need`, `tier.A`."""
    count = min(_small(_one(sent, "entries")), MOST_ENTRIES)
    entries = tuple(_read_entry(sent, f"e{number}") for number in range(count))
    weights: dict[str, str] = {name: _one(sent, f"weight.{name}") for name in LAYERS if f"weight.{name}" in sent}
    return Form(entries, weights, {name: _one(sent, f"tier.{name}") for name in ("A", "B", "by", "least")})


def _read_entry(sent: Fields, key: str) -> Entry:
    place = _one(sent, f"{key}.place")
    return Entry(
        id=_one(sent, f"{key}.id"),
        was=_one(sent, f"{key}.was"),
        place=place if place in PLACES else LAYERS[0],
        points=_one(sent, f"{key}.points"),
        half_life=_one(sent, f"{key}.half_life"),
        seen="call" if _one(sent, f"{key}.seen") == "call" else "list",
        words={name: _one(sent, f"{key}.{name}") for name in _WORDS},
        control=_read_control(sent, f"{key}.when", 6),
        hard_block=bool(_one(sent, f"{key}.hard_block")),
        state=_one(sent, f"{key}.state"),
    )


def _read_control(sent: Fields, key: str, deep: int) -> Control:
    kind = _one(sent, f"{key}.kind")
    if kind not in _KINDS or (kind == "group" and deep == 0):
        return Control("text", {"text": ""})
    said = {name: _one(sent, f"{key}.{name}") for name in _SAID if f"{key}.{name}" in sent}
    if kind != "group":
        return Control(kind, said, tuple(sent.get(f"{key}.values", ())))  # type: ignore[arg-type]
    count = min(_small(_one(sent, f"{key}.parts")), MOST_PARTS)
    parts = tuple(_read_control(sent, f"{key}.{number}", deep - 1) for number in range(count))
    return Control("group", {"how": said.get("how", "all")}, (), parts)


def _one(sent: Fields, name: str) -> str:
    found = sent.get(name, ())
    return found[-1].replace("\r\n", "\n") if found else ""


def _small(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


# To a profile


def filled(form: Form, base: Profile) -> Filled:
    """The profile that `form` says, over `base`: what is not in the form is as it is there. A criterion with another
    condition loses what was found for the old one (evidence, grade, how often it is true).
    """
    troubles: list[Trouble] = []
    changed: list[str] = []
    content = plain_content(base)
    known: dict[str, Criterion | Exclusion] = {one.id: one for _layer, one in base.criteria}
    known |= {one.id: one for one in base.exclusions}
    plain = dict(_plain_entries(content))
    made: list[tuple[int, Entry, dict[str, Any]]] = []
    for number, entry in enumerate(form.entries):
        one, found, other = _content_of(entry, known.get(entry.was), plain.get(entry.was, {}))
        troubles += [replace(trouble, entry=number) for trouble in found]
        changed += [entry.id] if other else []
        made.append((number, entry, one))
    places = _put(content, made, base)
    _settings(content, form, troubles)
    if troubles:
        return Filled(None, tuple(troubles))
    profile = _checked(content, places)
    return Filled(None, profile) if isinstance(profile, tuple) else Filled(profile, (), tuple(changed))


def _plain_entries(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for layer in content.get("layers", {}).values():
        yield from ((str(one["id"]), one) for one in layer["criteria"])
    yield from ((str(one["id"]), one) for one in content.get("exclusions", ()))


def _content_of(
    entry: Entry, before: Criterion | Exclusion | None, plain: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Trouble], bool]:
    """What the file says of one entry, what is wrong with it, and whether its condition is another one."""
    predicate, objections = from_controls(entry.control)
    troubles = [Trouble(None, one.at, one.field, one.what, one.remedy) for one in objections]
    one = {**plain, "id": entry.id}
    other = predicate is not None and (before is None or before.predicate != predicate)
    if predicate is not None and other:
        one["when"] = to_text(predicate)
        for name in ("evidence", "grade", "known_true_rate"):
            one.pop(name, None)
    excluded = entry.place == EXCLUDED
    for name in _WORDS:
        typed, was = entry.words.get(name, ""), str(one.get(name) or "")
        if name in ("label", "because") or not excluded:
            if typed.strip() != was.replace("\r\n", "\n").strip():
                one[name] = typed.strip()
            if not one.get(name):
                one.pop(name, None)
    if excluded:
        _as_exclusion(one, entry, troubles)
    else:
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
    outside = [(number, one) for number, entry, one in made if entry.place == EXCLUDED]
    content["exclusions"] = [one for _number, one in outside]
    places |= {("exclusions", at): number for at, (number, _one) in enumerate(outside)}
    if not outside and not base.exclusions:
        content.pop("exclusions")
    if "card" in content:
        scored = {one["id"] for _number, entry, one in made if entry.place != EXCLUDED}
        before = {one.id for _layer, one in base.criteria}
        kept = [one for one in content["card"].get("criteria", ()) if one["id"] in scored or one["id"] not in before]
        content["card"] = {**content["card"], "criteria": kept}
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
    for name, typed in form.weights.items():
        number = _decimal(typed)
        if number is None or number < 0:
            troubles.append(Trouble(None, (), f"weight.{name}", "This is no weight", "Write a number of 0 or more."))
        elif name in content.get("layers", {}):
            content["layers"][name]["weight"] = number


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
    for length in (4, 2):
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
