"""A filter as searches of accounts in LinkedIn Sales Navigator: there is no file to give it, so a person sets it.

From what LinkedIn and those who document its search publish: bands of employees, annual revenue in millions of dollars
from and to fixed figures, headquarters, industry, technologies used, growth of employees in percent, and two kinds of
recent activity: a new senior leader in the last three months, funding in the last twelve.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from idealfit.activation.filters.adapting import Said, Setting
from idealfit.activation.filters.form import Test
from idealfit.activation.filters.marking import Branch, Node
from idealfit.activation.filters.prospecting import (
    FUNDING,
    LEADERSHIP,
    PLACES,
    Offer,
    Search,
    among,
    between,
    funded,
    growing,
    growth_of,
    happened,
    led,
    number,
    read_only,
    searched,
    using,
)
from idealfit.activation.filters.prospecting import say as say_in_search

LABEL = "LinkedIn Sales Navigator"
BANDS = ("1-10", "11-50", "51-200", "201-500", "501-1,000", "1,001-5,000", "5,001-10,000", "10,001+")
REVENUE = tuple(Decimal(text) for text in ("0", "0.5", "1", "2.5", "5", "10", "20", "50", "100", "500", "1000"))
"""Annual revenue, in millions."""
MILLION = 1_000_000
FUNDED = "Funding events in past 12 months"
LED = "Senior leadership changes in last 3 months"
OFFER = Offer(
    label=LABEL,
    edges={
        "employees": tuple(Decimal(band.replace(",", "").split("-")[0].rstrip("+")) for band in BANDS),
        "revenue": tuple(one * MILLION for one in REVENUE),
    },
    texts={
        "country": None,
        "region": None,
        "city": None,
        "industry": "its industries are a list of its own: choose the nearest ones",
    },
    excludes=frozenset({"country", "region", "city", "industry"}),
    tools=frozenset({"any"}),
    tools_note="its technologies are a list of its own: some may not be there",
    funding=365,
    leadership=90,
    growth=(365,),
)


def say(test: Test, setting: Setting) -> Said:
    """The test as a search of accounts can say it."""
    return say_in_search(test, setting, OFFER)


def body(search: Search, titles: Sequence[str], as_of: date) -> dict[str, Any]:
    """One search: filter → what is chosen in it."""
    made: dict[str, Any] = {}
    if "employees" in search.ranges:
        low, high = search.ranges["employees"]
        made["Company headcount"] = [
            band
            for band, (first, last) in zip(BANDS, _ends(), strict=True)
            if (high is None or first <= high) and (low is None or last is None or last >= low)
        ]
    if "revenue" in search.ranges:
        low, high = search.ranges["revenue"]
        ends = {"from": None if low is None else low / MILLION, "to": None if high is None else high / MILLION}
        ends = {name: end for name, end in ends.items() if end is not None and end <= REVENUE[-1]}
        made["Annual revenue (USD millions)"] = {name: number(end) for name, end in ends.items()}
    places = [value for place in PLACES for value in search.include.get(place, ())]
    left_out = [value for place in PLACES for value in search.exclude.get(place, ())]
    lists = {
        "Headquarters location": places,
        "Headquarters location: exclude": left_out,
        "Industry": list(search.include.get("industry", ())),
        "Industry: exclude": list(search.exclude.get("industry", ())),
        "Technologies used": list(search.any_tools or search.all_tools),
    }
    made |= {name: values for name, values in lists.items() if values}
    for least, most in growth_of(search).values():
        ends = {"from": least, "to": most}
        made["Company headcount growth (%)"] = {name: number(end) for name, end in ends.items() if end is not None}
    asked = [word for kinds, word in ((FUNDING, FUNDED), (LEADERSHIP, LED)) if happened(search, kinds) is not None]
    if asked:
        made["Recent activities"] = asked
    if titles:
        made["Leads: current job title"] = list(titles)
    return made


def _ends() -> list[tuple[Decimal, Decimal | None]]:
    edges = OFFER.edges["employees"]
    return [(first, after - 1 if after else None) for first, after in zip(edges, (*edges[1:], None), strict=True)]


def written(searches: Sequence[Search], titles: Sequence[str], as_of: date) -> str:
    """The searches, as JSON."""
    content = {"tool": LABEL, "searches": [body(one, titles, as_of) for one in searches]}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read(text: str, today: date) -> Node:
    """What the searches say together: a company that any of them finds."""
    return Branch("any", tuple(searched(_parts(one)) for one in json.loads(text)["searches"]))


def _parts(made: dict[str, Any]) -> list[Node]:
    parts: list[Node] = []
    for name, value in made.items():
        match name:
            case "Company headcount":
                ends = dict(zip(BANDS, _ends(), strict=True))
                parts.append(Branch("any", tuple(between("employees", *ends[band]) for band in value)))
            case "Annual revenue (USD millions)":
                parts.append(between("revenue", value.get("from"), value.get("to"), MILLION))
            case "Headquarters location":
                parts.append(Branch("any", tuple(among(place, value) for place in PLACES)))
            case "Headquarters location: exclude":
                parts += [among(place, value, excluded=True) for place in PLACES]
            case "Industry":
                parts.append(among("industry", value))
            case "Industry: exclude":
                parts.append(among("industry", value, excluded=True))
            case "Technologies used":
                parts.append(using(value, "any"))
            case "Company headcount growth (%)":
                parts += growing(value.get("from"), value.get("to"), 365)
            case "Recent activities":
                read_only(value, (FUNDED, LED))
                parts += [funded(365) if one == FUNDED else led(90) for one in value]
            case "Leads: current job title":
                pass  # whom to find there, not which companies
            case _:
                read_only([name], ())
    return parts


def steps(made: dict[str, Any]) -> list[tuple[str, str]]:
    """What a person sets: filter, value."""
    return [(name, _shown(value)) for name, value in made.items()]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{end} {number:,}" for end, number in value.items()) or "any"
    return ", ".join(value)
