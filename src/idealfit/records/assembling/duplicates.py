"""Accounts entered more than once: found, merged where that is sure, the survivor's gaps filled, the doubtful listed.

Survivorship: the fullest row survives (of equals the first id) and keeps every value it has; each gap is filled from
the other rows, the fullest first. Two columns follow a rule of their own: `do_not_contact` holds if it holds on any
row, and `last_activity_at` is the latest. Merged rows stay as they were, with `duplicate_of`; every link goes to the
survivor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from idealfit.accounts import linkage
from idealfit.accounts.duplicate import (
    BY_LIST,
    MERGE_ABOVE,
    STATES,
    Company,
    Decision,
    Pair,
    Resolution,
    pairs_by_key,
    resolve,
)
from idealfit.accounts.identity import make_identities, sources_of
from idealfit.records.assembling.assembly import columns_of
from idealfit.records.counted import counted
from idealfit.records.report import Change
from idealfit.store.delimited_output import write_csv
from idealfit.store.engine import insert_texts, literal, quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, write_aside

TABLE = "duplicate_pairs"
COLUMNS = (
    "account_a", "name_a", "account_b", "name_b", "state", "probability", "by", "why", "held", "decided_by", "survivor",
    "fills",
)  # fmt: skip
"""The columns of the table of pairs, and of duplicates.csv."""
_OWN_RULE = {"do_not_contact": "bool_or({0})", "last_activity_at": "max({0})"}
_KEPT = frozenset({"account_id", "duplicate_of"})
_LINKS = ("parent_id", "referred_by_account_id")


@dataclass(frozen=True)
class Deduplication:
    """How an import treats duplicates: what people decided, and above which probability a pair is merged."""

    decisions: Sequence[Decision] = ()
    merge_above: float = MERGE_ABOVE
    survivors: frozenset[str] = frozenset()
    """Accounts that survive whatever others are filled: a list of merges names them so."""


@dataclass(frozen=True)
class Merged:
    """How many rows were merged, what to tell, and every merge as a change. The pairs are in the table TABLE."""

    count: int
    notes: tuple[str, ...]
    changes: tuple[Change, ...]


def merge_accounts(con: duckdb.DuckDBPyConnection, how: Deduplication, *, flat: bool) -> Merged:
    """Find duplicates among `all_accounts`, write `duplicate_of`, fill the survivors' gaps; every row stays.

    `flat`: each row is an account of its own, and nothing is merged.
    """
    columns = columns_of(con, "all_accounts")
    if "duplicate_of" not in columns:
        con.execute("ALTER TABLE all_accounts ADD COLUMN duplicate_of VARCHAR")
    if flat or not {"name", "domain"} & set(columns):
        _write_pairs(con, Resolution((), ()), {})
        return Merged(0, (), ())
    cells = [name for name in columns if not name.startswith("__")]
    # a list and no chain of +: two thousand columns would be two thousand levels of one expression
    filled = f"list_sum([{', '.join(f'CAST({quote(name)} IS NOT NULL AS INTEGER)' for name in cells)}])"
    if how.survivors:
        con.execute("CREATE OR REPLACE TEMP TABLE survivors (k VARCHAR)")
        insert_texts(con, "survivors", [sorted(how.survivors)])
        filled = f"{filled} + {len(cells) + 1} * CAST(account_id IN (SELECT k FROM survivors) AS INTEGER)"
    con.execute(f"CREATE OR REPLACE TEMP VIEW to_match AS SELECT *, {filled} AS filled FROM all_accounts")
    make_identities(con, "to_match", sources_of([*cells, "filled"]))
    pairs, notes = _likely_pairs(con)
    decisions = _standing(con, how.decisions)
    companies = _companies(con, pairs, decisions)
    resolution = resolve(
        {each.account_id: each for each in companies},
        [*pairs_by_key(companies), *pairs],
        decisions,
        merge_above=how.merge_above,
    )
    fills = _apply(con, resolution, [name for name in cells if name not in _KEPT]) if resolution.merges else {}
    _write_pairs(con, resolution, fills)
    told = (*_told(resolution, decisions), *_unheeded(resolution, how.decisions, decisions), *notes)
    return Merged(len(resolution.merges), told, _changes(resolution))


def decisions_of(place: Place) -> list[Decision]:
    """What people have decided about pairs in this workspace."""
    return [
        Decision(one.account_a, one.account_b, one.state, one.by)  # type: ignore[arg-type]
        for one in open_ledger(place).pair_decisions()
    ]


def pair_relations(filed: bool) -> dict[str, str]:
    """The table of pairs, to be published with the others; an export that only the history learns from has none."""
    return {} if filed else {TABLE: TABLE}


def write_pairs(con: duckdb.DuckDBPyConnection, place: Place) -> None:
    """Write duplicates.csv: every pair that is or may be one company, the surest first."""
    chosen = ", ".join(quote(name) for name in COLUMNS)
    rows = con.execute(f"SELECT {chosen} FROM {TABLE} ORDER BY probability DESC, account_a, account_b").fetchall()

    def write(path: Path) -> None:
        write_csv(path, COLUMNS, rows)

    write_aside(place.outputs / "duplicates.csv", write)


def _likely_pairs(con: duckdb.DuckDBPyConnection) -> tuple[list[Pair], list[str]]:
    """What no key but likeness proposes, where the engine for it is installed."""
    if not linkage.is_available():
        return [], [
            "accounts: only equal keys were compared; names, phones and addresses that are merely alike are compared "
            f"with the extra '{linkage.EXTRA}' (pip install 'idealfit[{linkage.EXTRA}]')"
        ]
    blocking = linkage.score_pairs(con)
    found = linkage.scored_as_pairs(con)
    if not (blocking.pairs and blocking.skipped):
        return found, []
    return found, [
        f"accounts: {counted(blocking.pairs, 'pair')} compared for likeness; what more than {blocking.longest:,} rows "
        f"share ({counted(blocking.skipped, 'word or place', 'words and places')}) was no reason to compare them"
    ]


def _standing(con: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions about accounts that are there."""
    if not decisions:
        return []
    there = {row[0] for row in con.execute("SELECT account_id FROM identities").fetchall()}
    return [one for one in decisions if one.account_a in there and one.account_b in there]


def _companies(con: duckdb.DuckDBPyConnection, pairs: Sequence[Pair], decisions: Sequence[Decision]) -> list[Company]:
    """The accounts that share a key with another one or are named by a pair; of a million, most are not."""
    named = {name for pair in pairs for name in (pair.account_a, pair.account_b)}
    named |= {name for decision in decisions for name in (decision.account_a, decision.account_b)}
    con.execute("CREATE OR REPLACE TEMP TABLE named_accounts (k VARCHAR)")
    if named:
        insert_texts(con, "named_accounts", [sorted(named)])
    rows = con.execute(
        "SELECT account_id, filled, norm, kin, digits, domain, country, city, number, parent_id, registrations "
        "FROM identities WHERE domain IN (SELECT domain FROM identities GROUP BY 1 HAVING count(*) > 1) "
        "OR norm IN (SELECT norm FROM identities GROUP BY 1 HAVING count(*) > 1) OR registrations IS NOT NULL "
        "OR account_id IN (SELECT k FROM named_accounts) ORDER BY account_id"
    ).fetchall()
    return [Company(*(*row[:10], tuple(row[10] or ()))) for row in rows]


def _apply(con: duckdb.DuckDBPyConnection, found: Resolution, columns: Sequence[str]) -> dict[str, str]:
    """Mark merged rows, fill the survivors' gaps, let links follow; which columns each merged row gave."""
    con.execute("CREATE OR REPLACE TEMP TABLE merges (k VARCHAR, v VARCHAR)")
    insert_texts(con, "merges", [[one.account_id for one in found.merges], [one.survivor for one in found.merges]])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE merged_rows AS SELECT v AS survivor, row_number() OVER (ORDER BY filled DESC, "
        "account_id) AS rank, a.* FROM merges JOIN to_match a ON a.account_id = k"
    )
    gives = ", ".join(
        f"first({quote(name)} ORDER BY rank) FILTER ({quote(name)} IS NOT NULL) AS {quote('v ' + name)}, "
        f"arg_min(account_id, rank) FILTER ({quote(name)} IS NOT NULL) AS {quote('k ' + name)}, "
        f"{_OWN_RULE.get(name, 'NULL').format(quote(name))} AS {quote('o ' + name)}"
        for name in columns
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE given AS SELECT survivor, {gives} FROM merged_rows GROUP BY survivor")
    told = ", ".join(
        f"CASE WHEN a.{quote(name)} IS NULL AND {quote('k ' + name)} IS NOT NULL THEN "
        f"{{'giver': {quote('k ' + name)}, 'col': {literal(name)}}} END"
        for name in columns
    )
    fills = con.execute(
        "SELECT g.giver, string_agg(g.col, ', ' ORDER BY g.col) FROM (SELECT unnest(list_filter("
        f"[{told}], x -> x IS NOT NULL)) AS g FROM all_accounts a JOIN given ON a.account_id = given.survivor) "
        "GROUP BY 1"
    ).fetchall()
    sets = ", ".join(f"{quote(name)} = {_kept_value(name)}" for name in columns)
    con.execute(f"UPDATE all_accounts SET {sets} FROM given WHERE all_accounts.account_id = given.survivor")
    con.execute("UPDATE all_accounts SET duplicate_of = v FROM merges WHERE account_id = k")
    present = columns_of(con, "all_accounts")
    for name in _LINKS:
        if name in present:
            con.execute(f"UPDATE all_accounts SET {quote(name)} = v FROM merges WHERE {quote(name)} = k")
            con.execute(f"UPDATE all_accounts SET {quote(name)} = NULL WHERE {quote(name)} = account_id")
    return dict(fills)


def _kept_value(name: str) -> str:
    own = f"all_accounts.{quote(name)}"
    if name == "do_not_contact":
        return f"CASE WHEN given.{quote('o ' + name)} THEN true ELSE coalesce({own}, given.{quote('v ' + name)}) END"
    if name == "last_activity_at":
        return f"greatest({own}, given.{quote('o ' + name)})"
    return f"coalesce({own}, given.{quote('v ' + name)})"


def _write_pairs(con: duckdb.DuckDBPyConnection, found: Resolution, fills: Mapping[str, str]) -> None:
    """The table of pairs that were looked at; decided and merged ones too."""
    con.execute(
        f"CREATE OR REPLACE TABLE {TABLE} (account_a VARCHAR, account_b VARCHAR, state VARCHAR, probability VARCHAR, "
        '"by" VARCHAR, why VARCHAR, held VARCHAR, decided_by VARCHAR, survivor VARCHAR, fills VARCHAR)'
    )
    survivors = {one.account_id: one.survivor for one in found.merges}
    columns: list[list[str]] = [[] for _ in range(10)]
    for pair in found.pairs:
        survivor = survivors.get(pair.account_a, pair.account_a) if pair.state == "same" else ""
        given = [
            f"{name} fills {fills[name]}" for name in (pair.account_a, pair.account_b) if survivor and name in fills
        ]
        row = (
            pair.account_a, pair.account_b, pair.state, f"{pair.probability:.4f}", pair.by, pair.why, pair.held or "",
            pair.decided_by or "", survivor, "; ".join(given),
        )  # fmt: skip
        for column, text in zip(columns, row, strict=True):
            column.append(text)
    if found.pairs:
        insert_texts(con, TABLE, columns)
    name = "name" if "name" in columns_of(con, "all_accounts") else "NULL::VARCHAR"
    names = f"(SELECT account_id, {name} AS name FROM all_accounts)"
    con.execute(
        f"CREATE OR REPLACE TABLE {TABLE} AS SELECT p.account_a, a.name AS name_a, p.account_b, b.name AS name_b, "
        'p.state, CAST(p.probability AS DOUBLE) AS probability, p."by", p.why, p.held, p.decided_by, p.survivor, '
        f"p.fills FROM {TABLE} p LEFT JOIN {names} a ON a.account_id = p.account_a "
        f"LEFT JOIN {names} b ON b.account_id = p.account_b ORDER BY 1, 3"
    )


def _told(found: Resolution, decisions: Sequence[Decision]) -> list[str]:
    notes = []
    if found.merges:
        reasons = Counter(one.by for one in found.merges)
        told = ", ".join(
            f"{count:,} by {by}" for by, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        )
        notes.append(
            f"accounts: {counted(len(found.merges), 'duplicate')} merged ({told}); "
            + ("its row stays" if len(found.merges) == 1 else "their rows stay")
            + ", marked with the survivor's id"
        )
    states: Counter[str] = Counter(pair.state for pair in found.pairs if pair.decided_by is None)
    waiting = [
        f"{counted(states[state], 'pair')} {one if states[state] == 1 else many}"
        for state, one, many in (
            ("probably same", "is probably one company", "are probably one company"),
            ("cannot tell", "may be one company or two", "may be one company or two"),
        )
        if states[state]
    ]
    if waiting:
        notes.append(
            f"accounts: {' and '.join(waiting)}: apart until somebody decides ('idealfit duplicates' shows them)"
        )
    decisions = [one for one in decisions if not one.by.startswith(BY_LIST)]
    if decisions:
        said = Counter(one.state for one in decisions)
        told = ", ".join(f"{said[state]:,} {state}" for state in STATES if said[state])
        notes.append(f"accounts: followed {counted(len(decisions), 'decision')} of people about pairs ({told})")
    return notes


def _unheeded(found: Resolution, all_of_them: Sequence[Decision], standing: Sequence[Decision]) -> list[str]:
    """Decisions of people that could not be followed, and those that were although the records speak against them."""
    here = set(standing)
    gone = [
        f"{one.account_a} and {one.account_b}"
        for one in all_of_them
        if one not in here and not one.by.startswith(BY_LIST)
    ]
    decided = [pair for pair in found.pairs if pair.decided_by is not None and pair.held is not None]
    refused = [f"{pair.account_a} and {pair.account_b}" for pair in decided if pair.state != "same"]
    bold = [f"{pair.account_a} and {pair.account_b}, {pair.held}" for pair in decided if pair.state == "same"]
    return [
        f"accounts: {counted(len(examples), 'decision')} of people about pairs {what} ({'; '.join(examples[:3])}"
        f"{'; …' if len(examples) > 3 else ''})"
        for examples, what in (
            (gone, "are kept for accounts that are not in these records"),
            (refused, "contradict others that stand and were not followed"),
            (bold, "were followed although the records speak against them"),
        )
        if examples
    ]


def _changes(found: Resolution) -> tuple[Change, ...]:
    return tuple(
        Change("accounts", "duplicate_of", one.account_id, one.survivor, 1, f"merged: {one.by}") for one in found.merges
    )
