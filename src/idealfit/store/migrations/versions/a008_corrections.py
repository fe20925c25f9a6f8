"""Values of accounts that people have corrected by hand, kept apart from what was imported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a008"
down_revision = "a007"


def upgrade() -> None:
    """Make the table of corrections."""
    if sa.inspect(op.get_bind()).has_table("corrections"):
        return
    op.create_table(
        "corrections",
        sa.Column("correction_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("attribute", sa.Text, nullable=False),
        sa.Column("value", sa.JSON),
        sa.Column("was", sa.JSON),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("taken_back", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("corrections_of_an_account", "corrections", ["account_id"])
