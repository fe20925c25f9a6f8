"""Industries in one taxonomy: any picklist's word or a NAICS, NACE or SIC code → our label with its three codes.

The table is `tables/industries.tsv`: about eighty industries as sales people speak of them, each placed in NAICS 2022,
NACE Rev. 2 and SIC 1987.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from idealfit.accounts.name import squash
from idealfit.accounts.reference_table import reference_table

_FILLERS = re.compile(r"\b(?:and|und|y|et|the|industry|industries|sector)\b|&", re.IGNORECASE)
_MANY = re.compile(r"\s*(?:;|\||->|>|›|»)\s*")  # noqa: RUF001 - a sign that exports put between levels
_CODE = re.compile(r"^(?:(naics|nace|sic)\b[\s:]*)?([A-U]?)\.?(\d{2,6}(?:\.\d{1,2}){0,2})(?:\s*[-–:].*)?$", re.I)  # noqa: RUF001


@dataclass(frozen=True)
class Industry:
    """One industry: our label, and its code in each classification."""

    label: str
    naics: str
    nace: str
    sic: str


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, Industry], dict[str, dict[str, Industry]]]:
    """Word → industry, and for each classification code → industry."""
    words: dict[str, Industry] = {}
    codes: dict[str, dict[str, Industry]] = {"naics": {}, "nace": {}, "sic": {}}
    for label, naics, nace, sic, names in reference_table("industries"):
        first = Industry(label, naics.split()[0], nace.split()[0], sic.split()[0])
        words[_word_key(label)] = first
        for name in names.split("|"):
            words.setdefault(_word_key(name), first)
        for kind, listed in (("naics", naics), ("nace", nace), ("sic", sic)):
            for code in listed.split():
                codes[kind].setdefault(_digits(code), first)
    return words, codes


def _word_key(text: str) -> str:
    return squash(_FILLERS.sub(" ", text.replace("_", " "))) or squash(text)


def _digits(code: str) -> str:
    return re.sub(r"\D", "", code) or code


def industry_of(text: str) -> Industry | None:
    """The industry that a label names, None where it is none of ours: 'COMPUTER_SOFTWARE', 'Airlines/Aviation',
    'B2B -> Marketing' (the innermost level that is known), 'technolgy' (one letter astray)."""
    words, _ = _table()
    found = words.get(_word_key(text))
    if found is not None:
        return found
    for part in reversed(_MANY.split(text)):
        if part != text and (found := words.get(_word_key(part))) is not None:
            return found
    key = _word_key(text)
    return _nearest(key) if len(key) >= 7 and key.isalpha() and _near().get(key[:2]) else None


@lru_cache(maxsize=1)
def _near() -> dict[str, dict[str, Industry]]:
    found: dict[str, dict[str, Industry]] = {}
    for key, industry in _table()[0].items():
        if len(key) >= 7:
            found.setdefault(key[:2], {})[key] = industry
    return found


def _nearest(key: str) -> Industry | None:
    close = {industry for word, industry in _near()[key[:2]].items() if OSA.distance(key, word, score_cutoff=1) <= 1}
    return close.pop() if len(close) == 1 else None


def classification(header: str, counts: Mapping[str, int]) -> str | None:
    """Which classification a column's codes are of ('naics', 'nace', 'sic'), None where it holds no codes.

    The header says it, or a cell's own prefix ('NAICS 541511'), or letters before the digits (NACE).
    """
    rows = sum(counts.values())
    found = [match for text in counts if (match := _CODE.match(text.strip()))]
    coded = sum(counts[text] for text in counts if _CODE.match(text.strip()))
    if not rows or coded < 0.9 * rows:
        return None
    named = re.search(r"naics|nace|sic(?![a-z])", header, re.IGNORECASE)
    if named:
        return named[0].lower()
    prefixes = {match[1].lower() for match in found if match[1]}
    if len(prefixes) == 1:
        return prefixes.pop()
    return "nace" if found and all(match[2] for match in found) else None


def industry_of_code(code: str, kind: str) -> Industry | None:
    """The industry of a code of the classification `kind`, by the longest beginning that the table knows:
    '541511' (naics), 'J62.01' (nace), '7372' (sic)."""
    match = _CODE.match(code.strip())
    if match is None:
        return None
    digits = _digits(match[3])
    known = _table()[1][kind]
    return next((known[digits[:n]] for n in range(len(digits), 0, -1) if digits[:n] in known), None)
