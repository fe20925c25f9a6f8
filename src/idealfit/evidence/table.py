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
from idealfit.evidence.filling import Filling, filled_in
from idealfit.evidence.follow_up import FollowUp, gather_follow_up
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

Kind: TypeAlias = Literal["number", "category", "boolean", "list", "event", "role"]
Reach: TypeAlias = Literal["customers", "wins", "wins+value", "wins+value+retention"]
Objects: TypeAlias = NDArray[np.object_]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

WINDOWS = (30, 60, 90, 120, 180, 365)
"""The windows, in days, that are tried for dated events."""


@dataclass(frozen=True)
class Fact:
    """One thing known of the account of each row.

    `values`: floats for numbers (NaN unknown), 0/1/NaN for yes/no, texts or None for categories, lists of texts or None
    for lists; for events the number of events by window (rows by windows, the last column 'ever'; NaN where the window
    begins before the first record and nothing is seen in it). `known`: where it is known. `spelling`: how each text,
    compared in lower case, is mostly written. `fill_worked`, `fill_unworked`: share of accounts with deals, and of
    accounts never worked, for which today's value is known (None where there are too few); `varied_worked`,
    `varied_unworked`: the share of those known values that differ from the commonest one. `dated`: read from a history,
    not from today's value. `covered`: of a list, the members whose absence says something (in lower case).
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
    covered: frozenset[str] | None = None

    def take(self, rows: NDArray[np.int64]) -> Fact:
        """The same fact for some of the rows."""
        return replace(self, values=self.values[rows], known=self.known[rows])


@dataclass(frozen=True)
class Evidence:
    """Rows of deals (or, without deals, of customers) and the facts known at the opening of each.

    All arrays have one entry a row. `outcome`: 1 won (or a best customer), 0 lost (or another), -1 still open.
    `account` numbers accounts from 0. `opened`, `closed`, `started` (as a customer): days (NaT unknown). `amount`,
    `cycle_days`, `months`, `margin`: NaN where unknown; `ended`: the customer has left. `months`, `ended`, `margin`,
    `arr` are filled once an account, in the row of its first win. `source`, `initiated_by`, `owner`: how the deal came
    and who handled it (None unknown), to adjust for and to check with, never to find anything in. `follow_up`: revenue
    after a year, answers to surveys and referrals of each customer; None where nobody gathered them. `filled`: when
    each attribute with a history was filled in, by its name in lower case.
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
    source: Objects
    initiated_by: Objects
    owner: Objects
    facts: tuple[Fact, ...]
    reach: Reach
    in_time: bool
    as_of: date
    notes: tuple[str, ...] = ()
    follow_up: FollowUp | None = None
    filled: Mapping[str, Filling] = field(default_factory=dict)

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
        follow_up = self.follow_up.take(rows) if self.follow_up is not None else None
        return replace(self, **arrays, facts=tuple(fact.take(rows) for fact in self.facts), follow_up=follow_up)


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
        source=base["source"],
        initiated_by=base["initiated_by"],
        owner=base["owner_id"],
        facts=tuple(facts),
        reach=reach,
        in_time=bool(np.mean(~np.isnat(opened)) > 0.5) if len(opened) else False,
        as_of=as_of,
        notes=tuple(notes),
        follow_up=gather_follow_up(con, as_of=as_of, customers=reach == "customers"),
        filled=filled_in(con),
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
    spreads = _variations(con, [info.name for info in wanted if info.type != "list"])
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
        spread = spreads.get(info.name, {})
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
                covered=frozenset(covered_tools(con)) if info.name == "tech" else None,
            )
        )
    return facts


def covered_tools(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The tools (in lower case) that the column `tech` names for at least 1 % of the accounts that have a list: a list
    without one of these says that it is not used, a list without another tool says nothing of it.
    """
    found = con.execute(
        """
        WITH listed AS (SELECT tech FROM accounts WHERE LEN(tech) > 0),
        named AS (SELECT UNNEST(LIST_DISTINCT(LIST_TRANSFORM(tech, tool -> LOWER(TRIM(tool))))) AS tool FROM listed)
        SELECT tool FROM named GROUP BY tool HAVING COUNT(*) >= 0.01 * (SELECT COUNT(*) FROM listed) ORDER BY tool
        """
    ).fetchall()
    return tuple(row[0] for row in found)


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


def _variations(con: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, dict[bool, float]]:
    """For each column, the share of known values that are not the commonest, among worked (True) and other accounts.

    Two passes over many columns at once: the commonest values, then how many are them.
    """
    found: dict[str, dict[bool, float]] = {name: {} for name in names}
    at_once = 100
    for start in range(0, len(names), at_once):
        part = names[start : start + at_once]
        usual = ", ".join(f"MODE({quote(name)}) AS m{index}" for index, name in enumerate(part))
        counted = ", ".join(
            f"COUNT({quote(name)}), COUNT(*) FILTER (WHERE {quote(name)} = m{index})" for index, name in enumerate(part)
        )
        rows = con.execute(
            f"""
            WITH held AS (SELECT * FROM accounts JOIN worked_accounts USING (account_id)),
            usual AS (SELECT worked AS side, {usual} FROM held GROUP BY worked)
            SELECT worked, {counted} FROM held JOIN usual ON held.worked = usual.side GROUP BY worked
            """
        ).fetchall()
        for worked, *counts in rows:
            for index, name in enumerate(part):
                known, same = counts[2 * index], counts[2 * index + 1]
                if known >= ENOUGH_ACCOUNTS:
                    found[name][worked] = 1 - same / known
    return found


def _event_facts(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Fact]:
    """For each type of event, and of inbound activity, how many there were in each window before the row's T.

    An event counts from the day it was known. Our records cover every account from the first of that type on: before
    it nothing is known, and a window that begins before it is unknown where nothing is seen in it. A type is compared
    without case, and one that both tables hold is one type, as in the profile's language.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE occurrences AS
        SELECT account_id, LOWER(TRIM(event_type)) AS kind, TRIM(event_type) AS written, 'events' AS origin,
               CAST(occurred_at AS DATE) AS occurred_on, CAST(COALESCE(known_at, occurred_at) AS DATE) AS known_on
        FROM events
        WHERE account_id IS NOT NULL AND TRIM(event_type) <> '' AND occurred_at IS NOT NULL
          AND (known_at IS NOT NULL OR CAST(occurred_at AS DATE) <= $as_of)
        UNION ALL
        SELECT account_id, LOWER(TRIM(activity_type)), TRIM(activity_type), 'activities',
               CAST(occurred_at AS DATE), CAST(occurred_at AS DATE)
        FROM activities
        WHERE account_id IS NOT NULL AND TRIM(activity_type) <> '' AND occurred_at IS NOT NULL
          AND LOWER(TRIM(direction)) = 'inbound'
        """,
        {"as_of": as_of},
    )
    kinds = con.execute(
        """
        WITH spelled AS (
            SELECT kind, written, origin, COUNT(*) AS times FROM occurrences GROUP BY ALL
        ), mostly AS (
            SELECT kind, FIRST(written ORDER BY times DESC, written) AS written,
                   FIRST(origin ORDER BY times DESC, origin DESC) AS origin
            FROM spelled GROUP BY kind
        )
        SELECT kind, written, origin, first_on FROM mostly JOIN (
            SELECT kind, COUNT(DISTINCT account_id) AS accounts, MIN(known_on) AS first_on
            FROM occurrences GROUP BY kind HAVING accounts >= 5
        ) USING (kind) ORDER BY accounts DESC, kind LIMIT 200
        """
    ).fetchall()
    if not kinds:
        return []
    moments = _days(_columns(con, "SELECT t FROM evidence_rows ORDER BY row_number")["t"])
    counted = ", ".join(f"COUNT(*) FILTER (WHERE o.occurred_on > r.t - {days}) AS w{days}" for days in WINDOWS)
    found = con.execute(
        f"""
        WITH numbered AS (SELECT *, ROW_NUMBER() OVER (ORDER BY row_number) - 1 AS place FROM evidence_rows)
        SELECT o.kind, r.place, {counted}, COUNT(*) AS ever
        FROM numbered r JOIN occurrences o
          ON o.account_id = r.account_id AND o.occurred_on <= r.t AND o.known_on <= r.t
        GROUP BY o.kind, r.place
        """
    ).fetchnumpy()
    names = [*(f"w{days}" for days in WINDOWS), "ever"]
    windows = np.stack([np.asarray(found[name], dtype=float) for name in names], 1)
    facts = []
    for kind, written, origin, first_on in kinds:
        here = np.flatnonzero(np.asarray(found["kind"]) == kind)
        counts = np.zeros((len(moments), len(names)))
        counts[np.asarray(found["place"])[here]] = windows[here]
        since = np.datetime64(first_on, "D")
        known = np.array(moments >= since) & ~np.isnat(moments)
        for place, days in enumerate(WINDOWS):
            begun = moments - np.timedelta64(days, "D") >= since
            counts[~begun & (counts[:, place] == 0), place] = np.nan
        layer: Any = "behavioral" if origin == "activities" else "situational"
        info = AttributeInfo(written, written.replace("_", " ").lower(), "text", layer=layer)
        facts.append(Fact(f"{origin}.{written}", "event", info, counts, known, event_source=origin, dated=True))
    return facts


MARKS = ",;:/&|()-._+"
"""What separates the words of a title, beside blanks."""


def _role_facts(con: duckdb.DuckDBPyConnection) -> list[Fact]:
    """For each role among the contacts, whether somebody known at the row's T has its words as role, function,
    seniority or title; unknown where the account had no contact of whom any of these is said (the rule of `has_role`),
    and for an undated row, since people come to be known as a deal goes on.
    """
    words = {
        name: f"' ' || TRANSLATE(LOWER(TRIM({name})), '{MARKS}', '{' ' * len(MARKS)}') || ' '"
        for name in ("role", "function", "seniority", "title")
    }
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE roles AS
        SELECT {words["role"]} AS words, FIRST(LOWER(TRIM(role)) ORDER BY times DESC, LOWER(TRIM(role))) AS role
        FROM (SELECT role, account_id, COUNT(*) OVER (PARTITION BY LOWER(TRIM(role))) AS times FROM contacts)
        WHERE account_id IS NOT NULL AND TRIM(role) <> ''
        GROUP BY 1 HAVING COUNT(DISTINCT account_id) >= 5 ORDER BY COUNT(*) DESC, 1 LIMIT 40
        """
    )
    roles = con.execute("SELECT role FROM roles ORDER BY role").fetchall()
    if not roles:
        return []
    said = ", ".join(f"{spaced} AS {name}" for name, spaced in words.items())
    has = " OR ".join(f"COALESCE(CONTAINS(s.{name}, x.words), FALSE)" for name in words)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE people AS
        WITH said AS (
            SELECT account_id, CAST(created_at AS DATE) AS known_on, {said} FROM contacts
            WHERE account_id IS NOT NULL AND COALESCE(role, function, seniority, title) IS NOT NULL
        )
        SELECT s.account_id, s.known_on, x.role FROM said s LEFT JOIN roles x ON {has} GROUP BY ALL
        """
    )
    found = con.execute(
        """
        WITH numbered AS (SELECT *, ROW_NUMBER() OVER (ORDER BY row_number) - 1 AS place FROM evidence_rows)
        SELECT DISTINCT r.place, COALESCE(p.role, '') AS role FROM numbered r JOIN people p
          ON p.account_id = r.account_id AND r.t IS NOT NULL AND (p.known_on IS NULL OR p.known_on <= r.t)
        """
    ).fetchnumpy()
    place, held = np.asarray(found["place"], dtype=np.int64), np.asarray(found["role"])
    rows = con.execute("SELECT COUNT(*) FROM evidence_rows").fetchall()[0][0]
    known = np.zeros(rows, dtype=bool)
    known[place] = True
    worked, unworked = _contact_fill(con)
    facts = []
    for (role,) in roles:
        values = np.where(known, 0.0, np.nan)
        values[place[held == role]] = 1.0
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
