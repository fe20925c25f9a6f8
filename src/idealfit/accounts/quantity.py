"""Numbers as people write them: money with suffixes, percents, ranges, thousands; and yes/no, and lists.

Every function takes one cell's text and answers a value or None where the text is not such a value; none raises.
"""

from __future__ import annotations

import json
import re
from typing import Literal, TypeAlias

DecimalMark: TypeAlias = Literal[".", ","]

MISSING_ANYWHERE = frozenset(
    {"", "null", "\\n", "n/a", "#n/a", "nan", "(null)", "<null>", "#ref!", "#value!", "#div/0!"}
)
"""Words that mean 'no value' in every column, compared in lower case. 'None' and 'Unknown' may be real levels."""

MISSING_IN_QUANTITIES = MISSING_ANYWHERE | {
    "none",
    "na",
    "-",
    "--",
    "unknown",
    "?",
    "tbd",
    "not available",
    "n.a.",
    ".",
}
"""Words that mean 'no value' in a column of numbers or dates."""

TRUE_WORDS = frozenset({"checked", "true", "yes", "y", "t", "wahr", "ja", "oui", "si", "sí", "sim"})
FALSE_WORDS = frozenset({"unchecked", "false", "no", "n", "f", "falsch", "nein", "non", "não"})

_SUFFIXES = {
    "k": 1e3,
    "thousand": 1e3,
    "tsd": 1e3,
    "m": 1e6,
    "mm": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "mil": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "billions": 1e9,
    "mrd": 1e9,
    "t": 1e12,
    "tn": 1e12,
    "trillion": 1e12,
}
_SUFFIX_WORDS = "|".join(sorted(_SUFFIXES, key=len, reverse=True))
_CURRENCY = r"(?:US\$|C\$|A\$|R\$|HK\$|S\$|[$€£¥₹₽₩]|(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|INR|BRL|SEK|NOK|DKK|PLN|CNY|ZAR)\b)"
_UNITS = r"(?:employees|employee|people|staff|fte|ftes|users|seats|hours|hrs|days|years|months|mitarbeiter)"
_AMOUNT = re.compile(
    rf"^(?P<open>\()?\s*(?P<sign1>[-+−])?\s*{_CURRENCY}?\s*(?P<sign2>[-+−])?\s*(?P<digits>\d[\d.,'’\u00a0\u202f "  # noqa: RUF001
    rf"]*|\.\d+)"
    rf"(?P<exponent>[eE][-+]?\d+)?\s*(?P<suffix>{_SUFFIX_WORDS})?\s*(?P<percent>%)?\s*{_CURRENCY}?"
    rf"\s*(?P<close>\))?(?P<minus>-)?$",
    re.IGNORECASE,
)
_UNIT_AT_END = re.compile(rf"\s*\b{_UNITS}\b\.?$", re.IGNORECASE)
_RANGE = re.compile(r"^(.+?)\s*(?:-|–|—|\bto\b|\bbis\b|\bà\b)\s*(.+)$", re.IGNORECASE)  # noqa: RUF001
_AT_LEAST = re.compile(
    r"^(?:(?:>=?|≥|over|more than|above|mehr als)\s*(?P<a>.+)|(?P<b>.+?)\s*(?:\+|or more|and more|and over|plus))$",
    re.I,
)
_AT_MOST = re.compile(r"^(?:<=?|≤|under|less than|below|up to|weniger als)\s*(?P<a>.+)$", re.IGNORECASE)
_ABOUT = re.compile(r"^\s*(?:~|≈|c(?:irc)?a\.?\s|approx(?:imately|\.)?\s|about\s)\s*", re.IGNORECASE)
_PLAIN = re.compile(r"^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$")


def is_plain_number(text: str) -> bool:
    """Whether any engine reads `text` as the same number: digits, a point, no grouping."""
    return bool(_PLAIN.match(text))


def _digits(text: str, decimal: DecimalMark) -> float | None:
    """The number that a run of digits, points and commas stands for."""
    compact = re.sub(r"['’\u00a0\u202f ]", "", text)  # noqa: RUF001
    grouping = "," if decimal == "." else "."
    if grouping in compact:
        whole = compact.split(decimal)[0]
        if not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{2,3}})*{re.escape(grouping)}\d{{3}}", whole):
            return None
        compact = compact.replace(grouping, "")
    if compact.count(decimal) > 1:
        return None
    try:
        return float(compact.replace(decimal, "."))
    except ValueError:
        return None


def parse_amount(text: str, decimal: DecimalMark = ".") -> float | None:
    """One amount: '$22,700.00', '€1.2M', '18.3 MM', '(1,200)', '45 %' (45.0: percents keep their own unit)."""
    if decimal == "." and _PLAIN.match(text):
        return float(text)
    match = _AMOUNT.match(_UNIT_AT_END.sub("", text.strip()))
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    value = _digits(match["digits"], decimal)
    if value is None:
        return None
    if match["exponent"]:
        value = float(f"{value!r}{match['exponent']}") if "e" not in repr(value) else value
    if match["suffix"]:
        factor = _SUFFIXES.get(match["suffix"].lower())
        if factor is None:
            return None
        value *= factor
    negative = bool(match["open"]) or any(match[sign] in ("-", "−") for sign in ("sign1", "sign2", "minus"))  # noqa: RUF001
    return -value if negative else value


def parse_range(text: str, decimal: DecimalMark = ".") -> tuple[float, float | None] | None:
    """'1,000 - 4,999' → (1000, 4999); '501 to 1000 people' → (501, 1000); '10,000+' → (10000, None)."""
    cleaned = _UNIT_AT_END.sub("", text.strip())
    if at_most := _AT_MOST.match(cleaned):
        high = parse_amount(at_most["a"], decimal)
        return None if high is None else (0.0, high)
    if at_least := _AT_LEAST.match(cleaned):
        low = parse_amount(at_least["a"] or at_least["b"], decimal)
        return None if low is None else (low, None)
    if span := _RANGE.match(cleaned):
        first, last = parse_amount(span[1], decimal), parse_amount(span[2], decimal)
        if first is None or last is None or last < first or first < 0:
            return None
        scale = re.search(r"[A-Za-z]+$", span[2].strip())
        if scale and not re.search(r"[A-Za-z]+$", span[1].strip()):  # '$1-10M' means 1M to 10M
            scaled = first * _SUFFIXES.get(scale[0].lower(), 1.0)
            first = scaled if scaled <= last else first  # '251-1K' means 251 to 1000
        return (first, last) if first <= last else None
    return None


def parse_number(text: str, decimal: DecimalMark = ".") -> float | None:
    """An amount, or the middle of a range (its lower end where it is open upwards)."""
    text = _ABOUT.sub("", text)
    amount = parse_amount(text, decimal)
    if amount is not None:
        return amount
    span = parse_range(text, decimal)
    if span is None:
        return None
    low, high = span
    return low if high is None else (low + high) / 2


def decimal_mark(texts: list[str]) -> DecimalMark:
    """The decimal mark of a column, from all its values: ',' where '1.234,56' or '12,5' prevail over '1,234.5'."""
    if not any("," in text for text in texts):
        return "."
    comma = sum(bool(re.search(r"\d,\d{1,2}(?!\d)", text) and not re.search(r",\d{3}(?!\d)", text)) for text in texts)
    comma += sum(bool(re.search(r"\d\.\d{3}(?:\.\d{3})*,\d", text)) for text in texts)
    point = sum(bool(re.search(r"\d\.\d{1,2}(?!\d)", text) or re.search(r"\d,\d{3}\.\d", text)) for text in texts)
    return "," if comma > point else "."


def parse_boolean(text: str, *, digits: bool = False) -> bool | None:
    """Yes or no; with `digits` also 1 and 0 (for columns whose name says that they are flags)."""
    word = text.strip().lower()
    if word in TRUE_WORDS or (digits and word in ("1", "1.0")):
        return True
    if word in FALSE_WORDS or (digits and word in ("0", "0.0")):
        return False
    return None


def parse_list(text: str, separators: str = ";|") -> list[str] | None:
    """The members of '["a", "b"]', 'a;b' or 'a|b' (or of `separators`), blanks trimmed, empty members left out."""
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        try:
            members = json.loads(stripped)
        except json.JSONDecodeError:
            members = [part.strip().strip("'\"") for part in stripped[1:-1].split(",")]
        return [str(member).strip() for member in members if member is not None and str(member).strip()]
    parts = re.split(f"[{re.escape(separators)}]", stripped)
    return [part.strip() for part in parts if part.strip()]
