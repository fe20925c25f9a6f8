"""What each tool takes: how a filter is written for it, and read back; an entry for each thing that it takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any, Final

from idealfit.activation.filters import (
    apollo,
    hubspot,
    hubspot_reading,
    linkedin,
    list_view,
    salesforce,
    salesforce_reading,
    zoominfo,
)
from idealfit.activation.filters.adapting import Said, Setting, branches
from idealfit.activation.filters.form import Always, Form, Test, all_of, some_of
from idealfit.activation.filters.marking import Node
from idealfit.activation.filters.prospecting import Search, gathered

MOST_BRANCHES = 60
MOST_SEARCHES = 6
Steps = tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class Order:
    """What is to be written: groups of forms (each group a combination that is enough), the exclusions that hold in
    every group, and beside them what a tool may want to know."""

    name: str
    groups: tuple[tuple[Form, ...], ...]
    exclusions: tuple[Form, ...]
    setting: Setting
    titles: tuple[str, ...] = ()
    as_of: date = date.min


@dataclass(frozen=True)
class Made:
    """The text, for how many of the groups (the first) it stands, what was lost, and what a person sets by hand."""

    text: str
    groups: int
    lost: tuple[str, ...] = ()
    steps: Steps = ()


@dataclass(frozen=True)
class Kind:
    """One thing that a tool takes. `own_names`: its fields are the customer's, else they are ours. `most`: so many
    combinations at most."""

    label: str
    file: str
    say: Callable[[Test, Setting], Said]
    write: Callable[[Order], Made]
    read: Callable[[str, date, frozenset[str]], Node]
    most: int
    own_names: bool


def _hubspot(order: Order) -> Made:
    groups: list[tuple[Test, ...]] = []
    kept, lost = 0, list[str]()
    for forms in order.groups:
        found = branches(all_of((*forms, *order.exclusions)), MOST_BRANCHES)
        size = hubspot.size_of([*groups, *(found or ())])
        if found is None or len(groups) + len(found) > MOST_BRANCHES or size > hubspot.MOST_FILTERS:
            lost.append(
                f"HubSpot takes {hubspot.MOST_FILTERS} filters in a list: {len(order.groups) - kept} of "
                f"{len(order.groups)} combinations are left out"
            )
            break
        kept += 1
        groups += [one for one in found if one not in groups]
    text = hubspot.written(order.name, groups, order.setting)
    steps = tuple(tuple(filter_words(hubspot.filter_of(test, order.setting)) for test in group) for group in groups)
    return Made(text, kept, tuple(lost), steps)


_WORDS = {
    "IS_EQUAL_TO": "is equal to",
    "IS_NOT_EQUAL_TO": "is not equal to",
    "IS_LESS_THAN": "is less than",
    "IS_LESS_THAN_OR_EQUAL_TO": "is less than or equal to",
    "IS_GREATER_THAN": "is greater than",
    "IS_GREATER_THAN_OR_EQUAL_TO": "is greater than or equal to",
    "IS_ANY_OF": "is any of",
    "IS_NONE_OF": "is none of",
    "CONTAINS_ALL": "contains all of",
    "DOES_NOT_CONTAIN_ALL": "does not contain all of",
    "IS_KNOWN": "is known",
    "IS_UNKNOWN": "is unknown",
    "STARTS_WITH": "starts with",
    "ENDS_WITH": "ends with",
    "CONTAINS": "contains",
    "DOES_NOT_CONTAIN": "does not contain",
    "IS_AFTER": "is on or after",
    "IS_BEFORE": "is before",
}


def filter_words(one: Mapping[str, Any]) -> tuple[str, str]:
    """A filter as HubSpot's page shows it: property, then operator and values."""
    operation = one["operation"]
    if "timePoint" in operation:
        point = operation["timePoint"]
        days = point.get("offset", {}).get("days")
        value = f"{point['year']}-{point['month']:02}-{point['day']:02}" if days is None else f"{days} days from today"
    else:
        found = operation.get("values", operation.get("value", ""))
        value = ", ".join(found) if isinstance(found, list) else f"{found:,}" if _is_size(found) else str(found).lower()
    word = _WORDS[operation["operator"]]
    unknown = operation["includeObjectsWithNoValueSet"] and operation["operator"] != "IS_UNKNOWN"
    return str(one["property"]), f"{word} {value}".strip() + (" (or is unknown)" if unknown else "")


def _is_size(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _query(order: Order) -> Made:
    """One statement; combinations are left out from the last on until it is short enough."""
    if not order.groups:
        return Made(salesforce.written(Always(False), order.setting), 0)
    for kept in range(len(order.groups), 0, -1):
        text = salesforce.written(_nested(order, kept), order.setting)
        if not salesforce.too_long(text):
            return Made(text, kept, _shortened(order, kept, f"{salesforce.MOST_CHARACTERS:,} characters in a query"))
    lost = f"Salesforce takes {salesforce.MOST_CHARACTERS:,} characters in a query: not even one combination fits"
    return Made(salesforce.written(Always(False), order.setting), 0, (lost,))


def _nested(order: Order, kept: int) -> Form:
    return all_of((some_of(all_of(group) for group in order.groups[:kept]), *order.exclusions))


def _shortened(order: Order, kept: int, limit: str) -> tuple[str, ...]:
    out = len(order.groups) - kept
    return (f"Salesforce takes {limit}: {out} of {len(order.groups)} combinations are left out",) if out else ()


def _list_view(order: Order) -> Made:
    """Ten lines: combinations are left out from the last on, then exclusions and criteria of the only one left."""
    if not order.groups:
        return _view(order, Always(False), 0, ())
    limit = f"{list_view.MOST_LINES} filter lines in a list view"
    for kept in range(len(order.groups), 0, -1):
        if _fits(_nested(order, kept), order.setting):
            return _view(order, _nested(order, kept), kept, _shortened(order, kept, limit))
    first = list(order.groups[0])
    parts = [*first, *order.exclusions]
    while parts and not _fits(all_of(parts), order.setting):
        parts.pop()
    out = len(first) + len(order.exclusions) - len(parts)
    what = f"Salesforce takes {limit}: of the first combination and the exclusions {out} are left out"
    more = _shortened(order, 1, limit) if len(order.groups) > 1 else ()
    return _view(order, all_of(parts), 1, (*more, *((what,) if out else ())))


def _fits(form: Form, setting: Setting) -> bool:
    return len(list_view.lines_of(form, setting)[0]) <= list_view.MOST_LINES


def _view(order: Order, form: Form, kept: int, lost: tuple[str, ...]) -> Made:
    lines, logic = list_view.lines_of(form, order.setting)
    steps = [
        (f"{at}. {field}", f"{operation} {value}".strip()) for at, (field, operation, value) in enumerate(lines, 1)
    ]
    if " OR " in logic:
        steps.append(("Filter logic", logic))
    return Made(list_view.written(order.name, form, order.setting), kept, lost, (tuple(steps),))


def _searches(module: ModuleType) -> Callable[[Order], Made]:
    def write(order: Order) -> Made:
        found, lost, kept = list[Search](), list[str](), 0
        for forms in order.groups:
            each = branches(all_of((*forms, *order.exclusions)), MOST_SEARCHES)
            if each is None or len(found) + len(each) > MOST_SEARCHES:
                lost.append(
                    f"{module.LABEL} has no OR between filters: more than {MOST_SEARCHES} searches would be needed, so "
                    f"{len(order.groups) - kept} of {len(order.groups)} combinations are left out"
                )
                break
            kept += 1
            for tests in each:
                search, losses = gathered(tests)
                lost += [loss.what for loss in losses]
                found.append(search)
        text = module.written(found, order.titles, order.as_of)
        bodies: Sequence[dict[str, Any]] = json.loads(text)["searches"]
        return Made(text, kept, tuple(dict.fromkeys(lost)), tuple(tuple(module.steps(one)) for one in bodies))

    return write


def _plain(read: Callable[[str, date], Node]) -> Callable[[str, date, frozenset[str]], Node]:
    return lambda text, today, _: read(text, today)


def _search(module: ModuleType, file: str, label: str) -> Kind:
    return Kind(label, file, module.say, _searches(module), _plain(module.read), 3, own_names=False)


TOOLS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "hubspot": (Kind("HubSpot list", "list.json", hubspot.say, _hubspot, _plain(hubspot_reading.read), 6, True),),
    "salesforce": (
        Kind("Salesforce query", "query.soql", salesforce.say, _query, salesforce_reading.read, 6, True),
        Kind("Salesforce list view", "listView-meta.xml", list_view.say, _list_view, list_view.read, 3, True),
    ),
    "apollo": (_search(apollo, "search.json", "Apollo search"),),
    "zoominfo": (_search(zoominfo, "search.json", "ZoomInfo search"),),
    "linkedin": (_search(linkedin, "search.json", "LinkedIn Sales Navigator search"),),
}
"""The name of each tool → what it takes."""
NAMES: Final = {
    "hubspot": hubspot.LABEL,
    "salesforce": salesforce.LABEL,
    "apollo": apollo.LABEL,
    "zoominfo": zoominfo.LABEL,
    "linkedin": linkedin.LABEL,
}
