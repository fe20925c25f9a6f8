"""Dated events counted for one day T with as little work as possible: what no count needs is left out before grouping.

What all counts ask for (it happened up to T, and was known by then) is asked once, of the rows; so is the longest
window of each type. The columns and what they hold are those of `facts.fact_tables`; an account of which nothing is
left has no row, which every reader of the counts takes as a count of none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

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
    rows = rows.where(sql.any_of([*_by_type(facts, now), *_listed(facts, covered)]), copy=False)
    columns = [_column(fact, now, covered) for fact in facts]
    return aggregate(columns, rows, sources, moment)


def _by_type(facts: Sequence[EventFact], now: exp.Expr) -> list[exp.Expr]:
    """For each type that is asked for, whether a row is of it and within its longest window."""
    longest: dict[str, int | None] = {}
    for fact in facts:
        if fact.kind == "listed":
            continue
        before = longest.get(fact.event_type, 0)
        longest[fact.event_type] = None if before is None or fact.days is None else max(before, fact.days)
    found: list[exp.Expr] = []
    for name, days in longest.items():
        tests: list[exp.Expr] = [exp.EQ(this=sql.column("__type", "s"), expression=sql.plain(sql.string(name)))]
        if days is not None:
            tests.append(exp.GT(this=sql.column("__on", "s"), expression=sql.days_from(now, -days)))
        found.append(sql.all_of(tests))
    return found


def _listed(facts: Sequence[EventFact], covered: Covered) -> list[exp.Expr]:
    kind = exp.Coalesce(this=sql.column("__type", "s"), expressions=[sql.string("")])
    return [covered.listed(kind)] if LISTED in facts else []


def _column(fact: EventFact, now: exp.Expr, covered: Covered) -> exp.Expr:
    tests = event_tests(fact, now, covered, told=True)
    what = exp.Max(this=sql.column("__on", "s")) if fact.kind == "last" else exp.Count(this=exp.Star())
    return exp.alias_(exp.Filter(this=what, expression=exp.Where(this=sql.all_of(tests))), fact.column, quoted=True)
