"""The story of a segment that one may love and should not, in sentences for somebody who never heard of statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Step = Mapping[str, Any]
TO_DO: Final = (
    "Do not open companies like this, and give those who ask a price that pays for them. It is an exclusion that the "
    "profile proposes: it holds nobody off before a person accepts it."
)


def story_of(criterion: Mapping[str, Any], won: str = "won") -> tuple[str, ...]:
    """What is told of a criterion of evidence.json whose arithmetic is known, a sentence each, what to do at last; none
    where it is not known. `won`: what the good rows are called.
    """
    story = criterion.get("story") or {}
    steps = {_kind(str(one["what"])): one for one in story.get("steps") or ()}
    if "left per customer" not in steps:
        return ()
    currency = str((criterion.get("price") or {}).get("currency") or "")
    return (*_sentences(steps, currency, won), TO_DO)


def _kind(what: str) -> str:
    """A line of the arithmetic by its words, without the months that it speaks of."""
    if what.startswith("months kept"):
        return "months kept"
    return "left per customer" if what.startswith("left per customer") else what


def _sentences(steps: Mapping[str, Step], currency: str, won: str) -> Iterator[str]:
    if (rate := steps.get("win rate")) is not None:
        said = f"{_share(rate['match'])} of these deals are {won}, of all others {_share(rate['rest'])}."
        yield f"At first sight it is good: {said}" if rate["match"] > rate["rest"] else said
    pays, left = steps.get("revenue a year"), steps["left per customer"]
    if pays is not None:
        yield f"Such a customer pays {_money(pays['match'], currency)} a year.{_taken(steps, currency)}"
    if (stays := steps.get("months kept")) is not None:
        of = str(stays["what"]).rpartition(" of ")[2]
        others = "others as well" if round(stays["match"]) == round(stays["rest"]) else f"others {stays['rest']:.0f}"
        yield f"It stays {stays['match']:.0f} of the first {of} months, {others}."
    if (cost := steps.get("cost to win one")) is not None:
        yield f"To win one takes {_money(-cost['match'], currency)}, another {_money(-cost['rest'], currency)}."
    end = str(left["what"]).rpartition(" in ")[2]
    here, rest = left["match"], _money(left["rest"], currency)
    if here < 0:
        yield f"So each of them loses you {_money(-here, currency)} in {end}. Any other customer leaves {rest}."
    else:
        yield f"So each of them leaves {_money(here, currency)} in {end}. Any other customer leaves {rest}."


def _taken(steps: Mapping[str, Step], currency: str) -> str:
    """What is taken off what it pays in a year, and what is left of that."""
    taken = [
        f"{words} {_money(-one['match'], currency)}"
        for kind, words in (("cost of sales a year", "the cost of sales"), ("support a year", "support"))
        if (one := steps.get(kind)) is not None and one["match"]
    ]
    if not taken:
        return ""
    said = f" Of that {' and '.join(taken)} {'is' if len(taken) == 1 else 'are'} taken"
    left = steps.get("left of a year")
    return f"{said}; {_money(left['match'], currency)} is left." if left is not None else f"{said}."


def _share(value: float) -> str:
    return f"{value:.0%}"


def _money(value: float, currency: str) -> str:
    sign = "−" if value <= -0.5 else ""  # noqa: RUF001 - a minus, as the pages have it
    return f"{sign}{currency} {abs(value):,.0f}".replace("− ", "−").strip()  # noqa: RUF001
