"""Versions of profiles get a number within their motion, and the tables they were made with; what people decide."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a003"
down_revision = "a002"


def upgrade() -> None:
    """Add what a version came from, number the versions that are there, and make the table of decisions."""
    there = sa.inspect(op.get_bind())
    if there.has_table("profile_decisions"):
        return
    for column in (
        sa.Column("number", sa.Integer),
        sa.Column("origin", sa.Text),
        sa.Column("tables", sa.JSON),
    ):
        op.add_column("profile_versions", column)
    op.execute(
        "UPDATE profile_versions SET origin = 'saved', number = (SELECT COUNT(*) FROM profile_versions AS earlier "
        "WHERE earlier.motion = profile_versions.motion AND earlier.version_id <= profile_versions.version_id)"
    )
    op.create_index("one_number_a_motion", "profile_versions", ["motion", "number"], unique=True)
    op.create_table(
        "profile_decisions",
        sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("motion", sa.Text, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("by", sa.Text),
        sa.Column("because", sa.Text),
        sa.Column("on", sa.Date),
        sa.Column("at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
