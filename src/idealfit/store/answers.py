"""What was answered to requests that carried a key: asked again with the same key, the answer is the same, for a day.

Every function works within a transaction of the ledger, which a writer begins with a lock: of two requests with one key
at once, the second finds the answer of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

KEPT_FOR = timedelta(hours=24)
"""How long a key stands for its answer; vendors of APIs keep it a day."""

_SWEPT = 20
"""So many of the oldest answers are looked at whenever one is kept."""

_metadata = sa.MetaData()
_answers = sa.Table(
    "kept_answers",
    _metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_sha256", sa.Text),
    sa.Column("answer", sa.JSON),
    sa.Column("at", sa.DateTime),
)


@dataclass(frozen=True)
class KeptAnswer:
    """An answer with the hash of the request that it was given to."""

    request_sha256: str
    answer: Mapping[str, Any]


def answer_of(connection: sa.Connection, key: str, *, now: datetime | None = None) -> KeptAnswer | None:
    """What was answered to `key` within the last day; `now` (UTC) is for tests."""
    query = sa.select(_answers.c.request_sha256, _answers.c.answer)
    query = query.where(_answers.c.key == key, _answers.c.at > (now or _now()) - KEPT_FOR)
    found = connection.execute(query).first()
    return None if found is None else KeptAnswer(str(found.request_sha256), found.answer)


def keep_answer(connection: sa.Connection, key: str, kept: KeptAnswer, *, now: datetime | None = None) -> None:
    """Keep an answer under a key that has none; what is older than a day goes, the oldest first, some at a time."""
    moment = now or _now()
    # rows are as old as their numbers: looking at the first ones spares reading all of a busy day at every call
    row: sa.ColumnElement[int] = sa.literal_column("rowid", sa.Integer)
    first = sa.select(row).select_from(_answers).order_by(row).limit(_SWEPT)
    connection.execute(
        _answers.delete().where(sa.or_(_answers.c.key == key, row.in_(first)), _answers.c.at <= moment - KEPT_FOR)
    )
    connection.execute(
        _answers.insert().values(key=key, request_sha256=kept.request_sha256, answer=dict(kept.answer), at=moment)
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
