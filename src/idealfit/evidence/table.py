"""The evidence table: one row a deal, with what was known of its account the day before it opened.

A `Fact` is one column of it: an account attribute, the days since the last event of a type, a role among the contacts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal, TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.as_known import make_as_known
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

Kind: TypeAlias = Literal["number", "category", "boolean", "list", "event", "role"]
Reach: TypeAlias = Literal["customers", "wins", "wins+value", "wins+value+retention"]
Objects: TypeAlias = NDArray[np.object_]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

WINDOWS = (30, 60, 90, 180, 365)
"""The windows, in days, that are tried for dated events."""


@dataclass(frozen=True)
class Fact:
    """One thing known of the account of each row.

    `values`: floats for numbers (NaN unknown), 0/1/NaN for yes/no, texts or None for categories, lists of texts or None
    for lists; for events the number of events by window (rows by windows, the last column 'ever'). `known`: where it
    is known. `spelling`: how each text, compared in lower case, is mostly written. `fill_worked`, `fill_unworked`:
    share of accounts with deals, and of accounts never worked, for which today's value is known (None where there are
    too few); `varied_worked`, `varied_unworked`: the share of those known values that differ from the commonest one.
    `dated`: read from a history, not from today's value.
    """

    name: str
    kind: Kind
    info: AttributeInfo
    values: NDArray[Any]
    known: Flags
    fill_worked: float | None = None
    fill_unworked: float | None = None
    varied_worked: float | None = None
    varied_unworked: float | None = None
    dated: bool = False
    event_source: str | None = None
    spelling: Mapping[str, str] = field(default_factory=dict)

    def take(self, rows: NDArray[np.int64]) -> Fact:
        """The same fact for some of the rows."""
        return replace(self, values=self.values[rows], known=self.known[rows])


@dataclass(frozen=True)
class Evidence:
    """Rows of deals (or, without deals, of customers) and the facts known at the opening of each.

    All arrays have one entry a row. `outcome`: 1 won (or a best customer), 0 lost (or another), -1 still open.
    `account` numbers accounts from 0. `opened`, `closed`, `started` (as a customer): days (NaT unknown). `amount`,
    `cycle_days`, `months`, `margin`: NaN where unknown; `ended`: the customer has left. `months`, `ended`, `margin`,
    `arr` are filled once an account, in the row of its first win.
    """

    deal_id: Objects
    account_id: Objects
    name: Objects
    account: NDArray[np.int64]
    outcome: NDArray[np.int64]
    opened: NDArray[np.datetime64]
    closed: NDArray[np.datetime64]
    amount: Floats
    cycle_days: Floats
    started: NDArray[np.datetime64]
    months: Floats
    ended: Flags
    arr: Floats
    margin: Floats
    facts: tuple[Fact, ...]
    reach: Reach
    in_time: bool
    as_of: date
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are, open deals included."""
        return len(self.outcome)

    def take(self, rows: NDArray[np.int64]) -> Evidence:
        """The same evidence for some of the rows; accounts keep their numbers."""
        arrays = {
            column.name: getattr(self, column.name)[rows]
            for column in fields(self)
            if isinstance(getattr(self, column.name), np.ndarray)
        }
        return replace(self, **arrays, facts=tuple(fact.take(rows) for fact in self.facts))


def gather_evidence(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    attributes: Mapping[str, AttributeInfo],
    reach: Reach,
    notes: Iterable[str] = (),
) -> Evidence:
    """The evidence of the table `evidence_rows` (row_number, deal_id, account_id, t, …) made by `rows.make_rows`.

    `attributes` says of each account column its level and layer. Reads the views `accounts`, `account_history`,
    `events`, `activities`, `contacts`.
    """
    base = _columns(
        con, "SELECT r.*, a.name FROM evidence_rows r JOIN accounts a USING (account_id) ORDER BY row_number"
    )
    codes = np.unique(base["account_id"].astype(str), return_inverse=True)[1].astype(np.int64)
    opened = _days(base["created_on"])
    facts = [
        *_attribute_facts(con, attributes),
        *_event_facts(con, as_of),
        *_role_facts(con),
    ]
    return Evidence(
        deal_id=base["deal_id"],
        account_id=base["account_id"],
        name=np.array(
            [name or code for name, code in zip(base["name"], base["account_id"], strict=True)], dtype=object
        ),
        account=codes,
        outcome=base["y"].astype(np.int64),
        opened=opened,
        closed=_days(base["closed_on"]),
        amount=_floats(base["amount"]),
        cycle_days=_floats(base["cycle_days"]),
        started=_days(base["started_on"]),
        months=_floats(base["months"]),
        ended=_floats(base["ended"]) == 1,
        arr=_floats(base["arr"]),
        margin=_floats(base["margin"]),
        facts=tuple(facts),
        reach=reach,
        in_time=bool(np.mean(~np.isnat(opened)) > 0.5) if len(opened) else False,
        as_of=as_of,
        notes=tuple(notes),
    )


def _columns(con: duckdb.DuckDBPyConnection, sql: str, bound: object = None) -> dict[str, NDArray[Any]]:
    """The result of a query as object arrays, None where NULL."""
    result = con.execute(sql, bound) if bound is not None else con.execute(sql)
    names = [column[0] for column in result.description or []]
    rows = result.fetchall()
    columns = {}
    for index, name in enumerate(names):
        column = np.empty(len(rows), dtype=object)
        column[:] = [row[index] for row in rows]
        columns[name] = column
    return columns


def _floats(values: NDArray[Any]) -> Floats:
    return np.array([np.nan if value is None else float(value) for value in values], dtype=float)


def _days(values: NDArray[Any]) -> NDArray[np.datetime64]:
    return np.array(
        [np.datetime64("NaT") if value is None else np.datetime64(value, "D") for value in values], "datetime64[D]"
    )


def _attribute_facts(con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo]) -> list[Fact]:
    """Account columns of level `account`, as they were; the other levels are refused before, by name."""
    names = [name for (name, *_) in con.execute("DESCRIBE accounts").fetchall()]
    wanted = []
    for name in names:
        info = attributes.get(name)
        if info is None:  # a canonical column that no source has
            continue
        if info.level == "account" and info.type in ("text", "number", "boolean", "list"):
            wanted.append(info)
    dated = make_as_known(con, [(info.name, info.type) for info in wanted], rows="evidence_rows", into="as_known")
    columns = _columns(con, "SELECT * FROM as_known ORDER BY row_number")
    fills = _fill_rates(con, [info.name for info in wanted])
    facts = []
    for info in wanted:
        raw = columns[info.name]
        if info.type in ("number", "boolean"):
            values: NDArray[Any] = _floats(raw)
            known = ~np.isnan(values)
        elif info.type == "list":
            values = np.array([None] * len(raw), dtype=object)
            values[:] = [_tools(value) for value in raw]
            known = np.array([value is not None for value in values], dtype=bool)
        else:
            values = np.array([None] * len(raw), dtype=object)
            values[:] = [_text(value) for value in raw]
            known = np.array([value is not None for value in values], dtype=bool)
        kind: Kind = {"number": "number", "boolean": "boolean", "list": "list", "text": "category"}[info.type]  # type: ignore[assignment]
        spread = {} if kind == "list" else _variation(con, info.name)
        worked, unworked = fills.get(info.name, (None, None))
        spelling = _spelling(raw) if kind in ("category", "list") else {}
        facts.append(
            Fact(
                info.name,
                kind,
                info,
                values,
                known,
                worked,
                unworked,
                spread.get(True),
                spread.get(False),
                info.name in dated,
                spelling=spelling,
            )
        )
    return facts


def _text(value: object) -> str | None:
    text = str(value).strip().lower() if value is not None else ""
    return text or None


def _spelling(raw: NDArray[Any]) -> dict[str, str]:
    """For each text in lower case, how it is written most often (the first in order among equals)."""
    counts: Counter[str] = Counter()
    for value in raw:
        counts.update(str(item).strip() for item in (value if isinstance(value, list) else [value]) if item is not None)
    best: dict[str, str] = {}
    for text in sorted(counts, key=lambda text: (counts[text], text)):
        best[text.lower()] = text
    return best


def _tools(value: object) -> frozenset[str] | None:
    """A list cell: an empty list is unknown, not 'has none'."""
    if not isinstance(value, list):
        return None
    tools = frozenset(tool for tool in (_text(item) for item in value) if tool)
    return tools or None


ENOUGH_ACCOUNTS = 30


def _mark_worked(con: duckdb.DuckDBPyConnection) -> None:
    """The table `worked_accounts`: account_id, worked (somebody had a deal with it, or it bought); other kinds of
    company left out."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE worked_accounts AS
        WITH worked AS (
            SELECT account_id FROM deals WHERE account_id IS NOT NULL
            UNION SELECT account_id FROM evidence_rows
            UNION SELECT account_id FROM subscriptions WHERE account_id IS NOT NULL
        ), marked AS (
            SELECT a.account_id, a.account_id IN (FROM worked) AS worked
            FROM accounts a
            WHERE a.duplicate_of IS NULL
              AND (COALESCE(a.status, 'prospect') = 'prospect' OR a.account_id IN (FROM worked))
        )
        SELECT account_id, worked FROM marked
        WHERE worked IN (SELECT worked FROM marked GROUP BY worked HAVING COUNT(*) >= $enough)
        """,
        {"enough": ENOUGH_ACCOUNTS},
    )


def _fill_rates(con: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, tuple[float | None, float | None]]:
    """For each column the share of known values among accounts with deals and among accounts never worked."""
    _mark_worked(con)
    if not names:
        return {}
    types = {name: kind for (name, kind, *_) in con.execute("DESCRIBE accounts").fetchall()}
    filled = ", ".join(
        f"AVG(CASE WHEN {f'LEN({quote(name)}) > 0' if types[name].endswith('[]') else f'{quote(name)} IS NOT NULL'} "
        f"THEN 1.0 ELSE 0.0 END)"
        for name in names
    )
    rows = con.execute(
        f"SELECT worked, {filled} FROM accounts JOIN worked_accounts USING (account_id) GROUP BY worked"
    ).fetchall()
    shares: dict[bool, tuple[float, ...]] = {row[0]: row[1:] for row in rows}
    return {
        name: (
            shares[True][index] if True in shares else None,
            shares[False][index] if False in shares else None,
        )
        for index, name in enumerate(names)
    }


def _variation(con: duckdb.DuckDBPyConnection, name: str) -> dict[bool, float]:
    """The share of known values that differ from the commonest, among worked (True) and never-worked accounts."""
    rows = con.execute(
        f"""
        SELECT worked, 1 - MAX(held) / SUM(held) FROM (
            SELECT worked, {quote(name)} AS value, COUNT(*) AS held
            FROM accounts JOIN worked_accounts USING (account_id) WHERE {quote(name)} IS NOT NULL GROUP BY ALL
        ) GROUP BY worked HAVING SUM(held) >= {ENOUGH_ACCOUNTS}
        """
    ).fetchall()
    return {row[0]: float(row[1]) for row in rows}


def _event_facts(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Fact]:
    """For each type of event, and of inbound activity, how many there were in each window before the row's T.

    An event counts from the day it was known. Our own systems (activities; events without a source, or whose source is
    our own) cover every account from their first record on; a third party's file covers the accounts that it names.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE occurrences AS
        SELECT account_id, event_type, CAST(occurred_at AS DATE) AS occurred_on,
               CAST(COALESCE(known_at, occurred_at) AS DATE) AS known_on, 'events' AS origin
        FROM events
        WHERE account_id IS NOT NULL AND event_type IS NOT NULL AND occurred_at IS NOT NULL
          AND (known_at IS NOT NULL OR CAST(occurred_at AS DATE) <= $as_of)
        UNION ALL
        SELECT account_id, activity_type, CAST(occurred_at AS DATE), CAST(occurred_at AS DATE), 'activities'
        FROM activities
        WHERE account_id IS NOT NULL AND activity_type IS NOT NULL AND occurred_at IS NOT NULL
          AND LOWER(direction) = 'inbound'
        """,
        {"as_of": as_of},
    )
    types = con.execute(
        """
        SELECT event_type, origin, COUNT(DISTINCT account_id) AS accounts, MIN(known_on) AS first_on
        FROM occurrences GROUP BY ALL HAVING accounts >= 5 ORDER BY accounts DESC, event_type LIMIT 200
        """
    ).fetchall()
    if not types:
        return []
    rows_table = con.execute("SELECT row_number, t FROM evidence_rows ORDER BY row_number").fetchall()
    moments = _days(np.array([row[1] for row in rows_table], dtype=object))
    counted = ", ".join(f"COUNT(*) FILTER (WHERE o.occurred_on > r.t - {days}) AS w{days}" for days in WINDOWS)
    found = con.execute(
        f"""
        SELECT o.event_type, o.origin, r.row_number, {counted}, COUNT(*) AS ever
        FROM evidence_rows r JOIN occurrences o
          ON o.account_id = r.account_id AND o.occurred_on <= r.t AND o.known_on <= r.t
        GROUP BY o.event_type, o.origin, r.row_number
        """
    ).fetchnumpy()
    position = {row[0]: index for index, row in enumerate(rows_table)}
    index_of = np.array([position[number] for number in found["row_number"]], dtype=np.int64)
    windows = np.stack(
        [np.asarray(found[f"w{days}"], dtype=float) for days in WINDOWS] + [np.asarray(found["ever"], float)], 1
    )
    keys = np.array(
        [f"{kind}\x00{origin}" for kind, origin in zip(found["event_type"], found["origin"], strict=True)], dtype=object
    )
    facts = []
    for event_type, origin, _accounts, first_on in types:
        counts = np.zeros((len(rows_table), len(WINDOWS) + 1))
        here = keys == f"{event_type}\x00{origin}"
        counts[index_of[here]] = windows[here]
        known = np.array(moments >= np.datetime64(first_on, "D")) & ~np.isnat(moments)
        layer: Any = "behavioral" if origin == "activities" else "situational"
        label = str(event_type).replace("_", " ").lower()
        info = AttributeInfo(str(event_type), label, "text", layer=layer)
        facts.append(Fact(f"{origin}.{event_type}", "event", info, counts, known, event_source=origin, dated=True))
    return facts


def _role_facts(con: duckdb.DuckDBPyConnection) -> list[Fact]:
    """For each role among the contacts, whether somebody of that role was known at the row's T (or ever, undated)."""
    found = con.execute(
        """
        WITH roles AS (
            SELECT account_id, LOWER(TRIM(role)) AS role, CAST(created_at AS DATE) AS known_on FROM contacts
            WHERE account_id IS NOT NULL AND role IS NOT NULL AND TRIM(role) <> ''
        )
        SELECT r.row_number, x.role FROM evidence_rows r JOIN roles x
          ON x.account_id = r.account_id AND (r.t IS NULL OR x.known_on IS NULL OR x.known_on <= r.t)
        GROUP BY ALL
        """
    ).fetchall()
    roles = [
        row[0]
        for row in con.execute(
            """SELECT LOWER(TRIM(role)) AS role FROM contacts WHERE role IS NOT NULL AND account_id IS NOT NULL
               GROUP BY 1 HAVING COUNT(DISTINCT account_id) >= 5 ORDER BY COUNT(*) DESC, 1 LIMIT 40"""
        ).fetchall()
    ]
    if not roles:
        return []
    numbers = [row[0] for row in con.execute("SELECT row_number FROM evidence_rows ORDER BY row_number").fetchall()]
    position = {number: index for index, number in enumerate(numbers)}
    known = np.zeros(len(numbers), dtype=bool)
    for number, _role in found:
        known[position[number]] = True
    worked, unworked = _contact_fill(con)
    facts = []
    for role in roles:
        values = np.full(len(numbers), np.nan)
        values[known] = 0.0
        for number, has in found:
            if has == role:
                values[position[number]] = 1.0
        info = AttributeInfo(f"role:{role}", f"has {role.replace('_', ' ')}", "boolean", layer="authority")
        facts.append(Fact(f"role.{role}", "role", info, values, known.copy(), worked, unworked))
    return facts


def _contact_fill(con: duckdb.DuckDBPyConnection) -> tuple[float | None, float | None]:
    """The share of worked and of never-worked accounts that have any contact."""
    rows = con.execute(
        """
        SELECT worked, COUNT(*), AVG(CASE WHEN has THEN 1.0 ELSE 0.0 END) FROM (
            SELECT a.account_id IN (SELECT account_id FROM deals WHERE account_id IS NOT NULL) AS worked,
                   a.account_id IN (SELECT account_id FROM contacts WHERE account_id IS NOT NULL) AS has
            FROM accounts a WHERE a.duplicate_of IS NULL) GROUP BY worked
        """
    ).fetchall()
    shares = {row[0]: row[2] for row in rows if row[1] >= 30}
    return shares.get(True), shares.get(False)
