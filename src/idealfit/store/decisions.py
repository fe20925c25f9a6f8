"""What was decided about leads that came in: what was said, what was answered, and who disagreed.

Of a lead only what is said of its company is kept, never the text that somebody pasted. Writers work within a
transaction of the ledger; readers never wait.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from idealfit.store.jobs import LARGEST_NUMBER

_metadata = sa.MetaData()
_decisions = sa.Table(
    "inbound_decisions",
    _metadata,
    sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime),
    sa.Column("lead", sa.JSON),
    sa.Column("answer", sa.JSON),
    sa.Column("disagreed_at", sa.DateTime),
    sa.Column("wanted", sa.Text),
    sa.Column("because", sa.Text),
    sa.Column("by", sa.Text),
)


@dataclass(frozen=True)
class Disagreement:
    """What a person would have answered (`wanted`: a tier), why, who, and when (UTC)."""

    wanted: str
    because: str
    by: str
    at: datetime


@dataclass(frozen=True)
class InboundDecision:
    """One lead: what was said of it (`lead`) and what was answered last (`answer`), with the moment (UTC)."""

    decision_id: int
    at: datetime
    lead: Mapping[str, Any]
    answer: Mapping[str, Any]
    disagreement: Disagreement | None = None


def keep(connection: sa.Connection, lead: Mapping[str, Any], answer: Mapping[str, Any]) -> int:
    """Keep what was decided about a lead; its number."""
    row = {"at": _now(), "lead": dict(lead), "answer": dict(answer)}
    return int((connection.execute(_decisions.insert().values(**row)).inserted_primary_key or (0,))[0])


def answer_again(
    connection: sa.Connection, decision_id: int, lead: Mapping[str, Any], answer: Mapping[str, Any]
) -> None:
    """More is known of the lead: what was said and answered last stands."""
    connection.execute(
        _decisions.update()
        .where(_decisions.c.decision_id == decision_id)
        .values(at=_now(), lead=dict(lead), answer=dict(answer))
    )


def disagree(connection: sa.Connection, decision_id: int, *, wanted: str | None, because: str, by: str) -> None:
    """Keep what a person would have answered; without `wanted` it is taken back."""
    kept = {"wanted": wanted, "because": because, "by": by, "disagreed_at": _now()}
    taken_back = dict.fromkeys(kept)
    connection.execute(
        _decisions.update()
        .where(_decisions.c.decision_id == decision_id)
        .values(**(kept if wanted is not None else taken_back))
    )


def decision(ledger: Path, decision_id: int) -> InboundDecision | None:
    """A decision by its number; None where there is none. Raises sqlite3.Error where the ledger cannot be read."""
    found = _read(ledger, "WHERE decision_id = ?", (decision_id,)) if 0 < decision_id <= LARGEST_NUMBER else ()
    return found[0] if found else None


def decisions(ledger: Path, *, limit: int = 100, before: int | None = None) -> tuple[InboundDecision, ...]:
    """The last decisions (of those numbered below `before`), newest first."""
    if before is None:
        return _read(ledger, "ORDER BY decision_id DESC LIMIT ?", (limit,))
    return _read(ledger, "WHERE decision_id < ? ORDER BY decision_id DESC LIMIT ?", (before, limit))


def counted(ledger: Path) -> tuple[int, int]:
    """How many decisions there are, and against how many a person has spoken."""
    with closing(_open(ledger)) as connection:
        row = connection.execute("SELECT count(*), count(wanted) FROM inbound_decisions").fetchone()
    return int(row[0]), int(row[1])


def _open(ledger: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, timeout=5)


def _read(ledger: Path, rest: str, values: tuple[int, ...]) -> tuple[InboundDecision, ...]:
    names = ", ".join(f'"{column.name}"' for column in _decisions.c)
    with closing(_open(ledger)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(f"SELECT {names} FROM inbound_decisions {rest}", values).fetchall()
    return tuple(_decision(row) for row in rows)


def _decision(row: sqlite3.Row) -> InboundDecision:
    against = None
    if row["wanted"] is not None:
        at = datetime.fromisoformat(row["disagreed_at"])
        against = Disagreement(row["wanted"], row["because"], row["by"], at)
    return InboundDecision(
        decision_id=row["decision_id"],
        at=datetime.fromisoformat(row["at"]),
        lead=json.loads(row["lead"]),
        answer=json.loads(row["answer"]),
        disagreement=against,
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
