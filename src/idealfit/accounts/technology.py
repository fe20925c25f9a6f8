"""Technology names made one: the usual name of a product and its category; editions and versions aside.

The table is `tables/technologies.tsv`. A name that it does not know is left to the user's own spelling.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from idealfit.accounts.reference_table import reference_table

_EDITION = re.compile(
    r"\s+(?:v?\d+(?:\.[\dx]+)*\+?|(?:enterprise|professional|premium|standard|starter|essentials?|unlimited|free|pro|"
    r"basic|community|business|ultimate)(?:\s+(?:edition|plan|cloud|suite))?|edition|crm|platform|software|suite|cloud|"
    r"server|inc\.?|api|sdk|online)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Technology:
    """A product: its usual name and what it is for."""

    name: str
    category: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Technology]:
    found: dict[str, Technology] = {}
    rows = reference_table("technologies")
    for name, category, _ in rows:
        found[_key(name)] = Technology(name, category)
    for name, category, others in rows:
        for other in filter(None, others.split("|")):
            found.setdefault(_key(other), Technology(name, category))
    return found


def _key(text: str) -> str:
    """Letters, digits and the signs that tell 'C#' from 'C++'; 'amazon-web-services' is 'Amazon Web Services'."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum() or char in "+#")


def technology_of(text: str) -> Technology | None:
    """The product that a text names, None for one that the table does not know: 'Salesforce.com', 'hubspot crm',
    'WordPress 6.4', 'Okta Enterprise'."""
    table = _table()
    name = text.strip()
    for _ in range(3):
        found = table.get(_key(name))
        if found is not None:
            return found
        shorter = _EDITION.sub("", re.sub(r"\s*\([^)]*\)$", "", name))
        if shorter == name or not shorter:
            return None
        name = shorter
    return None
