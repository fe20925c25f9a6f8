"""Tokens: the words of a `when`, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from idealfit.errors import PredicateError

MAX_LENGTH = 4000
"""Characters in one predicate."""

KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "IS", "NULL", "LIKE", "TRUE", "FALSE"})
REFUSED = {
    "CASE": "write two criteria instead",
    "CAST": "values keep the type of their column",
    "SELECT": "a predicate speaks of one account; use the functions for events",
    "EXISTS": "use happened(…) or has_role(…)",
    "ILIKE": "LIKE ignores case already",
    "RLIKE": "use LIKE with % and _",
    "REGEXP": "use LIKE with % and _",
    "SIMILAR": "use LIKE with % and _",
}
"""Words of SQL that people try, and what to write instead. As names of columns they need double quotes."""

Kind: TypeAlias = Literal["name", "quoted", "text", "number", "keyword", "symbol", "end"]


@dataclass(frozen=True)
class Token:
    """One word: `value` is what it means (a text without its quotes), `position` counts characters from 1."""

    kind: Kind
    value: str
    position: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end"
        return f"'{self.value}'" if self.kind == "text" else self.value


_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[KkMmBb](?!\w))?", re.ASCII)
AS_OF = "as_of"
"""The day on which a predicate is judged, as a word; a column of that name needs double quotes."""
_SYMBOL = re.compile(r"=>|<=|>=|<>|!=|[=<>()+\-*/,]")
_BLANKS = " \t\r\n\u00a0"
_HINTS = (
    ("--", "Comments are not part of the language", ("a comment in the YAML file, after #",)),
    ("/*", "Comments are not part of the language", ("a comment in the YAML file, after #",)),
    ("==", "Equality is written with one sign", ("=",)),
    ("::", "Casts are not part of the language", ("a comparison of the column as it is",)),
    ("&&", "Conditions are joined by words", ("AND",)),
    ("||", "Conditions are joined by words", ("OR",)),
    ("!~", "Regular expressions are not part of the language", ("NOT LIKE",)),
    ("!", "Negation is a word", ("NOT", "<>")),
    ("~", "Regular expressions are not part of the language", ("LIKE",)),
    (";", "One predicate has no semicolon", ("AND", "OR", "the end")),
    ("$", "A number has no currency sign", ("a number such as 20000000", "an amount such as USD 20M")),
    ("€", "A number has no currency sign", ("a number such as 20000000", "an amount such as EUR 20M")),
    ("£", "A number has no currency sign", ("a number such as 20000000", "an amount such as GBP 20M")),
    ("\u2265", "At least is written with two signs", (">=",)),
    ("\u2264", "At most is written with two signs", ("<=",)),
    ("\u2260", "Unequal is written with two signs", ("<>",)),
    ("%", "A share is a number", ("a number such as 0.2",)),
    ("`", "Names with blanks stand in double quotes", ('"a name"',)),
    ("[", "Names with blanks stand in double quotes", ('"a name"',)),
    ("\u2018", "Typographic quotes are not quotes here", ("'a text'",)),
    ("\u2019", "Typographic quotes are not quotes here", ("'a text'",)),
    ("“", "Typographic quotes are not quotes here", ('"a name"', "'a text'")),
    ("”", "Typographic quotes are not quotes here", ('"a name"', "'a text'")),
)


def is_plain_name(name: str) -> bool:
    """Whether `name` can stand in a predicate without double quotes."""
    reserved = name.upper() in KEYWORDS or name.upper() in REFUSED or name.lower() == AS_OF
    return _WORD.fullmatch(name) is not None and not reserved


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, the last one of kind `end`. Raises PredicateError at the first character that is none."""
    if len(text) > MAX_LENGTH:
        raise PredicateError(
            f"The predicate has {len(text):,} characters, more than {MAX_LENGTH:,}", text=text, position=MAX_LENGTH + 1
        )
    at = 0
    while at < len(text):
        if text[at] in _BLANKS:
            at += 1
            continue
        token, at = _token(text, at)
        yield token
    yield Token("end", "", len(text) + 1)


def _token(text: str, at: int) -> tuple[Token, int]:
    char = text[at]
    if char in "'\"":
        return _quoted(text, at)
    if word := _WORD.match(text, at):
        return _word(text, word.group(), at), word.end()
    if number := _NUMBER.match(text, at):
        after = text[number.end() : number.end() + 1]
        if after.isalnum() or after in {"_", "."}:
            raise PredicateError(
                "A number is digits and one point", text=text, position=at + 1, expected=("a number such as 20000000",)
            )
        return Token("number", number.group(), at + 1), number.end()
    for start, what, expected in _HINTS:
        if text.startswith(start, at) and not text.startswith("!=", at):
            raise PredicateError(what, text=text, position=at + 1, expected=expected)
    if symbol := _SYMBOL.match(text, at):
        value = "<>" if symbol.group() == "!=" else symbol.group()
        return Token("symbol", value, at + 1), symbol.end()
    raise PredicateError(
        f"The character {char!r} has no meaning here",
        text=text,
        position=at + 1,
        expected=("a column", "a number", "a text in single quotes", "a function"),
    )


def _word(text: str, word: str, at: int) -> Token:
    upper = word.upper()
    if upper in REFUSED:
        raise PredicateError(
            f"{upper} is not part of the language ({REFUSED[upper]})",
            text=text,
            position=at + 1,
            expected=(f'"{word}" in double quotes, if it is a column',),
        )
    return Token("keyword", upper, at + 1) if upper in KEYWORDS else Token("name", word, at + 1)


def _quoted(text: str, at: int) -> tuple[Token, int]:
    quote = text[at]
    kind: Kind = "text" if quote == "'" else "quoted"
    parts: list[str] = []
    start = at + 1
    while True:
        end = text.find(quote, start)
        if end < 0:
            what = "A text" if kind == "text" else "A name"
            raise PredicateError(f"{what} is not closed", text=text, position=at + 1, expected=(f"a closing {quote}",))
        parts.append(text[start:end])
        if not text.startswith(quote, end + 1):
            break
        parts.append(quote)
        start = end + 2
    value = "".join(parts)
    for offset, char in enumerate(text[at : end + 1]):
        if not is_storable(char):
            raise PredicateError(
                f"The character U+{ord(char):04X} is not allowed in a text or a name",
                text=text,
                position=at + offset + 1,
                expected=("printable characters",),
            )
    if kind == "quoted" and not value.strip(_BLANKS):
        raise PredicateError("A name is empty", text=text, position=at + 1, expected=("the name of a column",))
    return Token(kind, value, at + 1), end + 1


def is_storable(char: str) -> bool:
    """Whether every engine can hold `char`: no control characters but tab and line ends, no half surrogate pairs."""
    return (char >= " " or char in "\t\r\n") and char != "\x7f" and not "\ud800" <= char <= "\udfff"
