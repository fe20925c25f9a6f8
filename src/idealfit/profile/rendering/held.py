"""What of the evidence speaks of this profile: a page never shows the test of another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from idealfit.errors import ProfileError
from idealfit.profile.rendering.reading import Facts, entries, mapping
from idealfit.records.attribute import AttributeInfo, describe

TESTED = frozenset({"supported", "suggestive"})
OTHERS = "differs"
"""The key that marks evidence whose profile says something else."""


def held(profile: Facts, evidence: Facts) -> dict[str, Any]:
    """`evidence` as far as it speaks of `profile`: entries whose predicate the profile states, whatever their id; the
    backtest only where the criteria that claim evidence are those that it was made with (what a person has added as an
    assumption claims none). Marked with `differs` where they are not.
    """
    if not evidence:
        return dict(evidence)
    found = [mapping(entry) for entry in entries(evidence.get("criteria"))]
    stated = {_plain(entry.get("when")) for _, entry in _criteria(profile)}
    stated |= {_plain(mapping(entry).get("when")) for entry in entries(profile.get("exclusions"))}
    scored = {_plain(entry.get("when")) for active, entry in _criteria(profile) if active and _scores(entry)}
    tested = {_plain(entry.get("when")) for entry in found if not entry.get("exclusion") and _scores(entry)}
    if scored == tested:
        return dict(evidence)
    kept = [entry for entry in found if _plain(entry.get("when")) in stated]
    without = {key: value for key, value in evidence.items() if key not in {"backtest", "stories", "cross_check"}}
    return without | {"criteria": kept, OTHERS: True}


def _criteria(profile: Facts) -> list[tuple[bool, dict[str, Any]]]:
    """Each criterion of the layers, with whether its layer takes part."""
    layers = [mapping(layer) for layer in mapping(profile.get("layers")).values()]
    return [
        (layer.get("active") is not False, mapping(entry))
        for layer in layers
        for entry in entries(layer.get("criteria"))
    ]


def _scores(entry: Facts) -> bool:
    """Does a criterion count, and claim that records speak for it?"""
    return entry.get("points", 1) != 0 and entry.get("seen", "list") != "call" and entry.get("grade") in TESTED


def _plain(when: object) -> str:
    """What a predicate means, so that two spellings of it are one; a text that is none stands for itself."""
    from idealfit.profile.meaning import canonical
    from idealfit.profile.parsing import parse

    try:
        return canonical(parse(str(when)))
    except ProfileError:
        return str(when)


def dictionary_of(profile: Facts, attributes: Mapping[str, AttributeInfo] | None) -> dict[str, AttributeInfo]:
    """The dictionary for sentences: the workspace's, and over it what the profile file says of its columns."""
    own = {}
    for name, entry in mapping(profile.get("attributes")).items():
        said, known = mapping(entry), describe(str(name), attributes)
        own[str(name)] = replace(known, label=said.get("label") or known.label, unit=said.get("unit") or known.unit)
    return {**(attributes or {}), **own}
