"""Bring a database to the newest schema, by the same migrations on SQLite and PostgreSQL."""

from importlib.resources import files
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from dashboard.store.engine import Sessions
from dashboard.store.models import Meta

DEMO_MARK = "demo"


def upgrade(sessions: Sessions) -> None:
    """Create or migrate all tables."""
    with sessions.write.kw["bind"].begin() as connection:
        command.upgrade(_alembic(connection), "head")


def is_current(sessions: Sessions) -> bool:
    """Whether the database has the newest schema."""
    with sessions.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return version == ScriptDirectory.from_config(_alembic(None)).get_current_head()


def _alembic(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("dashboard").joinpath("store/migrations")))
    config.attributes["connection"] = connection
    return config


def read_mark(session: Session, key: str) -> str | None:
    """A fact about this database, None when it was never noted."""
    return session.scalar(select(Meta.value).where(Meta.key == key))


def write_mark(session: Session, key: str, value: str) -> None:
    """Note a fact about this database."""
    session.merge(Meta(key=key, value=value))
