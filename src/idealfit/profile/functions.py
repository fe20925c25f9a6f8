"""The functions of the language: how each is written, what it answers, and what it becomes.

The parser reads the calls with this table, and the reference page is made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from idealfit.profile.predicate import (
    CountIn,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    Includes,
    Node,
    Upcoming,
    Uses,
)

MAX_DAYS = 36_500
"""The longest window, in days."""
_ANY_NUMBER = 1_000
_NEVER = "none does, and the records cover the account from the window's first day on"
_GAP = "none does, and the records do not cover the account"


@dataclass(frozen=True)
class Windows:
    """The windows of a call in days: `within` or `over` (None: not given), and `before` (0: not given)."""

    within: int | None = None
    before: int = 0

    @property
    def given(self) -> int:
        """The window of a function that asks for one."""
        assert self.within is not None, "the signature asks for the window"  # noqa: S101 - a promise of our own table
        return self.within


Make: TypeAlias = Callable[[tuple[str, ...], str | None, Windows], Node]


@dataclass(frozen=True)
class Signature:
    """How a function is called: `texts` least and most of texts, `column` whether the first of them names a column,
    `named` and `needed` arguments; `usage` in short and `form` in the grammar; an `example`; and what it is when.
    """

    texts: tuple[int, int]
    usage: str
    form: str
    example: str
    true: str
    false: str
    unknown: str
    make: Make
    named: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    column: bool = False


def _event(name: str, usage: str, example: str, true: str, make: Make, *, negated: bool = False) -> Signature:
    return Signature(
        (1, 1),
        usage,
        f'"{name}" , "(" , text , [ detail ] , [ within ] , [ before ] , ")"',
        example,
        _NEVER if negated else true,
        true if negated else _NEVER,
        _GAP,
        make,
        named=("detail", "within", "before"),
    )


_FOUND = "such an event, known by T, lies in the window"

SIGNATURES: dict[str, Signature] = {
    "uses": Signature(
        (1, 1),
        "uses('a tool')",
        '"uses" , "(" , text , ")"',
        "uses('Okta')",
        "the tool is in the list `tech`",
        "it is not, and the list's source covers the tool",
        "the list is empty, or its source does not cover the tool",
        lambda texts, _, __: Uses(texts),
    ),
    "uses_any": Signature(
        (1, _ANY_NUMBER),
        "uses_any('a tool', 'another')",
        '"uses_any" , "(" , text , { "," , text } , ")"',
        "NOT uses_any('Okta', 'Ping')",
        "one of the tools is used",
        "none is",
        "none is known to be used, and of one it is unknown",
        lambda texts, _, __: Uses(texts),
    ),
    "uses_all": Signature(
        (1, _ANY_NUMBER),
        "uses_all('a tool', 'another')",
        '"uses_all" , "(" , text , { "," , text } , ")"',
        "uses_all('Okta', 'Jira')",
        "all of the tools are used",
        "one is not",
        "none is known not to be used, and of one it is unknown",
        lambda texts, _, __: Uses(texts, "all"),
    ),
    "count_of_tools": Signature(
        (0, 0),
        "count_of_tools() >= 5",
        '"count_of_tools" , "(" , ")"',
        "count_of_tools() >= 5",
        "",
        "",
        "the list `tech` is empty",
        lambda _, __, ___: CountOfTools(),
    ),
    "includes": Signature(
        (2, 2),
        "includes(a column, 'a value')",
        '"includes" , "(" , column , "," , text , ")"',
        "includes(markets, 'DE')",
        "the value is in the list",
        "the list holds others only",
        "the list is empty, or the column is no list",
        lambda texts, _, __: Includes(texts[0], texts[1:]),
        column=True,
    ),
    "includes_any": Signature(
        (2, _ANY_NUMBER),
        "includes_any(a column, 'a value', 'another')",
        '"includes_any" , "(" , column , "," , text , { "," , text } , ")"',
        "includes_any(frameworks, 'SOC 2', 'ISO 27001')",
        "one of the values is in the list",
        "none is",
        "the list is empty, or the column is no list",
        lambda texts, _, __: Includes(texts[0], texts[1:]),
        column=True,
    ),
    "includes_all": Signature(
        (2, _ANY_NUMBER),
        "includes_all(a column, 'a value', 'another')",
        '"includes_all" , "(" , column , "," , text , { "," , text } , ")"',
        "includes_all(frameworks, 'SOC 2', 'ISO 27001')",
        "all of the values are in the list",
        "one is not",
        "the list is empty, or the column is no list",
        lambda texts, _, __: Includes(texts[0], texts[1:], "all"),
        column=True,
    ),
    "count_in": Signature(
        (1, 1),
        "count_in(a column) >= 2",
        '"count_in" , "(" , column , ")"',
        "count_in(markets) >= 3",
        "",
        "",
        "the list is empty, or the column is no list",
        lambda texts, _, __: CountIn(texts[0]),
        column=True,
    ),
    "happened": _event(
        "happened",
        "happened('an event', within => '180 days')",
        "happened('funding_round', within => '180 days')",
        _FOUND,
        lambda texts, detail, days: Happened(texts[0], days.within, detail, before_days=days.before),
    ),
    "not_happened": _event(
        "not_happened",
        "not_happened('an event', within => '180 days')",
        "not_happened('marketing_hire', before => '90 days')",
        _FOUND,
        lambda texts, detail, days: Happened(texts[0], days.within, detail, negated=True, before_days=days.before),
        negated=True,
    ),
    "upcoming": Signature(
        (1, 1),
        "upcoming('an event', within => '90 days')",
        '"upcoming" , "(" , text , [ detail ] , within , ")"',
        "upcoming('audit', within => '90 days')",
        "such an event, known by T, lies in (T, T + n]",
        "none does, and the records cover the account at T",
        "one does of which nobody says since when it was known; or none, and the account is not covered",
        lambda texts, detail, days: Upcoming(texts[0], days.given, detail),
        named=("detail", "within"),
        needed=("within",),
    ),
    "count_of": Signature(
        (1, 1),
        "count_of('an event', within => '60 days') >= 2",
        '"count_of" , "(" , text , [ detail ] , within , [ before ] , ")"',
        "count_of('pricing_page', within => '60 days') >= 2",
        "",
        "",
        "there is none, and the records do not cover the account; where they do, it is 0",
        lambda texts, detail, days: CountOf(texts[0], days.given, detail, days.before),
        named=("detail", "within", "before"),
        needed=("within",),
    ),
    "growth": Signature(
        (1, 1),
        "growth('a column', over => '180 days') >= 0.2",
        '"growth" , "(" , ( text | column ) , "," , "over" , "=>" , window , ")"',
        "growth('employees', over => '180 days') >= 0.2",
        "",
        "",
        "a value is missing at T or n days before it, or the earlier one is 0",
        lambda texts, _, days: Growth(texts[0], days.given),
        named=("over",),
        needed=("over",),
        column=True,
    ),
    "has_role": Signature(
        (1, 1),
        "has_role('a role')",
        '"has_role" , "(" , text , ")"',
        "has_role('security')",
        "the words stand in a contact's role, function, seniority or title",
        "the account has contacts, none of them with the words",
        "the account has no contacts (with `roles: all` in the coverage that is false)",
        lambda texts, _, __: HasRole(texts[0]),
    ),
}
"""Every function but `year_of`, whose argument is a day."""

YEAR_OF = "year_of"
FUNCTIONS = (*SIGNATURES, YEAR_OF)
"""The names of the functions of the language."""
