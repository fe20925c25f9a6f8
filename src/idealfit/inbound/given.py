"""What a form or another program says of a company, read as an import reads it: '51-200', 'UK', 'Salesforce CRM'."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from idealfit.accounts.column_type import as_wanted
from idealfit.profile.parsing import suggest
from idealfit.records.assembling.value_rules import TOOLS, rule_of
from idealfit.records.tables import ColumnType

Given: TypeAlias = "str | float | bool | Sequence[str] | None"
"""What JSON can hold of one attribute."""
MOST_REMEMBERED = 10_000
"""So many texts of a column are read once only."""


@dataclass(frozen=True)
class Column:
    """A column of `accounts`: its type, and for texts how many accounts have each value, the most frequent first."""

    name: str
    type: ColumnType
    counts: Mapping[str, int]
    _spelled: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def spelled(self, text: str) -> str:
        """The text as the column writes what it means: 'United Kingdom' where the accounts say 'UK'."""
        if text not in self._spelled:
            if len(self._spelled) >= MOST_REMEMBERED:
                self._spelled.clear()
            rule = TOOLS if self.type == "list" else rule_of(self.name)
            self._spelled[text] = rule.change({**self.counts, text: 1}).get(text, text)
        return self._spelled[text]


@dataclass(frozen=True)
class Read:
    """The values that were understood, by column, and a sentence for each that was not."""

    values: Mapping[str, object]
    warnings: tuple[str, ...]


def read_given(given: Mapping[str, Given], columns: Mapping[str, Column]) -> Read:
    """The values of `given` (attribute → value) in the types of `columns` (by name in small letters).

    A name may be written as a header is ('Founded Year'). What has no column and what is not of its column's type is
    unknown, with a sentence that says so.
    """
    values: dict[str, object] = {}
    warnings: list[str] = []
    for written, value in given.items():
        column = columns.get(written.strip().casefold()) or columns.get(_as_name(written))
        if column is None:
            near = suggest(_as_name(written), columns)
            hint = f"Did you mean '{columns[near].name}'?" if near else "It is not used."
            warnings.append(f"No account has an attribute '{written}'. {hint}")
            continue
        understood, read = _read(value, column)
        values[column.name] = read
        if not understood:
            kind = _KINDS[column.type]
            warnings.append(f"'{_shown(value)}' cannot be read as {kind}, which '{column.name}' is: taken as unknown.")
    return Read(values, tuple(warnings))


_IN_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
"""The point in '1.200 employees': heads are counted whole."""
_KINDS: dict[str, str] = {
    "number": "a number",
    "boolean": "yes or no",
    "date": "a day",
    "timestamp": "a day",
    "list": "a list",
    "text": "a text",
}


def _as_name(written: str) -> str:
    return re.sub(r"[^\w]+", "_", written.strip().casefold()).strip("_")


def _shown(value: object) -> str:
    return str(value)[:60]


def _read(value: Given, column: Column) -> tuple[bool, object]:
    """Whether the value was understood, and what it is; nothing given is understood as unknown."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True, None
    if isinstance(value, bool):
        return (True, value) if column.type == "boolean" else (False, None)
    if isinstance(value, int | float):
        return (True, float(value)) if column.type == "number" else _of_text(_digits(value), column)
    if isinstance(value, str):
        return _of_text(value, column)
    members = [one for one in value if one.strip()]
    return (True, [column.spelled(one) for one in members]) if column.type == "list" else (False, None)


def _digits(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _of_text(text: str, column: Column) -> tuple[bool, object]:
    if column.type == "text":
        return True, column.spelled(text)
    if column.name == "employees":
        text = _IN_THOUSANDS.sub("", text)
    typed = as_wanted({text: 1}, column.type, name=column.name)
    if text in typed.missing:
        return True, None
    found: Any = (typed.values or {}).get(text)
    if isinstance(found, datetime):
        found = found.date()
    if column.type == "list" and found is not None:
        found = [column.spelled(one) for one in found]
    return found is not None, found


def as_day(value: object) -> date | None:
    """The calendar day (UTC) of a date or timestamp."""
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
