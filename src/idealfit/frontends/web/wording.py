"""Figures and days as people read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

NOT_KNOWN: Final = "not known"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float | None, digits: int = 0) -> str:
    """12345.6 as '12,346'; a missing one is said to be missing."""
    return NOT_KNOWN if value is None else f"{value:,.{digits}f}"


def score(value: float | None) -> str:
    """A score of 0 to 100 with one digit after the point."""
    return NOT_KNOWN if value is None else f"{value:.1f}"


def percent(value: float | None) -> str:
    """A share of 0 to 1 as '26%'."""
    return NOT_KNOWN if value is None else f"{value * 100:.0f}%"


def day(value: date | datetime | str | None) -> str:
    """A day as '7 Jul 2026', the same for every reader."""
    if value is None:
        return NOT_KNOWN
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """'1 account', '2,000 accounts'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def said(value: object) -> str:
    """A value of the records: yes or no, a number without needless digits, a list with commas."""
    match value:
        case None | "" | []:
            return NOT_KNOWN
        case bool():
            return "yes" if value else "no"
        case float() | int():
            return number(value, 0 if float(value).is_integer() else 2)
        case date():
            return day(value)
        case list() | tuple():
            return ", ".join(map(str, value))
    return str(value)


def column(name: str) -> str:
    """The name of a column as words: "office_band" as "office band", "role.champion" as "role: champion"."""
    role = name.removeprefix("role.")
    return ("role: " if role != name else "") + (role.replace("_", " ").strip() or name)


def signed(value: float, digits: int = 1) -> str:
    """+12.4, -3.1, 0.0."""
    return f"{value:+,.{digits}f}" if round(value, digits) else f"{0:.{digits}f}"


def capital(text: str) -> str:
    """The text with its first letter large; the others stay as they are ('computed by the CRM')."""
    return text[:1].upper() + text[1:]
