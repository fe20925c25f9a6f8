"""A filter as a Salesforce list view of accounts, in the XML of its Metadata API, and read back from it.

From Salesforce's Metadata API guide: a list view has filter lines (field, operation, value) and a filter logic over
their numbers; from its help: at most ten lines, several values of one line with commas between. The names of standard
account columns in list views are from general knowledge of the tool, not checked against its documentation: retrieve
any list view of accounts to compare them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring, indent, tostring

from idealfit.activation.filters.adapting import Loss, Said, Setting, cannot
from idealfit.activation.filters.form import (
    All,
    Always,
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
from idealfit.activation.filters.marking import Branch, Leaf, Node, held, moment
from idealfit.activation.filters.salesforce import is_open, plain
from idealfit.activation.filters.salesforce import say as say_in_query
from idealfit.profile.parsing import fold
from idealfit.profile.values import Millionths, millionths

MOST_LINES = 10
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
STANDARD = {
    "Industry": "ACCOUNT.INDUSTRY",
    "NumberOfEmployees": "ACCOUNT.EMPLOYEES",
    "AnnualRevenue": "ACCOUNT.SALES",
    "BillingCountry": "ACCOUNT.ADDRESS1_COUNTRY",
    "BillingState": "ACCOUNT.ADDRESS1_STATE",
    "BillingCity": "ACCOUNT.ADDRESS1_CITY",
    "Ownership": "ACCOUNT.OWNERSHIP",
    "Type": "ACCOUNT.TYPE",
    "LastActivityDate": "ACCOUNT.LAST_ACTIVITY",
    "Name": "ACCOUNT.NAME",
}
_OPERATIONS = {
    "=": "equals",
    "<>": "notEqual",
    "<": "lessThan",
    "<=": "lessOrEqual",
    ">": "greaterThan",
    ">=": "greaterOrEqual",
}
Line = tuple[str, str, str]


def say(test: Test, setting: Setting) -> Said:  # noqa: PLR0911 - one a loss
    """The test as a line of a list view can say it."""
    said = say_in_query(test, setting)
    if said.form is None or isinstance(said.form, All | Some | Always):
        return said
    match test:
        case TextIs(_, values) | ListHas(_, values) if any(not _plain_text(value) for value in values):
            return cannot("a value with a comma, a quote, a semicolon or a line break cannot be told apart there")
        case TextLike(_, pattern, negated):
            shape = re.fullmatch(r"(%?)((?:[^%_\\]|\\.)*)(%?)", pattern)
            if shape is None or not _plain_text(re.sub(r"\\(.)", r"\1", shape[2])) or not shape[2].strip():
                return cannot(f"the pattern '{pattern}' cannot be said there")
            if shape[1] and not shape[3]:
                return cannot("'ends with' cannot be said there")
            if negated and not shape[1]:
                return cannot("'does not begin with' cannot be said there")
        case DayIs():
            loss = Loss("other", "a day is written as month/day/year there: it is read by the language of the org")
            return Said(test, said.losses if setting.rolling and test.shift is not None else (*said.losses, loss))
    return said


def _plain_text(value: str) -> bool:
    return bool(value.strip()) and not re.search(r"[,;\"\x00-\x1f\ufffe\uffff\ud800-\udfff]", value)


def lines_of(form: Form, setting: Setting) -> tuple[list[Line], str]:
    """The filter lines, each once, and the filter logic over their numbers."""
    lines: dict[Line, int] = {}
    logic = _logic(form, setting, lines)
    return list(lines), logic


def _logic(form: Form, setting: Setting, lines: dict[Line, int]) -> str:
    match form:
        case All(parts) | Some(parts):
            word = " AND " if isinstance(form, All) else " OR "
            return word.join(_bracketed(_logic(part, setting, lines)) for part in parts)
        case Always(passes):
            return str(lines.setdefault(("ACCOUNT.NAME", "notEqual" if passes else "equals", ""), len(lines) + 1))
        case _:
            return _test_logic(form, setting, lines)


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text else text


def _test_logic(test: Test, setting: Setting, lines: dict[Line, int]) -> str:
    name = setting.name(test.column)  # type: ignore[union-attr]  # `say` lets nothing pass that no column says
    name = STANDARD.get(name, name)

    def number(operation: str, value: str) -> str:
        return str(lines.setdefault((name, operation, value), len(lines) + 1))

    if isinstance(test, Filled):
        return number("notEqual" if test.filled else "equals", "")
    if isinstance(test, ListHas):
        word = "excludes" if test.negated else "includes"
        joined = " AND " if test.every != test.negated else " OR "
        said = joined.join(number(word, value) for value in test.values)
    else:
        said = number(*_line(test, setting))
    if isinstance(test, TruthIs):
        return said
    if test.unknown:
        return f"{_bracketed(said)} OR {number('equals', '')}"
    return f"{_bracketed(said)} AND {number('notEqual', '')}" if is_open(test) else said


def _line(test: Test, setting: Setting) -> tuple[str, str]:
    match test:
        case NumberIs(_, operator, value):
            return _OPERATIONS[operator], plain(value)
        case TruthIs(_, value):
            return "equals", "1" if value else "0"
        case TextIs(_, values, negated):
            return "notEqual" if negated else "equals", ",".join(values)
        case TextLike(_, pattern, negated):
            start, end = pattern.startswith("%"), pattern.endswith("%") and not pattern.endswith("\\%")
            text = re.sub(r"\\(.)", r"\1", pattern.removeprefix("%").removesuffix("%" if end else ""))
            if start:
                return "notContain" if negated else "contains", text
            return ("startsWith" if end else "notEqual" if negated else "equals"), text
        case DayIs():
            return _day_line(test, setting)
    raise AssertionError(test)


def _day_line(test: DayIs, setting: Setting) -> tuple[str, str]:
    """From the beginning of a day on, or before it: 'after the 4th' is from the 5th on."""
    since, on = test.operator in {">", ">="}, test.operator in {">=", "<"}
    word, later = "greaterOrEqual" if since else "lessThan", 0 if on else 1
    if setting.rolling and test.shift is not None and test.shift.unit in {"day", "week"}:
        days = test.shift.shift * (7 if test.shift.unit == "week" else 1) + later
        if days <= 0:
            return word, f"LAST_N_DAYS:{-days}" if days else "TODAY"
    first = test.day + timedelta(days=later)
    return word, f"{first.month}/{first.day}/{first.year}"


def written(name: str, form: Form, setting: Setting) -> str:
    """The list view as XML."""
    lines, logic = lines_of(form, setting)
    view = Element("ListView", xmlns=NAMESPACE)
    SubElement(view, "fullName").text = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[:40] or "idealfit"
    if " OR " in logic:
        SubElement(view, "booleanFilter").text = logic
    for column in dict.fromkeys(["ACCOUNT.NAME", *(line[0] for line in lines)]):
        SubElement(view, "columns").text = column
    SubElement(view, "filterScope").text = "Everything"
    for field, operation, value in lines:
        each = SubElement(view, "filters")
        SubElement(each, "field").text = field
        SubElement(each, "operation").text = operation
        if value:
            SubElement(each, "value").text = value
    SubElement(view, "label").text = name[:40]
    indent(view, "    ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(view, encoding="unicode") + "\n"


def read(text: str, today: date, checkboxes: frozenset[str] = frozenset()) -> Node:
    """What a list view says; `checkboxes` names the fields that are never empty."""
    view = fromstring(text)  # noqa: S314 - our own file
    inner = {"n": NAMESPACE}
    fields = {standard: name for name, standard in STANDARD.items()}
    leaves: list[Node] = []
    for each in view.findall("n:filters", inner):
        parts = [each.findtext(f"n:{part}", "", inner) for part in ("field", "operation", "value")]
        name = fields.get(parts[0], parts[0])
        leaves.append(Leaf(name, _holds(parts[1], parts[2], today, name in checkboxes)))
    logic = view.findtext("n:booleanFilter", "", inner)
    if not logic:
        return Branch("all", tuple(leaves))
    tokens = re.findall(r"\d+|AND|OR|[()]", logic)
    node, rest = _logic_node(tokens, leaves)
    assert not rest  # noqa: S101 - brackets are in pairs
    return node


def _logic_node(tokens: list[str], leaves: list[Node]) -> tuple[Node, list[str]]:
    parts: list[Node] = []
    joins: set[str] = set()
    while tokens and tokens[0] != ")":
        sign, tokens = tokens[0], tokens[1:]
        if sign in {"AND", "OR"}:
            joins.add(sign)
        elif sign == "(":
            node, tokens = _logic_node(tokens, leaves)
            parts.append(node)
            tokens = tokens[1:]
        else:
            parts.append(leaves[int(sign) - 1])
    if len(joins) > 1:
        raise ValueError("AND and OR side by side need brackets")
    return (parts[0] if len(parts) == 1 else Branch("any" if joins == {"OR"} else "all", tuple(parts))), tokens


def _holds(operation: str, value: str, today: date, checkbox: bool) -> Callable[[Any], bool]:
    if checkbox:
        return lambda found: bool(found) == (value == "1")
    if not value:
        return lambda found: (found is None or found in ("", [], ())) == (operation == "equals")
    if operation in {"includes", "excludes"}:
        return lambda found: (fold(value) in _chosen(found)) == (operation == "includes")

    def holds(found: Any) -> bool:
        if found is None:
            return operation in {"notEqual", "notContain"}
        at = moment(found)
        if at is not None:
            return _on_day(operation, at, value, today)
        own = held(found)
        if isinstance(own, Millionths):
            return _number(operation, own.value, value)
        return _text(operation, own, value) if isinstance(own, str) else False

    return holds


def _chosen(found: Any) -> set[str]:
    return {fold(str(one)) for one in found} if isinstance(found, list | tuple) else set()


def _on_day(operation: str, at: datetime, value: str, today: date) -> bool:
    if "/" in value:
        month, day, year = map(int, value.split("/"))
        first = last = date(year, month, day)
    else:
        first = last = today - timedelta(days=int(value.partition(":")[2] or 0))
    return _compared(operation, at.date(), first, last)


def _compared(operation: str, at: Any, first: Any, last: Any) -> bool:
    return bool(
        {
            "equals": first <= at <= last,
            "notEqual": not first <= at <= last,
            "lessThan": at < first,
            "lessOrEqual": at <= last,
            "greaterThan": at > last,
            "greaterOrEqual": at >= first,
        }[operation]
    )


def _number(operation: str, own: int, value: str) -> bool:
    wanted = millionths(Decimal(value))
    return wanted is not None and _compared(operation, own, wanted.value, wanted.value)


def _text(operation: str, own: str, value: str) -> bool:
    lower = value.lower()
    choices = {fold(one) for one in value.split(",")}
    return {
        "equals": own in choices,
        "notEqual": own not in choices,
        "contains": lower in own,
        "notContain": lower not in own,
        "startsWith": own.startswith(lower),
    }[operation]
