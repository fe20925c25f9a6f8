"""Any group of companies by form: up to a few conditions that all hold, or any of them, as the statement they write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from idealfit.errors import UsageError
from idealfit.profile.controls import Control, Kind, from_controls
from idealfit.profile.parsing import to_text
from idealfit.profile.predicate import And, Or, Predicate
from idealfit.profile.text import quote_name
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote
from idealfit.workspace.asking import AtHand

HOWS: Final[Mapping[str, str]] = {
    "is": "is",
    "is not": "is not",
    "least": "is at least",
    "most": "is at most",
    "between": "is between",
    "known": "is known",
    "unknown": "is not known",
}
EVENT: Final = "event:"
MOST_EVENTS: Final = 40
MOST_VALUES: Final = 50


@dataclass(frozen=True)
class Condition:
    """One line of the form, as it is typed: what, how, and up to two values."""

    on: str = ""
    how: str = "is"
    value: str = ""
    upto: str = ""


@dataclass(frozen=True)
class Choices:
    """What can be asked: columns (name, words) and kinds of events; the texts that a column holds, and of a column of
    figures the least, the middle and the greatest.
    """

    columns: tuple[tuple[str, str], ...]
    events: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    ranges: Mapping[str, tuple[float, float, float]]


def choices(at_hand: AtHand) -> Choices:
    """What can be asked of the companies of a workspace."""
    there = {str(row[0]) for row in at_hand.con.execute("DESCRIBE accounts").fetchall()}
    columns = [
        (name, info.label)
        for name, info in at_hand.attributes.items()
        if name in there and info.level == "account" and info.type != "date"
    ]
    events = at_hand.con.execute(
        "SELECT MIN(TRIM(event_type)) FROM events WHERE TRIM(event_type) <> '' GROUP BY LOWER(TRIM(event_type)) "
        f"ORDER BY COUNT(*) DESC LIMIT {MOST_EVENTS}"
    ).fetchall()
    numbers = [name for name, _label in columns if at_hand.attributes[name].type == "number"]
    return Choices(
        tuple(sorted(columns, key=lambda one: one[1].casefold())),
        tuple(sorted(str(row[0]) for row in events)),
        {
            fact.name: tuple(sorted(list(fact.spelling.values())[:MOST_VALUES], key=str.casefold))
            for fact in at_hand.columns
            if fact.kind in ("category", "list")
        },
        _ranges(at_hand, numbers),
    )


def _ranges(at_hand: AtHand, names: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    if not names:
        return {}
    shown = ", ".join(f"MIN({quote(one)}), MEDIAN({quote(one)}), MAX({quote(one)})" for one in names)
    row = at_hand.con.execute(f"SELECT {shown} FROM accounts").fetchone() or ()
    triples = zip(names, *(row[at::3] for at in range(3)), strict=True)
    return {name: (low, middle, high) for name, low, middle, high in triples if low is not None}


def statement_of(
    conditions: Sequence[Condition], attributes: Mapping[str, AttributeInfo], *, any_of: bool = False
) -> str:
    """The statement that the conditions write, all of which hold, or `any_of` them; '' where nothing is chosen. Raises
    UsageError with what is wrong in which line.
    """
    parts: list[Predicate] = []
    for number, one in enumerate(conditions, 1):
        if not one.on:
            continue
        made, troubles = from_controls(_control(one, attributes))
        if made is None:
            trouble = troubles[0]
            raise UsageError(f"Line {number}: {trouble.what}", remedy=trouble.remedy)
        parts.append(made)
    if not parts:
        return ""
    return to_text(parts[0] if len(parts) == 1 else (Or if any_of else And)(tuple(parts)))


def _control(one: Condition, attributes: Mapping[str, AttributeInfo]) -> Control:
    if one.on.startswith(EVENT):
        how = "not" if one.how in ("is not", "unknown") else "happened"
        return Control("event", {"event": one.on.removeprefix(EVENT), "days": one.value, "how": how})
    info = attributes.get(one.on)
    if one.how in ("known", "unknown"):
        return Control("known", {"on": one.on, "how": one.how})
    listed = tuple(part.strip() for part in one.value.split(",") if part.strip())
    if info is not None and info.type == "boolean":
        no = one.value.strip().casefold() in ("no", "false", "0", "n")
        return Control("yes", {"on": one.on, "how": "no" if no != (one.how == "is not") else "yes"})
    if info is not None and info.type == "list":
        kind: Kind = "tools" if one.on.casefold() == "tech" else "values"
        return Control(kind, {"on": one.on, "how": "none" if one.how == "is not" else "any"}, listed)
    if one.how in ("least", "most", "between") or (info is not None and info.type == "number"):
        how = {"is": "exactly", "is not": "other"}.get(one.how, "between")
        low = "" if one.how == "most" else one.value
        high = {"most": one.value, "between": one.upto}.get(one.how, "")
        return Control("number", {"on": quote_name(one.on), "how": how, "low": low, "high": high})
    return Control("words", {"on": one.on, "how": one.how}, listed)
