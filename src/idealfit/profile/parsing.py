"""Text to predicate and back: the one parser of `when`.

`parse(to_text(p)) == p` for every predicate within the limits. The grammar is in docs/reference/predicate.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Literal, TypeAlias, get_args

from idealfit.accounts.currency import CODES
from idealfit.accounts.folding import fold
from idealfit.profile.functions import FUNCTIONS, MAX_DAYS, YEAR_OF
from idealfit.profile.operands import MAX_DEPTH, SPAN, Operands, suggest
from idealfit.profile.predicate import (
    And,
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Attribute,
    Between,
    Comparison,
    ComparisonOperator,
    CountIn,
    CountOf,
    CountOfTools,
    Growth,
    IsNull,
    Like,
    Money,
    Node,
    Not,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Truth,
    Value,
    YearOf,
    children,
)
from idealfit.profile.text import to_text
from idealfit.profile.tokens import AS_OF, Token
from idealfit.profile.values import day_of

__all__ = ["FUNCTIONS", "MAX_DAYS", "MAX_DEPTH", "depth", "fold", "parse", "suggest", "to_text"]

MAX_DIVISIONS = 2
"""Divisions within each other: an exact quotient names its parts several times, so that each makes the query larger."""
_COMPARISONS: dict[str, ComparisonOperator] = {op: op for op in get_args(ComparisonOperator)}
_SUMS: dict[str, ArithmeticOperator] = {"+": "+", "-": "-"}
_PRODUCTS: dict[str, ArithmeticOperator] = {"*": "*", "/": "/"}
_TESTS = ("=, <>, <, <=, >, >=", "BETWEEN", "IN", "LIKE", "IS NULL")
_OPERANDS = ("a column", "a number", "a text in single quotes", "a function", "(")
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)

Kind: TypeAlias = Literal["number", "text", "boolean", "day", "any"]
"""What is known of a value before the data is seen; a column is `any`."""


def parse(text: str, *, known: Collection[str] | None = None) -> Predicate:
    """The predicate that `text` writes.

    With `known`, the columns that exist: a column outside it is refused, with the nearest name as suggestion. Raises
    PredicateError with the position (characters from 1) and what would be allowed there.
    """
    return _Parser(text, known).whole()


def depth(node: Node) -> int:
    """Levels of the tree, a leaf counting 1."""
    return 1 + max((depth(child) for child in children(node)), default=0)


def divisions(node: Node) -> int:
    """The most divisions that stand within each other in a calculation."""
    below = max((divisions(child) for child in children(node)), default=0)
    return below + (isinstance(node, Arithmetic) and node.operator == "/")


_VALUES = Number | Text | Truth | Money | AsOf | YearOf | Arithmetic | CountOf | CountOfTools | CountIn | Growth


class _Parser(Operands):
    """The grammar, from the loosest to the tightest binding."""

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
        if isinstance(left, AsOf) and signs is _SUMS:
            left = self.moved_day(left)
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
            if sign.value == "/" and divisions(left) > MAX_DIVISIONS:
                self.fail(f"More than {MAX_DIVISIONS} divisions within each other", sign, ("a product below the line",))
        return left

    def primary(self) -> Node:  # noqa: PLR0911 - one return a kind of word
        token = self.token
        self.at += token.kind != "end"
        match token.kind:
            case "number":
                code = self.token.value if self.token.kind == "name" and self.token.value in CODES else None
                self.at += code is not None
                return self.money(token, code) if code else self.literal(token, negative=False)
            case "text":
                return Text(token.value)
            case "quoted":
                return self.attribute(token)
            case "name":
                return self.named(token)
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

    def named(self, token: Token) -> Node:
        """What a word is: a function, the day `as_of`, a currency before an amount, else a column."""
        if self.token.kind == "symbol" and self.token.value == "(":
            return self.year_of(token) if token.value.lower() == YEAR_OF else self.call(token)
        if token.value.lower() == AS_OF:
            return AsOf()
        if self.token.kind == "number" and _CODE.fullmatch(token.value):
            if token.value not in CODES:
                near = suggest(token.value, CODES)
                self.fail(f"There is no currency {token.value}", token, ("a code such as USD or EUR",), suggestion=near)
            self.at += 1
            return self.money(self.tokens[self.at - 1], token.value)
        return self.attribute(token)

    # Functions

    def year_of(self, token: Token) -> YearOf:
        self.need("(", f"after {YEAR_OF}")
        start = self.token
        day = self.sum()
        if not isinstance(day, Attribute | AsOf):
            self.fail("Only a day has a year", start, ("as_of", "as_of - '2 years'", "a column of dates"))
        self.need(")", f"after the day of {token.value.lower()}")
        return YearOf(day)

    # What may stand where

    def predicate(self, node: Node, token: Token) -> Predicate:
        if isinstance(node, _VALUES):
            self.fail("A value alone is no condition", self.token, _TESTS)
        return node

    def value(self, node: Node, token: Token) -> Value:
        if isinstance(node, Attribute | _VALUES):
            return node
        return self.fail("A condition cannot be compared", token, ("a column", "a number", "a text", "AND", "OR"))

    def number(self, node: Node, token: Token) -> Value:
        value = self.value(node, token)
        if _kind(value) not in {"number", "any"}:
            expected: tuple[str, ...] = ("a column", "a number")
            if isinstance(value, AsOf) or (isinstance(value, Text) and SPAN.fullmatch(value.value)):
                expected = ("a day on one side, as in founded_on > as_of - '2 years'", *expected)
            self.fail("Only numbers can be added, subtracted, multiplied or divided", token, expected)
        return value

    def same_kind(self, values: tuple[Value, ...], token: Token) -> Kind:
        kinds = {_kind(value) for value in values} - {"any"}
        if kinds == {"day", "text"}:
            if any(isinstance(value, Text) and day_of(value.value) is None for value in values):
                self.fail("A text beside a day is a day", token, ("a day such as '2026-09-30'",))
            return "day"
        if len(kinds) > 1:
            first, second = sorted(kinds)[:2]
            expected = (
                ("values of one kind", "year_of(as_of)") if kinds == {"day", "number"} else ("values of one kind",)
            )
            self.fail(f"A {first} cannot be compared with a {second}", token, expected)
        return kinds.pop() if kinds else "any"


def _kind(value: Value) -> Kind:
    match value:
        case Number() | Money() | YearOf() | Arithmetic() | CountOf() | CountOfTools() | CountIn() | Growth():
            return "number"
        case AsOf():
            return "day"
        case Text():
            return "text"
        case Truth():
            return "boolean"
    return "any"


def is_pattern(pattern: str) -> bool:
    """Whether every backslash in a LIKE pattern stands before `%`, `_` or another backslash."""
    return re.fullmatch(r"(?:[^\\]|\\[%_\\])*", pattern, re.DOTALL) is not None
