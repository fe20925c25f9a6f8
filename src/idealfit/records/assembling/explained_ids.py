"""Ids of stages, pipelines and owners become the labels that another file gives them, before anything is guessed: so
that stages read as words, a pipeline's purpose is read from its name, and a closed stage is known by its definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.mapping import LOOKUP, UNUSED, FileMapping, MappingFile
from idealfit.records.reading.raw_table import RawTable
from idealfit.records.reading.source import FolderReading
from idealfit.records.recognising.definitions import (
    STAGE_FIELDS,
    Definition,
    definitions_of,
    ending_of,
    points,
    property_columns,
)
from idealfit.records.recognising.guess_words import WORDS, header_keys
from idealfit.store.engine import insert_texts, literal, quote

_MOST = 20_000
_COVERED = 0.5
_ENDINGS = ("outcome", "is_won", "is_closed", "is_lost", "won_at", "lost_at")
_OF_DEALS = ("deal_id", "name", "amount", "closed_at")
UNREFERRED = "it defines stages or pipelines, and no file refers to them by id"


@dataclass(frozen=True)
class _Meaning:
    """What the ids of one file mean: id → label, and id → 'won', 'lost' or 'open' where it is about stages."""

    file: str
    definition: Definition
    key: str
    labels: Mapping[str, str]
    endings: Mapping[str, str]


def explain_ids(
    con: duckdb.DuckDBPyConnection, reading: FolderReading, known: Sequence[MappingFile]
) -> tuple[FolderReading, MappingFile]:
    """The reading with labels in place of ids, the ids kept beside them, and what was done in its notes; and a mapping
    of the defining files. A file that a mapping of `known` calls something else is left alone."""
    meanings = [
        each
        for raw in reading.tables
        if not _said_otherwise(raw.file, known)
        for definition in definitions_of(raw.file, raw.columns)
        for each in _meanings(con, raw, definition)
    ]
    if not meanings:
        return reading, MappingFile()
    files = {each.file for each in meanings}
    tables, notes, explained = [], [], dict[str, list[str]]()
    for index, raw in enumerate(reading.tables):
        changed, told, by = (raw, [], []) if raw.file in files else _explained(con, raw, meanings, index)
        tables.append(changed)
        notes += told
        for file, header in by:
            explained.setdefault(file, []).append(f"'{header}' of {raw.file}")
    entries = [
        FileMapping(file=file, table=LOOKUP, reason=f"its labels explain {', '.join(sorted(explained[file]))}")
        if file in explained
        else FileMapping(file=file, table=UNUSED, reason=UNREFERRED)
        for file in sorted(files)
        if file in explained or all(each.definition.kind != "owner" for each in meanings if each.file == file)
    ]
    return replace(reading, tables=tuple(tables), notes=(*reading.notes, *notes)), MappingFile(files=entries)


def _said_otherwise(file: str, known: Sequence[MappingFile]) -> bool:
    entries = (entry for mapping in known for entry in mapping.files if entry.file == file)
    entry = next(entries, None)
    return entry is not None and entry.table != LOOKUP and entry.reason != UNREFERRED


def _meanings(con: duckdb.DuckDBPyConnection, raw: RawTable, definition: Definition) -> Iterable[_Meaning]:
    """By each of its key columns what a defining file says; ids of several labels say nothing."""
    flags = [definition.won, definition.closed, definition.likely]
    chosen = [f"trim({quote(each)})" for each in (*definition.labels, *(each for each in flags if each))]
    for key in definition.keys:
        rows = con.execute(
            f"SELECT DISTINCT trim({quote(key)}), {', '.join(chosen)} FROM {quote(raw.relation)} "
            f"WHERE {quote(key)} IS NOT NULL ORDER BY ALL LIMIT {_MOST}"
        ).fetchall()
        width = len(definition.labels)
        labels: dict[str, set[str]] = {}
        endings: dict[str, set[str]] = {}
        top = max((each for row in rows if (each := _number(row[-1])) is not None), default=0.0)
        for text, *cells in rows:
            label = " ".join(each for each in cells[:width] if each)
            labels.setdefault(text, set()).add(label)
            told = iter(cells[width:])
            won, closed, likely = (next(told) if each else None for each in flags)
            if definition.kind == "stage":
                endings.setdefault(text, set()).add(ending_of(label, won, closed, _number(likely), top))
        yield _Meaning(
            raw.file,
            definition,
            key,
            {text: next(iter(each)) for text, each in labels.items() if len(each) == 1 and "" not in each},
            {text: next(iter(each)) for text, each in endings.items() if len(each) == 1},
        )


def _number(text: object) -> float | None:
    try:
        return float(str(text).rstrip("%"))
    except ValueError:
        return None


def _explained(
    con: duckdb.DuckDBPyConnection, raw: RawTable, meanings: Sequence[_Meaning], index: int
) -> tuple[RawTable, list[str], list[tuple[str, str]]]:
    """One table with labels for ids; what to tell; which (file, header) explained it."""
    beside = {squash(column) for column in raw.columns}
    history = property_columns(raw.columns)
    notes: list[str] = []
    by: list[tuple[str, str]] = []
    for number, kind in enumerate(("stage", "pipeline", "owner")):
        of_kind = [each for each in meanings if each.definition.kind == kind]
        headers = [each for each in raw.columns if points(kind, each, beside)]  # type: ignore[arg-type]
        where = "true"
        if kind == "stage" and history is not None and not headers:
            headers = list(history[1])
            fields = ", ".join(literal(each) for each in STAGE_FIELDS)
            where = f"regexp_replace(lower({quote(history[0])}), '[^a-z0-9]', '', 'g') IN ({fields})"
        for header in headers:
            found = _best(con, raw, header, of_kind, where)
            if found is None:
                continue
            raw, told = _with_labels(con, raw, header, found, where, f"explained_{index}_{number}_{squash(header)}")
            notes += told
            by.append((found.file, header))
    return raw, notes, by


def _best(
    con: duckdb.DuckDBPyConnection, raw: RawTable, header: str, meanings: Sequence[_Meaning], where: str
) -> _Meaning | None:
    """The file, and its key, that knows most of a column's values; None where it knows less than half of them."""
    rows = con.execute(
        f"SELECT DISTINCT trim({quote(header)}) FROM {quote(raw.relation)} WHERE {quote(header)} IS NOT NULL AND "
        f"{where} LIMIT {_MOST}"
    ).fetchall()
    values = {row[0] for row in rows}
    best = max(meanings, key=lambda each: len(values & set(each.labels)), default=None)
    return best if best is not None and values and len(values & set(best.labels)) >= _COVERED * len(values) else None


def _with_labels(
    con: duckdb.DuckDBPyConnection, raw: RawTable, header: str, meaning: _Meaning, where: str, name: str
) -> tuple[RawTable, list[str]]:
    """The table with the labels in one column, its ids beside them, and of stages whether they are won or closed."""
    ids = list(meaning.labels)
    ends = [meaning.endings.get(each, "") for each in ids]
    con.execute("CREATE OR REPLACE TEMP TABLE meant (k VARCHAR, label VARCHAR, ending VARCHAR)")
    insert_texts(con, "meant", [ids, [meaning.labels[each] for each in ids], ends])
    flags = meaning.definition.kind == "stage" and any(ends) and set(ends) != {"open"} and _lacks_ending(raw)
    said = (
        ", CAST(m.ending = 'won' AS VARCHAR) AS is_won, CAST(m.ending IN ('won', 'lost') AS VARCHAR) AS is_closed"
        if flags
        else ""
    )
    original = f"{header}: as it came"
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(name)} AS SELECT r.* REPLACE (coalesce(m.label, r.{quote(header)}) AS "
        f"{quote(header)}), r.{quote(header)} AS {quote(original)}{said} FROM {quote(raw.relation)} r "
        f"LEFT JOIN meant m ON m.k = trim(r.{quote(header)}) AND {where} ORDER BY r.__line__"
    )
    rows, known, differ = con.execute(
        f"SELECT count(*), count(m.k), count(*) FILTER (m.label <> m.k) FROM {quote(raw.relation)} r LEFT JOIN meant m "
        f"ON m.k = trim(r.{quote(header)}) WHERE r.{quote(header)} IS NOT NULL AND {where}"
    ).fetchall()[0]
    notes = []
    if differ:
        left = f"; {rows - known:,} rows have an id that it does not name" if rows > known else ""
        notes.append(
            f"{raw.file}, '{header}': {differ:,} ids read as the labels of {meaning.file}, the ids kept beside them"
            f"{left}"
        )
    if flags:
        notes.append(f"{raw.file}: whether a deal is won or closed is what {meaning.file} says of its stage")
    columns = (*raw.columns, *(("is_won", "is_closed") if flags else ()))
    originals = {**raw.originals, header: original} if differ else raw.originals
    return replace(raw, relation=name, columns=columns, originals=originals), notes


def _lacks_ending(raw: RawTable) -> bool:
    """Whether a table is of deals and has no column of its own that says how they ended."""
    meanings = {
        to for to in (*_ENDINGS, *_OF_DEALS) for header in raw.columns if _is(header, to)
    }  # a history of stages has none of them but the deal's id
    return not meanings & set(_ENDINGS) and len(meanings & set(_OF_DEALS)) >= 2


def _is(header: str, to: str) -> bool:
    return not set(header_keys(header, "deals")).isdisjoint(WORDS["deals"][to].split())
