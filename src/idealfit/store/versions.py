"""The frozen versions of profiles and what people decided about them, as rows of the ledger: nothing is ever changed.

Every function works within a transaction that is under way (`Ledger.transaction`), which a writer begins with a lock:
two saves at once get two numbers, and the one killed in the middle leaves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, TypeAlias

import sqlalchemy as sa

Origin: TypeAlias = Literal["saved", "built", "kept", "reverted"]
"""How a version came to be: a person saved it, `build` wrote it, it was kept before something else took its place, or
an earlier one was brought back.
"""

_metadata = sa.MetaData()
_versions = sa.Table(
    "profile_versions",
    _metadata,
    sa.Column("version_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("motion", sa.Text),
    sa.Column("content_sha256", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("because", sa.Text),
    sa.Column("evidence_sha256", sa.Text),
    sa.Column("at", sa.DateTime),
    sa.Column("number", sa.Integer),
    sa.Column("origin", sa.Text),
    sa.Column("tables", sa.JSON),
)
_decisions = sa.Table(
    "profile_decisions",
    _metadata,
    sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("motion", sa.Text),
    sa.Column("number", sa.Integer),
    sa.Column("kind", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("by", sa.Text),
    sa.Column("because", sa.Text),
    sa.Column("on", sa.Date),
    sa.Column("at", sa.DateTime),
)


@dataclass(frozen=True)
class ProfileVersion:
    """A profile as it was frozen: its text, by whom and why. `number` counts within the motion; `at` is UTC;
    `evidence_sha256` names the evidence.json it was frozen with, `tables` the snapshots of the records.
    """

    version_id: int
    motion: str
    content_sha256: str
    text: str
    author: str | None
    because: str
    evidence_sha256: str | None
    at: datetime
    number: int
    origin: Origin = "saved"
    tables: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ProfileDecision:
    """What somebody decided of a version (`number`): `kind` is signed, withdrawn, approved, draft, hypothesis, retired,
    accepted, declined, reverted or noted; `subject` the team, the exclusion's id or the version brought back.
    """

    motion: str
    number: int | None
    kind: str
    subject: str | None
    by: str | None
    because: str | None
    on: date | None
    at: datetime | None = None


def freeze(
    connection: sa.Connection,
    *,
    motion: str,
    content_sha256: str,
    text: str,
    author: str | None,
    because: str,
    evidence_sha256: str | None = None,
    origin: Origin = "saved",
    tables: Mapping[str, str] | None = None,
    letter_by_letter: bool = False,
) -> tuple[int, bool]:
    """Freeze a profile; its number, and whether it is a new one: what the last version says already is that version.
    With `letter_by_letter` another text (a comment, say) makes a version too.
    """
    query = sa.select(_versions.c.number, _versions.c.content_sha256, _versions.c.text)
    query = query.where(_versions.c.motion == motion).order_by(_versions.c.number.desc()).limit(1)
    last = connection.execute(query).first()
    if last is not None and last.content_sha256 == content_sha256 and (last.text == text or not letter_by_letter):
        return int(last.number), False
    number = 1 if last is None else int(last.number) + 1
    connection.execute(
        _versions.insert().values(
            motion=motion,
            content_sha256=content_sha256,
            text=text,
            author=author,
            because=because,
            evidence_sha256=evidence_sha256,
            at=_now(),
            number=number,
            origin=origin,
            tables=None if tables is None else dict(tables),
        )
    )
    return number, True


def versions_of(connection: sa.Connection, motion: str) -> tuple[ProfileVersion, ...]:
    """The frozen versions of a motion's profile, oldest first."""
    query = sa.select(_versions).where(_versions.c.motion == motion).order_by(_versions.c.number)
    return tuple(ProfileVersion(**row._mapping) for row in connection.execute(query).all())


def decide(connection: sa.Connection, decision: ProfileDecision) -> None:
    """Keep a decision; its moment is now."""
    connection.execute(_decisions.insert().values(**{**vars(decision), "at": _now()}))


def decisions_of(connection: sa.Connection, motion: str) -> tuple[ProfileDecision, ...]:
    """Every decision about a motion's profile, oldest first."""
    query = sa.select(_decisions).where(_decisions.c.motion == motion).order_by(_decisions.c.decision_id)
    rows = (dict(row._mapping) for row in connection.execute(query).all())
    return tuple(ProfileDecision(**{key: row[key] for key in row if key != "decision_id"}) for row in rows)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
