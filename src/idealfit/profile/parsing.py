"""Text to predicate and back: the one parser of `when`.

`parse(to_text(p)) == p` for every predicate within the limits. The grammar is in docs/reference/predicate.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NoReturn, TypeAlias, get_args

from rapidfuzz import fuzz, process

from idealfit.accounts.folding import fold
from idealfit.errors import PredicateError
from idealfit.profile.predicate import (
    And,
    Arithmetic,
    ArithmeticOperator,
    Attribute,
    Between,
    Comparison,
    ComparisonOperator,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    IsNull,
    Like,
    Node,
    Not,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Truth,
    Upcoming,
    Uses,
    Value,
    children,
)
from idealfit.profile.text import quote_name, to_text
from idealfit.profile.tokens import Token, tokens

__all__ = ["FUNCTIONS", "MAX_DEPTH", "depth", "fold", "parse", "suggest", "to_text"]

MAX_DEPTH = 20
"""Levels of a predicate's tree, and of parentheses in its text."""
MAX_DAYS = 36_500
MAX_INTEGER_DIGITS, MAX_FRACTION_DIGITS = 12, 6

_COMPARISONS: dict[str, ComparisonOperator] = {op: op for op in get_args(ComparisonOperator)}
_SUMS: dict[str, ArithmeticOperator] = {"+": "+", "-": "-"}
_PRODUCTS: dict[str, ArithmeticOperator] = {"*": "*", "/": "/"}
_TESTS = ("=, <>, <, <=, >, >=", "BETWEEN", "IN", "LIKE", "IS NULL")
_OPERANDS = ("a column", "a number", "a text in single quotes", "a function", "(")
_DAYS = re.compile(r"\s*(\d{1,6})\s*([a-z]*)\s*", re.ASCII | re.IGNORECASE)
_UNITS = {"week": 7, "month": 30, "quarter": 91, "year": 365}

Kind: TypeAlias = Literal["number", "text", "boolean", "any"]
"""What is known of a value before the data is seen; a column is `any`."""


def parse(text: str, *, known: Collection[str] | None = None) -> Predicate:
    """The predicate that `text` writes.

    With `known`, the columns that exist: a column outside it is refused, with the nearest name as suggestion. Raises
    PredicateError with the position (characters from 1) and what would be allowed there.
    """
    return _Parser(text, known).whole()


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """The name among `candidates` that a person who wrote `name` most likely meant, or None."""
    found = process.extractOne(name, sorted(candidates), scorer=fuzz.ratio, processor=_plain, score_cutoff=70)
    return found[0] if found else None


def depth(node: Node) -> int:
    """Levels of the tree, a leaf counting 1."""
    return 1 + max((depth(child) for child in children(node)), default=0)


def _plain(name: str) -> str:
    return name.lower().replace("_", " ").replace("-", " ")


@dataclass(frozen=True)
class _Argument:
    name: str | None
    value: str
    token: Token


@dataclass(frozen=True)
class _Signature:
    texts: tuple[int, int]
    named: tuple[str, ...]
    needed: tuple[str, ...]
    usage: str
    make: Callable[[tuple[str, ...], str | None, int | None], Node]


def _days(days: int | None) -> int:
    assert days is not None, "the signature asks for the window"  # noqa: S101 - a promise of our own table
    return days


_ANY_NUMBER = 1_000
_FUNCTIONS: dict[str, _Signature] = {
    "uses": _Signature((1, 1), (), (), "uses('a tool')", lambda t, _, __: Uses(t)),
    "uses_any": _Signature((1, _ANY_NUMBER), (), (), "uses_any('a tool', 'another')", lambda t, _, __: Uses(t)),
    "uses_all": _Signature((1, _ANY_NUMBER), (), (), "uses_all('a tool', 'another')", lambda t, _, __: Uses(t, "all")),
    "happened": _Signature(
        (1, 1),
        ("detail", "within"),
        (),
        "happened('an event', within => '180 days')",
        lambda t, detail, days: Happened(t[0], days, detail),
    ),
    "not_happened": _Signature(
        (1, 1),
        ("detail", "within"),
        (),
        "not_happened('an event', within => '180 days')",
        lambda t, detail, days: Happened(t[0], days, detail, negated=True),
    ),
    "upcoming": _Signature(
        (1, 1),
        ("detail", "within"),
        ("within",),
        "upcoming('an event', within => '90 days')",
        lambda t, detail, days: Upcoming(t[0], _days(days), detail),
    ),
    "count_of": _Signature(
        (1, 1),
        ("detail", "within"),
        ("within",),
        "count_of('an event', within => '60 days') >= 2",
        lambda t, detail, days: CountOf(t[0], _days(days), detail),
    ),
    "count_of_tools": _Signature((0, 0), (), (), "count_of_tools() >= 5", lambda _, __, ___: CountOfTools()),
    "growth": _Signature(
        (1, 1),
        ("over",),
        ("over",),
        "growth('a column', over => '180 days') >= 0.2",
        lambda t, _, days: Growth(t[0], _days(days)),
    ),
    "has_role": _Signature((1, 1), (), (), "has_role('a role')", lambda t, _, __: HasRole(t[0])),
}
FUNCTIONS = tuple(_FUNCTIONS)
"""The names of the functions of the language."""


class _Parser:
    """One pass over the tokens, one token of look-ahead."""

    def __init__(self, text: str, known: Collection[str] | None) -> None:
        self.text = text
        self.known = known
        self.folded = None if known is None else {fold(name) for name in known}
        self.tokens = list(tokens(text))
        self.at = 0
        self.nested = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Predicate:
        if self.token.kind == "end":
            self.fail("The predicate is empty", self.token, _OPERANDS)
        start = self.token
        predicate = self.predicate(self.either(), start)
        if not self.take("end"):
            self.fail(f"{self.token} cannot stand here", self.token, ("AND", "OR", "the end"))
        if depth(predicate) > MAX_DEPTH:
            self.fail(f"The predicate is deeper than {MAX_DEPTH} levels", start, ("two criteria instead of one",))
        return predicate

    def fail(self, what: str, token: Token, expected: tuple[str, ...] = (), suggestion: str | None = None) -> NoReturn:
        raise PredicateError(what, text=self.text, position=token.position, expected=expected, suggestion=suggestion)

    def take(self, kind: str, value: str | None = None) -> Token | None:
        token = self.token
        if token.kind != kind or (value is not None and token.value != value):
            return None
        self.at += 1
        return token

    def need(self, value: str, after: str) -> Token:
        kind = "symbol" if not value.isalpha() else "keyword"
        return self.take(kind, value) or self.fail(f"{value} is missing {after}", self.token, (value,))

    def deeper(self, token: Token) -> None:
        self.nested += 1
        if self.nested > MAX_DEPTH:
            self.fail(f"More than {MAX_DEPTH} levels of parentheses", token, ("two criteria instead of one",))

    # Conditions, from the loosest to the tightest binding

    def either(self) -> Node:
        start = self.token
        first = self.both()
        if not (self.token.kind == "keyword" and self.token.value == "OR"):
            return first
        operands = [self.predicate(first, start)]
        while self.take("keyword", "OR"):
            start = self.token
            operands.append(self.predicate(self.both(), start))
        return Or(tuple(operands))

    def both(self) -> Node:
        start = self.token
        first = self.negation()
        if not (self.token.kind == "keyword" and self.token.value == "AND"):
            return first
        operands = [self.predicate(first, start)]
        while self.take("keyword", "AND"):
            start = self.token
            operands.append(self.predicate(self.negation(), start))
        return And(tuple(operands))

    def negation(self) -> Node:
        token = self.take("keyword", "NOT")
        if token is None:
            return self.test()
        self.deeper(token)
        start = self.token
        operand = self.predicate(self.negation(), start)
        self.nested -= 1
        return Not(operand)

    def test(self) -> Node:
        start = self.token
        left = self.sum()
        token = self.token
        if token.kind == "symbol" and token.value in _COMPARISONS:
            self.at += 1
            return self.comparison(left, start, token)
        if token.kind != "keyword" or token.value in {"AND", "OR"}:
            return left
        if self.take("keyword", "IS"):
            negated = self.take("keyword", "NOT") is not None
            self.take("keyword", "NULL") or self.fail("After IS stands NULL", self.token, ("NULL", "NOT NULL"))
            return IsNull(self.value(left, start), negated)
        negated = self.take("keyword", "NOT") is not None
        return self.tail(self.value(left, start), start, negated=negated)

    def comparison(self, left: Node, start: Token, sign: Token) -> Comparison:
        if self.token.kind == "keyword" and self.token.value == "NULL":
            self.fail("Nothing equals NULL", self.token, ("IS NULL", "IS NOT NULL"))
        after = self.token
        first = self.value(left, start)
        second = self.value(self.sum(), after)
        kind = self.same_kind((first, second), after)
        if kind == "boolean" and sign.value not in {"=", "<>"}:
            self.fail("TRUE and FALSE have no order", sign, ("=", "<>"))
        return Comparison(_COMPARISONS[sign.value], first, second)

    def tail(self, left: Value, start: Token, *, negated: bool) -> Predicate:
        if self.take("keyword", "BETWEEN"):
            first = self.token
            low = self.value(self.sum(), first)
            self.need("AND", "in BETWEEN … AND …")
            second = self.token
            high = self.value(self.sum(), second)
            if self.same_kind((left, low, high), first) == "boolean":
                self.fail("TRUE and FALSE have no order", first, ("=", "<>"))
            return Between(left, low, high, negated)
        if self.take("keyword", "IN"):
            return OneOf(left, self.choices(left), negated)
        if self.take("keyword", "LIKE"):
            if _kind(left) not in {"text", "any"}:
                self.fail("LIKE compares a text", start, ("a column",))
            return Like(left, self.pattern(), negated)
        expected = ("BETWEEN", "IN", "LIKE") if negated else (*_TESTS, "AND", "OR")
        return self.fail(f"{self.token} cannot stand here", self.token, expected)

    def choices(self, left: Value) -> tuple[Number | Text | Truth, ...]:
        self.need("(", "after IN")
        found: list[Number | Text | Truth] = []
        while True:
            token = self.token
            value = self.sum()
            if not isinstance(value, Number | Text | Truth):
                self.fail(
                    "IN lists texts and numbers only", token, ("a text in single quotes", "a number", "TRUE", "FALSE")
                )
            found.append(value)
            self.same_kind((left, found[0], value), token)
            if not self.take("symbol", ","):
                break
        self.need(")", "after the list")
        return tuple(found)

    def pattern(self) -> str:
        token = self.take("text")
        if token is None:
            return self.fail("LIKE needs a pattern", self.token, ("a text in single quotes with % and _",))
        if not is_pattern(token.value):
            self.fail(r"A backslash in a pattern stands before %, _ or \ ", token, (r"\%", r"\_", r"\\"))
        return token.value

    # Values

    def sum(self) -> Node:
        return self.chain(self.product, _SUMS)

    def product(self) -> Node:
        return self.chain(self.primary, _PRODUCTS)

    def chain(self, part: Callable[[], Node], signs: dict[str, ArithmeticOperator]) -> Node:
        start = self.token
        left = part()
        length = 1
        while self.token.kind == "symbol" and self.token.value in signs:
            sign = self.token
            self.at += 1
            length += 1
            if length > MAX_DEPTH:
                self.fail(f"The predicate is deeper than {MAX_DEPTH} levels", sign, ("two criteria instead of one",))
            after = self.token
            first = self.number(left, start)
            left = Arithmetic(signs[sign.value], first, self.number(part(), after))
        return left

    def primary(self) -> Node:  # noqa: PLR0911 - one return a kind of word
        token = self.token
        self.at += token.kind != "end"
        match token.kind:
            case "number":
                return self.literal(token, negative=False)
            case "text":
                return Text(token.value)
            case "quoted":
                return self.attribute(token)
            case "name":
                called = self.token.kind == "symbol" and self.token.value == "("
                return self.call(token) if called else self.attribute(token)
            case "keyword" if token.value in {"TRUE", "FALSE"}:
                return Truth(token.value == "TRUE")
            case "symbol" if token.value == "(":
                return self.group(token)
            case "symbol" if token.value in {"-", "+"}:
                number = self.take("number")
                if number is None:
                    self.fail("A sign stands only before a number", token, ("a number", "0 - a column"))
                return self.literal(number, negative=token.value == "-")
        what = "Something is missing" if token.kind == "end" else f"{token} cannot stand here"
        return self.fail(what, token, _OPERANDS)

    def group(self, token: Token) -> Node:
        self.deeper(token)
        node = self.either()
        self.need(")", f"for the ( at {token.position}")
        self.nested -= 1
        return node

    def literal(self, token: Token, *, negative: bool) -> Number:
        whole, _, fraction = token.value.partition(".")
        if len(whole.lstrip("0")) > MAX_INTEGER_DIGITS or len(fraction.rstrip("0")) > MAX_FRACTION_DIGITS:
            self.fail(
                "The number is too long",
                token,
                (f"{MAX_INTEGER_DIGITS} digits before the point", f"{MAX_FRACTION_DIGITS} after it"),
            )
        value = Decimal(f"{whole or '0'}.{fraction.rstrip('0') or '0'}")
        return Number(-value if negative and value else value)

    def attribute(self, token: Token) -> Attribute:
        if self.folded is not None and fold(token.value) not in self.folded:
            near = suggest(token.value, self.known or ())
            self.fail(f"There is no column {token.value!r}", token, suggestion=near and quote_name(near))
        return Attribute(token.value)

    # Functions

    def call(self, token: Token) -> Node:
        name = token.value.lower()
        if name not in _FUNCTIONS:
            near = suggest(name, FUNCTIONS)
            self.fail(f"There is no function {token.value}", token, FUNCTIONS, suggestion=near)
        self.need("(", f"after {name}")
        signature = _FUNCTIONS[name]
        arguments = self.arguments(signature)
        self.need(")", f"after the arguments of {name}")
        texts = tuple(argument.value for argument in arguments if argument.name is None)
        named = {argument.name: argument for argument in arguments if argument.name is not None}
        least, most = signature.texts
        missing = [name for name in signature.needed if name not in named]
        if not least <= len(texts) <= most or missing:
            self.fail(
                f"{name} is not complete" if missing else f"{name} is written otherwise", token, (signature.usage,)
            )
        if name == "growth":
            self.attribute(Token("quoted", texts[0], arguments[0].token.position))
        window = named.get("within") or named.get("over")
        detail = named["detail"].value if "detail" in named else None
        return signature.make(texts, detail, None if window is None else self.window(window))

    def arguments(self, signature: _Signature) -> list[_Argument]:
        found: list[_Argument] = []
        while not (self.token.kind == "symbol" and self.token.value == ")"):
            if found:
                self.need(",", "between two arguments")
            name = None
            if label := self.take("name"):
                name = label.value.lower()
                if name not in signature.named or any(argument.name == name for argument in found):
                    near = suggest(name, signature.named)
                    self.fail(f"{label} cannot stand here", label, (signature.usage,), suggestion=near)
                self.need("=>", f"after {name}")
            elif any(argument.name for argument in found):
                self.fail("The text comes first, then the named arguments", self.token, (signature.usage,))
            text = self.take("text")
            if text is None:
                self.fail("A text in single quotes is missing", self.token, (signature.usage,))
            if not fold(text.value):
                self.fail("A text is empty", text, (signature.usage,))
            found.append(_Argument(name, text.value, text))
        return found

    def window(self, argument: _Argument) -> int:
        found = _DAYS.fullmatch(argument.value)
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

    # What may stand where

    def predicate(self, node: Node, token: Token) -> Predicate:
        if isinstance(node, Number | Text | Truth | Arithmetic | CountOf | CountOfTools | Growth):
            self.fail("A value alone is no condition", self.token, _TESTS)
        return node

    def value(self, node: Node, token: Token) -> Value:
        if isinstance(node, Attribute | Number | Text | Truth | Arithmetic | CountOf | CountOfTools | Growth):
            return node
        return self.fail("A condition cannot be compared", token, ("a column", "a number", "a text", "AND", "OR"))

    def number(self, node: Node, token: Token) -> Value:
        value = self.value(node, token)
        if _kind(value) not in {"number", "any"}:
            self.fail("Only numbers can be added, subtracted, multiplied or divided", token, ("a column", "a number"))
        return value

    def same_kind(self, values: tuple[Value, ...], token: Token) -> Kind:
        kinds = {_kind(value) for value in values} - {"any"}
        if len(kinds) > 1:
            first, second = sorted(kinds)
            self.fail(f"A {first} cannot be compared with a {second}", token, ("values of one kind",))
        return kinds.pop() if kinds else "any"


def _kind(value: Value) -> Kind:
    match value:
        case Number() | Arithmetic() | CountOf() | CountOfTools() | Growth():
            return "number"
        case Text():
            return "text"
        case Truth():
            return "boolean"
    return "any"


def is_pattern(pattern: str) -> bool:
    """Whether every backslash in a LIKE pattern stands before `%`, `_` or another backslash."""
    return re.fullmatch(r"(?:[^\\]|\\[%_\\])*", pattern, re.DOTALL) is not None
