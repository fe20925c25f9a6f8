"""One-time links and the sessions that they open. The ledger holds the SHA-256 of each key, never the key itself.

A session ends when it is ended, after `IDLE` without a request, and `LONGEST` after it was opened.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
LINK_LASTS = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)
"""So often a request is noted in the ledger: reading a page does not write."""
_KEY_BYTES = 32

_metadata = sa.MetaData()
_sessions = sa.Table(
    "web_sessions",
    _metadata,
    sa.Column("key_sha256", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("made_at", sa.DateTime),
    sa.Column("seen_at", sa.DateTime),
)


def new_link(connection: sa.Connection, *, now: datetime | None = None) -> str:
    """The key of a link that opens one session within `LINK_LASTS`; `now` (UTC) is for tests."""
    moment = now or now_utc()
    _sweep(connection, moment)
    return _new(connection, "link", moment)


def open_session(connection: sa.Connection, link: str, *, now: datetime | None = None) -> str | None:
    """The key of a new session, and the link is used up; None where there is no such link, or no longer."""
    moment = now or now_utc()
    used = connection.execute(
        _sessions.delete().where(
            _sessions.c.key_sha256 == _hashed(link),
            _sessions.c.kind == "link",
            _sessions.c.made_at > moment - LINK_LASTS,
        )
    )
    return _new(connection, "session", moment) if used.rowcount else None


def end_session(connection: sa.Connection, key: str) -> None:
    """End a session; of one that there is not, nothing happens."""
    connection.execute(_sessions.delete().where(_sessions.c.key_sha256 == _hashed(key), _sessions.c.kind == "session"))


def note_seen(connection: sa.Connection, key: str, *, now: datetime | None = None) -> None:
    """Note that a session was used now."""
    connection.execute(
        _sessions.update()
        .where(_sessions.c.key_sha256 == _hashed(key), _sessions.c.kind == "session")
        .values(seen_at=now or now_utc())
    )


def seen_at(ledger: Path, key: str, *, now: datetime | None = None) -> datetime | None:
    """When a session that is open was last noted (UTC); None where it is not open. Reads without waiting for a writer.

    Raises sqlite3.Error where the ledger cannot be read.
    """
    moment = now or now_utc()
    with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        found = connection.execute(
            "SELECT made_at, seen_at FROM web_sessions WHERE key_sha256 = ? AND kind = 'session'", (_hashed(key),)
        ).fetchone()
    if found is None:
        return None
    made, seen = (datetime.fromisoformat(one) for one in found)
    return seen if made > moment - LONGEST and seen > moment - IDLE else None


def _new(connection: sa.Connection, kind: str, moment: datetime) -> str:
    key = secrets.token_urlsafe(_KEY_BYTES)
    connection.execute(_sessions.insert().values(key_sha256=_hashed(key), kind=kind, made_at=moment, seen_at=moment))
    return key


def _sweep(connection: sa.Connection, moment: datetime) -> None:
    """Remove what no longer opens anything."""
    connection.execute(
        _sessions.delete().where(
            (_sessions.c.made_at <= moment - LONGEST)
            | ((_sessions.c.kind == "session") & (_sessions.c.seen_at <= moment - IDLE))
            | ((_sessions.c.kind == "link") & (_sessions.c.made_at <= moment - LINK_LASTS))
        )
    )


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def now_utc() -> datetime:
    """This moment in UTC, as the ledger writes it."""
    return datetime.now(UTC).replace(tzinfo=None)
