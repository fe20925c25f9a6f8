"""Job titles read: the function that a person works in, and the seniority, by words of several languages.

Rules, in order, from `tables/functions.tsv` and `tables/seniorities.tsv`: the first that fits decides. What no rule
knows stays unknown; the title itself is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TypeAlias

from idealfit.accounts.reference_table import reference_table

Rules: TypeAlias = tuple[tuple[str, re.Pattern[str]], ...]
_OFFICES = {
    "ceo": "General management",
    "coo": "Operations",
    "cfo": "Finance",
    "cto": "Engineering",
    "cio": "IT",
    "cmo": "Marketing",
    "ciso": "Security",
    "cso": "Security",
    "cpo": "Product",
    "cro": "Sales",
    "chro": "HR",
    "cdo": "Data",
    "cco": "Customer service",
    "clo": "Legal",
    "cao": "Administration",
}


_HELPERS = re.compile(r"\b(?:executive|personal|administrative) (?:assistant|secretary)\b|\bassistant to\b")


@lru_cache(maxsize=4)
def _rules(table: str) -> Rules:
    return tuple(
        (label, re.compile(r"\b(?:" + "|".join(words.split("; ")) + r")\b")) for label, words in reference_table(table)
    )


def _plain(title: str) -> str:
    text = unicodedata.normalize("NFKD", title.casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())


def seniority_of(title: str) -> str | None:
    """How senior a title says that its person is: 'VP Sales' → 'VP', 'Account Executive' → 'Individual contributor';
    None where it is empty."""
    plain = _plain(title)
    if not plain:
        return None
    found = next((seniority for seniority, words in _rules("seniorities") if words.search(plain)), None)
    return found or "Individual contributor"


def function_of(title: str) -> str | None:
    """What a title's person works in: 'Head of Demand Generation' → 'Marketing', 'CFO' → 'Finance'; None where no word
    says it."""
    plain = _plain(title)
    helper = _HELPERS.search(plain)
    if helper is not None:  # whose assistant somebody is does not say what that person heads
        return "Administration"
    office = next((_OFFICES[word] for word in plain.split() if word in _OFFICES), None)
    if office is not None:
        return office
    return next((function for function, words in _rules("functions") if words.search(plain)), None)
