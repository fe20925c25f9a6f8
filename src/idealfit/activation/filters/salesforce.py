"""A filter as a query of Salesforce accounts (SOQL).

From Salesforce's reference of SOQL: texts are compared without case, apart from fields that are made otherwise; `LIKE`
has `%` and `_` with a backslash to escape; a checkbox is never empty; `INCLUDES` and `EXCLUDES` of a multi-select
picklist, where 'a;b' is both; dates as 2026-09-30, times as 2026-09-30T00:00:00Z, and words such as LAST_N_DAYS:90,
which begins n days before today. From its limits: 100,000 characters a statement, 4,000 a text in WHERE. What an empty
field answers to <, != or NOT is not left to it: every test says itself what is to become of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

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
    some_of,
)
from idealfit.profile.sentence import sentence

LABEL = "Salesforce"
MOST_CHARACTERS = 100_000
MOST_TEXT = 4_000
DAYS_ONLY = frozenset({"LastActivityDate"})
"""Standard fields that hold a day where ours hold a moment."""
YEARS_AS_TEXT = frozenset({"YearStarted"})
"""Standard fields that keep a year as a text of four signs, which are in order as the years are."""
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def say(test: Test, setting: Setting) -> Said:  # noqa: PLR0911 - one a kind of test
    """The test as a query of accounts can say it."""
    match test:
        case Beyond(predicate):
            return cannot(f"'{sentence(predicate)}' cannot be said of an account there: it is no field")
        case TruthIs(_, value, unknown):
            word = "'no' and 'not known' are the same there: a checkbox is never empty"
            return Said(test, (Loss("tighter" if value else "looser", word),) if value == unknown else ())
        case Filled(column) if setting.kinds.get(column) == "boolean":
            return cannot("a checkbox is never empty")
        case ListHas(_, values) if any(";" in value for value in values):
            return cannot("a value of a multi-select picklist cannot hold a semicolon")
        case TextIs(_, values) | ListHas(_, values) if any(len(value) > MOST_TEXT for value in values):
            return cannot(f"a text may have {MOST_TEXT:,} characters there")
        case TextLike(_, pattern) if len(pattern) > MOST_TEXT:
            return cannot(f"a text may have {MOST_TEXT:,} characters there")
        case DayIs(column, operator, _, shift, unknown):
            fixed = shift is not None and setting.rolling and shift.unit not in {"day", "week"}
            loss = (Loss("other", "months and years before today are written as a fixed day"),) if fixed else ()
            ends = {"=": ((">=", "<="), All), "<>": (("<", ">"), Some)}
            if operator in ends:
                operators, joined = ends[operator]
                return Said(joined(tuple(replace(test, operator=one) for one in operators)), loss)  # type: ignore[arg-type]
            return Said(test, loss)
        case NumberIs(column, _, value) if setting.name(column) in YEARS_AS_TEXT:
            if value == value.to_integral_value() and 1000 <= value <= 9999:
                return Said(test)
            return cannot("a year has four digits there")
    return Said(test)


def written(form: Form, setting: Setting) -> str:
    """The query of the accounts that pass `form`."""
    where = condition(form, setting)
    fields = dict.fromkeys(["Id", "Name", *(setting.name(one) for one in sorted(_columns(form)))])
    return f"SELECT {', '.join(fields)}\nFROM Account\nWHERE {where}\n"


def _columns(form: Form) -> set[str]:
    match form:
        case All(parts) | Some(parts):
            return {name for part in parts for name in _columns(part)}
        case Always() | Beyond():
            return set()
        case _:
            return {form.column}


def condition(form: Form, setting: Setting) -> str:
    """`form` as a condition, brackets wherever AND and OR meet: SOQL refuses them side by side."""
    match form:
        case All(parts):
            return " AND ".join(_bracketed(part, setting) for part in parts)
        case Some(parts):
            return " OR ".join(_bracketed(part, setting) for part in parts)
        case Always(passes):
            return "Id != null" if passes else "Id = null"
        case _:
            return _test(form, setting)


def _bracketed(form: Form, setting: Setting) -> str:
    text = condition(form, setting)
    return f"({text})" if isinstance(form, All | Some) else text


def _test(test: Test, setting: Setting) -> str:
    """One test, and beside it what an empty field answers."""
    name = setting.name(test.column)  # type: ignore[union-attr]  # `say` lets nothing pass that no column says
    if isinstance(test, Filled):
        return f"{name} {'!=' if test.filled else '='} null"
    said = _said(name, test, setting)
    if isinstance(test, TruthIs):
        return said
    if test.unknown:
        return f"({said} OR {name} = null)"
    return f"({said} AND {name} != null)" if is_open(test) else said


def is_open(test: Test) -> bool:
    """Whether an empty field might pass, so that a test of its own keeps it out."""
    match test:
        case NumberIs(_, operator) | DayIs(_, operator):
            return operator in {"<", "<=", "<>"}
        case TextIs(_, _, negated) | TextLike(_, _, negated) | ListHas(_, _, _, negated):
            return negated
    return False


def _said(name: str, test: Test, setting: Setting) -> str:  # noqa: PLR0911 - one a kind of test
    match test:
        case NumberIs(_, operator, value):
            number = quoted(str(int(value))) if name in YEARS_AS_TEXT else plain(value)
            return f"{name} {'!=' if operator == '<>' else operator} {number}"
        case TruthIs(_, value):
            return f"{name} = {'TRUE' if value else 'FALSE'}"
        case TextIs(_, values, negated):
            if len(values) == 1:
                return f"{name} {'!=' if negated else '='} {quoted(values[0])}"
            return f"{name} {'NOT IN' if negated else 'IN'} ({', '.join(map(quoted, values))})"
        case TextLike(_, pattern, negated):
            like = f"{name} LIKE {like_pattern(pattern)}"
            return f"(NOT {like})" if negated else like
        case ListHas(_, values, every, negated):
            listed = quoted(";".join(values)) if every else ", ".join(map(quoted, values))
            return f"{name} {'EXCLUDES' if negated else 'INCLUDES'} ({listed})"
        case DayIs():
            return _day(name, test, setting)
    raise AssertionError(test)


def _day(name: str, test: DayIs, setting: Setting) -> str:
    """From the beginning of a day on, or before it: 'after the 4th' is from the 5th on."""
    since, on = test.operator in {">", ">="}, test.operator in {">=", "<"}
    word = ">=" if since else "<"
    if setting.rolling and test.shift is not None and test.shift.unit in {"day", "week"}:
        days = test.shift.shift * (7 if test.shift.unit == "week" else 1) + (0 if on else 1)
        return _rolling(name, days, since)
    first = test.day if on else test.day + timedelta(days=1)
    moment = setting.kinds.get(test.column) == "timestamp" and name not in DAYS_ONLY
    return f"{name} {word} {day_text(first)}{'T00:00:00Z' if moment else ''}"


def _rolling(name: str, days: int, since: bool) -> str:
    """From the beginning of the day that is `days` after today on (`since`), or before it."""
    if days <= 0:
        return f"{name} {'>=' if since else '<'} {f'LAST_N_DAYS:{-days}' if days else 'TODAY'}"
    return f"{name} {'>' if since else '<='} {f'NEXT_N_DAYS:{days - 1}' if days > 1 else 'TODAY'}"


def day_text(day: date) -> str:
    """A day as Salesforce writes it."""
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def plain(value: Decimal) -> str:
    """A number without an exponent."""
    return format(value, "f")


def quoted(text: str) -> str:
    """A text in quotes: what would end or break it is escaped."""
    return "'" + "".join(_ESCAPES.get(sign) or (_code(sign) if ord(sign) < 32 else sign) for sign in text) + "'"


def _code(sign: str) -> str:
    return f"\\u{ord(sign):04x}"


def like_pattern(pattern: str) -> str:
    """A pattern in quotes: `%` and `_` are its own wildcards as they are ours, and a backslash before them escapes."""
    made, signs = "", iter(pattern)
    for sign in signs:
        if sign != "\\":
            made += quoted(sign)[1:-1]
            continue
        literal = next(signs, "\\")
        made += f"\\{literal}" if literal in "%_" else quoted(literal)[1:-1]
    return f"'{made}'"


def too_long(text: str) -> bool:
    """Whether the statement has more characters than Salesforce takes."""
    return len(text) > MOST_CHARACTERS


def together(groups: Sequence[Form]) -> Form:
    """The accounts of any group."""
    return some_of(groups)
