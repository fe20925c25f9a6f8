"""Dated events counted for one day T with as little work as possible: each event is a few bits, an account their union.

What can be asked of an event (is it of this type and in this window, how long ago was it) is a bit. Which bits an event
has follows from its type and its day, and is looked up; those of an account are combined in one number, and only what
is compared with more than none is counted besides. The columns and what they hold are those of
`facts.fact_tables`, but that what nobody counts is 1 where there is any, and a last day is given as the last one of
its stretch where only stretches are asked for. An account of which nothing is left has no row, which every reader
takes as a count of none.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from sqlglot import exp

from idealfit.profile.parsing import fold
from idealfit.profile.predicate import CountOf, Predicate, walk
from idealfit.scores import sql
from idealfit.scores.coverage import Covered
from idealfit.scores.facts import EventFact, Fact, Sources, aggregate, counted_fact, event_tests, occurrences
from idealfit.scores.looked_up import looked_up

LISTED = EventFact("listed")
BITS = 62
"""So many bits one number has."""


@dataclass(frozen=True)
class FactTable:
    """A SELECT with one row an account, and its fact columns by name: as they stand, or worked out of `marks`."""

    query: exp.Select
    marks: Mapping[str, exp.Expr] = field(default_factory=dict)

    def columns(self, alias: str) -> dict[str, exp.Expr]:
        """Every fact column as an expression over the table `alias`."""
        plain = [one.alias for one in self.query.expressions if one.alias and not one.alias.startswith(_MARKS)]
        found: dict[str, exp.Expr] = {name: sql.column(name, alias) for name in plain}
        for name, node in self.marks.items():
            found[name] = node.copy()
            for column in found[name].find_all(exp.Column):
                column.set("table", sql.name(alias))
        return found


def needed(facts: Sequence[Fact], covered: Covered) -> tuple[Fact, ...]:
    """`facts` without the count of all events, where every type that is asked for covers all accounts."""
    types = {fact.event_type for fact in facts if isinstance(fact, EventFact) and fact.kind != "listed"}
    if all(covered.since(name) is not None for name in types):
        return tuple(fact for fact in facts if fact != LISTED)
    return tuple(facts)


def counted_in(predicates: Collection[Predicate]) -> frozenset[EventFact]:
    """The counts whose size matters, and not only whether there is any."""
    return frozenset(
        counted_fact(part) for predicate in predicates for part in walk(predicate) if isinstance(part, CountOf)
    )


def event_counts(
    facts: Sequence[EventFact],
    sources: Sources,
    moment: date,
    covered: Covered,
    *,
    counted: Collection[EventFact],
    stretches: Mapping[EventFact, Collection[int]],
) -> FactTable | None:
    """The counts of `facts`; None where there is nothing to count, or nothing that looks back only.

    `counted` are those whose size matters. `stretches` gives of last days after how many days before T a new stretch
    begins: where given, only the stretch is told.
    """
    source = occurrences(sources)
    if not facts or source is None or any(fact.kind in ("coming", "unsure") for fact in facts):
        return None
    plan = _Plan.of(facts, covered, counted, stretches)
    now = sql.day(moment)
    happened, known = sql.column("__on", "s"), sql.column("__known", "s")
    rows = exp.select(exp.Star(), exp.alias_(plan.place(moment), _PLACE, quoted=True)).from_(_named(source, "s"))
    rows = rows.where(exp.LTE(this=happened, expression=now))
    rows = rows.where(
        exp.LTE(this=exp.Coalesce(this=known, expressions=[happened.copy()]), expression=now.copy()), copy=False
    )
    marked = exp.select(exp.Star(), *plan.marks()).from_(_named(rows, "s"))
    there = [exp.NEQ(this=sql.column(name), expression=sql.integer(0)) for name in plan.names]
    kept = exp.select(exp.Star()).from_(_named(marked, "s")).where(sql.any_of(there))
    columns: list[exp.Expr] = [
        exp.alias_(sql.call("bit_or", sql.column(name, "s")), name, quoted=True) for name in plan.names
    ]
    columns += [plan.exact(fact, now, covered) for fact in plan.counted]
    return FactTable(aggregate(columns, kept, sources, moment), plan.read(moment))


_MARKS, _PLACE = "__marks_", "__place"


def _named(source: exp.Expr, alias: str) -> exp.Subquery:
    return exp.Subquery(this=source, alias=exp.TableAlias(this=sql.name(alias)))


@dataclass(frozen=True)
class _Bit:
    """Of an event: its type is `event_type` (None: one whose source covers only the accounts in it), and it happened
    from `first` to (not with) `last` days before T; None: ever.

    """

    event_type: str | None
    first: int = 0
    last: int | None = None

    def holds(self, event_type: str | None, days: int, covered: Covered) -> bool:
        if self.event_type is None:
            return not covered.every.get(event_type or "", covered.every_other)
        return self.event_type == event_type and self.first <= days and (self.last is None or days < self.last)


@dataclass(frozen=True)
class _Plan:
    """Which bits there are, and which facts are read from them (`told`: fact → its bits, the nearest stretch first) or
    are counted besides (`counted`: fact → the bit of its type and window); `spelled`: types as the profile has them."""

    bits: tuple[_Bit, ...]
    told: Mapping[EventFact, tuple[_Bit, ...]]
    counted: Mapping[EventFact, _Bit]
    covered: Covered
    spelled: Mapping[str, str]

    @classmethod
    def of(
        cls,
        facts: Sequence[EventFact],
        covered: Covered,
        counted: Collection[EventFact],
        stretches: Mapping[EventFact, Collection[int]],
    ) -> _Plan:
        told: dict[EventFact, tuple[_Bit, ...]] = {}
        besides: dict[EventFact, _Bit] = {}
        for fact in facts:
            window = _Bit(None) if fact == LISTED else _Bit(fold(fact.event_type), fact.before, fact.days)
            if fact.detail is not None or fact in counted or (fact.kind == "last" and fact not in stretches):
                besides[fact] = window
            elif fact.kind == "last":
                inside = sorted(day for day in set(stretches[fact]) if fact.before < day < (fact.days or day + 1))
                edges = [fact.before, *inside, fact.days]
                told[fact] = tuple(_Bit(window.event_type, low or 0, high) for low, high in pairwise(edges))
            else:
                told[fact] = (window,)
        bits = dict.fromkeys([*(bit for own in told.values() for bit in own), *besides.values()])
        spelled = {fold(fact.event_type): fact.event_type for fact in facts if fact != LISTED}
        return cls(tuple(bits), told, besides, covered, spelled)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of marks."""
        return tuple(f"{_MARKS}{at}" for at in range(-(-len(self.bits) // BITS)))

    @property
    def types(self) -> tuple[str, ...]:
        """The types that differ from all others."""
        asked = [bit.event_type for bit in self.bits if bit.event_type is not None]
        exceptions = sorted(self.covered.every) if _Bit(None) in self.bits else []
        return tuple(dict.fromkeys([*asked, *exceptions]))

    @property
    def edges(self) -> list[int]:
        """The days before T at which something begins or ends."""
        return sorted({day for bit in self.bits for day in (bit.first, bit.last) if day})

    def place(self, moment: date) -> exp.Expr:
        """Type and stretch of a row of `occurrences` as a number from 1: the stretch is the faster digit."""
        edges = self.edges
        far = edges[-1] if edges else 0
        ago = sql.call("date_diff", sql.string("day"), sql.column("__on", "s"), sql.day(moment))
        day = exp.Add(this=exp.Least(this=ago, expressions=[sql.integer(far)]), expression=sql.integer(1))
        listed = ",".join(str(1 + bisect.bisect_right(edges, days)) for days in range(far + 1))
        stretches = sql.cast(sql.string(f"[{listed}]"), "INTEGER[]")
        # a row of a day without end ('-infinity') is before everything
        stretch = exp.Coalesce(this=sql.call("list_extract", stretches, day), expressions=[sql.integer(len(edges) + 1)])
        names = exp.Array(expressions=[sql.plain(sql.string(self.spelled.get(name, name))) for name in self.types])
        kind: exp.Expr = sql.integer(0)
        if self.types:
            found = sql.call("list_position", names, sql.column("__type", "s"))
            kind = exp.Coalesce(this=found, expressions=[sql.integer(0)])
        width = sql.integer(len(edges) + 1)
        return exp.Add(this=exp.Mul(this=kind, expression=width), expression=stretch)

    def marks(self) -> list[exp.Expr]:
        """The columns of marks over a row with its place."""
        days = [0, *self.edges]
        places = [(kind, day) for kind in (None, *self.types) for day in days]
        columns = []
        for at, name in enumerate(self.names):
            own = list(enumerate(self.bits[at * BITS : (at + 1) * BITS]))
            values = (
                sum(1 << place for place, bit in own if bit.holds(kind, day, self.covered)) for kind, day in places
            )
            columns.append(exp.alias_(looked_up(_PLACE, "BIGINT", values), name, quoted=True))
        return columns

    def exact(self, fact: EventFact, now: exp.Expr, covered: Covered) -> exp.Expr:
        """What is counted besides, of the rows that have the bit of its type and window."""
        tests: list[exp.Expr] = [exp.NEQ(this=self._of(self.counted[fact], "s"), expression=sql.integer(0))]
        if fact.detail is not None:
            tests = event_tests(fact, now, covered, told=True)
        what = exp.Max(this=sql.column("__on", "s")) if fact.kind == "last" else exp.Count(this=exp.Star())
        return exp.alias_(exp.Filter(this=what, expression=exp.Where(this=sql.all_of(tests))), fact.column, quoted=True)

    def read(self, moment: date) -> dict[str, exp.Expr]:
        """The fact columns that are read from the marks of an account."""
        return {fact.column: self._read(fact, own, moment) for fact, own in self.told.items()}

    def _read(self, fact: EventFact, own: Sequence[_Bit], moment: date) -> exp.Expr:
        if fact.kind != "last":
            return self._of(own[0])
        branches: list[tuple[exp.Expr, exp.Expr]] = [
            (
                exp.NEQ(this=self._of(bit), expression=sql.integer(0)),
                sql.day(sql.shifted(moment, -bit.first)),
            )
            for bit in own
        ]
        return sql.cases(*branches, default=sql.nothing("DATE"))

    def _of(self, bit: _Bit, table: str | None = None) -> exp.Expr:
        """The bit of an account's or a row's marks: not 0 where it is set."""
        at, place = divmod(self.bits.index(bit), BITS)
        marks = sql.column(f"{_MARKS}{at}", table)
        return exp.Paren(this=exp.BitwiseAnd(this=marks, expression=sql.integer(1 << place)))
