"""Numbers, amounts, days, spans and comparisons as people say them: the small words that sentences are made of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from idealfit.profile.predicate import AsOf, ComparisonOperator
from idealfit.profile.text import number_text, shortened, span_text
from idealfit.profile.values import day_of

MONEY = {"USD": "$", "EUR": "€", "GBP": "£", "CHF": "CHF ", "JPY": "¥", "INR": "₹", "AUD": "A$", "CAD": "C$"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

ABOVE: dict[ComparisonOperator, ComparisonOperator] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "=": "=",
    "<>": "<>",
}
OPPOSITE: dict[ComparisonOperator, ComparisonOperator] = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "=": "<>",
    "<>": "=",
}
SIZES = {"<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least", "=": "exactly", "<>": "not exactly"}
LEVELS = {"<": "below", "<=": "of at most", ">": "above", ">=": "of at least", "=": "of", "<>": "other than"}
IS = {
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "=": "is",
    "<>": "is not",
}
DATES = {
    "<": "before",
    "<=": "not after",
    ">": "after",
    ">=": "not before",
    "=": "on",
    "<>": "not on",
}
_AGO: dict[ComparisonOperator, str] = {
    "<": "more than",
    "<=": "at least",
    ">": "less than",
    ">=": "at most",
    "=": "exactly",
    "<>": "not exactly",
}

LONG_NUMBER = 10_000
"""From so many on the last number below a round one is not said digit by digit."""


def plain_number(value: Decimal) -> str:
    """A number as people write it: '1,200', '0.25'."""
    whole, _, fraction = number_text(value).partition(".")
    grouped = f"{int(whole):,}" if whole.lstrip("-") != "0" else whole
    return f"{grouped}.{fraction}" if fraction else grouped


def money(value: Decimal, sign: str = "") -> str:
    """An amount as people say it: '$20M', '$1.5M', '$750K', '$900'; exact or, where that is long, in full."""
    minus, size = ("-" if value < 0 else ""), abs(value)
    digits, letter = shortened(size)
    return f"{minus}{sign}{digits if letter else plain_number(size)}{letter}"


def next_round(low: Decimal, high: Decimal) -> Decimal | None:
    """The round number that a range of whole numbers ends just below, as people say it: 270,000,000 for 80,000,000 to
    269,999,999; None where its end is said as it is (1,099).
    """
    after = high + 1
    if high != high.to_integral_value() or high < LONG_NUMBER or after <= low:
        return None
    return after if after % (10 ** (len(str(int(after))) - 3)) == 0 else None


def share(value: Decimal) -> str:
    """A share as a percentage: 0.2 is '20%'."""
    return f"{plain_number(value * 100)}%"


def day_words(text: str) -> str | None:
    """'2024-03-01' as '1 March 2024'; None for any other text."""
    day = day_of(text)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else None


def listing(parts: Sequence[str], word: str) -> str:
    """'a', 'a or b', 'a, b or c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def clean(text: str) -> str:
    """A name from the data without underscores and doubled blanks."""
    return " ".join(text.replace("_", " ").split())


def upper_first(text: str) -> str:
    """A word in small letters with a capital."""
    return text[:1].upper() + text[1:] if text.islower() else text


def days_words(days: int) -> str:
    """'day', '180 days'."""
    return "day" if days == 1 else f"{days:,} days"


def amount_in(value: Decimal, currency: str) -> str:
    """An amount with its currency: '$20M', 'SEK 5M'."""
    return money(value, MONEY.get(currency, f"{currency} "))


def article(name: str) -> str:
    """'a ' or 'an ' before a name, nothing before a plural."""
    if name.endswith("s") and not name.endswith("ss"):
        return ""
    return "an " if name[:1].lower() in "aeiou" else "a "


def day_from_today(day: AsOf) -> str:
    """'today', '2 years ago', '90 days from now'."""
    if not day.shift:
        return "today"
    return f"{span_text(abs(day.shift), day.unit)} {'ago' if day.shift < 0 else 'from now'}"


def compared_with_today(operator: ComparisonOperator, day: AsOf) -> str:
    """How a day lies to `as_of - '2 years'`: 'at most 2 years ago', 'more than 90 days from now', 'not after today'."""
    if not day.shift:
        return f"{DATES[operator]} today"
    turned = operator if day.shift < 0 else ABOVE[operator]
    return f"{_AGO[turned]} {day_from_today(day)}"


def years_ago(operator: ComparisonOperator, years: Decimal) -> str:
    """How a year lies to the present one less `years`: 'at most 5 years ago'."""
    return f"{_AGO[operator]} {plain_number(years)} {'year' if years == 1 else 'years'} ago"


def between_days(low: AsOf, high: AsOf) -> str:
    """'in the last 2 years', 'in the next 90 days', 'between 2 years ago and 30 days ago'."""
    if not high.shift and low.shift < 0:
        return f"in the last {_span(low)}"
    if not low.shift and high.shift > 0:
        return f"in the next {_span(high)}"
    return f"between {day_from_today(low)} and {day_from_today(high)}"


def window_words(within: int | None, before: int) -> str:
    """The window of a dated event: 'in the last 180 days', '30 to 180 days ago', 'at least 90 days ago', ''."""
    if before and within is not None:
        return f"{before:,} to {within:,} days ago"
    if before:
        return f"at least {before:,} {'day' if before == 1 else 'days'} ago"
    return f"in the last {days_words(within)}" if within is not None else ""


def _span(day: AsOf) -> str:
    return span_text(abs(day.shift), day.unit).removeprefix("1 ")
