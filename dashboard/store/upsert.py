"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy keeps per dialect."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def insert_or(session: Session, into: type[DeclarativeBase] | Table) -> Any:
    """An INSERT that can be told what to do `on_conflict`."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(into)
