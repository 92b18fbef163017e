"""Alembic's entry: migrations run on the connection that `store.schema` hands over."""

from alembic import context

from dashboard.store.models import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
