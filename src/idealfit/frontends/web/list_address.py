"""The address of the list of accounts: what is searched, filtered, sorted and shown, so that it can be shared.

`q` the search, `is.<column>` a value wanted (several may be; empty: not known), `min.<column>` and `max.<column>` a
range, `sort` a column (`-` before it: from the greatest), `column` what is shown (several), `plane` whether the plane
of fit against timing is, `page` from 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from idealfit.errors import Position, RequestNotUnderstood
from idealfit.workspace.list_making import ListColumn
from idealfit.workspace.listing import AccountList, ListQuestion
from idealfit.workspace.tier_words import priority_words

PATH: Final = "/accounts"
PER_PAGE: Final = 50
SHOWN: Final = (
    "tier",
    "fit",
    "timing",
    "timing_band",
    "industry",
    "employees",
    "country",
    "why",
    "find_out",
    "owner_id",
)
"""What is shown until somebody chooses."""
COUNTED: Final = ("tier", "timing_band", "industry", "country", "status", "owner_id")
"""What can be chosen from beside the list, besides what is chosen already."""
NUMBERS: Final = {"number", "share", "score", "money"}
_PLAIN: Final = {"q", "sort", "page", "column", "plane"}


@dataclass(frozen=True)
class ListAddress:
    """See the module. `among` and `between` as in `ListQuestion`."""

    text: str = ""
    among: tuple[tuple[str, frozenset[str]], ...] = ()
    between: tuple[tuple[str, float | None, float | None], ...] = ()
    sort: str | None = None
    descending: bool = False
    page: int = 1
    columns: tuple[str, ...] = ()
    plane: bool = False

    def question(self, counted: Sequence[str]) -> ListQuestion:
        """What is asked of the list; `counted`: the columns whose values are counted."""
        first = (self.page - 1) * PER_PAGE
        order = (self.sort, self.descending)
        return ListQuestion(
            self.text, self.among, self.between, *order, first, PER_PAGE, tuple(counted), plane=self.plane
        )

    def query(self) -> str:
        """The part of the address behind '?', always the same for the same view."""
        parts = [("q", self.text)] if self.text else []
        parts += [(f"is.{name}", value) for name, wanted in sorted(self.among) for value in sorted(wanted)]
        for name, least, most in sorted(self.between):
            ends = (("min", least), ("max", most))
            parts += [(f"{end}.{name}", plain(value)) for end, value in ends if value is not None]
        parts += [("sort", f"{'-' * self.descending}{self.sort}")] if self.sort else []
        parts += [("column", name) for name in self.columns]
        parts += [("plane", "yes")] if self.plane else []
        parts += [("page", str(self.page))] if self.page > 1 else []
        return urlencode(parts)

    def address(self, path: str = PATH) -> str:
        """The whole address."""
        query = self.query()
        return f"{path}?{query}" if query else path

    def on_page(self, page: int) -> str:
        """The same view, another page of it."""
        return replace(self, page=page).address()

    def sorted_by(self, column: ListColumn) -> str:
        """The same view, sorted by a column: numbers from the greatest; sorted so already, the other way round."""
        first = column.kind in NUMBERS
        descending = not self.descending if self.sort == column.name else first
        return replace(self, sort=column.name, descending=descending, page=1).address()

    def without(self, column: str, value: str | None = None) -> str:
        """The same view without a filter, or without one value of it."""
        gone = frozenset() if value is None else frozenset({value})
        among = [(name, wanted - gone if name == column else wanted) for name, wanted in self.among]
        return replace(
            self,
            among=tuple((name, wanted) for name, wanted in among if wanted and (name != column or gone)),
            between=tuple(one for one in self.between if one[0] != column),
            page=1,
        ).address()


def read_address(given: Sequence[tuple[str, str]], accounts: AccountList) -> ListAddress:
    """The address that a request carries. Raises RequestNotUnderstood for what the list does not know."""
    among: dict[str, set[str]] = {}
    ends: dict[str, dict[str, float]] = {}
    plain_parts: dict[str, list[str]] = {}
    for key, value in given:
        kind, _dot, name = key.partition(".")
        if key in _PLAIN:
            plain_parts.setdefault(key, []).append(value)
        elif kind == "is" and _choosable(accounts, name):
            among.setdefault(name, set()).add(value)
        elif kind in ("min", "max") and name in accounts.columns and accounts.columns[name].kind in NUMBERS:
            if value.strip():
                ends.setdefault(name, {})[kind] = _number(key, value)
        else:
            raise RequestNotUnderstood(
                "The list knows no such filter",
                where=Position(value=key[:100]),
                remedy="It may be a view of other records. Begin with all accounts.",
            )
    sort = (plain_parts.get("sort") or [""])[-1]
    name = sort.removeprefix("-")
    columns = tuple(dict.fromkeys(plain_parts.get("column", ())))
    for one in (*columns, *([name] if name else [])):
        if one not in accounts.columns:
            raise RequestNotUnderstood(
                "There is no such column", where=Position(value=one[:100]), remedy="Begin with all accounts."
            )
    return ListAddress(
        (plain_parts.get("q") or [""])[-1].strip()[:200],
        tuple((one, frozenset(wanted)) for one, wanted in among.items()),
        tuple((one, both.get("min"), both.get("max")) for one, both in ends.items()),
        name or None,
        sort.startswith("-"),
        _page((plain_parts.get("page") or ["1"])[-1]),
        () if set(columns) == {one for one in SHOWN if one in accounts.columns} else columns,
        (plain_parts.get("plane") or ["no"])[-1] == "yes",
    )


def shown_columns(address: ListAddress, accounts: AccountList) -> list[ListColumn]:
    """The columns that the view shows, beside the name."""
    names = address.columns or SHOWN
    return [accounts.columns[name] for name in names if name in accounts.columns and name != "name"]


def counted_columns(address: ListAddress, accounts: AccountList) -> list[str]:
    """The columns whose values can be chosen from on this page."""
    chosen = [name for name, _wanted in address.among]
    return [name for name in dict.fromkeys((*COUNTED, *chosen)) if _choosable(accounts, name)]


def plain(value: float) -> str:
    """A number as an address holds it: 50, not 50.0."""
    return str(int(value)) if value.is_integer() else repr(value)


def _choosable(accounts: AccountList, name: str) -> bool:
    column = accounts.columns.get(name)
    if column is None:
        return False
    return column.kind == "boolean" or (column.kind == "text" and accounts.labels(name) is not None)


def _number(key: str, value: str) -> float:
    try:
        found = float(value.replace(",", "").strip())
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise RequestNotUnderstood(
            "A range is given in numbers",
            where=Position(value=f"{key}={value}"[:100]),
            remedy="Go back and write a number, or leave the field empty.",
        )
    return found


def _page(value: str) -> int:
    return max(1, min(int(value), 10_000_000)) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def words_of_filters(address: ListAddress, accounts: AccountList) -> list[tuple[str, str]]:
    """Each filter in words, and the address without it."""
    said = [(f"'{address.text}'", replace(address, text="", page=1).address())] if address.text else []
    for name, wanted in address.among:
        label = accounts.columns[name].label
        said += [(f"{label}: {value_words(name, one)}", address.without(name, one)) for one in sorted(wanted)]
    for name, least, most in address.between:
        label = accounts.columns[name].label
        low, high = (None if end is None else f"{end:,.10g}" for end in (least, most))
        text = f"{low} to {high}" if low and high else (f"at least {low}" if low else f"at most {high}")
        said.append((f"{label} {text}", address.without(name)))
    return said


def words_of_order(address: ListAddress, accounts: AccountList) -> str:
    """By which column the list is sorted, in words; empty for the ranking."""
    if address.sort is None:
        return ""
    column = accounts.columns[address.sort]
    ends = ("from the greatest", "from the least") if column.kind in NUMBERS else ("from Z to A", "from A to Z")
    if column.kind == "date":
        ends = ("the latest first", "the earliest first")
    return f"sorted by {column.label} {ends[not address.descending]}"


_WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("timing_band", "unknown"): "not known",
    ("tier", "unknown"): "not known",
}


def value_words(column: str, value: str) -> str:
    """A value as it is read: what is missing is 'not known'."""
    if value == "":
        return "not known"
    if column == "priority":
        return priority_words(value)
    return _WORDS.get((column, value)) or {"true": "yes", "false": "no"}.get(value, value)
