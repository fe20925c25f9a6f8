"""What a column's values look like, whatever its header says: company names, domains, countries, industries, years …"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Literal, TypeAlias

from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.funding import funding_stage_of
from idealfit.accounts.industry import industry_of
from idealfit.accounts.name import LEGAL_FORMS
from idealfit.accounts.place import country_of
from idealfit.accounts.quantity import parse_boolean, parse_number, parse_range

Look: TypeAlias = Literal["e-mail", "domain", "country", "funding", "company", "industry", "year", "headcount", "code"]
"""What values can look like, in the order in which they are tried."""

_SAMPLE = 400
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_DOMAIN = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[A-Za-z]{2,}(?:/\S*)?")
_ADDRESS = re.compile(r"^\d+\s+\w+|^\S+\s+\d+\w?$")
_CODE = re.compile(r"^(?=.*\d)[A-Za-z]{0,6}[-_#/]?\d[\w-]*$")
_BUSINESS_WORDS = (
    "technologies technology systems solutions services service software labs lab industries international global "
    "partners capital bank insurance energy pharmaceuticals therapeutics networks media stores store shop supply "
    "outlet company works health motors foods electric logistics consulting digital studios brands enterprises "
    "associates manufacturing products group trust resources communications institute university foundation "
    "suppliers center centre ventures"
)
_WEAK = frozenset(
    {"company", "group", "holding", "holdings", "co", "private", "me", "as", "ad", "sa", "se", "pt", "rt"}
)
_FORMS = (LEGAL_FORMS | frozenset(_BUSINESS_WORDS.split())) - _WEAK | {"company", "group", "holdings"}


def _share(texts: list[str], fits: object) -> float:
    return sum(bool(fits(text)) for text in texts) / len(texts)  # type: ignore[operator]


def _says_company(text: str) -> bool:
    words = re.findall(r"[a-z]+", text.lower().replace(".", ""))
    return len(words) > 1 and any(word in _FORMS for word in words[1:])


def _may_name(text: str) -> bool:
    """Whether a text could be a name: a few words with letters, no address, no code, no sentence."""
    return (
        2 <= len(text) <= 80
        and any(char.isalpha() for char in text)
        and not _ADDRESS.match(text)
        and not _CODE.match(text)
        and text.count(" ") <= 8
    )


def looks_of(counts: Mapping[str, int]) -> dict[Look, float]:
    """What a column's distinct values look like, with the share that does; empty where nothing is recognised.

    Company names are told by legal forms and trade words in some of them, when nearly all could be names.
    """
    texts = [text.strip() for text in islice(counts, _SAMPLE) if text.strip()]
    if all(parse_boolean(text) is not None for text in texts):
        return {}  # nothing at all, or yes and no: 'no' is a country's code as well
    found: dict[Look, float] = {}
    if (share := _share(texts, _EMAIL.fullmatch)) >= 0.8:
        return {"e-mail": share}
    if (share := _share(texts, _DOMAIN.fullmatch)) >= 0.8 and _share(texts, registrable_domain) >= 0.8:
        return {"domain": share}
    if all(text.isdigit() for text in texts):
        if _share(texts, lambda text: len(text) == 4 and 1600 <= int(text) <= 2100) >= 0.95:
            found["year"] = 1.0
        return found
    if (share := _share(texts, _CODE.match)) >= 0.9 and _share(texts, parse_number) < 0.5:
        found["code"] = share
    if _share(texts, lambda text: any(char.isalpha() for char in text)) < 0.5:
        bands = _share(texts, lambda text: parse_range(text) is not None)
        return found | ({"headcount": bands} if bands >= 0.8 and len(texts) <= 20 else {})
    for look, fits, least in (("country", country_of, 0.8), ("funding", funding_stage_of, 0.7)):
        if len(texts) >= 2 and (share := _share(texts, fits)) >= least:
            found[look] = share  # type: ignore[index]
    named = _share(texts, _says_company)
    if len(texts) >= 5 and named >= 0.08 and _share(texts, _may_name) >= 0.85:
        found["company"] = min(1.0, 0.5 + named)
    if len(texts) >= 3 and len(counts) <= 200 and (share := _share(texts, industry_of)) >= 0.6:
        found["industry"] = share
    return found


def said(look: Look) -> str:
    """What a look is called in a sentence about a column: 'company names'."""
    return {
        "e-mail": "e-mail addresses",
        "domain": "web domains",
        "country": "countries",
        "funding": "funding stages",
        "company": "company names",
        "industry": "industries",
        "year": "years",
        "headcount": "bands of numbers",
        "code": "codes",
    }[look]
