"""How figures, dates and foreign text are written on the page: in words, chances as 'n of m', nothing that a layout
or a reader could stumble over.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""Not strftime, whose names follow the machine's language."""

WHY_NOT_USED = {
    "leakage": "filled in because of the outcome",
    "computed": "computed by the CRM",
    "after_outcome": "known only after the outcome",
    "self_caused": "caused by our own effort",
    "deal_level": "about the deal, not the company",
    "unnamed": "without a name",
    "identifier": "names and ids",
    "personal": "about persons",
    "single_account": "resting on one company",
    "constant": "always the same",
    "proxy_of": "saying what another column says",
    "churns": "bringing customers who leave",
    "costly": "bringing customers who cost too much",
    "unstable": "not holding",
    "unsupported": "no difference that is more than luck",
}
"""Why a column is not used, in the order in which a sceptic wants to read it."""

DASH = "\N{EN DASH}"
"""Stands where a figure is not known."""

# Overrides of the writing direction would turn the rest of a line around; joiners and marks inside words stay.
_DIRECTION = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_MARKS_IN_A_ROW = 3
_NEVER_SHOWN = 2000  # a text as long as this is left off the page whole, so that its end need not be cleaned


def clean(text: object) -> str:
    """`text` on one line: no control characters, no direction overrides, no private or unassigned code points, blanks
    collapsed, at most three combining marks on one letter.
    """
    if isinstance(text, str) and text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", str(text)[:_NEVER_SHOWN].translate(_DIRECTION)):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if marks > _MARKS_IN_A_ROW or kind in {"Cs", "Co", "Cn"}:
            continue
        if kind == "Cc" or kind.startswith("Z"):
            kept.append(" ")
        elif kind != "Cf" or character in "\u200c\u200d":
            kept.append(character)
    return " ".join("".join(kept).split())


def plain(text: object) -> str:
    """`clean`, with a field's underscores read as blanks: 'financial_services' → 'financial services'."""
    return " ".join(re.sub(r"_+", " ", clean(text)).split())


def capital(text: str) -> str:
    """`text` with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def ended(text: str) -> str:
    """`text` with a full stop if it has no end mark yet."""
    return text if not text or text[-1] in ".!?…:;。؟" else text + "."


def count(value: Any) -> str:
    """A whole number with thousands apart: 12345 → '12,345'."""
    return f"{round(float(value)):,}"


def n_of_m(part: Any, whole: Any) -> str:
    """'12 of 31'."""
    return f"{count(part)} of {count(whole)}"


def in_hundred(share: Any) -> str:
    """A share as a count in a hundred: 0.314 → '31'; one decimal below 1."""
    value = 100 * float(share)
    return f"{value:.1f}" if 0 < value < 1 else f"{value:.0f}"


def money(value: Any, currency: str = "") -> str:
    """An amount as people say it: 1234567 → 'USD 1.23 million', 45600 → 'USD 45,600'; never broken at a blank."""
    amount = float(value)
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if abs(amount) >= size * 0.9995:
            text = f"{amount / size:.3g}{word}" if abs(amount) < size * 999.5 else f"{amount / size:,.0f}{word}"
            break
    else:
        text = f"{amount:,.0f}"
    return f"{currency} {text}".strip().replace(" ", "\u00a0")


def day(value: object) -> str:
    """An ISO date in words: '2026-09-30' → '30 September 2026'; anything else as it is."""
    try:
        moment = date.fromisoformat(str(value)[:10])
    except ValueError:
        return clean(value)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def months_after(value: str, months: int) -> str:
    """The ISO date `months` later, at the latest the last day of that month."""
    start = date.fromisoformat(value[:10])
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])).isoformat()


def listing(names: Sequence[object], most: int = 6, longest: int = 60, *, of: int | None = None) -> str:
    """'A, B and C'; beyond `most`, and where a name is longer than `longest` characters or only digits (an id), 'A, B
    and 9 more'. `of`: how many there are, where `names` are only some of them.
    """
    total = max(of or 0, len(names))
    shown = [name for name in map(clean, names) if 0 < len(name) <= longest and not name.isdecimal()][:most]
    if not shown:
        return f"{total:,} in the evidence file"
    if total > len(shown):
        return f"{', '.join(shown)} and {total - len(shown):,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def words(text: str) -> int:
    """How many words `text` has."""
    return len(text.split())
