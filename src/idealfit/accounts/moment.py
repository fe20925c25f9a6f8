"""Dates and times as people write them; the order of day and month is decided for a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, TypeAlias

Order: TypeAlias = Literal["ymd", "dmy", "mdy"]

_TIME = (
    r"(?:[T "
    r",]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[-+]\d{2}:?\d{2}|[-+]\d{2})?)?$"
)
_YEAR_FIRST = re.compile(r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TIME)
_YEAR_LAST = re.compile(r"^(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d{2})" + _TIME)
_DAY_WORD = re.compile(
    r"^(?:[A-Za-z]{3,9},?\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?[-/ ]+(?P<word>[^\W\d_]{3,10})\.?,?[-/ "
    r"]+(?P<y>\d{4}|\d{2})" + _TIME
)
_WORD_DAY = re.compile(
    r"^(?:[A-Za-z]{3,9},\s+)?(?P<word>[^\W\d_]{3,10})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})" + _TIME
)
_COMPACT = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?Z?$"
)
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_MONTH_ONLY = re.compile(r"^(?P<y>(?:19|20)\d{2})[-/](?P<m>\d{1,2})$")

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar janvier enero",
            "feb february februar février fevrier febrero",
            "mar march mär märz maerz mars marzo",
            "apr april avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august août aout agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre decembre diciembre",
        ),
        start=1,
    )
    for word in words.split()
}


@dataclass(frozen=True)
class DateOrder:
    """How a column writes its dates. `decided` is False where no value tells day from month; `against` counts values
    that read only the other way."""

    order: Order
    decided: bool
    against: int = 0


def decide_order(texts: Iterable[str], fallback: Order | None = None) -> DateOrder:
    """The order of a column from all its distinct values; else `fallback` (a decided neighbour's order)."""
    first = second = either = dots = 0
    for text in texts:
        match = _YEAR_LAST.match(text.strip())
        if match is None:
            continue
        if int(match["a"]) > 12 >= int(match["b"]):
            first += 1
        elif int(match["b"]) > 12 >= int(match["a"]):
            second += 1
        elif match["a"] != match["b"]:
            either += 1
        dots += match["mark"] != "/"
    if first or second:
        return DateOrder("dmy" if first >= second else "mdy", True, min(first, second))
    if either == 0:
        return DateOrder("ymd", True)
    return DateOrder(fallback or ("dmy" if dots else "mdy"), fallback is not None)


def _clock(match: re.Match[str], day: datetime) -> datetime | None:
    """`day` with the time of day that `match` holds, in UTC without a zone."""
    parts = match.groupdict()
    if not parts.get("hour"):
        return day
    hour = int(parts["hour"])
    half = (parts.get("half") or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    micro = int(((parts.get("fraction") or "") + "000000")[:6])
    try:
        moment = day.replace(
            hour=hour, minute=int(parts["minute"]), second=int(parts.get("second") or 0), microsecond=micro
        )
    except ValueError:
        return None
    zone = parts.get("zone")
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        moment = (
            moment.replace(tzinfo=timezone(offset if zone[0] == "+" else -offset)).astimezone(UTC).replace(tzinfo=None)
        )
    return moment


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    """Two digits: 00-69 are this century, 70-99 the last one (as POSIX strptime has it)."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _match_day(text: str, order: Order, *, loose: bool) -> tuple[re.Match[str], datetime | None] | None:
    if match := _YEAR_FIRST.match(text):
        return match, _day(int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _YEAR_LAST.match(text):
        day, month = (match["a"], match["b"]) if order != "mdy" else (match["b"], match["a"])
        return match, _day(_year(match["y"]), int(month), int(day))
    for pattern in (_DAY_WORD, _WORD_DAY):
        if match := pattern.match(text):
            number = _MONTHS.get(match["word"].lower())
            return match, None if number is None else _day(_year(match["y"]), number, int(match["d"]))
    if loose and (match := _COMPACT.match(text)):
        return match, _day(int(match["y"]), int(match["m"]), int(match["d"]))
    if loose and (match := _MONTH_ONLY.match(text)):
        return match, _day(int(match["y"]), int(match["m"]), 1)
    return None


def parse_moment(text: str, order: Order = "ymd", *, loose: bool = False) -> datetime | None:
    """A date or time as UTC without a zone, or None.

    `order` tells day from month where the year stands last. `loose` also takes 20240131, 2024-01 and seconds or
    milliseconds since 1970: for columns whose name says that they are dates.
    """
    stripped = text.strip()
    found = _match_day(stripped, order, loose=loose)
    if found is not None:
        match, day = found
        return None if day is None else _clock(match, day)
    if loose and _EPOCH.match(stripped):
        seconds = int(stripped) / (1000 if len(stripped) == 13 else 1)
        return datetime.fromtimestamp(seconds, tz=UTC).replace(tzinfo=None)
    return None
