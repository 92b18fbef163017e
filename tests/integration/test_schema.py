"""Migrations lead to the tables that the code knows."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import dashboard.store.count_tables
import dashboard.store.handling
import dashboard.store.operations
import dashboard.store.snapshots  # noqa: F401 the tables must be registered
from dashboard.store.models import Base


def test_after_all_migrations_the_database_is_what_the_models_say(desk):
    with desk.sessions.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
