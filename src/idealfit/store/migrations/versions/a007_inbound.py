"""What was decided about leads that came in, and what people said against it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a007"
down_revision = "a006"


def upgrade() -> None:
    """Make the table of decisions about leads."""
    if sa.inspect(op.get_bind()).has_table("inbound_decisions"):
        return
    op.create_table(
        "inbound_decisions",
        sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("lead", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("disagreed_at", sa.DateTime),
        sa.Column("wanted", sa.Text),
        sa.Column("because", sa.Text),
        sa.Column("by", sa.Text),
        sqlite_autoincrement=True,
    )
