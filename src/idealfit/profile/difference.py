"""What changed between two profiles, in sentences about what they say: never in lines of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from idealfit.profile.content import Criterion, Exclusion, Layer, Profile, Segment
from idealfit.profile.document import LAYER_WORDS, plain_content
from idealfit.profile.meaning import canonical, change_of, same_meaning
from idealfit.profile.predicate import Predicate, topics
from idealfit.profile.section_difference import section_changes
from idealfit.profile.sentence import sentence
from idealfit.profile.standing import as_it_stands
from idealfit.records.attribute import LAYERS, AttributeInfo

Bearing: TypeAlias = Literal["scored", "said", "recorded"]
"""What a change bears on: who scores how much, what people read and say, or what is merely on record."""


@dataclass(frozen=True)
class Change:
    """One change. `part` is criterion, exclusion, layer, tiers, segment, card or a section's name; `kind` added,
    removed or changed; `ids` the id before and after ('' where there is none); `before` and `after` the `when` where
    one changed, came or went; `alone` the first profile with only this change, where that can be scored.
    """

    part: str
    kind: Literal["added", "removed", "changed"]
    text: str
    bearing: Bearing
    ids: tuple[str, str] = ("", "")
    before: Predicate | None = None
    after: Predicate | None = None
    alone: Profile | None = None


def difference(a: Profile, b: Profile, attributes: Mapping[str, AttributeInfo] | None = None) -> tuple[Change, ...]:
    """Every change from `a` to `b`: what is scored first, then what is said, then what is merely on record.

    `attributes` is the workspace's dictionary of labels. The order of entries and how a predicate is written make no
    difference. Empty where the two say the same.
    """
    words = {**(attributes or {}), **{name: b.dictionary[name] for name in b.attributes}}
    found: list[Change] = []
    newer: list[str] = []
    found += _criteria(a, b, words, newer)
    found += _rates(a, b, words)
    found += _exclusions(a, b, words, newer)
    found += _weights(a, b)
    found += _tiers(a, b)
    found += _segments(a, b, words)
    a, b = as_it_stands(a), as_it_stands(b)
    found += [
        Change(part, kind, text, _BEARING.get(part, "said"))
        for part, kind, text in section_changes(_sections(a), _sections(b))
    ]
    if newer:
        what = "what speaks for it is newer" if len(newer) == 1 else "what speaks for them is newer"
        found.append(Change("evidence", "changed", f"{', '.join(newer)}: {what}", "recorded"))
    order = {"scored": 0, "said": 1, "recorded": 2}
    return tuple(sorted(found, key=lambda change: order[change.bearing]))


_BEARING: dict[str, Bearing] = {
    "card": "scored",
    **dict.fromkeys(("coverage", "attributes", "model", "as_of", "check"), "recorded"),
}
_OWN_WORDS = frozenset({"layers", "exclusions", "tiers", "segments", "signatures"})


def _sections(profile: Profile) -> dict[str, Any]:
    return {name: part for name, part in plain_content(profile).items() if name not in _OWN_WORDS}


# Criteria


def _criteria(a: Profile, b: Profile, words: Mapping[str, AttributeInfo], newer: list[str]) -> list[Change]:
    old = {one.id: (layer, one) for layer, one in a.criteria}
    new = {one.id: (layer, one) for layer, one in b.criteria}
    pairs = _paired({name: one for name, (_, one) in old.items()}, {name: one for name, (_, one) in new.items()})
    found = []
    for name, other in pairs:
        if name is None and other is not None:
            layer, after = new[other]
            told = f"New {_told(after, layer, words)}"
            alone = _with_criterion(a, None, after, layer)
            found.append(Change("criterion", "added", told, _bearing(after), ("", other), None, after.predicate, alone))
        elif other is None and name is not None:
            layer, before = old[name]
            told = f"No longer a {_told(before, layer, words)}"
            alone = _with_criterion(a, before, None, layer)
            found.append(
                Change("criterion", "removed", told, _bearing(before), (name, ""), before.predicate, None, alone)
            )
        elif name is not None and other is not None:
            found += _changed(a, old[name], new[other], words, newer)
    return found


def _told(criterion: Criterion, layer: str, words: Mapping[str, AttributeInfo]) -> str:
    said = sentence(criterion.predicate, words)
    return f"{_what(criterion)}: {said} ({_worth(criterion)}{LAYER_WORDS[layer]})"


def _rates(a: Profile, b: Profile, words: Mapping[str, AttributeInfo]) -> list[Change]:
    """What a criterion counts where nobody knows it: that moves scores, though nothing else of it has changed."""
    now = {one.id: one for _, one in b.criteria if one.seen == "list"}
    moved = [
        (sentence(one.predicate, words), one.known_true_rate, now[one.id].known_true_rate)
        for _, one in a.criteria
        if one.seen == "list" and one.id in now and one.known_true_rate != now[one.id].known_true_rate
    ]
    if not moved:
        return []
    said = ", ".join(f"{subject} {_share(before)} → {_share(after)}" for subject, before, after in moved)
    text = f"The share of its points that counts where nobody knows: {said}"
    return [Change("criterion", "changed", text, "scored")]


def _share(rate: float | None) -> str:
    return "a quarter" if rate is None else f"{rate:.0%}"


def _changed(
    a: Profile,
    old: tuple[str, Criterion],
    new: tuple[str, Criterion],
    words: Mapping[str, AttributeInfo],
    newer: list[str],
) -> list[Change]:
    (layer, before), (now_in, after) = old, new
    same = same_meaning(before.predicate, after.predicate)
    subject = sentence(before.predicate, words)
    scored = [] if same else [change_of(before.predicate, after.predicate, words)]
    scored += _differing(before, after, _SCORED)
    scored += [f"moves from '{LAYER_WORDS[layer]}' to '{LAYER_WORDS[now_in]}'"] if layer != now_in else []
    said = _differing(before, after, _SAID)
    if before.evidence != after.evidence:
        newer.append(subject)
        said = [one for one in said if not one.startswith("reason")]
    ids, found = (before.id, after.id), []
    if scored:
        text = "; ".join(scored) if not same else f"{subject}: {'; '.join(scored)}"
        bearing: Bearing = "scored" if "list" in (before.seen, after.seen) else "said"
        whens: _Whens = (None, None) if same else (before.predicate, after.predicate)
        found.append(
            Change("criterion", "changed", text, bearing, ids, *whens, _with_criterion(a, before, after, now_in))
        )
    if said:
        found.append(Change("criterion", "changed", f"{subject}: {'; '.join(said)}", "said", ids))
    if before.id != after.id and same:
        found.append(Change("criterion", "changed", f"{subject}: '{before.id}' is called '{after.id}'", "said", ids))
    return found


_Told: TypeAlias = Callable[[Any, Any], str]
_Whens: TypeAlias = "tuple[Predicate | None, Predicate | None]"


def _arrow(label: str) -> _Told:
    return lambda before, after: f"{label} {_plain(before)} → {_plain(after)}"


_SEEN = {"list": "scored from a list", "call": "a question for the call", "us": "what we do ourselves"}
_SCORED: dict[str, _Told] = {
    "points": lambda before, after: f"{before} → {after} points",
    "seen": lambda before, after: f"{_SEEN[before]} → {_SEEN[after]}",
    "group": _arrow("counts as one with the group"),
    "half_life": _arrow("points halve after"),
}
_SAID: dict[str, _Told] = {
    "grade": _arrow("evidence"),
    "label": _arrow("called"),
    "because": lambda before, after: f"reason: '{after}'" if after else "reason taken away",
}


def _differing(before: Any, after: Any, told: Mapping[str, _Told]) -> list[str]:
    return [
        say(getattr(before, name), getattr(after, name))
        for name, say in told.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _plain(value: Any) -> str:
    return "none" if value is None else str(value)


def _what(criterion: Criterion) -> str:
    return "question for the call" if criterion.seen == "call" else "criterion"


def _worth(criterion: Criterion) -> str:
    return f"{criterion.points:+} points, " if criterion.points and criterion.seen == "list" else ""


def _bearing(criterion: Criterion) -> Bearing:
    return "scored" if criterion.seen == "list" else "said"


def _with_criterion(a: Profile, before: Criterion | None, after: Criterion | None, layer: str) -> Profile:
    """`a` with `after` in the place of `before`, or added to `layer`, or without `before`."""
    layers = {
        name: one.model_copy(update={"criteria": tuple(held for held in one.criteria if held != before)})
        for name, one in a.layers.items()
    }
    if after is not None:
        there = layers.get(layer) or Layer(weight=0.0)  # type: ignore[call-overload]
        layers[layer] = there.model_copy(update={"criteria": (*there.criteria, after)})  # type: ignore[index]
    return a.model_copy(update={"layers": {name: layers[name] for name in LAYERS if name in layers}})


# Exclusions


def _exclusions(a: Profile, b: Profile, words: Mapping[str, AttributeInfo], newer: list[str]) -> list[Change]:
    old, new = {one.id: one for one in a.exclusions}, {one.id: one for one in b.exclusions}
    found = []
    for name, other in _paired(old, new):
        before, after = old.get(name or ""), new.get(other or "")
        ids, alone = (name or "", other or ""), _with_exclusion(a, before, after)
        if before is None and after is not None:
            text = f"New exclusion ({_STATES[after.state]}): {sentence(after.predicate, words)}"
            found.append(Change("exclusion", "added", text, "scored", ids, None, after.predicate, alone))
        elif after is None and before is not None:
            text = f"No longer excluded ({_STATES[before.state]} until now): {sentence(before.predicate, words)}"
            found.append(Change("exclusion", "removed", text, "scored", ids, before.predicate, None, alone))
        elif before is not None and after is not None:
            found += _changed_exclusion(before, after, ids, alone, words, newer)
    return found


_STATES = {"typed": "excludes at once", "proposed": "proposed", "accepted": "accepted"}
_HARD: dict[str, _Told] = {
    "state": lambda before, after: f"{_STATES[before]} → {_STATES[after]}",
    "hard_block": lambda _before, after: "no rep may override it" if after else "a rep may override it",
}


def _changed_exclusion(
    before: Exclusion,
    after: Exclusion,
    ids: tuple[str, str],
    alone: Profile,
    words: Mapping[str, AttributeInfo],
    newer: list[str],
) -> list[Change]:
    subject, found = sentence(before.predicate, words), []
    same = same_meaning(before.predicate, after.predicate)
    scored = [] if same else [change_of(before.predicate, after.predicate, words)]
    scored += _differing(before, after, _HARD)
    said = _differing(before, after, {**_SAID, "review_by": _arrow("looked at again by")})
    if before.evidence != after.evidence:
        newer.append(subject)
        said = [one for one in said if not one.startswith("reason")]
    if scored:
        text = "; ".join(scored) if not same else f"{subject}: {'; '.join(scored)}"
        who = f" by {after.by}" if after.by and before.state != after.state == "accepted" else ""
        whens: _Whens = (None, None) if same else (before.predicate, after.predicate)
        found.append(Change("exclusion", "changed", f"Exclusion: {text}{who}", "scored", ids, *whens, alone))
    if said:
        found.append(Change("exclusion", "changed", f"Exclusion: {subject}: {'; '.join(said)}", "said", ids))
    return found


def _with_exclusion(a: Profile, before: Exclusion | None, after: Exclusion | None) -> Profile:
    kept = tuple(one for one in a.exclusions if one != before)
    return a.model_copy(update={"exclusions": (*kept, *(() if after is None else (after,)))})


# Which is which


def _paired(
    old: Mapping[str, Criterion | Exclusion], new: Mapping[str, Criterion | Exclusion]
) -> list[tuple[str | None, str | None]]:
    """Ids of what is the same thing before and after: of one name, else of one meaning, else the only two that speak of
    the same columns in the same direction; then what went and what came.
    """
    pairs: list[tuple[str | None, str | None]] = [(name, name) for name in old if name in new]
    left, right = [name for name in old if name not in new], [name for name in new if name not in old]

    def by_meaning(one: Criterion | Exclusion) -> str:
        return canonical(one.predicate)

    def by_topic(one: Criterion | Exclusion) -> str:
        return f"{getattr(one, 'points', 0) < 0} {sorted(topics(one.predicate))}"

    for key in (by_meaning, by_topic):
        for name in list(left):
            same = [other for other in right if key(new[other]) == key(old[name])]
            if len(same) == 1 and sum(key(old[other]) == key(old[name]) for other in left) == 1:
                pairs.append((name, same[0]))
                left.remove(name)
                right.remove(same[0])
    return [*pairs, *((name, None) for name in left), *((None, name) for name in right)]


# Weights, tiers, segments


def _weights(a: Profile, b: Profile) -> list[Change]:
    moved, found = [], []
    for name in LAYERS:
        before, after = a.layers.get(name), b.layers.get(name)
        old, new = (0.0 if one is None else one.weight for one in (before, after))
        if old != new:
            moved.append(f"{LAYER_WORDS[name]} {old:g} → {new:g}")
        if before is not None and after is not None and before.active != after.active:
            takes = "takes part again" if after.active else "takes no part: there is no data for it"
            text = f"'{LAYER_WORDS[name]}' {takes}"
            found.append(Change("layer", "changed", text, "scored", (name, name), alone=_weighed(a, b, name)))
    if moved:
        text = f"Weight{'s' * (len(moved) > 1)}: {', '.join(moved)}"
        found.insert(0, Change("layer", "changed", text, "scored", alone=_weighed(a, b, None)))
    return found


def _weighed(a: Profile, b: Profile, only: str | None) -> Profile:
    """`a` with the weights of `b`, or with one layer of it switched as in `b`."""
    layers = {}
    for name, layer in a.layers.items():
        other = b.layers.get(name)
        update: dict[str, Any] = {}
        if only is None:
            update = {"weight": 0.0 if other is None else other.weight}
        elif name == only and other is not None:
            update = {"active": other.active}
        layers[name] = layer.model_copy(update=update)
    return a.model_copy(update={"layers": layers})


def _tiers(a: Profile, b: Profile) -> list[Change]:
    before, after, found = a.tiers, b.tiers, []
    told = [f"by {before.by} → by {after.by}"] if before.by != after.by else []
    told += [
        f"{tier} from {getattr(before, tier):g} → {getattr(after, tier):g}"
        for tier in ("A", "B")
        if getattr(before, tier) != getattr(after, tier)
    ]
    if before.least_completeness != after.least_completeness:
        told.append(f"judged from {before.least_completeness:.0%} → {after.least_completeness:.0%} known")
    if told:
        alone = a.model_copy(update={"tiers": after})
        found.append(Change("tiers", "changed", f"Tiers: {', '.join(told)}", "scored", alone=alone))
    actions = [
        f"{name}: '{before.actions.get(name, '')}' → '{after.actions.get(name, '')}'"
        for name in sorted({*before.actions, *after.actions})
        if before.actions.get(name) != after.actions.get(name)
    ]
    if actions:
        found.append(Change("tiers", "changed", f"What is done: {'; '.join(actions)}", "said"))
    return found


def _segments(a: Profile, b: Profile, words: Mapping[str, AttributeInfo]) -> list[Change]:
    old, new = {one.id: one for one in a.segments}, {one.id: one for one in b.segments}
    found = []
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before is None and after is not None:
            text = f"New segment '{name}': {sentence(after.predicate, words)}"
            found.append(Change("segment", "added", text, "said", ("", name), None, after.predicate))
        elif after is None and before is not None:
            text = f"Segment '{name}' is gone: {sentence(before.predicate, words)}"
            found.append(Change("segment", "removed", text, "said", (name, ""), before.predicate, None))
        elif before is not None and after is not None and before != after:
            found += _changed_segment(name, before, after, words)
    return found


def _changed_segment(
    name: str, before: Segment, after: Segment, words: Mapping[str, AttributeInfo]
) -> Sequence[Change]:
    same = same_meaning(before.predicate, after.predicate)
    told = [] if same else [change_of(before.predicate, after.predicate, words)]
    told += [
        f"{label} '{getattr(before, key) or ''}' → '{getattr(after, key) or ''}'"
        for key, label in (("label", "called"), ("lead_with", "leads with"), ("say", "says"), ("because", "reason"))
        if getattr(before, key) != getattr(after, key)
    ]
    if not told:
        told = ["told otherwise"] if before.model_dump(exclude={"when"}) != after.model_dump(exclude={"when"}) else []
    whens: _Whens = (None, None) if same else (before.predicate, after.predicate)
    text = f"Segment '{name}': {'; '.join(told)}"
    return [Change("segment", "changed", text, "said", (name, name), *whens)] if told else []
