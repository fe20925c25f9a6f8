"""The words of the lists: what a profile's criteria, exclusions and priorities are called in front of a rep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from idealfit.profile.content import Exclusion, Profile
from idealfit.profile.predicate import CountOf, Happened, HasRole, Predicate, Upcoming, attributes, walk
from idealfit.records.attribute import FIT_LAYERS, LAYERS, AttributeInfo, describe

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
    "unknown": "Find out first what is not known",
    "excluded": "No seller's time: the profile excludes it",
}
"""What to do by priority, else by tier, where the profile does not say."""


@dataclass(frozen=True)
class Wording:
    """`criteria`: id → what one has to find out; `exclusions`: id → reason; `actions`: priority or tier → act;
    `tier_layers`: the layers that the tier is read from.
    """

    criteria: dict[str, str] = field(default_factory=dict)
    exclusions: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_ACTIONS))
    tier_layers: tuple[str, ...] = FIT_LAYERS


def wording_of(profile: Profile | None, known: Mapping[str, AttributeInfo] | None = None) -> Wording:
    """The words of `profile` (None: nothing is scored); `known` is the workspace's attribute dictionary."""
    if profile is None:
        return Wording()
    words = {**profile.dictionary, **(known or {})}
    own = {key: text for key, text in profile.tiers.actions.items() if text}
    # a profile's action for a tier replaces our own for each of its priorities
    kept = {key: text for key, text in DEFAULT_ACTIONS.items() if key.split("-", maxsplit=1)[0] not in own}
    return Wording(
        criteria={one.id: asked_by(one.predicate, words) for _, one in profile.criteria},
        exclusions={one.id: _exclusion_words(one) for one in profile.exclusions},
        actions=kept | own,
        tier_layers=FIT_LAYERS if profile.tiers.by == "fit" else LAYERS,
    )


def action_of(actions: Mapping[str, str], priority: str, tier: str) -> str | None:
    """What is done with an account of this priority, else of its tier; `actions` as `Wording` has them."""
    return next((actions[one] for one in (priority, tier) if actions.get(one)), None)


def _exclusion_words(exclusion: Exclusion) -> str:
    since = f", since {exclusion.since}" if exclusion.since else ""
    return exclusion.because.strip().rstrip(".") + since + (f", said {exclusion.by}" if exclusion.by else "")


def asked_by(predicate: Predicate, known: Mapping[str, AttributeInfo] | None = None) -> str:
    """What one must know of an account to answer `predicate`: 'employees', 'tools in use', 'funding round'."""
    words = [describe(name, known).label for name in attributes(predicate)] + _dated(predicate)
    return " and ".join(dict.fromkeys(words))


def _dated(predicate: Predicate) -> list[str]:
    words: list[str] = []
    for part in walk(predicate):
        if isinstance(part, (Happened, CountOf, Upcoming)):
            words.append(part.event_type.replace("_", " "))
        elif isinstance(part, HasRole):
            words.append(f"whether there is a {part.role.replace('_', ' ')} role")
    return words


def load_wording(con: duckdb.DuckDBPyConnection, wording: Wording) -> None:
    """Make `list_wording`: one row with the dictionaries as maps, for the queries of the lists to look up in."""
    maps = (wording.criteria, wording.exclusions, wording.actions)
    values = [entry for words in maps for entry in (list(words), list(words.values()))]
    values.append(list(wording.tier_layers))
    kind = "CAST(MAP(CAST(? AS VARCHAR[]), CAST(? AS VARCHAR[])) AS MAP(VARCHAR, VARCHAR))"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE list_wording AS "
        f"SELECT {kind} AS criteria, {kind} AS exclusions, {kind} AS actions, "
        "CAST(? AS VARCHAR[]) AS tier_layers",
        values,
    )
