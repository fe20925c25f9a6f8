"""Who may see the pages: one-time links and the sessions that they opened, kept so that ending one really ends it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a005"
down_revision = "a004"


def upgrade() -> None:
    """Make the table of links and sessions."""
    if sa.inspect(op.get_bind()).has_table("web_sessions"):
        return
    op.create_table(
        "web_sessions",
        sa.Column("key_sha256", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
