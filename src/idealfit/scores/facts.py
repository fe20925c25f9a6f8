"""What a predicate needs beside an account's own columns: counts of dated events, values of the past, roles.

Each such need is a small value (`EventFact`, `HistoryFact`, `RoleFact`) whose `column` is a pure function of what it
asks for. `fact_tables` computes all of them with one aggregation a source table, before any join, and the predicate
(see `query.py`) reads the columns. T, the moment of knowledge, is either one date for all rows, folded to a literal,
or each row's own `as_of`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from hashlib import sha256
from typing import Literal, TypeAlias

from sqlglot import exp

from idealfit.profile.evaluating import role_words
from idealfit.profile.predicate import CountOf, Growth, Happened, HasRole, Predicate, Upcoming, walk
from idealfit.scores import sql
from idealfit.scores.coverage import Covered

ACCOUNT = "__account_id"
"""The key of every fact table, named so that it cannot meet an attribute."""
MOMENT = "__as_of"
"""The second key where each row has its own T."""


def _name(kind: str, *parts: object) -> str:
    return f"__{kind}_{sha256(repr(parts).encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class EventFact:
    """Something counted over an account's dated events as they were known at T.

    `count`: how many in (T - days, T - before]; `last`: the date of the latest of these; `coming`: how many in
    (T, T + days]; `unsure`: how many in (T, T + days] of which nobody says since when they were known; `listed`: how
    many events up to T, of the types whose source covers only the accounts in it.
    """

    kind: Literal["count", "last", "coming", "unsure", "listed"]
    event_type: str = ""
    days: int | None = None
    detail: str | None = None
    before: int = 0

    @property
    def column(self) -> str:
        """The name of the column that holds it."""
        return _name(self.kind, *astuple(self)[1:])


@dataclass(frozen=True)
class HistoryFact:
    """The value (as text) that a changed attribute had `days_before` days before T; NULL without any change on file."""

    attribute: str
    days_before: int

    @property
    def column(self) -> str:
        """The name of the column that holds it."""
        return _name("was", self.attribute.lower(), self.days_before)


@dataclass(frozen=True)
class RoleFact:
    """Whether somebody of `role` is among the account's contacts; NULL for an account without contacts."""

    role: str

    @property
    def column(self) -> str:
        """The name of the column that holds it."""
        return _name("role", self.role)


Fact: TypeAlias = EventFact | HistoryFact | RoleFact


def facts_of(predicates: Iterable[Predicate]) -> tuple[Fact, ...]:
    """Everything that the predicates need beside account columns, each once, in a stable order."""
    needed: dict[Fact, None] = {}
    for predicate in predicates:
        for part in walk(predicate):
            for fact in _facts_of_node(part):
                needed.setdefault(fact)
    return tuple(needed)


def counted_fact(part: Happened | CountOf, kind: Literal["count", "last"] = "count") -> EventFact:
    """What `part` counts, or the day of the last of it."""
    return EventFact(kind, part.event_type, part.within_days, part.detail, part.before_days)


def _facts_of_node(part: object) -> tuple[Fact, ...]:
    match part:
        case Happened() | CountOf():
            return counted_fact(part), EventFact("listed")
        case Upcoming(event_type, within, detail):
            return (
                EventFact("coming", event_type, within, detail),
                EventFact("unsure", event_type, within, detail),
                EventFact("listed"),
            )
        case Growth(attribute, over):
            return HistoryFact(attribute, 0), HistoryFact(attribute, over)
        case HasRole(role):
            return (RoleFact(role),)
        case _:
            return ()


def fact_tables(
    facts: Iterable[Fact], sources: Sources, moment: date | None, covered: Covered
) -> tuple[exp.Select, ...]:
    """One SELECT a source table (dated events, history, contacts), each with one row a key and one column a fact.

    The key is `ACCOUNT`, and `MOMENT` where `moment` is None (each row its own T). A source that does not exist gives
    no SELECT; its facts are then absent and whatever needs them is unknown.
    """
    facts = tuple(facts)
    tables = (
        _event_table([fact for fact in facts if isinstance(fact, EventFact)], sources, moment, covered),
        _history_table([fact for fact in facts if isinstance(fact, HistoryFact)], sources, moment),
        _role_table([fact for fact in facts if isinstance(fact, RoleFact)], sources, moment),
    )
    return tuple(found for found in tables if found is not None)


@dataclass(frozen=True)
class Sources:
    """The relations that facts are counted in, by name in the connection; None for one that does not exist.

    `keys` is the relation of the rows to be judged (`account_id`, `as_of`): needed where each row has its own T.
    """

    events: str | None = None
    activities: str | None = None
    history: str | None = None
    contacts: str | None = None
    keys: str | None = None


def occurrences(sources: Sources) -> exp.Expr | None:
    """Dated events and what buyers did, as one relation: account, type, detail, `__on`, `__known` (dates)."""
    parts: list[exp.Expr] = []
    if sources.events is not None:
        known = sql.cast(sql.column("known_at"), "DATE")
        parts.append(_occurrence_part("event_type", "detail", known).from_(sql.table(sources.events)))
    if sources.activities is not None:
        happened = sql.cast(sql.column("occurred_at"), "DATE")
        inbound = exp.EQ(this=sql.plain(sql.column("direction")), expression=sql.string("inbound"))
        part = _occurrence_part("activity_type", "channel", happened).from_(sql.table(sources.activities))
        parts.append(part.where(inbound))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else exp.Union(this=parts[0], expression=parts[1], distinct=False)


def _occurrence_part(event_type: str, detail: str, known: exp.Expr) -> exp.Select:
    return exp.select(
        exp.alias_(sql.column("account_id"), ACCOUNT, quoted=True),
        exp.alias_(sql.plain(sql.column(event_type)), "__type", quoted=True),
        exp.alias_(sql.plain(sql.column(detail)), "__detail", quoted=True),
        exp.alias_(sql.cast(sql.column("occurred_at"), "DATE"), "__on", quoted=True),
        exp.alias_(known, "__known", quoted=True),
    )


def aggregate(columns: list[exp.Expr], source: exp.Expr, sources: Sources, moment: date | None) -> exp.Select:
    """`columns` over `source` for each key: with a T of its own a row, the source is joined to the distinct keys."""
    relation = exp.Subquery(this=source, alias=exp.TableAlias(this=sql.name("s")))
    account = sql.column(ACCOUNT, "s")
    if moment is not None:
        return exp.select(account, *columns).from_(relation).group_by(account)
    keys = exp.select(
        exp.alias_(sql.column("account_id"), ACCOUNT, quoted=True),
        exp.alias_(sql.cast(sql.column("as_of"), "DATE"), MOMENT, quoted=True),
    )
    keys = keys.from_(sql.table(sources.keys or "")).distinct()
    own = exp.Subquery(this=keys, alias=exp.TableAlias(this=sql.name("k")))
    mine = exp.EQ(this=sql.column(ACCOUNT, "k"), expression=account)
    own_moment = sql.column(MOMENT, "k")
    select = exp.select(sql.column(ACCOUNT, "k"), own_moment, *columns)
    return select.from_(own).join(relation, on=mine).group_by(sql.column(ACCOUNT, "k"), own_moment)


def _moment(moment: date | None) -> exp.Expr:
    return sql.day(moment) if moment is not None else sql.column(MOMENT, "k")


def _event_table(facts: list[EventFact], sources: Sources, moment: date | None, covered: Covered) -> exp.Select | None:
    source = occurrences(sources)
    if not facts or source is None:
        return None
    columns = [exp.alias_(_event_column(fact, moment, covered), fact.column, quoted=True) for fact in facts]
    return aggregate(columns, source, sources, moment)


def _event_column(fact: EventFact, moment: date | None, covered: Covered) -> exp.Expr:
    tests = event_tests(fact, _moment(moment), covered)
    what = exp.Max(this=sql.column("__on", "s")) if fact.kind == "last" else exp.Count(this=exp.Star())
    return exp.Filter(this=what, expression=exp.Where(this=sql.all_of(tests)))


def event_tests(fact: EventFact, now: exp.Expr, covered: Covered, *, told: bool = False) -> list[exp.Expr]:
    """What a row of `occurrences` (as `s`) must be to count at `now`; `told`: of rows that happened up to then, and
    were known by then.
    """
    happened, known = sql.column("__on", "s"), sql.column("__known", "s")
    known_by_now = exp.LTE(this=exp.Coalesce(this=known, expressions=[happened]), expression=now)
    event_type = sql.column("__type", "s")
    tests: list[exp.Expr] = []
    if fact.kind == "listed":
        tests.append(covered.listed(exp.Coalesce(this=event_type, expressions=[sql.string("")])))
    else:
        tests.append(exp.EQ(this=event_type, expression=sql.plain(sql.string(fact.event_type))))
    if fact.detail is not None:
        tests.append(exp.EQ(this=sql.column("__detail", "s"), expression=sql.plain(sql.string(fact.detail))))
    if fact.kind in ("coming", "unsure"):
        tests.append(exp.GT(this=happened, expression=now))
        tests.append(exp.LTE(this=happened, expression=sql.days_from(now, fact.days or 0)))
        never_said = exp.Is(this=known, expression=exp.Null())
        tests.append(never_said if fact.kind == "unsure" else exp.LTE(this=known, expression=now))
        return tests
    if not told or fact.before:
        tests.append(exp.LTE(this=happened, expression=sql.days_from(now, -fact.before)))
    if not told:
        tests.append(known_by_now)
    if fact.days is not None:
        tests.append(exp.GT(this=happened, expression=sql.days_from(now, -fact.days)))
    return tests


def _history_table(facts: list[HistoryFact], sources: Sources, moment: date | None) -> exp.Select | None:
    if not facts or sources.history is None:
        return None
    source = exp.select(
        exp.alias_(sql.column("account_id"), ACCOUNT, quoted=True),
        exp.alias_(sql.plain(sql.column("field")), "__field", quoted=True),
        exp.alias_(sql.column("old_value"), "__old", quoted=True),
        exp.alias_(sql.column("new_value"), "__new", quoted=True),
        exp.alias_(sql.column("changed_at"), "__at", quoted=True),
    ).from_(sql.table(sources.history))
    columns = [exp.alias_(_history_column(fact, moment), fact.column, quoted=True) for fact in facts]
    return aggregate(columns, source, sources, moment)


def _history_column(fact: HistoryFact, moment: date | None) -> exp.Expr:
    """The new value of the last change up to the end of the day, else the old value of the first change after it."""
    then = sql.days_from(_moment(moment), -fact.days_before)
    changed = sql.cast(sql.column("__at", "s"), "DATE")
    field = exp.EQ(this=sql.column("__field", "s"), expression=sql.plain(sql.string(fact.attribute)))

    def picked(value: str, *, before: bool) -> exp.Expr:
        order = exp.Order(
            expressions=[
                exp.Ordered(this=sql.column("__at", "s"), desc=before, nulls_first=False),
                exp.Ordered(this=sql.column(value, "s"), desc=before, nulls_first=False),
            ]
        )
        first = sql.call("first", exp.Order(this=sql.column(value, "s"), **order.args))
        when = (exp.LTE if before else exp.GT)(this=changed, expression=then)
        return exp.Filter(this=first, expression=exp.Where(this=sql.all_of([field, when])))

    count = exp.Filter(
        this=exp.Count(this=exp.Star()),
        expression=exp.Where(this=sql.all_of([field, exp.LTE(this=changed, expression=then)])),
    )
    return sql.cases(
        (exp.GT(this=count, expression=sql.integer(0)), picked("__new", before=True)),
        default=picked("__old", before=False),
    )


ROLE_COLUMNS = ("role", "function", "seniority", "title")
MARKS = ",;:/&|()-._+"
"""What separates words in a title, beside blanks."""


def _role_table(facts: list[RoleFact], sources: Sources, moment: date | None) -> exp.Select | None:
    """Whether a contact known by T has the role's words; a contact of which nothing is said is none."""
    if not facts or sources.contacts is None:
        return None
    source = exp.select(
        exp.alias_(sql.column("account_id"), ACCOUNT, quoted=True),
        exp.alias_(sql.cast(sql.column("created_at"), "DATE"), "__since", quoted=True),
        *(exp.alias_(_spaced(sql.column(word)), f"__{word}", quoted=True) for word in ROLE_COLUMNS),
    ).from_(sql.table(sources.contacts))
    said = sql.any_of(exp.Not(this=exp.Is(this=sql.column(word), expression=exp.Null())) for word in ROLE_COLUMNS)
    columns = [exp.alias_(_role_column(fact, moment), fact.column, quoted=True) for fact in facts]
    return aggregate(columns, source.where(said), sources, moment)


def _spaced(text: exp.Expr) -> exp.Expr:
    """Folded, marks as blanks, a blank at both ends."""
    words = sql.call("translate", sql.plain(text), sql.string(MARKS), sql.string(" " * len(MARKS)))
    front = exp.DPipe(this=sql.string(" "), expression=words)
    return exp.DPipe(this=front, expression=sql.string(" "))


def _role_column(fact: RoleFact, moment: date | None) -> exp.Expr:
    wanted = role_words(fact.role)
    tests = [sql.call("contains", sql.column(f"__{word}", "s"), sql.string(wanted)) for word in ROLE_COLUMNS]
    found = sql.any_of(exp.Coalesce(this=test, expressions=[sql.truth(False)]) for test in tests)
    since = sql.column("__since", "s")
    known = [exp.Is(this=since, expression=exp.Null()), exp.LTE(this=since.copy(), expression=_moment(moment))]
    return exp.Filter(this=exp.LogicalOr(this=found), expression=exp.Where(this=sql.any_of(known)))
