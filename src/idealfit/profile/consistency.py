"""What the parts of a profile file owe each other: ids used once, cards that name criteria, tiers in order.

These checks run over the plain content of the file, whatever else is wrong in it, so that all is told at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from idealfit.profile.parsing import suggest

MAX_CRITERIA = 20
MAX_EXCLUSIONS = 20

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Inconsistency:
    """What does not agree, at which path of the file, and what to do."""

    path: Path
    what: str
    remedy: str


def inconsistencies(content: object) -> tuple[Inconsistency, ...]:
    """Everything in `content` (the file as plain dictionaries and lists) that contradicts another part of it."""
    whole = _mapping(content)
    return (*_repeated(whole), *_too_many(whole), *_weightless(whole), *_tiers(whole), *_card(whole), *_segments(whole))


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _entries(value: object) -> list[Mapping[Any, Any]]:
    return [_mapping(entry) for entry in value] if isinstance(value, list | tuple) else []


def _criteria(whole: Mapping[Any, Any]) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    for name, layer in _mapping(whole.get("layers")).items():
        for number, entry in enumerate(_entries(_mapping(layer).get("criteria"))):
            yield ("layers", str(name), "criteria", number), entry


def _statements(whole: Mapping[Any, Any]) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    yield from _criteria(whole)
    for number, entry in enumerate(_entries(whole.get("exclusions"))):
        yield ("exclusions", number), entry


def _repeated(whole: Mapping[Any, Any]) -> Iterator[Inconsistency]:
    """Criteria and exclusions share one room of ids: each becomes a column `c_<id>` of the scores."""
    first: dict[str, Path] = {}
    for path, entry in _statements(whole):
        name = entry.get("id")
        if not isinstance(name, str):
            continue
        if name in first:
            there = " → ".join(str(part) for part in first[name][:-1])
            yield Inconsistency(
                (*path, "id"), f"The id {name!r} is used twice", f"It stands in {there} already: rename one"
            )
        first.setdefault(name, path)


def _too_many(whole: Mapping[Any, Any]) -> Iterator[Inconsistency]:
    scored = [entry for _, entry in _criteria(whole) if entry.get("seen", "list") == "list"]
    if len(scored) > MAX_CRITERIA:
        what = f"There are {len(scored)} scored criteria, more than {MAX_CRITERIA}"
        yield Inconsistency(("layers",), what, "Keep those that tell most; a profile that holds all says nothing")
    exclusions = _entries(whole.get("exclusions"))
    if len(exclusions) > MAX_EXCLUSIONS:
        what = f"There are {len(exclusions)} exclusions, more than {MAX_EXCLUSIONS}"
        yield Inconsistency(("exclusions",), what, "Join those that share a reason")


def _weightless(whole: Mapping[Any, Any]) -> Iterator[Inconsistency]:
    # a layer that is switched off, such as one of questions for the call alone, needs no weight
    layers = [_mapping(layer) for layer in _mapping(whole.get("layers")).values()]
    layers = [layer for layer in layers if layer.get("active") is not False]
    weights = [layer.get("weight") for layer in layers]
    if layers and all(isinstance(weight, int | float) and weight == 0 for weight in weights):
        yield Inconsistency(("layers",), "Every layer has weight 0", "Give at least one layer a weight")


def _tiers(whole: Mapping[Any, Any]) -> Iterator[Inconsistency]:
    tiers = _mapping(whole.get("tiers"))
    a, b = tiers.get("A", 80), tiers.get("B", 50)
    if isinstance(a, int | float) and isinstance(b, int | float) and a <= b:
        path: Path = ("tiers", "A" if "A" in tiers else "B")
        yield Inconsistency(path, f"Tier A begins at {a:g}, not above tier B at {b:g}", "Let A begin above B")


def _card(whole: Mapping[Any, Any]) -> Iterator[Inconsistency]:
    ids = {entry["id"] for _, entry in _criteria(whole) if isinstance(entry.get("id"), str)}
    seen: set[str] = set()
    for number, entry in enumerate(_entries(_mapping(whole.get("card")).get("criteria"))):
        name = entry.get("id")
        if not isinstance(name, str):
            continue
        path: Path = ("card", "criteria", number, "id")
        if name not in ids:
            near = suggest(name, ids)
            remedy = f"Did you mean {near!r}?" if near else "The card names criteria of the layers above"
            yield Inconsistency(path, f"There is no criterion {name!r}", remedy)
        elif name in seen:
            yield Inconsistency(path, f"The card counts {name!r} twice", "Remove one of them")
        seen.add(name)


def _segments(whole: Mapping[Any, Any]) -> Iterator[Inconsistency]:
    seen: set[str] = set()
    for number, entry in enumerate(_entries(whole.get("segments"))):
        name = entry.get("id")
        if isinstance(name, str) and name in seen:
            yield Inconsistency(("segments", number, "id"), f"The segment {name!r} stands twice", "Rename one")
        if isinstance(name, str):
            seen.add(name)
