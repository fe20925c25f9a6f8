"""A query of Salesforce accounts read back and held against rows: the part of SOQL that stands after WHERE.

Two values: a test of an empty field is false, != and NOT IN of one are true, and a checkbox that is empty is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from idealfit.activation.filters.marking import Branch, Leaf, Node, held, moment
from idealfit.profile.parsing import fold
from idealfit.profile.values import Millionths, like, millionths

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)|(?P<day>\d{4}-\d\d-\d\d)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign><=|>=|!=|[()<>=,])|(?P<word>[A-Za-z_]\w*(?::\d+)?))",
    re.DOTALL,
)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", "\\": "\\", '"': '"'}


def read(text: str, today: date, checkboxes: frozenset[str] = frozenset()) -> Node:
    """What the WHERE of a query says; `checkboxes` names the fields that are never empty."""
    where = re.search(r"\bWHERE\b", text)
    assert where is not None, "a query of ours has a WHERE"  # noqa: S101
    return _Parser(text[where.end() :].rstrip(), today, checkboxes).whole()


class _Parser:
    """One condition."""

    def __init__(self, text: str, today: date, checkboxes: frozenset[str]) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.today = today
        self.checkboxes = checkboxes

    def whole(self) -> Node:
        node = self.condition()
        if self.at != len(self.tokens):
            raise ValueError(f"unexpected {self.tokens[self.at]}")
        return node

    def peek(self) -> str:
        return self.tokens[self.at][1].upper() if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def condition(self) -> Node:
        parts, joins = [self.part()], set()
        while self.peek() in {"AND", "OR"}:
            joins.add(self.take()[1].upper())
            parts.append(self.part())
        if len(joins) > 1:
            raise ValueError("AND and OR side by side need brackets")
        return parts[0] if len(parts) == 1 else Branch("any" if joins == {"OR"} else "all", tuple(parts))

    def part(self) -> Node:
        if self.peek() == "NOT":
            self.take()
            return Branch("not", (self.part(),))
        if self.peek() == "(":
            self.take()
            node = self.condition()
            assert self.take()[1] == ")"  # noqa: S101
            return node
        return self.test()

    def test(self) -> Leaf:
        name = self.take()[1]
        operator = self.take()[1].upper()
        if operator == "NOT":
            operator = f"NOT {self.take()[1].upper()}"
        value = self.listed() if self.peek() == "(" else self.value()
        holds = _holds(operator, value)
        if name in self.checkboxes:
            return Leaf(name, lambda found: holds(bool(found)))
        return Leaf(name, holds)

    def listed(self) -> list[Any]:
        self.take()
        values = [self.value()]
        while self.peek() == ",":
            self.take()
            values.append(self.value())
        assert self.take()[1] == ")"  # noqa: S101
        return values

    def value(self) -> Any:
        kind, text = self.take()
        if kind == "text":
            return _Quoted(text[1:-1])
        if kind == "number":
            return millionths(Decimal(text))
        if kind == "day":
            return _Span.of(date.fromisoformat(text))
        if kind == "time":
            at = datetime.fromisoformat(text).replace(tzinfo=None)
            return _Span(at, at)
        return self.word(text)

    def word(self, text: str) -> Any:
        word, _, count = text.upper().partition(":")
        days = {"TODAY": (0, 0), "LAST_N_DAYS": (-int(count or 0), 0), "NEXT_N_DAYS": (1, int(count or 0))}
        if word in days:
            first, last = (self.today + timedelta(days=number) for number in days[word])
            return _Span(_Span.of(first).first, _Span.of(last).last)
        return {"NULL": None, "TRUE": True, "FALSE": False}[word]


class _Quoted(str):
    """A text as it stands between the quotes, escapes and all."""

    __slots__ = ()

    @property
    def meant(self) -> str:
        """The text."""
        return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", lambda found: _unescaped(found.group(1)), self, flags=re.DOTALL)

    @property
    def pattern(self) -> str:
        """The pattern of a LIKE, in our signs: escapes of its wildcards stay."""

        def kept(found: re.Match[str]) -> str:
            sign = found.group(1)
            literal = _unescaped(sign)
            return f"\\{literal}" if literal in "%_\\" else literal

        return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", kept, self, flags=re.DOTALL)


def _unescaped(sign: str) -> str:
    return chr(int(sign[1:], 16)) if len(sign) == 5 else _PLAIN.get(sign, sign)


class _Span:
    """The moments of a day or of several days."""

    def __init__(self, first: datetime, last: datetime) -> None:
        self.first, self.last = first, last

    @classmethod
    def of(cls, day: date) -> _Span:
        """One day."""
        begins = datetime(day.year, day.month, day.day)
        return cls(begins, begins + timedelta(days=1) - timedelta(microseconds=1))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise ValueError(f"not understood: {text[at : at + 20]!r}")
        yield found.lastgroup, found.group(found.lastgroup)
        at = found.end()


def _holds(operator: str, value: Any) -> Callable[[Any], bool]:
    if value is None:
        return _empty if operator == "=" else (lambda found: not _empty(found))
    if operator == "LIKE":
        pattern = value.pattern
        return lambda found: isinstance(folded := held(found), str) and like(folded, pattern)
    if operator in {"INCLUDES", "EXCLUDES"}:
        wanted = [{fold(one) for one in choice.meant.split(";")} for choice in value]
        within = operator == "INCLUDES"
        return lambda found: any(one <= _chosen(found) for one in wanted) == within
    if operator in {"IN", "NOT IN"}:
        texts = {fold(one.meant) for one in value}
        return lambda found: (held(found) in texts) == (operator == "IN")
    return _compared(operator, value)


def _compared(operator: str, value: Any) -> Callable[[Any], bool]:
    def holds(found: Any) -> bool:
        if _empty(found):
            return operator == "!="
        sign = _beside(found, value)
        if sign is None:
            return operator == "!="
        return {"=": sign == 0, "!=": sign != 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[
            operator
        ]

    return holds


def _beside(found: Any, value: Any) -> int | None:
    """Below, within or above what it is compared with; None for two kinds."""
    if isinstance(value, _Span):
        at = moment(found)
        return None if at is None else (at > value.last) - (at < value.first)
    own = held(found)
    if isinstance(value, _Quoted) and isinstance(own, Millionths):
        own = str(own.value // 1_000_000)  # a year that Salesforce keeps as a text
    if isinstance(value, _Quoted) and isinstance(own, str):
        wanted = fold(value.meant)
        return (own > wanted) - (own < wanted)
    if isinstance(value, bool) and isinstance(own, bool):
        return int(own) - int(value)
    if isinstance(value, Millionths) and isinstance(own, Millionths):
        return (own.value > value.value) - (own.value < value.value)
    return None


def _chosen(found: Any) -> set[str]:
    return {fold(str(one)) for one in found} if isinstance(found, list | tuple) else set()


def _empty(found: Any) -> bool:
    return found is None or found == "" or (isinstance(found, list | tuple) and not found)
