"""A filter as searches of Apollo: the body of its search of organizations, and what a person chooses on its page.

From Apollo's API reference: ranges of employees as 'least,most', revenue as least and most, locations of headquarters
to include and to leave out, technologies used (any, all, none) by their names with underscores, keywords, the days of
the latest funding. Its industries are chosen on the page; by the API a company is found by keywords.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from idealfit.activation.filters.adapting import Said, Setting
from idealfit.activation.filters.form import Test
from idealfit.activation.filters.marking import Branch, Node
from idealfit.activation.filters.prospecting import (
    FUNDING,
    PLACES,
    Offer,
    Search,
    among,
    between,
    funded_between,
    happened,
    number,
    read_only,
    searched,
    using,
)
from idealfit.activation.filters.prospecting import say as say_in_search

LABEL = "Apollo"
MOST_PEOPLE = 10_000_000
"""What stands for no end of a range of employees."""
OFFER = Offer(
    label=LABEL,
    edges={"employees": (), "revenue": ()},
    texts={
        "country": None,
        "region": None,
        "city": None,
        "industry": "its API finds an industry by keywords; on its page choose it from Apollo's own list",
    },
    excludes=frozenset({"country", "region", "city"}),
    tools=frozenset({"any", "all", "none"}),
    funding=0,
)


def say(test: Test, setting: Setting) -> Said:
    """The test as a search of Apollo can say it."""
    return say_in_search(test, setting, OFFER)


def uid(tool: str) -> str:
    """A technology as Apollo's API names it: 'Google Analytics' → google_analytics."""
    return re.sub(r"[\s.]+", "_", tool.strip().lower())


def body(search: Search, titles: Sequence[str], as_of: date) -> dict[str, Any]:
    """The body of one search."""
    made: dict[str, Any] = {}
    if "employees" in search.ranges:
        low, high = search.ranges["employees"]
        made["organization_num_employees_ranges"] = [f"{int(low or 1)},{int(high or MOST_PEOPLE)}"]
    if "revenue" in search.ranges:
        ends = zip(("min", "max"), map(number, search.ranges["revenue"]), strict=True)
        made["revenue_range"] = {name: end for name, end in ends if end is not None}
    places = [value for place in PLACES for value in search.include.get(place, ())]
    left_out = [value for place in PLACES for value in search.exclude.get(place, ())]
    lists = {
        "organization_locations": places,
        "organization_not_locations": left_out,
        "q_organization_keyword_tags": list(search.include.get("industry", ())),
        "currently_using_any_of_technology_uids": [uid(one) for one in search.any_tools],
        "currently_using_all_of_technology_uids": [uid(one) for one in search.all_tools],
        "currently_not_using_any_of_technology_uids": [uid(one) for one in search.no_tools],
    }
    made |= {name: values for name, values in lists.items() if values}
    round_of = happened(search, FUNDING)
    if round_of is not None and round_of.within_days is not None:
        first = as_of - timedelta(days=round_of.within_days - 1)
        made["latest_funding_date_range"] = {"min": first.isoformat(), "max": as_of.isoformat()}
    elif round_of is not None:
        made["latest_funding_date_range"] = {"max": as_of.isoformat()}
    if titles:
        made["person_titles"] = list(titles)
    return made


def written(searches: Sequence[Search], titles: Sequence[str], as_of: date) -> str:
    """The bodies of the searches, as JSON."""
    content = {"tool": LABEL, "searches": [body(one, titles, as_of) for one in searches]}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read(text: str, today: date) -> Node:
    """What the searches say together: a company that any of them finds."""
    return Branch("any", tuple(searched(_parts(one, today)) for one in json.loads(text)["searches"]))


def _parts(made: dict[str, Any], today: date) -> list[Node]:
    parts: list[Node] = []
    for name, value in made.items():
        match name:
            case "organization_num_employees_ranges":
                ranges = [tuple(map(Decimal, one.split(","))) for one in value]
                parts.append(Branch("any", tuple(between("employees", low, high) for low, high in ranges)))
            case "revenue_range":
                parts.append(between("revenue", value.get("min"), value.get("max")))
            case "organization_locations":
                parts.append(Branch("any", tuple(among(place, value) for place in PLACES)))
            case "organization_not_locations":
                parts += [among(place, value, excluded=True) for place in PLACES]
            case "q_organization_keyword_tags":
                parts.append(among("industry", value))
            case "currently_using_any_of_technology_uids":
                parts.append(using(value, "any", uid))
            case "currently_using_all_of_technology_uids":
                parts.append(using(value, "all", uid))
            case "currently_not_using_any_of_technology_uids":
                parts.append(using(value, "none", uid))
            case "latest_funding_date_range":
                parts.append(funded_between(value.get("min"), value.get("max"), today))
            case "person_titles":
                pass  # whom to find there, not which companies
            case _:
                read_only([name], ())
    return parts


def steps(made: dict[str, Any]) -> list[tuple[str, str]]:
    """What a person sets on Apollo's page: filter, value."""
    names = {
        "organization_num_employees_ranges": "# Employees → custom range",
        "revenue_range": "Revenue (US dollars)",
        "organization_locations": "Account HQ location",
        "organization_not_locations": "Account HQ location → exclude",
        "q_organization_keyword_tags": "Industry & keywords",
        "currently_using_any_of_technology_uids": "Technologies → is any of",
        "currently_using_all_of_technology_uids": "Technologies → is all of",
        "currently_not_using_any_of_technology_uids": "Technologies → is not any of",
        "latest_funding_date_range": "Funding → latest funding date",
        "person_titles": "People: job titles",
    }
    return [(names[name], _shown(name, value)) for name, value in made.items()]


def _shown(name: str, value: Any) -> str:
    if name == "organization_num_employees_ranges":
        low, high = value[0].split(",")
        return f"{int(low):,} or more" if int(high) == MOST_PEOPLE else f"{int(low):,} to {int(high):,}"
    if isinstance(value, dict):
        ends = [
            f"{'from' if end == 'min' else 'to'} {f'{one:,}' if not isinstance(one, str) else one}"
            for end, one in value.items()
        ]
        return " ".join(ends)
    return ", ".join(value)
