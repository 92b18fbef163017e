"""Checks, closings and return visits are found by their time"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MEASURED = sa.text("kind IN ('closed', 'sent_back', 'visited')")


def upgrade() -> None:
    op.create_index(
        "ix_events_measured", "events", ["kind", "at", "case_id"], sqlite_where=MEASURED, postgresql_where=MEASURED
    )
