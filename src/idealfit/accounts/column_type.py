"""What type a column of texts has, decided from all its distinct values, and those values converted.

A type is taken when at least 95 % of the values (weighted by rows) are of it, or half of them where the column's
meaning asks for it (a column mapped to `closed_at` is dates). What cannot be converted is counted and listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from idealfit.accounts.moment import Order, decide_order, parse_moment
from idealfit.accounts.quantity import (
    MISSING_ANYWHERE,
    MISSING_IN_QUANTITIES,
    DecimalMark,
    decimal_mark,
    parse_amount,
    parse_boolean,
    parse_list,
    parse_number,
)

_IDENTIFIER_NAME = re.compile(r"(?i:(^|[_ ])(id|uuid|guid))$|[a-z]I[dD]$|^[A-Z]+ID$")
CellType: TypeAlias = Literal["text", "number", "boolean", "date", "timestamp", "list"]
SURE_SHARE = 0.95
WANTED_SHARE = 0.5
_LIST_WORDS = re.compile(
    r"tech|tool|stack|tags?\b|technolog|keywords|integrations|certification|software|products used|labels", re.I
)
_FLAG_WORDS = re.compile(
    r"^(is|has|did|was|does|can|in)[_ ]|[_ ](flag|yn|bool)$|^(converted|won|churn(ed)?|active|opted? ?(in|out))$", re.I
)
_DATE_WORDS = re.compile(
    r"(^|[_ ])(date|time|timestamp|datetime|day|month|period|when)s?($|[_ ])|[_ ](at|on)$|date$|time$", re.IGNORECASE
)
_IDENTIFIER_WORDS = re.compile(
    r"(^|[_ ])(id|key|code|number|no|uuid|guid|zip|postal|phone|mobile|fax)s?($|[_ ])|id$|zip|postcode|postal", re.I
)


@dataclass(frozen=True)
class Typed:
    """A column's type and its distinct values converted.

    `values` maps each text to its value (texts that mean 'missing' or cannot be converted are left out); `missing`
    are texts taken as no value, `bad` texts that are not of this type, both with their number of rows. `order` is the
    order of dates, `order_sure` whether the values decided it; `ranged` whether any value was a range.
    """

    type: CellType
    values: Mapping[str, object] | None
    missing: Mapping[str, int] = field(default_factory=dict)
    bad: Mapping[str, int] = field(default_factory=dict)
    order: Order | None = None
    order_sure: bool = True
    decimal: DecimalMark = "."
    ranged: int = 0


def _split(counts: Mapping[str, int], missing_words: frozenset[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The values and, apart, the texts that mean no value."""
    present: dict[str, int] = {}
    missing: dict[str, int] = {}
    for text, rows in counts.items():
        (missing if text.strip().lower() in missing_words else present)[text] = rows
    return present, missing


def _convert(
    present: Mapping[str, int], parse: Callable[[str], object | None]
) -> tuple[dict[str, object], dict[str, int], float]:
    """Values converted, those that could not be, and the share of rows that could."""
    values: dict[str, object] = {}
    bad: dict[str, int] = {}
    for text, rows in present.items():
        value = parse(text)
        if value is None:
            bad[text] = rows
        else:
            values[text] = value
    total = sum(present.values())
    return values, bad, (total - sum(bad.values())) / total if total else 0.0


def as_numbers(counts: Mapping[str, int]) -> Typed:
    """The column read as numbers."""
    present, missing = _split(counts, MISSING_IN_QUANTITIES)
    mark = decimal_mark(list(present))
    values, bad, _ = _convert(present, lambda text: parse_number(text, mark))
    ranged = sum(parse_amount(text, mark) is None for text in values)
    return Typed("number", values, missing, bad, decimal=mark, ranged=ranged)


def as_moments(
    counts: Mapping[str, int], *, order: Order | None = None, fallback: Order | None = None, loose: bool = True
) -> Typed:
    """The column read as dates; a `date` where no value carries a time of day. `order` is a person's decision."""
    present, missing = _split(counts, MISSING_IN_QUANTITIES)
    decided = decide_order(present, fallback)
    used = order or decided.order
    values, bad, _ = _convert(present, lambda text: parse_moment(text, used, loose=loose))
    timed = any(value.hour or value.minute or value.second for value in values.values())  # type: ignore[attr-defined]
    kind: CellType = "timestamp" if timed else "date"
    return Typed(kind, values, missing, bad, used, order is not None or decided.decided)


def as_booleans(counts: Mapping[str, int]) -> Typed:
    """The column read as yes/no, 1/0 included."""
    present, missing = _split(counts, MISSING_ANYWHERE)
    values, bad, _ = _convert(present, lambda text: parse_boolean(text, digits=True))
    return Typed("boolean", values, missing, bad)


def as_lists(counts: Mapping[str, int], *, commas: bool) -> Typed:
    """The column read as lists of texts, split at ; and | (and , where `commas`)."""
    present, missing = _split(counts, MISSING_ANYWHERE)
    separators = ";|," if commas and not any(mark in text for text in present for mark in ";|") else ";|"
    values, bad, _ = _convert(present, lambda text: parse_list(text, separators))
    return Typed("list", values, missing, bad)


def as_texts(counts: Mapping[str, int], *, missing_words: frozenset[str] = MISSING_ANYWHERE) -> Typed:
    """The column as it is; only words that never are a level are taken as no value."""
    _, missing = _split(counts, missing_words)
    return Typed("text", None, missing)


def as_wanted(
    counts: Mapping[str, int],
    wanted: CellType,
    *,
    order: Order | None = None,
    fallback: Order | None = None,
    name: str = "",
) -> Typed:
    """The column as the type that its meaning asks for (a mapped column, or a person's decision)."""
    if wanted == "number":
        return as_numbers(counts)
    if wanted in ("date", "timestamp"):
        return as_moments(counts, order=order, fallback=fallback)
    if wanted == "boolean":
        return as_booleans(counts)
    if wanted == "list":
        return as_lists(counts, commas=bool(_LIST_WORDS.search(name)) or name == "tech")
    return as_texts(counts)


def looks_like_lists(name: str, counts: Mapping[str, int]) -> bool:
    """Several short members in one cell: JSON arrays, or ; and | in a column of a list's name or in many cells."""
    texts = list(counts)
    if not texts:
        return False
    arrays = sum(text.strip().startswith("[") and text.strip().endswith("]") for text in texts)
    if arrays >= 0.9 * len(texts):
        return True
    parted = [text for text in texts if re.search(r"[;|]", text)]
    named = bool(_LIST_WORDS.search(name))
    if named and (parted or sum("," in text for text in texts) >= 0.2 * len(texts)):
        return True
    if len(parted) < 0.2 * len(texts):
        return False
    members = [member for text in parted for member in parse_list(text) or []]
    return len(set(members)) <= 0.5 * len(members) and max(map(len, members), default=99) <= 40


def decide(name: str, counts: Mapping[str, int], *, fallback: Order | None = None) -> Typed:
    """The type of an unmapped column named `name` from its distinct texts with their row counts."""
    present, _ = _split(counts, MISSING_ANYWHERE)
    if not present:
        return as_texts(counts)
    if looks_like_lists(name, present):
        return as_lists(counts, commas=bool(_LIST_WORDS.search(name)))
    total = sum(present.values())
    if _share(present, lambda text: parse_boolean(text, digits=bool(_FLAG_WORDS.search(name))), total) >= 1.0:
        return as_booleans(counts)
    dated = bool(_DATE_WORDS.search(name))
    if _sample_share(present, lambda text: parse_moment(text, loose=dated) or parse_moment(text, "mdy")) >= SURE_SHARE:
        moments = as_moments(counts, fallback=fallback, loose=dated)
        if sum(moments.bad.values()) <= (1 - SURE_SHARE) * total:
            return moments
    numeric = not _IDENTIFIER_NAME.search(name) and not any(re.match(r"^0\d", text) for text in present)
    mark = decimal_mark(list(present)) if numeric else "."
    if numeric and _sample_share(present, lambda text: parse_number(text, mark), MISSING_IN_QUANTITIES) >= SURE_SHARE:
        numbers = as_numbers(counts)
        if sum(numbers.bad.values()) <= (1 - SURE_SHARE) * total and (
            not _IDENTIFIER_WORDS.search(name) or len(present) < 0.5 * total
        ):
            return numbers
    return as_texts(counts)


def _share(present: Mapping[str, int], parse: Callable[[str], object | None], total: int) -> float:
    rows = 0
    for text, count in present.items():
        if parse(text) is None:
            break  # only complete columns count; the first other value ends the search
        rows += count
    return rows / total if total else 0.0


def _sample_share(
    present: Mapping[str, int], parse: Callable[[str], object | None], extra: frozenset[str] = frozenset()
) -> float:
    """The share among at most 400 distinct values spread over the column: a cheap no for most columns."""
    texts = [text for text in present if text.strip().lower() not in extra]
    step = max(1, len(texts) // 400)
    sample = texts[::step]
    return sum(parse(text) is not None for text in sample) / len(sample) if sample else 0.0
