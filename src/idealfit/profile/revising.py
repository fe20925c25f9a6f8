"""A YAML text changed in place: only the lines of what differs are touched, every other byte stays as it was written.

The positions come from ruamel's graph of nodes. What cannot be changed in place (aliases, keys in odd places) is
answered with None; whoever asks then writes the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from idealfit.profile.marked import entry_key, round_trip

_WIDE = 1_000_000
_STEP = 2


class _NotInPlaceError(Exception):
    """The text is written in a way that cannot be changed here and there."""


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str


def revised(text: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """`text`, which says `before` (plain dictionaries and lists), made to say `after`; None where that cannot be done
    in place. Whoever asks reads the answer again: it is a proposal until it has been read.
    """
    if before == after:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    whole = text if text.endswith("\n") else text + newline
    try:
        root = round_trip().compose(StringIO(whole))
        editor = _Editor(whole, newline)
        editor.change(root, before, after)
        return editor.applied()
    except (_NotInPlaceError, YAMLError, RecursionError):
        return None


class _Editor:
    """Collects the edits of one text."""

    def __init__(self, text: str, newline: str) -> None:
        self.text = text
        self.newline = newline
        self.edits: list[_Edit] = []

    def applied(self) -> str:
        """The text with all edits made. Raises where two of them meet."""
        parts, place = [], 0
        for edit in sorted(self.edits, key=lambda one: (one.start, one.end)):
            if edit.start < place:
                raise _NotInPlaceError
            parts += [self.text[place : edit.start], edit.text]
            place = edit.end
        return "".join([*parts, self.text[place:]])

    def change(self, node: Node, before: Any, after: Any) -> None:
        """Let `node`, which says `before`, say `after`."""
        if before == after and isinstance(before, bool) == isinstance(after, bool):
            return
        if isinstance(node, MappingNode) and isinstance(before, Mapping) and isinstance(after, Mapping) and after:
            self.mapping(node, before, after)
        elif isinstance(node, SequenceNode) and isinstance(before, list) and isinstance(after, list) and after:
            self.sequence(node, before, after)
        else:
            self.replace(node, after)

    def mapping(self, node: MappingNode, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> None:
        there = {str(key.value): (key, value) for key, value in node.value}
        gone = [key for key in before if key not in after and str(key) in there]
        new = [key for key in after if str(key) not in there and (key not in before or before[key] != after[key])]
        if node.flow_style and (gone or new):
            self.replace(node, after)
            return
        if gone and len(gone) == len(there):
            raise _NotInPlaceError
        for key in gone:
            self.remove(*there[str(key)])
        for key in after:
            if str(key) in there:
                name, value = there[str(key)]
                if _is_block(value) and not (isinstance(after[key], Mapping | list) and after[key]):
                    self.replace_block_by_word(name, value, before.get(key), after[key])
                else:
                    self.change(value, before.get(key), after[key])
        order = list(after)
        for key in new:
            earlier = [one for one in order[: order.index(key)] if str(one) in there and one not in gone]
            name, value = there[str(earlier[-1])] if earlier else node.value[-1]
            column = node.value[0][0].start_mark.column
            self.insert(max(_content_end(value, self.text), name.end_mark.index), self.block({key: after[key]}, column))

    def sequence(self, node: SequenceNode, before: list[Any], after: list[Any]) -> None:
        old, new = [entry_key(one) for one in before], [entry_key(one) for one in after]
        kept = [key for key in new if key in set(old)]
        in_order = kept == [key for key in old if key in set(new)]
        if node.flow_style or not kept or not in_order or len(node.value) != len(before) or _twice(old) or _twice(new):
            self.replace(node, after)
            return
        place = {key: number for number, key in enumerate(old)}
        for key, one in zip(new, after, strict=True):
            if key in place:
                self.change(node.value[place[key]], before[place[key]], one)
        for key, item in zip(old, node.value, strict=True):
            if key not in new:
                self.edits.append(_Edit(self.item_start(item), self.line_end(_content_end(item, self.text)), ""))
        column = node.start_mark.column
        for number, key in enumerate(new):
            if key in place:
                continue
            item = self.block([after[number]], column)
            earlier = [one for one in new[:number] if one in place]
            if earlier:
                self.insert(_content_end(node.value[place[earlier[-1]]], self.text), item)
            else:
                start = self.item_start(node.value[0])
                self.edits.append(_Edit(start, start, item))

    def replace(self, node: Node, after: Any) -> None:
        """The text of a value by that of another one."""
        start, end = node.start_mark.index, _content_end(node, self.text)
        if _is_block(node):
            if not (isinstance(after, Mapping | list) and after) or "#" in self.text[start:end]:
                raise _NotInPlaceError
            column = node.start_mark.column
            text = self.block(after, column).removeprefix(" " * column).removesuffix(self.newline)
        else:
            text = _in_one_line(after)
            if start == end or (isinstance(node, ScalarNode) and node.style in ("|", ">")):
                text = text if self.text[start - 1 : start] == " " else f" {text}"
            if isinstance(node, ScalarNode) and node.style in ("|", ">") and "#" in self.text[start:end]:
                raise _NotInPlaceError
        self.edits.append(_Edit(start, end, text))

    def replace_block_by_word(self, name: Node, value: Node, before: Any, after: Any) -> None:
        if before == after:
            return
        start, end = name.end_mark.index, _content_end(value, self.text)
        if "#" in self.text[start:end]:
            raise _NotInPlaceError
        self.edits.append(_Edit(start, end, f": {_in_one_line(after)}"))

    def remove(self, name: Node, value: Node) -> None:
        start = self.line_start(name.start_mark.index)
        if self.text[start : name.start_mark.index].strip():
            raise _NotInPlaceError
        end = max(_content_end(value, self.text), name.end_mark.index)
        self.edits.append(_Edit(start, self.line_end(end), ""))

    def insert(self, after: int, lines: str) -> None:
        place = self.line_end(after)
        self.edits.append(_Edit(place, place, lines))

    def item_start(self, item: Node) -> int:
        start = self.line_start(item.start_mark.index)
        if self.text[start : item.start_mark.index].strip() != "-":
            raise _NotInPlaceError
        return start

    def line_start(self, place: int) -> int:
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        """The beginning of the next line."""
        return self.text.index("\n", place) + 1

    def block(self, value: Any, column: int) -> str:
        """`value` as lines that begin at `column`."""
        yaml, out = round_trip(), StringIO()
        yaml.width = _WIDE
        yaml.indent(mapping=_STEP, sequence=2 * _STEP, offset=_STEP)
        if isinstance(value, list):
            yaml.indent(mapping=_STEP, sequence=_STEP, offset=0)
        yaml.dump(value, out)
        indent = " " * column
        return "".join(f"{indent}{line}{self.newline}" for line in out.getvalue().splitlines())


def _is_block(node: Node) -> bool:
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style


def _twice(keys: list[str | None]) -> bool:
    return None in keys or len(set(keys)) != len(keys)


def _content_end(node: Node, text: str) -> int:
    """Where the last character of `node` stands, plus one: comments and blank lines after it are not its own."""
    if _is_block(node):
        if not node.value:
            return int(node.start_mark.index)
        last = node.value[-1]
        if isinstance(last, tuple):
            return max(_content_end(last[1], text), int(last[0].end_mark.index))
        return _content_end(last, text)
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    return start + len(text[start:end].rstrip(" \t\r\n"))  # a no-break space is part of a word


def _in_one_line(value: Any) -> str:
    """`value` as YAML writes it in one line: lists and mappings in brackets, a word as it stands after its key."""
    yaml, out = round_trip(), StringIO()
    yaml.width = _WIDE
    yaml.dump(CommentedMap({"k": _flowing(value)}), out)
    return out.getvalue().removeprefix("k:").strip(" \n")


def _flowing(value: Any) -> Any:
    """`value` with its lists and mappings marked to be written in brackets."""
    if isinstance(value, Mapping):
        mapping = CommentedMap({key: _flowing(part) for key, part in value.items()})
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(_flowing(part) for part in value)
        sequence.fa.set_flow_style()
        return sequence
    return value
