"""Cases are found by the name of their place"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_cases_place", "cases", ["place"])
