"""Dates and times as people write them; the order of day and month is decided for a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, TypeAlias

Order: TypeAlias = Literal["ymd", "dmy", "mdy", "ydm"]

_ZONES = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "WET": 0,
    "WEST": 1,
    "CET": 1,
    "CEST": 2,
    "MEZ": 1,
    "MESZ": 2,
    "EET": 2,
    "EEST": 3,
    "JST": 9,
}
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:h.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?|(?=\s*[AaPp]\.?[Mm]))"
    r"(?:\s*Uhr)?\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?"
    rf"\s*(?P<zone>Z|(?:UTC|GMT)?\s?[-+]\d{{2}}:?\d{{2}}|[-+]\d{{2}}|UTC|GMT|{'|'.join(_ZONES)})?(?:\s*\([^)]*\))?"
)
_TIME = rf"(?:(?:[T ,]+|\s+(?:at|um|à|a las|às|alle|om)\s+){_CLOCK})?$"
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_WORD = r"(?P<word>[^\W\d_]{3,10})"
_YEAR_FIRST = re.compile(r"^(?P<y>\d{4})(?P<mark>[-/.年])\s?(?P<m>\d{1,2})[-/.月]\s?(?P<d>\d{1,2})日?" + _TIME)
_YEAR_LAST = re.compile(
    r"^(?P<a>\d{1,2})(?P<mark>[-/.])\s?(?P<b>\d{1,2})(?P=mark)\s?(?P<y>\d{4}|\d{2})" + _TIME,
)
_DAY_WORD = re.compile(
    rf"^{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?(?:[-/ ]+|\s+(?:de|of)\s+){_WORD}\.?,?"
    rf"(?:[-/ ]+|\s+del?\s+)(?P<y>\d{{4}}|\d{{2}})" + _TIME,
    re.IGNORECASE,
)
_WORD_DAY = re.compile(
    rf"^{_WEEKDAY}{_WORD}\.?[-/ ]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[-/ ]\s*(?P<y>\d{{4}})" + _TIME, re.IGNORECASE
)
_CTIME = re.compile(rf"^{_WEEKDAY}{_WORD}\s+(?P<d>\d{{1,2}})\s+{_CLOCK}\s+(?P<y>\d{{4}})$", re.IGNORECASE)
_YEAR_WORD = re.compile(rf"^(?P<y>\d{{4}})[-/ ]{_WORD}[-/ ](?P<d>\d{{1,2}})" + _TIME, re.IGNORECASE)
_WEEK = re.compile(r"^(?P<y>\d{4})-?W(?P<week>\d{2})(?:-?(?P<day>[1-7]))?$")
_COMPACT = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?Z?$"
)
_EPOCH = re.compile(r"^(?P<whole>[1-9]\d{8,9}(?:\.\d{1,9})?|[1-9]\d{11,12}|1\d{15})$")
_SERIAL = re.compile(r"^[2-7]\d{4}(?:\.\d+)?$")
_MONTH_ONLY = re.compile(r"^(?:(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})|(?P<m2>\d{1,2})[-/.](?P<y2>(?:19|20)\d{2}))$")
_WORD_YEAR = re.compile(rf"^{_WORD}\.?(?:[-/, ]+|\s+de\s+)(?P<y>(?:19|20)\d{{2}}|['’]?\d{{2}})$", re.IGNORECASE)  # noqa: RUF001
_QUARTER = re.compile(
    r"^(?:[QqTt](?P<q>[1-4])[-/ ]*(?P<y>(?:19|20)\d{2})|(?P<y2>(?:19|20)\d{2})[-/ ]*[QqTt](?P<q2>[1-4])|"
    r"(?P<q3>[1-4])[QqTt][-/ ]*(?P<y3>(?:19|20)\d{2}|\d{2}))$"
)

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar jänner janvier janv enero ene janeiro gennaio gen januari",
            "feb february februar février fevrier févr fevr febrero fevereiro fev febbraio februari",
            "mar march mär märz maerz mrz mars marzo março marco maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai mayo maio maggio mag mei",
            "jun june juni juin junio junho giugno giu",
            "jul july juli juillet juil julio julho luglio lug",
            "aug august août aout agosto ago augustus",
            "sep sept september septembre septiembre setiembre setembro set settembre",
            "oct october okt oktober octobre octubre outubro out ottobre ott",
            "nov november novembre noviembre novembro",
            "dec december dez dezember décembre decembre déc diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for word in words.split()
}
_SERIAL_START = datetime(1899, 12, 30)
_ISO_LENGTHS = (10, 19)
_MILLIS, _MICROS = 10**11, 10**14


@dataclass(frozen=True)
class DateOrder:
    """How a column writes its dates. `decided` is False where no value tells day from month; `first` and `second`
    count the distinct values that read only day-month and only month-day."""

    order: Order
    decided: bool
    first: int = 0
    second: int = 0

    @property
    def against(self) -> int:
        """How many distinct values read only the other way."""
        return min(self.first, self.second)


def decide_order(texts: Iterable[str], fallback: Order | None = None) -> DateOrder:
    """The order of a column from all its distinct values; else `fallback` (a decided neighbour's order)."""
    first = second = either = dots = swapped = short_years = 0
    for text in texts:
        stripped = text.strip()
        if stripped[4:5] == "-":
            swapped += stripped[5:7] > "12" >= stripped[8:10] and _YEAR_FIRST.match(stripped) is not None
            continue
        match = _YEAR_LAST.match(stripped)
        if match is None:
            if (early := _YEAR_FIRST.match(stripped)) is not None:
                swapped += int(early["m"]) > 12 >= int(early["d"])
            continue
        a, b = int(match["a"]), int(match["b"])
        if a > 31 and len(match["y"]) == 2:
            short_years += 1
        elif a > 12 >= b:
            first += 1
        elif b > 12 >= a:
            second += 1
        elif a != b:
            either += 1
        dots += match["mark"] != "/"
    if short_years:
        return DateOrder("ymd", True)
    if first or second:
        return DateOrder("dmy" if first >= second else "mdy", True, first, second)
    if either == 0:
        return DateOrder("ydm" if swapped else "ymd", True)
    fallback = fallback if fallback in ("dmy", "mdy") else None
    return DateOrder(fallback or ("dmy" if dots else "mdy"), fallback is not None)


def reads_both_ways(text: str) -> bool:
    """Whether day and month of `text` could change places: 05/01/2024, not 13/01/2024 and not 05/05/2024."""
    match = _YEAR_LAST.match(text.strip())
    return match is not None and int(match["a"]) <= 12 and int(match["b"]) <= 12 and int(match["a"]) != int(match["b"])


def is_part_of_year(text: str) -> bool:
    """Whether `text` names a month, a week or a quarter and no day: it is read as its first day."""
    stripped = text.strip()
    if len(stripped) > 16 or (stripped[4:5] == "-" and stripped[7:8] == "-"):
        return False
    week = _WEEK.match(stripped)
    return bool(
        _MONTH_ONLY.match(stripped)
        or _QUARTER.match(stripped)
        or (week is not None and week["day"] is None)
        or _WORD_YEAR.match(stripped)
    )


def _offset(zone: str) -> timedelta:
    """How far a zone is ahead of UTC."""
    if zone in _ZONES:
        return timedelta(hours=_ZONES[zone])
    digits = re.sub(r"[^\d]", "", zone)
    ahead = timedelta(hours=int(digits[:2] or 0), minutes=int(digits[2:] or 0))
    return -ahead if "-" in zone else ahead


def _clock(match: re.Match[str], day: datetime) -> datetime | None:
    """`day` with the time of day that `match` holds, in UTC without a zone."""
    parts = match.groupdict()
    if not parts.get("hour"):
        return day
    hour = int(parts["hour"])
    half = re.sub(r"[.\s]", "", (parts.get("half") or "").lower())
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    micro = int(((parts.get("fraction") or "") + "000000")[:6])
    try:
        moment = day.replace(
            hour=hour, minute=int(parts["minute"] or 0), second=int(parts.get("second") or 0), microsecond=micro
        )
        zone = (parts.get("zone") or "").upper()
        return (
            moment.replace(tzinfo=timezone(_offset(zone))).astimezone(UTC).replace(tzinfo=None)
            if zone not in ("", "Z", "UTC", "GMT")
            else moment
        )
    except (ValueError, OverflowError):
        return None


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    """Two digits: 00-69 are this century, 70-99 the last one (as POSIX strptime has it)."""
    year = int(text.lstrip("'’"))  # noqa: RUF001
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _numbered_day(match: re.Match[str], order: Order) -> datetime | None:
    """The day of three numbers with the year last; one that fits only the other order is read in that one."""
    a, b, y = match["a"], match["b"], match["y"]
    if order in ("ymd", "ydm") and len(y) == 2 and int(a) > 31:
        return _day(_year(a), int(b), int(y))
    if order == "ymd" and len(y) == 2 and int(y) <= 31 and int(a) != int(b):
        return _day(_year(a), int(b), int(y))
    day, month = (int(a), int(b)) if order != "mdy" else (int(b), int(a))
    return _day(_year(y), day, month) if month > 12 >= day else _day(_year(y), month, day)


def _match_day(text: str, order: Order, *, loose: bool) -> tuple[re.Match[str], datetime | None] | None:
    if match := _YEAR_FIRST.match(text):
        month, day = (match["d"], match["m"]) if order == "ydm" else (match["m"], match["d"])
        return match, _day(int(match["y"]), int(month), int(day))
    if match := _YEAR_LAST.match(text):
        return match, _numbered_day(match, order)
    for pattern in (_DAY_WORD, _WORD_DAY, _CTIME, _YEAR_WORD):
        if match := pattern.match(text):
            number = _MONTHS.get(match["word"].lower())
            if number is not None:
                return match, _day(_year(match["y"]), number, int(match["d"]))
    if match := _WEEK.match(text):
        return match, _of_week(match)
    if loose and (match := _COMPACT.match(text)):
        return match, _day(int(match["y"]), int(match["m"]), int(match["d"]))
    return _part_of_year(text) if loose else None


def _of_week(match: re.Match[str]) -> datetime | None:
    try:
        return datetime.fromisocalendar(int(match["y"]), int(match["week"]), int(match["day"] or 1))
    except ValueError:
        return None


def _part_of_year(text: str) -> tuple[re.Match[str], datetime | None] | None:
    """The first day of a month or a quarter."""
    if match := _MONTH_ONLY.match(text):
        return match, _day(int(match["y"] or match["y2"]), int(match["m"] or match["m2"]), 1)
    if match := _QUARTER.match(text):
        quarter = int(match["q"] or match["q2"] or match["q3"])
        return match, _day(_year(match["y"] or match["y2"] or match["y3"]), 3 * quarter - 2, 1)
    if (match := _WORD_YEAR.match(text)) and (number := _MONTHS.get(match["word"].lower())) is not None:
        return match, _day(_year(match["y"]), number, 1)
    return None


def _of_number(text: str, *, serials: bool) -> datetime | None:
    """Seconds, milliseconds or microseconds since 1970; with `serials` also a spreadsheet's days since 1899."""
    if _EPOCH.match(text):
        count = float(text)
        seconds = count / 1e6 if count >= _MICROS else count / 1000 if count >= _MILLIS else count
        return datetime.fromtimestamp(round(seconds, 3), tz=UTC).replace(tzinfo=None)
    if serials and _SERIAL.match(text):
        return _SERIAL_START + timedelta(seconds=round(float(text) * 86_400))
    return None


def is_serial(text: str) -> bool:
    """Whether a text is a number as spreadsheets count days."""
    return _SERIAL.match(text.strip()) is not None


def parse_moment(text: str, order: Order = "ymd", *, loose: bool = False, serials: bool = False) -> datetime | None:
    """A date or time as UTC without a zone, or None.

    `order` tells day from month where the year stands last. `loose` also takes 20240131, 2024-01, 'Q3 2023' (their
    first day) and seconds or milliseconds since 1970: for columns whose name says that they are dates. `serials` also
    takes a spreadsheet's day numbers (45321.5): for columns that are dates.
    """
    stripped = text.strip()
    if stripped[4:5] == "-" and len(stripped) in _ISO_LENGTHS and order != "ydm":
        with suppress(ValueError):  # the usual form, read in a tenth of the time
            return datetime.fromisoformat(stripped)
    found = _match_day(stripped, order, loose=loose)
    if found is not None:
        match, day = found
        return None if day is None else _clock(match, day)
    return _of_number(stripped, serials=serials) if loose else None
