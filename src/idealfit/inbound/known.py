"""What a workspace knows of a company, found in a millisecond in the index of its tables by company."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeAlias

import duckdb

from idealfit.accounts.domain import company_domain, registrable_domain
from idealfit.accounts.folding import fold
from idealfit.accounts.name import normalised_name
from idealfit.inbound.company_index import TABLES, company_index, type_of
from idealfit.inbound.given import Column
from idealfit.inbound.near_names import MOST_NEAR, START, is_like, nearest, start_of
from idealfit.inbound.standing import Standing, is_customer, standing_of
from idealfit.profile.evaluating import Occurrence
from idealfit.records.corrected import values_of
from idealfit.records.tables import DUCKDB_TYPES, ColumnType
from idealfit.scores.facts import ROLE_COLUMNS
from idealfit.store.corrections import Correction, StandingNow
from idealfit.store.engine import connect, load_tables, quote
from idealfit.store.place import Place

MOST_LABELS = 2_000
"""So many different values of a column, the most frequent, are known when another one is to be spelled as they are."""
MOST_COMPARED = 5_000
"""So many names are compared with one that was heard."""
MOST_MAPPED = 1 << 30
"""So many bytes of the index are read without a copy."""

MOST_KIN = 50
"""So many subsidiaries are asked whether they are customers."""

MatchedBy: TypeAlias = Literal["account_id", "domain", "name"]


@dataclass(frozen=True)
class Decision:
    """Something decided about a company before: the day, what (`lost`, `won`, `disqualified`), why, and the record."""

    on: date | None
    what: str
    reason: str | None
    record: str


@dataclass(frozen=True)
class Company:
    """One account: its columns, what happened to it, what is said of each person and since when, what its columns were,
    what was decided about it, what it is to us. `matched_by`: account_id, domain or name.
    """

    account_id: str
    columns: Mapping[str, object]
    occurrences: tuple[Occurrence, ...]
    people: tuple[tuple[date | None, str], ...]
    history: Mapping[str, tuple[tuple[date, object], ...]]
    decisions: tuple[Decision, ...]
    matched_by: MatchedBy
    standing: tuple[Standing, ...] = ()


class KnownCompanies:
    """The companies of a workspace. Several threads may ask at once."""

    def __init__(
        self, place: Place, wanted: frozenset[str], as_of: date = date.max, competitors: Iterable[str] = ()
    ) -> None:
        """`wanted`: the columns (small letters) whose values are spelled as the accounts spell them; `competitors`:
        names or domains, beside those whose status says so.
        """
        self._as_of = as_of
        self._competitors = frozenset(one.strip().lower() for one in competitors)
        path = company_index(place)
        # One connection, which threads take in turns; the file never changes once it is there.
        self._index = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._index.execute(f"PRAGMA mmap_size = {MOST_MAPPED}")
        self._turn = threading.Lock()
        self._by_hand = StandingNow(place.ledger)
        con = connect(place.root)
        try:
            load_tables(con, place)
            self.columns = _columns(con, wanted)
        finally:
            con.close()
        self._names = {
            table: [str(one[0]) for one in self._index.execute(f"SELECT * FROM {table} LIMIT 0").description]
            for table in TABLES
        }
        self.count = int(self._index.execute("SELECT count(*) FROM accounts").fetchone()[0])

    def found(
        self, *, account_id: str | None, domain: str | None, name: str | None
    ) -> tuple[Company | None, str | None]:
        """The company that is meant, and a sentence where it is not clear which; by its id, else domain, else name."""
        corrected: dict[str, dict[str, Correction]] = {}
        for (account, column), one in self._by_hand.now().items():
            corrected.setdefault(account, {})[column] = one
        found, unclear = self._found(account_id, domain, name)
        own = corrected.get(found.account_id) if found is not None else None
        return found if found is None or not own else self._as_corrected(found, own), unclear

    def _as_corrected(self, company: Company, own: Mapping[str, Correction]) -> Company:
        """The company with what people have said of it by hand, from the moment on at which they said so."""
        types = {one.name: DUCKDB_TYPES[one.type] for one in self.columns.values()}
        said = {
            column: _day(value) if types[column] in ("DATE", "TIMESTAMP") and isinstance(value, str) else value
            for one in own.values()
            if one.attribute in types
            for column, value in values_of(one, types).items()
        }
        return replace(company, columns={**company.columns, **said})

    def _found(self, account_id: str | None, domain: str | None, name: str | None) -> tuple[Company | None, str | None]:
        with self._turn:
            if account_id is not None:
                return self._company(account_id.strip(), "account_id"), None
            said = None
            asked: tuple[tuple[MatchedBy, str | None], ...] = (
                ("domain", domain and _domain(domain)),
                ("name", name and normalised_name(name)),
            )
            for kind, key in asked:
                if not key:
                    continue
                query = "SELECT account FROM keys WHERE key = ? AND kind = ?"
                accounts = self._index.execute(query, (key, kind)).fetchall()
                if len(accounts) == 1:
                    return self._company(str(accounts[0][0]), kind), None
                if accounts:
                    said = f"{len(accounts)} accounts have this {kind}: none of them is taken without an id."
            return None, said

    def near(self, name: str | None, domain: str | None = None) -> tuple[tuple[str, str], ...]:
        """Companies (id, name) that may be meant by a name or a site that was heard, the nearest first; those of one
        name with their sites.
        """
        if "name" not in {one.casefold() for one in self._names["accounts"]}:
            return ()
        found = [] if name is None else list(nearest(name, self._beginning("name", start_of(name))))
        if domain is not None:
            start = domain[:START] if len(domain.partition(".")[0]) > START else None
            found += [one for one in self._beginning("domain", start) if is_like(domain, one[2])][:MOST_NEAR]
        found = list(dict.fromkeys(found))[:MOST_NEAR]
        names = [one[1] for one in found]
        return tuple(
            (account, f"{said} ({site or account})" if names.count(said) > 1 else said) for account, said, site in found
        )

    def _beginning(self, kind: str, start: str | None) -> list[tuple[str, str, str]]:
        """Companies (id, name, site) whose name or site begins so."""
        if start is None:
            return []
        query = (
            "SELECT DISTINCT keys.account, accounts.name, accounts.domain FROM keys "
            "JOIN accounts ON accounts.account_id = keys.account "
            "WHERE keys.kind = ? AND keys.key >= ? AND keys.key < ? LIMIT ?"
        )
        with self._turn:
            found = self._index.execute(query, (kind, start, f"{start}\U0010ffff", MOST_COMPARED)).fetchall()
        return [(str(account), str(said), str(site or "")) for account, said, site in found if said]

    def _company(self, account_id: str, matched_by: MatchedBy) -> Company | None:
        found = self._rows("accounts", account_id)
        if not found:
            return None
        if found[0].get("duplicate_of"):
            account_id = str(found[0]["duplicate_of"])
            found = self._rows("accounts", account_id) or found
        people = [
            (_day(one["created_at"]), str(one[word]))
            for one in self._rows("contacts", account_id)
            for word in ROLE_COLUMNS
            if one[word] is not None
        ]
        columns = {name: self._value(name, value) for name, value in found[0].items()}
        deals = self._rows("deals", account_id)
        return Company(
            account_id,
            columns,
            _occurrences(self._rows("events", account_id), self._rows("activities", account_id)),
            tuple(people),
            _history(self._rows("account_history", account_id)),
            _decisions(deals, self._rows("leads", account_id)),
            matched_by,
            self._standing(account_id, columns, deals),
        )

    def _standing(
        self, account_id: str, columns: Mapping[str, object], deals: list[dict[str, Any]]
    ) -> tuple[Standing, ...]:
        """What the company is to us, and whose parent or subsidiary."""
        own = {str(columns.get(name) or "").strip().lower() for name in ("name", "domain")}
        return standing_of(
            columns,
            deals,
            self._rows("subscriptions", account_id),
            self._kin(account_id, columns.get("parent_id")),
            as_of=self._as_of,
            competes=not own.isdisjoint(self._competitors),
        )

    def _kin(self, account_id: str, parent: object) -> tuple[str, str] | None:
        """The parent or a subsidiary that is a customer: what this company is to it, and its name."""
        names = "account_id, name, status"
        above = self._index.execute(f"SELECT {names} FROM accounts WHERE account_id = ?", (parent,)).fetchall()
        below = self._index.execute(
            f"SELECT {names} FROM accounts WHERE parent_id = ? LIMIT {MOST_KIN}", (account_id,)
        ).fetchall()
        for kin, rows in (("Subsidiary", above), ("Parent", below)):
            for other, name, status in rows:
                if other != account_id and is_customer(
                    status, self._rows("deals", other), self._rows("subscriptions", other), self._as_of
                ):
                    return kin, str(name or other)
        return None

    def _rows(self, table: str, account_id: str) -> list[dict[str, Any]]:
        found = self._index.execute(f"SELECT * FROM {table} WHERE account_id = ?", (account_id,))
        return [dict(zip(self._names[table], row, strict=True)) for row in found]

    def _value(self, name: str, value: Any) -> object:
        """A value of a column of `accounts` in its type."""
        if value is None:
            return None
        match self.columns[name.casefold()].type:
            case "list":
                return json.loads(value)
            case "boolean":
                return bool(value)
            case "date" | "timestamp":
                return _day(value)
            case _:
                return value


def _columns(con: duckdb.DuckDBPyConnection, wanted: frozenset[str]) -> dict[str, Column]:
    """The columns of `accounts` by their names in small letters."""
    found = {}
    for row in con.execute("DESCRIBE accounts").fetchall():
        name, kind = str(row[0]), type_of(str(row[1]))
        labels = _labels(con, name, kind) if name.casefold() in wanted and kind in {"text", "list"} else {}
        found[name.casefold()] = Column(name, kind, labels)
    return found


def _labels(con: duckdb.DuckDBPyConnection, name: str, kind: ColumnType) -> dict[str, int]:
    value = quote(name) if kind == "text" else f"unnest({quote(name)})"
    query = f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM accounts) WHERE v IS NOT NULL"
    rows = con.execute(f"{query} GROUP BY v ORDER BY n DESC, v LIMIT {MOST_LABELS}").fetchall()
    return {str(label): int(count) for label, count in rows}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _domain(text: str) -> str | None:
    """The company's domain in an address, an e-mail address or a domain; None for a free mail provider's."""
    return company_domain(text) if "@" in text else registrable_domain(text)


def _occurrences(events: list[dict[str, Any]], activities: list[dict[str, Any]]) -> tuple[Occurrence, ...]:
    found = [
        Occurrence(str(one["event_type"]), one["detail"], day, _day(one["known_at"]))
        for one in events
        if one["event_type"] is not None and (day := _day(one["occurred_at"])) is not None
    ]
    found += [
        Occurrence(str(one["activity_type"]), one["channel"], day, day)
        for one in activities
        if fold(str(one["direction"] or "")) == "inbound"
        and one["activity_type"] is not None
        and (day := _day(one["occurred_at"])) is not None
    ]
    return tuple(found)


def _history(rows: list[dict[str, Any]]) -> dict[str, tuple[tuple[date, object], ...]]:
    """For each changed attribute its value from each day on; what it was before the first change from the beginning."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["field"] is not None and row["changed_at"] is not None:
            changes.setdefault(str(row["field"]), []).append(row)
    told: dict[str, tuple[tuple[date, object], ...]] = {}
    for name, each in changes.items():
        each.sort(key=lambda row: row["changed_at"])
        first = (date.min, each[0]["old_value"])
        told[name] = (first, *((_day(row["changed_at"]) or date.min, row["new_value"]) for row in each))
    return told


def _decisions(deals: list[dict[str, Any]], leads: list[dict[str, Any]]) -> tuple[Decision, ...]:
    """Deals won and lost and leads turned down, the newest first."""
    found = []
    for deal in deals:
        if deal["outcome"] in {"won", "lost"}:
            because = [deal["loss_reason"], deal["competitor"] and f"to {deal['competitor']}"]
            reason = ", ".join(str(one) for one in because if one) if deal["outcome"] == "lost" else ""
            found.append(Decision(_day(deal["closed_at"]), deal["outcome"], reason or None, str(deal["deal_id"])))
    for lead in leads:
        if lead["disqualified_at"] is not None:
            on, reason = _day(lead["disqualified_at"]), lead["disqualify_reason"]
            found.append(Decision(on, "disqualified", reason and str(reason), str(lead["lead_id"])))
    return tuple(sorted(found, key=lambda one: (one.on or date.min, one.record), reverse=True))
