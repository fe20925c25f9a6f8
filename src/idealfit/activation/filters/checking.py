"""A filter as it stands in a file, maybe edited by hand: read as its tool would read it, held against our accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import DecimalException
from pathlib import Path
from xml.etree.ElementTree import ParseError

import numpy as np

from idealfit.activation.filters.marking import Leaf, Marks, Node, Rows, marks
from idealfit.activation.filters.translation import Accounts, Subject, meant, rows_of, way_of
from idealfit.activation.filters.ways import Kind
from idealfit.errors import FilterUnreadable, IdealfitError, Position, UsageError

LARGEST = 2_000_000
"""Bytes of a filter; the tools take far less."""
_NOT_OURS = (LookupError, TypeError, ValueError, AttributeError, AssertionError, ArithmeticError, RecursionError)
"""What reading a file raises that is not written as the tool writes it."""


@dataclass(frozen=True)
class Beside:
    """Whom one set of accounts has more and less than the filter of the file: counts, and ids where asked for."""

    accounts: int
    too_many: int
    missing: int
    too_many_ids: tuple[str, ...] | None = None
    missing_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Checked:
    """The filter of a file over our accounts: `found` of `accounts`. `profile`: beside those whom the profile means;
    `ours`: beside those whom the filter finds that is written today. `unknown_fields`: fields that it asks for and no
    column of ours is: they are empty for everybody.
    """

    label: str
    accounts: int
    found: int
    profile: Beside
    ours: Beside
    unknown_fields: tuple[str, ...]


@dataclass(frozen=True)
class FilterFile:
    """A filter in a file: what a tool takes, its name and text, and the fields that it asks for."""

    kind: Kind
    name: str
    text: str
    fields: frozenset[str]


def filter_file(path: Path, kinds: Sequence[Kind]) -> FilterFile:
    """The filter in a file, which of `kinds` its ending says. Raises FilterUnreadable where it is not written as the
    tool writes it, UsageError where none of them ends so.
    """
    ending = path.suffix.lower().removeprefix(".")
    kind = next((one for one in kinds if one.file.rpartition(".")[2] == ending), None)
    if kind is None:
        raise UsageError(
            f"No filter of that tool is a file that ends in '{path.suffix[:20]}'",
            where=Position(file="--check", value=str(path)),
            remedy=f"It ends in {' or '.join('.' + one.file.rpartition('.')[2] for one in kinds)}.",
        )
    try:
        size = path.stat().st_size
        text = "" if size > LARGEST else path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise _unreadable(kind, path.name, f"it cannot be read ({fault.strerror or fault})") from None
    except UnicodeDecodeError:
        raise _unreadable(kind, path.name, "it is not text in UTF-8") from None
    if size > LARGEST:
        raise _unreadable(kind, path.name, f"it is larger than {LARGEST:,} bytes")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _unreadable(kind, path.name, "a list view has no document type")
    return FilterFile(kind, path.name, text, _fields(_node(kind, path.name, text, date(2000, 1, 1), frozenset())))


def check_filter(subject: Subject, file: FilterFile, *, ids: bool = False) -> Checked:
    """What the filter of a file finds among the accounts of the subject, beside those whom the profile means and beside
    those whom the filter finds that is written today.
    """
    accounts = subject.accounts
    assert accounts is not None  # noqa: S101 - a filter is checked against accounts
    setting = subject.setting
    checkboxes = frozenset(setting.name(one) for one in setting.columns if setting.kinds.get(one) == "boolean")
    node = _node(file.kind, file.name, file.text, subject.as_of, checkboxes)
    rows = _rows(subject, file, node)
    try:
        found = marks(node, rows, len(accounts.ids))
    except (*_NOT_OURS, DecimalException) as fault:
        raise _unreadable(file.kind, file.name, _said(fault)) from None
    own = file.kind.read(way_of(subject, file.kind, "today").text, subject.as_of, checkboxes)
    today = marks(own, rows_of(subject, file.kind, own), len(accounts.ids))
    return Checked(
        file.kind.label,
        len(accounts.ids),
        int(found.sum()),
        _beside(accounts, found, meant(subject), ids),
        _beside(accounts, found, today, ids),
        tuple(sorted(file.fields - set(rows))),
    )


def _node(kind: Kind, name: str, text: str, today: date, checkboxes: frozenset[str]) -> Node:
    try:
        node = kind.read(text, today, checkboxes)
        marks(node, {}, 1)  # what cannot be answered shows itself now
    except (*_NOT_OURS, DecimalException, ParseError) as fault:
        raise _unreadable(kind, name, _said(fault)) from None
    return node


def _unreadable(kind: Kind, name: str, why: str) -> FilterUnreadable:
    return FilterUnreadable(
        f"This is no {kind.label} that can be read: {why}",
        where=Position(name),
        remedy="Change values and lines as the tool writes them; --to writes a whole one to compare with.",
    )


def _fields(node: Node) -> frozenset[str]:
    if isinstance(node, Leaf):
        return frozenset({node.field})
    return frozenset[str]().union(*(_fields(part) for part in node.parts))


def _rows(subject: Subject, file: FilterFile, node: Node) -> Rows:
    try:
        return rows_of(subject, file.kind, node)
    except IdealfitError as fault:  # what a search asks of the past is said in words of ours
        raise _unreadable(file.kind, file.name, str(fault)[:200]) from None


def _beside(accounts: Accounts, found: Marks, others: Marks, ids: bool) -> Beside:
    more, less = found & ~others, others & ~found

    def listed(which: Marks) -> tuple[str, ...] | None:
        return tuple(str(accounts.ids[at]) for at in np.flatnonzero(which).tolist()) if ids else None

    return Beside(int(others.sum()), int(more.sum()), int(less.sum()), listed(more), listed(less))


def _said(fault: Exception) -> str:
    if isinstance(fault, KeyError):
        return f"'{str(fault.args[0])[:60]}' is missing or not known"
    return (str(fault) or type(fault).__name__)[:120]
