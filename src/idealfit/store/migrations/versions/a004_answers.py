"""What was answered to a request that carried a key, so that the same request gets the same answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a004"
down_revision = "a003"


def upgrade() -> None:
    """Make the table of answers by key."""
    if sa.inspect(op.get_bind()).has_table("kept_answers"):
        return
    op.create_table(
        "kept_answers",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_sha256", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
