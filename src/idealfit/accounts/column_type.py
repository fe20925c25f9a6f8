"""What type a column of texts has, decided from all its distinct values, and those values converted.

A type is taken when at least 95 % of the values (weighted by rows) are of it, or half of them where the column's
meaning asks for it (a column mapped to `closed_at` is dates). What cannot be converted is counted and listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

from idealfit.accounts.missing import (
    MISSING_ANYWHERE,
    MISSING_IN_QUANTITIES,
    MissingWord,
    propose_days,
    propose_numbers,
    propose_words,
    zero_days,
)
from idealfit.accounts.moment import Order, decide_order, is_part_of_year, is_serial, parse_moment, reads_both_ways
from idealfit.accounts.quantity import (
    DecimalMark,
    Span,
    decimal_mark,
    is_plain_number,
    middle,
    parse_boolean,
    parse_damaged_span,
    parse_list,
    parse_money,
    parse_number,
    parse_span,
    without_about,
)

_IDENTIFIER_NAME = re.compile(r"(?i:(^|[_ ])(id|uuid|guid))$|[a-z]I[dD]$|^[A-Z]+ID$")
CellType: TypeAlias = Literal["text", "number", "boolean", "date", "timestamp", "list"]
SURE_SHARE = 0.95
_LIST_WORDS = re.compile(
    r"tech|tool|stack|tags?\b|technolog|keywords|integrations|certification|software|products used|labels", re.I
)
_FLAG_WORDS = re.compile(
    r"^(is|has|did|was|does|can|in)[_ ]|[_ ](flag|yn|bool)$|^(converted|won|churn(ed)?|active|opted? ?(in|out))$", re.I
)
_DATE_WORDS = re.compile(
    r"(^|[_ ])(date|time|timestamp|datetime|day|month|period|when)s?($|[_ ])|[_ ](at|on)$|date$|time$", re.IGNORECASE
)
_SERIAL_WORDS = re.compile(r"date|datum|fecha|[_ ](at|on)$|^data$", re.IGNORECASE)
_MIXED_SHARE = 0.05
"""With more values than this that read only in the other order, one that reads both ways is left empty."""
_IDENTIFIER_WORDS = re.compile(
    r"(^|[_ ])(id|key|code|number|no|uuid|guid|zip|postal|phone|mobile|fax)s?($|[_ ])|id$|zip|postcode|postal", re.I
)


@dataclass(frozen=True)
class Typed:
    """A column's type and its distinct values converted.

    `values` maps each text to its value (texts that mean 'missing' or cannot be converted are left out); `missing`
    are texts taken as no value, `bad` texts that are not of this type, both with their number of rows; `reasons` says
    why a text is missing. `order` is the order of dates, `order_sure` whether the values decided it, `mixed` the texts
    that read only the other way, `firsts` the rows that name only a month or quarter. `spans` are both ends of every
    text that is a range, `damaged` those among them that a spreadsheet had made dates of, `currencies` what a text
    says its money is in.
    """

    type: CellType
    values: Mapping[str, object] | None
    missing: Mapping[str, int] = field(default_factory=dict)
    bad: Mapping[str, int] = field(default_factory=dict)
    order: Order | None = None
    order_sure: bool = True
    decimal: DecimalMark = "."
    spans: Mapping[str, Span] = field(default_factory=dict)
    damaged: Mapping[str, int] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    mixed: Mapping[str, int] = field(default_factory=dict)
    firsts: int = 0
    serials: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def ranged(self) -> int:
        """How many distinct values are ranges."""
        return len(self.spans)


def _split(counts: Mapping[str, int], missing_words: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The values and, apart, the texts that mean no value."""
    present: dict[str, int] = {}
    missing: dict[str, int] = {}
    for text, rows in counts.items():
        (missing if text.strip().lower() in missing_words else present)[text] = rows
    return present, missing


def _without(typed: Typed, words: tuple[MissingWord, ...]) -> Typed:
    """`typed` with more texts taken as no value."""
    if not words:
        return typed
    texts = {word.text for word in words}
    kept = None if typed.values is None else {text: at for text, at in typed.values.items() if text not in texts}
    return replace(
        typed,
        values=kept,
        missing={**typed.missing, **{word.text: word.rows for word in words}},
        bad={text: rows for text, rows in typed.bad.items() if text not in texts},
        reasons={**typed.reasons, **{word.text: word.reason for word in words}},
    )


def _convert(
    present: Mapping[str, int], parse: Callable[[str], object | None]
) -> tuple[dict[str, object], dict[str, int]]:
    """Values converted, and those that could not be."""
    values: dict[str, object] = {}
    bad: dict[str, int] = {}
    for text, rows in present.items():
        value = parse(text)
        if value is None:
            bad[text] = rows
        else:
            values[text] = value
    return values, bad


def as_numbers(
    counts: Mapping[str, int],
    *,
    name: str = "",
    missing: frozenset[str] | None = None,
    decimal: DecimalMark | None = None,
) -> Typed:
    """The column read as numbers, ranges by their middle. `missing`: the words that a person says mean no value (None:
    judged from the values); `decimal`: what other columns of the file decide, for where every mark could be either."""
    present, absent = _split(counts, MISSING_IN_QUANTITIES if missing is None else MISSING_ANYWHERE | missing)
    mark = decimal_mark(list(present), decimal)
    values: dict[str, float] = {}
    spans: dict[str, Span] = {}
    currencies: dict[str, str] = {}
    bad: dict[str, int] = {}
    for text, rows in present.items():
        if mark == "." and is_plain_number(text):
            values[text] = float(text)
            continue
        bare = without_about(text)
        value, currency = parse_money(bare, mark)
        if value is None and (span := parse_span(bare, mark)) is not None:
            value, spans[text] = middle(span), span
        if value is None:
            bad[text] = rows
            continue
        values[text] = value
        if currency is not None:
            currencies[text] = currency
    damaged = _damaged(bad, spans)
    for text, span in damaged.items():
        values[text], spans[text] = middle(span), span
    bad = {text: rows for text, rows in bad.items() if text not in damaged}
    typed = Typed(
        "number",
        values,
        absent,
        bad,
        decimal=mark,
        spans=spans,
        damaged={text: present[text] for text in damaged},
        currencies=currencies,
    )
    return typed if missing is not None else _without(typed, propose_numbers(name, values, counts))


def _damaged(bad: Collection[str], spans: Collection[str]) -> dict[str, Span]:
    """Of the texts that are no number, those that were bands before a spreadsheet made dates of them: only in a column
    of bands."""
    if len(spans) < 2:
        return {}
    found = {text: parse_damaged_span(text) for text in bad}
    return {text: span for text, span in found.items() if span is not None}


def as_moments(
    counts: Mapping[str, int],
    *,
    order: Order | None = None,
    fallback: Order | None = None,
    loose: bool = True,
    serials: bool = True,
    missing: frozenset[str] | None = None,
) -> Typed:
    """The column read as dates; a `date` where no value carries a time of day. `order` is a person's decision.

    Where the column mixes both orders, what reads only one way is read that way; what reads both ways is read as most
    are, and left empty where more than one in twenty disagree.
    """
    present, absent = _split(counts, MISSING_IN_QUANTITIES if missing is None else MISSING_ANYWHERE | missing)
    decided = decide_order(present, fallback)
    used = order or decided.order
    unsure = order is None and decided.against > _MIXED_SHARE * max(1, decided.first + decided.second)
    values: dict[str, datetime] = {}
    bad: dict[str, int] = {}
    for text, rows in present.items():
        value = None if unsure and reads_both_ways(text) else parse_moment(text, used, loose=loose, serials=serials)
        if value is None:
            bad[text] = rows
        else:
            values[text] = value
    timed = any(value.hour or value.minute or value.second for value in values.values())
    mixed: dict[str, int] = {}
    if decided.against:
        other: Order = "mdy" if used == "dmy" else "dmy"
        mixed = {
            text: rows
            for text, rows in present.items()
            if not reads_both_ways(text) and decide_order([text]).order == other
        }
    typed = Typed(
        "timestamp" if timed else "date",
        values,
        absent,
        bad,
        used,
        order is not None or decided.decided,
        mixed=mixed,
        firsts=sum(present[text] for text, day in values.items() if day.day <= 7 and is_part_of_year(text)),
        serials=sum(present[text] for text in values if is_serial(text)),
    )
    if missing is not None:
        return typed
    return _without(typed, (*zero_days(bad, lambda _text: True), *propose_days(values, counts)))


def as_booleans(counts: Mapping[str, int]) -> Typed:
    """The column read as yes/no, 1/0 included."""
    present, missing = _split(counts, MISSING_ANYWHERE)
    values, bad = _convert(present, lambda text: parse_boolean(text, digits=True))
    return Typed("boolean", values, missing, bad)


def as_lists(counts: Mapping[str, int], *, commas: bool) -> Typed:
    """The column read as lists of texts, split at ; and | (and , where `commas`)."""
    present, missing = _split(counts, MISSING_ANYWHERE)
    separators = ";|," if commas and not any(mark in text for text in present for mark in ";|") else ";|"
    values, bad = _convert(present, lambda text: parse_list(text, separators))
    return Typed("list", values, missing, bad)


def as_texts(
    counts: Mapping[str, int], *, missing: frozenset[str] | None = None, blanks: int = 0, describing: bool = False
) -> Typed:
    """The column as it is, without the words that mean no value: `missing` (a person's), else as the values suggest
    (see `missing.propose_words`)."""
    if missing is not None:
        return Typed("text", None, _split(counts, MISSING_ANYWHERE | missing)[1])
    return _without(Typed("text", None), propose_words(counts, blanks=blanks, describing=describing))


def as_wanted(
    counts: Mapping[str, int],
    wanted: CellType,
    *,
    order: Order | None = None,
    fallback: Order | None = None,
    name: str = "",
    missing: frozenset[str] | None = None,
    decimal: DecimalMark | None = None,
) -> Typed:
    """The column as the type that its meaning asks for (a mapped column, or a person's decision)."""
    if wanted == "number":
        return as_numbers(counts, name=name, missing=missing, decimal=decimal)
    if wanted in ("date", "timestamp"):
        return as_moments(counts, order=order, fallback=fallback, missing=missing)
    if wanted == "boolean":
        return as_booleans(counts)
    if wanted == "list":
        return as_lists(counts, commas=bool(_LIST_WORDS.search(name)) or name == "tech")
    return as_texts(counts, missing=missing)


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


def decide(
    name: str,
    counts: Mapping[str, int],
    *,
    order: Order | None = None,
    fallback: Order | None = None,
    missing: frozenset[str] | None = None,
    decimal: DecimalMark | None = None,
    blanks: int = 0,
) -> Typed:
    """The type of an unmapped column named `name` from its distinct texts with their row counts."""
    present, _ = _split(counts, MISSING_ANYWHERE)
    if not present:
        return as_texts(counts, missing=missing)
    if looks_like_lists(name, present):
        return as_lists(counts, commas=bool(_LIST_WORDS.search(name)))
    total = sum(present.values())
    if _share(present, lambda text: parse_boolean(text, digits=bool(_FLAG_WORDS.search(name))), total) >= 1.0:
        return as_booleans(counts)
    dated, numbered = bool(_DATE_WORDS.search(name)), bool(_SERIAL_WORDS.search(name))
    if _sample_share(present, lambda text: parse_moment(text, loose=dated, serials=numbered)) >= SURE_SHARE:
        moments = as_moments(counts, order=order, fallback=fallback, loose=dated, serials=numbered, missing=missing)
        unread = [text for text in moments.bad if not (moments.mixed and reads_both_ways(text))]
        if sum(moments.bad[text] for text in unread) <= (1 - SURE_SHARE) * total:
            return moments
    if not _IDENTIFIER_NAME.search(name) and not any(text[:1] == "0" and text[1:2].isdigit() for text in present):
        mark = decimal_mark(list(present), decimal)
        if _sample_share(present, lambda text: _number_or_damaged(text, mark), MISSING_IN_QUANTITIES) >= SURE_SHARE:
            numbers = as_numbers(counts, name=name, missing=missing, decimal=decimal)
            if sum(numbers.bad.values()) <= (1 - SURE_SHARE) * total and (
                not _IDENTIFIER_WORDS.search(name) or len(present) < 0.5 * total
            ):
                return numbers
    return as_texts(counts, missing=missing, blanks=blanks)


def _number_or_damaged(text: str, mark: DecimalMark) -> object | None:
    number = parse_number(text, mark)
    return parse_damaged_span(text) if number is None else number


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
