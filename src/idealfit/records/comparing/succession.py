"""One import after another: what became of the accounts and deals since, told, and kept as history.

An import that is older than what is there never takes its place: what it says of its own day goes into the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import duckdb

from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.assembling.canonical import Canonical
from idealfit.records.attribute import AttributeInfo
from idealfit.records.comparing import growth
from idealfit.records.comparing.dated_exports import Dated
from idealfit.records.comparing.last_import import Basis, LastImport, basis_of, one_company, show_last
from idealfit.records.comparing.observation import history_table, set_into_history, set_into_stages
from idealfit.records.comparing.older_states import State, count_states, state_of
from idealfit.records.mapping import FileMapping
from idealfit.records.report import CellProblem, TableCount
from idealfit.records.tables import TABLES
from idealfit.store.engine import quote

_BEGAN = {"deals": "created_at", "leads": "created_at", "subscriptions": "started_at", "invoices": "issued_at"}
_NEEDS_KEY = {name: str(table.key) for name, table in TABLES.items() if table.key is not None}
_HISTORIES = ("account_history", "deal_stages")


@dataclass(frozen=True)
class Succession:
    """The tables to publish (table → relation), their counts, the basis for the next import, and what is to be told:
    `notes` are of the records, `since` of this run beside the last one. `filed`: this import is older than what is
    there, and went into the history only.
    """

    relations: Mapping[str, str]
    counts: Mapping[str, TableCount]
    basis: Basis
    notes: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    unused: tuple[tuple[str, str], ...] = ()
    filed: bool = False
    last: LastImport | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Days:
    """The days that an import speaks of: the as-of day that was said, and the latest day in its data."""

    said: date | None
    in_data: date | None

    def seen(self, dated: Dated, table: str = "accounts") -> date:
        """The day on which the newest export was true: its own, else the later of the two, else today."""
        known = [day for day in (self.said, self.in_data) if day is not None]
        return dated.newest.get(table) or max(known, default=datetime.now(UTC).date())


def compare_with_last(
    con: duckdb.DuckDBPyConnection,
    canonical: Canonical,
    counts: Mapping[str, TableCount],
    mappings: Sequence[FileMapping],
    *,
    last: LastImport | None,
    dated: Dated,
    states: list[State],
    days: Days,
    update: bool = False,
    replacing: bool = False,
) -> Succession:
    """Compare the finished tables with those of the last import, and with the older exports beside them (`states`).

    `update`: the tables were made with the rows of the last import. `replacing`: a person wants this import to count
    even where it is older.
    """
    views = show_last(con, last) if last is not None else {}
    growth.start(con)
    now = basis_of(mappings, [days.seen(dated), *(state.day for state in states)], days.in_data)
    succeeds = bool(
        last is not None
        and "accounts" in views
        and one_company(con, views["accounts"], canonical.relations["accounts"])
    )
    if last is not None and succeeds and not (update or replacing) and _is_older(con, last, canonical, dated, days):
        return _filed(con, last, views, canonical, now, [*states, state_of(days.seen(dated), canonical)])
    notes = _grow_from_states(con, states, canonical.relations, days, dated)
    since: list[str] = []
    if last is not None and succeeds:
        since += _grow_from_last(con, last, views, canonical.relations, now, days.seen(dated))
        now = replace(now, days=tuple(sorted({*now.days, *last.basis.days})))
        if not update:
            since += _missing(con, last, views, canonical.relations, now)
    whole, problems, told = count_states(con, states, canonical.relations, counts)
    relations = dict(canonical.relations)
    for table in _HISTORIES:
        relation, more = growth.keep_history(con, table, relations.get(table), views.get(table) if succeeds else None)
        if relation:
            relations[table] = relation
        if more:
            count = whole.get(table, TableCount(0, 0, 0, 0, (), derived=True))
            whole[table] = replace(count, read=count.read + more, kept=count.kept + more)
    ordered = {table: whole[table] for table in TABLES if table in whole}
    return Succession(
        {table: relations[table] for table in TABLES if table in relations},
        ordered,
        now,
        (*dated.notes, *notes, *told),
        tuple(since),
        tuple(problems),
        last=last,
    )


def _grow_from_states(
    con: duckdb.DuckDBPyConnection, states: list[State], newest: Mapping[str, str], days: Days, dated: Dated
) -> list[str]:
    """History from the older exports of one folder: each compared with the next one, as both were read in one run."""
    notes = []
    for table in ("accounts", "deals"):
        chain = [(state.day, state.relations[table]) for state in states if table in state.relations]
        if not chain or table not in newest:
            continue
        chain.append((days.seen(dated, table), newest[table]))
        changes = 0
        for (_, older), (day, newer) in pairwise(chain):
            if table == "accounts":
                columns, _ = growth.comparable(con, older, newer, None, None)
                changes += growth.grow_accounts(con, older, newer, columns, day, growth.OLDER_EXPORT).changes
            else:
                changes += growth.grow_stages(con, older, newer, day, growth.OLDER_EXPORT)
        what = "values of accounts" if table == "accounts" else "stages of deals"
        notes.append(
            f"{table}: {changes:,} {what} changed between {len(chain)} exports; each is dated by the newer one"
        )
    return notes


def _grow_from_last(
    con: duckdb.DuckDBPyConnection,
    last: LastImport,
    views: Mapping[str, str],
    relations: Mapping[str, str],
    now: Basis,
    day: date,
) -> list[str]:
    """History from the last import beside this one; what changed, and what could not be compared."""
    told = []
    if _both_stable("accounts", last, now):
        older, newer = views["accounts"], relations["accounts"]
        columns, skipped = growth.comparable(con, older, newer, *_read(last.basis, now))
        grown = growth.grow_accounts(con, older, newer, columns, day, growth.IMPORT)
        if grown.changes:
            told.append(
                f"{grown.changes:,} values of accounts changed since the last import "
                f"({_listed(grown.fields)}); history keeps what they were, until {day}"
            )
        skipped |= grown.not_compared
        reasons: dict[str, list[str]] = {}
        for name, reason in skipped.items():
            reasons.setdefault(reason, []).append(name)
        told += [f"not compared with the last import: {_listed(names)}: {why}" for why, names in reasons.items()]
    if "deals" in views and "deals" in relations and _both_stable("deals", last, now):
        stages = growth.grow_stages(con, views["deals"], relations["deals"], day, growth.IMPORT)
        if stages:
            told.append(f"{stages:,} deals are in another stage than in the last import")
    return told


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _both_stable(table: str, last: LastImport, now: Basis) -> bool:
    return table in now.stable and (table in last.basis.stable or not last.basis.stable)


def _read(before: Basis, now: Basis) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """How the columns of accounts were read in two imports; where idealfit itself has changed meanwhile, a column that
    it derived is read otherwise."""
    if not before.columns:
        return None, None
    sides = [{growth.DERIVED: basis.version, **basis.columns.get("accounts", {})} for basis in (before, now)]
    return sides[0], sides[1]


def _missing(
    con: duckdb.DuckDBPyConnection,
    last: LastImport,
    views: Mapping[str, str],
    relations: Mapping[str, str],
    now: Basis,
) -> list[str]:
    """Rows of the last import that are not in this one, table by table."""
    told = []
    for table, view in views.items():
        key = _NEEDS_KEY.get(table)
        if key is None or not _both_stable(table, last, now) or key not in columns_of(con, view):
            continue
        if table not in relations:
            told.append(f"{table}: none in this export; the last import had {count_of(con, view):,}")
            continue
        gone = count_of(con, view, f"{key} NOT IN (SELECT {key} FROM {quote(relations[table])})")
        if gone:
            told.append(
                f"{gone:,} {table} of the last import are not in this one (an export of changes only is merged with "
                "--update)"
            )
    return told


def _is_older(con: duckdb.DuckDBPyConnection, last: LastImport, canonical: Canonical, dated: Dated, days: Days) -> bool:
    """Whether an import is older than the last one: its data end earlier, and what came later is not in it."""
    before, now = last.basis.data_day, days.in_data
    if before is None or now is None:
        own = dated.newest.get("accounts")
        return before is now and own is not None and bool(last.basis.days) and own < max(last.basis.days)
    if now >= before:
        return False
    later = 0
    for table, began in _BEGAN.items():
        view, relation = f"last_{table}", canonical.relations.get(table)
        if relation is None or table not in last.paths or began not in columns_of(con, view):
            continue
        key = _NEEDS_KEY[table]
        where = f"{began} > DATE '{now.isoformat()}' AND {key} NOT IN (SELECT {key} FROM {quote(relation)})"
        later += count_of(con, view, where)
    return later >= 2


def _filed(
    con: duckdb.DuckDBPyConnection,
    last: LastImport,
    views: Mapping[str, str],
    canonical: Canonical,
    now: Basis,
    states: list[State],
) -> Succession:
    """An older import: the tables stay, the history learns what was true on its days."""
    kept = history_table(con, views.get("account_history"))
    days = list(last.basis.days)
    changes = stages = 0
    for state in states:
        if "accounts" in state.relations and _both_stable("accounts", last, now):
            older = state.relations["accounts"]
            columns, _ = growth.comparable(con, older, views["accounts"], *_read(last.basis, now))
            changes += set_into_history(con, older, views["accounts"], columns, state.day, days=days, kept=kept)
        if {"deals"} <= set(state.relations) & set(views) and _both_stable("deals", last, now):
            stages += set_into_stages(con, state.relations["deals"], views["deals"], state.day, days)
        days.append(state.day)
    relations = dict(views)
    for table, found, source in (
        ("account_history", changes, kept),
        ("deal_stages", stages, views.get("deal_stages")),
    ):
        if found:
            relations[table], _ = growth.keep_history(con, table, None, source)
    counts, problems, told = count_states(con, states, views, {})
    seen = states[-1].day
    since = [
        f"this export is older ({seen}) than what is there ({max(last.basis.days, default=last.basis.data_day)}): the "
        f"tables stay as they are, and {changes:,} values of accounts and {stages:,} stages of deals went into the "
        "history; --replace makes it the current one instead"
    ]
    used = {file for state in states for files in state.files.values() for file in files}
    others = sorted({file for count in canonical.counts.values() for file in count.files} - used)
    return Succession(
        relations,
        counts,
        replace(last.basis, days=tuple(sorted(set(days)))),
        (),
        (*since, *told),
        tuple(problems),
        tuple((file, "of an older export only accounts and deals are compared") for file in others),
        filed=True,
        last=last,
    )


def attributes_of(report: Mapping[str, Any], key: str) -> dict[str, AttributeInfo]:
    """The dictionary of attributes (`attributes` or `deal_columns`) of a report as the ledger keeps it."""
    return {name: AttributeInfo(**info) for name, info in report[key].items()}
