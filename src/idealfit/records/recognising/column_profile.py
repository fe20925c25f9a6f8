"""What stands in the columns of a file: every distinct text with its number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from idealfit.accounts.column_type import Typed
from idealfit.records.reading.source import RawTable
from idealfit.records.recognising.guess_values import Look
from idealfit.records.recognising.stored_texts import StoredTexts, count_texts, rows_of
from idealfit.store.engine import quote


@dataclass(frozen=True)
class FileProfile:
    """A file's columns and their distinct texts with row counts (empty cells left out)."""

    raw: RawTable
    rows: int
    counts: Mapping[str, Mapping[str, int]]
    typed: dict[tuple[object, ...], Typed] = field(default_factory=dict, compare=False)
    """Types decided so far: the same column is asked about several times."""
    looks: dict[str, Mapping[Look, float]] = field(default_factory=dict, compare=False)
    """What the values of columns look like, as far as asked."""

    @cached_property
    def file(self) -> str:
        """The file's name."""
        return self.raw.file

    def known(self, header: str) -> int:
        """How many rows have a value in `header`."""
        return rows_of(self.counts[header])

    def unique_share(self, header: str) -> float:
        """Distinct values per row that has one."""
        known = self.known(header)
        return len(self.counts[header]) / known if known else 0.0


def profile_file(con: duckdb.DuckDBPyConnection, raw: RawTable) -> FileProfile:
    """The profile of one file as read."""
    relation = quote(raw.relation)
    rows = con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]
    return FileProfile(raw, rows, {header: count_texts(con, raw.relation, header) for header in raw.columns})


def let_go(con: duckdb.DuckDBPyConnection, profile: FileProfile) -> None:
    """Free what a file holds in the engine, once its typed form is made: its rows as read and its distinct texts."""
    profile.typed.clear()
    for counts in profile.counts.values():
        if isinstance(counts, StoredTexts):
            counts.drop()
    con.execute(f"DROP TABLE IF EXISTS {quote(profile.raw.relation)}")
