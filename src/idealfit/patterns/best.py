"""What `--best` says: one of the known choices, or several of them at once, as a person writes it.

    best   = part { ("∩" | "&" | "and" | "," | "+") part }
    part   = name [ (">" | ">=" | "≥" | "<" | "<=" | "≤" | "=") number [unit] ]
    name   = value | win rate | retention | nrr | cycle | deal size | nps | margin
    unit   = "%" | "days" | "months" | "years" | "k" | "m"

Names are read without case; blanks, hyphens and underscores in them are alike. One name alone asks for that outcome as
it is measured (`value.COUNTED`). Several, or one with a number, name the best customers: those that pass every part
(`best_customers`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from idealfit.errors import BestUnreadable, Position

Best: TypeAlias = str
"""A choice of best as it is written in evidence.json: one of `BESTS`, or parts joined by ' ∩ ' (`Choice.text`)."""

BESTS: tuple[Best, ...] = ("value", "win_rate", "retention", "nrr", "cycle", "deal_size", "nps", "margin")

_ALIASES = {
    "winrate": "win_rate", "win": "win_rate", "wins": "win_rate", "won": "win_rate",
    "netrevenueretention": "nrr", "expansion": "nrr", "growth": "nrr",
    "cyclelength": "cycle", "salescycle": "cycle", "timetoclose": "cycle", "speed": "cycle",
    "dealsize": "deal_size", "contractvalue": "deal_size", "acv": "deal_size", "arr": "deal_size",
    "netpromoterscore": "nps", "kept": "retention", "stays": "retention", "ltv": "value",
    "grossmargin": "margin", "revenue": "deal_size",
}  # fmt: skip

_UNITS: dict[str, dict[str, float]] = {
    "retention": {"": 1, "month": 1, "year": 12, "day": 12 / 365.25},
    "nrr": {"%": 0.01, "": 1},
    "margin": {"%": 0.01, "": 1},
    "cycle": {"": 1, "day": 1, "week": 7, "month": 30.4375},
    "deal_size": {"": 1, "k": 1e3, "m": 1e6},
    "value": {"": 1, "k": 1e3, "m": 1e6},
    "nps": {"": 1},
}
"""What a number of each choice is measured in, and what one of a unit is worth in it."""

_TOKEN = re.compile(
    r"\s*(?:(?P<and>∩|&&?|,|;|\+|\band\b|\bund\b)|(?P<sign>>=|<=|≥|≤|>|<|==?)|(?P<number>\d+(?:[,_]\d{3})*(?:\.\d+)?)"
    r"|(?P<percent>%)|(?P<word>[^\W\d][\w-]*))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """One outcome, with the least (or, of a cycle, the most) that a best customer has of it.

    `sign`: '>', '>=', '<', '<=' with `number` (months for retention, days for a cycle, a share for NRR and margin), or
    '' where the person named none.
    """

    name: Best
    sign: str = ""
    number: float = 0.0

    @property
    def text(self) -> str:
        """As it is written: 'nrr > 110%'."""
        if not self.sign:
            return self.name
        if self.name in ("nrr", "margin"):
            return f"{self.name} {self.sign} {100 * self.number:g}%"
        unit = {"retention": " months", "cycle": " days"}.get(self.name, "")
        return f"{self.name} {self.sign} {self.number:g}{unit}"


@dataclass(frozen=True)
class Choice:
    """Who counts as best. `parts` in the order written, each name once."""

    parts: tuple[Part, ...]

    @property
    def text(self) -> Best:
        """As it stands in evidence.json: 'value', or 'retention ∩ nrr > 110%'."""
        return " ∩ ".join(part.text for part in self.parts)

    @property
    def single(self) -> bool:
        """Whether one outcome is asked for as it is measured, not a group of customers."""
        return len(self.parts) == 1 and not self.parts[0].sign


def is_group(best: Best) -> bool:
    """Whether `best` names a group of customers (several outcomes at once, or a threshold)."""
    return "∩" in best or any(sign in best for sign in "<>")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def parse_best(text: str) -> Choice:
    """`text` as a choice. Raises BestUnreadable with the column."""
    tokens = list(_tokens(text))
    if not tokens:
        raise _fault(text, 0, "nothing is named", _names())
    parts: list[Part] = []
    place = 0
    while True:
        part, place = _part(text, tokens, place)
        if any(one.name == part.name for one in parts):
            raise _fault(text, tokens[place - 1].at, f"'{part.name}' is named twice", "Name each once.")
        parts.append(part)
        if place == len(tokens):
            return Choice(tuple(parts))
        if tokens[place].kind != "and":
            raise _fault(text, tokens[place].at, f"'{tokens[place].text}' is not expected here", "Join parts with &.")
        place += 1
        if place == len(tokens):
            raise _fault(text, len(text), "a name is missing after the last sign", _names())


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise _fault(text, at, f"'{text[at]}' means nothing here", _names())
        yield _Token(found.lastgroup, found[found.lastgroup].strip(), found.start(found.lastgroup))
        at = found.end()


def _part(text: str, tokens: list[_Token], place: int) -> tuple[Part, int]:
    """The part that begins at token `place`, and the token after it."""
    start = place
    while place < len(tokens) and tokens[place].kind == "word":
        place += 1
    if place == start:
        raise _fault(text, tokens[start].at, f"a name is expected, not '{tokens[start].text}'", _names())
    name = _name(text, tokens[start], " ".join(token.text for token in tokens[start:place]))
    if place == len(tokens) or tokens[place].kind != "sign":
        return Part(name), place
    sign = {"≥": ">=", "≤": "<="}.get(tokens[place].text, tokens[place].text)
    if sign.startswith("="):
        raise _fault(text, tokens[place].at, "'=' would fit nobody", "Use >, >=, < or <=.")
    if name not in _UNITS:
        raise _fault(text, tokens[place].at, f"{name} of one customer is no number", f"Write '{name}' alone.")
    place += 1
    if place == len(tokens) or tokens[place].kind != "number":
        at = tokens[place].at if place < len(tokens) else len(text)
        raise _fault(text, at, "a number is expected after the sign", f"For example: {_EXAMPLES[name]}.")
    number, place = float(re.sub(r"[,_]", "", tokens[place].text)), place + 1
    scale, place = _unit(text, tokens, place, name)
    return Part(name, sign, _sensible(text, tokens[place - 1], name, round(number * scale, 9))), place


def _unit(text: str, tokens: list[_Token], place: int, name: Best) -> tuple[float, int]:
    """What one of the unit at `place` (none: the usual one) is worth, and the token after it."""
    units = _UNITS[name]
    if place == len(tokens) or tokens[place].kind not in ("word", "percent"):
        return units[""], place
    word = tokens[place].text.casefold()
    for form in (word, word.rstrip("s"), {"d": "day", "mo": "month", "y": "year", "w": "week"}.get(word, word)):
        if form in units:
            return units[form], place + 1
    named = ", ".join(unit for unit in units if unit) or "no unit"
    raise _fault(text, tokens[place].at, f"{name} is not measured in '{tokens[place].text}'", f"It takes {named}.")


def _sensible(text: str, token: _Token, name: Best, number: float) -> float:
    """`number`, or an error where it must be another than was meant: 'nrr > 110' is 110 times, not 110 %."""
    if name in ("nrr", "margin") and number > 10:
        raise _fault(text, token.at, f"{name} > {number:g} is {100 * number:,.0f}%", f"Write {number:g}%.")
    if name == "nps" and number > 10:
        raise _fault(text, token.at, "one customer's answer is 0 to 10", "Write nps >= 9 for promoters.")
    return number


def _name(text: str, token: _Token, written: str) -> Best:
    squashed = re.sub(r"[\s_-]", "", written).casefold()
    known = {name.replace("_", ""): name for name in BESTS} | _ALIASES
    if squashed in known:
        return known[squashed]
    near = difflib.get_close_matches(squashed, known, 1)
    hint = f"Did you mean '{known[near[0]]}'? " if near else ""
    raise _fault(text, token.at, f"'{written}' is no choice of best", f"{hint}{_names()}")


_EXAMPLES = {
    "retention": "retention >= 18 months",
    "nrr": "nrr > 110%",
    "margin": "margin >= 60%",
    "cycle": "cycle < 60 days",
    "deal_size": "deal size > 20k",
    "value": "value > 20k",
    "nps": "nps >= 9",
}


def _names() -> str:
    return f"Choose of {', '.join(BESTS)}, or several: 'retention & nrr > 110% & cycle'."


def _fault(text: str, at: int, what: str, remedy: str) -> BestUnreadable:
    """The fault, with its column and what stands there."""
    where = Position("--best", column=at + 1, value=text[at : at + 20] or None)
    return BestUnreadable(what[:1].upper() + what[1:], where=where, remedy=remedy)
