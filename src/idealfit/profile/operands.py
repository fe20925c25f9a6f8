"""The operands of a predicate as they are written: numbers, amounts, `as_of`, columns, functions and their windows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from rapidfuzz import fuzz, process

from idealfit.accounts.folding import fold
from idealfit.errors import PredicateError
from idealfit.profile.functions import FUNCTIONS, MAX_DAYS, SIGNATURES, Signature, Windows
from idealfit.profile.predicate import AsOf, Attribute, Money, Node, Number, Unit
from idealfit.profile.text import number_text, quote_name, quote_text, span_text
from idealfit.profile.tokens import Token, tokens

MAX_DEPTH = 20
"""Levels of a predicate's tree, and of parentheses in its text."""
MAX_INTEGER_DIGITS, MAX_FRACTION_DIGITS = 12, 6


SPAN = re.compile(r"\s*(\d{1,6})\s*([a-z]*)\s*", re.ASCII | re.IGNORECASE)
_UNITS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
_SPANS: dict[str, tuple[Unit, int, int]] = {
    "day": ("day", 1, MAX_DAYS),
    "week": ("week", 1, MAX_DAYS // 7),
    "month": ("month", 1, MAX_DAYS // 365 * 12),
    "quarter": ("month", 3, MAX_DAYS // 365 * 4),
    "year": ("year", 1, MAX_DAYS // 365),
}
"""What `as_of` is moved by: the unit that is kept, how many of it one is, and the most of them."""
_LETTERS = {"": 0, "K": 3, "M": 6, "B": 9}


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """The name among `candidates` that a person who wrote `name` most likely meant, or None."""
    found = process.extractOne(name, sorted(candidates), scorer=fuzz.ratio, processor=_plain, score_cutoff=70)
    return found[0] if found else None


def _plain(name: str) -> str:
    return name.lower().replace("_", " ").replace("-", " ")


@dataclass(frozen=True)
class _Argument:
    name: str | None
    value: str
    token: Token


class Operands:
    """One pass over the tokens, one token of look-ahead: what conditions are made of."""

    def __init__(self, text: str, known: Collection[str] | None) -> None:
        """Read `text`; `known` are the columns that exist, None for any."""
        self.text = text
        self.known = known
        self.folded = None if known is None else {fold(name) for name in known}
        self.tokens = list(tokens(text))
        self.at = 0
        self.nested = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    def fail(self, what: str, token: Token, expected: tuple[str, ...] = (), suggestion: str | None = None) -> NoReturn:
        """Raise the error at a token, with what could stand there."""
        raise PredicateError(what, text=self.text, position=token.position, expected=expected, suggestion=suggestion)

    def take(self, kind: str, value: str | None = None) -> Token | None:
        """The next token, if it is of a kind and has a value; else None, and nothing is read."""
        token = self.token
        if token.kind != kind or (value is not None and token.value != value):
            return None
        self.at += 1
        return token

    def need(self, value: str, after: str) -> Token:
        """The next token, which must be this sign or keyword."""
        kind = "symbol" if not value.isalpha() else "keyword"
        return self.take(kind, value) or self.fail(f"{value} is missing {after}", self.token, (value,))

    def deeper(self, token: Token) -> None:
        """One level further down."""
        self.nested += 1
        if self.nested > MAX_DEPTH:
            self.fail(f"More than {MAX_DEPTH} levels of parentheses", token, ("two criteria instead of one",))

    def literal(self, token: Token, *, negative: bool) -> Number:
        """A number; a letter for thousands or millions stands only in an amount."""
        if not token.value[-1].isdigit():
            plain = number_text(self.size(token))
            self.fail("A number is digits and one point", token, ("an amount such as USD 20M",), suggestion=plain)
        value = self.size(token)
        return Number(-value if negative and value else value)

    def money(self, token: Token, currency: str) -> Money:
        """An amount in a currency."""
        return Money(self.size(token), currency)

    def size(self, token: Token) -> Decimal:
        """The number that a token writes, '1.5M' being 1,500,000."""
        letter = "" if token.value[-1].isdigit() else token.value[-1].upper()
        value = Decimal(token.value.rstrip("KkMmBb")).scaleb(_LETTERS[letter])
        whole, _, fraction = format(value, "f").partition(".")
        if len(whole.lstrip("0")) > MAX_INTEGER_DIGITS or len(fraction.rstrip("0")) > MAX_FRACTION_DIGITS:
            self.fail(
                "The number is too long",
                token,
                (f"{MAX_INTEGER_DIGITS} digits before the point", f"{MAX_FRACTION_DIGITS} after it"),
            )
        return Decimal(f"{whole or '0'}.{fraction.rstrip('0') or '0'}")

    def moved_day(self, day: AsOf) -> AsOf:
        """`as_of`, and the span that it is moved by, if one follows."""
        while sign := self.take("symbol", "-") or self.take("symbol", "+"):
            text = self.take("text")
            if text is None:
                found = self.token
                near = (
                    f"'{span_text(int(found.value), 'day')}'"
                    if found.kind == "number" and found.value.isdigit()
                    else None
                )
                self.fail("A day is moved by a span", found, ("'180 days'", "'2 years'"), suggestion=near)
            if day.shift:
                self.fail("as_of is moved once", sign, ("one span such as '180 days'",))
            found_span = SPAN.fullmatch(text.value)
            unit = found_span.group(2).lower().removesuffix("s") if found_span else ""
            if found_span is None or unit not in _SPANS:
                self.fail(
                    "A span is a number of days, weeks, months or years",
                    text,
                    ("'180 days'", "'2 years'"),
                    suggestion=(near := suggest(unit, _SPANS)) and f"{near}s",
                )
            kept, times, most = _SPANS[unit]
            number = int(found_span.group(1))
            if not 1 <= number <= most:
                self.fail(f"A span is 1 to {span_text(most, unit)}", text, ("'180 days'", "'2 years'"))
            day = AsOf(number * times * (-1 if sign.value == "-" else 1), kept)
        return day

    def attribute(self, token: Token) -> Attribute:
        """A column, which must be among the known ones, if any are."""
        if self.folded is not None and fold(token.value) not in self.folded:
            near = suggest(token.value, self.known or ())
            self.fail(f"There is no column {token.value!r}", token, suggestion=near and quote_name(near))
        return Attribute(token.value)

    def call(self, token: Token) -> Node:
        """A function with its arguments."""
        name = token.value.lower()
        if name not in SIGNATURES:
            near = suggest(name, FUNCTIONS)
            self.fail(f"There is no function {token.value}", token, FUNCTIONS, suggestion=near)
        self.need("(", f"after {name}")
        signature = SIGNATURES[name]
        arguments = self.arguments(signature)
        self.need(")", f"after the arguments of {name}")
        texts = tuple(argument.value for argument in arguments if argument.name is None)
        named = {argument.name: argument for argument in arguments if argument.name is not None}
        least, most = signature.texts
        missing = [name for name in signature.needed if name not in named]
        if len(texts) > most:
            self.too_many(name, signature, arguments[most])
        if not least <= len(texts) <= most or missing:
            self.fail(
                f"{name} is not complete: it needs {missing[0]} => '90 days'"
                if missing
                else f"{name} is written otherwise",
                token,
                (signature.usage,),
            )
        if signature.column:
            self.attribute(Token("quoted", texts[0], arguments[0].token.position))
        detail = named["detail"].value if "detail" in named else None
        return signature.make(texts, detail, self.windows(named))

    def too_many(self, name: str, signature: Signature, extra: _Argument) -> NoReturn:
        """Refuses a text too many, with what it needs: 'detail => …', 'within => …' where it is a span, 'uses_any'."""
        most = signature.texts[1]
        what = f"{name} takes {most or 'no'} text{'' if most == 1 else 's'}"
        if signature.named:
            what += ", and what follows with its name"
        keys = ("within", "over") if SPAN.fullmatch(extra.value) else ("detail", "over")
        near = next((f"{key} => {quote_text(extra.value)}" for key in keys if key in signature.named), None)
        if near is None and f"{name}_any" in SIGNATURES:
            near = f"{name}_any"
        self.fail(what, extra.token, (signature.usage,), suggestion=near)

    def windows(self, named: dict[str, _Argument]) -> Windows:
        """The windows among the named arguments."""
        within = named.get("within") or named.get("over")
        days = None if within is None else self.window(within)
        before = self.window(named["before"]) if "before" in named else 0
        if days is not None and before >= days:
            self.fail("The window ends before it begins", named["before"].token, (f"fewer than {days:,} days",))
        return Windows(days, before)

    def arguments(self, signature: Signature) -> list[_Argument]:
        """What stands between the parentheses of a call."""
        found: list[_Argument] = []
        while not (self.token.kind == "symbol" and self.token.value == ")"):
            if found:
                self.need(",", "between two arguments")
            if signature.column and not found and (column := self.take("name") or self.take("quoted")):
                found.append(_Argument(None, column.value, column))
                continue
            name = self.label(signature, found)
            text = self.take("text")
            if text is None:
                self.fail("A text in single quotes is missing", self.token, (signature.usage,))
            if not fold(text.value):
                self.fail("A text is empty", text, (signature.usage,))
            found.append(_Argument(name, text.value, text))
        return found

    def label(self, signature: Signature, found: list[_Argument]) -> str | None:
        """The name of the next argument, or None where it has none."""
        label = self.take("name")
        if label is None:
            if any(argument.name for argument in found):
                self.fail("The text comes first, then the named arguments", self.token, (signature.usage,))
            return None
        name = label.value.lower()
        if name not in signature.named or any(argument.name == name for argument in found):
            near = suggest(name, signature.named) or (signature.texts[1] and quote_text(label.value)) or None
            self.fail(f"{label} cannot stand here", label, (signature.usage,), suggestion=near)
        self.need("=>", f"after {name}")
        return name

    def window(self, argument: _Argument) -> int:
        """A window in days."""
        found = SPAN.fullmatch(argument.value)
        if found is None:
            self.fail("A window is a number of whole days", argument.token, ("'180 days'",))
        number, unit = int(found.group(1)), found.group(2).lower().removesuffix("s")
        if unit in _UNITS:
            self.fail(
                "A window is a number of whole days", argument.token, suggestion=f"'{number * _UNITS[unit]} days'"
            )
        if unit != "day" or not 1 <= number <= MAX_DAYS:
            self.fail(f"A window is 1 to {MAX_DAYS:,} days", argument.token, ("'180 days'",))
        return number
