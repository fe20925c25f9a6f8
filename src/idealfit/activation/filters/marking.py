"""What a filter that was read back says of many accounts: an array of truths, column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.profile.values import Known, known_value

Marks: TypeAlias = "NDArray[np.bool_]"
Rows: TypeAlias = Mapping[str, Sequence[Any]]
"""The accounts as the tool would hold them: its own name of a field → a value an account, None for none."""


@dataclass(frozen=True)
class Leaf:
    """A test of one field: what it says of a value (None for none)."""

    field: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Branch:
    """Several together: `all`, `any`, or `not` of one."""

    join: Literal["all", "any", "not"]
    parts: tuple[Node, ...]


Node: TypeAlias = "Leaf | Branch"


def marks(node: Node, rows: Rows, size: int) -> Marks:
    """Which of `size` accounts pass. A field that the accounts do not have holds nothing."""
    if isinstance(node, Leaf):
        return _leaf(node, rows.get(node.field), size)
    found = [marks(part, rows, size) for part in node.parts]
    if node.join == "not":
        return ~found[0]
    empty = np.full(size, node.join == "all")
    for each in found:
        empty = empty & each if node.join == "all" else empty | each
    return empty


def _leaf(leaf: Leaf, values: Sequence[Any] | None, size: int) -> Marks:
    if values is None:
        return np.full(size, leaf.holds(None))
    known: dict[Any, bool] = {}
    answers = np.empty(size, dtype=np.bool_)
    for at, value in enumerate(values):
        key = tuple(value) if isinstance(value, list) else value
        key = (type(key), key)  # 1 and True are one key
        if key not in known:
            known[key] = leaf.holds(value)
        answers[at] = known[key]
    return answers


def held(value: object) -> Known | None:
    """A value as tools compare it: texts without outer blanks and case, numbers to six digits, lists of such texts."""
    return known_value(value)


def moment(value: object) -> datetime | None:
    """A day or a time of an account as a moment in UTC; None for anything else."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None
