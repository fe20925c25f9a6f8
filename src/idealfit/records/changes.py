"""Every value that an import changed, told once a distinct original: the rows of changes.csv."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from idealfit.records.report import Change
from idealfit.store.delimited_output import write_csv

COLUMNS = ("table", "column", "original", "value", "rows", "rule")


def summed_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes in one order, those of one original, value and rule added up."""
    rows: Counter[tuple[str, str, str, str | None, str]] = Counter()
    for change in changes:
        rows[change.table, change.column, change.original, change.value, change.rule] += change.rows
    found = sorted(rows.items(), key=lambda item: (*item[0][:3], item[0][3] or "", item[0][4]))
    return tuple(Change(*key[:4], count, key[4]) for key, count in found)


def write_changes(changes: Sequence[Change], path: Path) -> None:
    """Write the changes as CSV to `path`; no cell is one that a spreadsheet calculates."""
    write_csv(
        path,
        COLUMNS,
        ((each.table, each.column, each.original, each.value, each.rows, each.rule) for each in changes),
    )
