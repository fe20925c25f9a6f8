"""Names that a person can read for what is counted: `funding_round_in_180_days` instead of a name made of a hash."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from sqlglot import exp

from idealfit.scores.facts import ACCOUNT, EventFact, Fact, HistoryFact

_LONGEST = 50
_INNER = {
    ACCOUNT: "account_id",
    "__type": "event_type",
    "__detail": "detail",
    "__on": "occurred_on",
    "__known": "known_on",
    "__field": "field",
    "__old": "old_value",
    "__new": "new_value",
    "__at": "changed_at",
    "__since": "known_since",
    "__role": "role",
    "__function": "function",
    "__seniority": "seniority",
    "__title": "title",
}


def readable(query: exp.Select, facts: Iterable[Fact], *, taken: Collection[str]) -> None:
    """Rename the columns of `facts` all over `query`; no two get one name, and none one of `taken`."""
    names = dict(_INNER)
    used = set(taken)
    for fact in facts:
        if fact.column in names:
            continue
        wanted = _plain(_words(fact))
        name, number = wanted, 1
        while name in used:
            number += 1
            name = f"{wanted}_{number}"
        used.add(name)
        names[fact.column] = name
    for identifier in query.find_all(exp.Identifier):
        if identifier.name in names:
            identifier.set("this", names[identifier.name])


def _words(fact: Fact) -> str:
    if isinstance(fact, HistoryFact):
        return f"{fact.attribute} {fact.days_before} days ago" if fact.days_before else f"{fact.attribute} at the end"
    if not isinstance(fact, EventFact):
        return f"has role {fact.role}"
    if fact.kind == "listed":
        return "listed events"
    what = f"{fact.event_type} {fact.detail}" if fact.detail else fact.event_type
    when = f"in {fact.days} days" if fact.days else "ever"
    if fact.before:
        when += f" before {fact.before} days"
    lead = {"count": "", "last": "last ", "coming": "coming ", "unsure": "unsure "}[fact.kind]
    return f"{lead}{what} {when}"


def _plain(words: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:_LONGEST].strip("_")
    return name if re.match(r"[a-z]", name) else f"n_{name}".strip("_")
