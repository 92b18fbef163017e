"""Cases are found by the name of their place, and those that are only located to the district"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ONLY_DISTRICT = sa.text("length(area_code) = 6 AND unlocated IS NULL")


def upgrade() -> None:
    op.create_index("ix_cases_place", "cases", ["place"])
    op.create_index(
        "ix_cases_only_district", "cases", ["opened_at"], sqlite_where=ONLY_DISTRICT, postgresql_where=ONLY_DISTRICT
    )
