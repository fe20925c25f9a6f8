"""Numbers as people write them: money with suffixes, percents, ranges, thousands; and yes/no, and lists.

Every function takes one cell's text and answers a value or None where the text is not such a value; none raises.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

from idealfit.accounts.currency import split_currency

DecimalMark: TypeAlias = Literal[".", ","]

TRUE_WORDS = frozenset({"checked", "true", "yes", "y", "t", "wahr", "ja", "oui", "si", "sí", "sim"})
FALSE_WORDS = frozenset({"unchecked", "false", "no", "n", "f", "falsch", "nein", "non", "não"})

_SUFFIXES = {
    word: factor
    for factor, words in (
        (1e2, "百"),
        (1e3, "k thousand thousands tsd tsd. t. 千"),
        (1e4, "万 萬"),
        (1e5, "lakh lakhs lac lacs"),
        (1e6, "m mm mn mn. mln mln. mio mio. mil million millions millionen millones milhões milioni miljoen 百万"),
        (1e7, "cr crore crores"),
        (1e8, "亿 億"),
        (1e9, "b bn bn. billion billions mrd mrd. md mia mia. milliarden milliards miliardi 十亿"),
        (1e12, "t tn trillion trillions"),
    )
    for word in words.split()
}
_SUFFIX_WORDS = "|".join(re.escape(word) for word in sorted(_SUFFIXES, key=len, reverse=True))
_UNITS = (
    r"(?:employees|employee|people|staff|ftes|fte|users|seats|hours|hrs|days|years|months|mitarbeiter(?:innen|:innen)?|"
    r"beschäftigte|personas|empleados|employés|salariés|salariées|funcionários|dipendenti|medewerkers|headcount)"
)
_BLANKS = "\u00a0\u202f\u2009"
_AMOUNT = re.compile(
    rf"^(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<digits>\d[\d.,'’{_BLANKS} ]*|\.\d+)"  # noqa: RUF001
    rf"(?P<exponent>[eE][-+]?\d+)?\s*(?P<suffix>{_SUFFIX_WORDS})?\s*(?P<percent>%)?\s*(?P<close>\))?(?P<minus>-)?$",
    re.IGNORECASE,
)
_UNIT_AT_END = re.compile(rf"\s*\b{_UNITS}\b\.?$|(?<=\d)\s*[名人명]$", re.IGNORECASE)
_RANGE = re.compile(r"^(.+?)\s*(?:-|–|—|−|~|\bto\b|\bbis\b|\bà\b|\ba\b|\bund\b|\band\b|\btot\b)\s*(.+)$", re.I)  # noqa: RUF001
_BETWEEN = re.compile(r"^(?:between|zwischen|entre|from|von|de)\s+", re.IGNORECASE)
_AT_LEAST = re.compile(
    r"^(?:(?:>=?|≥|over|more than|above|at least|mehr als|über|más de|plus de|mais de|oltre|meer dan)\s*(?P<a>.+)|"
    r"(?P<b>.+?)\s*(?:\+|or more|and more|and over|and above|plus|oder mehr|et plus|o más|ou mais|e oltre|of meer))$",
    re.I,
)
_AT_MOST = re.compile(
    r"^(?:<=?|≤|under|less than|fewer than|below|up to|at most|weniger als|unter|bis zu|bis|menos de|moins de|meno di|"
    r"minder dan|tot)\s*(?P<a>.+)$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^\s*(?:~|≈|c(?:irc)?a\.?\s|approx(?:imately|\.)?\s|about\s|rund\s|environ\s)\s*", re.IGNORECASE)
_GROUPED: dict[DecimalMark, re.Pattern[str]] = {
    ".": re.compile(r"^\d{1,3}(?:\.\d{2,3})*\.\d{3}$"),
    ",": re.compile(r"^\d{1,3}(?:,\d{2,3})*,\d{3}$"),
}
_GAPS = re.compile(rf"['’{_BLANKS} ]")  # noqa: RUF001
_USUAL: dict[DecimalMark, re.Pattern[str]] = {
    ".": re.compile(r"^[$€£]?-?\d{1,3}(?:,\d{3})*(?:\.\d+)?$"),
    ",": re.compile(r"^[$€£]?-?\d{1,3}(?:\.\d{3})*(?:,\d+)?$"),
}
_NUMBERS = re.compile(r"\d[\d.,]*\d")
_OTHER: dict[DecimalMark, DecimalMark] = {".": ",", ",": "."}
_USUAL_SIGNS = {"$": "$", "€": "EUR", "£": "GBP"}
_AS_SHAPE = str.maketrans("123456789", "0" * 9)
_PLAIN = re.compile(r"^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$")
_MAY_SPAN = re.compile(r"\d.*[^\d.,\s]|^\D+\d")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAMAGED = (
    re.compile(r"^(?P<high>\d{1,2})-(?P<low>[A-Za-z]{3})$"),
    re.compile(r"^(?P<low>[A-Za-z]{3})-(?P<high>\d{2})$"),
    re.compile(r"^\d{4}-(?P<low>\d{2})-(?P<high>\d{2})(?: 00:00:00)?$"),
)

Span: TypeAlias = tuple[float | None, float | None]
"""Both ends of a range; None where it is open."""


def is_plain_number(text: str) -> bool:
    """Whether any engine reads `text` as the same number: digits, a point, no grouping."""
    return bool(_PLAIN.match(text))


def _grouped(whole: str, mark: DecimalMark) -> bool:
    """Whether `whole` is digits in groups of three (or of two before the last: lakhs)."""
    return bool(_GROUPED[mark].match(whole))


def _mark_in(compact: str, decimal: DecimalMark) -> DecimalMark:
    """The decimal mark of one number: its own where only one reading is possible, else the column's `decimal`."""
    points, commas = compact.count("."), compact.count(",")
    if points and commas:
        return "." if compact.rindex(".") > compact.rindex(",") else ","
    if points > 1 or commas > 1:
        return "," if points else "."
    other = _OTHER[decimal]
    if (points or commas) and decimal not in compact and not _grouped(compact, other):
        return other  # '12,5' can only be twelve and a half
    return decimal


def _digits(text: str, decimal: DecimalMark) -> float | None:
    """The number that a run of digits, points and commas stands for."""
    compact = _GAPS.sub("", text)
    if "." in compact or "," in compact:
        decimal = _mark_in(compact, decimal)
        grouping = _OTHER[decimal]
        if grouping in compact:
            if not _grouped(compact.split(decimal)[0], grouping):
                return None
            compact = compact.replace(grouping, "")
        if compact.count(decimal) > 1 or compact.endswith(decimal):
            return None
    try:
        return float(compact.replace(decimal, "."))
    except ValueError:
        return None


def parse_amount(text: str, decimal: DecimalMark = ".") -> float | None:
    """One amount: '$22,700.00', '€1.2M', '18.3 MM', '(1,200)', '45 %' (45.0: percents keep their own unit)."""
    if decimal == "." and _PLAIN.match(text):
        return float(text)
    return _parse_amount(text.strip(), decimal)[0]


def parse_money(text: str, decimal: DecimalMark = ".") -> tuple[float | None, str | None]:
    """One amount with its currency: an ISO code or a shared sign (see `currency.split_currency`), None without."""
    if _USUAL[decimal].match(text):  # most cells, read in a fifth of the time
        currency = _USUAL_SIGNS.get(text[0])
        number = (text[1:] if currency else text).replace(_OTHER[decimal], "").replace(decimal, ".")
        return float(number), currency
    return _parse_amount(text.strip(), decimal)


def _parse_amount(text: str, decimal: DecimalMark) -> tuple[float | None, str | None]:
    match, currency = _AMOUNT.match(text), None
    if match is None:
        rest, currency = split_currency(_UNIT_AT_END.sub("", text))
        match = _AMOUNT.match(rest.strip())
        if match is None and currency is not None:  # '$50M USD': the code says more than the sign
            rest, second = split_currency(rest.strip())
            match, currency = _AMOUNT.match(rest.strip()), second or currency
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None, None
    value = _digits(match["digits"], decimal)
    if value is None:
        return None, None
    if match["exponent"]:
        value = float(f"{value!r}{match['exponent']}") if "e" not in repr(value) else value
    if match["suffix"]:
        value = _scaled(value, match["suffix"])
    negative = match["open"] or match["sign"] in ("-", "−") or match["minus"]  # noqa: RUF001
    return (-value if negative else value), currency


def _scaled(value: float, suffix: str) -> float:
    """'1.2' and 'M' → 1200000.0, in decimal so that 18.3 million is not 18300000.000000002."""
    return float(Decimal(repr(value)) * Decimal(_SUFFIXES[suffix.lower()]))


def parse_span(text: str, decimal: DecimalMark = ".") -> Span | None:
    """Both ends of a range: '1,000 - 4,999' → (1000, 4999); '10,000+' → (10000, None); '<50' → (None, 50).

    None where the text is no range. '$1-10M' means 1M to 10M, '251-1K' 251 to 1000.
    """
    if not _MAY_SPAN.search(text):
        return None
    cleaned = _UNIT_AT_END.sub("", text.strip())
    if at_most := _AT_MOST.match(cleaned):
        high = parse_amount(at_most["a"], decimal)
        return None if high is None else (None, high)
    if at_least := _AT_LEAST.match(cleaned):
        low = parse_amount(_UNIT_AT_END.sub("", at_least["a"] or at_least["b"]), decimal)
        return None if low is None else (low, None)
    cleaned = _BETWEEN.sub("", cleaned)
    for span in _RANGE.finditer(cleaned):
        first, last = parse_amount(span[1], decimal), parse_amount(span[2], decimal)
        if first is None or last is None or last < first or first < 0:
            return None
        scale = _scale_of(span[2])
        if scale and not _scale_of(span[1]):
            scaled = _scaled(first, scale)
            first = scaled if scaled <= last else first
        return first, last
    return None


def _scale_of(text: str) -> str | None:
    """The word behind a number that multiplies it."""
    match = _AMOUNT.match(split_currency(text.strip())[0].strip())
    return match["suffix"] if match is not None else None


def parse_range(text: str, decimal: DecimalMark = ".") -> tuple[float, float | None] | None:
    """As `parse_span`, with 0 for the lower end of what has only an upper one."""
    span = parse_span(text, decimal)
    return None if span is None else (span[0] or 0.0, span[1])


def middle(span: Span) -> float:
    """The number that stands for a range: its middle, its lower end where it is open upwards, half of an upper end."""
    low, high = span
    if high is None:
        return low or 0.0
    return high / 2 if low is None and high > 0 else high if low is None else (low + high) / 2


def without_about(text: str) -> str:
    """`text` without the '~', 'ca.' or 'about' before its number."""
    return _ABOUT.sub("", text) if text[:1] in "~≈cCaArReE \t" else text


def parse_number(text: str, decimal: DecimalMark = ".") -> float | None:
    """An amount, or the middle of a range (its lower end where it is open upwards)."""
    if decimal == "." and _PLAIN.match(text):
        return float(text)
    text = without_about(text)
    amount = parse_amount(text, decimal)
    if amount is not None:
        return amount
    span = parse_span(text, decimal)
    return None if span is None else middle(span)


def _number_of_month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    return _MONTHS.index(text.lower()) + 1 if text.lower() in _MONTHS else None


def parse_damaged_span(text: str) -> Span | None:
    """The band that a spreadsheet took for a date: '10-Jan' and '2024-01-10' were '1-10', 'Jan-50' was '1-50'."""
    for pattern in _DAMAGED:
        if match := pattern.match(text.strip()):
            low = _number_of_month(match["low"])
            high = int(match["high"])
            return (float(low), float(high)) if low is not None and low < high else None
    return None


def decimal_mark(texts: Sequence[str], fallback: DecimalMark | None = None) -> DecimalMark:
    """The decimal mark of a column, from all its values; `fallback` (what other columns of the file decide) where every
    mark could be either: '1.200' and '15.000' are thousands there, and in a column where such values end in 0."""
    marked = [text for text in texts if "," in text or "." in text]
    comma = point = either_comma = either_point = 0
    for shape, count in Counter(text.translate(_AS_SHAPE) for text in marked).items():
        for number in _NUMBERS.findall(shape):
            mark = _mark_of_shape(number)
            point, comma = point + count * (mark == "."), comma + count * (mark == ",")
            if mark is None and number.count(".") + number.count(",") == 1:
                either_point, either_comma = (
                    either_point + count * ("." in number),
                    either_comma + count * ("," in number),
                )
    if comma or point:
        return "," if comma > point else "."
    if fallback is not None and either_point + either_comma:
        return fallback
    if either_point < 3 or either_comma:
        return "."
    rounded = sum(
        number.endswith(("0", "999")) for text in marked for number in _NUMBERS.findall(text) if "." in number
    )
    return "," if rounded >= 0.8 * either_point else "."


def _mark_of_shape(number: str) -> DecimalMark | None:
    """The decimal mark of one number, None where it has none or it could be either ('1.200')."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return "." if number.rindex(".") > number.rindex(",") else ","
    if points + commas == 0 or (points + commas > 1 and not _grouped(number, "." if points else ",")):
        return None
    if points + commas > 1:
        return "," if points else "."
    if _grouped(number, "." if points else ","):
        return None
    return "." if points else ","


def decides_mark(texts: Iterable[str]) -> DecimalMark | None:
    """The decimal mark that a column's values leave no doubt of, else None."""
    kept = [text for text in texts if "," in text or "." in text]
    as_point, as_comma = decimal_mark(kept, "."), decimal_mark(kept, ",")
    return as_point if kept and as_point == as_comma else None


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
