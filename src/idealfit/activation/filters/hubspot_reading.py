"""A HubSpot list's filters read back from its JSON, as HubSpot's documentation says that they are evaluated.

A property filter rejects a company without a value unless `includeObjectsWithNoValueSet`. Texts and values of dropdowns
are compared without case.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from idealfit.activation.filters.hubspot import DROPDOWNS, inside
from idealfit.activation.filters.marking import Branch, Leaf, Node, held, moment
from idealfit.profile.parsing import fold
from idealfit.profile.values import Millionths, millionths

Holds = Callable[[Any], bool]


def read(text: str, today: date) -> Node:
    """What the list of `text` (JSON) says; `today` is the day on which it is looked at."""
    return branch_node(json.loads(text)["filterBranch"], today)


def branch_node(branch: dict[str, Any], today: date) -> Node:
    """A filter branch and all below it."""
    parts = [branch_node(each, today) for each in branch["filterBranches"]]
    parts += [filter_node(each, today) for each in branch["filters"]]
    return Branch({"OR": "any", "AND": "all"}[branch["filterBranchType"]], tuple(parts))  # type: ignore[arg-type]


def filter_node(item: dict[str, Any], today: date) -> Node:
    """One filter on a property."""
    name, operation = str(item["property"]), item["operation"]
    include = bool(operation.get("includeObjectsWithNoValueSet", False))
    kinds: dict[str, Callable[[str, dict[str, Any], date], Holds]] = {
        "NUMBER": _number,
        "BOOL": _truth,
        "MULTISTRING": _text,
        "ENUMERATION": _options,
        "TIME_POINT": _time,
    }
    if operation["operationType"] == "ALL_PROPERTY":
        known = operation["operator"] == "IS_KNOWN"
        return Leaf(name, lambda value: _empty(value) != known)
    holds = kinds[operation["operationType"]](name, operation, today)
    return Leaf(name, lambda value: include if _empty(value) else holds(value))


def _empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, list | tuple) and not value)


def _number(_: str, operation: dict[str, Any], __: date) -> Holds:
    wanted = millionths(Decimal(repr(operation["value"])))
    assert wanted is not None  # noqa: S101 - JSON's numbers are finite
    tests: dict[str, Callable[[int], bool]] = {
        "IS_EQUAL_TO": lambda size: size == wanted.value,
        "IS_NOT_EQUAL_TO": lambda size: size != wanted.value,
        "IS_LESS_THAN": lambda size: size < wanted.value,
        "IS_LESS_THAN_OR_EQUAL_TO": lambda size: size <= wanted.value,
        "IS_GREATER_THAN": lambda size: size > wanted.value,
        "IS_GREATER_THAN_OR_EQUAL_TO": lambda size: size >= wanted.value,
    }
    test = tests[operation["operator"]]

    def holds(value: Any) -> bool:
        found = held(value)
        return isinstance(found, Millionths) and test(found.value)

    return holds


def _truth(_: str, operation: dict[str, Any], __: date) -> Holds:
    return lambda value: isinstance(value, bool) and value == operation["value"]


def _text(_: str, operation: dict[str, Any], __: date) -> Holds:
    wanted = [fold(value) for value in operation["values"]]
    tests: dict[str, Callable[[str], bool]] = {
        "IS_EQUAL_TO": lambda text: text in wanted,
        "IS_NOT_EQUAL_TO": lambda text: text not in wanted,
        "CONTAINS": lambda text: any(one in text for one in map(_kept, operation["values"])),
        "DOES_NOT_CONTAIN": lambda text: not any(one in text for one in map(_kept, operation["values"])),
        "STARTS_WITH": lambda text: any(text.startswith(_kept(one)) for one in operation["values"]),
        "ENDS_WITH": lambda text: any(text.endswith(_kept(one)) for one in operation["values"]),
    }
    test = tests[operation["operator"]]

    def holds(value: Any) -> bool:
        found = held(value)
        if isinstance(found, Millionths):  # a number that HubSpot keeps as a text
            found = str(Decimal(found.value).scaleb(-6).to_integral_value())
        return isinstance(found, str) and test(found)

    return holds


def _kept(text: str) -> str:
    """A part of a text, in lower case, its blanks kept."""
    return "".join("i" if sign == "\u0130" else sign.lower() for sign in text)


def _options(name: str, operation: dict[str, Any], _: date) -> Holds:
    spelled = DROPDOWNS.get(name)
    wanted = {fold(value) for value in operation["values"]}
    tests: dict[str, Callable[[set[str]], bool]] = {
        "IS_ANY_OF": lambda chosen: bool(chosen & wanted),
        "IS_NONE_OF": lambda chosen: not chosen & wanted,
        "CONTAINS_ALL": lambda chosen: wanted <= chosen,
        "DOES_NOT_CONTAIN_ALL": lambda chosen: not wanted <= chosen,
    }
    test = tests[operation["operator"]]

    def holds(value: Any) -> bool:
        chosen = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
        return test({fold(inside(str(one), spelled)) if spelled else fold(str(one)) for one in chosen})

    return holds


def _time(_: str, operation: dict[str, Any], today: date) -> Holds:
    point = operation["timePoint"]
    if point["timeType"] == "INDEXED":
        day = today + timedelta(days=int(point["offset"]["days"]))
        at = datetime(day.year, day.month, day.day)
    else:
        at = datetime(int(point["year"]), int(point["month"]), int(point["day"]))
        at += timedelta(hours=int(point["hour"]), minutes=int(point["minute"]), seconds=int(point["second"]))
        at += timedelta(milliseconds=int(point["millisecond"]))
    after, inclusive = operation["operator"] == "IS_AFTER", operation["endpointBehavior"] == "INCLUSIVE"

    def holds(value: Any) -> bool:
        found = moment(value)
        if found is None:
            return False
        return (found > at if after else found < at) or (inclusive and found == at)

    return holds
