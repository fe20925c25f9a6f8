"""Small files that explain a column of another one (products, sales teams): joined, with their spellings made one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.companions import currency_column
from idealfit.records.assembling.conversion import Converted
from idealfit.records.mapping import LOOKUP, UNUSED, ColumnMapping, FileMapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.guess_words import WORDS, header_keys
from idealfit.records.tables import AS_IN_FILE
from idealfit.store.engine import insert_texts, quote

_MOST_ROWS = 50_000


def _fits(profile: FileProfile, header: str, part: Converted, source: str) -> bool:
    """Whether a lookup's column and another file's column are the same thing by their names."""
    stem = squash(re.sub(r"(?i)^(dim|raw)", "", PurePosixPath(profile.file).stem))
    names = {squash(header), stem + squash(header), stem.removesuffix("s") + squash(header)}
    return squash(source) in (names - {"id", "name"}) and part.mapping.table not in (UNUSED, LOOKUP)


def find_lookup(profile: FileProfile, parts: Sequence[tuple[FileProfile, Converted]]) -> FileMapping | None:
    """The mapping of a file as a lookup of another file's column, if it is one: its column is unique and covers at
    least half of the other's values (spellings aside)."""
    if not 0 < profile.rows <= _MOST_ROWS:
        return None
    for header in profile.raw.columns:
        keys = {squash(text) for text in profile.counts[header]}
        if not keys or profile.unique_share(header) < 1 or len(profile.raw.columns) < 2:
            continue
        for other, part in parts:
            for name, source in part.sources.items():
                readable = source in other.counts and part.columns.get(name) == "text"
                if not readable or not _fits(profile, header, part, source):
                    continue
                values = {squash(text) for text in other.counts[source]}
                if values and len(values & keys) >= 0.5 * len(values):
                    columns = {
                        each: ColumnMapping(
                            to=each,
                            level="deal",
                            type="text" if each == header else None,
                            reason=f"explains '{source}' of {other.file}",
                            confidence=0.9,
                        )
                        for each in profile.raw.columns
                    }
                    return FileMapping(
                        file=profile.file,
                        table=LOOKUP,
                        reason=f"its column '{header}' explains '{source}' of {other.file}",
                        confidence=0.9,
                        columns=columns,
                        joins={header: f"{other.file}: {source}"},
                    )
    return None


def _names_account(header: str) -> bool:
    return any(key in WORDS["deals"]["account_id"].split() for key in header_keys(header, "deals"))


def join_lookup(
    con: duckdb.DuckDBPyConnection, lookup: Converted, profile: FileProfile, target: Converted
) -> tuple[Converted, list[str]]:
    """`target` with the lookup's other columns; spellings that differ only in blanks and signs take its own."""
    header, place = next(iter(lookup.mapping.joins.items()))
    source = place.split(": ", 1)[1]
    column = next((name for name, each in target.sources.items() if each == source), None)
    if column is None:
        return target, [f"{lookup.mapping.file}: not joined, '{source}' is not read"]
    spelled = {squash(text): text for text in profile.counts[header]}
    values = con.execute(
        f"SELECT {quote(column)}, count(*) FROM {quote(target.relation)} WHERE {quote(column)} IS NOT "
        f"NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    same = {value: spelled[squash(value)] for value, _ in values if squash(value) in spelled}
    notes = [
        f"{target.mapping.file}, '{source}': {value!r} read as {same[value]!r} ({rows:,} rows), the "
        f"spelling of {profile.file}"
        for value, rows in values
        if value in same and same[value] != value
    ]
    unknown = [value for value, _ in values if value not in same]
    if unknown:
        notes.append(
            f"{target.mapping.file}, '{source}': {len(unknown)} values are not in {profile.file} "
            f"({', '.join(map(repr, unknown[:3]))})"
        )
    con.execute("CREATE OR REPLACE TEMP TABLE spelled (k VARCHAR, v VARCHAR)")
    if same:
        insert_texts(con, "spelled", [list(same), list(same.values())])
    taken = {name.lower() for name in target.columns}
    stem = PurePosixPath(profile.file).stem
    named = {
        name: name if name.lower() not in taken else f"{stem}: {name}"
        for name, each in lookup.sources.items()
        if each != header
    }
    named |= {
        name: "account_id"
        for name in named
        if target.mapping.table == "deals" and "account_id" not in taken and _names_account(lookup.sources[name])
    }
    key = next(name for name, each in lookup.sources.items() if each == header)
    respelled = any(value != shown for value, shown in same.items()) and f"{column}{AS_IN_FILE}" not in target.columns
    original = f", r.{quote(column)} AS {quote(column + AS_IN_FILE)}" if respelled else ""
    # what a cell said its money is in goes along with the money
    moneys = {currency_column(name): currency_column(new) for name, new in named.items()}
    joined = named | {name: new for name, new in moneys.items() if name in lookup.columns}
    chosen = "".join(f", l.{quote(name)} AS {quote(new)}" for name, new in joined.items())
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(target.relation)} AS SELECT r.* REPLACE (coalesce(s.v, "
        f"r.{quote(column)}) AS {quote(column)}){original}{chosen} FROM {quote(target.relation)} r "
        f"LEFT JOIN spelled s ON s.k = r.{quote(column)} LEFT JOIN {quote(lookup.relation)} l ON "
        f"l.{quote(key)} = coalesce(s.v, r.{quote(column)}) ORDER BY r.__line__"
    )
    notes.append(
        f"{profile.file}: joined to {target.mapping.table} by '{source}', as deal-level columns: "
        f"{', '.join(named.values())}"
    )
    columns = {**target.columns, **{new: lookup.columns[name] for name, new in joined.items()}}
    if respelled:
        columns[f"{column}{AS_IN_FILE}"] = "text"
    return replace(target, columns=columns), notes
