"""Dated events counted for one day T with as little work as possible: what no count needs is left out before grouping.

What all counts ask for (it happened up to T, and was known by then) is asked once, of the rows; so is the longest
window of each type. The columns and what they hold are those of `facts.fact_tables`; an account of which nothing is
left has no row, which every reader of the counts takes as a count of none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from idealfit.profile.parsing import fold
from idealfit.scores import sql
from idealfit.scores.coverage import Covered
from idealfit.scores.facts import EventFact, Fact, Sources, aggregate, event_tests, occurrences

LISTED = EventFact("listed")


def needed(facts: Sequence[Fact], covered: Covered) -> tuple[Fact, ...]:
    """`facts` without the count of all events, where every type that is asked for covers all accounts."""
    types = {fact.event_type for fact in facts if isinstance(fact, EventFact) and fact.kind != "listed"}
    if all(covered.since(name) is not None for name in types):
        return tuple(fact for fact in facts if fact != LISTED)
    return tuple(facts)


def event_counts(facts: Sequence[EventFact], sources: Sources, moment: date, covered: Covered) -> exp.Select | None:
    """The counts as `fact_tables` has them; None where there is nothing to count, or nothing that looks back only."""
    source = occurrences(sources)
    if not facts or source is None or any(fact.kind in ("coming", "unsure") for fact in facts):
        return None
    rows = exp.select(exp.Star()).from_(exp.Subquery(this=source, alias=exp.TableAlias(this=sql.name("s"))))
    happened, known = sql.column("__on", "s"), sql.column("__known", "s")
    now = sql.day(moment)
    rows = rows.where(exp.LTE(this=happened, expression=now))
    rows = rows.where(
        exp.LTE(this=exp.Coalesce(this=known, expressions=[happened.copy()]), expression=now.copy()), copy=False
    )
    rows = rows.where(exp.GT(this=happened.copy(), expression=_needed_after(facts, moment, covered)), copy=False)
    columns = [_column(fact, now, covered) for fact in facts]
    return aggregate(columns, rows, sources, moment)


def _needed_after(facts: Sequence[EventFact], moment: date, covered: Covered) -> exp.Expr:
    """After which day a row of its type is needed: the first day of the type's longest window, all of a type that says
    whose source lists the account, none of a type that nobody asks for.

    The type of a row is looked up, and not compared with one after the other: DuckDB would fold its text for each.
    """
    longest: dict[str, int | None] = {}
    for fact in facts:
        if fact.kind != "listed":
            before = longest.get(fact.event_type, 0)
            longest[fact.event_type] = None if before is None or fact.days is None else max(before, fact.days)
    told = LISTED in facts
    days: list[exp.Expr] = []
    for name, back in longest.items():
        everything = back is None or (told and not _every(name, covered))
        days.append(_ever() if everything or back is None else sql.days_from(sql.day(moment), -back))
    others = [name for name in sorted(covered.every) if name not in longest] if told else []
    days += [_never() if covered.every[name] else _ever() for name in others]
    other = _ever() if told and not covered.every_other else _never()
    names = [sql.plain(sql.string(name)) for name in longest] + [sql.string(name) for name in others]
    if not names:
        return other
    kind = exp.Coalesce(this=sql.column("__type", "s"), expressions=[sql.string("")])
    place = sql.call("list_position", exp.Array(expressions=names), kind)
    return exp.Coalesce(this=sql.call("list_extract", exp.Array(expressions=days), place), expressions=[other])


def _every(event_type: str, covered: Covered) -> bool:
    return covered.every.get(fold(event_type), covered.every_other)


def _ever() -> exp.Expr:
    return sql.cast(sql.string("-infinity"), "DATE")


def _never() -> exp.Expr:
    return sql.cast(sql.string("infinity"), "DATE")


def _column(fact: EventFact, now: exp.Expr, covered: Covered) -> exp.Expr:
    tests = event_tests(fact, now, covered, told=True)
    what = exp.Max(this=sql.column("__on", "s")) if fact.kind == "last" else exp.Count(this=exp.Star())
    return exp.alias_(exp.Filter(this=what, expression=exp.Where(this=sql.all_of(tests))), fact.column, quoted=True)
