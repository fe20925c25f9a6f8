"""What the filters of the usual prospecting tools have in common, and what none of them can say.

Apollo, ZoomInfo, LinkedIn Sales Navigator and Crunchbase filter companies by industry, place, head count and its
growth, revenue, funding, year founded, ownership, tools in use, job advertisements and a handful of news; each of them
joins filters by AND, and values within a filter by OR.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from idealfit.profile.predicate import (
    And,
    Arithmetic,
    Attribute,
    Between,
    Comparison,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    IsNull,
    Not,
    OneOf,
    Or,
    Predicate,
    Upcoming,
    walk,
)

COLUMNS: Final = frozenset(
    (
        *("industry", "sub_industry", "employees", "revenue", "country", "region", "city", "founded_year", "ownership"),
        *("funding_stage", "tech", "business_model", "country_code", "world_region", "naics", "nace", "sic"),
        *("tech_categories", "name", "domain"),
    )
)
"""The columns that every one of them, or most, can filter by."""
EVENTS: Final = (
    "fund",
    "hir",
    "job",
    "leader",
    "executive",
    "acqui",
    "layoff",
    "office",
    "launch",
    "news",
    "ipo",
    "merg",
)
"""Parts of the names of the kinds of events that they know."""


def not_expressible(predicate: Predicate) -> str | None:  # noqa: PLR0911 - one return a kind of part
    """Why no such filter says `predicate`, in a few words; None where one can."""
    for node in walk(predicate):
        match node:
            case Arithmetic() | CountOfTools():
                return "it calculates"
            case Attribute(name) if name.casefold() not in COLUMNS:
                return f"they do not know '{name}'"
            case Growth(name) if name.casefold() not in ("employees", "revenue"):
                return f"they do not know how '{name}' grows"
            case Upcoming(kind):
                return f"they do not see a coming '{kind}'"
            case Happened(kind) | CountOf(kind) if not any(part in kind.casefold() for part in EVENTS):
                return f"they do not see the event '{kind}'"
            case Comparison(_, Attribute(), Attribute()):
                return "it compares two columns"
            case Or(operands) if not _one_filter(operands):
                return "it joins different filters by OR"
            case Not() | IsNull():
                return "it asks for what is not there"
            case _:
                continue
    return None


def _one_filter(operands: Sequence[Predicate]) -> bool:
    """Whether an OR stays within one filter: one column, or tools, or roles."""
    kinds = {_filter_of(part) for part in operands}
    return len(kinds) == 1 and None not in kinds


def _filter_of(part: Predicate) -> str | None:
    match part:
        case Comparison(_, Attribute(name), _) | Between(Attribute(name), _, _) | OneOf(Attribute(name), _):
            return name.casefold()
        case And() | Or() | Not():
            return None
        case HasRole():
            return "role"
        case _:
            return type(part).__name__
