"""Values of accounts that people have corrected by hand, beside what was imported: every line stays, the last one of an
account and an attribute stands.

Writers work within a transaction of the ledger; readers never wait.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa

_metadata = sa.MetaData()
_corrections = sa.Table(
    "corrections",
    _metadata,
    sa.Column("correction_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.Text),
    sa.Column("attribute", sa.Text),
    sa.Column("value", sa.JSON),
    sa.Column("was", sa.JSON),
    sa.Column("by", sa.Text),
    sa.Column("because", sa.Text),
    sa.Column("at", sa.DateTime),
    sa.Column("taken_back", sa.Boolean),
)
_NAMES = ", ".join(f'"{column.name}"' for column in _corrections.c)

Value: TypeAlias = "str | float | bool | list[str] | None"
"""As JSON holds it: a day as '2026-11-22', None for not known."""


@dataclass(frozen=True)
class Correction:
    """One line: from `at` (UTC) on the account has `value` (None: not known) in this column of `accounts`, said `by`
    somebody, `because` of something; `was` is what the records said then. `taken_back`: from then on the records count
    again.
    """

    correction_id: int
    account_id: str
    attribute: str
    value: Value
    was: Value
    by: str
    because: str
    at: datetime
    taken_back: bool


Standing: TypeAlias = Mapping[tuple[str, str], Correction]
"""(account id, column) → the correction that stands."""


def keep_correction(
    connection: sa.Connection,
    account_id: str,
    attribute: str,
    *,
    value: Value,
    was: Value,
    by: str,
    because: str,
    taken_back: bool = False,
) -> int:
    """Keep a correction, or that the one that stands is taken back; its number."""
    # Each in a list of its own: a number alone in a JSON column is stored as one, and 12 is not '12.0'.
    said = {"value": [value], "was": [was]}
    row = {"account_id": account_id, "attribute": attribute, "by": by, "because": because, **said}
    done = connection.execute(_corrections.insert().values(**row, at=_now(), taken_back=taken_back))
    return int((done.inserted_primary_key or (0,))[0])


def corrections(ledger: Path, *, account_id: str | None = None, until: int | None = None) -> tuple[Correction, ...]:
    """All lines (of an account; those numbered up to `until`), oldest first. Raises sqlite3.Error where the ledger
    cannot be read.
    """
    if not ledger.is_file():
        return ()
    with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        return _read(connection, account_id, until)


def standing(
    ledger: Path, *, account_id: str | None = None, until: int | None = None
) -> dict[tuple[str, str], Correction]:
    """The corrections that stand, in the order in which they were first made."""
    return _last(corrections(ledger, account_id=account_id, until=until))


def newest(ledger: Path) -> int:
    """The number of the newest line; 0 before the first."""
    found = corrections(ledger)
    return found[-1].correction_id if found else 0


class StandingNow:
    """The corrections that stand, asked for many times a second: read again only when the ledger has changed."""

    def __init__(self, ledger: Path) -> None:
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(
            f"{ledger.as_uri()}?mode=ro", uri=True, timeout=5, check_same_thread=False, isolation_level=None
        )
        self._seen: int | None = None
        self._found: Standing = {}

    def now(self) -> Standing:
        """As they are now. Raises sqlite3.Error where the ledger cannot be read."""
        with self._turn:
            seen = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            if seen != self._seen:
                self._found, self._seen = _last(_read(self._connection, None, None)), seen
            return self._found


def _read(connection: sqlite3.Connection, account_id: str | None, until: int | None) -> tuple[Correction, ...]:
    wheres = [("account_id = ?", account_id), ("correction_id <= ?", until)]
    asked = [(text, value) for text, value in wheres if value is not None]
    where = " AND ".join(text for text, _value in asked) or "true"
    query = f"SELECT {_NAMES} FROM corrections WHERE {where} ORDER BY correction_id"
    return tuple(_correction(row) for row in connection.execute(query, [value for _text, value in asked]))


def _correction(row: tuple[Any, ...]) -> Correction:
    number, account_id, attribute, value, was, by, because, at, taken_back = row
    values = [json.loads(one)[0] for one in (value, was)]
    moment = datetime.fromisoformat(at)
    return Correction(number, account_id, attribute, values[0], values[1], by, because, moment, bool(taken_back))


def _last(lines: tuple[Correction, ...]) -> dict[tuple[str, str], Correction]:
    last = {(one.account_id, one.attribute): one for one in lines}
    return {key: one for key, one in last.items() if not one.taken_back}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
