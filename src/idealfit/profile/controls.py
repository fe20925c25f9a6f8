"""A predicate as controls of a form, and controls as a predicate: to controls and back is the same predicate.

A control holds what a person sees and types, as texts; what the controls cannot show is a text in the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, TypeAlias

from idealfit.errors import PredicateError
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import (
    And,
    Arithmetic,
    Attribute,
    Between,
    Comparison,
    ComparisonOperator,
    CountIn,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    Includes,
    IsNull,
    Like,
    Money,
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
    YearOf,
)
from idealfit.profile.text import number_text, quote_name, to_text

Kind: TypeAlias = Literal[
    "number", "words", "yes", "known", "pattern", "tools", "values", "event", "role", "growth", "group", "text"
]
DEEPEST: Final = 3
"""Groups within groups that are shown as such; what lies deeper is a text."""
ORDERS: Final[Mapping[str, ComparisonOperator]] = {
    "least": ">=",
    "most": "<=",
    "exactly": "=",
    "more": ">",
    "fewer": "<",
}
_NAMES: Final = {order: name for name, order in ORDERS.items()}
_GROUPED = re.compile(r"[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?")
_SHORT = re.compile(r"([+-]?\d+(?:\.\d+)?) ?([kKmMbB])")
_SIZES = {"k": 3, "m": 6, "b": 9}
_COUNTED = (Attribute, CountOfTools, CountIn, YearOf, Arithmetic)


@dataclass(frozen=True)
class Control:
    """One condition as it is shown: `said` are its fields by name, as they are typed; `chosen` the values of a list;
    `parts` the conditions of a group.
    """

    kind: Kind
    said: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    parts: tuple[Control, ...] = ()


@dataclass(frozen=True)
class Objection:
    """What cannot be used in a control: at which part (places in groups), in which field, and what to do."""

    at: tuple[int, ...]
    field: str
    what: str
    remedy: str


class _RefusedError(Exception):
    def __init__(self, name: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.name, self.what, self.remedy = name, what, remedy


# To controls


def to_controls(predicate: Predicate) -> Control:
    """`predicate` as controls; what they cannot say exactly is a text in the language."""
    return _shown(predicate, DEEPEST)


def _shown(predicate: Predicate, deep: int) -> Control:
    group = _group(predicate, deep)
    if group is not None:
        return group
    found = _leaf(predicate)
    if found is not None and from_controls(found) == (predicate, ()):
        return found
    return Control("text", {"text": to_text(predicate)})


def _group(predicate: Predicate, deep: int) -> Control | None:
    if deep == 0:
        return None
    match predicate:
        case And(parts):
            how = "all"
        case Or(parts):
            how = "any"
        case Not(Or(parts)):
            how = "none"
        case Not(And(parts)):
            how = "not all"
        case _:
            return None
    return Control("group", {"how": how}, (), tuple(_shown(part, deep - 1) for part in parts))


def _leaf(predicate: Predicate) -> Control | None:  # noqa: PLR0911, PLR0912 - one case a kind of control
    match predicate:
        case Comparison(_, CountOf() | Growth()):
            return _counted(predicate)
        case Between(Growth(name, days), Number(low), Number(high), False):
            ends = {"percent": number_text(low * 100), "upto": number_text(high * 100)}
            return Control("growth", {"on": name, "how": "between", "days": str(days)} | ends)
        case Comparison() | Between():
            return _compared(predicate)
        case OneOf(Attribute(name), choices, negated) if all(isinstance(one, Text) for one in choices):
            texts = tuple(str(one.value) for one in choices)
            return Control("words", {"on": name, "how": "is not" if negated else "is", "listed": "1"}, texts)
        case Attribute(name):
            return Control("yes", {"on": name, "how": "holds"})
        case IsNull(Attribute(name), negated):
            return Control("known", {"on": name, "how": "known" if negated else "unknown"})
        case Like(Attribute(name), pattern, negated):
            return Control("pattern", {"on": name, "how": "unlike" if negated else "like", "pattern": pattern})
        case Uses(tools, mode):
            return Control("tools", {"how": mode}, tools)
        case Not(Uses(tools, "any")):
            return Control("tools", {"how": "none"}, tools)
        case Includes(name, values, mode):
            return Control("values", {"on": name, "how": mode}, values)
        case Not(Includes(name, values, "any")):
            return Control("values", {"on": name, "how": "none"}, values)
        case HasRole(role) | Not(HasRole(role)):
            return Control("role", {"how": "no" if isinstance(predicate, Not) else "has", "role": role})
        case Happened() | Upcoming():
            return _event(predicate)
        case _:
            return None


def _compared(predicate: Comparison | Between) -> Control | None:
    ends: tuple[Value | None, Value | None]
    match predicate:
        case Between(left, low, high, negated):
            how, ends = "outside" if negated else "between", (low, high)
        case Comparison("=" | "<>" as order, Attribute(name), Text(text)):
            return Control("words", {"on": name, "how": "is" if order == "=" else "is not", "listed": ""}, (text,))
        case Comparison("=", Attribute(name), Truth(truth)):
            return Control("yes", {"on": name, "how": "yes" if truth else "no"})
        case Comparison(order, left, right):
            how = {"=": "exactly", "<>": "other", ">": "within", "<": "within"}.get(order, "between")
            ends = (right, None) if order in ("=", "<>", ">", ">=") else (None, right)
    typed = tuple("" if one is None else _amount(one) for one in ends)
    if not isinstance(left, _COUNTED) or None in typed:
        return None
    return Control("number", {"on": _value_text(left), "how": how, "low": typed[0] or "", "high": typed[1] or ""})


def _counted(predicate: Comparison) -> Control | None:
    how = _NAMES.get(predicate.operator)
    if how is None or not isinstance(predicate.right, Number):
        return None
    match predicate.left:
        case CountOf(event, days, detail, before):
            said = {"how": how, "count": number_text(predicate.right.value)}
            return Control("event", said | _window(event, days, detail, before))
        case Growth(attribute, days):
            percent = number_text(predicate.right.value * 100)
            return Control("growth", {"on": attribute, "how": how, "percent": percent, "days": str(days)})
    return None


def _event(predicate: Happened | Upcoming) -> Control:
    if isinstance(predicate, Upcoming):
        window = _window(predicate.event_type, predicate.within_days, predicate.detail, 0)
        return Control("event", {"how": "coming", "count": "1"} | window)
    how = "not" if predicate.negated else "happened"
    window = _window(predicate.event_type, predicate.within_days, predicate.detail, predicate.before_days)
    return Control("event", {"how": how, "count": "1"} | window)


def _window(event: str, days: int | None, detail: str | None, before: int) -> dict[str, str]:
    shown = {"event": event, "days": "" if days is None else str(days), "before": str(before) if before else ""}
    return shown | {"detail": detail or ""}


def _value_text(value: Value) -> str:
    """A number that is read from an account, in the language."""
    return to_text(IsNull(value)).removesuffix(" IS NULL")


def _amount(value: Value) -> str | None:
    """A number or an amount as it is typed; None for anything else."""
    if isinstance(value, Money):
        return to_text(Comparison("=", Attribute("x"), value)).removeprefix("x = ")
    return number_text(value.value) if isinstance(value, Number) else None


# From controls


def from_controls(control: Control) -> tuple[Predicate | None, tuple[Objection, ...]]:
    """The predicate that `control` shows; None where something in it cannot be used, and what."""
    if control.kind == "group":
        return _joined(control)
    try:
        made = _MAKERS[control.kind](control)
        checked = parse(to_text(made))
    except _RefusedError as fault:
        return None, (Objection((), fault.name, fault.what, fault.remedy),)
    except PredicateError as fault:
        where = f" (character {fault.position})" if control.kind == "text" else ""
        return None, (Objection((), _first_field(control), f"{fault.what}{where}", fault.remedy or ""),)
    except RecursionError:
        return None, (Objection((), _first_field(control), "It is nested too deep", "Make two criteria of it."),)
    return (checked, ()) if checked == made else (made, ())


def _joined(control: Control) -> tuple[Predicate | None, tuple[Objection, ...]]:
    made = [from_controls(part) for part in control.parts]
    found = tuple(
        replace(one, at=(place, *one.at)) for place, (_part, objections) in enumerate(made) for one in objections
    )
    parts = tuple(part for part, _objections in made if part is not None)
    if found or len(parts) < len(made):
        return None, found
    if not parts:
        return None, (Objection((), "how", "A group without a condition says nothing", "Add one, or remove it."),)
    how = control.said.get("how", "all")
    joined: Predicate = parts[0]
    if len(parts) > 1:
        joined = Or(parts) if how in ("any", "none") else And(parts)
    whole = Not(joined) if how in ("none", "not all") else joined
    try:
        parse(to_text(whole))
    except PredicateError as fault:
        return None, (Objection((), "how", fault.what, fault.remedy or "Make two criteria of it."),)
    return whole, ()


def _first_field(control: Control) -> str:
    fields = {"text": "text", "event": "event", "role": "role", "pattern": "pattern", "number": "low"}
    return fields.get(control.kind, "more" if control.kind in ("words", "tools", "values") else "on")


def _number_control(control: Control) -> Predicate:
    said = control.said
    try:
        read = parse(f"{said.get('on', '')} >= 0")
    except PredicateError as fault:
        raise _RefusedError("on", fault.what, fault.remedy or "Name a column.") from None
    if not isinstance(read, Comparison):
        raise _RefusedError("on", "This is no number of an account", "Name a column.")
    value, how = read.left, said.get("how", "between")
    low, high = (_read_amount(said, name) for name in ("low", "high"))
    if how in ("exactly", "other"):
        if low is None:
            raise _RefusedError("low", "A number is missing", "Type one.")
        return Comparison("=" if how == "exactly" else "<>", value, low)
    if low is None and high is None:
        raise _RefusedError("low", "Both ends are empty", "Type at least one number.")
    if how == "within":
        ends: list[tuple[ComparisonOperator, Number | Money | None]] = [(">", low), ("<", high)]
        parts = tuple(Comparison(order, value, end) for order, end in ends if end is not None)
        return parts[0] if len(parts) == 1 else And(parts)
    if low is not None and high is not None:
        if isinstance(low, Number) and isinstance(high, Number) and low.value > high.value:
            raise _RefusedError("high", "The upper end lies below the lower one", "Exchange the two.")
        return Between(value, low, high, how == "outside")
    if how == "outside":
        raise _RefusedError("high" if high is None else "low", "Both ends are needed here", "Type the other one.")
    return Comparison(">=", value, low) if low is not None else Comparison("<=", value, high or Number(Decimal(0)))


def _read_amount(said: Mapping[str, str], name: str) -> Number | Money | None:
    typed = said.get(name, "").strip()
    if not typed:
        return None
    if _GROUPED.fullmatch(typed):
        typed = re.sub(r"[,' ]", "", typed)
    elif short := _SHORT.fullmatch(typed):
        typed = format(Decimal(short[1]).scaleb(_SIZES[short[2].lower()]), "f")
    try:
        read = parse(f"x = {typed}")
    except PredicateError:
        read = None
    if not isinstance(read, Comparison) or not isinstance(read.right, Number | Money):
        raise _RefusedError(name, f"'{typed[:40]}' is no number", "Write digits, such as 250 or 20000000, or USD 20M.")
    return read.right


def _whole(said: Mapping[str, str], name: str, *, least: int = 0) -> int:
    typed = said.get(name, "").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10) or int(typed) < least:
        raise _RefusedError(name, f"'{typed[:20]}' is no whole number of {least} or more", "Write digits only.")
    return int(typed)


def _column(control: Control) -> str:
    name = control.said.get("on", "")
    if not name.strip():
        raise _RefusedError("on", "The column is missing", "Choose one.")
    return name


def _chosen(control: Control) -> tuple[str, ...]:
    more = tuple(one.strip() for one in control.said.get("more", "").split(";") if one.strip())
    every = tuple(dict.fromkeys((*control.chosen, *more))) if more else control.chosen
    if not every:
        raise _RefusedError("more", "Nothing is chosen", "Tick at least one, or type one.")
    return every


def _words_control(control: Control) -> Predicate:
    on, texts, negated = Attribute(_column(control)), _chosen(control), control.said.get("how") == "is not"
    if len(texts) == 1 and not control.said.get("listed"):
        return Comparison("<>" if negated else "=", on, Text(texts[0]))
    return OneOf(on, tuple(Text(one) for one in texts), negated)


def _yes_control(control: Control) -> Predicate:
    on, how = Attribute(_column(control)), control.said.get("how")
    return on if how == "holds" else Comparison("=", on, Truth(how != "no"))


def _known_control(control: Control) -> Predicate:
    return IsNull(Attribute(_column(control)), control.said.get("how") != "unknown")


def _pattern_control(control: Control) -> Predicate:
    return Like(Attribute(_column(control)), control.said.get("pattern", ""), control.said.get("how") == "unlike")


def _tools_control(control: Control) -> Predicate:
    how = control.said.get("how", "any")
    used = Uses(_chosen(control), "all" if how == "all" else "any")
    return Not(used) if how == "none" else used


def _values_control(control: Control) -> Predicate:
    how = control.said.get("how", "any")
    held = Includes(_column(control), _chosen(control), "all" if how == "all" else "any")
    return Not(held) if how == "none" else held


def _role_control(control: Control) -> Predicate:
    role = HasRole(control.said.get("role", ""))
    if not role.role.strip():
        raise _RefusedError("role", "The role is missing", "Name one, such as security.")
    return Not(role) if control.said.get("how") == "no" else role


def _growth_control(control: Control) -> Predicate:
    said = control.said
    grown = Growth(_column(control), _whole(said, "days", least=1))
    low = _share(said, "percent")
    if said.get("how") == "between":
        return Between(grown, low, _share(said, "upto"))
    return Comparison(ORDERS.get(said.get("how", ""), ">="), grown, low)


def _share(said: Mapping[str, str], name: str) -> Number:
    try:
        share = Decimal(said.get(name, "").strip().removesuffix("%").strip()) / 100
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite():
        raise _RefusedError(name, "The growth is no number", "Write it in percent, such as 20.")
    return Number(share)


def _event_control(control: Control) -> Predicate:
    said = control.said
    event, detail = said.get("event", ""), said.get("detail") or None
    if not event.strip():
        raise _RefusedError("event", "What is to have happened is missing", "Choose one, or name it.")
    how = said.get("how", "happened")
    days = _whole(said, "days", least=1) if said.get("days", "").strip() else None
    before = _whole(said, "before") if said.get("before", "").strip() else 0
    if how in ("happened", "not"):
        return Happened(event, days, detail, how == "not", before)
    if days is None:
        raise _RefusedError("days", "The number of days is missing", "Within how many days does it count?")
    if how == "coming":
        return Upcoming(event, days, detail)
    count = Number(Decimal(_whole(said, "count")))
    return Comparison(ORDERS.get(how, ">="), CountOf(event, days, detail, before), count)


def _text_control(control: Control) -> Predicate:
    return parse(control.said.get("text", ""))


_MAKERS: Final[Mapping[Kind, Callable[[Control], Predicate]]] = {
    "number": _number_control,
    "words": _words_control,
    "yes": _yes_control,
    "known": _known_control,
    "pattern": _pattern_control,
    "tools": _tools_control,
    "values": _values_control,
    "event": _event_control,
    "role": _role_control,
    "growth": _growth_control,
    "text": _text_control,
}


def starting(column: str, kind: str) -> Control:
    """An empty control for a column that holds `kind` (of `records.tables`)."""
    if column == "tech":
        return Control("tools", {"how": "any"})
    if kind == "number":
        return Control("number", {"on": quote_name(column), "how": "between", "low": "", "high": ""})
    if kind == "boolean":
        return Control("yes", {"on": column, "how": "holds"})
    if kind == "list":
        return Control("values", {"on": column, "how": "any"})
    if kind == "text":
        return Control("words", {"on": column, "how": "is", "listed": ""})
    return Control("text", {"text": f"{quote_name(column)} IS NOT NULL"})
