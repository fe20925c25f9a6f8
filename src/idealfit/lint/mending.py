"""Mending a profile file where that is safe: only what does not change its meaning, with comments and order kept."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from io import StringIO
from typing import Any

from idealfit.errors import ProfileFileError
from idealfit.lint.finding import Finding
from idealfit.lint.rule import Edit
from idealfit.profile.marked import merged, read_marked, round_trip
from idealfit.profile.revising import revised


def mended(text: str, findings: Iterable[Finding]) -> str:
    """`text` of a profile file with the edits of `findings` made, everything else as it was."""
    edits = {edit.path: edit for finding in findings for edit in finding.edits}
    marked = read_marked(text)
    content = deepcopy(marked.content)
    # the last entries of a list first: taking one out moves those behind it
    for edit in sorted(edits.values(), key=_backwards, reverse=True):
        _make(content, edit)
    if (written := _in_place(text, marked.content, content)) is not None:
        return written
    out = StringIO()
    round_trip().dump(merged(marked.node, content), out)
    return out.getvalue()


def _in_place(text: str, before: Any, after: Any) -> str | None:
    """`text` with only the lines touched that say something else; None where that does not give `after`."""
    written = revised(text, before, after)
    try:
        return written if written is not None and read_marked(written).content == after else None
    except ProfileFileError:
        return None


def _backwards(edit: Edit) -> list[tuple[bool, str, int]]:
    return [
        (isinstance(part, int), "" if isinstance(part, int) else part, part if isinstance(part, int) else 0)
        for part in edit.path
    ]


def _make(content: Any, edit: Edit) -> None:
    way, last = list(edit.path[:-1]), edit.path[-1]
    nodes = [content]
    for part in way:
        nodes.append(nodes[-1][part])
    if edit.value is not None:
        nodes[-1][last] = edit.value
        return
    del nodes[-1][last]
    while way and not nodes[-1]:  # what holds nothing any more goes with it
        nodes.pop()
        del nodes[-1][way.pop()]
