"""A filter as searches of ZoomInfo: the attributes of its search of companies, and what a person looks up for them.

From ZoomInfo's API reference: least and most employees, least and most revenue in thousands of US dollars, countries,
states, days of funding, growth of employees over one and two years in percent. Industries and technologies are codes of
its own lists, which its lookup gives: they stand by name, apart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from idealfit.activation.filters.adapting import Said, Setting
from idealfit.activation.filters.form import Test
from idealfit.activation.filters.marking import Branch, Node
from idealfit.activation.filters.prospecting import (
    FUNDING,
    Offer,
    Search,
    among,
    between,
    funded_between,
    growing,
    growth_of,
    happened,
    number,
    read_only,
    searched,
    using,
)
from idealfit.activation.filters.prospecting import say as say_in_search

LABEL = "ZoomInfo"
THOUSAND = 1000
GROWTH = {365: "oneYearEmployeeGrowthRate", 730: "twoYearEmployeeGrowthRate"}
OFFER = Offer(
    label=LABEL,
    edges={"employees": (), "revenue": ()},
    texts={
        "country": None,
        "region": None,
        "industry": "its industries are a list of its own: the nearest ones are looked up by name",
    },
    excludes=frozenset(),
    tools=frozenset({"any"}),
    tools_note="its technologies are a list of its own: they are looked up by name",
    funding=0,
    growth=tuple(GROWTH),
    unit=Decimal(THOUSAND),
)


_READ = (
    "employeeRangeMin", "employeeRangeMax", "revenueMin", "revenueMax", "country", "state", "locationSearchType",
    "fundingStartDate", "fundingEndDate",
)  # fmt: skip


def say(test: Test, setting: Setting) -> Said:
    """The test as a search of ZoomInfo can say it."""
    return say_in_search(test, setting, OFFER)


def body(search: Search, titles: Sequence[str], as_of: date) -> dict[str, Any]:
    """One search: `attributes` as they are, and what is to be looked up for it by name."""
    made: dict[str, Any] = {}
    low, high = search.ranges.get("employees", (None, None))
    made |= {"employeeRangeMin": None if low is None else str(int(low))}
    made |= {"employeeRangeMax": None if high is None else str(int(high))}
    low, high = search.ranges.get("revenue", (None, None))
    made |= {"revenueMin": None if low is None else number(low / THOUSAND)}
    made |= {"revenueMax": None if high is None else number(high / THOUSAND)}
    made |= {"country": ",".join(search.include.get("country", ())) or None}
    made |= {"state": ",".join(search.include.get("region", ())) or None}
    for days, (least, most) in growth_of(search).items():
        made |= {f"{GROWTH[days]}Min": None if least is None else str(number(least))}
        made |= {f"{GROWTH[days]}Max": None if most is None else str(number(most))}
    round_of = happened(search, FUNDING)
    if round_of is not None:
        first = None if round_of.within_days is None else as_of - timedelta(days=round_of.within_days - 1)
        made |= {"fundingStartDate": first.isoformat() if first else None, "fundingEndDate": as_of.isoformat()}
    tools = search.any_tools or search.all_tools
    look_up = {
        "industryCodes": list(search.include.get("industry", ())),
        "techAttributeTagList": list(tools),
        "jobTitle": list(titles),
    }
    attributes = {name: value for name, value in made.items() if value is not None}
    if "country" in attributes or "state" in attributes:
        attributes["locationSearchType"] = "HQ"
    return {"attributes": attributes, "look_up": {name: names for name, names in look_up.items() if names}}


def written(searches: Sequence[Search], titles: Sequence[str], as_of: date) -> str:
    """The searches, as JSON."""
    content = {"tool": LABEL, "searches": [body(one, titles, as_of) for one in searches]}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read(text: str, today: date) -> Node:
    """What the searches say together: a company that any of them finds."""
    return Branch("any", tuple(searched(_parts(one, today)) for one in json.loads(text)["searches"]))


def _parts(made: dict[str, Any], today: date) -> list[Node]:
    said, look_up = made["attributes"], made["look_up"]
    grown = [f"{name}{end}" for name in GROWTH.values() for end in ("Min", "Max")]
    read_only(said, (*_READ, *grown))
    read_only(look_up, ("industryCodes", "techAttributeTagList", "jobTitle"))
    parts: list[Node] = []
    if {"employeeRangeMin", "employeeRangeMax"} & said.keys():
        parts.append(between("employees", said.get("employeeRangeMin"), said.get("employeeRangeMax")))
    if {"revenueMin", "revenueMax"} & said.keys():
        parts.append(between("revenue", said.get("revenueMin"), said.get("revenueMax"), THOUSAND))
    for name, column in (("country", "country"), ("state", "region")):
        if name in said:
            parts.append(among(column, said[name].split(",")))
    for days, name in GROWTH.items():
        parts += growing(said.get(f"{name}Min"), said.get(f"{name}Max"), days)
    if "fundingEndDate" in said:
        parts.append(funded_between(said.get("fundingStartDate"), said["fundingEndDate"], today))
    if "industryCodes" in look_up:
        parts.append(among("industry", look_up["industryCodes"]))
    if "techAttributeTagList" in look_up:
        parts.append(using(look_up["techAttributeTagList"], "any"))
    return parts


def steps(made: dict[str, Any]) -> list[tuple[str, str]]:
    """What a person sets on ZoomInfo's page: filter, value."""
    names = {
        "employeeRangeMin": "Company size → employees, from",
        "employeeRangeMax": "Company size → employees, to",
        "revenueMin": "Revenue, from (thousand US dollars)",
        "revenueMax": "Revenue, to (thousand US dollars)",
        "country": "Location → country",
        "state": "Location → state",
        "locationSearchType": "Location → look at",
        "oneYearEmployeeGrowthRateMin": "Employee growth, one year, from (%)",
        "oneYearEmployeeGrowthRateMax": "Employee growth, one year, to (%)",
        "twoYearEmployeeGrowthRateMin": "Employee growth, two years, from (%)",
        "twoYearEmployeeGrowthRateMax": "Employee growth, two years, to (%)",
        "fundingStartDate": "Funding → since",
        "fundingEndDate": "Funding → until",
        "industryCodes": "Industry (choose the nearest)",
        "techAttributeTagList": "Technologies (choose by name)",
        "jobTitle": "People: job titles",
    }
    plain = [
        (names[name], f"{value:,}" if isinstance(value, int) else str(value))
        for name, value in made["attributes"].items()
    ]
    return [*plain, *((names[name], ", ".join(values)) for name, values in made["look_up"].items())]
