"""What people decide about pairs of accounts: one row a decision, the last of a pair stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a002"
down_revision = "a001"


def upgrade() -> None:
    """Make the table of decisions."""
    op.create_table(
        "duplicate_decisions",
        sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_a", sa.Text, nullable=False),
        sa.Column("account_b", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("because", sa.Text),
        sa.Column("at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
