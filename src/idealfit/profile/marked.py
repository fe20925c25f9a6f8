"""YAML with the line and column of everything in it.

The reader is ruamel's round-trip one, which knows where each key stands and keeps comments. What it returns is turned
into plain dictionaries and lists; anything else that YAML can hold (tags, sets, aliases that unfold without end) is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from idealfit.errors import Position, ProfileFileError, ProfileProblem

MAX_LENGTH = 250_000
"""Characters; the demo's profile has 32,000, and the reader manages some 60,000 a second."""
MAX_NODES = 200_000
MAX_NESTING = 40

_LONE = re.compile(r"(?<!\\)\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
"""An escape that no text file can hold."""
_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", re.ASCII)

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Marked:
    """A YAML file: `content` in plain Python, `node` as ruamel read it (with comments), `file` its name if any."""

    content: Any
    node: Any
    file: str | None
    lines: tuple[str, ...]

    def position(self, path: Path, *, of_key: bool = False) -> Position:
        """Where the value at `path` stands (its key, with `of_key`); the nearest parent where it does not exist."""
        node, line, column = self.node, 0, 0
        for depth, part in enumerate(path):
            last = depth == len(path) - 1
            if isinstance(node, CommentedMap) and part in node:
                place = node.lc.key(part) if of_key and last else node.lc.value(part)
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                place = node.lc.item(part)
            else:
                break
            line, column, node = place[0], place[1], node[part]
        return Position(self.file, line + 1, column + 1)

    def inside(self, path: Path, offset: int) -> Position:  # noqa: PLR0911 - one return a way of writing a text
        """Where character `offset` (from 1) of the text at `path` stands: exact for plain and quoted texts, on one line
        or several, and for `|` and `>` blocks; the beginning of the text where escapes hide it.
        """
        start = self.position(path)
        text: Any = self.node
        for part in path:
            text = text[part]
        line, column = start.line or 1, start.column or 1
        if isinstance(text, LiteralScalarString):
            before = str(text)[: offset - 1]
            row = line + 1 + before.count("\n")
            content = self.lines[row - 1] if row <= len(self.lines) else ""
            indent = len(content) - len(content.lstrip(" "))
            return Position(self.file, row, indent + len(before) - (before.rfind("\n") + 1) + 1)
        written = self.lines[line - 1][column - 1 :] if line <= len(self.lines) else ""
        if isinstance(text, FoldedScalarString):
            return self._by_signs(text, offset, line + 1, 1) or start
        if not isinstance(text, str):
            return start
        if written.startswith(text):
            return Position(self.file, line, column + offset - 1)
        if written[:1] == "'":
            doubled, at = text.replace("'", "''"), offset + text[: offset - 1].count("'")
            if written.startswith(f"'{doubled}"):
                return Position(self.file, line, column + at)
            return self._by_signs(doubled, at, line, column + 1) or start
        if written.startswith('"' + text):
            return Position(self.file, line, column + offset)
        return self._by_signs(text, offset, line, column + (written[:1] == '"')) or start

    def _by_signs(self, text: str, offset: int, line: int, column: int) -> Position | None:
        """The place of a character of a text that was folded: as many signs other than blanks stand before it in the
        file, from `line` and `column` on, as in the text. None where the file has another sign there.
        """
        signs = sum(not sign.isspace() for sign in text[: offset - 1])
        wanted = next((sign for sign in text[offset - 1 :] if not sign.isspace()), None)
        for row in range(line, len(self.lines) + 1):
            begins = column if row == line else 1
            for at, sign in enumerate(self.lines[row - 1][begins - 1 :], begins):
                if sign.isspace():
                    continue
                if signs == 0:
                    return Position(self.file, row, at) if sign == wanted else None
                signs -= 1
        return None


def round_trip() -> YAML:
    """The one way in which profile files are read and written: comments kept, long lines not broken."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(type(None), lambda own, _: own.represent_scalar("tag:yaml.org,2002:null", "null"))
    return yaml


def read_marked(text: str, file: str | None = None) -> Marked:
    """`text` as YAML. Raises ProfileFileError with line and column where it is none."""
    if len(text) > MAX_LENGTH:
        raise _refused(
            "The file is too large for a profile", f"Keep it under {MAX_LENGTH:,} characters", Position(file)
        )
    if (opened := _opened_too_deep(text)) is not None:
        raise _refused(
            "The file is nested too deep for a profile",
            "Compare it with a profile that works",
            _place(text, file, opened),
        )
    if (broken := _LONE.search(text)) is not None:
        raise _refused(
            f"The sign {broken[0]} is half of a character",
            "Write the character itself, or remove it",
            _place(text, file, broken.start()),
        )
    try:
        node = round_trip().load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file)
        raise _refused(*_yaml_problem(error), where) from None
    except ValueError as error:
        raise _bad_value(text, file, error) from None
    except (YAMLError, RecursionError, AttributeError, TypeError, KeyError, AssertionError) as error:
        # ruamel lets some broken files through to Python's own errors
        raise _no_yaml(error, file) from None
    marked = Marked(None, node, file, tuple(text.splitlines()))
    content = _Plain(marked).of(node, ())
    return Marked(content, node, file, marked.lines)


def _opened_too_deep(text: str) -> int | None:
    """Where brackets open within each other far beyond what a profile holds, before the reader loses itself in them."""
    depth = 0
    for hit in re.finditer(r"[\[{\]}]", text):
        depth = depth + 1 if hit[0] in "[{" else max(depth - 1, 0)
        if depth > MAX_NESTING * 5:
            return hit.start()
    return None


def _place(text: str, file: str | None, at: int) -> Position:
    return Position(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def _no_yaml(error: Exception, file: str | None) -> ProfileFileError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return _refused(f"The file is no YAML ({reason[:120]})", "Compare it with a profile that works", Position(file))


def _bad_value(text: str, file: str | None, error: ValueError) -> ProfileFileError:
    """What ruamel cannot turn into a value; nearly always a day that does not exist, told without a place."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _DAY.finditer(line):
            try:
                date(*map(int, found.groups()))
            except ValueError:
                where = Position(file, number, found.start() + 1, found.group())
                return _refused("There is no such day", "Write year-month-day, such as 2026-09-30", where)
    return _no_yaml(error, file)


def _refused(what: str, remedy: str, where: Position) -> ProfileFileError:
    return ProfileFileError((ProfileProblem(what, remedy, where),))


def _yaml_problem(error: MarkedYAMLError) -> tuple[str, str]:
    problem = (error.problem or "something cannot be read").splitlines()[0]
    if "duplicate key" in problem:
        key = problem.split("duplicate key ", 1)[1].split(" with value")[0]
        return f"The key {key} stands twice", "Keep one of the two"
    if "\\t" in problem or "'\\t'" in problem:
        return "A tab is used for indentation", "Indent with blanks"
    if "mapping values are not allowed" in problem:
        return "The file is no YAML (a colon where none can stand)", "Put a text that holds ': ' in quotes"
    return f"The file is no YAML ({problem})", "Check the indentation and the quotes of this line and the one above"


class _Plain:
    """From ruamel's nodes to plain Python, with a limit on how much an alias may unfold."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.left = MAX_NODES

    def of(self, node: Any, path: Path) -> Any:
        self.left -= 1
        if self.left < 0 or len(path) > MAX_NESTING:
            raise self.refused("The file unfolds to more than a profile can hold", "Write it without aliases", path)
        if isinstance(node, CommentedMap):
            return {self.key(key, path): self.of(value, (*path, key)) for key, value in node.items()}
        if isinstance(node, CommentedSeq):
            return [self.of(value, (*path, number)) for number, value in enumerate(node)]
        return self.scalar(node, path)

    def key(self, key: Any, path: Path) -> str | int:
        if isinstance(key, str):
            return str(key)
        if isinstance(key, int) and not isinstance(key, bool):
            return int(key)
        raise self.refused(f"The key {key!r} is no text", "Put it in quotes", path)

    def scalar(self, node: Any, path: Path) -> Any:
        if node is None or isinstance(node, bool):
            return node
        if isinstance(node, datetime):
            return date(node.year, node.month, node.day) if node.time().isoformat() == "00:00:00" else str(node)
        for kind in (str, int, float):
            if isinstance(node, kind):
                return bool(node) if type(node).__name__ == "ScalarBoolean" else kind(node)
        if isinstance(node, date):
            return node
        raise self.refused("A value with a YAML tag is not part of a profile", "Write a plain text or number", path)

    def refused(self, what: str, remedy: str, path: Path) -> ProfileFileError:
        return _refused(what, remedy, self.marked.position(path))


def merged(node: Any, content: Any) -> Any:
    """`content` (plain) laid over `node` (ruamel's, from an existing file): the same values keep their place, their
    quotes and their comments; what is new is added; what is gone is removed.
    """
    if isinstance(node, CommentedMap) and isinstance(content, Mapping):
        for key in [key for key in node if key not in content]:
            del node[key]
        for key, value in content.items():
            node[key] = merged(node.get(key), value)
        return node
    if isinstance(node, CommentedSeq) and isinstance(content, list):
        return _merged_list(node, content)
    return node if node == content and isinstance(node, bool) == isinstance(content, bool) else content


def _merged_list(node: CommentedSeq, content: list[Any]) -> CommentedSeq | list[Any]:
    """Entries with the same id (or the same text) keep their node; comments stand with the entries before them."""
    if [entry_key(entry) for entry in node] == [entry_key(entry) for entry in content]:
        for number, value in enumerate(content):
            node[number] = merged(node[number], value)
        return node
    known = {entry_key(entry): entry for entry in node if entry_key(entry) is not None}
    return CommentedSeq([merged(known.get(entry_key(entry)), entry) for entry in content])


def entry_key(entry: Any) -> str | None:
    """What tells one entry of a list from the others: its id, or its text; None for an entry that has neither."""
    if isinstance(entry, Mapping):
        return next((f"{name}:{entry[name]}" for name in ("id", "role", "ask", "step", "text") if name in entry), None)
    return str(entry)
