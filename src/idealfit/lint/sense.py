"""Rules on whether criteria make sense together: contradictions and repetitions, by form and by the records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from idealfit.lint.conditions import apart, implied, impossible, repeated_choices
from idealfit.lint.rule import Edit, Fault, rule
from idealfit.lint.subject import Path, Subject
from idealfit.profile.content import Criterion, Exclusion


@rule(
    "ICP104",
    "contradicting-or-redundant",
    severity="error",
    default=True,
    fails="""
    layers:
      firmographic:
        criteria:
          - {id: small, when: employees < 50, points: 9}
          - {id: large, when: employees > 500, points: 9}
    """,
    passes="""
    layers:
      firmographic:
        criteria:
          - {id: small, when: employees < 50, points: 9, group: size}
          - {id: large, when: employees > 500, points: 4, group: size}
    """,
)
def contradicting_or_redundant(subject: Subject) -> Iterator[Fault]:
    """Two criteria contradict each other or count one fact twice, or one can never be true.

    What no company can satisfy lowers every score by the same points; what is said twice counts double. Alternatives
    belong into one `group:`, of which only the best counts; of two that say the same, keep one (a warning only).
    """
    told: set[tuple[str, str]] = set()
    for path, one in subject.testable:
        if column := impossible(one.predicate):
            what = f"'{one.id}' can never be true: what it asks of '{column}' excludes itself"
            yield Fault((*path, "when"), what, "Correct the numbers, or join the parts with OR")
    for (_, first), (path, one) in combinations(list(subject.testable), 2):
        if fault := _pair(first, path, one):
            told.add((first.id, one.id))
            yield fault
    yield from _on_records(subject, told)


def _pair(first: Criterion | Exclusion, path: Path, one: Criterion | Exclusion) -> Fault | None:
    """What is wrong between two of them, told at the later one."""
    if isinstance(first, Criterion) and isinstance(one, Criterion):
        return None if first.group is not None and first.group == one.group else _criteria(first, path, one)
    if isinstance(first, Criterion) and isinstance(one, Exclusion):
        if first.points > 0 and one.state != "proposed" and implied(first.predicate, one.predicate):
            what = f"Exclusion '{one.id}' excludes every company that gets points for '{first.id}'"
            return Fault((*path, "when"), what, "Take one of them out: nobody can earn those points")
    elif first.predicate == one.predicate:
        return Fault(
            (*path, "when"),
            f"Exclusion '{one.id}' says the same as '{first.id}'",
            "Keep one of them",
            severity="warning",
        )
    return None


def _criteria(first: Criterion, path: Path, one: Criterion) -> Fault | None:
    """What is wrong between two criteria that both count."""
    if implied(first.predicate, one.predicate) and implied(one.predicate, first.predicate):
        return Fault(
            (*path, "when"), f"'{one.id}' says the same as '{first.id}'", "Keep one of them", severity="warning"
        )
    if first.points > 0 and one.points > 0 and (column := apart(first.predicate, one.predicate)):
        what = f"No company can satisfy both '{first.id}' and '{one.id}': they exclude each other on '{column}'"
        return Fault((*path, "when"), what, "Give both the same group, of which the best counts, or keep one")
    narrow, wide = _narrow(first, one)
    if narrow is not None and wide is not None and (narrow.points > 0) == (wide.points > 0):
        what = f"'{wide.id}' is true wherever '{narrow.id}' is: one fact is counted twice"
        return Fault((*path, "when"), what, "Give both the same group, or keep one of them", severity="warning")
    return None


def _narrow(one: Criterion, other: Criterion) -> tuple[Criterion | None, Criterion | None]:
    """Of two criteria the one that implies the other, and that other; Nones where neither does."""
    if implied(one.predicate, other.predicate):
        return one, other
    if implied(other.predicate, one.predicate):
        return other, one
    return None, None


def _on_records(subject: Subject, told: set[tuple[str, str]]) -> Iterator[Fault]:
    if subject.records is None:
        return
    places = {one.id: path for path, one in subject.testable}
    for first, other in subject.records.alike:
        if (first, other) in told or other not in places:
            continue
        counted = subject.records.counted[other]
        what = f"'{other}' is true of the same {counted.true:,} accounts as '{first}': one fact is counted twice"
        yield Fault((*places[other], "when"), what, "Keep the one that a rep can see at a glance", severity="warning")
    for criterion, exclusion in subject.records.covered:
        if (criterion, exclusion) in told or criterion not in places:
            continue
        counted = subject.records.counted[criterion]
        what = f"All {counted.true:,} accounts that get points for '{criterion}' are excluded by '{exclusion}'"
        yield Fault((*places[criterion], "when"), what, "Take one of them out: nobody can earn those points")


@rule(
    "ICP108",
    "named-twice",
    severity="note",
    fails="""
    layers: {technographic: {criteria: [{id: crm, when: "uses_any('HubSpot', 'Salesforce', 'hubspot')", points: 9}]}}
    """,
    passes="""
    layers: {technographic: {criteria: [{id: crm, when: "uses_any('HubSpot', 'Salesforce')", points: 9}]}}
    """,
)
def named_twice(subject: Subject) -> Iterator[Fault]:
    """A list in a `when` names one thing more than once.

    It changes nothing, but whoever reads it wonders what was meant.
    """
    for path, one in subject.testable:
        for name in repeated_choices(one.predicate):
            yield Fault((*path, "when"), f"'{one.id}' names '{name}' twice", "Take one of them out")


@rule(
    "ICP109",
    "empty-layer",
    severity="note",
    fails="""
    layers:
      firmographic: {criteria: [{id: size, when: employees > 99, points: 9}]}
      technographic: {weight: 25, criteria: []}
    """,
    passes="layers: {firmographic: {criteria: [{id: size, when: employees > 99, points: 9}]}}",
)
def empty_layer(subject: Subject) -> Iterator[Fault]:
    """A layer holds no criterion.

    It takes no part in the score, and looks as if it did. `--fix` takes it out.
    """
    for name, layer in subject.profile.layers.items():
        if not layer.criteria:
            what = f"The layer {name} holds no criterion"
            edits = (Edit(("layers", name), None),)
            yield Fault(("layers", name), what, "Take it out, or fill it", of_key=True, edits=edits)
