"""What columns a profile expects of a table that nobody has looked at: by name, else by how they are compared."""

from __future__ import annotations

from idealfit.profile.content import Profile
from idealfit.profile.predicate import (
    Arithmetic,
    AsOf,
    Attribute,
    Between,
    Comparison,
    CountIn,
    Growth,
    HasRole,
    Includes,
    IsNull,
    Like,
    Node,
    OneOf,
    Predicate,
    Text,
    Truth,
    Value,
    YearOf,
    attributes,
    children,
    walk,
)
from idealfit.profile.values import day_of
from idealfit.records.tables import ColumnType
from idealfit.scores.lying import Held, TableAt, TableName, Tables, canonical_table, known_kind
from idealfit.scores.scorecard import scorecard


def expected_tables(profile: Profile, places: dict[TableName, tuple[str, ...]]) -> Tables:
    """The tables that the profile needs, with the columns of DESIGN §3; of `accounts` those that the criteria read.

    `places` names tables by schema and name; of what buyers did (`activities`) only what is named there is read.
    """
    plan = scorecard(profile)
    predicates = [*plan.scored.values(), *(one for _, one in plan.unscored)]
    said = {name.lower(): words.type for name, words in profile.attributes.items()}
    kinds: dict[str, ColumnType] = {"account_id": "text"}
    for predicate in predicates:
        for name in attributes(predicate):
            if name.lower() not in {one.lower() for one in kinds}:
                kinds[name] = said.get(name.lower()) or known_kind(name) or _by_use(name, predicates)
    accounts = TableAt(places.get("accounts", ("accounts",)), {name: Held(kind) for name, kind in kinds.items()})
    parts = [type(part) for predicate in predicates for part in walk(predicate)]
    needed: dict[TableName, bool] = {
        "events": any(kind.__name__ in ("Happened", "CountOf", "Upcoming") for kind in parts),
        "account_history": Growth in parts,
        "contacts": HasRole in parts,
    }
    wanted = [name for name, is_needed in needed.items() if is_needed]
    if needed["events"] and "activities" in places:
        wanted.append("activities")
    return Tables(accounts, {name: canonical_table(name, places.get(name)) for name in wanted})


def _by_use(name: str, predicates: list[Predicate]) -> ColumnType:
    """The kind of a column by what it is compared with."""
    for predicate in predicates:
        for part in walk(predicate):
            found = _said_by(part, name)
            if found is not None:
                return found
        if _is(predicate, name):
            return "boolean"
    return "text"


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Attribute) and node.name.lower() == name.lower()


def _said_by(part: Node, name: str) -> ColumnType | None:  # noqa: PLR0911 - one way of use after the other
    match part:
        case Includes(column) | CountIn(column):
            return "list" if column.lower() == name.lower() else None
        case YearOf(day) if _is(day, name):
            return "date"
        case Like(value) if _is(value, name):
            return "text"
        case Arithmetic(_, left, right) if _is(left, name) or _is(right, name):
            return "number"
        case Comparison(_, left, right) if _is(left, name) or _is(right, name):
            return _of(right if _is(left, name) else left)
        case Between(value, low, high) if _is(value, name):
            return _of(low) or _of(high)
        case OneOf(value, choices) if _is(value, name):
            return _of(choices[0])
        case IsNull() | Comparison() | Between() | OneOf() | Arithmetic():
            return None
    return "boolean" if any(_is(child, name) for child in children(part)) else None


def _of(value: Value) -> ColumnType | None:
    match value:
        case Text(text):
            return "date" if day_of(text) is not None else "text"
        case Truth():
            return "boolean"
        case AsOf():
            return "date"
        case Attribute(name):
            return known_kind(name)
        case _:
            return "number"
