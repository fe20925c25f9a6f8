"""The words of the lists: what a profile's criteria, exclusions and priorities are called in front of a rep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from idealfit.errors import ProfileError
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import CountOf, Happened, HasRole, Predicate, Upcoming, attributes, walk
from idealfit.records.attribute import AttributeInfo, describe

DEFAULT_ACTIONS: dict[str, str] = {
    "A-now": "Call this week, and open with what just happened there",
    "A-soon": "Start a sequence this month; watch for the moment",
    "A-later": "Get to know the people; watch for the moment",
    "A": "Call this month; ask what is changing",
    "B-now": "Start a sequence this week",
    "B-soon": "Start a sequence this quarter",
    "B-later": "Keep informed; watch for the moment",
    "B": "Start a sequence this quarter; ask what is changing",
    "C-now": "Answer if they ask; no outbound time",
    "C": "Nurture only; no seller's time",
}
"""What to do by priority, else by tier, where the profile does not say."""


@dataclass(frozen=True)
class Wording:
    """`criteria`: id → what one has to find out; `exclusions`: id → reason; `actions`: priority or tier → act."""

    criteria: dict[str, str] = field(default_factory=dict)
    exclusions: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_ACTIONS))


def wording_of(profile: Any | None, known: Mapping[str, AttributeInfo] | None = None) -> Wording:
    """The words of `profile` (None: nothing is scored); `known` is the workspace's attribute dictionary."""
    if profile is None:
        return Wording()
    criteria = {
        criterion.id: getattr(criterion, "label", None) or asked_by(criterion.when, criterion.id, known)
        for layer in profile.layers.values()
        for criterion in layer.criteria
    }
    exclusions = {exclusion.id: _exclusion_words(exclusion) for exclusion in profile.exclusions}
    for exclusion in profile.exclusions:
        criteria.setdefault(exclusion.id, asked_by(exclusion.when, exclusion.id, known))
    own = {key: text for key, text in (profile.tiers.actions or {}).items() if text}
    # a profile's action for a tier replaces our own for each of its priorities
    kept = {key: text for key, text in DEFAULT_ACTIONS.items() if key.split("-", maxsplit=1)[0] not in own}
    return Wording(criteria, exclusions, kept | own)


def _exclusion_words(exclusion: Any) -> str:
    because = (exclusion.because or "").strip().rstrip(".") or exclusion.id.replace("-", " ").replace("_", " ")
    since = getattr(exclusion, "since", None)
    author = getattr(exclusion, "by", None)
    return because + (f", since {since}" if since else "") + (f", said {author}" if author else "")


def asked_by(when: str, fallback: str, known: Mapping[str, AttributeInfo] | None = None) -> str:
    """What one must know of an account to answer `when`, in words: 'employees', 'tools in use', 'funding round'."""
    try:
        predicate = parse(when)
    except ProfileError:
        return fallback.replace("-", " ").replace("_", " ")
    words = [describe(name, known).label for name in attributes(predicate)] + _dated(predicate)
    return " and ".join(dict.fromkeys(words)) or fallback.replace("-", " ").replace("_", " ")


def _dated(predicate: Predicate) -> list[str]:
    words: list[str] = []
    for part in walk(predicate):
        if isinstance(part, (Happened, CountOf, Upcoming)):
            words.append(part.event_type.replace("_", " "))
        elif isinstance(part, HasRole):
            words.append(f"whether there is a {part.role.replace('_', ' ')} role")
    return words


def load_wording(con: duckdb.DuckDBPyConnection, wording: Wording) -> None:
    """Make `list_wording`: one row with the three dictionaries as maps, for the queries of the lists to look up in."""
    maps = (wording.criteria, wording.exclusions, wording.actions)
    values = [entry for words in maps for entry in (list(words), list(words.values()))]
    kind = "CAST(MAP(CAST(? AS VARCHAR[]), CAST(? AS VARCHAR[])) AS MAP(VARCHAR, VARCHAR))"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE list_wording AS "
        f"SELECT {kind} AS criteria, {kind} AS exclusions, {kind} AS actions",
        values,
    )
