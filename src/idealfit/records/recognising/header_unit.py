"""What a header counts its numbers in: thousands, millions or billions, in the words of seven languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from statistics import median
from typing import Final

from idealfit.accounts.quantity import decimal_mark, parse_number

UNITS: Final[dict[str, int]] = {"one": 1, "thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}
"""What a mapping may say that the numbers of a column are counted in, and what one of them stands for."""

COUNTED: Final = frozenset(
    {"amount", "revenue", "arr_start", "arr_current", "arr", "mrr", "cost", "delta_arr", "annual_revenue", "employees"}
)
"""Our columns that are believed when their header names a unit; another has one only where its mapping says so."""

_SIGN = (
    r"(?:r\$|us\$|[$€£¥]|(?:us|e)?(?:dollars?|euros?)|reais|usd|eur|gbp|chf|cad|aud|sek|nok|dkk|pln|czk|brl|jpy|inr)"
)
_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("billions", r"billions?|bn|b|mrd|milliarden?|milliards?|mil millones|miliardi|miljard|bilhoes"),
    ("thousands", r"k|tsd|tausend|thousands?|'?000'?s?|t(?=€| ?eur\b| ?chf\b| ?usd\b)|miles|milliers|milhares|migliaia|"
     r"duizend(?:en)?|x ?1[.,']?000"),
    ("millions", r"m|mm|mn|mio|mln|mill|millions?|millionen|millones|milhoes|milioni|miljoen"),
)  # fmt: skip
_UNIT = "|".join(rf"(?P<{name}>{words})" for name, words in _WORDS)
_MIL = r"(?P<mil>mil(?=\s*(?:r\$|€|reais|euros?|eur|brl))|(?<=r\$ )mil|(?<=r\$)mil|(?<=€ )mil|(?<=em )mil|(?<=en )mil)"
_PHRASE = re.compile(
    rf"(?:(?:in|en|em|de|d'|di)\s*)?(?:{_SIGN}\s*)?(?:in\s*)?(?:{_MIL}|{_UNIT})\.?\s*(?:(?:de|d'|di|of|van)\s*)?{_SIGN}?"
)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,24})[)\]]")
_AT_THE_END = re.compile(
    rf"(?:[\s,;:/_-]+(?:in|en|em)[\s_]+(?P<after>[^()\[\]]{{1,24}})"
    rf"|[\s,;:/_-]+(?P<plain>(?:{_SIGN}[\s_]?(?:k|m|mm|mn|mio|mln|bn|mrd|tsd)\.?)|(?:(?:k|m|mm|mn|mio|mln|bn|mrd|tsd|t)\.?"
    rf"[\s_]?{_SIGN})|(?:mio|mln|mrd|tsd)\.?))$"
)
_OWN_UNIT = r"(?i)\d\s*(?:(?:k|t|teur|tsd|thousands?|m|mm|mn|mio|mln|mill|b|bn|mrd|md|cr|lakhs?)\b|[a-z]*mil[lh]?i)"
_TOO_MUCH: Final = 1e11
"""A company of more than this makes no sense, nor does a usual deal: then the header is not what the values are in."""


def unit_in(header: str) -> str | None:
    """What a header says that its numbers are counted in: 'Umsatz (Mio. €)' → 'millions', 'CA (k€)' → 'thousands'."""
    found = _found(header)
    return found[0] if found else None


def without_unit(header: str) -> str:
    """The header without what it says of its unit: 'Umsatz in Mio. €' → 'Umsatz'."""
    found = _found(header)
    return header[: found[1]].rstrip(" ,;:/_-") if found else header


def factor_of(unit: str | None, header: str) -> int:
    """What a number of a column is to be taken times: by its mapping's word, else by its header; 1 for neither."""
    return UNITS.get(unit or unit_in(header) or "one", 1)


def cell_has_unit_sql(column: str) -> str:
    """The SQL condition that a cell says its own unit ('12,4 Mio. €'): the header's is not applied to it again."""
    return f"regexp_matches(coalesce({column}, ''), '{_OWN_UNIT}')"


def says_own_unit(text: str) -> bool:
    """Whether a cell says its own unit, as `cell_has_unit_sql` asks it."""
    return re.search(_OWN_UNIT, text) is not None


def believable(unit: str, texts: Iterable[str]) -> bool:
    """Whether the values of a column can be counted in what its header says: whole amounts below it are none."""
    sample = [text for text in islice(texts, 300) if not says_own_unit(text)]
    mark = decimal_mark(sample) if sample else "."
    numbers = [abs(value) for text in sample if (value := parse_number(text, mark)) is not None]
    return not numbers or median(numbers) * UNITS[unit] < _TOO_MUCH


def _found(header: str) -> tuple[str, int] | None:
    """The unit that a header names, and where the naming begins."""
    plain = _plain(header)
    for match in _IN_BRACKETS.finditer(plain):
        if unit := _of_phrase(match[1]):
            return unit, match.start()
    at_end = _AT_THE_END.search(plain)
    if at_end is not None and (unit := _of_phrase((at_end["after"] or at_end["plain"]).replace("_", " "))):
        return unit, at_end.start()
    return None


def _of_phrase(phrase: str) -> str | None:
    match = _PHRASE.fullmatch(phrase.strip())
    if match is None:
        # the English 'mil': "$ mil"
        return "millions" if re.fullmatch(r"(?:in )?(?:us)?\$\s*mil\.?|usd mil\.?", phrase.strip()) else None
    if match["mil"]:
        return "thousands"
    return next((name for name, _ in _WORDS if match[name]), None)


def _plain(header: str) -> str:
    """Small letters without accents, of the same length: places in it are places in the header."""
    return "".join(
        (unicodedata.normalize("NFD", sign)[:1].lower()[:1] or sign) for sign in header.replace("\u2019", "'")
    )
