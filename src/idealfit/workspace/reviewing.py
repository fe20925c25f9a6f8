"""Pairs of accounts that may be one company: those that wait for a person, and what people say about them.

A decision is kept in the ledger by the accounts' ids, so that it outlives imports, and is followed by the next one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from idealfit.accounts.duplicate import STATES, ordered
from idealfit.errors import DecisionUnreadable, NoSuchPair, Position, UsageError
from idealfit.store.delimited_output import unguarded, write_csv
from idealfit.store.engine import connect, literal, load_tables, quote
from idealfit.store.ledger import PairDecision, open_ledger
from idealfit.store.place import Place, open_place, write_aside
from idealfit.store.snapshots import table_path

__all__ = [
    "DOUBTFUL",
    "FILE_COLUMNS",
    "STATES",
    "VERDICTS",
    "Decided",
    "PairDecision",
    "Queue",
    "Verdict",
    "WaitingPair",
    "decide",
    "decisions",
    "duplicates",
    "read_decisions",
    "still_waiting",
    "write_queue",
]

Verdict = Literal["same", "different", "cannot tell", "undo"]
VERDICTS: tuple[Verdict, ...] = ("same", "different", "cannot tell", "undo")
DOUBTFUL = ("probably same", "cannot tell")
"""The states in which a pair waits for a person."""
_SHOWN = ("account_id", "status", "industry", "region", "owner_id", "last_activity_at", "duplicate_of")
FILE_COLUMNS = (
    "decision", "because", "account_a", "name_a", "account_b", "name_b", "state", "probability", "why", "held", "deals",
    "amount",
)  # fmt: skip
"""The columns of a queue written to a file; `decision` and `because` are to be filled in."""


@dataclass(frozen=True)
class WaitingPair:
    """A pair with why it is proposed and why it is not merged, the deals and the money that hang on it (`amount`: of
    won deals), and both accounts side by side."""

    account_a: str
    account_b: str
    state: str
    probability: float
    by: str
    why: str
    held: str | None
    deals: int
    amount: float
    a: dict[str, str]
    b: dict[str, str]


@dataclass(frozen=True)
class Queue:
    """The pairs that wait for a person, the most valuable first (`pairs` may be cut; `waiting` is all of them), how
    many pairs there are in each state, and how many decisions the next import will follow."""

    pairs: tuple[WaitingPair, ...]
    waiting: int
    states: dict[str, int]
    decided: int
    to_apply: int


@dataclass(frozen=True)
class Decided:
    """What a person said about a pair."""

    account_a: str
    account_b: str
    verdict: Verdict
    by: str
    because: str | None = None


def duplicates(workspace: Path, *, limit: int | None = None, decided: bool = False) -> Queue:
    """The queue of doubtful pairs of a workspace; `decided`: with those that a person has decided on since the import.

    Raises WorkspaceMissing and its kin.
    """
    place = open_place(workspace)
    decisions = open_ledger(place).pair_decisions()
    path = table_path(place, "duplicate_pairs")
    if path is None:
        return Queue((), 0, {}, len(decisions), len(decisions))
    con = connect(place.root)
    load_tables(con, place)
    con.execute(f"CREATE TEMP TABLE pairs AS SELECT * FROM read_parquet({literal(str(path))})")
    there = {row[0] for row in con.execute("SELECT account_id FROM accounts").fetchall()} if decisions else set()
    said = {
        (one.account_a, one.account_b): one.state
        for one in decisions
        if one.account_a in there and one.account_b in there
    }
    followed = {
        (one, other): state
        for one, other, state in con.execute(
            "SELECT account_a, account_b, state FROM pairs WHERE decided_by IS NOT NULL"
        ).fetchall()
    }
    waiting = [row for row in _valued(con) if decided or (row[0], row[1]) not in said]
    chosen = waiting if limit is None else waiting[:limit]
    sides = _sides(con, {name for row in chosen for name in row[:2]})
    states = dict(con.execute("SELECT state, count(*) FROM pairs GROUP BY 1").fetchall())
    return Queue(
        tuple(WaitingPair(*(*row[:9], sides.get(row[0], {}), sides.get(row[1], {}))) for row in chosen),
        len(waiting),
        {state: int(states.get(state, 0)) for state in STATES},
        len(decisions),
        sum(said.get(key) != followed.get(key) for key in said.keys() | followed.keys()),
    )


def still_waiting(workspace: Path) -> int:
    """How many doubtful pairs wait for a person now: counted alone, without what each is worth and both its sides.

    Raises WorkspaceMissing and its kin.
    """
    place = open_place(workspace)
    path = table_path(place, "duplicate_pairs")
    if path is None:
        return 0
    con = connect(place.root)
    try:
        pairs = con.execute(
            "SELECT account_a, account_b FROM read_parquet($path) WHERE list_contains($doubtful, state) "
            "AND decided_by IS NULL",
            {"path": str(path), "doubtful": list(DOUBTFUL)},
        ).fetchall()
    finally:
        con.close()
    return len(set(pairs) - {(one.account_a, one.account_b) for one in open_ledger(place).pair_decisions()})


def _valued(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The undecided doubtful pairs with their deals and won money, the most valuable first."""
    return con.execute(
        "WITH worth AS (SELECT coalesce(a.duplicate_of, a.account_id) AS account_id, count(d.deal_id) AS deals, "
        "coalesce(sum(d.amount) FILTER (d.outcome = 'won'), 0) AS amount FROM accounts a JOIN deals d ON "
        "d.account_id = a.account_id GROUP BY 1) "
        'SELECT p.account_a, p.account_b, p.state, p.probability, p."by", p.why, p.held, '
        "CAST(coalesce(x.deals, 0) + coalesce(y.deals, 0) AS BIGINT) AS deals, "
        "CAST(coalesce(x.amount, 0) + coalesce(y.amount, 0) AS DOUBLE) AS amount FROM pairs p "
        "LEFT JOIN accounts a ON a.account_id = p.account_a LEFT JOIN accounts b ON b.account_id = p.account_b "
        "LEFT JOIN worth x ON x.account_id = coalesce(a.duplicate_of, p.account_a) "
        "LEFT JOIN worth y ON y.account_id = coalesce(b.duplicate_of, p.account_b) "
        "WHERE list_contains($doubtful, p.state) AND p.decided_by IS NULL "
        "ORDER BY amount DESC, deals DESC, p.probability DESC, p.account_a, p.account_b",
        {"doubtful": list(DOUBTFUL)},
    ).fetchall()


def _sides(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """What is known of each account, in the columns that tell companies apart."""
    from idealfit.accounts.identity import sources_of  # it loads all that cleans names; to count pairs needs none of it

    present = [row[0] for row in con.execute("DESCRIBE accounts").fetchall()]
    telling = sources_of(present).columns.values()
    columns = [name for name in dict.fromkeys(("account_id", *telling, *_SHOWN)) if name in present]
    wanted = ", ".join(literal(name) for name in sorted(names))
    if not wanted:
        return {}
    chosen = ", ".join(f"regexp_replace(CAST({quote(name)} AS VARCHAR), '\\.0$', '')" for name in columns)
    rows = con.execute(f"SELECT {chosen} FROM accounts WHERE account_id IN ({wanted})").fetchall()
    return {
        row[0]: {name: value for name, value in zip(columns, row, strict=True) if value is not None} for row in rows
    }


def decide(
    workspace: Path,
    decisions: Sequence[Decided],
    look: Callable[[Mapping[tuple[str, str], PairDecision]], None] = lambda _standing: None,
) -> tuple[Decided, ...]:
    """Keep what a person says about pairs, all of it or nothing; the next import follows it. `look` is shown what
    stands of each pair, while nobody else can decide: whatever it raises refuses all of it.

    Raises NoSuchPair for an account that is not there or an undoing of nothing, UsageError without a name and where
    the decisions then contradict each other.
    """
    place = open_place(workspace)
    known = _accounts(place)
    rows = [_row(one, known) for one in decisions]

    def check(standing: tuple[PairDecision, ...]) -> None:
        stands = {(one.account_a, one.account_b): one for one in standing}
        look(stands)
        _need_something_to_undo(set(stands), rows)
        _need_no_contradiction([*standing, *rows])

    open_ledger(place).decide_pairs(rows, check)
    return tuple(decisions)


def _row(one: Decided, known: set[str]) -> PairDecision:
    if not one.by.strip():
        raise UsageError("Nobody is named who decides", remedy="Say who decides with --by NAME.")
    if one.account_a == one.account_b:
        raise UsageError("An account is no duplicate of itself", remedy="Name two accounts.")
    key = ordered(one.account_a, one.account_b)
    if one.verdict != "undo" and (missing := [name for name in key if name not in known]):
        raise NoSuchPair(
            f"The workspace has no account {missing[0]!r}",
            remedy="Give the ids of two accounts, as 'idealfit duplicates' shows them.",
        )
    return PairDecision(*key, None if one.verdict == "undo" else one.verdict, one.by.strip(), one.because)


def _need_something_to_undo(standing: set[tuple[str, str]], rows: Sequence[PairDecision]) -> None:
    for row in rows:
        key = (row.account_a, row.account_b)
        if row.state is None and key not in standing:
            raise NoSuchPair(
                f"Nothing was decided about {key[0]} and {key[1]}",
                remedy="'idealfit duplicates --decided' lists the decisions that stand.",
            )
        (standing.discard if row.state is None else standing.add)(key)


def _need_no_contradiction(decided: Sequence[PairDecision]) -> None:
    """Refuse what would say of two accounts both that they are one company, by a chain, and that they are not."""
    states = {(one.account_a, one.account_b): one.state for one in decided}
    group: dict[str, set[str]] = {}
    for (one, other), state in states.items():
        if state == "same":
            joined = group.get(one, {one}) | group.get(other, {other})
            group |= dict.fromkeys(joined, joined)
    for (one, other), state in states.items():
        if state in ("different", "cannot tell") and other in group.get(one, ()):
            chain = ", ".join(sorted(group[one]))
            raise UsageError(
                f"The decisions contradict each other: {chain} are one company, but of {one} and {other} it is said "
                f"'{state}'",
                remedy=f"Take one of them back first: idealfit duplicates --undo {one} {other} --by NAME.",
            )


def _accounts(place: Place) -> set[str]:
    con = connect(place.root)
    load_tables(con, place)
    return {row[0] for row in con.execute("SELECT account_id FROM accounts").fetchall()}


def decisions(workspace: Path, *, as_said: bool = False) -> tuple[PairDecision, ...]:
    """The decisions that stand, by the accounts' ids; or `as_said`, the latest last."""
    return open_ledger(open_place(workspace)).pair_decisions(as_said=as_said)


def write_queue(queue: Queue, path: Path) -> None:
    """Write the queue as CSV, to be filled in and read back; no cell is one that a spreadsheet calculates."""
    rows = [
        ("", "", one.account_a, one.a.get("name"), one.account_b, one.b.get("name"), one.state, one.probability,
         one.why, one.held, one.deals, one.amount)
        for one in queue.pairs
    ]  # fmt: skip

    def write(aside: Path) -> None:
        write_csv(aside, FILE_COLUMNS, rows)

    write_aside(path, write)


def read_decisions(path: Path, *, by: str) -> tuple[Decided, ...]:
    """The rows of a filled-in queue that say something. Raises DecisionUnreadable with the line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise DecisionUnreadable(
            "The file of decisions cannot be read", where=Position(str(path)), remedy="Give a CSV file in UTF-8."
        ) from problem
    header = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    if not {"decision", "account_a", "account_b"} <= set(reader.fieldnames or ()):
        raise DecisionUnreadable(
            "The file has no columns decision, account_a and account_b",
            where=Position(str(path), 1),
            remedy="Write one with 'idealfit duplicates --to FILE.csv' and fill it in.",
        )
    found = []
    for row in reader:
        said = " ".join((row["decision"] or "").replace("_", " ").lower().split())
        if not said:
            continue
        verdict = next((one for one in VERDICTS if said == one), None)
        if verdict is None:
            raise DecisionUnreadable(
                f"{row['decision']!r} is no decision",
                where=Position(str(path), reader.line_num, value=row["decision"]),
                remedy=f"Write one of: {', '.join(VERDICTS)}; or leave it empty.",
            )
        ids = (unguarded(row["account_a"] or ""), unguarded(row["account_b"] or ""))
        found.append(Decided(*ids, verdict, by, unguarded(row.get("because") or "") or None))
    return tuple(found)
