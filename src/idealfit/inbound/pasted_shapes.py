"""The shapes in which a lead's form comes: JSON, an address's query, tables, labels with values beside or beneath them;
as labels with values, and the lines that have none.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

Pairs: TypeAlias = list[tuple[str, str]]
IsLabel: TypeAlias = Callable[[str], bool]
MOST_WORDS = 6
"""A label of more words, that is no question, is a sentence with a colon in it."""
_PAIR = re.compile(r"^(?P<label>[^:=\t|]{1,80}?)\s*(?::(?!//)|=|\t|\|)\s*(?P<value>.*?)\s*$")
_DRESS = re.compile(r"^(?:[\s>#•*_–—-]|\d{1,2}[.)]\s|&gt;)+|[\s*_]+$")  # noqa: RUF001 - the dashes people list with
_BOLD = re.compile(r"\*{1,2}(?=\S)|(?<=\S)\*{1,2}|(?<![^\W_])__|__(?![^\W_])")
_WIDE = str.maketrans({"：": ":", "＝": "=", "｜": "|", "\u00a0": " ", "\u3000": " "})  # noqa: RUF001
_RULE = re.compile(r"^[\s|:+=-]+$")
_HOLDERS: Final = frozenset(
    """
    properties fields data values answers formresponse hidden payload body lead record submission attributes form
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)
"""Members of JSON that only hold others and say nothing of them."""
_NAMES, _VALUES = ("label", "question", "title", "name", "field", "key", "ref"), ("value", "answer", "text", "values")


def pairs_of(text: str, is_label: IsLabel) -> tuple[Pairs, list[str]]:
    """Labels with their values in the order of `text`, and the lines without a label. `is_label`: whether a text is a
    label that forms have."""

    def line_is_label(line: str) -> bool:
        beside = _PAIR.match(line)
        return not (beside and beside["value"]) and is_label(line)

    if text[:1] in "{[" and (found := _of_json(text)):
        return found, []
    if "\n" not in text and re.fullmatch(r"\??[\w.\[\]%+-]+=[^&\s]*(?:&[\w.\[\]%+-]+=[^&\s]*)+", text):
        return [(label, value) for label, value in parse_qsl(text.lstrip("?")) if value.strip()], []
    plain = [line.translate(_WIDE) for line in text.splitlines() if line.strip()]
    if found := _marked_table(plain, is_label) or (_table(plain, is_label) if len(plain) == 2 else []):
        return found, []
    lines = [stripped for line in plain if (stripped := _DRESS.sub("", _BOLD.sub("", line)))]
    return (
        (turns, [])
        if (turns := _by_turns(lines, is_label, line_is_label))
        else _line_by_line(lines, is_label, line_is_label)
    )


def _of_json(text: str) -> Pairs:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    pairs: Pairs = []
    _members(found, (), pairs)
    return pairs


def _members(value: Any, path: tuple[str, ...], pairs: Pairs) -> None:
    """Every member under the names that lead to it; a list of {name, value} as what it names."""
    if isinstance(value, Mapping):
        named = next((value[one] for one in _NAMES if isinstance(value.get(one), str)), None)
        held = next((value[one] for one in _VALUES if value.get(one) is not None), None)
        if held is not None and (named is not None or set(value) <= {"value", "label", "timestamp", "source"}):
            _members(held, (*path[:-1], named) if named is not None else path, pairs)
            return
        for name, one in value.items():
            own = str(name)
            holds = isinstance(one, Mapping | list) and re.sub(r"\W|_", "", own.casefold()) in _HOLDERS
            _members(one, path if holds else (*path, own), pairs)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if any(isinstance(one, Mapping | list) for one in value):
            for one in value:
                _members(one, path, pairs)
        elif path:
            pairs.append((" ".join(path), ", ".join(str(one) for one in value)))
    elif value is not None and path and str(value).strip():
        said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        pairs.append((" ".join(path), said))


def _table(lines: list[str], is_label: IsLabel) -> Pairs:
    """A line of headers and a line of values."""
    for separator in ("\t", ";", ","):
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
        if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1 and any(is_label(cell) for cell in rows[0]):
            return [(label.strip(), value.strip()) for label, value in zip(*rows, strict=True) if value.strip()]
    return []


def _marked_table(lines: list[str], is_label: IsLabel) -> Pairs:
    """A table with bars, as wikis and chats write it: labels in the first column, or in the first row."""
    if len(lines) < 2 or not all(line.strip().startswith("|") for line in lines):
        return []
    rows = [[_BOLD.sub("", cell).strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    rows = [row for row, line in zip(rows, lines, strict=True) if not _RULE.match(line)]
    if all(len(row) == 2 for row in rows):
        rows = rows[1:] if len(rows) > 2 and not is_label(rows[0][0]) else rows  # 'Field | Value'
        return [(label, value) for label, value in rows if value and label]
    if len(rows) == 2 and len(rows[0]) == len(rows[1]):
        return [(label, value) for label, value in zip(*rows, strict=True) if value and label]
    return []


def _by_turns(lines: list[str], is_label: IsLabel, line_is_label: IsLabel) -> Pairs:
    """Labels on a line, their values on the next, throughout."""
    if len(lines) < 4 or len(lines) % 2:
        return []
    labels, values = lines[::2], lines[1::2]
    if sum(map(line_is_label, labels)) * 2 < len(labels):
        return []
    if any(line_is_label(value) or _known_pair(value, is_label) for value in values):
        return []
    return [(label.rstrip(": "), value) for label, value in zip(labels, values, strict=True)]


def _line_by_line(lines: list[str], is_label: IsLabel, line_is_label: IsLabel) -> tuple[Pairs, list[str]]:
    pairs: Pairs = []
    rest: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        beneath = lines[at + 1] if at + 1 < len(lines) else None
        at += 1
        if line_is_label(line) or _asks_for_the_next(line):
            if beneath is not None and not line_is_label(beneath) and not _known_pair(beneath, is_label):
                pairs.append((line.rstrip(": "), beneath))
                at += 1
        elif (found := _PAIR.match(line)) and found["value"] and _may_be_label(line, found["label"], is_label):
            pairs.append((found["label"].strip(), found["value"]))
        else:
            rest.append(line)
    return pairs, rest


def _asks_for_the_next(line: str) -> bool:
    """Whether a line is a label by its end: 'Company:', 'How many people work there?'"""
    return line.endswith((":", "?")) and len(line) <= 80 and "," not in line


def _known_pair(line: str, is_label: IsLabel) -> bool:
    found = _PAIR.match(line)
    return bool(found and found["value"] and is_label(found["label"]))


def _may_be_label(line: str, label: str, is_label: IsLabel) -> bool:
    if is_label(label):
        return True
    has_letter = any(char.isalpha() for char in label)
    one_value = line.count("|") + line.count("\t") <= 1
    return has_letter and one_value and len(label.split()) <= MOST_WORDS and "," not in label
