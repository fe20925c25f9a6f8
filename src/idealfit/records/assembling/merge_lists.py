"""Lists of which company became which, as a CRM or a data team keeps them: followed like a person's decisions.

Two accounts that such a list calls one are merged, the one that it names as surviving survives; rows that name a
company which is gone follow it to the one that it became. A list of e-mail addresses moves persons to the address, and
so to the company, that is theirs now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.duplicate import BY_LIST, Decision, ordered
from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.assembling.originals import keep_original
from idealfit.records.mapping import LOOKUP, FileMapping, MappingFile
from idealfit.records.reading.raw_table import RawTable
from idealfit.records.reading.source import FolderReading
from idealfit.records.recognising.guess_table import A_MERGE_LIST
from idealfit.records.recognising.guess_words import WORDS, header_keys
from idealfit.records.recognising.merge_columns import MergeColumns, What, merge_columns
from idealfit.store.engine import insert_texts, quote

_FOLLOWED = "it says which {} became which"
_LINKS: Mapping[What, tuple[str, ...]] = {
    "account": ("account_id",),
    "domain": ("account_domain", "account_email", "email_domain"),
    "email": (),
}


@dataclass(frozen=True)
class MergeList:
    """What one list says: `became` is from each record that is gone to the one that it is at last."""

    file: str
    what: What
    became: Mapping[str, str]


def read_merge_lists(
    con: duckdb.DuckDBPyConnection, reading: FolderReading, known: Sequence[MappingFile]
) -> tuple[tuple[MergeList, ...], FolderReading, MappingFile]:
    """The merge lists of a folder, the reading with merged e-mail addresses replaced, and a mapping of the lists; one
    that a mapping of `known` calls something else is left alone."""
    lists = []
    for raw in reading.tables:
        found = merge_columns(raw.file, raw.columns)
        if found is not None and not _said_otherwise(raw.file, known):
            lists.append(_read(con, raw, found))
    entries = [
        FileMapping(file=one.file, table=LOOKUP, reason=_FOLLOWED.format(one.what), confidence=0.9) for one in lists
    ]
    emails = {old: new for one in lists if one.what == "email" for old, new in one.became.items()}
    if not emails:
        return tuple(lists), reading, MappingFile(files=entries)
    tables, moved = [], 0
    files = {one.file for one in lists}
    for index, raw in enumerate(reading.tables):
        changed, rows = (raw, 0) if raw.file in files else _with_addresses(con, raw, emails, index)
        tables.append(changed)
        moved += rows
    named = ", ".join(one.file for one in lists if one.what == "email")
    note = f"{named}: {moved:,} e-mail addresses replaced by those that they became"
    return (
        tuple(lists),
        replace(reading, tables=tuple(tables), notes=(*reading.notes, note)),
        MappingFile(files=entries),
    )


def _said_otherwise(file: str, known: Sequence[MappingFile]) -> bool:
    entry = next((entry for mapping in known for entry in mapping.files if entry.file == file), None)
    return entry is not None and entry.table != LOOKUP and entry.reason != A_MERGE_LIST


def _read(con: duckdb.DuckDBPyConnection, raw: RawTable, columns: MergeColumns) -> MergeList:
    rows = con.execute(
        f"SELECT trim({quote(columns.old)}), trim({quote(columns.new)}) FROM {quote(raw.relation)} "
        f"WHERE {quote(columns.old)} IS NOT NULL AND {quote(columns.new)} IS NOT NULL ORDER BY {quote('__line__')}"
    ).fetchall()
    if columns.what == "domain":
        rows = [(registrable_domain(old), registrable_domain(new)) for old, new in rows]
    elif columns.what == "email":
        rows = [(old.lower(), new.lower()) for old, new in rows]
    steps = {old: new for old, new in rows if old and new and old != new}
    found = {old: last for old in steps if (last := _last(old, steps)) is not None}
    return MergeList(raw.file, columns.what, found)


def _last(old: str, steps: Mapping[str, str]) -> str | None:
    """Where a chain of merges ends; None where it runs in a circle."""
    seen = {old}
    at = steps[old]
    while at in steps:
        if at in seen:
            return None
        seen.add(at)
        at = steps[at]
    return at


def _with_addresses(
    con: duckdb.DuckDBPyConnection, raw: RawTable, emails: Mapping[str, str], index: int
) -> tuple[RawTable, int]:
    words = {*WORDS["contacts"]["email"].split(), *WORDS["deals"]["account_email"].split()}
    headers = [each for each in raw.columns if not words.isdisjoint(header_keys(each, "contacts"))]
    _fill(con, emails)
    moved = 0
    for number, header in enumerate(headers):
        address = f"lower(trim({quote(header)}))"
        rows = count_of(con, raw.relation, f"{address} IN (SELECT k FROM became)")
        if not rows:
            continue
        name = f"moved_{index}_{number}"
        con.execute(
            f"CREATE OR REPLACE TABLE {quote(name)} AS SELECT r.* REPLACE (coalesce(b.v, r.{quote(header)}) AS "
            f"{quote(header)}) FROM {quote(raw.relation)} r LEFT JOIN became b ON b.k = lower(trim(r.{quote(header)})) "
            "ORDER BY r.__line__"
        )
        raw = replace(raw, relation=name)
        moved += rows
    return raw, moved


def _fill(con: duckdb.DuckDBPyConnection, became: Mapping[str, str]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE became (k VARCHAR, v VARCHAR)")
    if became:
        insert_texts(con, "became", [list(became), list(became.values())])


def follow_merges(
    con: duckdb.DuckDBPyConnection, lists: Sequence[MergeList], tables: Collection[str], said: Sequence[Decision]
) -> tuple[tuple[Decision, ...], frozenset[str], list[str]]:
    """Decisions about accounts that the lists call one, the accounts that survive, and what to tell; rows of `tables`
    that name a company which is not among the accounts now name the one that it became. What people `said` of a pair
    stands above a list."""
    decided = {(one.account_a, one.account_b) for one in said}
    found: list[Decision] = []
    survivors: set[str] = set()
    notes = []
    for one in lists:
        key = {"account": "account_id", "domain": "domain"}.get(one.what)
        if key is None or key not in columns_of(con, "all_accounts"):
            continue
        _fill(con, one.became)
        pairs = con.execute(
            f"SELECT DISTINCT o.account_id, n.account_id FROM became JOIN all_accounts o ON o.{key} = became.k "
            f"JOIN (SELECT {key}, min(account_id) AS account_id FROM all_accounts GROUP BY 1) n ON n.{key} = became.v "
            "WHERE o.account_id <> n.account_id ORDER BY 1, 2"
        ).fetchall()
        fresh = [pair for pair in pairs if ordered(*pair) not in decided]
        found += [Decision(*ordered(*pair), "same", f"{BY_LIST}{one.file}") for pair in fresh]
        decided |= {ordered(*pair) for pair in fresh}
        survivors |= {new for _, new in fresh}
        moved = _moved(con, one, key, tables)
        notes.append(
            f"{one.file}: of {len(one.became):,} merges {len(fresh):,} are of two accounts here, which are one now; "
            f"{moved:,} rows that name a company which is gone follow it"
        )
    return tuple(found), frozenset(survivors), notes


def _moved(con: duckdb.DuckDBPyConnection, one: MergeList, key: str, tables: Collection[str]) -> int:
    """How many rows now name the account that theirs became, where their own is not there."""
    moved = 0
    for table in sorted(tables):
        relation = f"all_{table}"
        for column in _LINKS[one.what] if table != "accounts" else ():
            if column not in columns_of(con, relation):
                continue
            gone = (
                f"{quote(column)} IN (SELECT k FROM became WHERE v IN (SELECT {key} FROM all_accounts) "
                f"AND k NOT IN (SELECT {key} FROM all_accounts WHERE {key} IS NOT NULL))"
            )
            rows = count_of(con, relation, gone)
            if rows:
                keep_original(con, relation, column)
                con.execute(
                    f"UPDATE {quote(relation)} SET {quote(column)} = (SELECT v FROM became WHERE k = {quote(column)}) "
                    f"WHERE {gone}"
                )
                moved += rows
    return moved
