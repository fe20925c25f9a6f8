"""What would have to be learned of an account for a criterion that is unknown: columns, tools, events, people.

A criterion of one part is unknown because what that part reads is. Of one with several parts (a size AND an industry)
only the parts that are themselves unknown have to be learned: each part is evaluated by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from idealfit.profile.predicate import (
    And,
    Attribute,
    CountIn,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    Includes,
    IsNull,
    Not,
    Or,
    Predicate,
    Upcoming,
    Uses,
    walk,
)
from idealfit.records.attribute import AttributeInfo

Kind: TypeAlias = Literal["column", "tools", "events", "history", "people"]


@dataclass(frozen=True, order=True)
class Thing:
    """Something that can be learned of a company: a column, its tools, its events of a type, the past of a column, who
    works there.
    """

    kind: Kind
    name: str

    def words(self, attributes: Mapping[str, AttributeInfo]) -> str:
        """What it is called: 'employees', 'tools in use', 'events: funding round'."""
        labels = {name.casefold(): info.label for name, info in attributes.items()}
        plain = labels.get(self.name, self.name.replace("_", " "))
        match self.kind:
            case "column":
                return plain
            case "tools":
                return "tools in use"
            case "events":
                return f"events: {self.name.replace('_', ' ')}"
            case "history":
                return f"{plain} in the past"
            case "people":
                return "who works there"


def things_of(predicate: Predicate) -> tuple[Thing, ...]:
    """Everything that a predicate reads, sorted, each once."""
    found: set[Thing] = set()
    for part in walk(predicate):
        match part:
            case Attribute(name) | Includes(name) | CountIn(name):
                found.add(Thing("tools", "tech") if name.casefold() == "tech" else Thing("column", name.casefold()))
            case Uses() | CountOfTools():
                found.add(Thing("tools", "tech"))
            case Happened(event_type) | Upcoming(event_type) | CountOf(event_type):
                found.add(Thing("events", event_type.strip().casefold()))
            case Growth(name):
                found.add(Thing("history", name.casefold()))
            case HasRole():
                found.add(Thing("people", "contacts"))
            case _:
                pass
    return tuple(sorted(found))


def parts_of(predicate: Predicate) -> tuple[Predicate, ...]:
    """The parts that AND, OR and NOT put together, in order, each once."""

    def parts(node: Predicate) -> Iterator[Predicate]:
        match node:
            case And(operands) | Or(operands):
                for one in operands:
                    yield from parts(one)
            case Not(operand):
                yield from parts(operand)
            case _:
                yield node

    return tuple(dict.fromkeys(parts(predicate)))


@dataclass(frozen=True)
class Probes:
    """What is asked beside the criteria, to see which of their parts are unknown: `asked`, column → predicate; `parts`,
    criterion → for each part (its column, or None where it is the whole criterion) what it reads with the column that
    is true where that is missing (None: missing whenever the part is unknown).
    """

    asked: Mapping[str, Predicate]
    parts: Mapping[str, tuple[tuple[str | None, tuple[tuple[Thing, str | None], ...]], ...]]

    def missing(self, name: str, answers: Mapping[str, bool | None]) -> frozenset[Thing]:
        """What has to be learned for the criterion `name`, which is unknown."""
        found: set[Thing] = set()
        for column, things in self.parts[name]:
            if column is not None and answers[column] is not None:
                continue
            here = {thing for thing, empty in things if empty is None or answers[empty] is not False}
            found |= here or {thing for thing, _empty in things}
        return frozenset(found)


def probes_of(predicates: Mapping[str, Predicate], prefix: str = "part ") -> Probes:
    """The probes of some criteria by id; their columns begin with `prefix`."""
    asked: dict[str, Predicate] = {}
    columns: dict[Predicate, str] = {}

    def column_of(predicate: Predicate) -> str:
        if predicate not in columns:
            columns[predicate] = f"{prefix}{len(columns)}"
            asked[columns[predicate]] = predicate
        return columns[predicate]

    told = {}
    for name, predicate in predicates.items():
        parts = parts_of(predicate)
        several = len(parts) > 1
        told[name] = tuple((column_of(part) if several else None, _read_by(part, column_of)) for part in parts)
    return Probes(asked, told)


def _read_by(part: Predicate, column_of: Callable[[Predicate], str]) -> tuple[tuple[Thing, str | None], ...]:
    """What a part reads; where that are several columns, with the column that is true where each is empty."""
    things = things_of(part)
    if len(things) < 2:
        return tuple((thing, None) for thing in things)
    return tuple(
        (thing, column_of(IsNull(Attribute(thing.name))) if thing.kind == "column" else None) for thing in things
    )
