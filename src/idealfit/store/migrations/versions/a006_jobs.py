"""Work that takes a while: what was asked for, which process does it, how far it is, how it ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a006"
down_revision = "a005"


def upgrade() -> None:
    """Make the table of jobs."""
    if sa.inspect(op.get_bind()).has_table("jobs"):
        return
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("began_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("stop_asked", sa.Boolean, nullable=False),
        sa.Column("result", sa.JSON),
        sa.Column("problem", sa.JSON),
        sqlite_autoincrement=True,
    )
