"""A filter as a HubSpot list of companies: the body that its lists API takes to make an active list (segment).

From HubSpot's documentation of list filters: the root is an OR branch without filters of its own, below it one or more
AND branches with filters and no further branches of either kind; a filter on a property rejects a record that has no
value, unless `includeObjectsWithNoValueSet`; operation types and operators by the type of the property. From its
knowledge base: at most 250 filters in a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from idealfit.activation.filters.adapting import Loss, Said, Setting, cannot
from idealfit.activation.filters.form import (
    All,
    Always,
    Beyond,
    DayIs,
    Filled,
    Form,
    ListHas,
    NumberIs,
    Some,
    Test,
    TextIs,
    TextLike,
    TruthIs,
)
from idealfit.profile.predicate import AsOf
from idealfit.profile.sentence import sentence

LABEL = "HubSpot"
COMPANIES = "0-2"
MOST_FILTERS = 250
DROPDOWNS = {"industry": "upper", "type": "upper", "lifecyclestage": "lower"}
"""Standard properties with a fixed set of values, and how HubSpot spells their names inside."""
TEXT_NUMBERS = frozenset({"founded_year"})
"""Numbers that HubSpot keeps as text: compared only for being the same."""
_NUMBERS = {
    "=": "IS_EQUAL_TO",
    "<>": "IS_NOT_EQUAL_TO",
    "<": "IS_LESS_THAN",
    "<=": "IS_LESS_THAN_OR_EQUAL_TO",
    ">": "IS_GREATER_THAN",
    ">=": "IS_GREATER_THAN_OR_EQUAL_TO",
}


def say(test: Test, setting: Setting) -> Said:  # noqa: PLR0911 - one a kind of test
    """The test as HubSpot can say it of a company."""
    match test:
        case Beyond(predicate):
            return cannot(f"'{sentence(predicate)}' cannot be said of a company there: it is no property")
        case TextLike(column) if setting.name(column) in DROPDOWNS:
            return cannot("a dropdown is one of its options there: a part of one cannot be asked for")
        case TextLike():
            return _like(test)
        case DayIs(column, operator, _, shift):
            losses = _fixed_day(shift, setting)
            ends = {"=": ((">=", "<="), All), "<>": (("<", ">"), Some)}
            if operator in ends:
                operators, joined = ends[operator]
                return Said(joined(tuple(replace(test, operator=one) for one in operators)), losses)  # type: ignore[arg-type]
            return Said(test, losses)
        case NumberIs(column, operator, value) if setting.name(column) in TEXT_NUMBERS:
            return _years(test)
        case NumberIs(column, _, value):
            if Decimal(repr(float(value))) != value:
                return Said(test, (Loss("other", f"{value} has more digits than HubSpot's numbers"),))
            return Said(test)
    return Said(test)


def _years(test: NumberIs) -> Said:
    """Years as the texts that they are there, where they are few enough to be written out."""
    year = int(test.value)
    if test.value != year:
        return cannot("a year is a whole number there")
    if test.operator in {"=", "<>"}:
        return Said(TextIs(test.column, (str(year),), test.operator == "<>", test.unknown))
    low, high = 1800, 2100
    spans = {"<": (low, year - 1), "<=": (low, year), ">": (year + 1, high), ">=": (year, high)}
    first, last = spans[test.operator]
    years = tuple(str(one) for one in range(max(low, first), min(high, last) + 1))
    return Said(
        TextIs(test.column, years, False, test.unknown) if years else _by_value(test.column, False, test.unknown)
    )


def _by_value(column: str, known: bool, unknown: bool) -> Form:
    """Whether companies pass of which the value is known, and whether those without one do."""
    return Always(known) if known == unknown else Filled(column, known)


def _like(test: TextLike) -> Said:
    """A pattern with its wildcards at the ends only; HubSpot has none within a text."""
    parts = re.fullmatch(r"(%*)((?:[^%_\\]|\\.)*)(%*)", test.pattern, re.DOTALL)
    if parts is None:
        return cannot(f"the pattern '{test.pattern}' cannot be said there: a text begins, ends with or contains")
    start, inner, end = parts.groups()
    if inner != inner.strip():
        return cannot(f"the pattern '{test.pattern}' has blanks at an end, which HubSpot does not keep")
    if not inner:
        # '%' is like every text, '' like none: what is left is whether there is a value
        return Said(_by_value(test.column, bool(start or end) != test.negated, test.unknown))
    loss = (Loss("other", "HubSpot decides whether a part of a word counts as contained"),) if start and end else ()
    if test.negated and bool(start) != bool(end):
        return cannot("'does not begin with' and 'does not end with' cannot be said there")
    return Said(test, loss)


def _fixed_day(shift: AsOf | None, setting: Setting) -> tuple[Loss, ...]:
    if shift is None or not setting.rolling or shift.unit in {"day", "week"}:
        return ()
    return (Loss("other", "months and years before today are written as a fixed day"),)


def written(name: str, groups: Sequence[Sequence[Test]], setting: Setting) -> str:
    """The body that makes an active list of the companies that pass every test of any group, as JSON."""
    body = {
        "name": name,
        "objectTypeId": COMPANIES,
        "processingType": "DYNAMIC",
        "filterBranch": branch(groups, setting),
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def branch(groups: Sequence[Sequence[Test]], setting: Setting) -> dict[str, Any]:
    """The filter branch: alternatives of filters that must all hold."""
    inner = [
        {
            "filterBranchType": "AND",
            "filterBranchOperator": "AND",
            "filterBranches": [],
            "filters": [filter_of(test, setting) for test in group],
        }
        for group in groups
    ]
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": inner}


def filter_of(test: Test, setting: Setting) -> dict[str, Any]:
    """One filter on a property."""
    column = test.column  # type: ignore[union-attr]  # `say` lets nothing pass that no column says
    return {"filterType": "PROPERTY", "property": setting.name(column), "operation": _operation(test, setting)}


def _operation(test: Test, setting: Setting) -> dict[str, Any]:  # noqa: PLR0911 - one a kind of test
    unknown = {"includeObjectsWithNoValueSet": getattr(test, "unknown", False)}
    match test:
        case NumberIs(_, operator, value):
            number = int(value) if value == value.to_integral_value() else float(value)
            return {"operationType": "NUMBER", "operator": _NUMBERS[operator], "value": number} | unknown
        case TruthIs(_, value):
            return {"operationType": "BOOL", "operator": "IS_EQUAL_TO", "value": value} | unknown
        case Filled(_, filled):
            word = "IS_KNOWN" if filled else "IS_UNKNOWN"
            return {"operationType": "ALL_PROPERTY", "operator": word, "includeObjectsWithNoValueSet": not filled}
        case TextIs(column, values, negated):
            spelled = DROPDOWNS.get(setting.name(column))
            if spelled is not None:
                options = list(dict.fromkeys(inside(value, spelled) for value in values))
                which = "IS_NONE_OF" if negated else "IS_ANY_OF"
                return {"operationType": "ENUMERATION", "operator": which, "values": options} | unknown
            word = "IS_NOT_EQUAL_TO" if negated else "IS_EQUAL_TO"
            return {"operationType": "MULTISTRING", "operator": word, "values": list(values)} | unknown
        case ListHas(_, values, every, negated):
            words = {
                (False, False): "IS_ANY_OF",
                (False, True): "IS_NONE_OF",
                (True, False): "CONTAINS_ALL",
                (True, True): "DOES_NOT_CONTAIN_ALL",
            }
            chosen = words[every, negated]
            return {"operationType": "ENUMERATION", "operator": chosen, "values": list(values)} | unknown
        case TextLike(_, pattern, negated):
            return _text(pattern, negated) | unknown
        case DayIs():
            return _day(test, setting.rolling) | unknown
    raise AssertionError(test)


def _text(pattern: str, negated: bool) -> dict[str, Any]:
    start, end = pattern.startswith("%"), re.search(r"(?<!\\)(?:\\\\)*%$", pattern) is not None
    words = {
        (True, True): ("CONTAINS", "DOES_NOT_CONTAIN"),
        (True, False): ("ENDS_WITH", ""),
        (False, True): ("STARTS_WITH", ""),
        (False, False): ("IS_EQUAL_TO", "IS_NOT_EQUAL_TO"),
    }
    inner = pattern.lstrip("%") if start else pattern
    inner = inner.rstrip("%") if end else inner
    text = re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)
    return {"operationType": "MULTISTRING", "operator": words[start, end][negated], "values": [text]}


def _day(test: DayIs, rolling: bool) -> dict[str, Any]:
    """Before or after the beginning of a day: 'after 4 March' is from the beginning of the 5th on."""
    after, since = test.operator in {">", ">="}, test.operator in {">=", "<"}
    first = test.day if since else test.day + timedelta(days=1)
    days = None
    if rolling and test.shift is not None and test.shift.unit in {"day", "week"}:
        days = test.shift.shift * (7 if test.shift.unit == "week" else 1) + (0 if since else 1)
    return {
        "operationType": "TIME_POINT",
        "type": "TIME_POINT",
        "operator": "IS_AFTER" if after else "IS_BEFORE",
        "endpointBehavior": "INCLUSIVE" if after else "EXCLUSIVE",
        "propertyParser": "VALUE",
        "timePoint": _point(first, days),
    }


def _point(first: date, days: int | None) -> dict[str, Any]:
    zone = {"timezoneSource": "CUSTOM", "zoneId": "UTC"}
    if days is not None:
        today = {"indexReference": {"referenceType": "TODAY"}, "offset": {"days": days}}
        return {"timeType": "INDEXED"} | zone | today
    day = {"year": first.year, "month": first.month, "day": first.day}
    return {"timeType": "DATE"} | zone | day | {"hour": 0, "minute": 0, "second": 0, "millisecond": 0}


def inside(value: str, spelled: str) -> str:
    """The name inside HubSpot of a value that its pages show: 'Computer Software' → COMPUTER_SOFTWARE."""
    name = "_".join(re.findall(r"\w+", value.replace("_", " ")))
    return name.upper() if spelled == "upper" else name.lower().replace("_", "")


def size_of(groups: Sequence[Sequence[Test]]) -> int:
    """The filters of a list."""
    return sum(len(group) for group in groups)


def rules(entries: Mapping[str, tuple[int, Sequence[Sequence[Test]]]], setting: Setting) -> list[dict[str, Any]]:
    """The points card as rules: for each criterion its points and, as alternatives, the filters that must all hold."""
    return [
        {"rule": name, "points": points, "any_of": [[filter_of(test, setting) for test in group] for group in groups]}
        for name, (points, groups) in entries.items()
    ]
