"""Older exports put together as the newest one is: a state of the accounts and deals a day, every row counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from idealfit.errors import InputError
from idealfit.records.assembling.canonical import Canonical, make_canonical
from idealfit.records.assembling.conversion import convert_file
from idealfit.records.comparing.dated_exports import Dated
from idealfit.records.mapping import FLAT, FileMapping
from idealfit.records.report import CellProblem, TableCount
from idealfit.records.tables import TABLES
from idealfit.store.engine import quote

_FIRST_NUMBER = 10_000
"""Relations of older exports are numbered from here, apart from those of the folder's own files."""
_NOT_NOW = "row rejected: only an older export has it"


@dataclass(frozen=True)
class State:
    """The accounts and deals (table → relation) as they were on `day`, of `files`; the rows read and those rejected."""

    day: date
    relations: Mapping[str, str]
    files: Mapping[str, tuple[str, ...]]
    read: Mapping[str, int]
    rejected: tuple[CellProblem, ...]


def put_together(
    con: duckdb.DuckDBPyConnection, dated: Dated, *, keep_personal: bool
) -> tuple[list[State], list[tuple[str, str]]]:
    """The state of each day of which there are older exports, ascending; and files that could not be used, with why.

    To be called before the folder's own files are put together, since both use the same names of relations.
    """
    states, unused = [], []
    number = _FIRST_NUMBER
    for serial, (day, files) in enumerate(dated.older.items()):
        parts = []
        for profile, mapping in files:
            number += 1
            parts.append(convert_file(con, profile, mapping, number, fallback=None, keep_personal=keep_personal))
        try:
            canonical = make_canonical(con, parts, as_of=day).finished(con)
        except InputError as problem:
            unused += [(profile.file, f"{problem.what}. {problem.remedy}") for profile, _ in files]
            continue
        tables = {table for _, mapping in files for table in _tables_of(mapping)} & set(canonical.relations)
        relations = {table: f"older_{serial}_{table}" for table in sorted(tables)}
        for table, relation in relations.items():
            source = quote(canonical.relations[table])
            con.execute(f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT * FROM {source}")
        used = {
            table: tuple(mapping.file for _, mapping in files if table in _tables_of(mapping)) for table in relations
        }
        read = {table: sum(part.rows for part in parts if part.mapping.file in used[table]) for table in relations}
        states.append(State(day, relations, used, read, canonical.rejected))
    return states, unused


def _tables_of(mapping: FileMapping) -> tuple[str, ...]:
    return ("accounts", "deals") if mapping.table == FLAT else (mapping.table,)


def state_of(day: date, canonical: Canonical) -> State:
    """A whole import as a state: an older export that was imported after a newer one."""
    tables = [table for table in ("accounts", "deals") if table in canonical.relations]
    return State(
        day,
        {table: canonical.relations[table] for table in tables},
        {table: canonical.counts[table].files for table in tables},
        {table: canonical.counts[table].read for table in tables},
        tuple(problem for problem in canonical.rejected if problem.file in canonical.counts["accounts"].files),
    )


def count_states(
    con: duckdb.DuckDBPyConnection,
    states: list[State],
    newest: Mapping[str, str],
    counts: Mapping[str, TableCount],
) -> tuple[dict[str, TableCount], list[CellProblem], list[str]]:
    """The counts with the rows of older exports: a row whose account or deal the newest table has is merged with it,
    any other is rejected, with its reason; the rejected rows; and what is to be told."""
    whole = dict(counts)
    problems: list[CellProblem] = []
    notes: list[str] = []
    for state in states:
        for table, relation in state.relations.items():
            key = str(TABLES[table].key)
            gone = con.execute(
                f"SELECT {key} FROM {quote(relation)} WHERE {key} NOT IN (SELECT {key} FROM {quote(newest[table])}) "
                "ORDER BY 1"
                if table in newest
                else f"SELECT {key} FROM {quote(relation)} ORDER BY 1"
            ).fetchall()
            told = ", ".join(state.files[table])
            set_aside = [problem for problem in state.rejected if problem.file in state.files[table]]
            problems += [*set_aside, *(CellProblem(told, 0, key, str(one), _NOT_NOW) for (one,) in gone)]
            lost = len(set_aside) + len(gone)
            count = whole.get(table, TableCount(0, 0, 0, 0, ()))
            whole[table] = replace(
                count,
                read=count.read + state.read[table],
                merged=count.merged + state.read[table] - lost,
                rejected=count.rejected + lost,
                files=tuple(dict.fromkeys((*count.files, *state.files[table]))),
                derived=False,
            )
            if gone:
                notes.append(
                    f"{table}: {len(gone):,} of {told} are not in the newest export (such as {gone[0][0]}): they are "
                    "in the file of rejected rows"
                )
    return whole, problems, notes
