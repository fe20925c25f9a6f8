"""How a set of bins is written in the profile language, so that the scorer reads what the search saw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from idealfit.evidence.fact import Fact
from idealfit.profile.predicate import (
    Attribute,
    Between,
    Comparison,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    IsNull,
    Like,
    Not,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Truth,
    Upcoming,
    Uses,
    Value,
)

Edges = Sequence[tuple[float, float]]


def column_of(fact: Fact) -> str:
    """The account column that a fact speaks of."""
    return fact.column or fact.name


def flag_predicate(fact: Fact, key: str, *, positive: bool) -> Predicate:
    """A yes/no, a tool (or kind of tools), a role, or that a column holds anything; or that it is not so."""
    if fact.kind == "boolean" and fact.form == "filled":
        return IsNull(Attribute(column_of(fact)), negated=positive)
    if fact.kind == "boolean":
        return Comparison("=", Attribute(fact.name), Truth(positive))
    said: Predicate
    if fact.kind == "list":
        member = key.removeprefix(f"{fact.name}:")
        said = Uses(tuple(spelled(fact, tool) for tool in fact.groups.get(member, (member,))))
    else:
        said = HasRole(fact.name.split(".", 1)[1])
    return said if positive else Not(said)


def spelled(fact: Fact, text: str) -> str:
    """A text as it is mostly written in the data."""
    return fact.spelling.get(text, text)


# Numbers


def interval_predicate(fact: Fact, edges: Edges, chosen: tuple[int, ...]) -> Predicate:
    """An interval of bins of a number: `edges` gives the least value of each bin and where the next begins."""
    value = _value(fact)
    low, high = min(chosen), max(chosen)
    if low == high and _is_discrete(fact, edges):
        return Comparison("=", value, number(edges[low][0]))
    if low == 0:
        # the bin below the next edge: strictly less than where the next bin begins
        return Comparison("<", value, number(edges[high + 1][0]))
    if high == len(edges) - 1:
        return Comparison(">=", value, number(edges[low][0]))
    return Between(value, number(edges[low][0]), number(_last_before(fact, edges[high + 1][0])))


def _value(fact: Fact) -> Value:
    if fact.form == "growth":
        return Growth(column_of(fact), fact.over_days or 1)
    return CountOfTools() if fact.form == "tool_count" else Attribute(fact.name)


def number(value: float) -> Number:
    """A number literal, with six decimals at most."""
    return Number(Decimal(str(int(value))) if float(value).is_integer() else Decimal(f"{value:.6f}").normalize())


def _is_discrete(fact: Fact, edges: Edges) -> bool:
    """Whether each bin is one value; the middle of a range is no value that anybody would say."""
    if fact.bands or fact.form == "growth":
        return False
    return len(np.unique(np.asarray(fact.values[fact.known], dtype=float))) <= len(edges)


def _last_before(fact: Fact, edge: float) -> float:
    """The upper end of an interval that ends before `edge`: one less for whole numbers; of ranges the last end; the
    edge itself where no value lies on it; else the greatest value seen.
    """
    values = np.asarray(fact.values[fact.known], dtype=float)
    middles = np.array([middle for middle, _low, _high in fact.bands])
    exact = values[~np.isin(values, middles)]
    ends = [high for _middle, _low, high in fact.bands if high < edge]
    if np.all(exact == np.round(exact)) and all(end == round(end) for end in ends) and edge == round(edge):
        return edge - 1
    if not np.any(values == edge):
        return edge
    below = exact[exact < edge]
    last = float(max([*ends, *([np.max(below)] if len(below) else [])], default=edge))
    return _shortest(last, edge)


def _shortest(last: float, edge: float) -> float:
    """The number with fewest decimals from `last` on that is below `edge`: '97 %', where 0.970588 is followed by 1."""
    for decimals in range(6):
        short = math.ceil(last * 10.0**decimals - 1e-9) / 10.0**decimals
        if last <= short < edge:
            return short
    return last


# Categories


def levels_predicate(fact: Fact, levels: Sequence[str], chosen: tuple[int, ...]) -> Predicate:
    """A set of levels; the place after the last one stands for all the others together."""
    rest = len(levels)
    turned = rest in chosen
    named = [level for place, level in enumerate(levels) if (place in chosen) != turned]
    own = [text for level in named for text in fact.groups.get(level, (level,))]
    column = Attribute(column_of(fact))
    if fact.form == "prefix":
        return _beginnings(column, own, negated=turned)
    texts = tuple(Text(spelled(fact, text)) for text in own)
    if len(texts) == 1:
        return Comparison("<>" if turned else "=", column, texts[0])
    return OneOf(column, texts, negated=turned)


def _beginnings(column: Attribute, heads: Sequence[str], *, negated: bool) -> Predicate:
    parts = tuple(Like(column, f"{head}%", negated=negated and len(heads) == 1) for head in heads)
    if len(parts) == 1:
        return parts[0]
    return Not(Or(parts)) if negated else Or(parts)


# Dated events


def event_predicate(fact: Fact, days: int | None, least: int, *, positive: bool) -> Predicate:
    """At least `least` events in the last `days` days (None: ever), or a deadline in the next ones; or not so."""
    event_type = fact.info.name
    if fact.form == "upcoming":
        ahead = Upcoming(event_type, days or 1, fact.detail)
        return ahead if positive else Not(ahead)
    if least == 1:
        return Happened(event_type, days, fact.detail, negated=not positive)
    return Comparison(">=" if positive else "<", CountOf(event_type, days or 1, fact.detail), Number(Decimal(least)))
